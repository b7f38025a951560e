// SPDX-License-Identifier: Apache-2.0
// Runs images on the reference when told to, so that its times interleave with those of another
// program. XPIKE_SIMD selects the vector instructions. The first line on stdout says what computes:
// {"level", "available", "compiler"}. Then commands on stdin, a line each, answers of JSON:
//   run COUNT      runs COUNT images, from the first one on in a circle:
//                  {"images", "wall_s", "cpu_s", "right"}
//   scores COUNT   [[score of every class] of COUNT images]
#include <atomic>
#include <chrono>
#include <ctime>
#include <exception>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "model/data_set.hpp"
#include "model/fit.hpp"
#include "model/model_file.hpp"
#include "reference/engine.hpp"

namespace {

using namespace xpike;
using Json = nlohmann::json;

double cpu_seconds() {  // of all threads of the process
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

class Worker {
 public:
  Worker(const std::string& model, const std::string& data, const std::string& split,
         std::uint32_t seed, std::size_t threads)
      : network_(load_model(model)),
        engine_(first_fitting_config(network_, model), network_),
        options_{network_.shape.steps, seed, false},
        threads_(threads) {
    const DataSet set(data, split);
    set.check(network_, network_.shape.steps);
    for (std::size_t i = 0; i < set.size(); ++i) {
      images_.push_back(set.image(i, network_));
      labels_.push_back(set.label(i).value_or(-1));
    }
  }

  Json run(std::size_t count) {
    std::atomic<std::size_t> next{0};
    std::atomic<std::size_t> right{0};
    const auto work = [&] {
      for (std::size_t i = next++; i < count; i = next++) {
        const std::size_t image = i % images_.size();
        if (result(image).predicted == labels_[image]) ++right;
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
    return {{"images", count},
            {"wall_s", wall.count()},
            {"cpu_s", cpu_seconds() - cpu},
            {"right", right.load()}};
  }

  Json scores(std::size_t count) {
    Json all = Json::array();
    for (std::size_t i = 0; i < count; ++i) all.push_back(result(i % images_.size()).scores);
    return all;
  }

 private:
  Result result(std::size_t image) {
    return engine_.run(images_[image], static_cast<std::uint32_t>(image), options_);
  }

  Network network_;
  reference::ReferenceEngine engine_;
  RunOptions options_;
  std::size_t threads_;
  std::vector<TokenImage> images_;
  std::vector<int> labels_;
};

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 6) {
      std::cerr << "usage: xpike_bench_images MODEL DATA SPLIT SEED THREADS\n";
      return 2;
    }
    Worker worker(argv[1], argv[2], argv[3], static_cast<std::uint32_t>(std::stoul(argv[4])),
                  std::stoul(argv[5]));
    std::vector<std::string> available;
    for (const auto* level : reference::available_kernels()) available.emplace_back(level->name);
    std::cout << Json{{"level", reference::default_kernels().name},
                      {"available", available},
                      {"compiler", "GCC " __VERSION__}}
              << std::endl;
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
