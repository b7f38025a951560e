// SPDX-License-Identifier: Apache-2.0
// Drives the conversions of one row block (module row block or neuron tile) with random pauses and
// random stalls, and knows at which enabled clock edge each result must appear.
#pragma once

#include <catch2/catch.hpp>
#include <deque>
#include <functional>
#include <utility>

#include "aimc/matrix_model.hpp"
#include "aimc/ports.hpp"

namespace xpike::tb {

template <class Model>
class ConversionBench {
 public:
  /// `latency` in enabled edges from the one that takes conv_i to the one that shows the result.
  ConversionBench(Shape shape, int latency) : model(shape), latency_(latency) {
    sim->matrix_i = static_cast<CData>(shape.matrix);
    sim->row_block_i = 0;
    set_par(sim->par_i, {});
    set_cell(sim->cell_i, {});
    sim.reset();
  }

  /// valid() and step() look at the result ports; check(step, bits) compares what they show.
  struct Result {
    std::function<bool()> valid;
    std::function<int()> step;
  };
  Result result;
  std::function<void()> before_conversion = [] {};

  /// All mux steps of one vector. `check` runs while the result of that mux step is shown.
  void vector(int layer, const Bits& x, double stall, double pause,
              std::function<void(int)> check) {
    const Shape& shape = model.shape();
    for (int step = 0; step < shape.mux_steps(); ++step) {
      set_vector(sim->x_i, x);
      sim->step_i = static_cast<CData>(step);
      sim->layer_i = static_cast<CData>(layer);
      sim->conv_i = 1;
      before_conversion();
      due_.push_back({edges_ + 1 + latency_, step, check});
      edge(stall);
      sim->conv_i = 0;
      sim->layer_i = static_cast<CData>(random.below(16));  // sampled with conv_i only
      for (int cycle = 1; cycle < shape.adc_cycles || random.chance(pause); ++cycle) {
        edge(stall);
      }
    }
  }

  /// All mux steps of one vector of a calibration pass: nothing shows.
  void measure(int layer, const Bits& x, double stall, double pause) {
    for (int step = 0; step < model.shape().mux_steps(); ++step) {
      set_vector(sim->x_i, x);
      sim->step_i = static_cast<CData>(step);
      sim->layer_i = static_cast<CData>(layer);
      sim->conv_i = 1;
      sim->measure_i = 1;
      edge(stall);
      sim->conv_i = 0;
      sim->measure_i = random.chance(0.5) ? 1 : 0;  // sampled with conv_i only
      for (int cycle = 1; cycle < model.shape().adc_cycles || random.chance(pause); ++cycle) {
        edge(stall);
      }
      sim->measure_i = 0;
    }
  }

  void drain(double stall = 0.0) {
    for (int i = 0; i <= latency_ + 1; ++i) {
      edge(stall);
    }
    REQUIRE(due_.empty());
    REQUIRE(sim->busy_o == 0);
  }

  /// Forgets what is on the way, as after clear or reset.
  void forget() { due_.clear(); }

  MatrixModel model;
  Sim<Model> sim{5'000'000};
  Random random{11};

 private:
  struct Due {
    long edge;
    int step;
    std::function<void(int)> check;
  };

  /// One enabled edge after random stalls; a stalled module keeps showing what it showed.
  void edge(double stall) {
    while (random.chance(stall)) {
      sim->en_i = 0;
      sim.tick();
      look();
    }
    sim->en_i = 1;
    sim.tick();
    ++edges_;
    look();
  }

  void look() {
    if (!due_.empty() && due_.front().edge < edges_) {
      due_.pop_front();
    }
    const bool expected = !due_.empty() && due_.front().edge == edges_;
    REQUIRE(result.valid() == expected);
    if (expected) {
      REQUIRE(result.step() == due_.front().step);
      due_.front().check(due_.front().step);
    }
  }

  int latency_;
  long edges_ = 0;
  std::deque<Due> due_;
};

}  // namespace xpike::tb
