// SPDX-License-Identifier: Apache-2.0
#include "stats/correlation.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "reference/bernoulli.hpp"

namespace xpike::stats {
namespace {

using Words = std::vector<std::uint64_t>;

// Spikes of the draws first..first+count-1 of every image, packed one after another.
Words spikes(const Pool& pool, std::size_t encoder, const Rate& rate, std::size_t first,
             std::size_t count) {
  Words words((pool.images * count + 63) / 64, 0);
  std::size_t bit = 0;
  for (std::size_t image = 0; image < pool.images; ++image) {
    const std::uint8_t* bytes = pool.bytes[encoder].data() + image * pool.draws + first;
    for (std::size_t d = 0; d < count; ++d, ++bit) {
      const std::uint64_t spike = reference::bernoulli(rate.i, bytes[d], rate.k) ? 1 : 0;
      words[bit / 64] |= spike << (bit % 64);
    }
  }
  return words;
}

double ones(const Words& words) {
  std::size_t count = 0;
  for (const std::uint64_t word : words) count += static_cast<std::size_t>(std::popcount(word));
  return static_cast<double>(count);
}

double ones(const Words& a, const Words& b) {
  std::size_t count = 0;
  for (std::size_t w = 0; w < a.size(); ++w) {
    count += static_cast<std::size_t>(std::popcount(a[w] & b[w]));
  }
  return static_cast<double>(count);
}

double correlation(const Words& a, const Words& b, double n) {
  const double pa = ones(a) / n;
  const double pb = ones(b) / n;
  return (ones(a, b) / n - pa * pb) / std::sqrt(pa * (1 - pa) * pb * (1 - pb));
}

}  // namespace

std::string_view name(Relation relation) {
  switch (relation) {
    case Relation::SameByte:
      return "same byte";
    case Relation::SameLane:
      return "other byte of the lane";
    case Relation::SameHead:
      return "other lane of the head";
    case Relation::OtherHead:
      return "other head";
    case Relation::OtherBank:
      return "other bank";
  }
  return "";
}

Relation relation(const Layout& layout, const Encoder& a, const Encoder& b) {
  const int bank_lanes = layout.heads * layout.head_lanes;
  if (a.lane == b.lane) return a.byte == b.byte ? Relation::SameByte : Relation::SameLane;
  if (a.lane / bank_lanes != b.lane / bank_lanes) return Relation::OtherBank;
  return a.lane / layout.head_lanes == b.lane / layout.head_lanes ? Relation::SameHead
                                                                  : Relation::OtherHead;
}

std::size_t CorrelationResult::pairs() const {
  std::size_t sum = 0;
  for (const auto& row : by_lag) {
    for (const Cell& cell : row) sum += cell.pairs;
  }
  return sum;
}

double CorrelationResult::largest() const {
  double most = 0.0;
  for (const auto& row : by_lag) {
    for (const Cell& cell : row) most = std::max(most, cell.correlation);
  }
  return most;
}

CorrelationResult correlations(const Pool& pool, const Layout& layout, const Rate& rate,
                               int max_lag) {
  CorrelationResult result;
  result.max_lag = max_lag;
  const std::size_t encoders = pool.encoders.size();
  for (int lag = 0; lag <= max_lag; ++lag) {
    const std::size_t count = pool.draws - static_cast<std::size_t>(lag);
    result.samples = pool.images * count;
    std::vector<Words> now;
    std::vector<Words> later;
    for (std::size_t e = 0; e < encoders; ++e) {
      now.push_back(spikes(pool, e, rate, 0, count));
      later.push_back(spikes(pool, e, rate, static_cast<std::size_t>(lag), count));
    }
    auto& row = result.by_lag.emplace_back();
    for (std::size_t a = 0; a < encoders; ++a) {
      // Without a lag a pair has no order, and a byte is itself.
      for (std::size_t b = lag == 0 ? a + 1 : 0; b < encoders; ++b) {
        auto& cell =
            row[static_cast<std::size_t>(relation(layout, pool.encoders[a], pool.encoders[b]))];
        ++cell.pairs;
        cell.correlation =
            std::max(cell.correlation,
                     std::abs(correlation(now[a], later[b], static_cast<double>(result.samples))));
      }
    }
  }
  return result;
}

}  // namespace xpike::stats
