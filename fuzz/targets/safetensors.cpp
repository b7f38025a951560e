// SPDX-License-Identifier: Apache-2.0
// The container of model files.
#include "model/safetensors.hpp"

#include "fuzz/check.hpp"
#include "model/error.hpp"

using namespace xpike;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::value_or_refusal<Error>([&] {
    const SafeTensors contents = parse_safetensors(fuzz::bytes(data, size), "file");
    std::size_t total = 0;
    for (const auto& [name, tensor] : contents.tensors) {
      fuzz::require(shape_bytes(tensor.shape, tensor.type) == tensor.data.size(), "shape and data");
      total += tensor.data.size();
    }
    fuzz::require(total <= size, "tensors are disjoint parts of the file");
    fuzz::require(parse_safetensors(safetensors_bytes(contents), "file") == contents, "round trip");
  });
  return 0;
}
