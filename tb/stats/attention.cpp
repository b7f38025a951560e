// SPDX-License-Identifier: Apache-2.0
#include "stats/attention.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <random>

#include "model/error.hpp"
#include "reference/bernoulli.hpp"

namespace xpike::stats {
namespace {

int ceil_log2_of(int x) { return static_cast<int>(std::bit_width(static_cast<unsigned>(x - 1))); }

BitMatrix random_bits(std::mt19937_64& engine, int rows, int cols, double density) {
  BitMatrix bits(static_cast<std::size_t>(rows), static_cast<std::size_t>(cols));
  for (std::size_t r = 0; r < bits.rows(); ++r) {
    for (std::size_t c = 0; c < bits.cols(); ++c) {
      bits.set(r, c, std::ldexp(static_cast<double>(engine() >> 11U), -53) < density);
    }
  }
  return bits;
}

constexpr int kBatches = 32;

}  // namespace

Scene::Scene(std::uint32_t seed, int tokens, int columns, double density)
    : tokens_(tokens), columns_(columns), k_s_(ceil_log2_of(columns)), k_a_(ceil_log2_of(tokens)) {
  if (tokens < 1 || tokens > 64 || columns < 1 || columns > 64) {
    throw Error("scene", "size", "tokens and columns must be 1..64");
  }
  std::mt19937_64 engine(seed);
  q_ = random_bits(engine, tokens, columns, density);
  k_ = random_bits(engine, tokens, columns, density);
  v_rows_ = random_bits(engine, tokens, columns, density);
  const BitMatrix v_columns = v_rows_.transposed();
  for (std::size_t d = 0; d < v_columns.rows(); ++d) v_.push_back(v_columns.row(d)[0]);
  for (std::size_t i = 0; i < q_.rows(); ++i) {
    for (std::size_t j = 0; j < k_.rows(); ++j) {
      counts_.push_back(std::popcount(q_.row(i)[0] & k_.row(j)[0]));
    }
  }
  // The sum of a row never exceeds 2^k_a, so the output rate is linear in the sum.
  for (int i = 0; i < tokens; ++i) {
    for (int d = 0; d < columns; ++d) {
      double sum = 0.0;
      for (int j = 0; j < tokens; ++j) {
        if (((v_[static_cast<std::size_t>(d)] >> j) & 1U) != 0) sum += score_rate(i, j);
      }
      expectation_.push_back(std::ldexp(sum, -k_a_));
    }
  }
}

double Scene::score_rate(int i, int j) const {
  return std::ldexp(counts_[static_cast<std::size_t>(i * tokens_ + j)], -k_s_);
}

double Scene::covariance(int i, int d, int e) const {
  if (d == e) return expectation(i, d) * (1 - expectation(i, d));
  // Only the scores are common to both; the output bytes are not.
  double sum = 0.0;
  const std::uint64_t common = v_[static_cast<std::size_t>(d)] & v_[static_cast<std::size_t>(e)];
  for (int j = 0; j < tokens_; ++j) {
    if (((common >> j) & 1U) != 0) sum += score_rate(i, j) * (1 - score_rate(i, j));
  }
  return std::ldexp(sum, -2 * k_a_);
}

std::vector<std::uint64_t> Scene::step(AttentionBytes& bytes) const {
  std::vector<std::uint64_t> s(static_cast<std::size_t>(tokens_), 0);
  bytes.draw_score();
  for (int i = 0; i < tokens_; ++i) {
    for (int j = 0; j < tokens_; ++j) {
      const int count = counts_[static_cast<std::size_t>(i * tokens_ + j)];
      const bool spike = reference::bernoulli(count, bytes.score(i, j), k_s_);
      s[static_cast<std::size_t>(i)] |= (spike ? std::uint64_t{1} : 0) << j;
    }
  }
  std::vector<std::uint64_t> a;
  for (const std::uint64_t v : v_) {
    bytes.draw_value();
    std::uint64_t column = 0;
    for (int i = 0; i < tokens_; ++i) {
      const int sum = std::popcount(s[static_cast<std::size_t>(i)] & v);
      const bool spike = reference::bernoulli(sum, bytes.value(i), k_a_);
      column |= (spike ? std::uint64_t{1} : 0) << i;
    }
    a.push_back(column);
  }
  return a;
}

std::vector<ErrorPoint> error_curve(const Scene& scene, const Source& source, std::uint32_t seed,
                                    int images, const std::vector<int>& steps) {
  const int tokens = scene.tokens();
  const int columns = scene.columns();
  const double cells = tokens * columns;
  double noise = 0.0;
  for (int i = 0; i < tokens; ++i) {
    for (int d = 0; d < columns; ++d) noise += scene.covariance(i, d, d) / cells;
  }
  std::vector<ErrorPoint> curve;
  curve.reserve(steps.size());
  for (const int t : steps) curve.push_back({t, 0.0, std::sqrt(noise / t), 0.0});
  for (int image = 0; image < images; ++image) {
    const auto bytes = make_bytes(source, seed, static_cast<std::uint32_t>(image), tokens);
    std::vector<int> ones(static_cast<std::size_t>(tokens * columns), 0);
    std::size_t next = 0;
    for (int t = 1; next < curve.size(); ++t) {
      const auto a = scene.step(*bytes);
      for (int c = 0; c < tokens * columns; ++c) {
        const std::uint64_t bits = a[static_cast<std::size_t>(c % columns)] >> (c / columns);
        ones[static_cast<std::size_t>(c)] += static_cast<int>(bits & 1U);
      }
      if (t != curve[next].steps) continue;
      double square = 0.0;
      for (int c = 0; c < tokens * columns; ++c) {
        const double mean = static_cast<double>(ones[static_cast<std::size_t>(c)]) / t;
        const double off = mean - scene.expectation(c / columns, c % columns);
        square += off * off / cells;
      }
      curve[next].error += square / images;
      curve[next].spread += square * square / images;
      ++next;
    }
  }
  for (ErrorPoint& point : curve) {
    const double variance = std::max(0.0, point.spread - point.error * point.error);
    point.spread = std::sqrt(variance / images) / point.error;
    point.error = std::sqrt(point.error);
  }
  return curve;
}

std::string_view name(Sum sum) {
  switch (sum) {
    case Sum::Columns:
      return "columns of a token";
    case Sum::Steps:
      return "time steps of a bit";
    case Sum::Tokens:
      return "tokens of a column";
    case Sum::All:
      return "all";
    case Sum::Signed:
      return "all, signed weights";
  }
  return "";
}

namespace {

// Squared deviations of all sums of one image, each divided by its variance if random bytes
// are independent, and averaged.
class Deviations {
 public:
  Deviations(const Scene& scene, int steps) : scene_(scene), steps_(steps) {
    for (int i = 0; i < scene.tokens(); ++i) {
      for (int d = 0; d < scene.columns(); ++d) {
        steps_variance_ += steps * scene.covariance(i, d, d);
        for (int e = 0; e < scene.columns(); ++e) {
          const double covariance = scene.covariance(i, d, e);
          columns_variance_ += covariance;
          signed_variance_ += weight(d) * weight(e) * covariance;
        }
      }
    }
  }

  std::array<double, kSums> image(AttentionBytes& bytes) const {
    const int tokens = scene_.tokens();
    const int columns = scene_.columns();
    std::vector<double> cell(static_cast<std::size_t>(tokens * columns), 0.0);
    double by_column = 0.0;
    double by_token = 0.0;
    for (int t = 0; t < steps_; ++t) {
      const auto a = scene_.step(bytes);
      std::vector<double> token(static_cast<std::size_t>(tokens), 0.0);
      for (int d = 0; d < columns; ++d) {
        double column = 0.0;
        for (int i = 0; i < tokens; ++i) {
          const double off = static_cast<double>((a[static_cast<std::size_t>(d)] >> i) & 1U) -
                             scene_.expectation(i, d);
          token[static_cast<std::size_t>(i)] += off;
          column += off;
          cell[static_cast<std::size_t>(i * columns + d)] += off;
        }
        by_column += column * column;
      }
      for (const double off : token) by_token += off * off;
    }
    double by_cell = 0.0;
    double total = 0.0;
    double weighted = 0.0;
    for (std::size_t c = 0; c < cell.size(); ++c) {
      by_cell += cell[c] * cell[c];
      total += cell[c];
      weighted += weight(static_cast<int>(c) % columns) * cell[c];
    }
    return {by_token / (steps_ * columns_variance_), by_cell / steps_variance_,
            by_column / steps_variance_, total * total / (steps_ * columns_variance_),
            weighted * weighted / (steps_ * signed_variance_)};
  }

 private:
  // Signs without a short period.
  static double weight(int column) {
    return std::popcount(static_cast<unsigned>(column)) % 2 == 0 ? 1.0 : -1.0;
  }

  const Scene& scene_;
  int steps_;
  double columns_variance_ = 0.0;  // of the sums over columns, added up over the tokens
  double signed_variance_ = 0.0;   // likewise, of the weighted sums
  double steps_variance_ = 0.0;    // of the sums over time, added up over tokens and columns
};

}  // namespace

std::array<VarianceRatio, kSums> variance_ratios(const Scene& scene, const Source& source,
                                                 std::uint32_t seed, int images, int steps) {
  const Deviations deviations(scene, steps);
  const int batch_images = std::max(1, images / kBatches);
  std::array<VarianceRatio, kSums> result{};
  std::array<double, kSums> squares{};
  for (int batch = 0; batch < kBatches; ++batch) {
    std::array<double, kSums> mean{};
    for (int k = 0; k < batch_images; ++k) {
      const auto image = static_cast<std::uint32_t>(batch * batch_images + k);
      const auto bytes = make_bytes(source, seed, image, scene.tokens());
      const auto one = deviations.image(*bytes);
      for (std::size_t s = 0; s < kSums; ++s) mean[s] += one[s] / batch_images;
    }
    for (std::size_t s = 0; s < kSums; ++s) {
      result[s].ratio += mean[s] / kBatches;
      squares[s] += mean[s] * mean[s] / kBatches;
    }
  }
  for (std::size_t s = 0; s < kSums; ++s) {
    const double spread = std::max(0.0, squares[s] - result[s].ratio * result[s].ratio);
    result[s].error = std::sqrt(spread / (kBatches - 1));
  }
  return result;
}

}  // namespace xpike::stats
