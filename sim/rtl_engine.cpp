// SPDX-License-Identifier: Apache-2.0
#include "rtl_engine.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "chip.hpp"
#include "loader.hpp"
#include "model/error.hpp"
#include "model/fit.hpp"
#include "monitor.hpp"
#include "result_packet.hpp"
#include "timeline.hpp"

namespace xpike::sim {

namespace {

// Generous bound on the cycles of one inference: it ends a hang, not a slow schedule.
std::uint64_t cycle_limit(const Config& config, const TokenImage& image, int steps) {
  const auto slot = static_cast<std::uint64_t>(ceil_div(config.array_cols, config.converters) *
                                               config.adc_cycles);
  const auto token_steps =
      static_cast<std::uint64_t>(image.tokens) * static_cast<std::uint64_t>(steps);
  const auto phases = static_cast<std::uint64_t>(config.depth + 1);
  const int blocks = ceil_div(image.tokens, config.tile_tokens);
  const auto columns = static_cast<std::uint64_t>(blocks * blocks * (steps + 2) * config.head_dim);
  const auto packet = token_steps * static_cast<std::uint64_t>(image.rows);
  if (config.folded !=
      0) {  // a weight a cycle, a column of a converter, a pair of spikes of attention
    const int weights = config.dim * (config.input_rows + config.classes +
                                      config.depth * (4 * config.dim + 2 * config.ff));
    const int columns_of_all =
        config.dim + config.classes + config.depth * (5 * config.dim + config.ff);
    const int pairs = image.tokens * config.depth * 2 * config.dim + 64 * config.dim;
    return 100'000 +
           4 * (token_steps * static_cast<std::uint64_t>(weights + 64 * columns_of_all + pairs) +
                packet);
  }
  return 100'000 + 4 * (phases * (token_steps * slot + columns) + packet);
}

class RtlEngine final : public Engine {
 public:
  RtlEngine(const Config& config, Network network, RtlOptions options)
      : config_(config),
        network_(std::move(network)),
        wave_(std::move(options.wave)),
        timeline_(std::move(options.timeline)),
        chip_(config, make_core_model(config.name)) {
    load_network(chip_, config_, network_);
    if (options.prepare) options.prepare(chip_);
  }

  std::string name() const override { return "rtl"; }

  // Overlapping images: enough of them to fill every copy of the chain several times.
  std::size_t batch() const override {
    return config_.chain_copies > 1 ? 4 * (static_cast<std::size_t>(config_.chain_copies) + 1) : 1;
  }

  Result run(const TokenImage& image, std::uint32_t image_number,
             const RunOptions& options) override {
    const std::vector<ImageJob> jobs{{image, image_number}};
    return std::move(run_together(jobs, options).front());
  }

  std::vector<Result> run_batch(std::span<const ImageJob> jobs,
                                const RunOptions& options) override {
    return overlaps() ? run_together(jobs, options) : Engine::run_batch(jobs, options);
  }

 private:
  bool overlaps() const { return config_.chain_copies > 1; }

  // Several images only where they overlap.
  std::vector<Result> run_together(std::span<const ImageJob> jobs, const RunOptions& options) {
    const TokenImage& image = jobs.front().image;
    int rows = 0;
    for (const ImageJob& job : jobs) {
      check_run(network_, config_, job.image, options);
      if (job.image.tokens != image.tokens ||
          job.image.stream.has_value() != image.stream.has_value()) {
        throw Error("run", "images", "of one batch must have the same tokens and form");
      }
      rows = std::max(rows, packet_rows(network_, job.image, options.steps));
    }
    if (wave_) chip_.model().open_wave(std::exchange(wave_, std::nullopt)->string());
    chip_.write(regs::control, regs::control_clear.put(1));  // counters start at 0
    load_run(chip_, network_, image, options, jobs.front().number, rows);

    std::optional<TimelineRecorder> recorder;
    if (timeline_ && jobs.front().number == 0) recorder.emplace();
    std::optional<Monitor> monitor;
    if (options.tensors) {
      monitor.emplace(network_, image.tokens, options.steps, config_.tokens, jobs.size());
    }
    const auto packets = infer(jobs, options, rows);

    std::vector<Result> results(jobs.size());
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      unpack_result(packets[i], static_cast<std::size_t>(network_.shape.classes),
                    options.final_scores ? 1 : static_cast<std::size_t>(options.steps), results[i]);
      if (!monitor) continue;
      results[i].tensors = std::move(monitor->tensors(i));
      results[i].tensors->classes = network_.shape.classes;
      results[i].tensors->head = results[i].running;
    }
    for (std::size_t i = 1; i < jobs.size(); ++i) {
      results[i].interval = chip_.result_cycles()[i] - chip_.result_cycles()[i - 1];
    }
    Result& first = results.front();
    const std::vector<std::uint64_t> counts = chip_.events();
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (config_.folded != 0 && regs::event_list[i].name != "cycles")
        continue;  // it has no others
      first.events[std::string(regs::event_list[i].name)] = counts[i];
    }
    first.cycles = first.events.at("cycles");
    if (recorder) timeline_(recorder->finish());
    return results;
  }

  std::vector<std::vector<std::uint32_t>> infer(std::span<const ImageJob> jobs,
                                                const RunOptions& options, int rows) {
    const std::uint64_t limit = cycle_limit(config_, jobs.front().image, options.steps);
    if (!overlaps()) {
      return {chip_.infer(make_packet(jobs.front().image, options.steps, rows, config_.input_words),
                          limit)};
    }
    std::vector<Chip::Job> work;
    for (const ImageJob& job : jobs) {
      work.push_back({options.seed, job.number,
                      make_packet(job.image, options.steps, rows, config_.input_words)});
    }
    return chip_.infer_all(work, limit);
  }

  Config config_;
  Network network_;
  std::optional<std::filesystem::path> wave_;
  std::function<void(Timeline)> timeline_;
  Chip chip_;
};

}  // namespace

std::unique_ptr<Engine> make_rtl_engine(const Config& config, const Network& network,
                                        const RtlOptions& options) {
  check_fit(network, config, "network");
  if (options.timeline && config.chain_copies > 1) {
    throw Error("timeline", config.name, "shows one image at a time, and these overlap");
  }
  return std::make_unique<RtlEngine>(config, network, options);
}

}  // namespace xpike::sim
