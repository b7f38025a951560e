// SPDX-License-Identifier: Apache-2.0
#include "naive_network.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace naive {
namespace {

using xpike::Config;
using xpike::Matrix;
using xpike::Network;
using xpike::TokenImage;

// State 2^20 real steps further, remembered because lanes of many runs share it.
std::uint32_t million_steps(std::uint32_t state) {
  static std::map<std::uint32_t, std::uint32_t> known;
  const auto found = known.find(state);
  if (found != known.end()) return found->second;
  std::uint32_t next = state;
  for (int i = 0; i < 1024 * 1024; ++i) next = step(next);
  return known[state] = next;
}

struct Lane {
  std::uint32_t state;
  void draw(int leap) {
    for (int i = 0; i < leap; ++i) state = step(state);
  }
};

std::vector<Lane> all_lanes(std::uint32_t start, int count) {
  std::vector<Lane> lanes;
  for (int i = 0; i < count; ++i) {
    lanes.push_back({start});
    start = million_steps(start);
  }
  return lanes;
}

int byte_of(const std::vector<Lane>& lanes, int first_lane, int b) {
  const std::uint32_t state = lanes.at(static_cast<std::size_t>(first_lane + b / 4)).state;
  std::uint32_t shifted = state;
  for (int i = 0; i < b % 4; ++i) shifted /= 256;
  return static_cast<int>(shifted % 256);
}

int fires(int value, int byte, int k) {
  int modulus = 1;
  for (int i = 0; i < k; ++i) modulus *= 2;
  return value > byte % modulus ? 1 : 0;
}

// Floor division, for shifts that round towards minus infinity.
long floor_div(long a, long b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

// Sum of converter codes of output o.
long code_sum(const Network& net, const Matrix& m, int o, const Bits& x) {
  const std::size_t block = static_cast<std::size_t>(o / net.array_cols);
  const long scale = 65536L * (1L << m.shift[block]);
  long sum = 0;
  for (int first = 0; first < m.in; first += net.array_rows) {
    long p = 0;
    for (int i = first; i < std::min(first + net.array_rows, m.in); ++i) {
      const std::size_t cell = static_cast<std::size_t>(o * m.in + i);
      const long w = m.weight[cell];
      long plus = w > 0 ? 256 * w : 0;
      long minus = w < 0 ? -256 * w : 0;
      if (m.devices) {
        plus = m.devices->plus[cell];
        minus = m.devices->minus[cell];
      }
      p += x[static_cast<std::size_t>(i)] * (plus - minus);
    }
    const long code = floor_div(p * m.gain[block] + scale / 2, scale);
    sum += std::max(-16L, std::min(15L, code));
  }
  return sum;
}

Tensor zeros(std::size_t steps, std::size_t tokens, std::size_t features) {
  return Tensor(steps, std::vector<Bits>(tokens, Bits(features, 0)));
}

Tensor stage(const Network& net, const Matrix& m, const Tensor& x) {
  Tensor y = zeros(x.size(), x[0].size(), static_cast<std::size_t>(m.out));
  for (std::size_t n = 0; n < x[0].size(); ++n) {
    for (std::size_t o = 0; o < y[0][0].size(); ++o) {
      long v = 0;
      for (std::size_t t = 0; t < x.size(); ++t) {
        const long u = std::max(
            -2048L, std::min(2047L, floor_div(v, 2) + m.bias[o] +
                                        4 * code_sum(net, m, static_cast<int>(o), x[t][n])));
        y[t][n][o] = u >= m.threshold[o] ? 1 : 0;
        v = y[t][n][o] == 1 ? 0 : u;
      }
    }
  }
  return y;
}

Tensor combine(xpike::Residual kind, const Tensor& x, const Tensor& b) {
  Tensor y = x;
  for (std::size_t t = 0; t < x.size(); ++t) {
    for (std::size_t n = 0; n < x[t].size(); ++n) {
      for (std::size_t f = 0; f < x[t][n].size(); ++f) {
        const int p = x[t][n][f];
        const int q = b[t][n][f];
        if (kind == xpike::Residual::kIand) y[t][n][f] = p * (1 - q);
        if (kind == xpike::Residual::kOr) y[t][n][f] = std::max(p, q);
        if (kind == xpike::Residual::kXor) y[t][n][f] = p != q ? 1 : 0;
      }
    }
  }
  return y;
}

Tensor encode(const Config& config, const Network& net, const TokenImage& image, int steps,
              std::uint32_t start) {
  std::vector<Lane> lanes = all_lanes(start, (config.input_rows + 3) / 4);
  const int rows = net.shape.input_rows;
  Tensor y = zeros(static_cast<std::size_t>(steps), static_cast<std::size_t>(image.tokens),
                   static_cast<std::size_t>(rows));
  for (int n = 0; n < image.tokens; ++n) {
    for (int t = 0; t < steps; ++t) {
      for (Lane& lane : lanes) lane.draw(config.leap_encoder);
      for (int f = 0; f < rows; ++f) {
        int spike = 0;
        if (image.stream) {
          spike = image.stream->get(t, n, f) ? 1 : 0;
        } else {
          spike = fires(image.at(n, f), byte_of(lanes, 0, f), net.input.exponent);
          for (const auto& [begin, end] : net.input.binary) {
            if (begin <= f && f < end) spike = image.at(n, f) == 0 ? 0 : 1;
          }
        }
        const int place = f - net.input.position_base.value_or(10000);
        if (place >= 0 && place < image.tokens) spike = place == n ? 1 : 0;
        y[static_cast<std::size_t>(t)][static_cast<std::size_t>(n)][static_cast<std::size_t>(f)] =
            spike;
      }
    }
  }
  return y;
}

// Numbers of bank A have two bytes where sequences may be longer than 256 tokens.
bool is_long(const Config& config) { return config.tokens > 256; }

int output_exponent(const Config& config, const xpike::Layer& layer, int i) {
  if (!layer.row_exponent) return layer.k_a;
  const int k = static_cast<int>(std::ceil(std::log2(i + 1.0))) + layer.row_offset;
  return std::max(0, std::min(is_long(config) ? 10 : 8, k));
}

void attention(const Config& config, const Network& net, const xpike::Layer& layer,
               std::uint32_t start, LayerResult& r) {
  const int heads = config.heads;
  const int width = config.head_dim;
  const int bank = (config.tokens + 3) / 4;
  const std::size_t steps = r.q.size();
  const int tokens = static_cast<int>(r.q[0].size());
  const auto count = static_cast<std::size_t>(tokens);
  const int value_bank = is_long(config) ? (config.tokens + 1) / 2 : bank;
  const int first_value = heads * bank;
  std::vector<Lane> lanes = all_lanes(start, first_value + heads * value_bank);
  r.a = zeros(steps, count, static_cast<std::size_t>(config.dim));
  r.s = Scores(steps, std::vector<std::vector<Bits>>(static_cast<std::size_t>(heads),
                                                     std::vector<Bits>(count, Bits(count, 0))));
  for (std::size_t t = 0; t < steps; ++t) {
    for (int l = 0; l < heads * bank; ++l) {
      lanes[static_cast<std::size_t>(l)].draw(config.leap_score);
    }
    for (int h = 0; h < heads; ++h) {
      auto& s = r.s[t][static_cast<std::size_t>(h)];
      for (int i = 0; i < tokens; ++i) {
        for (int j = 0; j < tokens; ++j) {
          int c = 0;
          for (int d = h * width; d < (h + 1) * width; ++d) {
            c += r.q[t][static_cast<std::size_t>(i)][static_cast<std::size_t>(d)] *
                 r.k[t][static_cast<std::size_t>(j)][static_cast<std::size_t>(d)];
          }
          const bool seen = !net.causal || j <= i;
          s[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] =
              seen ? fires(c, byte_of(lanes, h * bank, (i + j) % config.tokens), layer.k_s) : 0;
        }
      }
    }
    for (int d = 0; d < width; ++d) {
      for (int l = first_value; l < first_value + heads * value_bank; ++l) {
        lanes[static_cast<std::size_t>(l)].draw(config.leap_value);
      }
      for (int h = 0; h < heads; ++h) {
        const auto f = static_cast<std::size_t>(h * width + d);
        for (std::size_t i = 0; i < count; ++i) {
          int sum = 0;
          for (std::size_t j = 0; j < count; ++j) {
            sum += r.s[t][static_cast<std::size_t>(h)][i][j] * r.v[t][j][f];
          }
          const int row = static_cast<int>(i);
          const int first = first_value + h * value_bank;
          const int number = is_long(config) ? byte_of(lanes, first, 2 * row) +
                                                   256 * byte_of(lanes, first, 2 * row + 1)
                                             : byte_of(lanes, first, row);
          r.a[t][i][f] = fires(sum, number, output_exponent(config, layer, row));
        }
      }
    }
  }
}

void classify(const Network& net, const Tensor& x, NetworkResult& result) {
  const std::size_t tokens = x[0].size();
  std::vector<long> total(static_cast<std::size_t>(net.shape.classes), 0);
  for (const auto& step_spikes : x) {
    for (std::size_t n = 0; n < tokens; ++n) {
      if (net.pooling == xpike::Pooling::kFirst && n != 0) continue;
      if (net.pooling == xpike::Pooling::kLast && n + 1 != tokens) continue;
      for (std::size_t c = 0; c < total.size(); ++c) {
        total[c] +=
            4 * code_sum(net, net.head, static_cast<int>(c), step_spikes[n]) + net.head.bias[c];
      }
    }
    result.head.push_back(total);
  }
  for (std::size_t c = 0; c < total.size(); ++c) {
    if (total[c] > total[static_cast<std::size_t>(result.predicted)]) {
      result.predicted = static_cast<int>(c);
    }
  }
}

}  // namespace

// Galois form, bit by bit: exponents 32, 22, 2, 1 of the polynomial feed bits 31, 21, 1 and 0.
std::uint32_t step(std::uint32_t state) {
  const bool out = state % 2 == 1;
  state /= 2;
  if (!out) return state;
  for (const int exponent : {32, 22, 2, 1}) state ^= std::uint32_t{1} << (exponent - 1);
  return state;
}

std::uint32_t base(std::uint32_t seed, std::uint32_t image, std::uint32_t layer,
                   std::uint32_t kind) {
  const std::uint64_t limit = std::uint64_t{1} << 32;
  std::uint64_t h = 0x58504B31;
  for (const std::uint64_t word : {seed, image, 2 * layer + kind}) {
    h = (h + word) % limit;
    for (int round = 0; round < 6; ++round) {
      h = h * 513 % limit;
      h ^= h / 4096;
    }
  }
  return h == 0 ? 1 : static_cast<std::uint32_t>(h);
}

NetworkResult run(const Config& config, const Network& net, const TokenImage& image,
                  std::uint32_t image_number, int steps, std::uint32_t seed) {
  NetworkResult result;
  result.input = encode(config, net, image, steps, base(seed, image_number, 0, 0));
  result.embed = stage(net, net.embed, result.input);
  Tensor x = result.embed;
  std::uint32_t index = 0;
  for (const xpike::Layer& layer : net.layers) {
    LayerResult r;
    r.q = stage(net, layer.q, x);
    r.k = stage(net, layer.k, x);
    r.v = stage(net, layer.v, x);
    attention(config, net, layer, base(seed, image_number, index++, 1), r);
    r.proj = stage(net, layer.proj, r.a);
    r.res1 = combine(layer.res1, x, r.proj);
    r.ff1 = stage(net, layer.ff1, r.res1);
    r.ff2 = stage(net, layer.ff2, r.ff1);
    r.res2 = combine(layer.res2, r.res1, r.ff2);
    x = r.res2;
    result.layers.push_back(r);
  }
  classify(net, x, result);
  return result;
}

}  // namespace naive
