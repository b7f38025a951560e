// SPDX-License-Identifier: Apache-2.0
// Build parameters of the modules of the core, and what docs/registers.md allows a run on them.
#pragma once

#include <algorithm>
#include <vector>

#include "core/ports.hpp"
#include "lib/random.hpp"

namespace xpike::tb {

struct BuildShape {
  unsigned tokens, heads, head_dim, ff, depth, steps, input_rows, classes;
  unsigned array_rows, array_cols, converters, adc_cycles, input_words = 1;
  unsigned tile_tokens = tokens;

  unsigned dim() const { return heads * head_dim; }
  /// Size of a matrix as the register TARGET numbers them.
  unsigned inputs(unsigned matrix) const {
    return matrix == 0 ? input_rows : matrix == 6 ? ff : dim();
  }
  unsigned outputs(unsigned matrix) const {
    return matrix == 5 ? ff : matrix == 7 ? classes : dim();
  }
  unsigned layers(unsigned matrix) const { return matrix == 0 || matrix == 7 ? 1 : depth; }
  unsigned arrays(unsigned matrix) const { return divide_up(inputs(matrix), array_rows); }
  unsigned row_blocks(unsigned matrix) const { return divide_up(outputs(matrix), array_cols); }
  unsigned largest_k_s() const {
    unsigned k = 0;
    while ((1U << k) < head_dim) ++k;
    return k;
  }
  unsigned largest_k_a() const { return tokens > 256 ? 10 : 8; }
  static constexpr unsigned divide_up(unsigned a, unsigned b) { return (a + b - 1) / b; }
};

/// Configuration A and B of configs/configs.json, and the extremes of docs/architecture.md.
inline constexpr BuildShape odd_a_shape{10, 3, 10, 50, 3, 5, 21, 7, 24, 20, 5, 3, 2};
inline constexpr BuildShape odd_b_shape{21, 1, 6, 13, 2, 3, 9, 3, 5, 6, 6, 1, 1};
inline constexpr BuildShape widest_shape{1024, 32,  256, 4096, 16, 64, 1024,
                                         1024, 256, 256, 8,    16, 16, 256};
/// The shape of configuration A with sequences longer than the side of a tile.
inline constexpr BuildShape long_shape{19, 3, 10, 50, 3, 5, 21, 7, 24, 20, 5, 3, 2, 8};
inline constexpr BuildShape smallest_shape{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

/// May this configuration start? `layers` has an entry for every built layer.
inline bool is_legal(const BuildShape& shape, const Ctrl& ctrl,
                     const std::vector<LayerConfig>& layers) {
  const auto within = [](unsigned value, unsigned low, unsigned high) {
    return value >= low && value <= high;
  };
  bool legal = within(ctrl.n_tokens, 1, shape.tokens) && within(ctrl.steps, 1, shape.steps) &&
               within(ctrl.depth, 1, shape.depth) && within(ctrl.pooling, 0, 2) &&
               within(ctrl.k_input, 0, 8) && within(ctrl.input_rows, 1, shape.input_rows) &&
               within(ctrl.classes, 1, shape.classes);
  if (ctrl.position_enable) {
    legal = legal && ctrl.position_base + ctrl.n_tokens <= shape.input_rows;
  }
  for (std::size_t l = 0; l < std::min<std::size_t>(ctrl.depth, layers.size()); ++l) {
    const LayerConfig& layer = layers[l];
    legal = legal && within(layer.k_s, 0, shape.largest_k_s()) &&
            within(layer.k_a, 0, shape.largest_k_a()) && within(layer.res1, 0, 2) &&
            within(layer.res2, 0, 2);
  }
  return legal;
}

/// Random in low..high, the ends often.
inline unsigned with_ends(Random& random, unsigned low, unsigned high) {
  const auto kind = random.below(4);
  return kind == 0   ? low
         : kind == 1 ? high
                     : low + static_cast<unsigned>(random.below(high - low + 1));
}

inline LayerConfig legal_layer(const BuildShape& shape, Random& random) {
  return {.k_s = with_ends(random, 0, shape.largest_k_s()),
          .k_a = with_ends(random, 0, shape.largest_k_a()),
          .row_exponent = random.chance(0.5),
          .row_offset = random.between(-8, 7),
          .res1 = static_cast<unsigned>(random.below(3)),
          .res2 = static_cast<unsigned>(random.below(3))};
}

inline Ctrl legal_ctrl(const BuildShape& shape, Random& random) {
  Ctrl ctrl{.n_tokens = with_ends(random, 1, shape.tokens),
            .steps = with_ends(random, 1, shape.steps),
            .depth = with_ends(random, 1, shape.depth),
            .causal = random.chance(0.5),
            .pooling = static_cast<unsigned>(random.below(3)),
            .anytime = random.chance(0.5),
            .k_input = with_ends(random, 0, 8),
            .input_rows = with_ends(random, 1, shape.input_rows),
            .input_spikes = random.chance(0.5),
            .position_enable = random.chance(0.5),
            .position_base = static_cast<unsigned>(random.bits(16)),
            .classes = with_ends(random, 1, shape.classes),
            .seed = static_cast<unsigned>(random.bits(32)),
            .image = static_cast<unsigned>(random.bits(32))};
  ctrl.position_enable = ctrl.position_enable && ctrl.n_tokens <= shape.input_rows;
  if (ctrl.position_enable) {
    ctrl.position_base = with_ends(random, 0, shape.input_rows - ctrl.n_tokens);
  }
  return ctrl;
}

}  // namespace xpike::tb
