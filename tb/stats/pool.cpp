// SPDX-License-Identifier: Apache-2.0
#include "stats/pool.hpp"

#include <algorithm>
#include <random>

#include "model/error.hpp"
#include "reference/streams.hpp"

namespace xpike::stats {
namespace {

Pool empty_pool(const std::vector<int>& lanes, std::size_t images, std::size_t draws) {
  Pool pool;
  for (const int lane : lanes) {
    for (int byte = 0; byte < 4; ++byte) pool.encoders.push_back({lane, byte});
  }
  pool.images = images;
  pool.draws = draws;
  pool.bytes.assign(pool.encoders.size(), std::vector<std::uint8_t>(pool.samples()));
  return pool;
}

}  // namespace

Pool lfsr_pool(std::uint32_t seed, int leap, const std::vector<int>& lanes, std::size_t images,
               std::size_t draws) {
  if (draws * static_cast<std::size_t>(leap) >= std::size_t{1} << 20) {
    throw Error("sample pool", "draws", "lanes of one image would overlap");
  }
  Pool pool = empty_pool(lanes, images, draws);
  const reference::LfsrJump jump(static_cast<std::uint32_t>(leap));
  const int lane_count = 1 + *std::max_element(lanes.begin(), lanes.end());
  for (std::size_t image = 0; image < images; ++image) {
    const auto number = static_cast<std::uint32_t>(image);
    const std::uint32_t base = reference::base_state(seed, number, 0, reference::kAttentionStream);
    const std::vector<std::uint32_t> starts = reference::lane_states(base, lane_count);
    for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
      std::uint32_t state = starts[static_cast<std::size_t>(lanes[lane])];
      for (std::size_t d = 0; d < draws; ++d) {
        state = jump(state);
        for (std::size_t b = 0; b < 4; ++b) {
          pool.bytes[lane * 4 + b][image * draws + d] =
              reference::lfsr_byte(state, static_cast<int>(b));
        }
      }
    }
  }
  return pool;
}

Pool perfect_pool(std::uint32_t seed, const std::vector<int>& lanes, std::size_t images,
                  std::size_t draws) {
  Pool pool = empty_pool(lanes, images, draws);
  std::mt19937_64 engine(seed);
  for (auto& stream : pool.bytes) {
    for (std::uint8_t& byte : stream) byte = static_cast<std::uint8_t>(engine() >> 56U);
  }
  return pool;
}

}  // namespace xpike::stats
