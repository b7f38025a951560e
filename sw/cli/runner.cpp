// SPDX-License-Identifier: Apache-2.0
#include "cli/runner.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <span>
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

void add_result(EngineTotals& totals, const Result& result) {
  for (const auto& [name, count] : result.events) totals.events[name] += count;
  if (result.cycles) totals.cycles = totals.cycles.value_or(0) + *result.cycles;
}

// The state that the threads share.
class Crew {
 public:
  Crew(const RunPlan& plan, RunOutcome& outcome)
      : plan_(plan), outcome_(outcome), progress_(plan.images, plan.progress) {}

  // Takes images until none is left or something went wrong somewhere.
  void work(EngineSet& engines) {
    try {
      const std::size_t batch = engines.rtl ? engines.rtl->batch() : 1;
      for (std::size_t i = next_.fetch_add(batch); i < plan_.images && !stop_;
           i = next_.fetch_add(batch)) {
        if (interrupted()) throw Interrupted();
        run_some(engines, i, std::min(plan_.images, i + batch));
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
  std::vector<Result> run_engine(Engine& engine, std::span<const ImageJob> jobs,
                                 EngineTotals& totals) {
    const auto start = Clock::now();
    std::vector<Result> results = engine.run_batch(jobs, plan_.options);
    const double seconds = seconds_since(start);
    const std::scoped_lock lock(mutex_);
    for (const Result& result : results) add_result(totals, result);
    totals.busy_seconds += seconds;
    return results;
  }

  // Images [first, end).
  void run_some(EngineSet& engines, std::size_t first, std::size_t end) {
    std::vector<ImageJob> jobs;
    for (std::size_t i = first; i < end; ++i) {
      jobs.push_back({plan_.image(i), static_cast<std::uint32_t>(i)});
    }
    std::vector<Result> reference;
    std::vector<Result> rtl;
    if (engines.reference) reference = run_engine(*engines.reference, jobs, outcome_.reference);
    if (engines.rtl) rtl = run_engine(*engines.rtl, jobs, outcome_.rtl);
    // Where images overlap, the chip counts the events of all of them together.
    if (engines.rtl && engines.rtl->batch() > 1) gather_events(reference);

    for (std::size_t i = 0; i < jobs.size(); ++i) {
      const Result& shown = engines.rtl ? rtl[i] : reference[i];
      ImageOutcome& outcome = outcome_.images[first + i];
      outcome.predicted = shown.predicted;
      outcome.running = shown.running;
      outcome.interval = shown.interval;
      if (engines.rtl && engines.reference) compare(rtl[i], reference[i], outcome);
      if (plan_.dump) dump(shown, first + i);
      const std::scoped_lock lock(mutex_);
      if (shown.tensors) outcome_.rates.add(*shown.tensors);
      progress_.advance();
    }
  }

  static void gather_events(std::vector<Result>& results) {
    for (std::size_t i = 1; i < results.size(); ++i) {
      for (const auto& [name, count] : results[i].events) results.front().events[name] += count;
    }
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

int threads_for(std::int64_t asked, std::size_t images) {
  return static_cast<int>(std::min(asked, static_cast<std::int64_t>(images)));
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
