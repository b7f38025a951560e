// SPDX-License-Identifier: Apache-2.0
// Attention outputs for fixed Q, K, V against their exact expectation and variance.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "model/bit_matrix.hpp"
#include "stats/attention_bytes.hpp"

namespace xpike::stats {

// Q, K, V bits of one head, the same in every time step, with the default exponents.
class Scene {
 public:
  // Random bits of the given density. tokens <= 64.
  Scene(std::uint32_t seed, int tokens, int columns, double density);

  int tokens() const { return tokens_; }
  int columns() const { return columns_; }
  // [token][column]
  const BitMatrix& q() const { return q_; }
  const BitMatrix& k() const { return k_; }
  const BitMatrix& v() const { return v_rows_; }
  // E A[i][d].
  double expectation(int i, int d) const { return expectation_[at(i, d)]; }
  // Covariance of A[i][d] and A[i][e] of one time step if all random bytes are independent.
  double covariance(int i, int d, int e) const;
  // One time step: A, column d as bits over the tokens.
  std::vector<std::uint64_t> step(AttentionBytes& bytes) const;

 private:
  std::size_t at(int i, int d) const {
    return static_cast<std::size_t>(i) * static_cast<std::size_t>(columns_) +
           static_cast<std::size_t>(d);
  }
  double score_rate(int i, int j) const;

  int tokens_, columns_, k_s_, k_a_;
  BitMatrix q_, k_, v_rows_;
  std::vector<int> counts_;       // Q AND K, [i][j]
  std::vector<std::uint64_t> v_;  // [d], bits over the tokens
  std::vector<double> expectation_;
};

// Root mean square error of the average of A over `steps` time steps, over all (i, d) and images.
struct ErrorPoint {
  int steps = 0;
  double error = 0.0;
  double ideal = 0.0;   // sqrt(mean p(1-p) / steps)
  double spread = 0.0;  // standard error of error^2, relative to it, from image to image
};
std::vector<ErrorPoint> error_curve(const Scene& scene, const Source& source, std::uint32_t seed,
                                    int images, const std::vector<int>& steps);

// What is summed: spikes that meet in one sum of a later layer, or in the pooled score. Signed:
// over everything, with weights of both signs, one per column, that sum to 0 or nearly so.
enum class Sum { Columns, Steps, Tokens, All, Signed };
inline constexpr std::size_t kSums = 5;
std::string_view name(Sum sum);

// Variance of sums of A, relative to independent random bytes.
struct VarianceRatio {
  double ratio = 0.0;
  double error = 0.0;  // standard error of the ratio, from 32 batches of images
};
std::array<VarianceRatio, kSums> variance_ratios(const Scene& scene, const Source& source,
                                                 std::uint32_t seed, int images, int steps);

}  // namespace xpike::stats
