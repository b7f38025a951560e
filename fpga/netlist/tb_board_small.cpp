// SPDX-License-Identifier: Apache-2.0
// The netlist of the smallest chip on a board, cell by cell, over its UART pins: with the weights
// that its block memories start with, and with others that the driver loads. Every result packet
// equals that of the reference.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <memory>
#include <vector>
#include <xpike/registers.hpp>

#include "board_model.hpp"
#include "bundle.hpp"
#include "driver/xpk_access.h"
#include "host/driver_bench.hpp"
#include "register_recorder.hpp"
#include "small_network.hpp"
#include "uart_chip.hpp"

using namespace xpike;

namespace {

constexpr int kImages = 4;

class Board {
 public:
  explicit Board(std::uint32_t model)
      : bench_(config_by_name(kSmallConfig), small_network(model), model) {
    REQUIRE(xpk_open(&device_, &transport_) == XPK_OK);
  }

  /// Everything but the cells of the arrays.
  void load_registers() {
    const Network& network = bench_.network();
    auto writes = sim::network_writes(bench_.config(), network);
    RunOptions options;
    options.steps = network.shape.steps;
    const TokenImage image(network.shape.tokens, network.shape.input_rows);
    std::ranges::copy(sim::run_writes(bench_.config(), network, image, options, 0),
                      std::back_inserter(writes));
    for (const auto& [address, value] : writes) {
      if (address == regs::cell_data.address) continue;
      REQUIRE(xpk_write(&device_, address, value) == XPK_OK);
    }
    REQUIRE(xpk_check_causes(&device_, "registers") == XPK_OK);
  }

  void load_all() {
    const auto bundle = sim::make_bundle(bench_.config(), bench_.network());
    REQUIRE(xpk_load(&device_, bundle.data(), bundle.size(), false) == XPK_OK);
  }

  void infer() {
    const std::uint64_t begin = chip_.chip().cycles();
    for (int i = 0; i < kImages; ++i) tb::check_run(device_, bench_);
    CHECK(chip_.uart().repeats == 0);
    std::printf("small netlist: %d images as the reference; %llu cycles before, %llu in all\n",
                kImages, static_cast<unsigned long long>(begin),
                static_cast<unsigned long long>(chip_.chip().cycles()));
  }

 private:
  tb::NetworkBench bench_;
  sim::UartTransport chip_{std::make_unique<BoardModel>()};
  xpk_transport transport_ = chip_.open();
  xpk_device device_{};
};

}  // namespace

TEST_CASE("the netlist infers with the weights that its memories start with", "[fpga]") {
  Board board(kPreloadedModel);
  board.load_registers();
  board.infer();
}

TEST_CASE("the netlist infers with weights that come over its pins", "[fpga]") {
  Board board(kOtherModel);
  board.load_all();
  board.infer();
}
