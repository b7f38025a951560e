// SPDX-License-Identifier: Apache-2.0
// The ports of a Verilated accelerator with its host interface (xpk_axi_top), independent of its
// configuration.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "core_model.hpp"

namespace xpike::sim {

/// Inputs of xpk_axi_top; clock excluded. Names as there, without the prefixes of the interfaces.
struct AxiInputs {
  bool aresetn = true;
  bool awvalid = false;
  std::uint32_t awaddr = 0;
  bool wvalid = false;
  std::uint32_t wdata = 0;
  std::uint8_t wstrb = 0;
  bool bready = false;
  bool arvalid = false;
  std::uint32_t araddr = 0;
  bool rready = false;
  bool program_tvalid = false;
  std::uint32_t program_tdata = 0;
  bool program_tlast = false;
  bool input_tvalid = false;
  std::array<std::uint32_t, kMaxInputWords> input_tdata{};  // the first words of a beat count
  bool input_tlast = false;
  bool result_tready = false;
};

/// Outputs of xpk_axi_top.
struct AxiOutputs {
  bool awready = false;
  bool wready = false;
  bool bvalid = false;
  std::uint8_t bresp = 0;
  bool arready = false;
  bool rvalid = false;
  std::uint32_t rdata = 0;
  std::uint8_t rresp = 0;
  bool program_tready = false;
  bool input_tready = false;
  bool result_tvalid = false;
  std::uint32_t result_tdata = 0;
  bool result_tlast = false;
  bool result_tuser = false;
  bool irq = false;
};

/// A cycle is settle() (clock low, inputs applied) and then rise().
class AxiModel {
 public:
  virtual ~AxiModel() = default;
  /// Applies the inputs and returns the outputs before the rising edge.
  virtual AxiOutputs settle(const AxiInputs& inputs) = 0;
  virtual void rise() = 0;
};

/// Throws Error unless this build has a model of the configuration.
void require_axi_model(std::string_view config);

/// The Verilated model of a configuration; throws Error if this build has none.
std::unique_ptr<AxiModel> make_axi_model(std::string_view config);

}  // namespace xpike::sim
