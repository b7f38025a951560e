// SPDX-License-Identifier: Apache-2.0
// Runs a range of images on one or two engines, in several threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/engine.hpp"
#include "model/tensor_rates.hpp"

namespace xpike::cli {

// What is kept of one image. With two engines, prediction and scores are the simulated chip's.
struct ImageOutcome {
  int predicted = 0;
  std::uint64_t mismatches = 0;
  std::string first_mismatch;             // tensor or event; empty without mismatches
  std::vector<std::int32_t> running;      // as Result::running
  std::optional<std::uint64_t> interval;  // as Result::interval
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
  TensorRates rates;  // of the tensors that were kept; with two engines, the simulated chip's
  double wall_seconds = 0.0;
};

// Engines of one thread; absent ones do not run.
struct EngineSet {
  std::unique_ptr<Engine> reference;
  std::unique_ptr<Engine> rtl;
};

struct RunPlan {
  std::function<TokenImage(std::size_t)> image;  // by number; called by several threads
  std::size_t images = 0;                        // how many, from number 0
  RunOptions options;
  std::optional<std::filesystem::path> dump;  // existing folder for dumps
  bool progress = true;                       // show a bar
};

// Threads of a run: those asked for, at most one per image.
int threads_for(std::int64_t asked, std::size_t images);

// One thread per engine set. The outcome does not depend on their number, times excepted. The
// first error of any thread ends the run and is thrown; so is Interrupted.
RunOutcome run_images(const RunPlan& plan, std::vector<EngineSet> engines);

// Number of events that both engines measured and count differently; first names one of them.
std::uint64_t count_event_differences(const Events& a, const Events& b, std::string& first);

}  // namespace xpike::cli
