// SPDX-License-Identifier: Apache-2.0
// Checks, cycle by cycle, that an accelerator keeps the rules of AXI4-Lite and AXI4-Stream.
//
// What is valid stays valid and unchanged until it is ready; a response comes after what it
// answers, and there is one for each; nothing is valid during a reset. Source: ARM IHI 0022, ARM
// IHI 0051.
#pragma once

#include <cstdint>

#include "axi_model.hpp"

namespace xpike::sim {

class AxiRules {
 public:
  /// Inputs and settled outputs of one cycle. Throws Error if a rule is broken.
  void see(const AxiInputs& inputs, const AxiOutputs& outputs);

 private:
  AxiOutputs before_;  // of the cycle before, while something waits
  bool b_waits_ = false;
  bool r_waits_ = false;
  bool result_waits_ = false;
  std::int64_t aw_open_ = 0;  // taken and not answered
  std::int64_t w_open_ = 0;
  std::int64_t ar_open_ = 0;
};

}  // namespace xpike::sim
