// SPDX-License-Identifier: Apache-2.0
#include "model/model_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>
#include <type_traits>

#include "model/error.hpp"
#include "model/model_json.hpp"
#include "model/safetensors.hpp"

namespace xpike {
namespace {

constexpr const char* kMetadataKey = "xpikeformer";

template <class T>
constexpr DataType data_type();
template <>
constexpr DataType data_type<std::int8_t>() {
  return DataType::kI8;
}
template <>
constexpr DataType data_type<std::uint8_t>() {
  return DataType::kU8;
}
template <>
constexpr DataType data_type<std::int16_t>() {
  return DataType::kI16;
}
template <>
constexpr DataType data_type<std::uint16_t>() {
  return DataType::kU16;
}

// Takes tensors out of the container by name; whatever remains is unknown.
class TensorSource {
 public:
  TensorSource(const SafeTensors& contents, std::string_view place)
      : contents_(contents), place_(place) {}

  template <class T>
  std::vector<T> take(const std::string& name, const std::vector<std::uint64_t>& shape) {
    const auto found = contents_.tensors.find(name);
    if (found == contents_.tensors.end()) throw Error(place_, name, "is missing");
    const RawTensor& tensor = found->second;
    if (tensor.type != data_type<T>()) {
      throw Error(
          place_, name,
          fmt::format("type {} instead of {}", to_text(tensor.type), to_text(data_type<T>())));
    }
    if (tensor.shape != shape) {
      throw Error(place_, name,
                  fmt::format("shape [{}] instead of [{}]", fmt::join(tensor.shape, ", "),
                              fmt::join(shape, ", ")));
    }
    taken_.insert(name);
    std::vector<T> values;
    values.reserve(tensor.data.size() / sizeof(T));
    for (std::size_t i = 0; i < tensor.data.size(); i += sizeof(T)) {
      unsigned bits = tensor.data[i];
      if constexpr (sizeof(T) == 2) bits |= static_cast<unsigned>(tensor.data[i + 1]) << 8;
      values.push_back(static_cast<T>(bits));
    }
    return values;
  }

  void done() const {
    for (const auto& [name, tensor] : contents_.tensors) {
      if (taken_.count(name) == 0) throw Error(place_, name, "is unknown");
    }
  }

 private:
  const SafeTensors& contents_;
  std::string_view place_;
  std::set<std::string> taken_;
};

template <class T>
RawTensor raw_tensor(const std::vector<T>& values, std::vector<std::uint64_t> shape) {
  RawTensor tensor{data_type<T>(), std::move(shape), {}};
  for (const T value : values) {
    const auto bits = static_cast<std::make_unsigned_t<T>>(value);
    tensor.data.push_back(static_cast<std::uint8_t>(bits));
    if constexpr (sizeof(T) == 2) tensor.data.push_back(static_cast<std::uint8_t>(bits >> 8));
  }
  return tensor;
}

}  // namespace

Network parse_model(std::span<const std::uint8_t> file, std::string_view place) {
  const SafeTensors contents = parse_safetensors(file, place);
  for (const auto& [key, text] : contents.metadata) {
    if (key != kMetadataKey) throw Error(place, "__metadata__." + key, "is unknown");
  }
  if (contents.metadata.empty()) throw Error(place, "__metadata__.xpikeformer", "is missing");
  Network network = parse_model_json(contents.metadata.at(kMetadataKey), place);

  TensorSource source(contents, place);
  const Network& description = network;  // sizes stay as they are while matrices fill
  for_each_matrix(network, [&](const std::string& name, Matrix& matrix, bool is_head) {
    const MatrixShape shape = matrix_shape(description, name);
    const auto in = static_cast<std::uint64_t>(shape.in);
    const auto out = static_cast<std::uint64_t>(shape.out);
    const auto blocks = static_cast<std::uint64_t>(shape.row_blocks);
    matrix.in = shape.in;
    matrix.out = shape.out;
    matrix.weight = source.take<std::int8_t>(name + ".weight", {out, in});
    matrix.bias = source.take<std::int16_t>(name + ".bias", {out});
    if (!is_head) matrix.threshold = source.take<std::int16_t>(name + ".threshold", {out});
    matrix.shift = source.take<std::uint8_t>(name + ".shift", {blocks});
    matrix.gain = source.take<std::uint16_t>(name + ".gain", {blocks});
  });
  source.done();
  check_matrices(network, place);
  return network;
}

Network load_model(const std::filesystem::path& path) {
  return parse_model(read_file(path), path.string());
}

Bytes model_bytes(const Network& network) {
  const std::string place = "network '" + network.name + "'";
  check_network(network, place);
  SafeTensors contents;
  contents.metadata[kMetadataKey] = model_json(network);
  for_each_matrix(network, [&](const std::string& name, const Matrix& matrix, bool is_head) {
    if (matrix.devices) throw Error(place, name, "device pairs cannot be stored in a model file");
    const auto in = static_cast<std::uint64_t>(matrix.in);
    const auto out = static_cast<std::uint64_t>(matrix.out);
    const std::uint64_t blocks = matrix.shift.size();
    contents.tensors[name + ".weight"] = raw_tensor(matrix.weight, {out, in});
    contents.tensors[name + ".bias"] = raw_tensor(matrix.bias, {out});
    if (!is_head) contents.tensors[name + ".threshold"] = raw_tensor(matrix.threshold, {out});
    contents.tensors[name + ".shift"] = raw_tensor(matrix.shift, {blocks});
    contents.tensors[name + ".gain"] = raw_tensor(matrix.gain, {blocks});
  });
  return safetensors_bytes(contents);
}

void save_model(const Network& network, const std::filesystem::path& path) {
  write_file(path, model_bytes(network));
}

}  // namespace xpike
