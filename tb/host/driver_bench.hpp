// SPDX-License-Identifier: Apache-2.0
// Inferences through the driver, whatever is below it.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

#include "driver/xpk_driver.h"
#include "host/network_bench.hpp"

namespace xpike::tb {

/// Intensities or spikes in the order of xpk_make_packet.
inline std::vector<std::uint16_t> values_of(const TokenImage& image, const xpk_run_options& run) {
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

/// The result packet of an inference through the driver.
inline std::vector<std::uint32_t> run_through_driver(xpk_device& device, const NetworkBench& bench,
                                                     const NetworkBench::Run& run) {
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
  return result;
}

/// One random inference through the driver, equal to the reference.
inline void check_run(xpk_device& device, NetworkBench& bench) {
  const NetworkBench::Run run = bench.random_run();
  REQUIRE(run_through_driver(device, bench, run) == bench.expected(run));
}

}  // namespace xpike::tb
