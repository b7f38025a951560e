// SPDX-License-Identifier: Apache-2.0
// The driver before the simulated chip: whole inferences equal the reference.
#include "axi_transport.hpp"
#include "bundle.hpp"
#include "driver/xpk_access.h"
#include "host/axi_bench.hpp"
#include "host/driver_bench.hpp"

using namespace xpike;
using tb::AxiBench;
using tb::check_run;

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
