// SPDX-License-Identifier: Apache-2.0
#include "model/data_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <variant>

#include "model/error.hpp"
#include "model/file_io.hpp"
#include "model/strict_json.hpp"
#include "model/tokenizer.hpp"

namespace xpike {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t kMaxSplitBytes = 64U << 20;

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool has_npy(const fs::path& folder) {
  return file_exists(folder / "images.npy") || file_exists(folder / "spikes.npy");
}

// Where `make data-mnist` puts its files.
bool is_mnist_folder(const fs::path& path) {
  const fs::path tidy = (path / "").lexically_normal().parent_path();
  return tidy.filename() == "mnist" && tidy.parent_path().filename() == "data";
}

[[noreturn]] void fail_without_images(const fs::path& folder) {
  std::string problem = "holds neither images.npy nor spikes.npy nor IDX files:";
  for (const IdxNames& names : kIdxNames) problem += fmt::format(" {}[.gz]", names.images);
  if (is_mnist_folder(folder)) problem += "; get them with `make data-mnist`";
  throw Error(folder.string(), "images", problem);
}

// Throws Error for the first image with a value above `most`.
void check_values(const ImageFiles& file, int most) {
  const std::size_t size = file.images.size() / file.count();
  for (std::size_t i = 0; i < file.images.size(); ++i) {
    const std::int32_t value = file.images.value(i);
    if (value >= 0 && value <= most) continue;
    throw Error(file.images_file, fmt::format("image {}", i / size),
                fmt::format("value {} is outside 0..{}", value, most));
  }
}

void check_images(const ImageFiles& file, const PatchTokenizer& tokenizer) {
  if (file.are_spikes()) {
    throw Error(file.images_file, "shape", "holds spikes, and the model takes images");
  }
  if (file.height() != static_cast<std::size_t>(tokenizer.height) ||
      file.width() != static_cast<std::size_t>(tokenizer.width)) {
    throw Error(file.images_file, "shape",
                fmt::format("images of {} x {} instead of the model's {} x {}", file.height(),
                            file.width(), tokenizer.height, tokenizer.width));
  }
  check_values(file, kMaxInput);
}

void check_spikes(const ImageFiles& file, const SpikeTokenizer& tokenizer, int steps) {
  if (!file.are_spikes()) {
    throw Error(file.images_file, "shape", "holds images, and the model takes spikes");
  }
  if (file.tokens() != static_cast<std::size_t>(tokenizer.n_tokens) ||
      file.rows() != static_cast<std::size_t>(tokenizer.rows)) {
    throw Error(file.images_file, "shape",
                fmt::format("{} tokens of {} rows instead of the model's {} of {}", file.tokens(),
                            file.rows(), tokenizer.n_tokens, tokenizer.rows));
  }
  if (file.steps() < static_cast<std::size_t>(steps)) {
    throw Error(file.images_file, "shape",
                fmt::format("{} time steps, fewer than the {} of the run", file.steps(), steps));
  }
  check_values(file, 1);
}

void check_tokens(const ImageFiles& file, const TokenTokenizer& tokenizer, int most_tokens) {
  if (file.are_spikes()) {
    throw Error(file.images_file, "shape", "holds spikes, and the model takes tokens of integers");
  }
  if (file.width() != static_cast<std::size_t>(tokenizer.rows)) {
    throw Error(
        file.images_file, "shape",
        fmt::format("tokens of {} rows instead of the model's {}", file.width(), tokenizer.rows));
  }
  if (file.height() > static_cast<std::size_t>(most_tokens)) {
    throw Error(file.images_file, "shape",
                fmt::format("{} tokens exceed the {} of the model", file.height(), most_tokens));
  }
  check_values(file, kMaxInput);
}

// Spike stream of one image; rows that the file does not have are 0, steps that no run has are
// left out, so that memory does not grow with what a file promises.
TokenImage stream_of(const ImageFiles& file, std::size_t image, int input_rows) {
  const int steps = static_cast<int>(std::min<std::size_t>(file.steps(), kMaxSteps));
  SpikeTensor spikes(steps, static_cast<int>(file.tokens()), input_rows);
  std::size_t at = image * file.steps() * file.tokens() * file.rows();
  for (int t = 0; t < spikes.steps(); ++t) {
    for (int n = 0; n < spikes.tokens(); ++n) {
      for (int f = 0; f < static_cast<int>(file.rows()); ++f) {
        if (file.images.value(at++) != 0) spikes.set(t, n, f, true);
      }
    }
  }
  return TokenImage(std::move(spikes));
}

// Tokens of one image, one for each of its rows; input rows that the file does not have are 0.
TokenImage tokens_of(const ImageFiles& file, std::size_t image, int input_rows) {
  TokenImage tokens(static_cast<int>(file.height()), input_rows);
  std::size_t at = image * file.height() * file.width();
  for (int n = 0; n < tokens.tokens; ++n) {
    for (int f = 0; f < static_cast<int>(file.width()); ++f) {
      tokens.at(n, f) = static_cast<std::uint16_t>(file.images.value(at++));
    }
  }
  return tokens;
}

}  // namespace

DataSet::DataSet(const fs::path& path, const std::string& split) {
  const fs::path list = path / "split.json";
  bool listed = split != "all";
  if (!is_folder(path)) {
    if (!file_exists(path) && is_mnist_folder(path)) fail_without_images(path);
    files_.push_back(read_npy_files(path, {}, NpyContents::kEither));
    if (listed) {
      throw Error("command line", "--split", "a single file of images has no split but 'all'");
    }
  } else if (has_npy(path)) {
    const bool images = file_exists(path / "images.npy");
    files_.push_back(read_npy_files(path / (images ? "images.npy" : "spikes.npy"),
                                    path / "labels.npy",
                                    images ? NpyContents::kImages : NpyContents::kSpikes));
  } else if (has_idx_files(path)) {
    listed = listed && !is_idx_split(split) && file_exists(list);
    files_ = read_idx_files(path, listed ? "all" : split);
  } else {
    fail_without_images(path);
  }
  take_all();
  if (listed) select(list, split);
}

std::string DataSet::default_split(const fs::path& path) {
  const bool parts = is_folder(path) && !has_npy(path) && has_idx_files(path);
  return parts || file_exists(path / "split.json") ? "test" : "all";
}

void DataSet::take_all() {
  for (std::size_t file = 0; file < files_.size(); ++file) {
    for (std::size_t i = 0; i < files_[file].count(); ++i) order_.push_back({file, i});
  }
}

void DataSet::select(const fs::path& list, const std::string& split) {
  const Bytes bytes = read_file(list, kMaxSplitBytes);
  const std::string text(bytes.begin(), bytes.end());
  std::vector<Place> selected;
  for (const std::size_t index : parse_split(text, list.string(), split, order_.size())) {
    selected.push_back(order_[index]);
  }
  order_ = std::move(selected);
}

void DataSet::check(const Network& network, int steps) const {
  for (const ImageFiles& file : files_) {
    if (const auto* spikes = std::get_if<SpikeTokenizer>(&network.input.tokenizer)) {
      check_spikes(file, *spikes, steps);
    } else if (const auto* tokens = std::get_if<TokenTokenizer>(&network.input.tokenizer)) {
      check_tokens(file, *tokens, network.shape.tokens);
    } else {
      check_images(file, std::get<PatchTokenizer>(network.input.tokenizer));
    }
    if (!file.labels) continue;
    for (std::size_t i = 0; i < file.labels->size(); ++i) {
      const std::int32_t value = file.labels->value(i);
      if (value >= 0 && value < network.shape.classes) continue;
      throw Error(file.labels_file, fmt::format("label {}", i),
                  fmt::format("{} is outside 0..{}", value, network.shape.classes - 1));
    }
  }
}

TokenImage DataSet::image(std::size_t index, const Network& network) const {
  const Place& place = order_[index];
  const ImageFiles& file = files_[place.file];
  if (file.are_spikes()) return stream_of(file, place.image, network.shape.input_rows);
  if (std::holds_alternative<TokenTokenizer>(network.input.tokenizer)) {
    return tokens_of(file, place.image, network.shape.input_rows);
  }
  const std::size_t first = place.image * file.height() * file.width();
  const auto pixel = [&](int y, int x) {
    return static_cast<std::uint16_t>(file.images.value(
        first + static_cast<std::size_t>(y) * file.width() + static_cast<std::size_t>(x)));
  };
  return tokenize(std::get<PatchTokenizer>(network.input.tokenizer), network.shape.input_rows,
                  pixel);
}

int DataSet::tokens(const Network& network) const {
  return network.input.tokens().value_or(static_cast<int>(files_.front().height()));
}

std::optional<int> DataSet::label(std::size_t index) const {
  const Place& place = order_[index];
  const ImageFiles& file = files_[place.file];
  if (!file.labels) return std::nullopt;
  return file.labels->value(place.image);
}

std::vector<std::size_t> parse_split(std::string_view text, std::string_view place,
                                     const std::string& split, std::size_t count) {
  const auto document = parse_json(text, place, "JSON");
  JsonReader reader(document, place, "");
  constexpr std::size_t kMost = std::numeric_limits<int>::max();
  const int last = static_cast<int>(std::min(count - 1, kMost));
  std::vector<std::size_t> indices;
  for (const auto& index : reader.array(split)) {
    indices.push_back(static_cast<std::size_t>(json_integer(index, 0, last, place, split)));
  }
  if (indices.empty()) throw Error(place, split, "lists no images");
  return indices;
}

}  // namespace xpike
