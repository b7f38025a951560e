// SPDX-License-Identifier: Apache-2.0
#include "reference/event_counts.hpp"

#include "model/network.hpp"

namespace xpike::reference {

void count_matrix(Events& events, const std::string& matrix, const BuiltMatrix& built,
                  const Config& config, const SpikeTensor& input, bool lif) {
  const auto as_count = [](int value) { return static_cast<std::uint64_t>(value); };
  const std::uint64_t blocks = as_count(ceil_div(built.out, config.array_cols));
  const std::uint64_t arrays = as_count(ceil_div(built.in, config.array_rows));
  const std::uint64_t token_steps = as_count(input.tokens()) * as_count(input.steps());
  events["mvms_" + matrix] += token_steps * arrays * blocks;
  events["active_rows_" + matrix] += input.count() * blocks;
  events["conversions"] += token_steps * arrays * as_count(built.out);
  if (lif) events["lif_updates"] += token_steps * as_count(built.out);
}

void count_spikes(Events& events, const std::string& tensor, const SpikeTensor& spikes) {
  events["spikes_" + tensor] += spikes.count();
}

}  // namespace xpike::reference
