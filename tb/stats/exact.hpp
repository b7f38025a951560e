// SPDX-License-Identifier: Apache-2.0
// Dependence of two random bytes, exactly, over all states of the register.
//
// Every bit of every byte is a parity of bits of one start state. Two bytes are independent, over
// all start states, if their 16 parities are linearly independent over GF(2); otherwise the joint
// distribution is enumerated.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace xpike::stats {

// Bit j of a byte is the parity of (state & mask[j]).
struct ByteParities {
  std::array<std::uint32_t, 8> mask{};
};

// Bytes 0..3 of the state that lies `steps` register steps after the start state.
std::array<ByteParities, 4> bytes_after(std::uint32_t steps);

struct Dependence {
  int missing_rank = 0;      // 16 - rank of the parities
  double correlation = 0.0;  // largest |correlation| of two spikes, over k, I and J
  int k = 0, i = 0, j = 0;   // where: I > r of one byte, J > r of the other, exponent k
};

Dependence dependence(const ByteParities& a, const ByteParities& b);

// All pairs of bytes of a family: how many, how many dependent ones, and the worst.
struct Scan {
  std::size_t pairs = 0;
  std::size_t dependent = 0;
  Dependence worst;
};

// A byte against the same byte `lag` draws later, and against the three others of its lane; all
// lags of a range.
Scan scan_same_byte(int leap, int first_lag, int last_lag);
Scan scan_other_bytes(int leap, int first_lag, int last_lag);

// Bytes of one lane against those of the lanes 1..distance further, at lags -max_lag..max_lag.
Scan scan_lanes(int leap, int distance, int max_lag);

// Shape of a chip, as far as its sums go.
struct Shape {
  int tokens = 0, heads = 0, head_dim = 0, input_rows = 0;
};

// All pairs of encoders that feed one sum of the chip within a time step:
// the scores of a row (bank S, one draw), the outputs of a token (bank A, all heads and columns),
// the input rows of a token (encoder, one draw).
Scan scan_row_sum(const Shape& shape);
Scan scan_projection_sum(const Shape& shape, int leap);
Scan scan_embedding_sum(const Shape& shape);

// Correlation of I > r and J > r', r and r' the low k bits of the bytes.
double spike_correlation(const ByteParities& a, const ByteParities& b, int k, int i, int j);

// Largest ratio, over all (I, k), of the variance of the spikes summed over `draws` consecutive
// draws of one byte to that of as many independent spikes.
double variance_inflation(int leap, int byte, int draws);

}  // namespace xpike::stats
