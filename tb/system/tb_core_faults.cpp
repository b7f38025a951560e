// SPDX-License-Identifier: Apache-2.0
// Reset and clear in the middle, refused accesses, damaged packets: the chip says what was wrong
// and stays usable.
#include "core_bench.hpp"

using namespace xpike;
using tb::CoreBench;
using tb::Random;

namespace {

// Starts a run, feeds its packet and stops after some cycles, wherever the chip is by then.
void run_partly(CoreBench& bench, const CoreBench::Run& run, int cycles) {
  sim::Chip& chip = bench.chip();
  sim::load_run(chip, bench.network(), run.image, run.options, run.image_number);
  chip.write(regs::control, regs::control_start.put(1));
  const std::vector<std::uint32_t> packet = bench.packet(run);
  std::size_t sent = 0;
  for (int i = 0; i < cycles; ++i) {
    sim::CoreInputs inputs;
    inputs.in_valid = sent < packet.size();
    if (inputs.in_valid) {
      inputs.in_last = chip.put_beat(inputs, packet, sent);
    }
    if (chip.cycle(inputs).in_ready && inputs.in_valid) sent += chip.input_words();
  }
}

// A whole packet, good or bad.
void send(sim::Chip& chip, const std::vector<std::uint32_t>& words) {
  for (std::size_t i = 0; i < words.size();) {
    sim::CoreInputs inputs;
    inputs.in_valid = true;
    inputs.in_last = chip.put_beat(inputs, words, i);
    if (chip.cycle(inputs).in_ready) i += chip.input_words();
  }
  chip.cycle({});  // errors show two cycles after the word
}

bool refused(sim::Chip& chip, bool write, const regs::Register& reg, std::uint32_t value,
             unsigned offset = 0) {
  return chip.access(write, static_cast<std::uint16_t>(reg.address + offset), value).error;
}

}  // namespace

TEST_CASE("a reset at any moment loses everything but the conductances", "[core][reset]") {
  Random random(8);
  for (const std::string& name : tb::config_names()) {
    CoreBench bench(name, random_model(config_by_name(name), 21));
    const int rounds = name == "tiny" ? 3 : 10;
    for (int round = 0; round < rounds; ++round) {
      CoreBench::Run run = bench.random_run(random);
      run_partly(bench, run, random.between(1, 1500));
      bench.chip().reset();
      CHECK(bench.chip().read(regs::status) == regs::status_ready.put(1));
      CHECK(bench.chip().read(regs::error) == 0);
      CHECK(bench.chip().read(regs::seed) == 0);
      CHECK(bench.chip().read(regs::n_tokens) == 1);
      for (const std::uint64_t count : bench.chip().events()) CHECK(count == 0);
      sim::load_registers(bench.chip(), bench.config(), bench.network());
      bench.check(bench.random_run(random));
    }
  }
}

TEST_CASE("a clear at any moment stops the inference and keeps the configuration",
          "[core][reset]") {
  Random random(9);
  for (const std::string& name : tb::config_names()) {
    CoreBench bench(name, random_model(config_by_name(name), 22));
    const int rounds = name == "tiny" ? 3 : 10;
    for (int round = 0; round < rounds; ++round) {
      run_partly(bench, bench.random_run(random), random.between(1, 1500));
      bench.chip().write(regs::control, regs::control_clear.put(1));
      CHECK(regs::status_busy.get(bench.chip().read(regs::status)) == 0);
      for (const std::uint64_t count : bench.chip().events()) CHECK(count == 0);
      bench.check(bench.random_run(random));
    }
  }
}

TEST_CASE("cells read back what was programmed", "[core][registers]") {
  Random random(10);
  CoreBench bench("odd-a", random_model(config_by_name("odd-a"), 23));
  sim::Chip& chip = bench.chip();
  const std::uint32_t target = regs::target_matrix.put(6) | regs::target_layer.put(2) |
                               regs::target_row_block.put(1) | regs::target_array.put(2);
  chip.write(regs::target, target);
  CHECK(chip.read(regs::target) == target);
  chip.write(regs::cell_address, regs::cell_address_row.put(3) | regs::cell_address_col.put(18));
  std::vector<std::uint32_t> words;
  for (int i = 0; i < 5; ++i) words.push_back(static_cast<std::uint32_t>(random.bits(26)));
  chip.write_all(regs::cell_data, words);
  // Column 18 and 19 of row 3, then row 4 from column 0.
  CHECK(chip.read(regs::cell_address) ==
        (regs::cell_address_row.put(4) | regs::cell_address_col.put(3)));
  chip.write(regs::cell_address, regs::cell_address_row.put(3) | regs::cell_address_col.put(18));
  for (const std::uint32_t word : words) CHECK(chip.read(regs::cell_data) == word);
  chip.write(regs::cell_address, regs::cell_address_row.put(4) | regs::cell_address_col.put(1));
  CHECK(chip.read(regs::cell_data) == words[3]);
}

TEST_CASE("accesses to nothing are refused and reported", "[core][registers]") {
  CoreBench bench("nano", random_model(config_by_name("nano"), 24));
  sim::Chip& chip = bench.chip();
  const auto expect_error = [&](std::uint32_t field) {
    CHECK(chip.read(regs::error) == field);
    chip.write(regs::error, field);
    CHECK(chip.read(regs::error) == 0);
  };
  const std::uint32_t address = regs::error_address.put(1);
  CHECK(chip.access(true, 0xFFFF, 1).error);
  expect_error(address);
  CHECK(refused(chip, false, regs::layer, 0, 1));  // nano has one layer
  expect_error(address);
  // Targets outside the build: layer, row block, array, row, column.
  const std::vector<std::uint32_t> targets{
      regs::target_matrix.put(1) | regs::target_layer.put(1),
      regs::target_matrix.put(0) | regs::target_row_block.put(1),
      regs::target_matrix.put(6) | regs::target_array.put(1)};
  for (const std::uint32_t target : targets) {
    chip.write(regs::target, target);
    chip.write(regs::cell_address, 0);
    CHECK(refused(chip, true, regs::cell_data, 1));
    expect_error(address);
    CHECK(refused(chip, false, regs::cell_data, 0));
    expect_error(address);
  }
  chip.write(regs::target, regs::target_matrix.put(5));
  chip.write(regs::cell_address, regs::cell_address_row.put(32));
  CHECK(refused(chip, true, regs::cell_data, 1));
  expect_error(address);
  chip.write(regs::column, 16);
  CHECK(refused(chip, true, regs::neuron, regs::neuron_threshold.put(5)));
  expect_error(address);
  chip.write(regs::column, 0);
  CHECK(refused(chip, true, regs::neuron, 0));  // threshold 0
  expect_error(address);
  CHECK(refused(chip, true, regs::converter, 0));  // gain 0
  expect_error(address);

  Random random(11);
  bench.check(bench.random_run(random));
}

TEST_CASE("a start with an illegal configuration is refused", "[core][registers]") {
  Random random(12);
  CoreBench bench("odd-a", random_model(config_by_name("odd-a"), 25));
  sim::Chip& chip = bench.chip();
  const CoreBench::Run run = bench.random_run(random);
  sim::load_run(chip, bench.network(), run.image, run.options, run.image_number);
  struct Bad {
    const regs::Register* reg;
    unsigned offset;
    std::uint32_t value;
  };
  const std::uint32_t input = chip.read(regs::input);
  const std::vector<Bad> bad{
      {&regs::n_tokens, 0, 0},
      {&regs::n_tokens, 0, 11},
      {&regs::steps, 0, 0},
      {&regs::steps, 0, 6},
      {&regs::depth, 0, 0},
      {&regs::depth, 0, 4},
      {&regs::classes, 0, 0},
      {&regs::classes, 0, 8},
      {&regs::mode, 0, regs::mode_pooling.put(3)},
      {&regs::input, 0, (input & ~regs::input_k_input.mask()) | regs::input_k_input.put(9)},
      {&regs::input, 0, regs::input_rows.put(0)},
      {&regs::input, 0, regs::input_rows.put(22)},
      {&regs::layer, 0, regs::layer_k_s.put(5)},
      {&regs::layer, 0, regs::layer_k_a.put(9)},
      {&regs::layer, 0, regs::layer_res1.put(3)},
      {&regs::layer, 0, regs::layer_res2.put(3)}};
  for (const Bad& entry : bad) {
    const std::uint32_t good = chip.read(*entry.reg, entry.offset);
    chip.write(*entry.reg, entry.value, entry.offset);
    INFO(entry.reg->name << " = " << entry.value);
    CHECK(refused(chip, true, regs::control, regs::control_start.put(1)));
    CHECK(chip.read(regs::error) == regs::error_config.put(1));
    CHECK(regs::status_busy.get(chip.read(regs::status)) == 0);
    chip.write(regs::error, regs::error_config.put(1));
    chip.write(*entry.reg, good, entry.offset);
  }
  bench.check(run);
}

TEST_CASE("a busy chip refuses starts, weights and configuration", "[core][registers]") {
  Random random(13);
  CoreBench bench("nano", random_model(config_by_name("nano"), 26));
  sim::Chip& chip = bench.chip();
  const CoreBench::Run run = bench.random_run(random);
  sim::load_run(chip, bench.network(), run.image, run.options, run.image_number);
  chip.write(regs::irq_enable, regs::irq_enable_error.put(1));
  CHECK_FALSE(chip.cycle({}).irq);
  chip.write(regs::control, regs::control_start.put(1));  // waits for its packet
  CHECK(regs::status_busy.get(chip.read(regs::status)) == 1);
  CHECK(refused(chip, true, regs::control, regs::control_start.put(1)));
  CHECK(refused(chip, true, regs::seed, 99));
  CHECK(refused(chip, true, regs::cell_data, 99));
  CHECK(refused(chip, true, regs::neuron, 99));
  CHECK(chip.read(regs::error) == regs::error_busy.put(1));
  CHECK(chip.cycle({}).irq);
  CHECK(chip.read(regs::seed) == run.options.seed);
  chip.write(regs::control, regs::control_clear.put(1));
  CHECK_FALSE(chip.cycle({}).irq);
  bench.check(run);
}

TEST_CASE("damaged packets are dropped and reported", "[core][packet]") {
  Random random(14);
  const std::string name = GENERATE("nano", "odd-a");  // one and two words a beat
  CoreBench bench(name, random_model(config_by_name(name), 27));
  sim::Chip& chip = bench.chip();
  for (const bool spikes : {false, true}) {
    CoreBench::Run run = bench.random_run(random);
    bench.set_image(run, spikes, 7);
    sim::load_run(chip, bench.network(), run.image, run.options, run.image_number);
    const std::vector<std::uint32_t> good = bench.packet(run);
    const auto expect_dropped = [&] {
      CHECK(chip.read(regs::error) == regs::error_packet.put(1));
      CHECK(regs::status_input_full.get(chip.read(regs::status)) == 0);
      chip.write(regs::error, regs::error_packet.put(1));
    };
    std::vector<std::uint32_t> words = good;
    words.resize(words.size() - chip.input_words());
    if (!words.empty()) {
      send(chip, words);  // too short
      expect_dropped();
    }
    words = good;
    words.push_back(0);
    send(chip, words);  // too long
    expect_dropped();
    words = good;
    words.back() |= 0x80000000U;  // a bit, or the spike of a row, that does not exist
    send(chip, words);
    expect_dropped();
    if (!spikes) {
      words = good;
      words[words.size() / 2] = 257;  // above 256
      send(chip, words);
      expect_dropped();
    }
    send(chip, good);
    CHECK(chip.read(regs::error) == 0);
    CHECK(regs::status_input_full.get(chip.read(regs::status)) == 1);
    bench.check(run);
  }
}

TEST_CASE("the interrupt follows the end of an inference, and the image number counts up",
          "[core][registers]") {
  Random random(15);
  CoreBench bench("nano", random_model(config_by_name("nano"), 28));
  sim::Chip& chip = bench.chip();
  chip.write(regs::irq_enable, regs::irq_enable_done.put(1));
  const CoreBench::Run run = bench.random_run(random);
  bench.check(run);
  CHECK(chip.read(regs::image) == run.image_number + 1);
  CHECK(regs::status_done.get(chip.read(regs::status)) == 1);
  CHECK(chip.cycle({}).irq);
  // The next inference starts without touching any register but CONTROL.
  CHECK(chip.infer(bench.packet(run), 100'000).size() ==
        static_cast<std::size_t>(bench.network().shape.classes * run.options.steps + 1));
  CHECK(chip.read(regs::image) == run.image_number + 2);
}
