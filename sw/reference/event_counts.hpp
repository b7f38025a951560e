// SPDX-License-Identifier: Apache-2.0
// Counts the events of the matrices and tensors while the reference computes them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <xpike/configs.hpp>
#include <xpike/registers.hpp>

#include "model/engine.hpp"
#include "model/spike_tensor.hpp"
#include "reference/active_rows.hpp"
#include "reference/kernels/kernels.hpp"

namespace xpike::reference {

// A matrix as built on the chip: the configuration's sizes, which may exceed the network's.
struct BuiltMatrix {
  int in = 0;
  int out = 0;
};

// The events of one matrix; spikes are those of its output.
struct MatrixEvents {
  regs::Event mvms, active_rows, spikes;
};
inline constexpr MatrixEvents kEmbedEvents{regs::Event::mvms_embed, regs::Event::active_rows_embed,
                                           regs::Event::spikes_embed};
inline constexpr MatrixEvents kQEvents{regs::Event::mvms_q, regs::Event::active_rows_q,
                                       regs::Event::spikes_q};
inline constexpr MatrixEvents kKEvents{regs::Event::mvms_k, regs::Event::active_rows_k,
                                       regs::Event::spikes_k};
inline constexpr MatrixEvents kVEvents{regs::Event::mvms_v, regs::Event::active_rows_v,
                                       regs::Event::spikes_v};
inline constexpr MatrixEvents kProjEvents{regs::Event::mvms_proj, regs::Event::active_rows_proj,
                                          regs::Event::spikes_proj};
inline constexpr MatrixEvents kFf1Events{regs::Event::mvms_ff1, regs::Event::active_rows_ff1,
                                         regs::Event::spikes_ff1};
inline constexpr MatrixEvents kFf2Events{regs::Event::mvms_ff2, regs::Event::active_rows_ff2,
                                         regs::Event::spikes_ff2};

class EventCounts {
 public:
  void add(regs::Event event, std::uint64_t count) {
    const auto index = static_cast<std::size_t>(event);
    counts_[index] += count;
    measured_[index] = true;
  }

  // Array multiplications, word lines and conversions of a matrix that has worked on the whole
  // input.
  void add_products(regs::Event mvms, regs::Event active_rows, const BuiltMatrix& built,
                    const Config& config, const ActiveRows& input);

  // Those of a matrix with neurons, their updates, and how often they fired.
  void add_stage(const MatrixEvents& events, const BuiltMatrix& built, const Config& config,
                 const ActiveRows& input, std::uint64_t spikes);

  // Columns, idle rows and draws of bank A of attention, which works on blocks of
  // config.tile_tokens queries and keys.
  void add_attention(const Config& config, bool causal, const SpikeTensor& q,
                     const Kernels& kernels);

  // The events that were added to, by name.
  Events events() const;

 private:
  std::array<std::uint64_t, regs::event_list.size()> counts_{};
  std::array<bool, regs::event_list.size()> measured_{};
};

}  // namespace xpike::reference
