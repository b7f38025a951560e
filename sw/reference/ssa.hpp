// SPDX-License-Identifier: Apache-2.0
// Stochastic spiking attention (docs/numerics.md, section 7).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/bit_matrix.hpp"
#include "model/spike_tensor.hpp"
#include "reference/kernels/simd_level.hpp"
#include "reference/streams.hpp"

namespace xpike::reference {

struct SsaParams {
  int sequence = 0;  // N of the configuration: period of the bytes of bank S
  int k_s = 0;       // exponent of the scores
  int k_a = 0;       // exponent of the outputs
  bool causal = false;
  bool row_exponent = false;  // exponent of the outputs follows the row
  int row_offset = 0;
};

// Exponent of the outputs of query row i.
int output_exponent(const SsaParams& params, int i);

// All heads of one layer.
class Ssa {
 public:
  Ssa(const SsaParams& params, int heads, int head_dim, const Kernels& kernels);

  // One time step. q, k, v, a: [step][token][head * head_dim + column]; s, unless it is nullptr:
  // [step][head * tokens + query][key]. The banks hold the lanes of all heads, one head after the
  // other; bank S draws once, bank A once per column.
  void step(const SpikeTensor& q, const SpikeTensor& k, const SpikeTensor& v, int t,
            LaneBank& score_bank, LaneBank& value_bank, SpikeTensor& a, SpikeTensor* s);

 private:
  void resize(std::size_t tokens);
  void transpose_values(const SpikeTensor& v, int t);
  void split_head(const SpikeTensor& from, int t, std::size_t head,
                  std::vector<std::uint64_t>& to) const;
  void score(const SpikeTensor& q, const SpikeTensor& k, int t, std::size_t head);
  void mask_later_keys();
  void apply(std::size_t head);
  void place_outputs(SpikeTensor& a, int t) const;

  SsaParams params_;
  const Kernels* kernels_;
  std::size_t heads_;
  std::size_t width_;        // columns of a head
  std::size_t score_bytes_;  // bytes of bank S, of bank A of one head
  std::size_t value_bytes_;
  std::vector<std::uint32_t> score_masks_;  // [head][lane], bytes 2^k_s - 1
  std::vector<std::uint32_t> value_masks_;  // [head][lane], bytes 2^ka(i) - 1

  // Room for one time step. Bits lie word by word, see OverlapPass.
  std::size_t tokens_ = 0;
  std::size_t row_distance_ = 0;              // tokens, rounded up to whole vectors
  std::size_t column_distance_;               // all columns, rounded up to whole words
  std::vector<std::uint32_t> score_draw_;     // [head][lane]
  std::vector<std::uint32_t> value_draws_;    // [column][head][lane]
  std::vector<std::uint8_t> score_limits_;    // of one head, [i + j]
  std::vector<std::uint64_t> queries_;        // of one head, [word][token]
  std::vector<std::uint64_t> keys_;           // of one head, [word][token]
  std::vector<std::uint64_t> scores_;         // of one head, [word of keys][query]
  std::vector<std::uint64_t> value_columns_;  // [word of tokens][column]
  std::vector<std::uint64_t> out_columns_;    // [word of tokens][column]
};

struct SsaStep {
  BitMatrix s;  // [query][key]
  BitMatrix a;  // [token][column]
};

// One time step of one head. q, k, v: [token][column of the head], as many rows as tokens run.
SsaStep ssa_step(const SsaParams& params, const BitMatrix& q, const BitMatrix& k,
                 const BitMatrix& v, LaneBank& score_bank, LaneBank& value_bank,
                 const Kernels& kernels = default_kernels());

}  // namespace xpike::reference
