// SPDX-License-Identifier: Apache-2.0
// Drift compensation through the driver: sums and gains of every row block equal the reference's,
// behind AXI and behind a UART, and so do inferences with the new gains.
#include <memory>
#include <optional>

#include "axi_transport.hpp"
#include "bundle.hpp"
#include "device/pcm_chip.hpp"
#include "driver/xpk_access.h"
#include "host/driver_bench.hpp"
#include "reference/calibration.hpp"
#include "uart_chip.hpp"

using namespace xpike;

namespace {

constexpr double kDay = 86400.0;

/// The network on devices, right after programming or later.
Network aged(const Network& network, std::optional<double> seconds) {
  Network now = network;
  device::PcmOptions options;
  options.seed = 5;
  device::Look look;
  if (seconds) look = {*seconds, 1};
  device::apply_devices(now, options, look);
  return now;
}

void load(xpk_device& device, const Config& config, const Network& network) {
  const auto bundle = sim::make_bundle(config, network);
  const int status = xpk_load(&device, bundle.data(), bundle.size(), false);
  INFO(xpk_error_text(&device));
  REQUIRE(status == XPK_OK);
}

std::vector<xpk_row_block> read_blocks(xpk_device& device, const Network& network) {
  const auto depth = static_cast<std::uint32_t>(network.shape.depth);
  std::vector<xpk_row_block> blocks(xpk_row_block_count(&device, depth));
  const int status = xpk_read_row_blocks(&device, depth, blocks.data());
  INFO(xpk_error_text(&device));
  REQUIRE(status == XPK_OK);
  return blocks;
}

/// Blocks in the order of the reference's lists, which are one per matrix.
void require_equal(const std::vector<xpk_row_block>& blocks, const Network& network,
                   const reference::CalibrationSums& sums,
                   const reference::CalibrationSums& sums0) {
  std::size_t place = 0;
  std::size_t index = 0;
  for_each_matrix(network, [&](const std::string& name, const Matrix& matrix, bool) {
    INFO(name);
    for (std::size_t block = 0; block < sums.at(index).size(); ++block, ++place) {
      REQUIRE(place < blocks.size());
      CHECK(blocks[place].sum == sums[index][block]);
      CHECK(blocks[place].sum0 == sums0.at(index).at(block));
      CHECK(blocks[place].gain == matrix.gain.at(block));
    }
    ++index;
  });
  CHECK(place == blocks.size());
}

void check_calibration(const xpk_transport& transport, const std::string& name, int runs) {
  tb::NetworkBench bench(name, 81, 81);
  const Config& config = bench.config();
  const reference::Calibration pass{
      .vectors = 40, .density = 51, .seed = 77, .leap = config.leap_encoder};
  xpk_calibration settings{};
  settings.vectors = static_cast<std::uint32_t>(pass.vectors);
  settings.density = static_cast<std::uint32_t>(pass.density);
  settings.seed = pass.seed;
  xpk_device device{};
  REQUIRE(xpk_open(&device, &transport) == XPK_OK);

  const Network programmed = aged(bench.network(), std::nullopt);
  load(device, config, programmed);
  bool silent = true;
  settings.baseline = true;
  REQUIRE(xpk_calibrate(&device, &settings, &silent) == XPK_OK);
  CHECK_FALSE(silent);
  const auto sums0 = reference::measure(programmed, pass);
  require_equal(read_blocks(device, programmed), programmed, sums0, sums0);

  // A month later, and after a time without power: the sums come back from the host.
  const std::vector<xpk_row_block> kept = read_blocks(device, programmed);
  Network now = aged(bench.network(), 30 * kDay);
  load(device, config, now);
  auto lost = kept;
  for (xpk_row_block& block : lost) block.sum0 = 1;
  REQUIRE(xpk_restore_sums(&device, lost.data(), lost.size()) == XPK_OK);
  REQUIRE(xpk_restore_sums(&device, kept.data(), kept.size()) == XPK_OK);
  const auto sums = reference::measure(now, pass);
  REQUIRE(reference::compensate(now, pass, sums0) == 0);
  settings.baseline = false;
  REQUIRE(xpk_calibrate(&device, &settings, &silent) == XPK_OK);
  CHECK_FALSE(silent);
  require_equal(read_blocks(device, now), now, sums, sums0);
  CHECK(now != programmed);

  tb::NetworkBench later(config, now, 82);
  for (int i = 0; i < runs; ++i) tb::check_run(device, later);
}

}  // namespace

TEST_CASE("gains through the driver equal the reference", "[driver][calibration]") {
  for (const char* name : {"nano", "tiny"}) {
    INFO(name);
    sim::AxiTransport chip(config_by_name(name));
    check_calibration(chip.transport(), name, 2);
  }
}

TEST_CASE("gains through a UART equal the reference", "[driver][uart][calibration]") {
  sim::UartTransport chip(config_by_name("nano"));
  check_calibration(chip.open(), "nano", 2);
}

TEST_CASE("passes that cannot be are refused, row blocks that say nothing are told",
          "[driver][calibration]") {
  const Config& config = config_by_name("nano");
  sim::AxiTransport chip(config);
  const xpk_transport transport = chip.transport();
  xpk_device device{};
  REQUIRE(xpk_open(&device, &transport) == XPK_OK);
  bool silent = false;
  xpk_calibration pass{.vectors = 0, .density = 51, .seed = 1, .baseline = true};
  CHECK(xpk_calibrate(&device, &pass, &silent) == XPK_SIZE);
  CHECK_THAT(xpk_error_text(&device), Catch::Contains("0 vectors of density 51"));
  pass = {.vectors = 1, .density = 257, .seed = 1, .baseline = true};
  CHECK(xpk_calibrate(&device, &pass, &silent) == XPK_SIZE);
  pass = {.vectors = 5, .density = 51, .seed = 1, .baseline = true};
  REQUIRE(xpk_write(&device, XPIKE_REG_DEPTH, 2) == XPK_OK);  // more layers than are built
  CHECK(xpk_calibrate(&device, &pass, &silent) == XPK_REFUSED);
  REQUIRE(xpk_write(&device, XPIKE_REG_DEPTH, 1) == XPK_OK);
  CHECK(xpk_calibrate(&device, &pass, &silent) == XPK_OK);  // arrays without a cell
  CHECK(silent);
  std::vector<xpk_row_block> blocks(xpk_row_block_count(&device, 2));
  CHECK(xpk_read_row_blocks(&device, 2, blocks.data()) == XPK_SIZE);
}
