// SPDX-License-Identifier: Apache-2.0
// The bit-exact software model of the whole chip, written from docs/numerics.md.
#pragma once

#include <memory>
#include <string>
#include <vector>
#include <xpike/configs.hpp>

#include "model/engine.hpp"
#include "model/network.hpp"
#include "reference/head.hpp"
#include "reference/lfsr.hpp"
#include "reference/neuron_stage.hpp"
#include "reference/ssa.hpp"

namespace xpike::reference {

// Keeps prepared copies of the matrices. run() changes nothing, so one engine may serve several
// threads.
class ReferenceEngine final : public Engine {
 public:
  // Throws Error if the network is faulty or does not fit the configuration.
  ReferenceEngine(const Config& config, const Network& network);

  std::string name() const override { return "reference"; }
  Result run(const TokenImage& image, std::uint32_t image_number,
             const RunOptions& options) override;

 private:
  struct LayerStages {
    NeuronStage q, k, v, proj, ff1, ff2;
    SsaParams ssa;
  };

  SpikeTensor input_spikes(const TokenImage& image, std::uint32_t image_number,
                           const RunOptions& options, Events& events) const;
  void run_attention(const LayerStages& stages, std::uint32_t base, LayerTensors& tensors,
                     Events& events) const;

  Config config_;
  Network network_;  // description only: its matrices live in the stages
  NeuronStage embed_;
  std::vector<LayerStages> layers_;
  Head head_;
  LfsrJump encoder_leap_;
  LfsrJump score_leap_;
  LfsrJump value_leap_;
};

}  // namespace xpike::reference
