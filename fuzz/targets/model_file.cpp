// SPDX-License-Identifier: Apache-2.0
// Whole model files.
#include "model/model_file.hpp"

#include "fuzz/check.hpp"
#include "model/error.hpp"

using namespace xpike;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::value_or_refusal<Error>([&] {
    const Network network = parse_model(fuzz::bytes(data, size), "file");
    check_network(network, "file");
    fuzz::require(parse_model(model_bytes(network), "file") == network, "round trip");
  });
  return 0;
}
