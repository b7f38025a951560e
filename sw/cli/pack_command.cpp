// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdint>
#include <vector>

#include "bundle.hpp"
#include "cli/requests.hpp"
#include "model/file_io.hpp"
#include "model/fit.hpp"
#include "model/model_file.hpp"

namespace xpike::cli {

int pack_command(const PackRequest& request) {
  const Network network = load_model(request.model);
  const Config& config = choose_config(request.config, network, request.model.string());
  AtomicFile file(request.out);
  const std::vector<std::uint32_t> words = sim::make_bundle(config, network);
  std::vector<std::uint8_t> bytes;
  bytes.reserve(4 * words.size());
  for (const std::uint32_t word : words) {
    for (unsigned lsb = 0; lsb < 32; lsb += 8) {
      bytes.push_back(static_cast<std::uint8_t>(word >> lsb));
    }
  }
  file.write(bytes);
  file.commit();
  fmt::print("{}: {} bytes for a chip of configuration {}\n", request.out.string(), bytes.size(),
             config.name);
  return 0;
}

}  // namespace xpike::cli
