// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "reference/bernoulli.hpp"
#include "reference/converter.hpp"
#include "reference/head.hpp"
#include "reference/input_encoder.hpp"
#include "reference/kernels/simd_level.hpp"
#include "reference/lif.hpp"
#include "reference/residual.hpp"

using namespace xpike;
using namespace xpike::reference;

TEST_CASE("an encoder fires for exactly min(value, 2^k) of every 2^k bytes", "[bernoulli]") {
  for (int k = 0; k <= 8; ++k) {
    const int period = 1 << k;
    for (int value = 0; value <= 256; ++value) {
      int fired = 0;
      for (int byte = 0; byte < 256; ++byte) {
        fired += bernoulli(value, static_cast<std::uint8_t>(byte), k) ? 1 : 0;
      }
      REQUIRE(fired == std::min(value, period) * (256 / period));
    }
  }
}

TEST_CASE("the converter rounds halves up and saturates", "[converter]") {
  const int one = 256;  // gain 1.0; with shift 0, one code is 256 device units
  CHECK(convert(0, one, 0) == 0);
  CHECK(convert(127, one, 0) == 0);
  CHECK(convert(128, one, 0) == 1);   // +0.5
  CHECK(convert(-128, one, 0) == 0);  // -0.5
  CHECK(convert(-129, one, 0) == -1);
  CHECK(convert(-384, one, 0) == -1);  // -1.5
  CHECK(convert(-385, one, 0) == -2);
  CHECK(convert(256 * 14 + 128, one, 0) == 15);
  CHECK(convert(256 * 1000, one, 0) == 15);
  CHECK(convert(-256 * 16 - 128, one, 0) == -16);
  CHECK(convert(-256 * 1000, one, 0) == -16);
}

TEST_CASE("gain and shift scale the converter", "[converter]") {
  CHECK(convert(256 * 40, 256, 3) == 5);
  CHECK(convert(256 * 40, 64, 1) == 5);
  CHECK(convert(256 * 12, 128, 2) == 2);  // 1.5 codes
  CHECK(convert(-256 * 12, 128, 2) == -1);
  CHECK(convert(256 * 7, 65535, 7) == 14);  // 7 * 255.996 / 128 = 13.9998
  // The largest sum of a 256-row array does not overflow.
  CHECK(convert(std::int64_t{8191} * 256, 65535, 7) == 15);
  CHECK(convert(std::int64_t{-8191} * 256, 65535, 0) == -16);
}

TEST_CASE("a membrane leaks, integrates and resets", "[lif]") {
  int v = 0;
  CHECK_FALSE(lif_update(v, 3, -2, 11));  // 12 - 2 = 10
  CHECK(v == 10);
  CHECK(lif_update(v, 2, -2, 11));  // 5 + 8 - 2 = 11
  CHECK(v == 0);
  CHECK_FALSE(lif_update(v, -1, 1, 1));
  CHECK(v == -3);
  CHECK_FALSE(lif_update(v, 0, 0, 1));  // -3 / 2 rounds down
  CHECK(v == -2);
  CHECK_FALSE(lif_update(v, 0, 1, 1));
  CHECK(v == 0);
}

TEST_CASE("a membrane saturates once, after the exact sum", "[lif]") {
  int v = 2046;
  CHECK(lif_update(v, -16, 2047, 2047));  // 1023 - 64 + 2047 = 3006, held at 2047
  CHECK(v == 0);
  v = 2046;
  CHECK_FALSE(lif_update(v, -16, 1087, 2047));  // 2046
  CHECK(v == 2046);
  v = -2048;
  CHECK_FALSE(lif_update(v, -16 * 16, -2048, 1));
  CHECK(v == -2048);
  v = -2048;  // -1024 - 4096 + 2047 = -3073: saturating the parts first would give another value
  CHECK_FALSE(lif_update(v, -1024, 2047, 1));
  CHECK(v == -2048);
  v = 2000;  // 1000 + 6000 - 2048 = 4952 fires at the highest threshold
  CHECK(lif_update(v, 1500, -2048, 2047));
}

TEST_CASE("residual codes are bitwise", "[residual]") {
  CHECK(residual(Residual::kIand, 0b1100, 0b1010) == 0b0100);
  CHECK(residual(Residual::kOr, 0b1100, 0b1010) == 0b1110);
  CHECK(residual(Residual::kXor, 0b1100, 0b1010) == 0b0110);
}

TEST_CASE("position rows precede binary rows, which precede random ones", "[input]") {
  InputSpec spec;
  spec.exponent = 4;
  spec.position_base = 2;
  spec.binary = {{3, 6}};
  const int tokens = 3;  // rows 2, 3 and 4 hold the position
  TokenImage image(tokens, 70);
  for (int n = 0; n < tokens; ++n) {
    for (int f = 0; f < image.rows; ++f) image.at(n, f) = static_cast<std::uint16_t>(f * 7 % 19);
    image.at(n, 2) = 256;
    image.at(n, 5) = static_cast<std::uint16_t>(n);
  }
  for (const Kernels* kernels : available_kernels()) {
    INFO(kernels->name);
    for (const bool position : {true, false}) {
      if (!position) spec.position_base.reset();
      const auto bank = [&] { return LaneBank(lane_states(5, 18), 32); };
      LaneBank drawn = bank();
      LaneBank expected = bank();
      const SpikeTensor spikes = encode_input(spec, image, 4, drawn, *kernels);
      for (int n = 0; n < tokens; ++n) {
        for (int t = 0; t < 4; ++t) {
          expected.draw();
          for (int f = 0; f < image.rows; ++f) {
            bool spike = bernoulli(image.at(n, f), expected.byte(f), 4);
            if (f >= 3 && f < 6) spike = image.at(n, f) != 0;
            if (position && f >= 2 && f < 5) spike = f - 2 == n;
            CHECK(spikes.get(t, n, f) == spike);
          }
        }
      }
    }
    spec.position_base = 2;
  }
}

TEST_CASE("the best class is the lowest index among equals", "[head]") {
  CHECK(best_class(std::vector<std::int32_t>{-5}) == 0);
  CHECK(best_class(std::vector<std::int32_t>{1, 7, 7, 3}) == 1);
  CHECK(best_class(std::vector<std::int32_t>{-9, -9, -9}) == 0);
  CHECK(best_class(std::vector<std::int32_t>{-3, -2, -1}) == 2);
}

TEST_CASE("pooling selects tokens of the run", "[head]") {
  SpikeTensor input(2, 5, 3);
  for (int n = 0; n < 5; ++n) {
    for (int f = 0; f < 3; ++f) input.set(1, n, f, (n >> f & 1) != 0);  // token n holds n at t = 1
  }
  CHECK(pooled_tokens(Pooling::kAll, input) == input);
  const SpikeTensor first = pooled_tokens(Pooling::kFirst, input);
  CHECK(first.tokens() == 1);
  CHECK(first.count() == 0);
  const SpikeTensor last = pooled_tokens(Pooling::kLast, input);
  CHECK(last.tokens() == 1);
  CHECK(last.row(0, 0)[0] == 0);
  CHECK(last.row(1, 0)[0] == 4);
}

TEST_CASE("running scores add scaled codes and one bias per token-step", "[head]") {
  Matrix matrix;  // two inputs, two classes; codes equal sums of weights
  matrix.in = 2;
  matrix.out = 2;
  matrix.weight = {3, -5, 0, 7};
  matrix.bias = {10, -1};
  matrix.shift = {0};
  matrix.gain = {256};
  SpikeTensor x(2, 2, 2);
  x.set(0, 0, 0, true);
  x.set(0, 1, 1, true);
  x.set(1, 1, 0, true);
  x.set(1, 1, 1, true);
  // token 0: codes (3, 0) then (0, 0); token 1: codes (-5, 7) then (-2, 7)
  const auto running = [&](Pooling pooling) {
    const Kernels& kernels = default_kernels();
    const ActiveRows rows(pooled_tokens(pooling, x), 8, kernels);
    return Head(matrix, 8, 8, kernels).running_scores(rows);
  };
  CHECK(running(Pooling::kAll) == std::vector<std::int32_t>{12, 26, 24, 52});
  CHECK(running(Pooling::kFirst) == std::vector<std::int32_t>{22, -1, 32, -2});
  CHECK(running(Pooling::kLast) == std::vector<std::int32_t>{-10, 27, -8, 54});
}
