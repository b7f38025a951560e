// SPDX-License-Identifier: Apache-2.0
#include "reference/ssa.hpp"

#include <algorithm>

#include "model/network.hpp"
#include "reference/bernoulli.hpp"

namespace xpike::reference {
namespace {

int overlap(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) {
  int ones = 0;
  for (std::size_t w = 0; w < a.size(); ++w) ones += std::popcount(a[w] & b[w]);
  return ones;
}

BitMatrix scores(const SsaParams& params, const BitMatrix& q, const BitMatrix& k,
                 const LaneBank& bank) {
  const std::size_t tokens = q.rows();
  BitMatrix s(tokens, tokens);
  for (std::size_t i = 0; i < tokens; ++i) {
    const std::size_t keys = params.causal ? i + 1 : tokens;
    for (std::size_t j = 0; j < keys; ++j) {
      const int byte_index = static_cast<int>(i + j) % params.physical_tokens;
      if (bernoulli(overlap(q.row(i), k.row(j)), bank.byte(byte_index), params.k_s)) {
        s.set(i, j, true);
      }
    }
  }
  return s;
}

}  // namespace

int output_exponent(const SsaParams& params, int i) {
  if (!params.row_exponent) return params.k_a;
  return std::clamp(ceil_log2(i + 1) + params.row_offset, 0, kMaxExponent);
}

SsaStep ssa_step(const SsaParams& params, const BitMatrix& q, const BitMatrix& k,
                 const BitMatrix& v, LaneBank& score_bank, LaneBank& value_bank) {
  score_bank.draw();
  SsaStep step{scores(params, q, k, score_bank), BitMatrix(v.rows(), v.cols())};
  const BitMatrix v_columns = v.transposed();  // a column of V lies beside a row of S
  for (std::size_t d = 0; d < v.cols(); ++d) {
    value_bank.draw();
    for (std::size_t i = 0; i < v.rows(); ++i) {
      const int row = static_cast<int>(i);
      const int sum = overlap(step.s.row(i), v_columns.row(d));
      if (bernoulli(sum, value_bank.byte(row), output_exponent(params, row))) {
        step.a.set(i, d, true);
      }
    }
  }
  return step;
}

}  // namespace xpike::reference
