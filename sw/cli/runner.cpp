// SPDX-License-Identifier: Apache-2.0
#include "cli/runner.hpp"

#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <thread>

#include "cli/interrupt.hpp"
#include "cli/progress.hpp"
#include "model/dump.hpp"
#include "model/error.hpp"
#include "model/tensor_list.hpp"

namespace xpike::cli {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void add_result(EngineTotals& totals, const Result& result, double seconds) {
  for (const auto& [name, count] : result.events) totals.events[name] += count;
  if (result.cycles) totals.cycles = totals.cycles.value_or(0) + *result.cycles;
  totals.busy_seconds += seconds;
}

// The state that the threads share.
class Crew {
 public:
  Crew(const RunPlan& plan, RunOutcome& outcome)
      : plan_(plan), outcome_(outcome), progress_(plan.images, plan.progress) {}

  // Takes images until none is left or something went wrong somewhere.
  void work(EngineSet& engines) {
    try {
      for (std::size_t i = next_++; i < plan_.images && !stop_; i = next_++) {
        if (interrupted()) throw Interrupted();
        run_one(engines, i);
      }
    } catch (...) {
      const std::scoped_lock lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      stop_ = true;
    }
  }

  void finish() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  Result run_engine(Engine& engine, const TokenImage& image, std::size_t index,
                    EngineTotals& totals) {
    const auto start = Clock::now();
    Result result = engine.run(image, static_cast<std::uint32_t>(index), plan_.options);
    const double seconds = seconds_since(start);
    const std::scoped_lock lock(mutex_);
    add_result(totals, result, seconds);
    return result;
  }

  void run_one(EngineSet& engines, std::size_t index) {
    const TokenImage image = plan_.image(index);
    std::optional<Result> reference;
    std::optional<Result> rtl;
    if (engines.reference) {
      reference = run_engine(*engines.reference, image, index, outcome_.reference);
    }
    if (engines.rtl) rtl = run_engine(*engines.rtl, image, index, outcome_.rtl);

    const Result& shown = rtl ? *rtl : *reference;
    ImageOutcome& outcome = outcome_.images[index];
    outcome.predicted = shown.predicted;
    outcome.running = shown.running;
    if (rtl && reference) compare(*rtl, *reference, outcome);
    if (plan_.dump) dump(shown, index);
    const std::scoped_lock lock(mutex_);
    if (shown.tensors) outcome_.rates.add(*shown.tensors);
    progress_.advance();
  }

  static void compare(const Result& rtl, const Result& reference, ImageOutcome& outcome) {
    if (!rtl.tensors || !reference.tensors) {
      throw Error("run", "tensors", "an engine did not keep them for the comparison");
    }
    outcome.mismatches = count_differences(rtl, reference, outcome.first_mismatch);
    std::string event;
    outcome.mismatches += count_event_differences(rtl.events, reference.events, event);
    if (outcome.first_mismatch.empty()) outcome.first_mismatch = event;
  }

  void dump(const Result& result, std::size_t index) const {
    if (!result.tensors) throw Error("run", "tensors", "the engine did not keep them for the dump");
    const auto folder = *plan_.dump / dump_folder(static_cast<std::uint32_t>(index));
    std::error_code error;
    if (!std::filesystem::create_directory(folder, error)) {
      throw Error(folder.string(), "folder", "cannot be created: " + error.message());
    }
    write_dump(*result.tensors, folder);
  }

  const RunPlan& plan_;
  RunOutcome& outcome_;
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::exception_ptr failure_;
  Progress progress_;
};

}  // namespace

std::uint64_t count_event_differences(const Events& a, const Events& b, std::string& first) {
  std::uint64_t count = 0;
  for (const auto& [name, value] : a) {
    const auto other = b.find(name);
    if (other == b.end() || other->second == value) continue;
    if (count++ == 0) first = "event " + name;
  }
  return count;
}

RunOutcome run_images(const RunPlan& plan, std::vector<EngineSet> engines) {
  RunOutcome outcome;
  outcome.images.resize(plan.images);
  const auto start = Clock::now();
  {
    Crew crew(plan, outcome);
    std::vector<std::jthread> threads;
    threads.reserve(engines.size());
    for (EngineSet& set : engines) threads.emplace_back([&crew, &set] { crew.work(set); });
    threads.clear();  // joins
    crew.finish();
  }
  outcome.wall_seconds = seconds_since(start);
  return outcome;
}

}  // namespace xpike::cli
