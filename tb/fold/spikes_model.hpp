// SPDX-License-Identifier: Apache-2.0
// The spikes of a folded chip as tensors of docs/numerics.md section 1, each in a place of its own,
// and which of them a matrix reads and writes.
#pragma once

#include <cstdint>
#include <vector>

namespace xpike::tb {

struct SpikesShape {
  unsigned tokens, dim, ff, steps, rows;
};

/// Matrices as the register TARGET numbers them.
enum MatrixNumber : unsigned { kEmbed, kQ, kK, kV, kProj, kFf1, kFf2, kHead };

/// Residual codes of section 8; the unused one is left out.
inline bool residual(unsigned mode, bool x, bool branch) {
  return mode == 1 ? x || branch : mode == 2 ? x != branch : x && !branch;
}

class SpikesModel {
 public:
  using Bits = std::vector<std::uint8_t>;

  explicit SpikesModel(SpikesShape shape)
      : x(size(shape)),
        q(size(shape)),
        k(size(shape)),
        v(size(shape)),
        a(size(shape)),
        input(shape.rows),
        h(shape.dim),
        hidden(shape.ff),
        scores(shape.tokens * shape.tokens),
        shape_(shape) {}

  /// Place in a tensor of all tokens and time steps.
  std::size_t place(unsigned step, unsigned token, unsigned column) const {
    return (std::size_t{step} * shape_.tokens + token) * shape_.dim + column;
  }
  unsigned inputs(unsigned matrix) const {
    return matrix == kEmbed ? shape_.rows : matrix == kFf2 ? shape_.ff : shape_.dim;
  }
  unsigned outputs(unsigned matrix) const { return matrix == kFf1 ? shape_.ff : shape_.dim; }

  /// Bit `index` of the input vector of a matrix.
  bool read(unsigned matrix, unsigned step, unsigned token, unsigned index) const {
    switch (matrix) {
      case kEmbed:
        return input[index] != 0;
      case kProj:
        return a[place(step, token, index)] != 0;
      case kFf1:
        return h[index] != 0;
      case kFf2:
        return hidden[index] != 0;
      default:
        return x[place(step, token, index)] != 0;
    }
  }

  /// Where the spike of a column goes.
  std::uint8_t& target(unsigned matrix, unsigned step, unsigned token, unsigned column) {
    const std::size_t at = place(step, token, column);
    switch (matrix) {
      case kQ:
        return q[at];
      case kK:
        return k[at];
      case kV:
        return v[at];
      case kProj:
        return h[column];
      case kFf1:
        return hidden[column];
      default:
        return x[at];  // EMBED, FF2
    }
  }

  /// What is joined with a spike of PROJ or FF2.
  bool joined(unsigned matrix, unsigned step, unsigned token, unsigned column) const {
    return (matrix == kProj ? x[place(step, token, column)] : h[column]) != 0;
  }

  Bits x, q, k, v, a;  // of all time steps and tokens
  Bits input, h, hidden;
  Bits scores;

 private:
  static std::size_t size(SpikesShape shape) {
    return std::size_t{shape.steps} * shape.tokens * shape.dim;
  }

  SpikesShape shape_;
};

}  // namespace xpike::tb
