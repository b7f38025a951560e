// SPDX-License-Identifier: Apache-2.0
// Anything written to any register, any words on the input: the chip keeps what the register map
// says, reports the rest, and computes as before once it is loaded again.
#include "core_bench.hpp"

using namespace xpike;
using tb::CoreBench;
using tb::Random;

namespace {

/// Words of a register that exist in this build.
unsigned words_of(const regs::Register& reg, const Config& config) {
  if (reg.address == regs::layer.address) return static_cast<unsigned>(config.depth);
  if (reg.address == regs::binary.address) {
    return static_cast<unsigned>(ceil_div(config.input_rows, 32));
  }
  return reg.count;
}

bool is_configuration(const regs::Register& reg) {
  return reg.access == regs::Access::rw && reg.address >= regs::n_tokens.address &&
         reg.address < regs::target.address;
}

}  // namespace

TEST_CASE("configuration registers of the core keep every bit", "[core][registers]") {
  for (const std::string& name : tb::config_names()) {
    CoreBench bench(name, random_model(config_by_name(name), 31));
    sim::Chip& chip = bench.chip();
    for (const std::uint32_t pattern : {0xFFFFFFFFU, 0U, 0x55555555U, 0xAAAAAAAAU}) {
      for (const regs::Register& reg : regs::all) {
        for (unsigned w = 0; is_configuration(reg) && w < words_of(reg, bench.config()); ++w) {
          INFO(name << ": " << reg.name << " " << w);
          chip.write(reg, pattern, w);
          CHECK(chip.read(reg, w) == (pattern & reg.mask));
        }
      }
      for (const auto* reg : {&regs::target, &regs::cell_address, &regs::column}) {
        chip.write(*reg, pattern);
        CHECK(chip.read(*reg) == (pattern & reg->mask));
      }
    }
    CHECK(chip.read(regs::error) == 0);
  }
}

TEST_CASE("programming of what does not exist changes nothing", "[core][registers]") {
  Random random(32);
  for (const std::string& name : tb::config_names()) {
    CoreBench bench(name, random_model(config_by_name(name), 32));
    sim::Chip& chip = bench.chip();
    const CoreBench::Run run = bench.random_run(random);
    for (int i = 0; i < 200; ++i) {
      // No build has layers or row blocks with these numbers.
      const auto noise = static_cast<std::uint32_t>(random.bits(32));
      chip.write(regs::target,
                 noise | regs::target_layer.put(12) | regs::target_row_block.put(0xC0));
      chip.write(regs::cell_address, noise >> 3U);
      chip.write(regs::column, noise >> 5U);
      for (const auto* reg : {&regs::cell_data, &regs::neuron, &regs::converter}) {
        CHECK(chip.access(true, reg->address, noise).error);
      }
      CHECK(chip.access(false, regs::cell_data.address, 0).error);
    }
    CHECK(chip.read(regs::error) == regs::error_address.put(1));
    bench.check(run);
  }
}

TEST_CASE("noise on the input is dropped up to its last word", "[core][packet]") {
  Random random(33);
  for (const std::string& name : tb::config_names()) {
    CoreBench bench(name, random_model(config_by_name(name), 33));
    sim::Chip& chip = bench.chip();
    CoreBench::Run run = bench.random_run(random);
    bench.set_image(run, /*spikes=*/false, 33);
    sim::load_run(chip, bench.network(), run.image, run.options, run.image_number);
    for (int packet = 0; packet < 20; ++packet) {
      const auto length = 1 + random.below(30);
      for (std::uint64_t sent = 0; sent < length;) {
        sim::CoreInputs inputs;
        inputs.in_valid = true;
        // One bit at least is illegal in a word of two intensities.
        for (auto& word : inputs.in_data) {
          word = static_cast<std::uint32_t>(random.bits(32)) | 0x8000U;
        }
        inputs.in_last = sent + 1 == length;
        if (chip.cycle(inputs).in_ready) ++sent;
      }
      chip.cycle({});
      CHECK(chip.read(regs::error) == regs::error_packet.put(1));
      CHECK(regs::status_input_full.get(chip.read(regs::status)) == 0);
      chip.write(regs::error, regs::error_packet.put(1));
    }
    bench.check(run);
  }
}
