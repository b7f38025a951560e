// SPDX-License-Identifier: Apache-2.0
// Images or spike streams with optional labels: a data folder (docs/numerics.md, section 10) or one
// .npy file.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/engine.hpp"
#include "model/image_files.hpp"
#include "model/network.hpp"

namespace xpike {

class DataSet {
 public:
  // Split "all" takes every image in order and is what a single file has; other splits are those
  // of the names of IDX files, else of split.json. Throws Error(file, field, ...).
  DataSet(const std::filesystem::path& path, const std::string& split);

  // The split that runs if none is named: "test" where the folder has splits, else "all".
  static std::string default_split(const std::filesystem::path& path);

  // Throws Error if images, spikes or labels do not suit the network and a run of `steps` steps.
  void check(const Network& network, int steps) const;

  // Images of the split; an index below counts within the split and is the image number that
  // selects the random streams.
  std::size_t size() const { return order_.size(); }
  TokenImage image(std::size_t index, const Network& network) const;
  // Tokens of every image for that network.
  int tokens(const Network& network) const;
  std::optional<int> label(std::size_t index) const;

 private:
  struct Place {
    std::size_t file = 0;   // in files_
    std::size_t image = 0;  // in the file
  };

  void take_all();
  void select(const std::filesystem::path& list, const std::string& split);

  std::vector<ImageFiles> files_;
  std::vector<Place> order_;  // place of each image of the split
};

// The indices that the text of a split.json lists under a name, each below `count`, at least one.
// Throws Error(place, split, ...).
std::vector<std::size_t> parse_split(std::string_view text, std::string_view place,
                                     const std::string& split, std::size_t count);

}  // namespace xpike
