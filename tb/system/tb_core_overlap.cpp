// SPDX-License-Identifier: Apache-2.0
// Overlapping images: every tensor of every image equals the reference, whatever stalls, seeds and
// depths; clear in the middle; what a chip in flight accepts; throughput.
#include <algorithm>
#include <limits>
#include <map>

#include "core_bench.hpp"
#include "model/error.hpp"

using namespace xpike;
using tb::CoreBench;
using tb::Random;

namespace {

const std::vector<std::string>& overlap_names() {
  static const std::vector<std::string> names{"odd-a-overlap", "odd-b-overlap", "tiny-overlap"};
  return names;
}

/// Several images in flight on one chip, and the reference one by one.
class OverlapBench {
 public:
  OverlapBench(const std::string& name, const Network& network)
      : single_(name, network), reference_(config_by_name(name), network) {}

  sim::Chip& chip() { return single_.chip(); }
  CoreBench& single() { return single_; }

  /// Images of one shape and form, each with a seed and a number of its own.
  std::vector<CoreBench::Run> random_runs(Random& random, std::size_t count) const {
    std::vector<CoreBench::Run> runs{single_.random_run(random)};
    for (std::size_t i = 1; i < count; ++i) {
      CoreBench::Run run = runs.front();
      run.options.seed = static_cast<std::uint32_t>(random.bits(32));
      run.image_number = static_cast<std::uint32_t>(random.bits(32));
      single_.set_image(run, run.image.stream.has_value(),
                        static_cast<std::uint32_t>(random.bits(32)));
      runs.push_back(run);
    }
    return runs;
  }

  /// Loads what holds for all runs, and makes a job of each.
  std::vector<sim::Chip::Job> prepare(const std::vector<CoreBench::Run>& runs) {
    const Network& network = single_.network();
    const CoreBench::Run& first = runs.front();
    int rows = 0;
    for (const CoreBench::Run& run : runs) {
      rows = std::max(rows, sim::packet_rows(network, run.image, run.options.steps));
    }
    chip().write(regs::control, regs::control_clear.put(1));
    sim::load_run(chip(), network, first.image, first.options, 0, rows);
    std::vector<sim::Chip::Job> jobs;
    for (const CoreBench::Run& run : runs) {
      jobs.push_back(
          {run.options.seed, run.image_number,
           sim::make_packet(run.image, run.options.steps, rows, single_.config().input_words)});
    }
    return jobs;
  }

  void check(const std::vector<CoreBench::Run>& runs) {
    const Network& network = single_.network();
    const CoreBench::Run& first = runs.front();
    INFO(single_.config().name << ": " << runs.size() << " images, " << first.tokens << " tokens, "
                               << first.options.steps << " steps");
    const std::vector<sim::Chip::Job> jobs = prepare(runs);
    sim::Monitor monitor(network, first.tokens, first.options.steps, single_.config().tokens,
                         runs.size());
    const auto packets = chip().infer_all(jobs, 2'000'000);
    REQUIRE(packets.size() == runs.size());
    Events expected_events;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      INFO("image " << i);
      const CoreBench::Run& run = runs[i];
      const Result expected = reference_.run(run.image, run.image_number, run.options);
      tb::require_equal(monitor.tensors(i), *expected.tensors);
      const auto classes = static_cast<std::size_t>(network.shape.classes);
      const auto steps = static_cast<std::size_t>(run.options.steps);
      REQUIRE(packets[i].size() == classes * steps + 1);
      for (std::size_t c = 0; c < classes; ++c) {
        for (std::size_t t = 0; t < steps; ++t) {
          REQUIRE(static_cast<std::int32_t>(packets[i][c * steps + t]) ==
                  expected.tensors->head[t * classes + c]);
        }
      }
      REQUIRE(packets[i].back() == static_cast<std::uint32_t>(expected.predicted));
      for (const auto& [name, count] : expected.events) expected_events[name] += count;
    }
    const std::vector<std::uint64_t> counts = chip().events();
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const std::string name(regs::event_list[i].name);
      events_[name] = counts[i];
      if (const auto found = expected_events.find(name); found != expected_events.end()) {
        INFO("event " << name);
        CHECK(counts[i] == found->second);
      }
    }
    CHECK(regs::status_busy.get(chip().read(regs::status)) == 0);
  }

  std::uint64_t event(const std::string& name) const { return events_.at(name); }

 private:
  CoreBench single_;
  reference::ReferenceEngine reference_;
  Events events_;
};

Network whole_depth(const std::string& name, std::uint32_t seed) {
  RandomModelOptions options;
  options.depth = config_by_name(name).depth;
  return random_model(config_by_name(name), seed, options);
}

// Cycles from one result to the next one that the slowest part of the chip can sustain:
// docs/architecture.md, Overlapping images.
std::uint64_t steady_cycles(const Config& config, const Network& network, int tokens, int steps,
                            std::size_t packet_words) {
  const int slot = ceil_div(config.array_cols, config.converters) * config.adc_cycles;
  const int stream = tokens * steps * slot;
  const int copy = stream + 4 * (slot + 6) + 4;
  const int entry = stream + 2 * (slot + 6) + 18 + ceil_div(ceil_div(config.input_rows, 4), 8) + 4;
  const int lanes = 2 * config.heads * ceil_div(config.tokens, 4);
  const int attention = network.shape.depth *
                        (steps * config.head_dim + config.head_dim + 8 + 18 + ceil_div(lanes, 8));
  const int readout = network.shape.classes * steps + 8;
  const int packet = static_cast<int>(packet_words) / config.input_words + 4;
  return static_cast<std::uint64_t>(std::max({copy, entry, attention, readout, packet}));
}

}  // namespace

TEST_CASE("overlapping images agree with the reference", "[core][overlap]") {
  Random random(81);
  for (const std::string& name : overlap_names()) {
    const bool small = name != "tiny-overlap";
    for (int network = 0; network < (small ? 6 : 2); ++network) {
      // Random depths, from 1 to that of the build.
      OverlapBench bench(
          name, random_model(config_by_name(name), static_cast<std::uint32_t>(random.bits(32))));
      for (int round = 0; round < (small ? 3 : 1); ++round) {
        bench.check(bench.random_runs(random, 1 + random.below(14)));
      }
    }
  }
}

TEST_CASE("overlapping images of every depth agree with the reference", "[core][overlap]") {
  Random random(82);
  for (int depth = 1; depth <= 3; ++depth) {
    RandomModelOptions options;
    options.depth = depth;
    OverlapBench bench("odd-a-overlap", random_model(config_by_name("odd-a-overlap"), 31, options));
    bench.check(bench.random_runs(random, 9));
  }
}

TEST_CASE("stalls of both streams change nothing where images overlap", "[core][overlap]") {
  Random random(83);
  for (const std::string& name : overlap_names()) {
    OverlapBench bench(name, whole_depth(name, static_cast<std::uint32_t>(random.bits(32))));
    for (const auto& [in, out] : {std::pair{0.4, 0.6}, {0.95, 0.0}, {0.0, 0.97}}) {
      const double input = in;
      const double output = out;
      bench.chip().set_stalls({[&random, input] { return random.chance(input); },
                               [&random, output] { return random.chance(output); }});
      bench.check(bench.random_runs(random, name == "tiny-overlap" ? 4 : 10));
    }
  }
}

TEST_CASE("single images on a chip for overlapping ones give the same", "[core][overlap]") {
  Random random(84);
  for (const std::string& name : overlap_names()) {
    OverlapBench bench(name, whole_depth(name, 32));
    for (int run = 0; run < 3; ++run) bench.single().check(bench.single().random_run(random));
  }
}

TEST_CASE("arrays filled behind the ports' back serve overlapping images", "[core][overlap]") {
  Random random(85);
  RandomModelOptions options;
  options.noisy_devices = true;
  const Config& config = config_by_name("odd-b-overlap");
  const Network network = random_model(config, 33, options);
  OverlapBench bench("odd-b-overlap", network);
  sim::load_network(bench.chip(), config, network, sim::Door::kBack);
  bench.check(bench.random_runs(random, 5));
}

TEST_CASE("clear drops all images in flight, and the next ones are whole", "[core][overlap]") {
  Random random(86);
  for (const std::string& name : {std::string("odd-a-overlap"), std::string("odd-b-overlap")}) {
    OverlapBench bench(name, whole_depth(name, 34));
    for (int round = 0; round < 12; ++round) {
      const auto jobs = bench.prepare(bench.random_runs(random, 8));
      try {
        bench.chip().infer_all(jobs, 1 + random.below(1500));  // gives up, wherever the chip is
      } catch (const Error&) {
      }
      if (round % 3 == 2) {
        bench.chip().reset();
        sim::load_registers(bench.chip(), bench.single().config(), bench.single().network());
      } else {
        bench.chip().write(regs::control, regs::control_clear.put(1));
      }
      CHECK(regs::status_busy.get(bench.chip().read(regs::status)) == 0);
      CHECK(regs::status_ready.get(bench.chip().read(regs::status)) == 1);
      CHECK(bench.chip().events() == std::vector<std::uint64_t>(regs::event_list.size(), 0));
      bench.check(bench.random_runs(random, 5));
    }
  }
}

TEST_CASE("a chip in flight takes the next start, seed and number, and refuses the rest",
          "[core][overlap]") {
  Random random(87);
  OverlapBench bench("odd-b-overlap", whole_depth("odd-b-overlap", 35));
  sim::Chip& chip = bench.chip();
  const auto runs = bench.random_runs(random, 2);
  bench.prepare(runs);
  chip.write(regs::image, 7);
  chip.write(regs::control, regs::control_start.put(1));  // waits for its packet
  CHECK(chip.read(regs::image) == 8);
  CHECK(regs::status_busy.get(chip.read(regs::status)) == 1);
  CHECK(regs::status_ready.get(chip.read(regs::status)) == 0);
  const auto refused = [&](const regs::Register& reg, std::uint32_t value) {
    const bool error = chip.access(true, static_cast<std::uint16_t>(reg.address), value).error;
    CHECK(chip.read(regs::error) == (error ? regs::error_busy.put(1) : 0));
    chip.write(regs::error, regs::error_busy.put(1));
    return error;
  };
  CHECK(refused(regs::control, regs::control_start.put(1)));
  CHECK(refused(regs::n_tokens, 2));
  CHECK(refused(regs::depth, 1));
  CHECK(refused(regs::layer, 0));
  CHECK(refused(regs::cell_data, 99));
  CHECK(refused(regs::neuron, 99));
  CHECK_FALSE(refused(regs::seed, 99));
  CHECK_FALSE(refused(regs::image, 98));
  bench.check(runs);
}

TEST_CASE("results follow each other at the pace of the slowest part", "[core][overlap][cycles]") {
  Random random(88);
  for (const std::string& name : overlap_names()) {
    const Config& config = config_by_name(name);
    const Network network = whole_depth(name, 36);
    OverlapBench bench(name, network);
    std::vector<CoreBench::Run> runs = bench.random_runs(random, 20);
    for (CoreBench::Run& run : runs) {
      run.tokens = config.tokens;
      run.options.steps = config.steps;
      bench.single().set_image(run, false, static_cast<std::uint32_t>(random.bits(32)));
    }
    const auto jobs = bench.prepare(runs);
    bench.chip().infer_all(jobs, 1'000'000);
    const std::vector<std::uint64_t>& cycles = bench.chip().result_cycles();
    const auto skip = 2 * static_cast<std::size_t>(config.depth) + 2;  // until the chip is full
    const std::uint64_t steady =
        (cycles.back() - cycles[skip]) / static_cast<std::uint64_t>(runs.size() - 1 - skip);
    const std::uint64_t bound =
        steady_cycles(config, network, config.tokens, config.steps, jobs.front().packet.size());
    const int slot = ceil_div(config.array_cols, config.converters) * config.adc_cycles;
    const auto phase =
        static_cast<std::uint64_t>(config.tokens * config.steps * slot + 4 * (slot + 6));
    INFO(name << ": " << steady << " cycles per image, bound " << bound << ", AIMC phase "
              << phase);
    CHECK(steady <= bound);
    if (name == "tiny-overlap") CHECK(100 * steady <= 105 * phase);
  }
}
