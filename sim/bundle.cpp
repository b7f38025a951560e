// SPDX-License-Identifier: Apache-2.0
#include "bundle.hpp"

#include <algorithm>

#include "chip.hpp"
#include "driver/xpk_bundle.h"
#include "model/fit.hpp"
#include "program_packets.hpp"
#include "register_recorder.hpp"

namespace xpike::sim {

std::vector<std::uint32_t> make_bundle(const Config& config, const Network& network) {
  check_fit(network, config, "network");
  std::vector<RegisterWrite> writes = network_writes(config, network);
  RunOptions options;
  options.steps = std::min(network.shape.steps, config.steps);
  const TokenImage image(std::min(network.shape.tokens, config.tokens), network.shape.input_rows);
  std::ranges::copy(run_writes(config, network, image, options, 0), std::back_inserter(writes));

  const auto packets = program_packets(writes);
  std::vector<std::uint32_t> bundle{XPK_BUNDLE_MAGIC, XPK_BUNDLE_VERSION, 0};
  std::ranges::copy(shape_words(config), std::back_inserter(bundle));
  bundle.push_back(static_cast<std::uint32_t>(packets.size()));
  for (const std::vector<std::uint32_t>& packet : packets) {
    bundle.push_back(static_cast<std::uint32_t>(packet.size()));
    bundle.insert(bundle.end(), packet.begin(), packet.end());
  }
  bundle[2] = static_cast<std::uint32_t>(bundle.size() + 1);
  bundle.push_back(crc32_of(bundle));
  return bundle;
}

}  // namespace xpike::sim
