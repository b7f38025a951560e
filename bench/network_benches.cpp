// SPDX-License-Identifier: Apache-2.0
// Whole images.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "bench/suites.hpp"
#include "model/data_set.hpp"
#include "model/fit.hpp"
#include "model/model_file.hpp"
#include "model/random_model.hpp"
#include "reference/engine.hpp"

namespace xpike::bench {
namespace {

using reference::Kernels;
using reference::ReferenceEngine;

// A network and images for it, read or made once for all levels.
struct Work {
  std::string name;
  Config config;
  Network network;
  std::vector<TokenImage> images;
};

Work shipped_model(const std::string& name, const std::filesystem::path& model,
                   const std::filesystem::path& data) {
  Work work{name, {}, load_model(model), {}};
  work.config = first_fitting_config(work.network, model.string());
  const DataSet set(data, "test");
  set.check(work.network, work.network.shape.steps);
  for (std::size_t i = 0; i < set.size() && i < 200; ++i) {
    work.images.push_back(set.image(i, work.network));
  }
  return work;
}

// One of the eight layers of a vision transformer 768 wide, with random weights.
Work vit_layer() {
  Config config = configs.front();
  config.name = "vit-768, one layer";
  config.tokens = 256;
  config.heads = 12;
  config.head_dim = 64;
  config.dim = 768;
  config.ff = 3072;
  config.depth = 1;
  config.steps = 7;
  config.input_rows = 1024;
  config.classes = 1000;
  config.array_rows = 128;
  config.array_cols = 128;
  Work work{"vit-768", config, random_model(config, 3), {}};
  work.images.push_back(random_image(work.network, 197, 1));
  return work;
}

// Item: one image.
void run_images(benchmark::State& state, const Work& work, const Kernels& kernels) {
  ReferenceEngine engine(work.config, work.network, kernels);
  const RunOptions options{work.network.shape.steps, 1, false};
  std::uint32_t number = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(engine.run(work.images[number], number, options));
    number = (number + 1) % static_cast<std::uint32_t>(work.images.size());
  }
  state.SetItemsProcessed(state.iterations());
}

}  // namespace

void register_networks(const std::filesystem::path& root, const Kernels& kernels) {
  static std::vector<std::shared_ptr<const Work>> works;
  if (works.empty()) {
    for (const std::string name : {"digits", "mnist"}) {
      const auto model = root / "models" / (name + ".safetensors");
      const auto data = root / "data" / name;
      if (exists(model) && exists(data / "images.npy")) {
        works.push_back(std::make_shared<Work>(shipped_model(name, model, data)));
      }
    }
    works.push_back(std::make_shared<Work>(vit_layer()));
  }
  for (const auto& work : works) {
    const char* const subject = work->name == "vit-768" ? "image, one layer" : "image";
    benchmark::RegisterBenchmark(
        fmt::format("{}/{}/{}", subject, work->name, kernels.name).c_str(),
        [work, &kernels](benchmark::State& state) { run_images(state, *work, kernels); });
  }
}

}  // namespace xpike::bench
