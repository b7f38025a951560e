// SPDX-License-Identifier: Apache-2.0
// What is estimated: a configuration of the chip, with the choices that it leaves open.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <xpike/configs.hpp>

namespace xpike::energy {

enum class Converter : std::uint8_t { kMlsa, kSar };  // multi-level sense amplifiers, or SAR
std::string_view to_text(Converter converter);

inline constexpr double kClockHz = 200e6;  // of the paper, and of every latency here

struct Design {
  Config config;
  Converter converter = Converter::kMlsa;
  int bits = 5;         // of the converters
  int score_bytes = 0;  // random bytes that the cells of a tile share; 0: one per key, as built

  int shared_bytes() const { return score_bytes > 0 ? score_bytes : config.tokens; }
};

// One kind of matrix as built. Every layer has its own arrays of it.
struct Stage {
  std::string_view name;    // of its events: "mvms_" + name, "active_rows_" + name
  std::string_view output;  // tensor that it makes, empty for the head
  int in = 0;
  int out = 0;
  int copies = 1;  // layers
  int arrays = 0;  // of one row block
  int blocks = 0;  // row blocks
  bool head() const { return output.empty(); }
};

inline constexpr int kStages = 8;
// embed, q, k, v, proj, ff1, ff2, head.
std::array<Stage, kStages> stages_of(const Config& config);

// Mux steps of one array multiplication.
int mux_steps(const Config& config);

// Counter planes of an attention cell.
int score_planes(const Config& config);

}  // namespace xpike::energy
