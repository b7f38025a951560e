// SPDX-License-Identifier: Apache-2.0
#include "reference/ssa.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "model/network.hpp"

namespace xpike::reference {
namespace {

constexpr std::size_t kVectorRows = 8;  // rows that the overlap kernel reads at once

constexpr std::size_t words_for(std::size_t bits) { return (bits + 63) / 64; }

const std::uint8_t* bytes_of(const std::vector<std::uint32_t>& draws) {
  return reinterpret_cast<const std::uint8_t*>(draws.data());
}

SpikeTensor as_tensor(const BitMatrix& bits) {
  SpikeTensor out(1, static_cast<int>(bits.rows()), static_cast<int>(bits.cols()));
  for (std::size_t n = 0; n < bits.rows(); ++n) {
    std::ranges::copy(bits.row(n), out.row(0, static_cast<int>(n)).begin());
  }
  return out;
}

}  // namespace

int output_exponent(const SsaParams& params, int i) {
  if (!params.row_exponent) return params.k_a;
  return std::clamp(ceil_log2(i + 1) + params.row_offset, 0, max_output_exponent(params.sequence));
}

Ssa::Ssa(const SsaParams& params, int heads, int head_dim, const Kernels& kernels)
    : params_(params),
      kernels_(&kernels),
      heads_(static_cast<std::size_t>(heads)),
      width_(static_cast<std::size_t>(head_dim)),
      score_bytes_(4 * static_cast<std::size_t>(score_lanes(params.sequence))),
      value_bytes_(4 * static_cast<std::size_t>(value_lanes(params.sequence))),
      column_distance_(64 * words_for(heads_ * width_)) {
  score_masks_.assign(heads_ * score_bytes_ / 4,
                      0x01010101U * ((std::uint32_t{1} << params.k_s) - 1));
  const auto bits = static_cast<std::size_t>(value_bits(params.sequence));
  for (std::size_t lane = 0; lane < heads_ * value_bytes_ / 4; ++lane) {
    std::uint32_t mask = 0;
    for (std::size_t part = 0; part < 32 / bits; ++part) {
      const int row = static_cast<int>(lane % (value_bytes_ / 4) * (32 / bits) + part);
      mask |= ((std::uint32_t{1} << output_exponent(params, row)) - 1) << (bits * part);
    }
    value_masks_.push_back(mask);
  }
  // The overlap kernel reads limits in whole vectors.
  score_draw_.resize(score_masks_.size());
  value_draws_.resize(width_ * value_masks_.size() + kVectorRows / 2);
  score_limits_.resize(2 * static_cast<std::size_t>(params.sequence) + kVectorRows);
}

void Ssa::resize(std::size_t tokens) {
  if (tokens == tokens_) return;
  tokens_ = tokens;
  row_distance_ = (tokens + kVectorRows - 1) / kVectorRows * kVectorRows;
  queries_.assign(words_for(width_) * row_distance_, 0);
  keys_.assign(words_for(width_) * row_distance_, 0);
  scores_.assign(words_for(tokens) * row_distance_, 0);
  value_columns_.assign(words_for(tokens) * column_distance_, 0);
  out_columns_.assign(words_for(tokens) * column_distance_, 0);
}

void Ssa::transpose_values(const SpikeTensor& v, int t) {
  std::array<std::uint64_t, 64> block;
  for (std::size_t first = 0; first < tokens_; first += 64) {
    const std::size_t some = std::min<std::size_t>(64, tokens_ - first);
    block.fill(0);
    for (std::size_t w = 0; w < column_distance_ / 64; ++w) {
      for (std::size_t n = 0; n < some; ++n) block[n] = v.row(t, static_cast<int>(first + n))[w];
      kernels_->transpose(block.data(),
                          value_columns_.data() + first / 64 * column_distance_ + 64 * w);
    }
  }
}

void Ssa::place_outputs(SpikeTensor& a, int t) const {
  std::array<std::uint64_t, 64> block;
  for (std::size_t first = 0; first < tokens_; first += 64) {
    const std::size_t some = std::min<std::size_t>(64, tokens_ - first);
    for (std::size_t w = 0; w < column_distance_ / 64; ++w) {
      kernels_->transpose(out_columns_.data() + first / 64 * column_distance_ + 64 * w,
                          block.data());
      for (std::size_t n = 0; n < some; ++n) a.row(t, static_cast<int>(first + n))[w] = block[n];
    }
  }
}

void Ssa::split_head(const SpikeTensor& from, int t, std::size_t head,
                     std::vector<std::uint64_t>& to) const {
  const std::size_t row_words = column_distance_ / 64;
  const auto rows = from.words().subspan(static_cast<std::size_t>(t) * tokens_ * row_words);
  for (std::size_t w = 0; w < words_for(width_); ++w) {
    const std::size_t bits = std::min<std::size_t>(64, width_ - 64 * w);
    const std::size_t begin = head * width_ + 64 * w;
    std::uint64_t* const out = to.data() + w * row_distance_;
    for (std::size_t n = 0; n < tokens_; ++n) {
      out[n] = bits_at(rows.subspan(n * row_words, row_words), begin, bits);
    }
  }
}

void Ssa::score(const SpikeTensor& q, const SpikeTensor& k, int t, std::size_t head) {
  split_head(q, t, head, queries_);
  split_head(k, t, head, keys_);
  const auto period = static_cast<std::size_t>(params_.sequence);
  const std::uint8_t* const drawn = bytes_of(score_draw_) + head * score_bytes_;
  std::copy_n(drawn, period, score_limits_.begin());
  std::copy_n(drawn, period, score_limits_.begin() + static_cast<std::ptrdiff_t>(period));
  kernels_->overlaps({.bits = width_,
                      .x = queries_.data(),
                      .x_rows = tokens_,
                      .x_distance = row_distance_,
                      .y = keys_.data(),
                      .y_rows = tokens_,
                      .y_distance = row_distance_,
                      .limits = score_limits_.data(),
                      .limit_distance = 1,
                      .out = scores_.data(),
                      .out_distance = row_distance_});
  if (params_.causal) mask_later_keys();
}

void Ssa::mask_later_keys() {
  for (std::size_t i = 0; i < tokens_; ++i) {
    for (std::size_t w = 0; w < words_for(tokens_); ++w) {
      const std::size_t visible = std::min<std::size_t>(64, i + 1 > 64 * w ? i + 1 - 64 * w : 0);
      std::uint64_t& word = scores_[w * row_distance_ + i];
      word = visible == 0 ? 0 : word & ~std::uint64_t{0} >> (64 - visible);
    }
  }
}

void Ssa::apply(std::size_t head) {
  const std::size_t column = head * width_;
  kernels_->overlaps({.bits = tokens_,
                      .x = value_columns_.data() + column,
                      .x_rows = width_,
                      .x_distance = column_distance_,
                      .y = scores_.data(),
                      .y_rows = tokens_,
                      .y_distance = row_distance_,
                      .limits = bytes_of(value_draws_) + head * value_bytes_,
                      .limit_distance = heads_ * value_bytes_,
                      .limit_bytes = static_cast<std::size_t>(value_bits(params_.sequence) / 8),
                      .out = out_columns_.data() + column,
                      .out_distance = column_distance_});
}

void Ssa::step(const SpikeTensor& q, const SpikeTensor& k, const SpikeTensor& v, int t,
               LaneBank& score_bank, LaneBank& value_bank, SpikeTensor& a, SpikeTensor* s) {
  resize(static_cast<std::size_t>(q.tokens()));
  score_bank.draw(1, score_masks_, score_draw_);
  value_bank.draw(width_, value_masks_, value_draws_);
  transpose_values(v, t);
  for (std::size_t head = 0; head < heads_; ++head) {
    score(q, k, t, head);
    apply(head);
    if (s == nullptr) continue;
    for (std::size_t i = 0; i < tokens_; ++i) {
      const auto row = s->row(t, static_cast<int>(head * tokens_ + i));
      for (std::size_t w = 0; w < row.size(); ++w) row[w] = scores_[w * row_distance_ + i];
    }
  }
  place_outputs(a, t);
}

SsaStep ssa_step(const SsaParams& params, const BitMatrix& q, const BitMatrix& k,
                 const BitMatrix& v, LaneBank& score_bank, LaneBank& value_bank,
                 const Kernels& kernels) {
  const int tokens = static_cast<int>(q.rows());
  const int width = static_cast<int>(q.cols());
  SpikeTensor a(1, tokens, width);
  SpikeTensor s(1, tokens, tokens);
  Ssa(params, 1, width, kernels)
      .step(as_tensor(q), as_tensor(k), as_tensor(v), 0, score_bank, value_bank, a, &s);
  return {s.step_columns(0, 0, tokens), a.step_columns(0, 0, width)};
}

}  // namespace xpike::reference
