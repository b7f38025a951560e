// SPDX-License-Identifier: Apache-2.0
// Input of a chip: random settings and packets, and the spikes that they become, from
// docs/numerics.md sections 2 to 4 alone.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "lib/random.hpp"

namespace xpike::tb {

struct EncoderShape {
  unsigned tokens, rows, steps, leap;
  unsigned words = 1;  // of a beat
};

struct EncoderSettings {
  bool spikes;  // kind of packet
  unsigned rows, n_tokens, steps, exponent;
  bool position;
  unsigned position_base;
  std::vector<bool> binary;
  std::vector<std::uint32_t> lanes;
};

/// What a packet says: intensities [token][row], or spikes [token][step][row]; the other is empty.
struct InputImage {
  std::vector<std::vector<unsigned>> intensity;
  std::vector<std::vector<std::vector<bool>>> spikes;
};

struct PacketBeat {
  std::vector<std::uint32_t> data;
  bool last;
};

struct TokenStep {
  unsigned token, step;
  std::vector<bool> bits;
  bool operator==(const TokenStep&) const = default;
};

/// Draws settings and packets, the corners often, and says what must come of the last packet.
class InputModel {
 public:
  InputModel(EncoderShape shape, Random& random) : shape_(shape), random_(random) {}

  EncoderSettings settings{};  // of the next packet
  const InputImage& image() const { return image_; }

  void choose_settings(bool spikes) {
    settings.spikes = spikes;
    settings.rows = random_.chance(0.3) ? shape_.rows : between(1, shape_.rows);
    settings.n_tokens = random_.chance(0.3) ? shape_.tokens : between(1, shape_.tokens);
    settings.steps = random_.chance(0.3) ? shape_.steps : between(1, shape_.steps);
    settings.exponent = between(0, 8);
    settings.position = random_.chance(0.7);
    settings.position_base = random_.chance(0.1) ? 65535 : between(0, shape_.rows);
    settings.binary.resize(shape_.rows);
    for (auto&& flag : settings.binary) {
      flag = random_.chance(0.3);
    }
    settings.lanes.resize((shape_.rows + 3) / 4);
  }

  std::vector<PacketBeat> random_packet() {
    image_ = {};
    auto beats = settings.spikes ? spike_packet() : intensity_packet();
    beats.back().last = true;
    return beats;
  }

  /// The state of a lane after one draw.
  std::uint32_t advanced(std::uint32_t lane) const {
    for (unsigned i = 0; i < shape_.leap; ++i) {
      lane = (lane >> 1U) ^ ((lane & 1U) != 0 ? 0x80200003U : 0U);
    }
    return lane;
  }

  std::vector<TokenStep> predict(const InputImage& image) const {
    std::vector<TokenStep> result;
    auto lanes = settings.lanes;
    for (unsigned n = 0; n < settings.n_tokens; ++n) {
      for (unsigned t = 0; t < settings.steps; ++t) {
        for (auto& lane : lanes) lane = advanced(lane);
        TokenStep item{n, t, std::vector<bool>(shape_.rows)};
        for (unsigned f = 0; f < shape_.rows; ++f) {
          const auto byte = (lanes[f / 4] >> (8 * (f % 4))) & 0xFFU;
          if (settings.position && f >= settings.position_base &&
              f < settings.position_base + settings.n_tokens) {
            item.bits[f] = f == settings.position_base + n;
          } else if (settings.spikes) {
            item.bits[f] = image.spikes[n][t][f];
          } else if (settings.binary[f]) {
            item.bits[f] = image.intensity[n][f] != 0;
          } else {
            item.bits[f] = image.intensity[n][f] > byte % (1U << settings.exponent);
          }
        }
        result.push_back(std::move(item));
      }
    }
    return result;
  }

 private:
  unsigned between(unsigned low, unsigned high) {
    return static_cast<unsigned>(random_.between(static_cast<int>(low), static_cast<int>(high)));
  }

  PacketBeat empty_beat() const { return {std::vector<std::uint32_t>(shape_.words), false}; }

  std::vector<PacketBeat> intensity_packet() {
    std::vector<PacketBeat> beats;
    image_.intensity.assign(settings.n_tokens, std::vector<unsigned>(shape_.rows));
    for (auto& rows : image_.intensity) {
      for (unsigned f = 0; f < settings.rows; ++f) {
        const auto kind = random_.below(5);
        rows[f] = kind == 0 ? 0 : kind == 1 ? 256 : between(0, 256);
      }
      for (unsigned f = 0; f < settings.rows; ++f) {
        const unsigned place = f % (2 * shape_.words);
        if (place == 0) beats.push_back(empty_beat());
        beats.back().data[place / 2] |= rows[f] << (16 * (place % 2));
      }
    }
    return beats;
  }

  std::vector<PacketBeat> spike_packet() {
    std::vector<PacketBeat> beats;
    for (unsigned n = 0; n < settings.n_tokens; ++n) {
      auto& steps = image_.spikes.emplace_back(settings.steps, std::vector<bool>(shape_.rows));
      for (auto& rows : steps) {
        for (unsigned f = 0; f < settings.rows; ++f) {
          const unsigned place = f % (32 * shape_.words);
          if (place == 0) beats.push_back(empty_beat());
          rows[f] = random_.chance(0.4);
          beats.back().data[place / 32] |= static_cast<std::uint32_t>(rows[f]) << (place % 32);
        }
      }
    }
    return beats;
  }

  EncoderShape shape_;
  Random& random_;
  InputImage image_;
};

}  // namespace xpike::tb
