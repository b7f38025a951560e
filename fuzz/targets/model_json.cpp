// SPDX-License-Identifier: Apache-2.0
// The JSON description inside a model file.
#include "model/model_json.hpp"

#include "fuzz/check.hpp"
#include "model/error.hpp"

using namespace xpike;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::value_or_refusal<Error>([&] {
    const Network network = parse_model_json(fuzz::text(data, size), "file");
    const int tokens = network.input.tokens().value_or(1);
    fuzz::require(tokens >= 1, "at least one token");
    fuzz::require(tokens <= network.shape.tokens, "tokens fit");
    fuzz::require(parse_model_json(model_json(network), "file") == network, "round trip");
  });
  return 0;
}
