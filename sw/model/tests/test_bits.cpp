// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "model/bit_matrix.hpp"
#include "model/random_source.hpp"
#include "model/spike_tensor.hpp"

using namespace xpike;

namespace {

BitMatrix random_bits(std::size_t rows, std::size_t cols, std::uint32_t seed) {
  RandomSource random(seed);
  BitMatrix bits(rows, cols);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < cols; ++c) bits.set(r, c, random.chance(0.5));
  }
  return bits;
}

}  // namespace

TEST_CASE("bits keep their place", "[bits]") {
  BitMatrix bits(3, 130);
  bits.set(1, 0, true);
  bits.set(1, 64, true);
  bits.set(2, 129, true);
  CHECK(bits.count() == 3);
  CHECK(bits.row(1)[0] == 1);
  CHECK(bits.row(1)[1] == 1);
  CHECK(bits.row(2)[2] == 2);
  bits.set(1, 64, false);
  CHECK(bits.count() == 2);
  CHECK_FALSE(bits.get(1, 64));
}

TEST_CASE("column ranges are cut at any offset", "[bits]") {
  const BitMatrix bits = random_bits(4, 200, 1);
  for (const std::size_t begin : {0U, 1U, 30U, 63U, 64U, 100U, 128U, 199U}) {
    for (std::size_t width = 1; begin + width <= 200; width += 13) {
      const BitMatrix part = bits.columns(begin, width);
      std::uint64_t ones = 0;
      for (std::size_t r = 0; r < 4; ++r) {
        for (std::size_t c = 0; c < width; ++c) {
          REQUIRE(part.get(r, c) == bits.get(r, begin + c));
          if (bits.get(r, begin + c)) ++ones;
        }
      }
      REQUIRE(part.count() == ones);  // nothing past the last column
    }
  }
}

TEST_CASE("transposing swaps rows and columns", "[bits]") {
  const BitMatrix bits = random_bits(70, 9, 2);
  const BitMatrix turned = bits.transposed();
  REQUIRE(turned.rows() == 9);
  REQUIRE(turned.cols() == 70);
  for (std::size_t r = 0; r < 70; ++r) {
    for (std::size_t c = 0; c < 9; ++c) REQUIRE(turned.get(c, r) == bits.get(r, c));
  }
}

TEST_CASE("ones are visited in ascending order", "[bits]") {
  BitMatrix bits(1, 300);
  const std::vector<std::size_t> places{0, 5, 63, 64, 191, 299};
  for (const std::size_t place : places) bits.set(0, place, true);
  std::vector<std::size_t> seen;
  for_each_one(bits.row(0), [&](std::size_t c) { seen.push_back(c); });
  CHECK(seen == places);
}

TEST_CASE("a spike tensor is addressed by step, token and feature", "[bits]") {
  SpikeTensor spikes(2, 3, 70);
  spikes.set(1, 2, 66, true);
  spikes.set(1, 0, 3, true);
  CHECK(spikes.get(1, 2, 66));
  CHECK_FALSE(spikes.get(0, 2, 66));
  CHECK(spikes.count() == 2);
  const BitMatrix part = spikes.step_columns(1, 60, 8);
  CHECK(part.rows() == 3);
  CHECK(part.get(2, 6));
  CHECK(part.count() == 1);
}
