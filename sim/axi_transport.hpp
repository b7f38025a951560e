// SPDX-License-Identifier: Apache-2.0
// The simulated accelerator as a transport of the driver.
#pragma once

#include <string>
#include <xpike/configs.hpp>

#include "axi_chip.hpp"
#include "driver/xpk_driver.h"

namespace xpike::sim {

class AxiTransport {
 public:
  /// Throws Error if this build has no such model.
  explicit AxiTransport(const Config& config) : chip_(config, make_axi_model(config.name)) {}
  AxiTransport(const AxiTransport&) = delete;
  AxiTransport& operator=(const AxiTransport&) = delete;

  /// Valid as long as this object is.
  xpk_transport transport();
  /// Why the transport failed, if it did.
  const std::string& failure() const { return failure_; }
  AxiChip& chip() { return chip_; }

 private:
  // The body of a function of the transport; exceptions end here.
  template <class Body>
  int guarded(Body body);
  static AxiTransport& self(void* context) { return *static_cast<AxiTransport*>(context); }

  AxiChip chip_;
  std::string failure_;
};

}  // namespace xpike::sim
