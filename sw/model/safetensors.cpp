// SPDX-License-Identifier: Apache-2.0
#include "model/safetensors.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "model/error.hpp"
#include "model/strict_json.hpp"

namespace xpike {
namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxHeaderBytes = 16U << 20;
constexpr std::size_t kMaxRank = 8;

struct TypeInfo {
  std::string_view name;
  std::size_t bytes;
};
constexpr std::array<TypeInfo, 5> kTypes{
    {{"I8", 1}, {"U8", 1}, {"I16", 2}, {"U16", 2}, {"I32", 4}}};

std::uint64_t json_size(const json& value, std::string_view place, const std::string& field) {
  if (!value.is_number_unsigned()) throw Error(place, field, "is not a size");
  return value.get<std::uint64_t>();
}

DataType parse_type(const std::string& name, std::string_view place, const std::string& field) {
  const auto found = std::ranges::find(kTypes, name, &TypeInfo::name);
  if (found == kTypes.end()) {
    throw Error(place, field, fmt::format("type '{}' is not I8, U8, I16, U16 or I32", name));
  }
  return static_cast<DataType>(found - kTypes.begin());
}

struct Placed {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::string name;
};

// Reads one header entry; the tensor's bytes are copied from `data`.
Placed parse_entry(const std::string& name, const json& entry, std::span<const std::uint8_t> data,
                   std::string_view place, RawTensor& tensor) {
  JsonReader reader(entry, place, name);
  tensor.type = parse_type(reader.text("dtype"), place, name);
  const json& shape = reader.array("shape");
  if (shape.size() > kMaxRank) throw Error(place, name, "has too many dimensions");
  for (const json& side : shape) tensor.shape.push_back(json_size(side, place, name + ".shape"));
  const json& offsets = reader.array("data_offsets");
  if (offsets.size() != 2) throw Error(place, name + ".data_offsets", "is not a pair");
  Placed placed{json_size(offsets[0], place, name + ".data_offsets"),
                json_size(offsets[1], place, name + ".data_offsets"), name};
  reader.done();
  if (placed.begin > placed.end || placed.end > data.size()) {
    throw Error(place, name + ".data_offsets",
                fmt::format("[{}, {}] is outside the {} data bytes", placed.begin, placed.end,
                            data.size()));
  }
  const auto expected = shape_bytes(tensor.shape, tensor.type);
  if (!expected || *expected != placed.end - placed.begin) {
    throw Error(place, name + ".shape",
                fmt::format("[{}] of {} does not match {} bytes", fmt::join(tensor.shape, ", "),
                            to_text(tensor.type), placed.end - placed.begin));
  }
  const auto bytes = data.subspan(placed.begin, placed.end - placed.begin);
  tensor.data.assign(bytes.begin(), bytes.end());
  return placed;
}

// Every data byte belongs to exactly one tensor.
void check_cover(std::vector<Placed> placed, std::uint64_t size, std::string_view place) {
  std::ranges::sort(placed, {}, [](const Placed& p) { return std::pair(p.begin, p.end); });
  std::uint64_t reached = 0;
  for (const Placed& p : placed) {
    if (p.begin != reached) {
      throw Error(place, p.name + ".data_offsets",
                  p.begin < reached ? "overlaps another tensor" : "leaves a hole before it");
    }
    reached = p.end;
  }
  if (reached != size) {
    throw Error(place, "data", fmt::format("{} bytes belong to no tensor", size - reached));
  }
}

}  // namespace

std::string_view to_text(DataType type) { return kTypes[static_cast<std::size_t>(type)].name; }
std::size_t byte_size(DataType type) { return kTypes[static_cast<std::size_t>(type)].bytes; }

std::optional<std::uint64_t> shape_bytes(std::span<const std::uint64_t> shape, DataType type) {
  std::uint64_t total = byte_size(type);
  for (const std::uint64_t side : shape) {
    if (side != 0 && total > std::numeric_limits<std::uint64_t>::max() / side) return std::nullopt;
    total *= side;
  }
  return total;
}

SafeTensors parse_safetensors(std::span<const std::uint8_t> file, std::string_view place) {
  if (file.size() < 8) throw Error(place, "header", "file is shorter than 8 bytes");
  std::uint64_t length = 0;
  for (std::size_t i = 8; i-- > 0;) length = length << 8 | file[i];
  if (length > kMaxHeaderBytes || length > file.size() - 8) {
    throw Error(place, "header", fmt::format("length {} exceeds the file", length));
  }
  const auto text = file.subspan(8, length);
  const auto data = file.subspan(8 + length);
  if (text.empty() || text.front() != '{') throw Error(place, "header", "does not start with '{'");

  const json header = parse_json(std::string(text.begin(), text.end()), place, "header", 4);
  SafeTensors contents;
  std::vector<Placed> placed;
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") {
      JsonReader reader(entry, place, name);
      for (const auto& [key, unused] : entry.items()) contents.metadata[key] = reader.text(key);
    } else {
      placed.push_back(parse_entry(name, entry, data, place, contents.tensors[name]));
    }
  }
  check_cover(std::move(placed), data.size(), place);
  return contents;
}

Bytes safetensors_bytes(const SafeTensors& contents) {
  json header = json::object();
  if (!contents.metadata.empty()) header["__metadata__"] = contents.metadata;
  std::uint64_t offset = 0;
  for (const auto& [name, tensor] : contents.tensors) {
    const std::uint64_t end = offset + tensor.data.size();
    header[name] = {
        {"dtype", to_text(tensor.type)}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');

  Bytes file;
  for (std::size_t i = 0; i < 8; ++i) {
    file.push_back(static_cast<std::uint8_t>(text.size() >> (8 * i)));
  }
  file.insert(file.end(), text.begin(), text.end());
  for (const auto& [name, tensor] : contents.tensors) {
    file.insert(file.end(), tensor.data.begin(), tensor.data.end());
  }
  return file;
}

}  // namespace xpike
