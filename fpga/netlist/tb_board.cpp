// SPDX-License-Identifier: Apache-2.0
// A board's netlist, cell by cell, driven over its UART pins by the driver: the proof that needs no
// board. The weights come over the UART; every result packet equals that of the reference.
// XPIKE_BOARD_REPORT of the environment names a file for what was seen.
#include <catch2/catch.hpp>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "board_model.hpp"
#include "bundle.hpp"
#include "driver/xpk_driver.h"
#include "host/driver_bench.hpp"
#include "host/network_bench.hpp"
#include "model/data_set.hpp"
#include "model/model_file.hpp"
#include "uart_chip.hpp"

using namespace xpike;

namespace {

/// XPIKE_BOARD_IMAGES of the environment.
int wanted_images() {
  const char* const text = std::getenv("XPIKE_BOARD_IMAGES");
  return text == nullptr ? 20 : std::atoi(text);
}

}  // namespace

TEST_CASE("the netlist of the board loads over its pins and classifies test digits", "[fpga]") {
  const Network network = load_model(XPIKE_SOURCE_DIR "/models/digits-micro.safetensors");
  tb::NetworkBench bench(config_by_name("micro-folded"), network, 1);
  sim::UartTransport chip(std::make_unique<BoardModel>());
  const xpk_transport transport = chip.open();
  xpk_device device{};
  REQUIRE(xpk_open(&device, &transport) == XPK_OK);
  const auto bundle = sim::make_bundle(bench.config(), network);
  REQUIRE(xpk_load(&device, bundle.data(), bundle.size(), false) == XPK_OK);
  const std::uint64_t load_cycles = chip.chip().cycles();
  std::printf("board netlist: loaded after %llu cycles\n",
              static_cast<unsigned long long>(load_cycles));

  const int images = wanted_images();
  REQUIRE(images > 0);
  const DataSet digits(XPIKE_SOURCE_DIR "/data/digits", "test");
  int right = 0;
  int differences = 0;
  for (int i = 0; i < images; ++i) {
    tb::NetworkBench::Run run;
    run.image = digits.image(static_cast<std::size_t>(i), network);
    run.options.steps = network.shape.steps;
    run.options.seed = 1;
    run.number = static_cast<std::uint32_t>(i);
    const auto result = tb::run_through_driver(device, bench, run);
    const auto expected = bench.expected(run);
    CHECK(result == expected);
    if (result != expected) ++differences;
    REQUIRE(!result.empty());
    if (static_cast<int>(result.back()) == digits.label(static_cast<std::size_t>(i))) ++right;
  }
  const std::uint64_t cycles = chip.chip().cycles();
  std::printf("board netlist: %d of %d digits right, %d unlike the reference; %llu cycles\n", right,
              images, differences, static_cast<unsigned long long>(cycles));
  if (const char* const file = std::getenv("XPIKE_BOARD_REPORT"); file != nullptr) {
    const nlohmann::ordered_json report{{"digits", images},
                                        {"right", right},
                                        {"differences", differences},
                                        {"load_cycles", load_cycles},
                                        {"cycles", cycles}};
    std::ofstream out(file);
    out << report.dump(1) << "\n";
    REQUIRE(out.flush());
  }
  CHECK(chip.uart().repeats == 0);
}
