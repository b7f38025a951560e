// SPDX-License-Identifier: Apache-2.0
#include "reference/event_counts.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "model/network.hpp"
#include "reference/streams.hpp"

namespace xpike::reference {
namespace {

// Indices of all events in the order of their names, in which a map is filled quickest.
constexpr auto kByName = [] {
  std::array<std::size_t, regs::event_list.size()> order{};
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, [](std::size_t i) { return regs::event_list[i].name; });
  return order;
}();

std::uint64_t token_steps(const ActiveRows& input) {
  return static_cast<std::uint64_t>(input.tokens()) * static_cast<std::uint64_t>(input.steps());
}

}  // namespace

void EventCounts::add_products(regs::Event mvms, regs::Event active_rows, const BuiltMatrix& built,
                               const Config& config, const ActiveRows& input) {
  const auto blocks = static_cast<std::uint64_t>(ceil_div(built.out, config.array_cols));
  const auto arrays = static_cast<std::uint64_t>(ceil_div(built.in, config.array_rows));
  add(mvms, token_steps(input) * arrays * blocks);
  add(active_rows, input.spikes() * blocks);
  add(regs::Event::conversions,
      token_steps(input) * arrays * static_cast<std::uint64_t>(built.out));
}

void EventCounts::add_stage(const MatrixEvents& events, const BuiltMatrix& built,
                            const Config& config, const ActiveRows& input, std::uint64_t spikes) {
  add_products(events.mvms, events.active_rows, built, config, input);
  add(regs::Event::lif_updates, token_steps(input) * static_cast<std::uint64_t>(built.out));
  add(events.spikes, spikes);
}

void EventCounts::add_attention(const Config& config, bool causal, const SpikeTensor& q,
                                const Kernels& kernels) {
  const auto number = [](int value) { return static_cast<std::uint64_t>(value); };
  const int rows = ceil_div(q.tokens(), config.tile_tokens);  // row blocks
  for (int row = 0; row < rows; ++row) {
    // All heads stream their columns together, those of a row block once per key block.
    const std::uint64_t keys = number(causal ? row + 1 : rows);
    add(regs::Event::ssa_columns, keys * number(q.steps()) * number(config.head_dim));
    const int first = row * config.tile_tokens;
    const int last = std::min(first + config.tile_tokens, q.tokens());
    std::uint64_t silent = number(q.steps()) * number(last - first) * number(config.dim);
    for (int t = 0; t < q.steps(); ++t) {
      // The tokens of a time step lie behind each other.
      const std::span<const std::uint64_t> words = q.row(t, first);
      silent -=
          kernels.count_ones(words.data(), words.size() * static_cast<std::size_t>(last - first));
    }
    add(regs::Event::gated_rows, keys * silent);
  }
  // Lanes of bank A rest if their row block does not run.
  add(regs::Event::draws_value,
      number(q.steps()) * number(config.head_dim) * number(config.heads) *
          number(ceil_div(
              std::min(rows * config.tile_tokens, config.tokens) * value_bits(config.tokens), 32)));
}

Events EventCounts::events() const {
  Events events;
  for (const std::size_t i : kByName) {
    if (measured_[i]) events.emplace_hint(events.end(), regs::event_list[i].name, counts_[i]);
  }
  return events;
}

}  // namespace xpike::reference
