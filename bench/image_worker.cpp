// SPDX-License-Identifier: Apache-2.0
// Runs images on the reference when told to, so that its times interleave with those of another
// program. XPIKE_SIMD selects the vector instructions.
//   xpike_bench_images THREADS SEED model MODEL DATA SPLIT           a model and its data
//   xpike_bench_images THREADS SEED workload CONFIG TOKENS STEPS     a random network (sw/workload)
// The first line on stdout says what computes: {"level", "available", "compiler"}, and for a
// workload {"lowest", "highest"}, each {"name", "rate"} of a spike tensor. Then commands on stdin,
// a line each, answers of JSON:
//   run COUNT      runs COUNT images, from the first one on in a circle:
//                  {"images", "wall_s", "cpu_s"}, and "right" if the images have labels
//   scores COUNT   [[score of every class] of COUNT images]
#include <atomic>
#include <chrono>
#include <ctime>
#include <exception>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "model/data_set.hpp"
#include "model/fit.hpp"
#include "model/model_file.hpp"
#include "model/tensor_rates.hpp"
#include "reference/engine.hpp"
#include "workload/workload.hpp"

namespace {

using namespace xpike;
using Json = nlohmann::json;

double cpu_seconds() {  // of all threads of the process
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// A network, images, and the labels of images that have any.
struct Work {
  Network network;
  Config config;
  std::vector<TokenImage> images;
  std::vector<int> labels;
};

Work model_work(const std::string& model, const std::string& data, const std::string& split) {
  Work work{load_model(model), {}, {}, {}};
  work.config = first_fitting_config(work.network, model);
  const DataSet set(data, split);
  set.check(work.network, work.network.shape.steps);
  for (std::size_t i = 0; i < set.size(); ++i) {
    work.images.push_back(set.image(i, work.network));
    work.labels.push_back(set.label(i).value_or(-1));
  }
  return work;
}

Work random_work(const std::string& config, int tokens, int steps, std::uint32_t seed) {
  constexpr std::uint32_t kImages = 8;
  Work work{{}, config_by_name(config), {}, {}};
  work.network = workload_network(work.config, seed, tokens, steps);
  for (std::uint32_t i = 0; i < kImages; ++i) {
    work.images.push_back(workload_image(work.network, seed, i));
  }
  return work;
}

Json rate_json(const TensorRates::Entry& entry) {
  return {{"name", entry.name}, {"rate", entry.rate()}};
}

class Worker {
 public:
  Worker(Work work, std::uint32_t seed, std::size_t threads)
      : work_(std::move(work)),
        engine_(work_.config, work_.network),
        options_{work_.network.shape.steps, seed, false},
        threads_(threads) {}

  Json facts() {
    Json available = Json::array();
    for (const auto* level : reference::available_kernels()) available.push_back(level->name);
    Json facts{{"level", reference::default_kernels().name},
               {"available", available},
               {"compiler", "GCC " __VERSION__}};
    if (!work_.labels.empty()) return facts;
    TensorRates rates;
    RunOptions keep = options_;
    keep.tensors = true;
    rates.add(*engine_.run(work_.images.front(), 0, keep).tensors);
    check_rates(rates);
    facts["lowest"] = rate_json(rates.lowest());
    facts["highest"] = rate_json(rates.highest());
    return facts;
  }

  Json run(std::size_t count) {
    std::atomic<std::size_t> next{0};
    std::atomic<std::size_t> right{0};
    const auto work = [&] {
      for (std::size_t i = next++; i < count; i = next++) {
        const std::size_t image = i % work_.images.size();
        const int predicted = result(image).predicted;
        if (!work_.labels.empty() && predicted == work_.labels[image]) ++right;
      }
    };
    const auto start = std::chrono::steady_clock::now();
    const double cpu = cpu_seconds();
    {
      std::vector<std::jthread> helpers;
      for (std::size_t t = 1; t < threads_; ++t) helpers.emplace_back(work);
      work();
    }
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    Json answer{{"images", count}, {"wall_s", wall.count()}, {"cpu_s", cpu_seconds() - cpu}};
    if (!work_.labels.empty()) answer["right"] = right.load();
    return answer;
  }

  Json scores(std::size_t count) {
    Json all = Json::array();
    for (std::size_t i = 0; i < count; ++i) all.push_back(result(i % work_.images.size()).scores);
    return all;
  }

 private:
  Result result(std::size_t image) {
    return engine_.run(work_.images[image], static_cast<std::uint32_t>(image), options_);
  }

  Work work_;
  reference::ReferenceEngine engine_;
  RunOptions options_;
  std::size_t threads_;
};

Work work_of(const std::vector<std::string>& words, std::uint32_t seed) {
  if (words[0] == "model") return model_work(words[1], words[2], words[3]);
  if (words[0] != "workload") throw std::invalid_argument("no work: " + words[0]);
  return random_work(words[1], std::stoi(words[2]), std::stoi(words[3]), seed);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 7) {
      std::cerr << "usage: xpike_bench_images THREADS SEED model MODEL DATA SPLIT\n"
                   "       xpike_bench_images THREADS SEED workload CONFIG TOKENS STEPS\n";
      return 2;
    }
    const auto seed = static_cast<std::uint32_t>(std::stoul(argv[2]));
    Worker worker(work_of({argv + 3, argv + argc}, seed), seed, std::stoul(argv[1]));
    std::cout << worker.facts() << std::endl;
    std::string command;
    std::size_t count = 0;
    while (std::cin >> command >> count) {
      const bool run = command == "run";
      if (!run && command != "scores") throw std::invalid_argument("no command: " + command);
      std::cout << (run ? worker.run(count) : worker.scores(count)) << std::endl;
    }
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "xpike_bench_images: " << error.what() << '\n';
    return 2;
  }
}
