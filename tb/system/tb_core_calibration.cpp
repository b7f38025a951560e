// SPDX-License-Identifier: Apache-2.0
// Drift compensation on the chip against the reference: sums and gains of every row block, for
// chips of drifting devices, and inferences with the new gains.
#include <algorithm>
#include <optional>

#include "core_bench.hpp"
#include "device/pcm_chip.hpp"
#include "model/model_file.hpp"
#include "reference/calibration.hpp"

using namespace xpike;
using tb::CoreBench;
using tb::Random;

namespace {

constexpr std::uint64_t cycle_limit = 10'000'000;

/// Small configurations with drift compensation, overlapping images included.
std::vector<std::string> calibrating_names() {
  std::vector<std::string> names;
  for (const std::string& name : tb::config_names()) {
    if (config_by_name(name).calibration != 0) names.push_back(name);
  }
  names.insert(names.end(), {"odd-a-overlap", "odd-b-overlap"});
  return names;
}

reference::Calibration random_pass(const Config& config, Random& random) {
  return {.vectors = 1 + static_cast<int>(random.below(40)),
          .density = 1 + static_cast<int>(random.below(256)),
          .seed = static_cast<std::uint32_t>(random.bits(32)),
          .leap = config.leap_encoder};
}

sim::Chip::PassReport run_pass(sim::Chip& chip, const reference::Calibration& pass, bool baseline) {
  return chip.calibrate(
      {.vectors = pass.vectors, .density = pass.density, .seed = pass.seed, .baseline = baseline},
      cycle_limit);
}

std::vector<std::vector<std::uint16_t>> gains_of(const Network& network) {
  std::vector<std::vector<std::uint16_t>> gains;
  for_each_matrix(network, [&](const std::string&, const Matrix& matrix, bool is_head) {
    gains.push_back(matrix.gain);
    if (is_head) gains.back().resize(1);
  });
  return gains;
}

bool any_silent(const reference::CalibrationSums& sums) {
  return std::ranges::any_of(
      sums, [](const auto& matrix) { return std::ranges::count(matrix, 0U) != 0; });
}

/// Networks as they are programmed and as they are later, with chip and reference side by side.
class AgedChip {
 public:
  AgedChip(const std::string& config_name, const Network& network)
      : config_(config_by_name(config_name)),
        model_(network),
        chip_(config_, sim::make_core_model(config_name)) {}

  const Config& config() const { return config_; }
  sim::Chip& chip() { return chip_; }

  /// Programs the devices of chip number `seed`, and measures it.
  void program(std::uint64_t seed, const reference::Calibration& pass) {
    seed_ = seed;
    pass_ = pass;
    Network now = at(std::nullopt);
    sim::load_network(chip_, config_, now);
    sums0_ = reference::measure(now, pass_);
    CHECK(run_pass(chip_, pass_, true).silent == any_silent(sums0_));
    const sim::CalibrationState state = sim::read_calibration(chip_, config_, now);
    CHECK(state.sums == sums0_);
    CHECK(state.sums0 == sums0_);
    CHECK(state.gains == gains_of(model_));
  }

  /// The devices so long after programming, the gains corrected on chip and reference.
  Network calibrate(double seconds) {
    Network now = at(seconds);
    sim::load_cells(chip_, config_, now);
    const auto sums = reference::measure(now, pass_);
    const int silent = reference::compensate(now, pass_, sums0_);
    CHECK(run_pass(chip_, pass_, false).silent == (silent != 0));
    const sim::CalibrationState state = sim::read_calibration(chip_, config_, now);
    CHECK(state.sums == sums);
    CHECK(state.sums0 == sums0_);
    CHECK(state.gains == gains_of(now));
    return now;
  }

  /// Inferences of the network, which has the devices and gains of today, on both.
  void infer(const Network& now, std::uint64_t images, Random& random) {
    reference::ReferenceEngine reference(config_, now);
    for (std::uint64_t i = 0; i < images; ++i) {
      const int tokens = 1 + static_cast<int>(random.below(static_cast<unsigned>(config_.tokens)));
      RunOptions options;
      options.steps = 1 + static_cast<int>(random.below(static_cast<unsigned>(now.shape.steps)));
      options.seed = static_cast<std::uint32_t>(random.bits(32));
      options.tensors = true;
      const TokenImage image =
          random_image(now, tokens, static_cast<std::uint32_t>(random.bits(32)));
      chip_.write(regs::control, regs::control_clear.put(1));
      sim::load_run(chip_, now, image, options, 7);
      sim::Monitor monitor(now, tokens, options.steps, config_.tokens);
      const auto words = chip_.infer(
          sim::make_packet(now, image, options.steps, config_.input_words), cycle_limit);
      const Result expected = reference.run(image, 7, options);
      tb::require_equal(monitor.tensors(), *expected.tensors);
      CHECK(words.back() == static_cast<std::uint32_t>(expected.predicted));
    }
  }

  void restore_registers() {
    sim::load_registers(chip_, config_, model_);
    sim::load_baseline(chip_, config_, model_, sums0_);
  }

 private:
  Network at(std::optional<double> seconds) const {
    Network now = model_;
    device::PcmOptions options;
    options.seed = seed_;
    device::Look look;
    if (seconds) look = {*seconds, 1};
    device::apply_devices(now, options, look);
    return now;
  }

  Config config_;
  Network model_;
  sim::Chip chip_;
  std::uint64_t seed_ = 0;
  reference::Calibration pass_;
  reference::CalibrationSums sums0_;
};

}  // namespace

TEST_CASE("calibration on the chip equals the reference on every shape", "[core][calibration]") {
  Random random(41);
  for (const std::string& name : calibrating_names()) {
    INFO(name);
    AgedChip aged(name, random_model(config_by_name(name), 41));
    for (std::uint64_t chip = 1; chip <= 2; ++chip) {
      aged.program(chip, random_pass(aged.config(), random));
      for (const double seconds : {3600.0, 31536000.0, 1.0}) {
        aged.infer(aged.calibrate(seconds), 1, random);
      }
    }
  }
}

TEST_CASE(
    "trained digits on devices of a second, a day and a year: chip and reference calibrate alike",
    "[core][calibration]") {
  Random random(42);
  const Network digits = load_model(XPIKE_SOURCE_DIR "/models/digits.safetensors");
  for (const char* name : {"tiny", "tiny-overlap"}) {
    INFO(name);
    AgedChip aged(name, digits);
    aged.program(1, {.vectors = 64, .density = 51, .seed = 1, .leap = aged.config().leap_encoder});
    for (const double seconds : {1.0, 86400.0, 31536000.0}) {
      INFO(seconds << " s");
      aged.infer(aged.calibrate(seconds), 2, random);
    }
  }
}

TEST_CASE("a pass takes the documented cycles and counts no event", "[core][calibration]") {
  Random random(43);
  for (const std::string& name : calibrating_names()) {
    const Config& config = config_by_name(name);
    CoreBench bench(name, random_model(config, 43));
    sim::Chip& chip = bench.chip();
    bench.check(bench.random_run(random));
    const auto events = chip.events();
    // Row blocks of EMBED, HEAD and one layer, by docs/architecture.md.
    const int dim_blocks = ceil_div(config.dim, config.array_cols);
    const int layer_blocks = 5 * dim_blocks + ceil_div(config.ff, config.array_cols);
    const int head_blocks = ceil_div(config.classes, config.array_cols);
    const int blocks = dim_blocks + config.depth * layer_blocks + head_blocks;
    const int words = dim_blocks + config.depth * layer_blocks + 1;
    const int period = ceil_div(config.array_cols, config.converters) * config.adc_cycles;
    const int seeds = config.chain_copies > 1 ? 8 : 1;
    for (const int vectors : {1, 64}) {
      const int layer = vectors * period + 26 + ceil_div(ceil_div(config.array_rows, 4), seeds);
      const reference::Calibration pass{.vectors = vectors, .density = 256};
      INFO(name << ", " << vectors << " vectors");
      const auto baseline = run_pass(chip, pass, true);
      REQUIRE_FALSE(baseline.silent);
      CHECK(static_cast<int>(baseline.cycles) == config.depth * layer + 7 * blocks + words);
      CHECK(static_cast<int>(run_pass(chip, pass, false).cycles) ==
            config.depth * layer + 7 * blocks + 67 * words);
    }
    CHECK(chip.events() == events);
    // Nothing has aged: the gains are the old ones, and so is everything else.
    bench.check(bench.random_run(random));
  }
}

TEST_CASE("a pass and an inference exclude each other", "[core][calibration]") {
  Random random(44);
  for (const char* name : {"nano", "odd-a", "odd-b-overlap"}) {
    INFO(name);
    const Config& config = config_by_name(name);
    const Network network = random_model(config, 44);
    CoreBench bench(name, network);
    sim::Chip& chip = bench.chip();
    const auto write = [&](const regs::Register& reg, std::uint32_t value) {
      return chip.access(true, static_cast<std::uint16_t>(reg.address), value);
    };
    // An inference that waits for its packet is busy already; it ends as ever.
    const CoreBench::Run run = bench.random_run(random);
    chip.write(regs::control, regs::control_clear.put(1));
    sim::load_run(chip, network, run.image, run.options, run.image_number);
    chip.write(regs::control, regs::control_start.put(1));
    CHECK(write(regs::control, regs::control_calibrate.put(1)).error);
    CHECK(chip.read(regs::error) == regs::error_busy.put(1));
    CHECK(regs::status_phase.get(chip.read(regs::status)) != 6);
    bench.check(run);

    // A pass lets nobody else at what it needs, shows itself, and is not disturbed.
    const reference::Calibration pass{.vectors = 64, .density = 51, .leap = config.leap_encoder};
    run_pass(chip, pass, true);
    chip.write(regs::error, 0xFF);
    chip.write(regs::control, regs::control_calibrate.put(1));
    for (const auto* reg : {&regs::calibration, &regs::calibration_seed, &regs::depth,
                            &regs::target, &regs::converter, &regs::calibration_sum0}) {
      INFO(reg->name);
      CHECK(write(*reg, 1).error);
    }
    CHECK(chip.access(false, regs::calibration_sum.address, 0).error);
    CHECK(write(regs::control, regs::control_start.put(1)).error);
    CHECK(write(regs::control, regs::control_calibrate.put(1)).error);
    CHECK(chip.read(regs::error) == regs::error_busy.put(1));
    const std::uint32_t status = chip.read(regs::status);
    CHECK(regs::status_phase.get(status) == 6);
    CHECK(regs::status_busy.get(status) == 1);
    CHECK(regs::status_ready.get(status) == 0);
    CHECK(regs::status_done.get(status) == 0);
    while (regs::status_busy.get(chip.read(regs::status)) != 0) {
    }
    CHECK(regs::status_done.get(chip.read(regs::status)) == 1);
    const sim::CalibrationState state = sim::read_calibration(chip, config, network);
    CHECK(state.sums == reference::measure(network, pass));
    CHECK(state.gains == gains_of(network));
    bench.check(bench.random_run(random));
  }
}

TEST_CASE("clear and reset in the middle of a pass", "[core][calibration]") {
  Random random(45);
  for (const char* name : {"nano", "odd-b", "odd-a-overlap"}) {
    INFO(name);
    AgedChip aged(name, random_model(config_by_name(name), 45));
    const reference::Calibration pass{
        .vectors = 20, .density = 51, .seed = 9, .leap = aged.config().leap_encoder};
    aged.program(1, pass);
    aged.calibrate(1e6);
    sim::Chip& chip = aged.chip();
    for (int round = 0; round < 20; ++round) {
      chip.write(regs::control, regs::control_calibrate.put(1));
      for (std::uint64_t wait = random.below(3000); wait > 0; --wait) chip.cycle({});
      if (round % 2 == 0) {
        chip.write(regs::control, regs::control_clear.put(1));
      } else {
        chip.reset();
        aged.restore_registers();
      }
      CHECK(regs::status_busy.get(chip.read(regs::status)) == 0);
      aged.infer(aged.calibrate(1e4 * (round + 1)), round % 5 == 0 ? 1 : 0, random);
    }
  }
}

TEST_CASE("row blocks without any code keep their gain, and the chip says so",
          "[core][calibration]") {
  RandomModelOptions weightless;
  weightless.weight = 0;
  for (const char* name : {"nano", "odd-a"}) {
    const Config& config = config_by_name(name);
    const Network network = random_model(config, 46, weightless);
    sim::Chip chip(config, sim::make_core_model(name));
    sim::load_network(chip, config, network);
    for (const bool baseline : {true, false}) {
      CHECK(run_pass(chip, {.vectors = 8}, baseline).silent);
      CHECK(chip.read(regs::error) == regs::error_silent.put(1));
      const sim::CalibrationState state = sim::read_calibration(chip, config, network);
      CHECK(any_silent(state.sums));
      CHECK(state.gains == gains_of(network));
    }
  }
}

TEST_CASE("a pass with illegal settings, or on a chip without calibration, is refused",
          "[core][calibration]") {
  for (const char* name : {"nano", "odd-a-overlap", "wide-long"}) {
    INFO(name);
    const Config& config = config_by_name(name);
    sim::Chip chip(config, sim::make_core_model(name));
    const auto refused = [&](unsigned vectors, unsigned density, int depth) {
      chip.write(regs::calibration,
                 regs::calibration_vectors.put(vectors) | regs::calibration_density.put(density));
      chip.write(regs::depth, static_cast<std::uint32_t>(depth));
      const bool error =
          chip.access(true, regs::control.address, regs::control_calibrate.put(1)).error;
      CHECK(chip.read(regs::error) == (error ? regs::error_config.put(1) : 0U));
      chip.write(regs::control, regs::control_clear.put(1));
      return error;
    };
    const bool never = config.calibration == 0;
    CHECK(refused(0, 51, 1));
    CHECK(refused(1025, 51, 1));
    CHECK(refused(64, 0, 1));
    CHECK(refused(64, 257, 1));
    CHECK(refused(64, 51, 0));
    CHECK(refused(64, 51, config.depth + 1));
    CHECK(refused(1024, 256, config.depth) == never);
    CHECK(refused(1, 1, 1) == never);
    CHECK(chip.access(true, regs::control.address,
                      regs::control_calibrate.put(1) | regs::control_start.put(1))
              .error);
    CHECK(regs::status_busy.get(chip.read(regs::status)) == 0);
    CHECK(chip.read(regs::error) == regs::error_config.put(1));
    for (const auto* reg : {&regs::calibration_sum, &regs::calibration_sum0, &regs::gain}) {
      CHECK(chip.access(false, reg->address, 0).error == never);
    }
  }
}
