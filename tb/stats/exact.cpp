// SPDX-License-Identifier: Apache-2.0
#include "stats/exact.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "reference/lfsr.hpp"

namespace xpike::stats {
namespace {

// Parities in terms of a basis of their span: value of parity j = parity(coordinates[j] & x), where
// x runs over all 2^rank combinations, all equally frequent.
struct Span {
  int rank = 0;
  std::vector<std::uint32_t> coordinates;
};

Span span_of(const std::vector<std::uint32_t>& masks) {
  struct Pivot {
    std::uint32_t mask, coordinates;
  };
  std::vector<Pivot> basis;
  Span span;
  for (const std::uint32_t mask : masks) {
    Pivot rest{mask, 0};
    for (const Pivot& pivot : basis) {
      if ((rest.mask ^ pivot.mask) < rest.mask) {
        rest.mask ^= pivot.mask;
        rest.coordinates ^= pivot.coordinates;
      }
    }
    if (rest.mask != 0) {
      const std::uint32_t own = std::uint32_t{1} << basis.size();
      basis.push_back({rest.mask, rest.coordinates ^ own});
      span.coordinates.push_back(own);
    } else {
      span.coordinates.push_back(rest.coordinates);
    }
  }
  span.rank = static_cast<int>(basis.size());
  return span;
}

std::vector<std::uint32_t> low_masks(const ByteParities& a, const ByteParities& b, int k) {
  std::vector<std::uint32_t> masks(a.mask.begin(), a.mask.begin() + k);
  masks.insert(masks.end(), b.mask.begin(), b.mask.begin() + k);
  return masks;
}

// below[i * (n + 1) + j] = P(r < i and r' < j), n = 2^k.
class Joint {
 public:
  Joint(const Span& span, int k) : size_(std::size_t{1} << k), below_((size_ + 1) * (size_ + 1)) {
    std::vector<std::uint32_t> column(static_cast<std::size_t>(span.rank));
    for (std::size_t c = 0; c < column.size(); ++c) {
      for (std::size_t j = 0; j < span.coordinates.size(); ++j) {
        column[c] |= ((span.coordinates[j] >> c) & 1U) << j;
      }
    }
    const double weight = std::ldexp(1.0, -span.rank);
    std::uint32_t word = 0;  // both numbers: r in the low k bits, r' above
    for (std::uint32_t x = 0; x < std::uint32_t{1} << span.rank; ++x) {
      if (x != 0) word ^= column[static_cast<std::size_t>(std::countr_zero(x))];  // Gray code
      at((word & (size_ - 1)) + 1, (word >> k) + 1) += weight;
    }
    for (std::size_t i = 1; i <= size_; ++i) {
      for (std::size_t j = 1; j <= size_; ++j) {
        at(i, j) += at(i - 1, j) + at(i, j - 1) - at(i - 1, j - 1);
      }
    }
  }

  double correlation(std::size_t i, std::size_t j) {
    const double p = static_cast<double>(i) / static_cast<double>(size_);
    const double q = static_cast<double>(j) / static_cast<double>(size_);
    return (at(i, j) - p * q) / std::sqrt(p * (1 - p) * q * (1 - q));
  }

  std::size_t size() const { return size_; }

 private:
  double& at(std::size_t i, std::size_t j) { return below_[i * (size_ + 1) + j]; }

  std::size_t size_;
  std::vector<double> below_;
};

}  // namespace

std::array<ByteParities, 4> bytes_after(std::uint32_t steps) {
  const reference::LfsrJump jump(steps);
  std::array<ByteParities, 4> bytes;
  for (std::uint32_t c = 0; c < 32; ++c) {
    const std::uint32_t state = jump(std::uint32_t{1} << c);
    for (std::size_t bit = 0; bit < 32; ++bit) {
      bytes[bit / 8].mask[bit % 8] |= ((state >> bit) & 1U) << c;
    }
  }
  return bytes;
}

Dependence dependence(const ByteParities& a, const ByteParities& b) {
  Dependence worst;
  worst.missing_rank = 16 - span_of(low_masks(a, b, 8)).rank;
  if (worst.missing_rank == 0) return worst;
  for (int k = 1; k <= 8; ++k) {
    const Span span = span_of(low_masks(a, b, k));
    if (span.rank == 2 * k) continue;
    Joint joint(span, k);
    for (std::size_t i = 1; i < joint.size(); ++i) {
      for (std::size_t j = 1; j < joint.size(); ++j) {
        const double size = std::abs(joint.correlation(i, j));
        if (size > worst.correlation + 1e-12) {
          worst.correlation = size;
          worst.k = k;
          worst.i = static_cast<int>(i);
          worst.j = static_cast<int>(j);
        }
      }
    }
  }
  return worst;
}

namespace {

void add(Scan& scan, const ByteParities& a, const ByteParities& b) {
  const Dependence found = dependence(a, b);
  ++scan.pairs;
  scan.dependent += found.missing_rank != 0 ? 1U : 0U;
  if (found.correlation > scan.worst.correlation) scan.worst = found;
}

Scan scan_lane(int leap, int first_lag, int last_lag, bool same) {
  const auto now = bytes_after(0);
  Scan scan;
  for (int lag = first_lag; lag <= last_lag; ++lag) {
    const auto later = bytes_after(static_cast<std::uint32_t>(leap * lag));
    for (std::size_t a = 0; a < 4; ++a) {
      for (std::size_t b = 0; b < 4; ++b) {
        if ((a == b) == same) add(scan, now[a], later[b]);
      }
    }
  }
  return scan;
}

}  // namespace

Scan scan_same_byte(int leap, int first_lag, int last_lag) {
  return scan_lane(leap, first_lag, last_lag, true);
}

Scan scan_other_bytes(int leap, int first_lag, int last_lag) {
  return scan_lane(leap, first_lag, last_lag, false);
}

Scan scan_lanes(int leap, int distance, int max_lag) {
  const auto now = bytes_after(0);
  Scan scan;
  for (int lane = 1; lane <= distance; ++lane) {
    for (int lag = -max_lag; lag <= max_lag; ++lag) {
      const auto steps = static_cast<std::int64_t>(lane) * (1 << 20) + std::int64_t{lag} * leap;
      const auto other = bytes_after(static_cast<std::uint32_t>(steps));
      for (const ByteParities& a : now) {
        for (const ByteParities& b : other) add(scan, a, b);
      }
    }
  }
  return scan;
}

namespace {

// All pairs of the bytes of `lanes` neighbouring lanes at one draw. No leap is in it: only the
// distance of two lanes counts, so each distance is looked at once for all lanes that have it.
Scan scan_one_draw(int lanes) {
  Scan scan = scan_other_bytes(1, 0, 0);
  const Scan far = lanes > 1 ? scan_lanes(1, lanes - 1, 0) : Scan{};
  scan.pairs += far.pairs;
  scan.dependent += far.dependent;
  if (far.worst.correlation > scan.worst.correlation) scan.worst = far.worst;
  return scan;
}

}  // namespace

Scan scan_row_sum(const Shape& shape) { return scan_one_draw((shape.tokens + 3) / 4); }

Scan scan_embedding_sum(const Shape& shape) { return scan_one_draw((shape.input_rows + 3) / 4); }

Scan scan_projection_sum(const Shape& shape, int leap) {
  // One token has the same byte of a lane in every head.
  Scan scan = scan_same_byte(leap, 1, shape.head_dim - 1);
  const auto now = bytes_after(0);
  const int head_lanes = (shape.tokens + 3) / 4;
  for (int head = 1; head < shape.heads; ++head) {
    for (int lag = 1 - shape.head_dim; lag < shape.head_dim; ++lag) {
      const auto steps =
          static_cast<std::int64_t>(head) * head_lanes * (1 << 20) + std::int64_t{lag} * leap;
      const auto other = bytes_after(static_cast<std::uint32_t>(steps));
      for (std::size_t b = 0; b < 4; ++b) add(scan, now[b], other[b]);
    }
  }
  return scan;
}

double spike_correlation(const ByteParities& a, const ByteParities& b, int k, int i, int j) {
  Joint joint(span_of(low_masks(a, b, k)), k);
  return joint.correlation(static_cast<std::size_t>(i), static_cast<std::size_t>(j));
}

double variance_inflation(int leap, int byte, int draws) {
  const auto index = static_cast<std::size_t>(byte);
  const ByteParities first = bytes_after(0)[index];
  double worst = 0.0;
  for (int k = 1; k <= 8; ++k) {
    std::vector<double> inflation(std::size_t{1} << k, 1.0);  // by I
    for (int lag = 1; lag < draws; ++lag) {
      const ByteParities later = bytes_after(static_cast<std::uint32_t>(leap * lag))[index];
      const Span span = span_of(low_masks(first, later, k));
      if (span.rank == 2 * k) continue;
      Joint joint(span, k);
      for (std::size_t i = 1; i < joint.size(); ++i) {
        inflation[i] += 2.0 * (draws - lag) / draws * joint.correlation(i, i);
      }
    }
    worst = std::max(worst, *std::max_element(inflation.begin() + 1, inflation.end()));
  }
  return worst;
}

}  // namespace xpike::stats
