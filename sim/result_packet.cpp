// SPDX-License-Identifier: Apache-2.0
#include "result_packet.hpp"

#include <vector>

#include "model/error.hpp"

namespace xpike::sim {

void unpack_result(std::span<const std::uint32_t> words, std::size_t classes, std::size_t steps,
                   Result& result) {
  if (words.size() != classes * steps + 1) {
    throw Error("chip", "result packet", "has the wrong length");
  }
  std::vector<std::int32_t>& running = result.running;
  running.resize(classes * steps);
  for (std::size_t c = 0; c < classes; ++c) {
    for (std::size_t t = 0; t < steps; ++t) {
      running[t * classes + c] = static_cast<std::int32_t>(words[c * steps + t]);
    }
  }
  result.scores.assign(running.end() - static_cast<std::ptrdiff_t>(classes), running.end());
  result.predicted = static_cast<int>(words.back());
}

}  // namespace xpike::sim
