// SPDX-License-Identifier: Apache-2.0
#include "cli/engines.hpp"

#include "core_model.hpp"
#include "reference/engine.hpp"

namespace xpike::cli {

std::unique_ptr<Engine> make_reference(const Config& config, const Network& network) {
  return std::make_unique<reference::ReferenceEngine>(config, network);
}

void require_rtl(const Config& config) { sim::require_core_model(config.name); }

std::unique_ptr<Engine> make_rtl(const Config& config, const Network& network,
                                 const sim::RtlOptions& options) {
  return sim::make_rtl_engine(config, network, options);
}

}  // namespace xpike::cli
