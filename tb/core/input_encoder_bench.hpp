// SPDX-License-Identifier: Apache-2.0
// Drives xpk_input_encoder, and compares with the model of its input.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/input_model.hpp"
#include "lib/bits.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"
#include "lib/stream.hpp"

namespace xpike::tb {

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
    input_.choose_settings(spikes);
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

  std::vector<PacketBeat> random_packet() { return input_.random_packet(); }
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
        seeded_[l] = input_.advanced(seeded_[l]);
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

  InputImage expected() const { return input_.image(); }

  /// Seeds, runs, checks every vector and the event pulses, releases. The cycles from start on.
  std::uint64_t run_and_check() { return run_and_check(input_.image()); }
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
    REQUIRE(sink_->items() == input_.predict(image));
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

  InputModel input_{Shape, random};
  EncoderSettings& s_ = input_.settings;
  std::vector<std::uint32_t> seeded_;  // states of all lanes that were written
  std::unique_ptr<Source> source_;
  std::unique_ptr<Sink> sink_;
  std::size_t errors_ = 0, draws_ = 0, reads_ = 0;
};

}  // namespace xpike::tb
