// SPDX-License-Identifier: Apache-2.0
// The bit-exact software model of the whole chip, written from docs/numerics.md.
#pragma once

#include <memory>
#include <string>
#include <vector>
#include <xpike/configs.hpp>

#include "model/engine.hpp"
#include "model/network.hpp"
#include "reference/event_counts.hpp"
#include "reference/faults.hpp"
#include "reference/head.hpp"
#include "reference/kernels/simd_level.hpp"
#include "reference/neuron_stage.hpp"
#include "reference/ssa.hpp"
#include "reference/streams.hpp"

namespace xpike::reference {

// Keeps prepared copies of the matrices. run() changes nothing, so one engine may serve several
// threads.
class ReferenceEngine final : public Engine {
 public:
  // Throws Error if the network is faulty or does not fit the configuration, or a fault is out of
  // its range. All kernels give the same bits.
  ReferenceEngine(const Config& config, const Network& network,
                  const Kernels& kernels = default_kernels(),
                  Randomness randomness = Randomness::kLanes, const Faults& faults = {});

  std::string name() const override { return "reference"; }
  Result run(const TokenImage& image, std::uint32_t image_number,
             const RunOptions& options) override;

 private:
  struct LayerStages {
    NeuronStage q, k, v, proj, ff1, ff2;
    SsaParams ssa;
  };

  SpikeTensor input_spikes(const TokenImage& image, std::uint32_t image_number,
                           const RunOptions& options, EventCounts& counts) const;
  LayerTensors run_layer(std::size_t l, const SpikeTensor& x, std::uint32_t image_number,
                         const RunOptions& options, EventCounts& counts) const;
  void run_attention(std::size_t l, std::uint32_t image_number, const RunOptions& options,
                     LayerTensors& tensors, EventCounts& counts) const;
  // The tensor as its memory returns it.
  void recall(std::uint32_t image_number, std::size_t l, SpikeMemory memory,
              SpikeTensor& spikes) const {
    if (faults_.flipped_spikes > 0.0) {
      flip_spikes(faults_, image_number, static_cast<std::uint32_t>(l), memory, spikes);
    }
  }
  SpikeTensor run_stage(const NeuronStage& stage, const MatrixEvents& names,
                        const ActiveRows& input, const BuiltMatrix& built,
                        EventCounts& counts) const;
  ActiveRows rows_of(const SpikeTensor& spikes) const {
    return {spikes, config_.array_rows, *kernels_};
  }
  std::uint64_t count(const SpikeTensor& spikes) const {
    return kernels_->count_ones(spikes.words().data(), spikes.words().size());
  }

  Config config_;
  Network network_;  // description only: its matrices live in the stages
  const Kernels* kernels_;
  Randomness randomness_;
  Faults faults_;
  NeuronStage embed_;
  std::vector<LayerStages> layers_;
  Head head_;
};

}  // namespace xpike::reference
