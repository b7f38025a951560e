// SPDX-License-Identifier: Apache-2.0
// The driver before the simulated chip: whole inferences equal the reference.
#include "axi_transport.hpp"
#include "bundle.hpp"
#include "driver/xpk_access.h"
#include "host/axi_bench.hpp"

using namespace xpike;
using tb::AxiBench;

namespace {

/// A transport that damages what passes: bit flips in words that are written to the cells.
struct Flaky {
  xpk_transport below;
  tb::Random* random;
  double chance;
  unsigned damaged = 0;

  xpk_transport transport() {
    xpk_transport functions = below;
    functions.context = this;
    functions.program = nullptr;
    functions.idle = nullptr;
    functions.write = [](void* context, std::uint32_t address, const std::uint32_t* words,
                         std::size_t count) {
      auto& self = *static_cast<Flaky*>(context);
      std::vector<std::uint32_t> sent(words, words + count);
      for (std::uint32_t& word : sent) {
        if (address == regs::cell_data.address && self.random->chance(self.chance)) {
          word ^= 1U << self.random->below(26);
          ++self.damaged;
        }
      }
      return self.below.write(self.below.context, address, sent.data(), count);
    };
    functions.read = [](void* context, std::uint32_t address, std::uint32_t* word) {
      auto& self = *static_cast<Flaky*>(context);
      return self.below.read(self.below.context, address, word);
    };
    return functions;
  }
};

std::vector<std::uint16_t> values_of(const TokenImage& image, const xpk_run_options& run) {
  std::vector<std::uint16_t> values;
  for (int n = 0; n < image.tokens; ++n) {
    for (std::uint32_t t = 0; t < (run.spikes ? run.steps : 1); ++t) {
      for (int f = 0; f < static_cast<int>(run.rows); ++f) {
        values.push_back(run.spikes ? static_cast<std::uint16_t>(
                                          image.stream->get(static_cast<int>(t), n, f) ? 1 : 0)
                                    : image.at(n, f));
      }
    }
  }
  return values;
}

void check_run(xpk_device& device, AxiBench& bench) {
  const AxiBench::Run run = bench.random_run();
  xpk_run_options options{};
  options.tokens = static_cast<std::uint32_t>(run.image.tokens);
  options.steps = static_cast<std::uint32_t>(run.options.steps);
  options.rows =
      static_cast<std::uint32_t>(sim::packet_rows(bench.network(), run.image, run.options.steps));
  options.seed = run.options.seed;
  options.image = run.number;
  options.spikes = run.image.stream.has_value();
  options.anytime = !run.options.final_scores;
  const auto values = values_of(run.image, options);
  std::vector<std::uint32_t> packet(xpk_input_words(&device, &options));
  REQUIRE(xpk_make_packet(&device, &options, values.data(), packet.data()) == XPK_OK);
  CHECK(packet == bench.packet(run));
  std::size_t words = 0;
  REQUIRE(xpk_result_words(&device, &options, &words) == XPK_OK);
  std::vector<std::uint32_t> result(words);
  INFO(xpk_error_text(&device));
  REQUIRE(xpk_run(&device, &options, packet.data(), packet.size(), result.data(), words) == XPK_OK);
  REQUIRE(result == bench.expected(run));
}

}  // namespace

TEST_CASE("the driver loads and runs, by registers or by program packets", "[driver]") {
  AxiBench bench("nano", 61, 1);
  const auto bundle = sim::make_bundle(bench.config(), bench.network());
  for (const bool stream : {false, true}) {
    for (const bool verify : {false, true}) {
      sim::AxiTransport chip(bench.config());
      xpk_transport transport = chip.transport();
      if (!stream) transport.program = nullptr;
      xpk_device device{};
      REQUIRE(xpk_open(&device, &transport) == XPK_OK);
      INFO(xpk_error_text(&device));
      REQUIRE(xpk_load(&device, bundle.data(), bundle.size(), verify) == XPK_OK);
      for (int i = 0; i < 5; ++i) check_run(device, bench);
    }
  }
}

TEST_CASE("the driver runs a chip whose images overlap", "[driver]") {
  AxiBench bench("odd-a-overlap", 62, 2);
  const auto bundle = sim::make_bundle(bench.config(), bench.network());
  sim::AxiTransport chip(bench.config());
  const xpk_transport transport = chip.transport();
  xpk_device device{};
  REQUIRE(xpk_open(&device, &transport) == XPK_OK);
  REQUIRE(xpk_load(&device, bundle.data(), bundle.size(), true) == XPK_OK);
  for (int i = 0; i < 3; ++i) check_run(device, bench);
}

TEST_CASE("the driver brings a chip back from anything", "[driver]") {
  AxiBench bench("nano", 63, 3);
  const auto bundle = sim::make_bundle(bench.config(), bench.network());
  sim::AxiTransport chip(bench.config());
  const xpk_transport transport = chip.transport();
  xpk_device device{};
  REQUIRE(xpk_open(&device, &transport) == XPK_OK);
  REQUIRE(xpk_load(&device, bundle.data(), bundle.size(), false) == XPK_OK);
  for (int round = 0; round < 20; ++round) {
    // Somebody else has started an inference, sent a part of a packet, left a program packet open.
    chip.chip().write(regs::control, regs::control_start.put(1));
    chip.chip().write(regs::input_word, 5);
    const auto cycles = bench.random.below(300);
    for (std::uint64_t i = 0; i < cycles; ++i) chip.chip().cycle();
    if (round % 2 == 0) chip.chip().access(true, 2, 0);  // refused
    if (round % 5 == 0) {
      chip.chip().reset();  // neurons and configuration are lost
      REQUIRE(xpk_open(&device, &transport) == XPK_OK);
      REQUIRE(xpk_load(&device, bundle.data(), bundle.size(), false) == XPK_OK);
    }
    check_run(device, bench);
  }
}

TEST_CASE("damaged words of a load are found", "[driver]") {
  AxiBench bench("nano", 64, 4);
  const auto bundle = sim::make_bundle(bench.config(), bench.network());
  sim::AxiTransport chip(bench.config());
  Flaky flaky{chip.transport(), &bench.random, 0.0};
  const xpk_transport transport = flaky.transport();
  xpk_device device{};
  REQUIRE(xpk_open(&device, &transport) == XPK_OK);
  for (int round = 0; round < 10; ++round) {
    flaky.chance = 0.001;
    flaky.damaged = 0;
    const int status = xpk_load(&device, bundle.data(), bundle.size(), round % 2 == 0);
    CHECK((status == XPK_VERIFY) == (flaky.damaged > 0));
    flaky.chance = 0.0;
    REQUIRE(xpk_load(&device, bundle.data(), bundle.size(), false) == XPK_OK);
    check_run(device, bench);
  }
}
