// SPDX-License-Identifier: Apache-2.0
// Drives xpk_chain through whole inferences, in the place of controller, encoder, A memory and
// attention, and checks everything it hands out.
#pragma once

#include <catch2/catch.hpp>

#include "aimc/ports.hpp"
#include "core/chain_model.hpp"
#include "core/ports.hpp"
#include "lib/stream.hpp"

namespace xpike::tb {

template <class Model, BuildShape Build>
class ChainBench : private Agent {
 public:
  ChainBench(double gap, double stall, unsigned stream)
      : random(stream),
        source_({.set_valid = [this](bool v) { sim->rows_valid_i = v; },
                 .ready = [this] { return sim->rows_ready_o != 0; },
                 .set_data =
                     [this](const TokenStep& item) {
                       set_vector(sim->rows_bits_i, item.bits);
                       sim->rows_tag_i = static_cast<IData>(item.tag);
                     }},
                random, gap),
        sink_({.valid = [this] { return sim->out_valid_o != 0; },
               .set_ready = [this](bool r) { sim->out_ready_i = r; },
               .data = [this] { return std::pair(sim->out_data_o, sim->out_last_o != 0); }},
              random, stall) {
    set_par(sim->par_i, {});
    set_cell(sim->cell_i, {});
    sim->clr_i = sim->start_i = sim->readout_i = 0;
    sim.reset();
    sim.attach(source_);
    sim.attach(sink_);
    sim.attach(*this);
  }

  void program() {
    model.randomize(random);
    for (unsigned m = 0; m < 8; ++m) program_cells(sim, model.matrix(m));
    program_neurons();
  }
  void program_neurons() {
    for (unsigned m = 0; m < 8; ++m) program_parameters(sim, model.matrix(m));
  }

  ChainSettings random_settings() {
    ChainSettings settings{.ctrl = legal_ctrl(Build, random), .res1 = {}, .res2 = {}};
    for (unsigned l = 0; l < settings.ctrl.depth; ++l) {
      settings.res1.push_back(static_cast<unsigned>(random.below(3)));
      settings.res2.push_back(static_cast<unsigned>(random.below(3)));
    }
    return settings;
  }

  /// Phase 0 embeds, phase l + 1 works on the attention output of layer l.
  void begin_phase(const ChainSettings& settings, unsigned phase) {
    const Ctrl& ctrl = settings.ctrl;
    set_fields(sim->ctrl_i, ctrl);
    sim->embed_i = phase == 0;
    sim->last_i = phase == ctrl.depth;
    sim->layer_i = static_cast<CData>(phase == 0 ? random.below(16) : phase - 1);
    sim->qkv_layer_i = static_cast<CData>(phase % 16);
    sim->res1_mode_i = static_cast<CData>(phase == 0 ? 0 : settings.res1[phase - 1]);
    sim->res2_mode_i = static_cast<CData>(phase == 0 ? 0 : settings.res2[phase - 1]);
    q_.clear();
    k_.clear();
    v_.clear();
    passed_.clear();
    done_ = head_vectors_ = x_reads_ = x_writes_ = conversions_ = next_step_ = 0;
    const std::vector<TokenStep> inputs =
        random_vectors(ctrl, phase == 0 ? Build.input_rows : Build.dim());
    if (phase == 0) {
      expected_ = model.embed(settings, inputs);
      for (const TokenStep& item : inputs) source_.push(item);
    } else {
      expected_ = model.layer(settings, phase - 1, inputs);
      for (const TokenStep& item : inputs) a_memory_[item.tag] = item.bits;
      sim->start_i = 1;
      sim.tick();
      sim->start_i = 0;
    }
  }

  /// Cycles of the phase.
  std::uint64_t run_phase(const ChainSettings& settings, unsigned phase) {
    const auto begin = sim.cycles();
    begin_phase(settings, phase);
    sim.run_until([&] { return done_ != 0; });
    const auto cycles = sim.cycles() - begin;
    const auto vectors = std::uint64_t{settings.ctrl.n_tokens} * settings.ctrl.steps;
    sim.tick();  // events are one cycle late
    const bool last = phase == settings.ctrl.depth;
    const auto conversions = conversions_;
    REQUIRE(conversions >= vectors * slot_cycles);
    sim.tick(2);
    REQUIRE(conversions_ == conversions);  // the end of a phase leaves nothing under way
    REQUIRE(done_ == 1);
    REQUIRE(q_ == expected_.q);
    REQUIRE(k_ == expected_.k);
    REQUIRE(v_ == expected_.v);
    REQUIRE(x_reads_ == (phase == 0 ? 0 : vectors));
    REQUIRE(x_writes_ == (last ? 0 : vectors));
    REQUIRE(head_vectors_ == expected_.head_vectors);
    for (const auto& [tensor, count] : passed_) {
      if (tensor == "q" || tensor == "k" || tensor == "v") continue;  // counted by mux step
      INFO(tensor);
      REQUIRE(count == expected_.passed[tensor]);
    }
    for (const auto* tensor : {"q", "k", "v"}) {
      REQUIRE(passed_[tensor].spikes == expected_.passed[tensor].spikes);
    }
    return cycles;
  }

  void run_inference(const ChainSettings& settings) {
    for (unsigned phase = 0; phase <= settings.ctrl.depth; ++phase) {
      run_phase(settings, phase);
      sim.tick(random.below(4));
    }
    read_result(settings);
  }

  void read_result(const ChainSettings& settings) {
    sink_.clear();
    readouts_ = 0;
    sim->readout_i = 1;
    sim.tick();
    sim->readout_i = 0;
    sim.run_until([&] { return readouts_ != 0; });
    const std::vector<std::uint32_t> words = model.packet(settings);
    REQUIRE(sink_.items().size() == words.size());
    for (std::size_t i = 0; i < words.size(); ++i) {
      REQUIRE(sink_.items()[i] == std::pair<IData, bool>(words[i], i + 1 == words.size()));
    }
  }

  /// Clear or reset, at any moment.
  void abandon(bool by_clear) {
    source_.clear();
    if (by_clear) {
      sim->rows_valid_i = 0;
      sim->clr_i = 1;
      sim.tick();
      sim->clr_i = 0;
    } else {
      sim.reset();
      program_neurons();  // conductances survive
    }
    sink_.clear();
    next_step_ = 0;
  }

  static constexpr unsigned mux_steps = BuildShape::divide_up(Build.array_cols, Build.converters);
  static constexpr unsigned slot_cycles = mux_steps * Build.adc_cycles;

  /// Ideal cycles of a phase: docs/architecture.md, Timing.
  static std::uint64_t ideal_cycles(const Ctrl& ctrl, unsigned phase) {
    const unsigned stages = phase == 0 ? 2 : 4;
    return std::uint64_t{ctrl.n_tokens} * ctrl.steps * slot_cycles + stages * (slot_cycles + 6);
  }

  Sim<Model> sim{5'000'000};
  Random random;
  ChainModel model{Build};

 private:
  std::vector<TokenStep> random_vectors(const Ctrl& ctrl, unsigned width) {
    const double density = random.chance(0.1) ? 1.0 : 0.4;
    std::vector<TokenStep> vectors;
    for (unsigned n = 0; n < ctrl.n_tokens; ++n) {
      for (unsigned t = 0; t < ctrl.steps; ++t) {
        vectors.push_back({n << 8U | t, random_bits(random, static_cast<int>(width), density)});
      }
    }
    return vectors;
  }

  // The A memory answers one cycle after a read and shows noise at all other times.
  void drive() override {
    const int width = static_cast<int>(Build.dim());
    set_vector(sim->a_rdata_i, a_read_ ? a_memory_.at(a_tag_) : random_bits(random, width, 0.5));
  }

  void sample() override {
    a_read_ = sim->a_re_o != 0;
    a_tag_ = sim->a_tag_o;
    done_ += sim->sink_done_o;
    readouts_ += sim->readout_done_o;
    x_reads_ += sim->x_re_o;
    x_writes_ += sim->x_we_o;
    count_events();
    if (sim->step_valid_o != 0) collect_step();
  }

  void count_events() {
    const auto events = get_fields<ChainEvents>(sim->events_o);
    head_vectors_ += events.head ? 1U : 0U;
    conversions_ += events.converting ? 1U : 0U;
    const auto add = [&](const char* tensor, const Count& count) {
      if (!count.fire) return;
      ++passed_[tensor].vectors;
      passed_[tensor].spikes += count.spikes;
    };
    add("rows", events.rows);
    add("a", events.a);
    add("proj", events.proj);
    add("res1", events.res1);
    add("ff1", events.ff1);
    add("ff2", events.ff2);
    add("x", events.x);
    add("q", events.q);
    add("k", events.k);
    add("v", events.v);
  }

  void collect_step() {
    REQUIRE(sim->step_index_o == next_step_);
    if (next_step_ == 0) {
      for (auto* tensor : {&q_, &k_, &v_}) tensor->push_back({sim->step_tag_o, Bits(Build.dim())});
    }
    REQUIRE(q_.back().tag == sim->step_tag_o);
    collect(sim->q_bits_o, q_.back().bits);
    collect(sim->k_bits_o, k_.back().bits);
    collect(sim->v_bits_o, v_.back().bits);
    next_step_ = (next_step_ + 1) % mux_steps;
  }
  template <class Port>
  void collect(const Port& port, Bits& bits) {
    for (unsigned block = 0; block < Build.row_blocks(1); ++block) {
      for (unsigned lane = 0; lane < Build.converters; ++lane) {
        const unsigned column = next_step_ * Build.converters + lane;
        const unsigned feature = block * Build.array_cols + column;
        const bool spike = get_bits(port, block * Build.converters + lane) != 0;
        if (column < Build.array_cols && feature < Build.dim()) {
          bits[feature] = spike;
        } else {
          REQUIRE_FALSE(spike);  // a lane without a neuron
        }
      }
    }
  }

  StreamSource<TokenStep> source_;
  StreamSink<std::pair<IData, bool>> sink_;
  PhaseResult expected_;
  std::map<unsigned, Bits> a_memory_;
  bool a_read_ = false;
  unsigned a_tag_ = 0;
  std::vector<TokenStep> q_, k_, v_;
  std::map<std::string, Passed> passed_;
  unsigned next_step_ = 0;
  std::uint64_t done_ = 0, readouts_ = 0, x_reads_ = 0, x_writes_ = 0;
  std::uint64_t head_vectors_ = 0, conversions_ = 0;
};

}  // namespace xpike::tb
