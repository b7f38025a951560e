// SPDX-License-Identifier: Apache-2.0
#include "cli/driver_calibration.hpp"

#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "device/pcm_chip.hpp"
#include "model/error.hpp"

namespace xpike::cli {
namespace {

using nlohmann::json;

constexpr std::uint64_t kDeviceSeed = 1;  // the first chip of `xpike drift`

void require(const xpk_device& device, int status) {
  if (status != XPK_OK) throw Error("driver", "calibration", xpk_error_text(&device));
}

Network devices_of(const Network& network, const CalibrationChoice& choice,
                   const device::Look& look) {
  Network now = network;
  if (choice.age) device::apply_devices(now, {.seed = kDeviceSeed}, look);
  return now;
}

void run_pass(xpk_device& device, const CalibrationChoice& choice, bool baseline) {
  const xpk_calibration pass{.vectors = static_cast<std::uint32_t>(choice.vectors),
                             .density = static_cast<std::uint32_t>(choice.density),
                             .seed = choice.seed,
                             .baseline = baseline};
  bool silent = false;  // which ones, their sums tell
  require(device, xpk_calibrate(&device, &pass, &silent));
}

// A network that fits has as many row blocks per matrix as the chip, in the same order.
std::vector<CalibratedBlock> read_blocks(xpk_device& device, const Network& network) {
  const auto depth = static_cast<std::uint32_t>(network.layers.size());
  std::vector<xpk_row_block> all(xpk_row_block_count(&device, depth));
  require(device, xpk_read_row_blocks(&device, depth, all.data()));
  std::vector<CalibratedBlock> blocks;
  for_each_matrix(network, [&](const std::string& name, const Matrix& matrix, bool is_head) {
    for (std::size_t i = 0; i < (is_head ? 1 : matrix.gain.size()); ++i) {
      const xpk_row_block& block = all.at(blocks.size());
      blocks.push_back(
          {name, static_cast<int>(i), block.sum0, block.sum, matrix.gain[i], block.gain});
    }
  });
  return blocks;
}

}  // namespace

CalibrationReport calibrate_device(xpk_device& device, const Network& network,
                                   const CalibrationChoice& choice,
                                   const std::function<void(const Network&)>& load) {
  load(devices_of(network, choice, {}));
  run_pass(device, choice, true);
  if (choice.age) load(devices_of(network, choice, {choice.age, 0}));
  run_pass(device, choice, false);
  return {choice, read_blocks(device, network)};
}

std::string calibration_table(const CalibrationReport& report) {
  fmt::memory_buffer out;
  auto to = std::back_inserter(out);
  const CalibrationChoice& choice = report.choice;
  fmt::format_to(
      to, "\ncalibration      {} vectors of density {}/256, seed {}{}\n\n", choice.vectors,
      choice.density, choice.seed,
      choice.age ? fmt::format(", PCM devices {} s after programming", *choice.age) : "");
  fmt::format_to(to, "{:<14}{:>10}{:>12}{:>12}{:>8}{:>8}\n", "matrix", "row block", "sum before",
                 "sum", "gain0", "gain");
  for (const CalibratedBlock& block : report.blocks) {
    fmt::format_to(to, "{:<14}{:>10}{:>12}{:>12}{:>8}{:>8}{}\n", block.matrix, block.row_block,
                   block.sum0, block.sum, block.gain0, block.gain,
                   block.sum == 0 ? "  no signal, gain stays" : "");
  }
  return fmt::to_string(out);
}

json calibration_json(const CalibrationReport& report) {
  json blocks = json::array();
  for (const CalibratedBlock& block : report.blocks) {
    blocks.push_back({{"matrix", block.matrix},
                      {"row_block", block.row_block},
                      {"sum0", block.sum0},
                      {"sum", block.sum},
                      {"gain0", block.gain0},
                      {"gain", block.gain}});
  }
  const CalibrationChoice& choice = report.choice;
  return {{"vectors", choice.vectors},
          {"density", choice.density},
          {"seed", choice.seed},
          {"age_seconds", choice.age ? json(*choice.age) : json()},
          {"row_blocks", blocks}};
}

}  // namespace xpike::cli
