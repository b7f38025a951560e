// SPDX-License-Identifier: Apache-2.0
// The interface shared by everything that can run a network: reference model and simulated chip.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "model/spike_tensor.hpp"

namespace xpike {

// One tokenised image: integers 0..256, [token][input row], or a spike stream in their place.
struct TokenImage {
  int tokens = 0;
  int rows = 0;
  std::vector<std::uint16_t> values;
  std::optional<SpikeTensor> stream;  // [step][token][input row]; values is empty then

  TokenImage() = default;
  explicit TokenImage(SpikeTensor spikes)
      : tokens(spikes.tokens()), rows(spikes.features()), stream(std::move(spikes)) {}
  TokenImage(int n_tokens, int n_rows)
      : tokens(n_tokens),
        rows(n_rows),
        values(static_cast<std::size_t>(n_tokens) * static_cast<std::size_t>(n_rows), 0) {}
  std::uint16_t& at(int n, int f) { return values[index(n, f)]; }
  std::uint16_t at(int n, int f) const { return values[index(n, f)]; }

 private:
  std::size_t index(int n, int f) const {
    return static_cast<std::size_t>(n) * static_cast<std::size_t>(rows) +
           static_cast<std::size_t>(f);
  }
};

struct RunOptions {
  int steps = 1;
  std::uint32_t seed = 0;
  bool tensors = false;       // keep every intermediate tensor
  bool final_scores = false;  // scores after the last time step only
};

struct LayerTensors {
  SpikeTensor q, k, v;
  SpikeTensor s;  // [step][head * n_tokens + query][key]
  SpikeTensor a, proj, res1, ff1, ff2, res2;
};

struct Tensors {
  SpikeTensor input, embed;
  std::vector<LayerTensors> layers;
  int classes = 0;
  std::vector<std::int32_t> head;  // as Result::running
};

// Event name -> count, for the events that the engine measured. An event that it does not measure
// is absent. Names are those of configs/registers.json.
using Events = std::map<std::string, std::uint64_t>;

struct Result {
  int predicted = 0;
  std::vector<std::int32_t> scores;   // [class]
  std::vector<std::int32_t> running;  // scores after every time step, [step][class], or the last
  std::optional<Tensors> tensors;
  Events events;
  std::optional<std::uint64_t> cycles;
  // Cycles since the result of the image before; only where images overlap, not for the first.
  std::optional<std::uint64_t> interval;
};

// An image and its number, which selects the random streams.
struct ImageJob {
  TokenImage image;
  std::uint32_t number = 0;
};

class Engine {
 public:
  virtual ~Engine() = default;
  virtual std::string name() const = 0;
  // image_number selects the random streams: position of the image in the data that is run.
  virtual Result run(const TokenImage& image, std::uint32_t image_number,
                     const RunOptions& options) = 0;
  // How many images the engine likes to get at a time; more than 1 if it works on several at once.
  virtual std::size_t batch() const { return 1; }
  // Runs images of equal shape; results in their order. An engine that works on several at once
  // measures events and cycles of all of them together: they are in the first result.
  virtual std::vector<Result> run_batch(std::span<const ImageJob> jobs, const RunOptions& options) {
    std::vector<Result> results;
    for (const ImageJob& job : jobs) results.push_back(run(job.image, job.number, options));
    return results;
  }
};

}  // namespace xpike
