// SPDX-License-Identifier: Apache-2.0
// xpk_small_weights FILE: the weights of the small netlist as a constant of Yosys, the contents of
// the weight memory of xpk_fold_matrix: matrix by matrix, column by column, five bits each, the
// word of address 0 last.
#include <fmt/format.h>

#include <exception>
#include <string>

#include "model/error.hpp"
#include "model/file_io.hpp"
#include "small_network.hpp"

namespace {

constexpr unsigned kWeightBits = 5;

std::string weight_memory(const xpike::Config& config, const xpike::Network& network) {
  std::string bits;  // of address 0 first, each word from its low bit on
  const auto append = [&bits](int weight) {
    for (unsigned bit = 0; bit < kWeightBits; ++bit) {
      bits += (static_cast<unsigned>(weight) >> bit & 1U) != 0 ? '1' : '0';
    }
  };
  xpike::for_each_matrix(network, [&](const std::string& name, const xpike::Matrix& matrix, bool) {
    // The input rows of the build that the network has not are there all the same.
    const int inputs = name == "embed" ? config.input_rows : matrix.in;
    for (int o = 0; o < matrix.out; ++o) {
      for (int i = 0; i < inputs; ++i) append(i < matrix.in ? matrix.weight_at(o, i) : 0);
    }
  });
  return fmt::format("{}'b{}", bits.size(), std::string(bits.rbegin(), bits.rend()));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 2) throw xpike::Error("command line", "arguments", "must be FILE");
    const xpike::Network network = xpike::small_network(xpike::kPreloadedModel);
    xpike::AtomicFile file(argv[1]);
    file.write(weight_memory(xpike::config_by_name(xpike::kSmallConfig), network));
    file.commit();
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "xpk_small_weights: {}\n", error.what());
    return 2;
  }
}
