// SPDX-License-Identifier: Apache-2.0
// How well the calibration pass of docs/numerics.md, section 11, finds what drift has taken.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "device/pcm_chip.hpp"
#include "model/model_file.hpp"
#include "reference/calibration.hpp"

using namespace xpike;
using namespace xpike::device;
using reference::Calibration;

namespace {

// Sum of |p| of every row block before any converter, over vectors that the pass does not use.
std::vector<double> exact_sums(const Network& network) {
  const auto vectors =
      reference::calibration_vectors({.vectors = 200, .seed = 4711}, network.array_rows);
  std::vector<double> sums;
  for_each_matrix(network, [&](const std::string&, const Matrix& matrix, bool) {
    const std::size_t base = sums.size();
    sums.resize(base + matrix.gain.size());
    for (int o = 0; o < matrix.out; ++o) {
      std::vector<std::int64_t> cells;
      for (int i = 0; i < matrix.in; ++i) cells.push_back(matrix.cell_at(o, i));
      double& sum = sums[base + static_cast<std::size_t>(o / network.array_cols)];
      for (const auto& vector : vectors) {
        for (std::size_t first = 0; first < cells.size(); first += vector.size()) {
          std::int64_t p = 0;
          for (std::size_t r = 0; r < std::min(vector.size(), cells.size() - first); ++r) {
            p += vector[r] * cells[first + r];
          }
          sum += static_cast<double>(std::abs(p));
        }
      }
    }
  });
  return sums;
}

std::vector<double> all_gains(const Network& network) {
  std::vector<double> gains;
  for_each_matrix(network, [&](const std::string&, const Matrix& matrix, bool) {
    gains.insert(gains.end(), matrix.gain.begin(), matrix.gain.end());
  });
  return gains;
}

constexpr std::array kTimes{1.0, 60.0, 3600.0, 86400.0, 2592000.0, 31104000.0};

}  // namespace

TEST_CASE("64 vectors find the drift of a trained chip to two percent", "[device][compensation]") {
  const Network model = load_model(std::filesystem::path(XPIKE_MODELS_DIR) / "digits.safetensors");
  const Calibration pass;
  const auto gains = all_gains(model);
  std::array<std::vector<double>, kTimes.size()> errors;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    Network programmed = model;
    apply_devices(programmed, {.seed = seed}, {});
    const auto sums0 = reference::measure(programmed, pass);
    const auto exact0 = exact_sums(programmed);
    for (std::size_t t = 0; t < kTimes.size(); ++t) {
      Network now = model;
      apply_devices(now, {.seed = seed}, {kTimes[t], 0});
      const auto exact = exact_sums(now);
      REQUIRE(reference::compensate(now, pass, sums0) == 0);
      const auto corrected = all_gains(now);
      for (std::size_t i = 0; i < gains.size(); ++i) {
        errors[t].push_back(corrected[i] / gains[i] / (exact0[i] / exact[i]) - 1.0);
      }
    }
  }
  for (std::size_t t = 0; t < kTimes.size(); ++t) {
    double mean = 0.0;
    for (const double e : errors[t]) mean += e / static_cast<double>(errors[t].size());
    const auto close =
        std::ranges::count_if(errors[t], [](double e) { return std::abs(e) <= 0.02; });
    INFO(fmt::format("{} s: {} of {} row blocks within 2 %, mean {:.2f} %", kTimes[t], close,
                     errors[t].size(), 100 * mean));
    CHECK(static_cast<double>(close) >= 0.95 * static_cast<double>(errors[t].size()));
    CHECK(std::abs(mean) <= 0.01);
  }
}
