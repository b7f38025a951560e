// SPDX-License-Identifier: Apache-2.0
#include "model/image_files.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "model/error.hpp"
#include "model/file_io.hpp"
#include "model/idx.hpp"

namespace xpike {
namespace fs = std::filesystem;
namespace {

// The file or, if only that exists, its compressed form.
fs::path plain_or_gzip(const fs::path& folder, std::string_view name) {
  fs::path plain = folder / name;
  fs::path packed = plain;
  packed += ".gz";
  return !file_exists(plain) && file_exists(packed) ? packed : plain;
}

std::string_view expected_shape(NpyContents contents) {
  switch (contents) {
    case NpyContents::kImages:
      return "[images][height][width]";
    case NpyContents::kSpikes:
      return "[images][steps][tokens][rows]";
    case NpyContents::kEither:
      break;
  }
  return "[images][height][width] or [images][steps][tokens][rows]";
}

void check(const ImageFiles& files, NpyContents contents) {
  const std::size_t dimensions = files.images.shape.size();
  const bool images = dimensions == 3 && contents != NpyContents::kSpikes;
  const bool spikes = dimensions == 4 && contents != NpyContents::kImages;
  if (!images && !spikes) {
    throw Error(files.images_file, "shape", fmt::format("is not {}", expected_shape(contents)));
  }
  if (files.images.size() == 0) {
    throw Error(files.images_file, "shape", images ? "holds no pixels" : "holds no spikes");
  }
  if (!files.labels) return;
  if (files.labels->shape.size() != 1 || files.labels->shape[0] != files.count()) {
    throw Error(files.labels_file, "shape",
                fmt::format("({}) instead of ({}), one label per image",
                            fmt::join(files.labels->shape, ", "), files.count()));
  }
}

ImageFiles read_part(const fs::path& images, const fs::path& labels) {
  ImageFiles files;
  files.images_file = images.string();
  files.images = parse_idx(read_file(images), 3, files.images_file);
  if (file_exists(labels)) {
    files.labels_file = labels.string();
    files.labels = parse_idx(read_file(labels), 1, files.labels_file);
  }
  check(files, NpyContents::kImages);
  return files;
}

}  // namespace

ImageFiles read_npy_files(const fs::path& images, const fs::path& labels, NpyContents contents) {
  ImageFiles files;
  files.images_file = images.string();
  files.images = parse_npy(read_file(images), files.images_file);
  if (file_exists(labels)) {
    files.labels_file = labels.string();
    files.labels = parse_npy(read_file(labels), files.labels_file);
  }
  check(files, contents);
  return files;
}

bool is_idx_split(std::string_view split) {
  return std::ranges::count(kIdxNames, split, &IdxNames::split) > 0;
}

bool has_idx_files(const fs::path& folder) {
  return std::ranges::any_of(kIdxNames, [&](const IdxNames& names) {
    return file_exists(plain_or_gzip(folder, names.images));
  });
}

std::vector<ImageFiles> read_idx_files(const fs::path& folder, const std::string& split) {
  if (split != "all" && !is_idx_split(split)) {
    throw Error("command line", "--split",
                fmt::format("'{}' is not one of train, test, all, and there is no {}", split,
                            (folder / "split.json").string()));
  }
  std::vector<ImageFiles> parts;
  for (const IdxNames& names : kIdxNames) {
    const fs::path images = plain_or_gzip(folder, names.images);
    if (names.split == split || (split == "all" && file_exists(images))) {
      parts.push_back(read_part(images, plain_or_gzip(folder, names.labels)));
    }
  }
  for (const ImageFiles& part : parts) {
    if (part.height() == parts[0].height() && part.width() == parts[0].width()) continue;
    throw Error(
        part.images_file, "shape",
        fmt::format("images of {} x {} instead of {} x {} as in {}", part.height(), part.width(),
                    parts[0].height(), parts[0].width(), parts[0].images_file));
  }
  return parts;
}

}  // namespace xpike
