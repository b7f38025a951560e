// SPDX-License-Identifier: Apache-2.0
// What the benches of the whole core share: a chip with a random network, and the comparison of
// every intermediate tensor with the reference model.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>
#include <xpike/registers.hpp>

#include "chip.hpp"
#include "lib/random.hpp"
#include "loader.hpp"
#include "model/fit.hpp"
#include "model/random_model.hpp"
#include "monitor.hpp"
#include "reference/engine.hpp"

namespace xpike::tb {

inline const std::vector<std::string>& config_names() {
  static const std::vector<std::string> names{"nano",      "odd-a",    "odd-b",    "tiny",
                                              "nano-long", "odd-long", "wide-long"};
  return names;
}

/// Compares tensor by tensor, so that the first wrong one is named.
inline void require_equal(const Tensors& chip, const Tensors& reference) {
  CHECK(chip.input == reference.input);
  CHECK(chip.embed == reference.embed);
  REQUIRE(chip.layers.size() == reference.layers.size());
  for (std::size_t l = 0; l < chip.layers.size(); ++l) {
    INFO("layer " << l);
    const LayerTensors& a = chip.layers[l];
    const LayerTensors& b = reference.layers[l];
    CHECK(a.q == b.q);
    CHECK(a.k == b.k);
    CHECK(a.v == b.v);
    CHECK(a.s == b.s);
    CHECK(a.a == b.a);
    CHECK(a.proj == b.proj);
    CHECK(a.res1 == b.res1);
    CHECK(a.ff1 == b.ff1);
    CHECK(a.ff2 == b.ff2);
    CHECK(a.res2 == b.res2);
  }
}

/// One chip, one network, one reference.
class CoreBench {
 public:
  CoreBench(const std::string& config_name, const Network& network)
      : config_(config_by_name(config_name)),
        network_(network),
        chip_(config_, sim::make_core_model(config_name)),
        reference_(config_, network_) {
    sim::load_network(chip_, config_, network_);
  }

  const Config& config() const { return config_; }
  const Network& network() const { return network_; }
  sim::Chip& chip() { return chip_; }

  struct Run {
    int tokens;
    RunOptions options;
    std::uint32_t image_number;
    TokenImage image;
  };
  /// Intensities or, as often, a spike stream.
  Run random_run(Random& random) const {
    Run run{};
    run.tokens = 1 + static_cast<int>(random.below(static_cast<unsigned>(config_.tokens)));
    run.options.steps = 1 + static_cast<int>(random.below(static_cast<unsigned>(config_.steps)));
    run.options.seed = static_cast<std::uint32_t>(random.bits(32));
    run.options.tensors = true;
    run.image_number = static_cast<std::uint32_t>(random.bits(32));
    set_image(run, random.chance(0.5), static_cast<std::uint32_t>(random.bits(32)));
    return run;
  }
  /// Another image, for the tokens and steps of the run.
  void set_image(Run& run, bool spikes, std::uint32_t seed) const {
    run.image = spikes ? random_stream(network_, run.tokens, run.options.steps, seed)
                       : random_image(network_, run.tokens, seed);
  }

  std::size_t input_words() const { return chip_.input_words(); }
  std::vector<std::uint32_t> packet(const Run& run) const {
    return sim::make_packet(network_, run.image, run.options.steps,
                            static_cast<int>(chip_.input_words()));
  }

  /// Runs one image on chip and reference and compares everything they both know.
  void check(const Run& run) {
    INFO(config_.name << ": " << (run.image.stream ? "spikes, " : "intensities, ") << run.tokens
                      << " tokens, " << run.options.steps << " steps, seed " << run.options.seed
                      << ", image " << run.image_number);
    chip_.write(regs::control, regs::control_clear.put(1));
    sim::load_run(chip_, network_, run.image, run.options, run.image_number);
    sim::Monitor monitor(network_, run.tokens, run.options.steps, config_.tokens);
    const std::vector<std::uint32_t> words = chip_.infer(packet(run), 2'000'000);
    const Result expected = reference_.run(run.image, run.image_number, run.options);
    require_equal(monitor.tensors(), *expected.tensors);
    tensors_ = monitor.tensors();

    const auto classes = static_cast<std::size_t>(network_.shape.classes);
    const auto steps = static_cast<std::size_t>(run.options.steps);
    REQUIRE(words.size() == classes * steps + 1);
    for (std::size_t c = 0; c < classes; ++c) {
      for (std::size_t t = 0; t < steps; ++t) {
        const auto score = static_cast<std::int32_t>(words[c * steps + t]);
        REQUIRE(score == expected.tensors->head[t * classes + c]);
      }
    }
    CHECK(words.back() == static_cast<std::uint32_t>(expected.predicted));

    events_.clear();
    if (config_.folded != 0) return;  // it counts cycles alone
    const std::vector<std::uint64_t> counts = chip_.events();
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const std::string name(regs::event_list[i].name);
      events_[name] = counts[i];
      if (const auto found = expected.events.find(name); found != expected.events.end()) {
        INFO("event " << name);
        CHECK(counts[i] == found->second);
      }
    }
    const auto read_rows = static_cast<std::uint64_t>(run.tokens * config_.input_rows);
    CHECK(events_["input_read_bits"] == read_rows * (run.image.stream ? steps : 9));
  }

  /// What the chip computed in the last check().
  const Tensors& tensors() const { return tensors_; }
  /// Event counts of the last check().
  std::uint64_t event(const std::string& name) const { return events_.at(name); }

 private:
  Config config_;
  Network network_;
  sim::Chip chip_;
  reference::ReferenceEngine reference_;
  Events events_;
  Tensors tensors_;
};

}  // namespace xpike::tb
