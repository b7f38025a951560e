// SPDX-License-Identifier: Apache-2.0
// Whole chips, from the first word of the input packet to the last of the result.
#include <fmt/format.h>

#include <map>
#include <memory>
#include <string_view>

#include "bench/rtl/suites.hpp"
#include "core_model.hpp"
#include "model/fit.hpp"
#include "rtl_engine.hpp"
#include "workload/workload.hpp"

namespace xpike::bench {
namespace {

constexpr std::uint32_t kSeed = 1;

// A chip with a random network of all tokens and time steps of the configuration.
struct Work {
  explicit Work(const Config& config)
      : network(workload_network(config, kSeed, config.tokens, config.steps)),
        image(workload_image(network, kSeed, 0)),
        engine(sim::make_rtl_engine(config, network)) {}

  Network network;
  TokenImage image;
  std::unique_ptr<Engine> engine;
};

void run_images(benchmark::State& state, const Config& config) {
  static std::map<std::string_view, std::unique_ptr<Work>> works;  // kept between calls
  std::unique_ptr<Work>& work = works[config.name];
  if (work == nullptr) work = std::make_unique<Work>(config);
  const RunOptions options{config.steps, kSeed, false};
  std::uint64_t cycles = 0;
  for (auto _ : state) cycles += work->engine->run(work->image, 0, options).cycles.value();
  state.SetItemsProcessed(static_cast<std::int64_t>(cycles));
}

}  // namespace

void register_cores() {
  for (const char* const name : {"tiny", "icl"}) {
    sim::require_core_model(name);
    benchmark::RegisterBenchmark(
        fmt::format("core/{}/rtl", name).c_str(),
        [&config = config_by_name(name)](benchmark::State& state) { run_images(state, config); });
  }
}

}  // namespace xpike::bench
