// SPDX-License-Identifier: Apache-2.0
// Files of images with the files of their labels, in the two formats of a data folder.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/npy.hpp"

namespace xpike {

struct ImageFiles {
  std::string images_file;
  std::string labels_file;  // empty without labels
  // [count][height][width], or spikes [count][steps][tokens][rows]; at least one element
  NpyArray images;
  std::optional<NpyArray> labels;  // [count]

  std::size_t count() const { return images.shape[0]; }
  bool are_spikes() const { return images.shape.size() == 4; }
  std::size_t height() const { return images.shape[1]; }  // of images, as the width
  std::size_t width() const { return images.shape[2]; }
  std::size_t steps() const { return images.shape[1]; }  // of spikes, as tokens and rows
  std::size_t tokens() const { return images.shape[2]; }
  std::size_t rows() const { return images.shape[3]; }
};

// What a .npy file may hold: its dimensions.
enum class NpyContents { kImages, kSpikes, kEither };

// A .npy file of images or spikes and, if it exists, one of labels. Throws Error(file, field, ...).
ImageFiles read_npy_files(const std::filesystem::path& images, const std::filesystem::path& labels,
                          NpyContents contents);

// The two parts of MNIST under their usual names, each also with ".gz" behind.
struct IdxNames {
  std::string_view split;
  std::string_view images;
  std::string_view labels;
};
inline constexpr std::array<IdxNames, 2> kIdxNames{
    {{"train", "train-images-idx3-ubyte", "train-labels-idx1-ubyte"},
     {"test", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"}}};

// Whether it is the split of a part.
bool is_idx_split(std::string_view split);
// Whether the folder has images of a part.
bool has_idx_files(const std::filesystem::path& folder);
// The part of that split or, for "all", every part there is, in the order above; labels may be
// absent. All images have one size. Throws Error(file, field, ...), also for other splits.
std::vector<ImageFiles> read_idx_files(const std::filesystem::path& folder,
                                       const std::string& split);

}  // namespace xpike
