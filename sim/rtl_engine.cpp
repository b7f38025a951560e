// SPDX-License-Identifier: Apache-2.0
#include "rtl_engine.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chip.hpp"
#include "loader.hpp"
#include "model/error.hpp"
#include "model/fit.hpp"
#include "monitor.hpp"
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
  const auto columns = static_cast<std::uint64_t>((steps + 2) * config.head_dim);
  const auto packet = token_steps * static_cast<std::uint64_t>(image.rows);
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
  }

  std::string name() const override { return "rtl"; }

  Result run(const TokenImage& image, std::uint32_t image_number,
             const RunOptions& options) override {
    check_run(network_, config_, image, options);
    if (wave_) chip_.model().open_wave(std::exchange(wave_, std::nullopt)->string());
    chip_.write(regs::control, regs::control_clear.put(1));  // counters start at 0
    load_run(chip_, network_, image, options, image_number);

    std::optional<TimelineRecorder> recorder;
    if (timeline_ && image_number == 0) recorder.emplace();
    std::optional<Monitor> monitor;
    if (options.tensors) monitor.emplace(network_, image.tokens, options.steps, config_.tokens);
    const std::vector<std::uint32_t> words =
        chip_.infer(make_packet(network_, image, options.steps, config_.input_words),
                    cycle_limit(config_, image, options.steps));

    Result result;
    unpack(words, options.final_scores ? 1 : options.steps, result);
    if (monitor) {
      result.tensors = std::move(monitor->tensors());
      result.tensors->classes = network_.shape.classes;
      result.tensors->head = result.running;
    }
    const std::vector<std::uint64_t> counts = chip_.events();
    for (std::size_t i = 0; i < counts.size(); ++i) {
      result.events[std::string(regs::event_list[i].name)] = counts[i];
    }
    result.cycles = result.events.at("cycles");
    if (recorder) timeline_(recorder->finish());
    return result;
  }

 private:
  // Result packet, class by class, to scores of `steps` steps [step][class], scores and class.
  void unpack(const std::vector<std::uint32_t>& words, int steps, Result& result) const {
    const auto classes = static_cast<std::size_t>(network_.shape.classes);
    const auto count = static_cast<std::size_t>(steps);
    if (words.size() != classes * count + 1) {
      throw Error("chip", "result packet", "has the wrong length");
    }
    std::vector<std::int32_t>& running = result.running;
    running.resize(classes * count);
    for (std::size_t c = 0; c < classes; ++c) {
      for (std::size_t t = 0; t < count; ++t) {
        running[t * classes + c] = static_cast<std::int32_t>(words[c * count + t]);
      }
    }
    result.scores.assign(running.end() - static_cast<std::ptrdiff_t>(classes), running.end());
    result.predicted = static_cast<int>(words.back());
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
  return std::make_unique<RtlEngine>(config, network, options);
}

}  // namespace xpike::sim
