// SPDX-License-Identifier: Apache-2.0
// Sim<Model>: clock, reset, time-out and waveforms around one Verilated model.
#pragma once

#include <verilated.h>
#include <verilated_fst_c.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "coverage_log.hpp"

namespace xpike::tb {

/// Something beside the design that acts every cycle, such as a stream driver.
class Agent {
 public:
  Agent() = default;
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;
  virtual ~Agent() = default;
  virtual void drive() = 0;   ///< sets inputs, after the previous rising edge
  virtual void sample() = 0;  ///< looks at the settled signals, right before the rising edge
};

class Timeout : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Model is a Verilated class; a clocked one has the ports clk_i and rst_ni.
///
/// One cycle of tick(): agents drive; low phase settles; agents sample; rising edge. After tick()
/// the registers hold their new values. Inputs set by the bench after tick() count in the next one;
/// call eval() to see their combinational effect.
template <class Model>
class Sim {
 public:
  /// A run of more than `max_cycles` cycles ends in Timeout.
  explicit Sim(std::uint64_t max_cycles = 1'000'000)
      : max_cycles_(max_cycles),
        context_(std::make_unique<VerilatedContext>()),
        model_(std::make_unique<Model>(context_.get())) {
    open_trace();
    if constexpr (requires { model_->rst_ni; }) {
      model_->rst_ni = 1;
    }
  }
  ~Sim() {
    // A model says goodbye to the thread's context, which may be that of a simulation long gone.
    Verilated::threadContextp(context_.get());
    model_->final();
    sim::log_coverage(*context_);
  }
  Sim(const Sim&) = delete;
  Sim& operator=(const Sim&) = delete;

  Model& operator*() { return *model_; }
  Model* operator->() { return model_.get(); }
  std::uint64_t cycles() const { return cycles_; }

  /// The agent must outlive the simulation's last tick.
  void attach(Agent& agent) { agents_.push_back(&agent); }

  /// Lets combinational logic settle.
  void eval() {
    model_->eval();
    dump();
  }

  void tick(std::uint64_t cycles = 1) {
    for (; cycles > 0; --cycles) {
      one_cycle();
    }
  }

  /// Asserts the asynchronous reset for some cycles, between two edges. Agents rest meanwhile.
  void reset(unsigned cycles = 2) {
    model_->rst_ni = 0;
    for (unsigned i = 0; i < cycles; ++i) {
      clock_edge();
    }
    model_->rst_ni = 1;
    eval();
  }

  /// Ticks until `done()` holds; false before the first tick costs none. Throws Timeout.
  template <class Condition>
  void run_until(Condition done, std::uint64_t limit = 100'000) {
    for (std::uint64_t spent = 0; !done(); ++spent) {
      if (spent == limit) {
        throw Timeout("condition not met after " + std::to_string(limit) + " cycles");
      }
      tick();
    }
  }

 private:
  static constexpr bool Traced = requires(Model & model, VerilatedFstC* file) {
    model.trace(file, 0, 0);
  };

  void one_cycle() {
    if (cycles_ == max_cycles_) {
      throw Timeout("more than " + std::to_string(max_cycles_) + " cycles");
    }
    for (Agent* agent : agents_) {
      agent->drive();
    }
    model_->clk_i = 0;
    eval();
    for (Agent* agent : agents_) {
      agent->sample();
    }
    model_->clk_i = 1;
    eval();
    ++cycles_;
  }

  void clock_edge() {
    model_->clk_i = 0;
    eval();
    model_->clk_i = 1;
    eval();
  }

  // XPIKE_TRACE=directory writes one FST file per simulation of a model built with TRACE.
  void open_trace() {
    if constexpr (Traced) {
      const char* directory = std::getenv("XPIKE_TRACE");
      if (directory == nullptr) {
        return;
      }
      static int number = 0;
      context_->traceEverOn(true);
      trace_ = std::make_unique<VerilatedFstC>();
      model_->trace(trace_.get(), 99);
      trace_->open((std::string(directory) + "/" + model_->modelName() + "." +
                    std::to_string(number++) + ".fst")
                       .c_str());
    }
  }

  void dump() {
    if (trace_) {
      trace_->dump(context_->time());
    }
    context_->timeInc(1);
  }

  std::uint64_t max_cycles_;
  std::uint64_t cycles_ = 0;
  std::unique_ptr<VerilatedContext> context_;
  std::unique_ptr<Model> model_;
  std::unique_ptr<VerilatedFstC> trace_;
  std::vector<Agent*> agents_;
};

}  // namespace xpike::tb
