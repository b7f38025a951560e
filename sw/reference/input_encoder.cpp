// SPDX-License-Identifier: Apache-2.0
#include "reference/input_encoder.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace xpike::reference {
namespace {

// The rows of one token: what spikes in every time step, and what compares with random bytes.
class TokenRows {
 public:
  TokenRows(const InputSpec& spec, const TokenImage& image)
      : image_(image),
        rows_(static_cast<std::size_t>(image.rows)),
        position_base_(spec.position_base),
        binary_((rows_ + 63) / 64),
        position_(binary_.size()),
        always_(binary_.size()),
        random_(binary_.size()),
        limits_(rows_) {
    for (int f = 0; f < image.rows; ++f) {
      const bool is_position =
          position_base_ && f >= *position_base_ && f < *position_base_ + image.tokens;
      const auto row = static_cast<std::size_t>(f);
      if (is_position) position_[row / 64] |= bit(row);
      if (spec.is_binary(f) && !is_position) binary_[row / 64] |= bit(row);
    }
  }

  void select(int n) {
    const std::uint16_t* const values = &image_.values[static_cast<std::size_t>(n) * rows_];
    for (std::size_t w = 0; w < always_.size(); ++w) {
      std::uint64_t driven = 0;
      for (std::size_t row = 64 * w; row < std::min(rows_, 64 * w + 64); ++row) {
        driven |= values[row] != 0 ? bit(row) : 0;
        limits_[row] = static_cast<std::uint8_t>(values[row] - 1);
      }
      always_[w] = driven & binary_[w];
      random_[w] = driven & ~binary_[w] & ~position_[w];
    }
    if (!position_base_) return;
    const auto row = static_cast<std::size_t>(*position_base_ + n);
    if (row < rows_) always_[row / 64] |= bit(row);
  }

  // value > byte is value - 1 >= byte, which fits in a byte for values 1..256.
  void encode(const std::uint8_t* bytes, std::span<std::uint64_t> spikes,
              const Kernels& kernels) const {
    kernels.at_least(limits_.data(), bytes, rows_, spikes.data());
    for (std::size_t w = 0; w < spikes.size(); ++w) {
      spikes[w] = (spikes[w] & random_[w]) | always_[w];
    }
  }

 private:
  static std::uint64_t bit(std::size_t row) { return std::uint64_t{1} << (row % 64); }

  const TokenImage& image_;
  std::size_t rows_;
  std::optional<int> position_base_;
  std::vector<std::uint64_t> binary_;
  std::vector<std::uint64_t> position_;
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
