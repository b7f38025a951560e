// SPDX-License-Identifier: Apache-2.0
// The simulated chip behind the interface of the reference model.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <xpike/configs.hpp>

#include "chip.hpp"
#include "model/engine.hpp"
#include "model/network.hpp"
#include "timeline.hpp"

namespace xpike::sim {

struct RtlOptions {
  std::optional<std::filesystem::path> wave;  ///< FST file that records the first image
  /// Called with the timeline of image number 0, on the thread that runs it.
  std::function<void(Timeline)> timeline;
  /// Called once with the loaded chip before any image: calibrates it, for instance. Images run
  /// with the conductances and gains that it leaves.
  std::function<void(Chip&)> prepare;
};

/// Builds the Verilated core of the configuration and loads the network through its ports. Not
/// thread-safe. Throws Error if the network does not fit or the chip reports an error.
std::unique_ptr<Engine> make_rtl_engine(const Config& config, const Network& network,
                                        const RtlOptions& options = {});

}  // namespace xpike::sim
