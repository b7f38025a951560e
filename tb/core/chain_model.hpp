// SPDX-License-Identifier: Apache-2.0
// What the AIMC chain must compute: docs/numerics.md, sections 1, 8 and 9, on the matrix model.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "aimc/matrix_model.hpp"
#include "core/build_shape.hpp"

namespace xpike::tb {

/// A spike vector with its token (high byte) and time step.
struct TokenStep {
  unsigned tag = 0;
  Bits bits;
  bool operator==(const TokenStep&) const = default;
};

/// Vectors that passed, and their spikes.
struct Passed {
  std::uint64_t vectors = 0, spikes = 0;
  void add(const Bits& bits) {
    ++vectors;
    for (const auto bit : bits) spikes += bit;
  }
  bool operator==(const Passed&) const = default;
};

/// What one AIMC phase hands to the outside.
struct PhaseResult {
  std::vector<TokenStep> q, k, v;
  std::map<std::string, Passed> passed;  // by tensor
  std::uint64_t head_vectors = 0;        // that HEAD multiplies
};

struct ChainSettings {
  Ctrl ctrl;
  std::vector<unsigned> res1, res2;  // by layer
};

class ChainModel {
 public:
  explicit ChainModel(const BuildShape& shape) : shape_(shape) {
    const auto size = [](unsigned value) { return static_cast<int>(value); };
    for (unsigned m = 0; m < 8; ++m) {
      matrices_.emplace_back(Shape{size(shape.inputs(m)), size(shape.outputs(m)),
                                   size(shape.layers(m)), size(m), size(shape.array_rows),
                                   size(shape.array_cols), size(shape.converters),
                                   size(shape.adc_cycles)});
    }
  }

  MatrixModel& matrix(unsigned number) { return matrices_[number]; }

  void randomize(Random& random) {
    for (MatrixModel& m : matrices_) m.randomize(random);
    MatrixModel& head = matrices_[7];  // one s and one gain for all its arrays
    for (int block = 1; block < head.shape().row_blocks(); ++block) {
      head.converter(0, block) = head.converter(0, 0);
    }
  }

  /// AIMC 0: `rows` in token-step order.
  PhaseResult embed(const ChainSettings& settings, const std::vector<TokenStep>& rows) {
    PhaseResult result;
    x_.clear();
    scores_.assign(shape_.classes, std::vector<std::int64_t>(settings.ctrl.steps));
    for (const TokenStep& in : rows) {
      const bool first = (in.tag & 0xFFU) == 0;
      const Bits x = matrices_[0].spikes(0, in.bits, first);
      result.passed["rows"].add(in.bits);
      send_x(settings, 0, false, in.tag, x, result);
    }
    return result;
  }

  /// AIMC l + 1: `a` in token-step order.
  PhaseResult layer(const ChainSettings& settings, unsigned l, const std::vector<TokenStep>& a) {
    PhaseResult result;
    const int number = static_cast<int>(l);
    for (const TokenStep& in : a) {
      const bool first = (in.tag & 0xFFU) == 0;
      const Bits proj = matrices_[4].spikes(number, in.bits, first);
      const Bits h = residual(settings.res1[l], x_.at(in.tag), proj);
      const Bits ff1 = matrices_[5].spikes(number, h, first);
      const Bits ff2 = matrices_[6].spikes(number, ff1, first);
      const Bits x = residual(settings.res2[l], h, ff2);
      result.passed["a"].add(in.bits);
      result.passed["proj"].add(proj);
      result.passed["res1"].add(h);
      result.passed["ff1"].add(ff1);
      result.passed["ff2"].add(ff2);
      send_x(settings, l + 1, l + 1 == settings.ctrl.depth, in.tag, x, result);
    }
    return result;
  }

  /// The result packet without its last word, and the class.
  std::vector<std::uint32_t> packet(const ChainSettings& settings) const {
    std::vector<std::uint32_t> words;
    std::int64_t best = 0;
    std::uint32_t best_class = 0;
    for (unsigned c = 0; c < settings.ctrl.classes; ++c) {
      std::int64_t running = 0;
      for (unsigned t = 0; t < settings.ctrl.steps; ++t) {
        running += scores_[c][t];
        if (settings.ctrl.anytime || t + 1 == settings.ctrl.steps) {
          words.push_back(static_cast<std::uint32_t>(running));
        }
      }
      if (c == 0 || running > best) {
        best = running;
        best_class = c;
      }
    }
    words.push_back(best_class);
    return words;
  }

 private:
  static Bits residual(unsigned code, const Bits& x, const Bits& branch) {
    Bits result(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      const bool a = x[i] != 0;
      const bool b = branch[i] != 0;
      result[i] = code == 1 ? a || b : code == 2 ? a != b : a && !b;
    }
    return result;
  }

  void send_x(const ChainSettings& settings, unsigned next_layer, bool last, unsigned tag,
              const Bits& x, PhaseResult& result) {
    const unsigned token = tag >> 8U;
    const unsigned step = tag & 0xFFU;
    result.passed["x"].add(x);
    x_[tag] = x;
    if (!last) {
      const int number = static_cast<int>(next_layer);
      result.q.push_back({tag, matrices_[1].spikes(number, x, step == 0)});
      result.k.push_back({tag, matrices_[2].spikes(number, x, step == 0)});
      result.v.push_back({tag, matrices_[3].spikes(number, x, step == 0)});
      result.passed["q"].add(result.q.back().bits);
      result.passed["k"].add(result.k.back().bits);
      result.passed["v"].add(result.v.back().bits);
      return;
    }
    const unsigned pooling = settings.ctrl.pooling;
    const unsigned last_token = settings.ctrl.n_tokens - 1;
    if ((pooling == 1 && token != 0) || (pooling == 2 && token != last_token)) return;
    ++result.head_vectors;
    const MatrixModel& head = matrices_[7];
    for (unsigned c = 0; c < settings.ctrl.classes; ++c) {
      const int out = static_cast<int>(c);
      scores_[c][step] += 4 * head.code_sum(0, out, x) + head.neuron(0, out).bias;
    }
  }

  BuildShape shape_;
  std::vector<MatrixModel> matrices_;
  std::map<unsigned, Bits> x_;                     // by tag
  std::vector<std::vector<std::int64_t>> scores_;  // [class][step]
};

}  // namespace xpike::tb
