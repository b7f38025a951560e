// SPDX-License-Identifier: Apache-2.0
// The ports of a Verilated core, independent of its configuration.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace xpike::sim {

inline constexpr std::size_t kMaxInputWords = 16;

/// Inputs of xpk_core; clock excluded.
struct CoreInputs {
  bool rst_n = true;
  bool reg_valid = false;
  bool reg_write = false;
  std::uint16_t reg_addr = 0;
  std::uint32_t reg_wdata = 0;
  bool in_valid = false;
  std::array<std::uint32_t, kMaxInputWords> in_data{};  // the first words of a beat count
  bool in_last = false;
  bool out_ready = false;
};

/// Outputs of xpk_core.
struct CoreOutputs {
  bool reg_ready = false;
  bool reg_rvalid = false;
  std::uint32_t reg_rdata = 0;
  bool reg_error = false;
  bool in_ready = false;
  bool out_valid = false;
  std::uint32_t out_data = 0;
  bool out_last = false;
  bool irq = false;
};

/// One core: a cycle is settle() (clock low, inputs applied) and then rise().
class CoreModel {
 public:
  virtual ~CoreModel() = default;
  /// Applies the inputs and returns the outputs before the rising edge.
  virtual CoreOutputs settle(const CoreInputs& inputs) = 0;
  virtual void rise() = 0;
  /// Waveforms go to `file` (FST) from now on. Throws Error if it cannot be written.
  virtual void open_wave(const std::string& file) = 0;
};

/// Throws Error unless this build has a model of the configuration.
void require_core_model(std::string_view config);

/// The Verilated model of a configuration; throws Error if this build has none.
std::unique_ptr<CoreModel> make_core_model(std::string_view config);

}  // namespace xpike::sim
