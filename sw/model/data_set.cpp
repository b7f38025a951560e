// SPDX-License-Identifier: Apache-2.0
#include "model/data_set.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "model/error.hpp"
#include "model/file_io.hpp"
#include "model/strict_json.hpp"
#include "model/tokenizer.hpp"

namespace xpike {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t kMaxSplitBytes = 64U << 20;

}  // namespace

DataSet::DataSet(const fs::path& path, const std::string& split) {
  std::error_code ignored;
  const bool folder = fs::is_directory(path, ignored);
  const fs::path images = folder ? path / "images.npy" : path;
  images_file_ = images.string();
  images_ = parse_npy(read_file(images), images_file_);
  if (images_.shape.size() != 3) {
    throw Error(images_file_, "shape", "is not [images][height][width]");
  }
  if (images_.size() == 0) throw Error(images_file_, "shape", "holds no pixels");
  if (folder && fs::exists(path / "labels.npy", ignored)) load_labels(path / "labels.npy");
  if (split == "all") {
    order_.resize(images_.shape[0]);
    std::iota(order_.begin(), order_.end(), std::size_t{0});
  } else if (folder) {
    load_split(path / "split.json", split);
  } else {
    throw Error("command line", "--split", "a single file of images has no split but 'all'");
  }
}

void DataSet::load_labels(const fs::path& file) {
  labels_file_ = file.string();
  labels_ = parse_npy(read_file(file), labels_file_);
  if (labels_->shape.size() != 1 || labels_->shape[0] != images_.shape[0]) {
    throw Error(labels_file_, "shape",
                fmt::format("({}) instead of ({}), one label per image",
                            fmt::join(labels_->shape, ", "), images_.shape[0]));
  }
}

void DataSet::load_split(const fs::path& file, const std::string& split) {
  const Bytes bytes = read_file(file, kMaxSplitBytes);
  const std::string place = file.string();
  const auto document = parse_json(std::string(bytes.begin(), bytes.end()), place, "JSON");
  JsonReader reader(document, place, "");
  const std::size_t count = images_.shape[0];
  constexpr std::size_t kMost = std::numeric_limits<int>::max();
  const int last = static_cast<int>(std::min(count - 1, kMost));
  for (const auto& index : reader.array(split)) {
    order_.push_back(static_cast<std::size_t>(json_integer(index, 0, last, place, split)));
  }
  if (order_.empty()) throw Error(place, split, "lists no images");
}

void DataSet::check(const Network& network) const {
  const PatchTokenizer& tokenizer = network.input.tokenizer;
  if (images_.shape[1] != static_cast<std::size_t>(tokenizer.height) ||
      images_.shape[2] != static_cast<std::size_t>(tokenizer.width)) {
    throw Error(images_file_, "shape",
                fmt::format("images of {} x {} instead of the model's {} x {}", images_.shape[1],
                            images_.shape[2], tokenizer.height, tokenizer.width));
  }
  for (std::size_t i = 0; i < images_.size(); ++i) {
    const std::int32_t value = images_.value(i);
    if (value >= 0 && value <= kMaxInput) continue;
    throw Error(images_file_, fmt::format("image {}", i / (images_.shape[1] * images_.shape[2])),
                fmt::format("value {} is outside 0..{}", value, kMaxInput));
  }
  if (!labels_) return;
  for (std::size_t i = 0; i < labels_->size(); ++i) {
    const std::int32_t value = labels_->value(i);
    if (value >= 0 && value < network.shape.classes) continue;
    throw Error(labels_file_, fmt::format("label {}", i),
                fmt::format("{} is outside 0..{}", value, network.shape.classes - 1));
  }
}

TokenImage DataSet::image(std::size_t index, const Network& network) const {
  const std::size_t height = images_.shape[1];
  const std::size_t width = images_.shape[2];
  const std::size_t first = order_[index] * height * width;
  return tokenize(network.input.tokenizer, network.shape.input_rows, [&](int y, int x) {
    return static_cast<std::uint16_t>(
        images_.value(first + static_cast<std::size_t>(y) * width + static_cast<std::size_t>(x)));
  });
}

std::optional<int> DataSet::label(std::size_t index) const {
  if (!labels_) return std::nullopt;
  return labels_->value(order_[index]);
}

}  // namespace xpike
