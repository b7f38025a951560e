// SPDX-License-Identifier: Apache-2.0
// Drives xpk_input_encoder and predicts it, from docs/numerics.md sections 2 to 4 alone.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <memory>
#include <vector>

#include "lib/bits.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"
#include "lib/stream.hpp"

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

template <class Model, EncoderShape Shape>
class EncoderBench : private Agent {
 public:
  EncoderBench(double gap, double stall, unsigned stream = 8) : random(stream) {
    source_ = std::make_unique<Source>(
        typename Source::Ports{.set_valid = [this](bool v) { sim->in_valid_i = v; },
                               .ready = [this] { return sim->in_ready_o != 0; },
                               .set_data =
                                   [this](const PacketBeat& beat) {
                                     for (unsigned w = 0; w < Shape.words; ++w) {
                                       set_bits(sim->in_data_i, 32 * w, 32, beat.data[w]);
                                     }
                                     sim->in_last_i = beat.last;
                                   }},
        random, gap);
    sink_ = std::make_unique<Sink>(
        typename Sink::Ports{.valid = [this] { return sim->out_valid_o != 0; },
                             .set_ready = [this](bool r) { sim->out_ready_i = r; },
                             .data = [this] { return shown(); }},
        random, stall);
    sim->clr_i = 0;
    sim->start_i = 0;
    sim->release_i = 0;
    sim->seed_we_i = 0;
    sim->in_valid_i = 0;
    sim->out_ready_i = 0;
    sim.reset();
    sim.attach(*source_);
    sim.attach(*sink_);
    sim.attach(*this);
  }

  EncoderSettings& settings() { return s_; }
  std::size_t errors() const { return errors_; }
  std::size_t beats_sent() const { return source_->sent(); }
  bool all_sent() const { return source_->idle(); }

  /// New random settings, the corners often, written to the ports and to the bank.
  void choose_settings() { choose_settings(random.chance(0.5)); }
  void choose_settings(bool spikes) {
    s_.spikes = spikes;
    s_.rows = random.chance(0.3) ? Shape.rows : between(1, Shape.rows);
    s_.n_tokens = random.chance(0.3) ? Shape.tokens : between(1, Shape.tokens);
    s_.steps = random.chance(0.3) ? Shape.steps : between(1, Shape.steps);
    s_.exponent = between(0, 8);
    s_.position = random.chance(0.7);
    s_.position_base = random.chance(0.1) ? 65535 : between(0, Shape.rows);
    s_.binary.resize(Shape.rows);
    for (auto&& flag : s_.binary) {
      flag = random.chance(0.3);
    }
    s_.lanes.resize((Shape.rows + 3) / 4);
    apply();
  }

  void apply() {
    sim->spikes_i = s_.spikes;
    sim->rows_i = static_cast<SData>(s_.rows);
    sim->n_tokens_i = static_cast<SData>(s_.n_tokens);
    sim->steps_i = static_cast<CData>(s_.steps);
    sim->k_input_i = static_cast<CData>(s_.exponent);
    sim->position_enable_i = s_.position;
    sim->position_base_i = static_cast<SData>(s_.position_base);
    for (unsigned f = 0; f < Shape.rows; ++f) {
      set_bits(sim->binary_i, f, 1, s_.binary[f]);
    }
  }

  std::vector<PacketBeat> random_packet() {
    image_ = {};
    auto beats = s_.spikes ? spike_packet() : intensity_packet();
    beats.back().last = true;
    return beats;
  }

  void send_beats(const std::vector<PacketBeat>& beats) {
    for (const auto& beat : beats) {
      source_->push(beat);
    }
  }
  void send_packet() { send_beats(random_packet()); }
  void wait_full() {
    sim.run_until([this] { return sim->full_o != 0; });
  }

  /// Fresh lane states, as before every inference, among writes to lanes that do not exist.
  void seed() {
    sim->seed_we_i = 1;
    seeded_.resize(s_.lanes.size() + 5);
    for (unsigned lane = 0; lane < s_.lanes.size() + 5; ++lane) {
      const auto state = static_cast<std::uint32_t>(random.word()) | 1U;
      sim->seed_lane_i = static_cast<SData>(lane);
      sim->seed_state_i = state;
      seeded_[lane] = state;
      if (lane < s_.lanes.size()) {
        s_.lanes[lane] = state;
      }
      sim.tick();
    }
    sim->seed_we_i = 0;
  }

  /// A calibration pass borrows the bank: `lanes` of it draw when told, and offer their bytes.
  void calibrate(unsigned lanes, unsigned draws) {
    seed();
    for (unsigned k = 0; k < draws; ++k) {
      sim.tick(random.below(3));
      for (unsigned l = 0; l < lanes; ++l) {
        seeded_[l] = advanced(seeded_[l]);
        REQUIRE(get_bits(sim->bytes_o, 32 * l, 32) == seeded_[l]);
      }
      sim->calibration_draw_i = 1;
      sim.tick();
      sim->calibration_draw_i = 0;
    }
  }

  void start() {
    sim->start_i = 1;
    sim.tick();
    sim->start_i = 0;
  }

  InputImage expected() const { return image_; }

  /// Seeds, runs, checks every vector and the event pulses, releases. The cycles from start on.
  std::uint64_t run_and_check() { return run_and_check(image_); }
  std::uint64_t run_and_check(const InputImage& image) {
    wait_full();
    seed();
    sink_->clear();
    draws_ = reads_ = 0;
    const auto count = s_.n_tokens * s_.steps;
    const auto begin = sim.cycles();
    start();
    sim.run_until([&] { return sink_->items().size() == count; });
    const auto cycles = sim.cycles() - begin;
    sim.tick(random.below(4));
    REQUIRE(sink_->items() == predict(image));
    REQUIRE(draws_ == (s_.spikes ? 0 : count));
    REQUIRE(reads_ == (s_.spikes ? count : s_.n_tokens));
    REQUIRE(sim->full_o == 1);
    sim->release_i = 1;
    sim.tick();
    sim->release_i = 0;
    return cycles;
  }

  void abandon(bool by_clear) {
    source_->clear();
    if (by_clear) {
      sim->in_valid_i = 0;
      sim->clr_i = 1;
      sim.tick();
      sim->clr_i = 0;
    } else {
      sim.reset();
    }
    sink_->clear();
  }

  Sim<Model> sim;
  Random random;

 private:
  using Source = StreamSource<PacketBeat>;
  using Sink = StreamSink<TokenStep>;

  unsigned between(unsigned low, unsigned high) {
    return static_cast<unsigned>(random.between(static_cast<int>(low), static_cast<int>(high)));
  }

  static PacketBeat empty_beat() { return {std::vector<std::uint32_t>(Shape.words), false}; }

  std::vector<PacketBeat> intensity_packet() {
    std::vector<PacketBeat> beats;
    image_.intensity.assign(s_.n_tokens, std::vector<unsigned>(Shape.rows));
    for (auto& rows : image_.intensity) {
      for (unsigned f = 0; f < s_.rows; ++f) {
        const auto kind = random.below(5);
        rows[f] = kind == 0 ? 0 : kind == 1 ? 256 : between(0, 256);
      }
      for (unsigned f = 0; f < s_.rows; ++f) {
        const unsigned place = f % (2 * Shape.words);
        if (place == 0) beats.push_back(empty_beat());
        beats.back().data[place / 2] |= rows[f] << (16 * (place % 2));
      }
    }
    return beats;
  }

  std::vector<PacketBeat> spike_packet() {
    std::vector<PacketBeat> beats;
    for (unsigned n = 0; n < s_.n_tokens; ++n) {
      auto& steps = image_.spikes.emplace_back(s_.steps, std::vector<bool>(Shape.rows));
      for (auto& rows : steps) {
        for (unsigned f = 0; f < s_.rows; ++f) {
          const unsigned place = f % (32 * Shape.words);
          if (place == 0) beats.push_back(empty_beat());
          rows[f] = random.chance(0.4);
          beats.back().data[place / 32] |= static_cast<std::uint32_t>(rows[f]) << (place % 32);
        }
      }
    }
    return beats;
  }

  TokenStep shown() {
    TokenStep item{sim->out_tag_o / 256U, sim->out_tag_o % 256U, std::vector<bool>(Shape.rows)};
    for (unsigned f = 0; f < Shape.rows; ++f) {
      item.bits[f] = get_bits(sim->out_bits_o, f) != 0;
    }
    return item;
  }

  // Agent: counts pulses.
  void drive() override {}
  void sample() override {
    errors_ += sim->packet_error_o;
    draws_ += sim->draw_o;
    reads_ += sim->mem_re_o;
  }

  /// The state of a lane after one draw.
  static std::uint32_t advanced(std::uint32_t lane) {
    for (unsigned i = 0; i < Shape.leap; ++i) {
      lane = (lane >> 1U) ^ ((lane & 1U) != 0 ? 0x80200003U : 0U);
    }
    return lane;
  }

  std::vector<TokenStep> predict(const InputImage& image) const {
    std::vector<TokenStep> result;
    auto lanes = s_.lanes;
    for (unsigned n = 0; n < s_.n_tokens; ++n) {
      for (unsigned t = 0; t < s_.steps; ++t) {
        for (auto& lane : lanes) lane = advanced(lane);
        TokenStep item{n, t, std::vector<bool>(Shape.rows)};
        for (unsigned f = 0; f < Shape.rows; ++f) {
          const auto byte = (lanes[f / 4] >> (8 * (f % 4))) & 0xFFU;
          if (s_.position && f >= s_.position_base && f < s_.position_base + s_.n_tokens) {
            item.bits[f] = f == s_.position_base + n;
          } else if (s_.spikes) {
            item.bits[f] = image.spikes[n][t][f];
          } else if (s_.binary[f]) {
            item.bits[f] = image.intensity[n][f] != 0;
          } else {
            item.bits[f] = image.intensity[n][f] > byte % (1U << s_.exponent);
          }
        }
        result.push_back(std::move(item));
      }
    }
    return result;
  }

  EncoderSettings s_;
  InputImage image_;
  std::vector<std::uint32_t> seeded_;  // states of all lanes that were written
  std::unique_ptr<Source> source_;
  std::unique_ptr<Sink> sink_;
  std::size_t errors_ = 0, draws_ = 0, reads_ = 0;
};

}  // namespace xpike::tb
