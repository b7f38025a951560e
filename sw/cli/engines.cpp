// SPDX-License-Identifier: Apache-2.0
#include "cli/engines.hpp"

#include "model/error.hpp"
#include "reference/engine.hpp"

#ifdef XPIKE_HAVE_RTL_ENGINE
#include "sim/rtl_engine.hpp"
#endif

namespace xpike::cli {

std::unique_ptr<Engine> make_reference(const Config& config, const Network& network) {
  return std::make_unique<reference::ReferenceEngine>(config, network);
}

std::unique_ptr<Engine> make_rtl(
    [[maybe_unused]] const Config& config, [[maybe_unused]] const Network& network,
    [[maybe_unused]] const std::optional<std::filesystem::path>& wave) {
#ifdef XPIKE_HAVE_RTL_ENGINE
  return sim::make_rtl_engine(config, network, sim::RtlOptions{.wave = wave});
#else
  throw Error("command line", "--engine", "this build has no simulated chip; use reference");
#endif
}

}  // namespace xpike::cli
