// SPDX-License-Identifier: Apache-2.0
// Runs a range of images on one or two engines, in several threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/data_set.hpp"
#include "model/engine.hpp"
#include "model/network.hpp"

namespace xpike::cli {

// What is kept of one image. With two engines, prediction and scores are the simulated chip's.
struct ImageOutcome {
  int predicted = 0;
  std::uint64_t mismatches = 0;
  std::string first_mismatch;         // tensor or event; empty without mismatches
  std::vector<std::int32_t> running;  // scores after every time step, [step][class]
};

// Sums over all images of what one engine measured.
struct EngineTotals {
  Events events;
  std::optional<std::uint64_t> cycles;
  double busy_seconds = 0.0;  // inside run(), summed over threads
};

struct RunOutcome {
  std::vector<ImageOutcome> images;
  EngineTotals reference;
  EngineTotals rtl;
  double wall_seconds = 0.0;
};

// Engines of one thread; absent ones do not run.
struct EngineSet {
  std::unique_ptr<Engine> reference;
  std::unique_ptr<Engine> rtl;
};

struct RunPlan {
  const Network* network = nullptr;
  const DataSet* data = nullptr;
  std::size_t images = 0;  // the first ones of the data
  RunOptions options;
  std::optional<std::filesystem::path> dump;  // existing folder for dumps
  bool progress = true;                       // show a bar
};

// One thread per engine set. The outcome does not depend on their number, times excepted. The
// first error of any thread ends the run and is thrown; so is Interrupted.
RunOutcome run_images(const RunPlan& plan, std::vector<EngineSet> engines);

// Number of events that both engines measured and count differently; first names one of them.
std::uint64_t count_event_differences(const Events& a, const Events& b, std::string& first);

}  // namespace xpike::cli
