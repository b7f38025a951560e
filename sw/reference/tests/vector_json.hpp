// SPDX-License-Identifier: Apache-2.0
// Reads the files of docs/vectors/.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "model/network.hpp"

namespace xpike::reference {

using Json = nlohmann::json;

inline const std::filesystem::path kFolder = XPIKE_VECTORS_DIR;

inline Json read_vectors(const std::string& name) {
  std::ifstream file(kFolder / (name + ".json"));
  REQUIRE(file);
  return Json::parse(file);
}

inline std::uint32_t word(const Json& text) {
  return static_cast<std::uint32_t>(std::stoul(text.get<std::string>(), nullptr, 16));
}

template <class Value>
std::vector<Value> flattened(const Json& nested) {
  if (!nested.is_array()) return {nested.get<Value>()};
  std::vector<Value> out;
  for (const Json& part : nested) {
    const auto values = flattened<Value>(part);
    out.insert(out.end(), values.begin(), values.end());
  }
  return out;
}

inline Matrix matrix_of(const Json& json) {
  Matrix out;
  const Json& shape = json.contains("weight") ? json["weight"] : json["plus"];
  out.out = static_cast<int>(shape.size());
  out.in = static_cast<int>(shape[0].size());
  out.shift = json["shift"].get<std::vector<std::uint8_t>>();
  out.gain = json["gain"].get<std::vector<std::uint16_t>>();
  if (json.contains("weight")) {
    out.weight = flattened<std::int8_t>(json["weight"]);
  } else {
    out.weight.resize(shape.size() * shape[0].size());
    out.devices =
        Devices{flattened<std::uint16_t>(json["plus"]), flattened<std::uint16_t>(json["minus"])};
  }
  return out;
}

}  // namespace xpike::reference
