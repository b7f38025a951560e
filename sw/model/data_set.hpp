// SPDX-License-Identifier: Apache-2.0
// Images with optional labels: a folder (images.npy, labels.npy, split.json) or one .npy file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/engine.hpp"
#include "model/network.hpp"
#include "model/npy.hpp"

namespace xpike {

class DataSet {
 public:
  // A folder: images.npy [count][height][width], labels.npy [count] if present, and, for a named
  // split, split.json with one list of image indices per split. Split "all" takes every image in
  // order and is what a single file has. Throws Error(file, field, ...).
  DataSet(const std::filesystem::path& path, const std::string& split);

  // Throws Error if the images or labels do not suit the network.
  void check(const Network& network) const;

  // Images of the split; an index below counts within the split and is the image number that
  // selects the random streams.
  std::size_t size() const { return order_.size(); }
  TokenImage image(std::size_t index, const Network& network) const;
  std::optional<int> label(std::size_t index) const;

 private:
  void load_labels(const std::filesystem::path& file);
  void load_split(const std::filesystem::path& file, const std::string& split);

  std::string images_file_;
  std::string labels_file_;
  NpyArray images_;
  std::optional<NpyArray> labels_;
  std::vector<std::size_t> order_;  // position in the file of each image of the split
};

}  // namespace xpike
