// SPDX-License-Identifier: Apache-2.0
#include "reference/input_encoder.hpp"

#include <algorithm>
#include <vector>

namespace xpike::reference {
namespace {

// The rows of one token: what spikes in every time step, and what compares with random bytes.
class TokenRows {
 public:
  TokenRows(const InputSpec& spec, const TokenImage& image)
      : spec_(spec), image_(image), always_(words()), random_(words()) {
    for (int f = 0; f < image.rows; ++f) binary_.push_back(spec.is_binary(f));
    limits_.resize(binary_.size());
  }

  void select(int n) {
    std::ranges::fill(always_, 0);
    std::ranges::fill(random_, 0);
    const int position = spec_.position_base.value_or(image_.rows);
    for (int f = 0; f < image_.rows; ++f) {
      const auto row = static_cast<std::size_t>(f);
      const std::uint64_t bit = std::uint64_t{1} << (row % 64);
      const int value = image_.at(n, f);
      if (f >= position && f < position + image_.tokens) {
        if (f == position + n) always_[row / 64] |= bit;
      } else if (value != 0) {
        (binary_[row] ? always_ : random_)[row / 64] |= bit;
        limits_[row] = static_cast<std::uint8_t>(value - 1);
      }
    }
  }

  // value > byte is value - 1 >= byte, which fits in a byte for values 1..256.
  void encode(const std::uint8_t* bytes, std::span<std::uint64_t> spikes,
              const Kernels& kernels) const {
    kernels.at_least(limits_.data(), bytes, limits_.size(), spikes.data());
    for (std::size_t w = 0; w < spikes.size(); ++w) {
      spikes[w] = (spikes[w] & random_[w]) | always_[w];
    }
  }

 private:
  std::size_t words() const { return (static_cast<std::size_t>(image_.rows) + 63) / 64; }

  const InputSpec& spec_;
  const TokenImage& image_;
  std::vector<bool> binary_;
  std::vector<std::uint64_t> always_;
  std::vector<std::uint64_t> random_;
  std::vector<std::uint8_t> limits_;  // value - 1
};

}  // namespace

SpikeTensor encode_input(const InputSpec& spec, const TokenImage& image, int steps, LaneBank& bank,
                         const Kernels& kernels) {
  SpikeTensor spikes(steps, image.tokens, image.rows);
  const std::uint32_t byte_mask = (std::uint32_t{1} << spec.exponent) - 1;
  const std::vector<std::uint32_t> masks(bank.lanes(), byte_mask * 0x01010101U);
  std::vector<std::uint32_t> draws(static_cast<std::size_t>(steps) * bank.lanes());
  TokenRows rows(spec, image);
  for (int n = 0; n < image.tokens; ++n) {
    bank.draw(static_cast<std::size_t>(steps), masks, draws);
    rows.select(n);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(draws.data());
    for (int t = 0; t < steps; ++t, bytes += 4 * bank.lanes()) {
      rows.encode(bytes, spikes.row(t, n), kernels);
    }
  }
  return spikes;
}

SpikeTensor pass_stream(const InputSpec& spec, const SpikeTensor& stream, int steps) {
  SpikeTensor spikes(steps, stream.tokens(), stream.features());
  for (int t = 0; t < steps; ++t) {
    for (int n = 0; n < stream.tokens(); ++n) {
      std::ranges::copy(stream.row(t, n), spikes.row(t, n).begin());
      if (!spec.position_base) continue;
      for (int token = 0; token < stream.tokens(); ++token) {
        spikes.set(t, n, *spec.position_base + token, token == n);
      }
    }
  }
  return spikes;
}

}  // namespace xpike::reference
