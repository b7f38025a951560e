// SPDX-License-Identifier: Apache-2.0
#include "mapping/mapping.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "model/error.hpp"
#include "model/fit.hpp"

namespace xpike::mapping {
namespace {

struct KindInfo {
  std::string_view name;
  Matrix Layer::*member;  // null for embed and head
};
constexpr std::array<KindInfo, 8> kKinds{{{"embed", nullptr},
                                          {"q", &Layer::q},
                                          {"k", &Layer::k},
                                          {"v", &Layer::v},
                                          {"proj", &Layer::proj},
                                          {"ff1", &Layer::ff1},
                                          {"ff2", &Layer::ff2},
                                          {"head", nullptr}}};

MatrixKind kind_of(std::string_view name) {
  const std::string_view last = name.substr(name.find('.') + 1);
  const auto found = std::ranges::find(kKinds, last, &KindInfo::name);
  return static_cast<MatrixKind>(found - kKinds.begin());
}

// Inputs and outputs of the matrix as built, which may exceed those of the network.
std::pair<int, int> built_size(MatrixKind kind, const Config& config) {
  switch (kind) {
    case MatrixKind::kEmbed:
      return {config.input_rows, config.dim};
    case MatrixKind::kFf1:
      return {config.dim, config.ff};
    case MatrixKind::kFf2:
      return {config.ff, config.dim};
    case MatrixKind::kHead:
      return {config.dim, config.classes};
    default:
      return {config.dim, config.dim};
  }
}

}  // namespace

std::int64_t NetworkMap::arrays() const {
  std::int64_t count = 0;
  for (const MatrixMap& map : matrices) count += static_cast<std::int64_t>(map.arrays.size());
  return count;
}

std::int64_t NetworkMap::cells() const { return arrays() * array_rows * array_cols; }

std::int64_t NetworkMap::used_cells() const {
  std::int64_t count = 0;
  for (const MatrixMap& map : matrices) {
    for (const ArrayPlace& place : map.arrays) count += place.used_cells();
  }
  return count;
}

NetworkMap map_network(const Network& network, const Config& config) {
  check_fit(network, config, "network '" + network.name + "'");
  NetworkMap result{config.array_rows, config.array_cols, {}};
  int index = 0;  // of the matrix: embed, six per layer, head
  for_each_matrix(network, [&](const std::string& name, const Matrix& matrix, bool is_head) {
    MatrixMap map;
    map.name = name;
    map.kind = kind_of(name);
    map.layer = index == 0 || is_head ? 0 : (index - 1) / 6;
    map.in = matrix.in;
    map.out = matrix.out;
    const auto [built_in, built_out] = built_size(map.kind, config);
    map.row_blocks = ceil_div(built_out, config.array_cols);
    map.arrays_per_block = ceil_div(built_in, config.array_rows);
    for (int block = 0; block < map.row_blocks; ++block) {
      for (int array = 0; array < map.arrays_per_block; ++array) {
        ArrayPlace place{block, array, array * config.array_rows, 0, block * config.array_cols, 0};
        place.used_rows = std::clamp(matrix.in - place.first_row, 0, config.array_rows);
        place.used_cols = std::clamp(matrix.out - place.first_col, 0, config.array_cols);
        if (place.used_cells() == 0) place.used_rows = place.used_cols = 0;
        map.arrays.push_back(place);
      }
    }
    result.matrices.push_back(std::move(map));
    ++index;
  });
  return result;
}

const Matrix& matrix_of(const Network& network, const MatrixMap& map) {
  if (map.kind == MatrixKind::kEmbed) return network.embed;
  if (map.kind == MatrixKind::kHead) return network.head;
  const auto member = kKinds[static_cast<std::size_t>(map.kind)].member;
  return network.layers.at(static_cast<std::size_t>(map.layer)).*member;
}

std::vector<DevicePair> array_devices(const Matrix& matrix, const ArrayPlace& place, int array_rows,
                                      int array_cols) {
  const auto cols = static_cast<std::size_t>(array_cols);
  std::vector<DevicePair> devices(static_cast<std::size_t>(array_rows) * cols);
  for (int r = 0; r < place.used_rows; ++r) {
    for (int c = 0; c < place.used_cols; ++c) {
      DevicePair& pair = devices[static_cast<std::size_t>(r) * cols + static_cast<std::size_t>(c)];
      const int out = place.first_col + c;
      const int in = place.first_row + r;
      if (matrix.devices) {
        const std::size_t cell = matrix.index(out, in);
        pair = {matrix.devices->plus[cell], matrix.devices->minus[cell]};
      } else {
        const int weight = matrix.weight_at(out, in);
        pair.plus = static_cast<std::uint16_t>(256 * std::max(weight, 0));
        pair.minus = static_cast<std::uint16_t>(256 * std::max(-weight, 0));
      }
    }
  }
  return devices;
}

}  // namespace xpike::mapping
