// SPDX-License-Identifier: Apache-2.0
#include "reference/streams.hpp"

namespace xpike::reference {
namespace {

std::uint32_t xorshift(std::uint32_t h) {
  h ^= h << 13;
  h ^= h >> 17;
  h ^= h << 5;
  return h;
}

}  // namespace

std::uint32_t base_state(std::uint32_t seed, std::uint32_t image, std::uint32_t layer,
                         std::uint32_t kind) {
  std::uint32_t h = 0x58504B31U ^ seed;
  for (const std::uint32_t word : {image, layer, kind}) h = xorshift(xorshift(h ^ word));
  return h != 0 ? h : 1;
}

std::uint32_t lane_state(std::uint32_t base, int lane) {
  for (int i = 0; i < lane; ++i) base = lane_jump()(base);
  return base;
}

std::vector<std::uint32_t> lane_states(std::uint32_t base, int count) {
  std::vector<std::uint32_t> states(static_cast<std::size_t>(count));
  for (std::uint32_t& state : states) {
    state = base;
    base = lane_jump()(base);
  }
  return states;
}

}  // namespace xpike::reference
