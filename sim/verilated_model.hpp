// SPDX-License-Identifier: Apache-2.0
// What every Verilated model of a chip needs around it: context, time, waveforms, a clean end.
#pragma once

#include <verilated.h>
#include <verilated_fst_c.h>

#include <fstream>
#include <memory>
#include <string>

#include "coverage_log.hpp"
#include "model/error.hpp"

namespace xpike::sim {

template <class Model>
class VerilatedModel {
 public:
  VerilatedModel()
      : context_(std::make_unique<VerilatedContext>()),
        model_(std::make_unique<Model>(context_.get())) {
    context_->traceEverOn(true);
  }
  ~VerilatedModel() {
    if (wave_) wave_->close();
    // A model says goodbye to the thread's context, which may be that of a simulation long gone.
    Verilated::threadContextp(context_.get());
    model_->final();
    log_coverage(*context_);
  }
  VerilatedModel(const VerilatedModel&) = delete;
  VerilatedModel& operator=(const VerilatedModel&) = delete;

  Model& operator*() { return *model_; }

  void evaluate() {
    model_->eval();
    if (wave_) wave_->dump(context_->time());
    context_->timeInc(1);
  }

  /// Waveforms go to `file` (FST) from now on. Throws Error if it cannot be written.
  void open_wave(const std::string& file) {
    if constexpr (requires(Model & model, VerilatedFstC * fst) { model.trace(fst, 0, 0); }) {
      // The FST writer ends the program if it cannot open its file.
      if (!std::ofstream(file)) throw Error(file, "--wave", "cannot be written");
      wave_ = std::make_unique<VerilatedFstC>();
      model_->trace(wave_.get(), 99);
      wave_->open(file.c_str());
    } else {
      throw Error(
          "command line", "--wave",
          "this core is built without waveforms; cmake -DXPIKE_WAVE_CONFIGS=its-name builds "
          "it with them");
    }
  }

 private:
  std::unique_ptr<VerilatedContext> context_;
  std::unique_ptr<Model> model_;
  std::unique_ptr<VerilatedFstC> wave_;
};

}  // namespace xpike::sim
