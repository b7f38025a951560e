// SPDX-License-Identifier: Apache-2.0
// CoreModel around one Verilated class. Included once per configuration.
#pragma once

#include <verilated.h>
#include <verilated_fst_c.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <memory>
#include <string>

#include "core_model.hpp"
#include "coverage_log.hpp"
#include "model/error.hpp"

namespace xpike::sim {

template <class Model>
class VerilatedCore final : public CoreModel {
 public:
  VerilatedCore()
      : context_(std::make_unique<VerilatedContext>()),
        model_(std::make_unique<Model>(context_.get())) {
    context_->traceEverOn(true);
  }
  ~VerilatedCore() override {
    if (wave_) wave_->close();
    // A model says goodbye to the thread's context, which may be that of a simulation long gone.
    Verilated::threadContextp(context_.get());
    model_->final();
    log_coverage(*context_);
  }
  VerilatedCore(const VerilatedCore&) = delete;
  VerilatedCore& operator=(const VerilatedCore&) = delete;

  CoreOutputs settle(const CoreInputs& in) override {
    Model& m = *model_;
    m.clk_i = 0;
    m.rst_ni = in.rst_n;
    m.reg_valid_i = in.reg_valid;
    m.reg_write_i = in.reg_write;
    m.reg_addr_i = in.reg_addr;
    m.reg_wdata_i = in.reg_wdata;
    m.in_valid_i = in.in_valid;
    put_words(m.in_data_i, in.in_data);
    m.in_last_i = in.in_last;
    m.out_ready_i = in.out_ready;
    evaluate();
    return {m.reg_ready_o != 0, m.reg_rvalid_o != 0, m.reg_rdata_o,
            m.reg_error_o != 0, m.in_ready_o != 0,   m.out_valid_o != 0,
            m.out_data_o,       m.out_last_o != 0,   m.irq_o != 0};
  }

  void rise() override {
    model_->clk_i = 1;
    evaluate();
  }

  void open_wave(const std::string& file) override {
    if constexpr (requires(Model & model, VerilatedFstC * fst) { model.trace(fst, 0, 0); }) {
      // The FST writer ends the program if it cannot open its file.
      if (!std::ofstream(file)) throw Error(file, "--wave", "cannot be written");
      wave_ = std::make_unique<VerilatedFstC>();
      model_->trace(wave_.get(), 99);
      wave_->open(file.c_str());
    } else {
      throw Error("command line", "--wave", "cores of this size are built without waveforms");
    }
  }

 private:
  using Words = std::array<std::uint32_t, kMaxInputWords>;
  static void put_words(IData& port, const Words& words) { port = words[0]; }
  static void put_words(QData& port, const Words& words) {
    port = QData{words[1]} << 32U | words[0];
  }
  template <class Wide>
  static void put_words(Wide& port, const Words& words) {
    static_assert(sizeof(port) <= sizeof(words));
    std::copy_n(words.begin(), sizeof(port) / sizeof(words[0]), port.data());
  }

  void evaluate() {
    model_->eval();
    if (wave_) wave_->dump(context_->time());
    context_->timeInc(1);
  }

  std::unique_ptr<VerilatedContext> context_;
  std::unique_ptr<Model> model_;
  std::unique_ptr<VerilatedFstC> wave_;
};

}  // namespace xpike::sim
