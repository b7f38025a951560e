// SPDX-License-Identifier: Apache-2.0
// The timeline of the simulated chip against the chip's own counters and schedule.
#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "core_bench.hpp"
#include "timeline.hpp"

using namespace xpike;
using sim::Timeline;
using sim::TimelineRecorder;
using sim::Work;
using tb::CoreBench;
using tb::Random;

namespace {

const std::vector<std::string> kPhases{"wait_input", "wait_seed", "aimc", "ssa", "readout"};
const std::vector<std::string> kLayerStages{"q", "k", "v", "proj", "ff1", "ff2"};

Timeline record(CoreBench& bench, const CoreBench::Run& run) {
  TimelineRecorder recorder;
  bench.check(run);
  return recorder.finish();
}

/// Work of some lanes, ordered by begin.
Timeline pick(const Timeline& timeline, const std::vector<std::string>& lanes) {
  Timeline picked;
  std::copy_if(timeline.begin(), timeline.end(), std::back_inserter(picked), [&](const Work& work) {
    return std::find(lanes.begin(), lanes.end(), work.lane) != lanes.end();
  });
  return picked;
}

std::uint64_t busy_cycles(const Timeline& works) {
  std::uint64_t total = 0;
  for (const Work& work : works) total += work.end - work.begin;
  return total;
}

/// Cycles in which at least one of the works goes on.
std::uint64_t covered_cycles(const Timeline& works) {
  std::uint64_t total = 0;
  std::uint64_t reached = 0;
  for (const Work& work : works) {
    if (work.end <= reached) continue;
    total += work.end - std::max(work.begin, reached);
    reached = work.end;
  }
  return total;
}

/// The phase that the work lies in, complete; fails if there is none.
const Work& phase_around(const Timeline& phases, const Work& work) {
  const auto found = std::find_if(phases.begin(), phases.end(), [&](const Work& phase) {
    return phase.begin <= work.begin && work.end <= phase.end;
  });
  INFO(work.lane << " in cycles " << work.begin << " to " << work.end);
  REQUIRE(found != phases.end());
  return *found;
}

/// The phases follow each other without gap or overlap, in the order of the schedule.
void check_phases(const Timeline& timeline, const CoreBench& bench) {
  const Timeline phases = pick(timeline, kPhases);
  std::vector<std::pair<std::string, int>> order;
  std::uint64_t reached = 0;
  for (const Work& phase : phases) {
    CHECK(phase.begin == reached);
    reached = phase.end;
    if (phase.lane != "wait_seed") order.emplace_back(phase.lane, phase.layer);
  }
  CHECK(reached == bench.event("cycles"));
  std::vector<std::pair<std::string, int>> expected{{"wait_input", 0}, {"aimc", 0}};
  for (int l = 0; l < bench.network().shape.depth; ++l) {
    expected.emplace_back("ssa", l);
    expected.emplace_back("aimc", l + 1);
  }
  expected.emplace_back("readout", 0);
  CHECK(order == expected);
  for (const std::string& phase : kPhases) {
    INFO(phase);
    CHECK(busy_cycles(pick(timeline, {phase})) == bench.event("cycles_" + phase));
  }
}

/// A stage converts one token-step of tokens [first, last) after the other, each as long as the mux
/// steps take.
void check_stage(const Timeline& works, const CoreBench& bench, const CoreBench::Run& run,
                 int layers, int first, int last) {
  const Config& config = bench.config();
  const auto slot = static_cast<std::uint64_t>(ceil_div(config.array_cols, config.converters) *
                                               config.adc_cycles);
  std::vector<std::array<int, 3>> order;
  std::vector<std::array<int, 3>> expected;
  std::uint64_t reached = 0;
  for (const Work& work : works) {
    CHECK(work.begin >= reached);
    CHECK(work.end - work.begin == slot);
    reached = work.end;
    order.push_back({work.layer, work.token, work.step});
  }
  for (int l = 0; l < layers; ++l) {
    for (int n = first; n < last; ++n) {
      for (int t = 0; t < run.options.steps; ++t) expected.push_back({l, n, t});
    }
  }
  CHECK(order == expected);
}

/// Number of the AIMC phase in which a stage works for a layer.
int aimc_phase(const Work& work, int depth) {
  if (work.lane == "embed") return 0;
  if (work.lane == "head") return depth;
  const bool qkv = work.lane == "q" || work.lane == "k" || work.lane == "v";
  return qkv ? work.layer : work.layer + 1;
}

void check_stages(const Timeline& timeline, const CoreBench& bench, const CoreBench::Run& run) {
  const int depth = bench.network().shape.depth;
  const Timeline phases = pick(timeline, kPhases);
  const Pooling pooling = bench.network().pooling;
  check_stage(pick(timeline, {"embed"}), bench, run, 1, 0, run.tokens);
  check_stage(pick(timeline, {"head"}), bench, run, 1,
              pooling == Pooling::kLast ? run.tokens - 1 : 0,
              pooling == Pooling::kFirst ? 1 : run.tokens);
  for (const std::string& stage : kLayerStages) {
    INFO(stage);
    check_stage(pick(timeline, {stage}), bench, run, depth, 0, run.tokens);
  }
  std::vector<std::string> all = kLayerStages;
  all.insert(all.end(), {"embed", "head"});
  const Timeline works = pick(timeline, all);
  CHECK(covered_cycles(works) == bench.event("aimc_busy"));
  for (const Work& work : works) {
    const Work& phase = phase_around(phases, work);
    CHECK(phase.lane == "aimc");
    CHECK(phase.layer == aimc_phase(work, depth));
  }
}

void check_attention(const Timeline& timeline, const CoreBench& bench, const CoreBench::Run& run) {
  const auto head_dim = static_cast<std::uint64_t>(bench.config().head_dim);
  const int side = ceil_div(run.tokens, bench.config().tile_tokens);
  const int blocks = bench.network().causal ? side * (side + 1) / 2 : side * side;
  const Timeline phases = pick(timeline, kPhases);
  const Timeline scores = pick(timeline, {"scores"});
  const Timeline values = pick(timeline, {"values"});
  CHECK(busy_cycles(scores) == bench.event("ssa_columns"));
  const auto count = static_cast<std::size_t>(bench.network().shape.depth * run.options.steps);
  REQUIRE(scores.size() == count);
  REQUIRE(values.size() == count);
  for (std::size_t i = 0; i < count; ++i) {
    const int layer = static_cast<int>(i) / run.options.steps;
    const int step = static_cast<int>(i) % run.options.steps;
    for (const Work* work : {&scores[i], &values[i]}) {
      CHECK(work->layer == layer);
      CHECK(work->step == step);
      CHECK(work->end - work->begin == head_dim * static_cast<std::uint64_t>(blocks));
      const Work& phase = phase_around(phases, *work);
      CHECK(phase.lane == "ssa");
      CHECK(phase.layer == layer);
    }
    // V of a block follows when its scores are complete.
    CHECK(values[i].begin == scores[i].begin + head_dim);
  }
}

void check_ends(const Timeline& timeline, const CoreBench& bench, const CoreBench::Run& run) {
  const Timeline phases = pick(timeline, kPhases);
  const Timeline packet = pick(timeline, {"packet"});
  CHECK(busy_cycles(packet) == bench.packet(run).size() / bench.input_words());
  for (const Work& work : packet) CHECK(phase_around(phases, work).lane == "wait_input");
  const Timeline result = pick(timeline, {"result"});
  CHECK(busy_cycles(result) ==
        static_cast<std::uint64_t>(bench.network().shape.classes * run.options.steps + 1));
  for (const Work& work : result) CHECK(phase_around(phases, work).lane == "readout");

  // Lane seeds are complete before what draws from them starts.
  const Timeline encoder = pick(timeline, {"encoder"});
  REQUIRE_FALSE(encoder.empty());
  CHECK(pick(timeline, {"seed_encoder"}).back().end <= encoder.front().begin);
  const Timeline seeds = pick(timeline, {"seed_attention"});
  const Timeline ssa = pick(timeline, {"ssa"});
  REQUIRE(seeds.size() == ssa.size());
  for (std::size_t l = 0; l < ssa.size(); ++l) {
    CHECK(seeds[l].layer == ssa[l].layer);
    CHECK(seeds[l].end <= ssa[l].begin);
  }
  // EMBED takes a token-step in the cycle in which the encoder has it ready, and converts next.
  const Timeline embed = pick(timeline, {"embed"});
  REQUIRE(encoder.size() == embed.size());
  for (std::size_t i = 0; i < embed.size(); ++i) {
    CHECK(std::pair(encoder[i].token, encoder[i].step) == std::pair(embed[i].token, embed[i].step));
    CHECK(encoder[i].end == embed[i].begin);
  }
}

void check_timeline(CoreBench& bench, const CoreBench::Run& run) {
  const Timeline timeline = record(bench, run);
  INFO(bench.config().name << ": " << run.tokens << " tokens, " << run.options.steps << " steps");
  check_phases(timeline, bench);
  check_stages(timeline, bench, run);
  check_attention(timeline, bench, run);
  check_ends(timeline, bench, run);
}

}  // namespace

TEST_CASE("the timeline agrees with the counters of the chip", "[core][timeline]") {
  Random random(21);
  for (const std::string& name : tb::config_names()) {
    const Config& config = config_by_name(name);
    for (const Pooling pooling : {Pooling::kAll, Pooling::kFirst, Pooling::kLast}) {
      RandomModelOptions options;
      options.depth = config.depth;
      options.pooling = pooling;
      CoreBench bench(name, random_model(config, 22, options));
      check_timeline(bench, bench.random_run(random));
    }
  }
}

TEST_CASE("the timeline agrees with the counters when the streams stall", "[core][timeline]") {
  Random random(23);
  CoreBench bench("nano", random_model(config_by_name("nano"), 24));
  bench.chip().set_stalls({[&] { return random.chance(0.5); }, [&] { return random.chance(0.5); }});
  for (int i = 0; i < 5; ++i) check_timeline(bench, bench.random_run(random));
}

TEST_CASE("the chip reports nothing without a recorder", "[core][timeline]") {
  Random random(25);
  CoreBench bench("nano", random_model(config_by_name("nano"), 26));
  TimelineRecorder().finish();
  bench.check(bench.random_run(random));
  CHECK(TimelineRecorder().finish().empty());
}

TEST_CASE("a recorder closes work when its lane turns to other work", "[timeline]") {
  TimelineRecorder recorder;
  recorder.change("q", true, 1, 0, 0, 100);
  recorder.change("aimc", true, 1, 0, 0, 90);
  recorder.change("q", true, 1, 0, 1, 108);
  recorder.change("q", false, 0, 0, 0, 116);
  CHECK_THROWS_WITH(recorder.finish(), "timeline: aimc: is still busy after the inference");
  recorder.change("aimc", false, 0, 0, 0, 120);
  const Timeline timeline = recorder.finish();
  REQUIRE(timeline.size() == 3);
  CHECK(timeline[0].lane == "aimc");
  CHECK(timeline[0].begin == 0);
  CHECK(timeline[0].end == 30);
  CHECK(timeline[1].begin == 10);
  CHECK(timeline[1].end == 18);
  CHECK(timeline[2].step == 1);
  CHECK(timeline[2].end == 26);
}
