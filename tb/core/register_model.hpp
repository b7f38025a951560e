// SPDX-License-Identifier: Apache-2.0
// What docs/registers.md says of every register: values, accesses, errors, interrupt.
#pragma once

#include <cstdint>
#include <map>
#include <vector>
#include <xpike/registers.hpp>

#include "core/window_model.hpp"

namespace xpike::tb {

/// What the rest of the chip says in one cycle.
struct ChipState {
  bool busy = false;
  bool done = false;  // pulse
  unsigned phase = 0, layer = 0;
  bool input_full = false;
  bool packet_error = false;                // pulse
  bool calibrated = false, silent = false;  // pulses
};

struct RegisterAnswer {
  std::uint32_t data = 0;  // of a read without error; cell reads are answered by the array
  bool error = false;
  bool start = false, clear = false, calibrate = false;
  WindowModel::Answer window;
};

class RegisterModel {
 public:
  /// count(i) is the value of event counter i.
  RegisterModel(const BuildShape& shape, bool calibration, std::uint64_t (*count)(unsigned))
      : shape_(shape), calibration_(calibration), window_(shape, calibration), count_(count) {
    for (const regs::Register& reg : regs::all) {
      for (unsigned w = 0; w < words(reg); ++w) values_[reg.address + w] = reg.reset;
    }
  }

  /// A request in a cycle with that state; takes effect, with the state's pulses, at its end.
  RegisterAnswer access(bool write, std::uint16_t address, std::uint32_t data,
                        const ChipState& state) {
    RegisterAnswer answer;
    std::uint32_t errors = 0;
    const regs::Register* reg = find(address);
    if (reg == nullptr) {
      errors = regs::error_address.mask();
    } else if (is_window(*reg)) {
      if (state.busy) {
        errors = regs::error_busy.mask();
      } else {
        answer.window = window_.access(write, address, data);
        answer.data = answer.window.data;
        if (answer.window.error) errors = regs::error_address.mask();
      }
    } else if (!write) {
      answer.data = read(*reg, address, state);
    } else if (reg == find(regs::control.address)) {
      answer.clear = regs::control_clear.get(data) != 0;
      const bool start = !answer.clear && regs::control_start.get(data) != 0;
      const bool calibrate = !answer.clear && regs::control_calibrate.get(data) != 0;
      if (start && calibrate) {
        errors = regs::error_config.mask();
      } else if (start || calibrate) {
        const bool may = start ? legal() : legal_pass();
        errors = state.busy ? regs::error_busy.mask() : !may ? regs::error_config.mask() : 0;
        answer.start = start && errors == 0;
        answer.calibrate = calibrate && errors == 0;
      }
    } else if (reg->access == regs::Access::w1c) {
      errors_ &= ~data;
    } else if (reg->access == regs::Access::rw) {
      if (state.busy && address != regs::irq_enable.address) {
        errors = regs::error_busy.mask();
      } else {
        values_[address] = data & reg->mask;
      }
    }
    errors_ |= errors;
    answer.error = errors != 0;
    finish_cycle(state);
    if (answer.start || answer.calibrate || answer.clear) done_ = false;
    if (answer.clear) errors_ = 0;
    return answer;
  }

  /// A cycle without a request.
  void finish_cycle(const ChipState& state) {
    if (state.packet_error) errors_ |= regs::error_packet.mask();
    if (state.silent) errors_ |= regs::error_silent.mask();
    if (state.calibrated) done_ = true;
    if (state.done) {
      done_ = true;
      ++values_[regs::image.address];
    }
  }

  bool irq() const {
    const std::uint32_t enable = values_.at(regs::irq_enable.address);
    return (regs::irq_enable_done.get(enable) != 0 && done_) ||
           (regs::irq_enable_error.get(enable) != 0 && errors_ != 0);
  }

  Ctrl ctrl() const {
    const std::uint32_t mode = value(regs::mode);
    const std::uint32_t input = value(regs::input);
    return {.n_tokens = value(regs::n_tokens),
            .steps = value(regs::steps),
            .depth = value(regs::depth),
            .causal = regs::mode_causal.get(mode) != 0,
            .pooling = regs::mode_pooling.get(mode),
            .anytime = regs::mode_anytime.get(mode) != 0,
            .k_input = regs::input_k_input.get(input),
            .input_rows = regs::input_rows.get(input),
            .input_spikes = regs::input_spikes.get(input) != 0,
            .position_enable = regs::input_position_enable.get(input) != 0,
            .position_base = value(regs::position_base),
            .classes = value(regs::classes),
            .seed = value(regs::seed),
            .image = value(regs::image)};
  }
  Pass pass() const {
    const std::uint32_t word = value(regs::calibration);
    return {.seed = value(regs::calibration_seed),
            .vectors = regs::calibration_vectors.get(word),
            .density = regs::calibration_density.get(word),
            .baseline = regs::calibration_baseline.get(word) != 0};
  }
  LayerConfig layer(unsigned number) const {
    const std::uint32_t word = value(regs::layer, number);
    const auto offset = static_cast<int>(regs::layer_row_offset.get(word));
    return {.k_s = regs::layer_k_s.get(word),
            .k_a = regs::layer_k_a.get(word),
            .row_exponent = regs::layer_row_exponent.get(word) != 0,
            .row_offset = offset < 8 ? offset : offset - 16,
            .res1 = regs::layer_res1.get(word),
            .res2 = regs::layer_res2.get(word)};
  }
  bool binary(unsigned row) const {
    return ((value(regs::binary, row / 32) >> row % 32) & 1U) != 0;
  }

 private:
  /// Words of a register that exist in this build.
  unsigned words(const regs::Register& reg) const {
    if (reg.address == regs::layer.address) return shape_.depth;
    if (reg.address == regs::binary.address) return BuildShape::divide_up(shape_.input_rows, 32);
    if (reg.address == regs::events.address) return 2 * regs::event_list.size();
    return reg.count;
  }
  const regs::Register* find(std::uint16_t address) const {
    for (const regs::Register& reg : regs::all) {
      if (address >= reg.address && address < reg.address + words(reg)) return &reg;
    }
    return nullptr;
  }
  static bool is_window(const regs::Register& reg) {
    return reg.address >= regs::target.address && reg.address <= regs::gain.address;
  }
  std::uint32_t value(const regs::Register& reg, unsigned word = 0) const {
    return values_.at(reg.address + word);
  }

  bool legal() const {
    std::vector<LayerConfig> layers;
    for (unsigned l = 0; l < shape_.depth; ++l) layers.push_back(layer(l));
    return is_legal(shape_, ctrl(), layers);
  }

  bool legal_pass() const {
    const auto within = [](unsigned number, unsigned low, unsigned high) {
      return number >= low && number <= high;
    };
    return calibration_ && within(pass().vectors, 1, 1024) && within(pass().density, 1, 256) &&
           within(ctrl().depth, 1, shape_.depth);
  }

  std::uint32_t read(const regs::Register& reg, std::uint16_t address,
                     const ChipState& state) const {
    const unsigned word = address - unsigned{reg.address};
    if (reg.access == regs::Access::wo) return 0;
    if (reg.access == regs::Access::w1c) return errors_;
    if (address == regs::status.address) {
      return regs::status_busy.put(state.busy) | regs::status_ready.put(!state.busy) |
             regs::status_done.put(done_) | regs::status_input_full.put(state.input_full) |
             regs::status_phase.put(state.phase) | regs::status_layer.put(state.layer);
    }
    if (reg.address == regs::shape.address) {
      const std::uint32_t shape[] = {shape_.tokens,      shape_.heads,      shape_.head_dim,
                                     shape_.ff,          shape_.depth,      shape_.steps,
                                     shape_.input_rows,  shape_.classes,    shape_.array_rows,
                                     shape_.array_cols,  shape_.converters, shape_.adc_cycles,
                                     shape_.input_words, shape_.tile_tokens};
      return shape[word];
    }
    if (reg.address == regs::events.address) {
      return static_cast<std::uint32_t>(count_(word / 2) >> (word % 2 == 0 ? 0U : 32U));
    }
    return values_.at(address);
  }

  BuildShape shape_;
  bool calibration_;
  WindowModel window_;
  std::uint64_t (*count_)(unsigned);
  std::map<unsigned, std::uint32_t> values_;
  std::uint32_t errors_ = 0;
  bool done_ = false;
};

}  // namespace xpike::tb
