// SPDX-License-Identifier: Apache-2.0
// Cycles of an image on a folded core, the formulas of docs/architecture.md (folded core).
#pragma once

#include <algorithm>
#include <cstdint>
#include <xpike/configs.hpp>

#include "model/network.hpp"

namespace xpike::tb {

/// What a run may choose.
struct FoldedRun {
  int tokens, steps;
  bool spikes, anytime;
};

class FoldedCycles {
 public:
  FoldedCycles(const Config& config, const Network& network) : c_(config), network_(network) {}

  /// From the start to the last word of the result, the packet being there already. Up to delays()
  /// more, where a draw waits for a seed.
  std::int64_t image(const FoldedRun& run) const {
    const int depth = static_cast<int>(network_.layers.size());
    std::int64_t cycles = 2 + seeding(encoder_lanes()) + aimc(run, -1) + readout(run);
    for (int layer = 0; layer < depth; ++layer) cycles += attention(run) + 1 + aimc(run, layer);
    return cycles;
  }

  /// Lanes of attention are seeded, one write each, while the first rows are encoded.
  std::int64_t delays(const FoldedRun& run) const {
    return run.spikes ? 0 : 2 * c_.heads * ceil_div(c_.tokens, 4);
  }

  /// SSA phase of a layer.
  std::int64_t attention(const FoldedRun& run) const {
    const std::int64_t n = run.tokens;
    const std::int64_t columns = c_.head_dim;
    const std::int64_t pairs = network_.causal ? n * (n + 1) / 2 : n * n;
    const std::int64_t draw = 3 * ceil_div(c_.tokens, 4) + 2;
    const std::int64_t scores = draw + pairs * (columns + 2);
    const std::int64_t outputs = columns * (draw + pairs + 2 * n);
    return 1 + run.steps * c_.heads * (scores + outputs);
  }

  /// Phase 0 (layer -1), or the one behind a layer.
  std::int64_t aimc(const FoldedRun& run, int layer) const {
    const bool last = layer + 1 == static_cast<int>(network_.layers.size());
    std::int64_t cycles = 0;
    for (int token = 0; token < run.tokens; ++token) {
      if (layer < 0) {
        cycles += 1 + encoding(run) + matrix(network_.embed, c_.input_rows, c_.dim, false) + 4;
      } else {
        const Layer& l = network_.layers[static_cast<std::size_t>(layer)];
        cycles += matrix(l.proj, c_.dim, c_.dim, true) + 4;
        cycles += matrix(l.ff1, c_.dim, c_.ff, false) + 4;
        cycles += matrix(l.ff2, c_.ff, c_.dim, true) + 4;
      }
      if (last && selects(token, run.tokens)) {
        cycles += matrix(network_.head, c_.dim, c_.classes, false) + 3;
      } else if (!last) {
        const Layer& next = network_.layers[static_cast<std::size_t>(layer + 1)];
        for (const Matrix* m : {&next.q, &next.k, &next.v}) {
          cycles += matrix(*m, c_.dim, c_.dim, false) + 4;
        }
      }
    }
    return cycles * run.steps;
  }

  /// A multiplication. An array's sum is handed to the converter two cycles after its last row,
  /// when the converter is free; that works for D - 1 cycles. The spike of a column that joins a
  /// residual holds the rows of the next column for a cycle, if they are not all read by then.
  std::int64_t matrix(const Matrix& m, int inputs, int outputs, bool joins) const {
    const int arrays = ceil_div(inputs, c_.array_rows);
    std::int64_t cycles = 0;
    int converter = 0;  // D of the array before
    for (int out = 0; out < outputs; ++out) {
      for (int array = 0; array < arrays; ++array) {
        const int rows = std::min(c_.array_rows, inputs - array * c_.array_rows);
        const bool held = joins && out > 0 && array == 0 && converter <= rows;
        cycles += std::max(rows + 2 + (held ? 1 : 0), converter);
        const int shift = m.shift[static_cast<std::size_t>(out / c_.array_cols)];
        converter = ceil_log2(15 * c_.array_rows + 1) + shift + (array + 1 == arrays ? 6 : 4);
      }
    }
    return cycles + converter - 1;
  }

  static std::int64_t seeding(int lanes) { return 23 + 33 * (lanes - 1); }
  std::int64_t encoding(const FoldedRun& run) const {
    return 3 * c_.input_rows + (run.spikes ? 0 : 4 * encoder_lanes());
  }
  std::int64_t readout(const FoldedRun& run) const {
    return std::int64_t{c_.classes} * (2 * run.steps + (run.anytime ? run.steps : 1)) + 1;
  }

 private:
  int encoder_lanes() const { return ceil_div(c_.input_rows, 4); }
  bool selects(int token, int tokens) const {
    return network_.pooling == Pooling::kAll ||
           token == (network_.pooling == Pooling::kFirst ? 0 : tokens - 1);
  }

  Config c_;
  const Network& network_;
};

}  // namespace xpike::tb
