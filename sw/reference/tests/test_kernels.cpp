// SPDX-License-Identifier: Apache-2.0
// Every level of vector instructions against the definitions of the numerics page.
#include <algorithm>
#include <bit>
#include <catch2/catch.hpp>
#include <vector>

#include "model/error.hpp"
#include "model/random_source.hpp"
#include "reference/bernoulli.hpp"
#include "reference/converter.hpp"
#include "reference/kernels/simd_level.hpp"
#include "reference/lfsr.hpp"
#include "reference/lif.hpp"
#include "reference/neuron_stage.hpp"

using namespace xpike;
using namespace xpike::reference;

namespace {

std::vector<std::uint64_t> random_words(RandomSource& random, std::size_t count, double rate) {
  std::vector<std::uint64_t> words(count, 0);
  for (std::uint64_t& word : words) {
    for (int bit = 0; bit < 64; ++bit) {
      if (random.chance(rate)) word |= std::uint64_t{1} << bit;
    }
  }
  return words;
}

SpikeTensor random_spikes(RandomSource& random, int steps, int tokens, int features, double rate) {
  SpikeTensor spikes(steps, tokens, features);
  for (int t = 0; t < steps; ++t) {
    for (int n = 0; n < tokens; ++n) {
      for (int f = 0; f < features; ++f) spikes.set(t, n, f, random.chance(rate));
    }
  }
  return spikes;
}

// A matrix whose converters stay within the fast path of ideal cells, or not.
Matrix random_matrix(RandomSource& random, int in, int out, int array_cols, bool high_gain) {
  Matrix m;
  m.in = in;
  m.out = out;
  for (int i = 0; i < in * out; ++i) {
    m.weight.push_back(static_cast<std::int8_t>(random.integer(-kMaxWeight, kMaxWeight)));
  }
  for (int o = 0; o < out; ++o) {
    m.bias.push_back(static_cast<std::int16_t>(random.integer(kMinBias, kMaxBias) / 16));
    m.threshold.push_back(static_cast<std::int16_t>(random.integer(1, 300)));
  }
  for (int block = 0; block < ceil_div(out, array_cols); ++block) {
    const int shift = random.integer(0, kMaxShift);
    m.shift.push_back(static_cast<std::uint8_t>(shift));
    m.gain.push_back(static_cast<std::uint16_t>(high_gain ? random.integer(256 << shift, kMaxGain)
                                                          : random.integer(1, (256 << shift) - 1)));
  }
  return m;
}

Devices random_devices(RandomSource& random, const Matrix& m) {
  Devices devices;
  for (std::size_t i = 0; i < m.weight.size(); ++i) {
    devices.plus.push_back(static_cast<std::uint16_t>(random.integer(0, kMaxConductance)));
    devices.minus.push_back(static_cast<std::uint16_t>(random.integer(0, kMaxConductance)));
  }
  return devices;
}

int code_sum(const Matrix& m, int rows, int cols, int o, const SpikeTensor& x, int t, int n) {
  const auto block = static_cast<std::size_t>(o / cols);
  int sum = 0;
  for (int first = 0; first < m.in; first += rows) {
    std::int64_t p = 0;
    for (int i = first; i < std::min(first + rows, m.in); ++i) {
      if (x.get(t, n, i)) p += m.cell_at(o, i);
    }
    sum += convert(p, m.gain[block], m.shift[block]);
  }
  return sum;
}

// Codes and spikes of a matrix on arrays of rows x cols, by the definitions and by the kernels.
void check_matrix(const Matrix& m, int rows, int cols, const SpikeTensor& x,
                  const Kernels& kernels) {
  const ActiveRows lists(x, rows, kernels);
  const SynapticMatrix synapses(m, rows, cols, kernels);
  const auto codes = synapses.code_sums(lists);
  const SpikeTensor spikes = NeuronStage(m, rows, cols, kernels).run(lists);
  long wrong_codes = 0;
  long wrong_spikes = 0;
  for (int n = 0; n < x.tokens(); ++n) {
    std::vector<int> membrane(static_cast<std::size_t>(m.out), 0);
    for (int t = 0; t < x.steps(); ++t) {
      const std::int16_t* row =
          codes.data() + static_cast<std::size_t>(n * x.steps() + t) * synapses.code_distance();
      for (int o = 0; o < m.out; ++o) {
        const auto c = static_cast<std::size_t>(o);
        const int sum = code_sum(m, rows, cols, o, x, t, n);
        if (row[o] != sum) ++wrong_codes;
        if (lif_update(membrane[c], sum, m.bias[c], m.threshold[c]) != spikes.get(t, n, o)) {
          ++wrong_spikes;
        }
      }
      // Whole words are compared elsewhere: nothing may fire behind the last column.
      CHECK((spikes.row(t, n).back() >> 1 >> ((m.out - 1) % 64)) == 0);
    }
  }
  CHECK(wrong_codes == 0);
  CHECK(wrong_spikes == 0);
}

}  // namespace

TEST_CASE("the portable level is there and names are checked", "[kernels]") {
  CHECK(available_kernels().front()->name == std::string("portable"));
  for (const Kernels* kernels : available_kernels()) {
    CHECK(&kernels_by_name(kernels->name, "test") == kernels);
  }
  CHECK_THROWS_AS(kernels_by_name("sse9", "test"), Error);
}

TEST_CASE("draws of any leap equal single steps", "[kernels]") {
  for (const Kernels* kernels : available_kernels()) {
    for (int leap = 1; leap <= 32; ++leap) {
      for (const std::size_t lanes : {1U, 3U, 16U, 37U}) {
        INFO(kernels->name << ", leap " << leap << ", lanes " << lanes);
        std::vector<std::uint32_t> states;
        std::vector<std::uint32_t> masks;
        for (std::uint32_t lane = 0; lane < lanes; ++lane) {
          states.push_back(0x9E3779B9U * (lane + 1));
          masks.push_back(lane % 2 == 0 ? 0xFFFFFFFFU : 0x01071F3FU);
        }
        std::vector<std::uint32_t> expected = states;
        std::vector<std::uint32_t> out(3 * lanes);
        kernels->draw(states.data(), lanes, leap, 3, masks.data(), out.data());
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(out.data());
        for (std::size_t d = 0; d < 3; ++d) {
          for (std::size_t lane = 0; lane < lanes; ++lane) {
            expected[lane] = lfsr_draw(expected[lane], leap);
            for (int b = 0; b < 4; ++b) {
              REQUIRE(*bytes++ == lfsr_byte(expected[lane] & masks[lane], b));
            }
          }
        }
        CHECK(states == expected);
      }
    }
  }
}

TEST_CASE("bytes are compared with their limits", "[kernels]") {
  RandomSource random(2);
  for (const Kernels* kernels : available_kernels()) {
    for (std::size_t count = 1; count <= 200; ++count) {
      INFO(kernels->name << ", " << count << " bytes");
      std::vector<std::uint8_t> values;
      std::vector<std::uint8_t> limits;
      for (std::size_t i = 0; i < count; ++i) {
        values.push_back(static_cast<std::uint8_t>(random.integer(0, 255)));
        limits.push_back(
            static_cast<std::uint8_t>(random.chance(0.3) ? values.back() : random.integer(0, 255)));
      }
      std::vector<std::uint64_t> bits((count + 63) / 64, ~std::uint64_t{0});
      kernels->at_least(values.data(), limits.data(), count, bits.data());
      for (std::size_t i = 0; i < 64 * bits.size(); ++i) {
        REQUIRE((bits[i / 64] >> (i % 64) & 1) == (i < count && values[i] >= limits[i] ? 1 : 0));
      }
    }
  }
}

TEST_CASE("ones are counted and listed", "[kernels]") {
  RandomSource random(3);
  for (const Kernels* kernels : available_kernels()) {
    for (const int features : {1, 5, 64, 128, 200, 1000}) {
      for (const double rate : {0.0, 0.2, 1.0}) {
        INFO(kernels->name << ", " << features << " features, rate " << rate);
        const SpikeTensor x = random_spikes(random, 3, 4, features, rate);
        CHECK(kernels->count_ones(x.words().data(), x.words().size()) == x.count());
        for (const int rows : {1, 7, 64, 128, 256}) {
          const ActiveRows lists(x, rows, *kernels);
          CHECK(lists.spikes() == x.count());
          for (int a = 0; a < ceil_div(features, rows); ++a) {
            const std::uint32_t* begin = lists.begin(static_cast<std::size_t>(a));
            for (int n = 0; n < 4; ++n) {
              for (int t = 0; t < 3; ++t, ++begin) {
                std::vector<std::uint16_t> expected;
                for (int i = a * rows; i < std::min((a + 1) * rows, features); ++i) {
                  if (x.get(t, n, i))
                    expected.push_back(static_cast<std::uint16_t>(64 * (i - a * rows + 1)));
                }
                expected.resize((expected.size() + 7) / 8 * 8, 0);
                REQUIRE(std::equal(lists.rows() + begin[0], lists.rows() + begin[1],
                                   expected.begin(), expected.end()));
              }
            }
          }
        }
      }
    }
  }
}

TEST_CASE("blocks of bits are transposed", "[kernels]") {
  RandomSource random(4);
  const auto in = random_words(random, 64, 0.5);
  for (const Kernels* kernels : available_kernels()) {
    INFO(kernels->name);
    std::vector<std::uint64_t> out(64);
    kernels->transpose(in.data(), out.data());
    for (std::size_t r = 0; r < 64; ++r) {
      for (std::size_t c = 0; c < 64; ++c) REQUIRE((out[c] >> r & 1) == (in[r] >> c & 1));
    }
  }
}

TEST_CASE("overlaps are compared with their limits", "[kernels]") {
  RandomSource random(5);
  for (const Kernels* kernels : available_kernels()) {
    for (const std::size_t bits : {7U, 32U, 33U, 64U, 100U, 256U}) {
      const std::size_t words = (bits + 63) / 64;
      for (const std::size_t y_rows : {1U, 8U, 21U, 64U, 130U}) {
        INFO(kernels->name << ", " << bits << " bits, " << y_rows << " rows");
        const std::size_t x_rows = 11;
        const std::size_t distance = (y_rows + 7) / 8 * 8;
        auto x = random_words(random, words * x_rows, 0.7);
        auto y = random_words(random, words * distance, 0.7);
        for (std::size_t i = 0; i < x_rows && bits % 64 != 0; ++i) {
          x[(words - 1) * x_rows + i] &= (std::uint64_t{1} << (bits % 64)) - 1;
        }
        for (std::size_t j = 0; j < distance && bits % 64 != 0; ++j) {
          y[(words - 1) * distance + j] &= (std::uint64_t{1} << (bits % 64)) - 1;
        }
        std::vector<std::uint8_t> limits(x_rows * 3 + distance + 8);
        for (std::uint8_t& limit : limits) {
          limit = static_cast<std::uint8_t>(random.integer(0, static_cast<int>(3 * bits / 4)));
        }
        std::vector<std::uint64_t> out((y_rows + 63) / 64 * x_rows, ~std::uint64_t{0});
        kernels->overlaps({.bits = bits,
                           .x = x.data(),
                           .x_rows = x_rows,
                           .x_distance = x_rows,
                           .y = y.data(),
                           .y_rows = y_rows,
                           .y_distance = distance,
                           .limits = limits.data(),
                           .limit_distance = 3,
                           .out = out.data(),
                           .out_distance = x_rows});
        for (std::size_t i = 0; i < x_rows; ++i) {
          for (std::size_t j = 0; j < 64 * ((y_rows + 63) / 64); ++j) {
            int count = 0;
            for (std::size_t w = 0; w < words && j < y_rows; ++w) {
              count += std::popcount(x[w * x_rows + i] & y[w * distance + j]);
            }
            const bool above = j < y_rows && bernoulli(count, limits[3 * i + j], 8);
            REQUIRE((out[j / 64 * x_rows + i] >> (j % 64) & 1) == (above ? 1 : 0));
          }
        }
      }
    }
  }
}

TEST_CASE("limits of two bytes", "[kernels]") {
  RandomSource random(15);
  const std::size_t x_rows = 5;
  const std::size_t words = 16;  // 1024 ones and more than a byte's limits
  for (const Kernels* kernels : available_kernels()) {
    for (const std::size_t bits : {20U, 64U, 300U, 1024U}) {
      for (const std::size_t y_rows : {1U, 8U, 13U, 70U}) {
        INFO(kernels->name << ", " << bits << " bits, " << y_rows << " rows");
        const std::size_t distance = (y_rows + 7) / 8 * 8;
        const auto cut = [&](std::vector<std::uint64_t> rows, std::size_t count) {
          for (std::size_t w = 0; w < words; ++w) {
            const std::size_t left = bits > 64 * w ? bits - 64 * w : 0;
            for (std::size_t i = 0; i < count && left < 64; ++i) {
              rows[w * count + i] &= (std::uint64_t{1} << left) - 1;
            }
          }
          return rows;
        };
        const auto x = cut(random_words(random, words * x_rows, 0.9), x_rows);
        const auto y = cut(random_words(random, words * distance, 0.9), distance);
        std::vector<std::uint8_t> limits;
        for (std::size_t i = 0; i < x_rows * distance + 8; ++i) {
          const int limit = random.integer(0, static_cast<int>(bits));
          limits.push_back(static_cast<std::uint8_t>(limit));
          limits.push_back(static_cast<std::uint8_t>(limit >> 8));
        }
        std::vector<std::uint64_t> out((y_rows + 63) / 64 * x_rows, ~std::uint64_t{0});
        kernels->overlaps({.bits = bits,
                           .x = x.data(),
                           .x_rows = x_rows,
                           .x_distance = x_rows,
                           .y = y.data(),
                           .y_rows = y_rows,
                           .y_distance = distance,
                           .limits = limits.data(),
                           .limit_distance = 2 * distance,
                           .limit_bytes = 2,
                           .out = out.data(),
                           .out_distance = x_rows});
        for (std::size_t i = 0; i < x_rows; ++i) {
          for (std::size_t j = 0; j < 64 * ((y_rows + 63) / 64); ++j) {
            int count = 0;
            for (std::size_t w = 0; w < words && j < y_rows; ++w) {
              count += std::popcount(x[w * x_rows + i] & y[w * distance + j]);
            }
            const std::size_t place = 2 * (i * distance + j);
            const bool above = j < y_rows && count > limits[place] + 256 * limits[place + 1];
            REQUIRE((out[j / 64 * x_rows + i] >> (j % 64) & 1) == (above ? 1 : 0));
          }
        }
      }
    }
  }
}

TEST_CASE("256 common ones exceed every limit", "[kernels]") {
  const std::vector<std::uint64_t> all(4 * 8, ~std::uint64_t{0});
  const std::vector<std::uint8_t> limits(16, 255);
  for (const Kernels* kernels : available_kernels()) {
    INFO(kernels->name);
    std::uint64_t out = 0;
    kernels->overlaps({256, all.data(), 1, 8, all.data(), 8, 8, limits.data(), 1, 1, &out, 1});
    CHECK(out == 0xff);
  }
}

TEST_CASE("matrices of weights and of devices follow the definitions", "[kernels]") {
  struct Size {
    int in, out, rows, cols;
  };
  RandomSource random(6);
  for (const Size& size :
       {Size{1, 1, 1, 1}, Size{13, 6, 5, 6}, Size{50, 30, 24, 20}, Size{130, 70, 64, 32},
        Size{300, 200, 128, 128}, Size{256, 65, 256, 13}}) {
    for (const bool high_gain : {false, true}) {
      for (const bool devices : {false, true}) {
        Matrix m = random_matrix(random, size.in, size.out, size.cols, high_gain);
        if (devices) m.devices = random_devices(random, m);
        for (const double rate : {0.1, 0.6, 1.0}) {
          const SpikeTensor x = random_spikes(random, 5, 3, size.in, rate);
          for (const Kernels* kernels : available_kernels()) {
            INFO(kernels->name << ", " << size.in << " x " << size.out << ", high gain "
                               << high_gain << ", devices " << devices << ", rate " << rate);
            check_matrix(m, size.rows, size.cols, x, *kernels);
          }
        }
      }
    }
  }
}

TEST_CASE("extreme cells, converters and neurons follow the definitions", "[kernels]") {
  RandomSource random(7);
  for (const int sign : {-1, 1}) {
    for (const int gain : {1, 255, 256, 32767, 32768, 65535}) {
      for (const int shift : {0, 7}) {
        for (const bool devices : {false, true}) {
          Matrix m = random_matrix(random, 600, 3, 8, false);
          std::fill(m.weight.begin(), m.weight.end(), static_cast<std::int8_t>(15 * sign));
          m.gain = {static_cast<std::uint16_t>(gain)};
          m.shift = {static_cast<std::uint8_t>(shift)};
          m.bias = {-2048, 2047, 0};
          m.threshold = {2047, 1, 2047};
          if (devices) {
            const std::vector<std::uint16_t> on(m.weight.size(), kMaxConductance);
            const std::vector<std::uint16_t> off(m.weight.size(), 0);
            m.devices = sign > 0 ? Devices{on, off} : Devices{off, on};
          }
          const SpikeTensor x = random_spikes(random, 8, 2, 600, 0.9);
          for (const Kernels* kernels : available_kernels()) {
            INFO(kernels->name << ", sign " << sign << ", gain " << gain << ", shift " << shift);
            check_matrix(m, 256, 8, x, *kernels);
            check_matrix(m, 3, 8, x, *kernels);  // 200 arrays
          }
        }
      }
    }
  }
}

TEST_CASE("more arrays than the chip can address are refused", "[kernels]") {
  RandomSource random(8);
  const Matrix m = random_matrix(random, 257, 1, 1, false);
  CHECK_THROWS_AS(SynapticMatrix(m, 1, 1, default_kernels()), Error);
  CHECK_NOTHROW(SynapticMatrix(m, 2, 1, default_kernels()));
}
