// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "mapping/mapping.hpp"
#include "model/error.hpp"
#include "model/fit.hpp"
#include "model/random_model.hpp"

using namespace xpike;
using namespace xpike::mapping;

TEST_CASE("matrices are cut into row blocks and arrays", "[mapping]") {
  const Config& config = config_by_name("odd-a");  // 30 wide, 50 in FF, arrays of 24 x 20
  RandomModelOptions options;
  options.depth = 2;
  options.input_rows = 13;
  options.classes = 3;
  const Network network = random_model(config, 1, options);
  const NetworkMap map = map_network(network, config);
  REQUIRE(map.matrices.size() == 14);

  const MatrixMap& embed = map.matrices.front();
  CHECK(embed.row_blocks == 2);
  CHECK(embed.arrays_per_block == 1);
  CHECK(embed.arrays[0].used_rows == 13);
  CHECK(embed.arrays[1].first_col == 20);
  CHECK(embed.arrays[1].used_cols == 10);

  const MatrixMap& ff2 = map.matrices[12];
  CHECK(ff2.name == "layer1.ff2");
  CHECK(ff2.kind == MatrixKind::kFf2);
  CHECK(ff2.layer == 1);
  REQUIRE(ff2.arrays.size() == 6);  // 2 row blocks of 3 arrays
  CHECK(ff2.arrays[2].row_block == 0);
  CHECK(ff2.arrays[2].first_row == 48);
  CHECK(ff2.arrays[2].used_rows == 2);
  CHECK(ff2.arrays[5].row_block == 1);
  CHECK(ff2.arrays[5].array == 2);
  CHECK(ff2.arrays[5].used_cells() == 2 * 10);

  CHECK(map.matrices.back().kind == MatrixKind::kHead);
  CHECK(map.matrices.back().layer == 0);
  // embed 2, per layer 4 x 4 + 2 x 3 + 2 x 3, head 2
  CHECK(map.arrays() == 2 + 2 * (16 + 6 + 6) + 2);
  CHECK(map.cells() == map.arrays() * 24 * 20);
  CHECK(map.used_cells() == 13 * 30 + 2 * (4 * 30 * 30 + 2 * 30 * 50) + 30 * 3);
}

TEST_CASE("arrays that the network does not reach are listed as empty", "[mapping]") {
  const Config& config = config_by_name("odd-b");  // arrays of 5 x 6, 9 input rows
  RandomModelOptions options;
  options.input_rows = 4;
  const NetworkMap map = map_network(random_model(config, 1, options), config);
  const MatrixMap& embed = map.matrices.front();
  REQUIRE(embed.arrays.size() == 2);
  CHECK(embed.arrays[0].used_cells() == 4 * 6);
  CHECK(embed.arrays[1].used_cells() == 0);
}

TEST_CASE("all arrays together hold every weight once", "[mapping]") {
  for (const Config& config : configs) {
    if (config.dim > 200) continue;
    const Network network = random_model(config, 9);
    const NetworkMap map = map_network(network, config);
    for (const MatrixMap& entry : map.matrices) {
      const Matrix& matrix = matrix_of(network, entry);
      std::vector<int> seen(matrix.weight.size(), 99);
      for (const ArrayPlace& place : entry.arrays) {
        const auto devices = array_devices(matrix, place, config.array_rows, config.array_cols);
        REQUIRE(devices.size() == std::size_t(config.array_rows * config.array_cols));
        for (int r = 0; r < config.array_rows; ++r) {
          for (int c = 0; c < config.array_cols; ++c) {
            const DevicePair pair = devices[std::size_t(r * config.array_cols + c)];
            const int in = place.array * config.array_rows + r;
            const int out = place.row_block * config.array_cols + c;
            if (in >= matrix.in || out >= matrix.out) {
              REQUIRE(pair == DevicePair{});
              continue;
            }
            REQUIRE((pair.plus == 0 || pair.minus == 0));
            int& weight = seen[std::size_t(out * matrix.in + in)];
            REQUIRE(weight == 99);
            weight = (pair.plus - pair.minus) / 256;
          }
        }
      }
      REQUIRE(std::equal(seen.begin(), seen.end(), matrix.weight.begin()));
    }
  }
}

TEST_CASE("measured devices are passed on unchanged", "[mapping]") {
  const Config& config = config_by_name("nano");
  RandomModelOptions options;
  options.noisy_devices = true;
  const Network network = random_model(config, 2, options);
  const ArrayPlace place = map_network(network, config).matrices.front().arrays.front();
  const auto devices = array_devices(network.embed, place, config.array_rows, config.array_cols);
  const std::size_t cell = 5 * 16 + 3;  // output 5, input 3 of 16
  CHECK(devices[3 * 16 + 5] ==
        DevicePair{network.embed.devices->plus[cell], network.embed.devices->minus[cell]});
}

TEST_CASE("a network of another shape is not mapped", "[mapping]") {
  const Network network = random_model(config_by_name("nano"), 2);
  CHECK_THROWS_WITH(map_network(network, config_by_name("odd-b")),
                    "network 'random': network.tokens: 8 does not fit configuration odd-b, "
                    "which has 21");
}
