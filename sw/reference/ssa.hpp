// SPDX-License-Identifier: Apache-2.0
// Stochastic spiking attention of one head (docs/numerics.md, section 7).
#pragma once

#include "model/bit_matrix.hpp"
#include "reference/streams.hpp"

namespace xpike::reference {

struct SsaParams {
  int physical_tokens = 0;  // N of the configuration: period of the bytes of bank S
  int k_s = 0;              // exponent of the scores
  int k_a = 0;              // exponent of the outputs
  bool causal = false;
  bool row_exponent = false;  // exponent of the outputs follows the row
  int row_offset = 0;
};

// Exponent of the outputs of query row i.
int output_exponent(const SsaParams& params, int i);

struct SsaStep {
  BitMatrix s;  // [query][key]
  BitMatrix a;  // [token][column]
};

// One time step. q, k, v: [token][column of the head], as many rows as tokens run.
// Draws bank S once and bank A once per column.
SsaStep ssa_step(const SsaParams& params, const BitMatrix& q, const BitMatrix& k,
                 const BitMatrix& v, LaneBank& score_bank, LaneBank& value_bank);

}  // namespace xpike::reference
