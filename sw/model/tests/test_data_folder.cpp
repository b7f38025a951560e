// SPDX-License-Identifier: Apache-2.0
// Data folders with MNIST's IDX files.
#include <catch2/catch.hpp>
#include <fstream>
#include <string>

#include "gzip_bytes.hpp"
#include "model/data_set.hpp"
#include "model/error.hpp"
#include "pixel_network.hpp"
#include "temporary_folder.hpp"

using namespace xpike;
namespace fs = std::filesystem;

namespace {

const std::string kTrainImages = "train-images-idx3-ubyte";
const std::string kTrainLabels = "train-labels-idx1-ubyte";
const std::string kTestImages = "t10k-images-idx3-ubyte";
const std::string kTestLabels = "t10k-labels-idx1-ubyte";

// `count` images of 2 x 3 pixels; image i holds 10 * i + first .. 10 * i + first + 5.
Bytes images(std::uint8_t count, std::uint8_t first) {
  Bytes file{0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 2, 0, 0, 0, 3};
  for (int i = 0; i < count; ++i) {
    for (int p = 0; p < 6; ++p) file.push_back(static_cast<std::uint8_t>(first + 10 * i + p));
  }
  return file;
}

Bytes labels(const Bytes& values) {
  Bytes file{0, 0, 8, 1, 0, 0, 0, static_cast<std::uint8_t>(values.size())};
  for (const std::uint8_t value : values) file.push_back(value);
  return file;
}

// Three training images 0.. and two test images 100.., the test part compressed.
void write_parts(const fs::path& folder) {
  write_file(folder / kTrainImages, images(3, 0));
  write_file(folder / kTrainLabels, labels({2, 0, 1}));
  write_file(folder / (kTestImages + ".gz"), gzip_bytes(images(2, 100)));
  write_file(folder / (kTestLabels + ".gz"), gzip_bytes(labels({3, 1})));
}

// First pixel of each image of the split.
std::vector<int> first_pixels(const DataSet& data) {
  const Network network = pixel_network();
  data.check(network, 4);
  std::vector<int> pixels;
  for (std::size_t i = 0; i < data.size(); ++i) {
    pixels.push_back(int{data.image(i, network).at(0, 0)});
  }
  return pixels;
}

}  // namespace

TEST_CASE("IDX files are splits by their names", "[data][idx]") {
  const TemporaryFolder folder;
  write_parts(folder.path());
  CHECK(DataSet::default_split(folder.path()) == "test");
  const DataSet test(folder.path(), "test");
  CHECK(first_pixels(test) == std::vector<int>{100, 110});
  CHECK(test.label(0) == 3);
  CHECK(test.label(1) == 1);
  CHECK(first_pixels(DataSet(folder.path(), "train")) == std::vector<int>{0, 10, 20});
  const DataSet all(folder.path(), "all");
  CHECK(first_pixels(all) == std::vector<int>{0, 10, 20, 100, 110});
  CHECK(all.label(2) == 1);
  CHECK(all.label(3) == 3);
}

TEST_CASE("a split.json beside IDX files adds splits and replaces none", "[data][idx]") {
  const TemporaryFolder folder;
  write_parts(folder.path());
  std::ofstream(folder.path() / "split.json") << R"({"test":[0],"validation":[4,2]})";
  CHECK(DataSet::default_split(folder.path()) == "test");
  CHECK(first_pixels(DataSet(folder.path(), "test")) == std::vector<int>{100, 110});
  CHECK(first_pixels(DataSet(folder.path(), "train")) == std::vector<int>{0, 10, 20});
  CHECK(first_pixels(DataSet(folder.path(), "validation")) == std::vector<int>{110, 20});
  CHECK(refusal(folder.path(), "none") ==
        (folder.path() / "split.json").string() + ": none: is missing");
}

TEST_CASE("one part alone, labels absent, is enough", "[data][idx]") {
  const TemporaryFolder folder;
  write_file(folder.path() / kTestImages, images(2, 50));
  CHECK(first_pixels(DataSet(folder.path(), "test")) == std::vector<int>{50, 60});
  CHECK(first_pixels(DataSet(folder.path(), "all")) == std::vector<int>{50, 60});
  CHECK_FALSE(DataSet(folder.path(), "test").label(0));
  CHECK(refusal(folder.path(), "train")
            .find((folder.path() / kTrainImages).string() + ": file: cannot be opened") == 0);
}

TEST_CASE("images.npy and uncompressed files go first", "[data][idx]") {
  const TemporaryFolder folder;
  write_parts(folder.path());
  write_file(folder.path() / kTestImages, images(1, 70));
  write_file(folder.path() / kTestLabels, labels({2}));
  CHECK(first_pixels(DataSet(folder.path(), "test")) == std::vector<int>{70});
  write_file(folder.path() / "images.npy", npy_bytes({DataType::kU8, {1, 2, 3}, Bytes(6, 9)}));
  CHECK(first_pixels(DataSet(folder.path(), "all")) == std::vector<int>{9});
  CHECK(DataSet::default_split(folder.path()) == "all");
}

TEST_CASE("faulty IDX folders are refused by file and field", "[data][idx]") {
  const TemporaryFolder folder;
  const fs::path& path = folder.path();
  const std::string name = path.string();
  write_parts(path);
  CHECK(refusal(path, "validation") ==
        "command line: --split: 'validation' is not one of train, test, all, and there is no " +
            name + "/split.json");
  write_file(path / kTrainLabels, labels({2, 0}));
  CHECK(refusal(path, "train") ==
        name + "/" + kTrainLabels + ": shape: (2) instead of (3), one label per image");
  CHECK(refusal(path, "test") == "accepted");
  write_file(path / kTrainLabels, labels({2, 0, 4}));
  CHECK(refusal(path, "train") == name + "/" + kTrainLabels + ": label 2: 4 is outside 0..3");
  write_parts(path);
  const Bytes square{0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 1, 7, 8, 9};
  write_file(path / kTrainImages, square);
  CHECK(refusal(path, "all") == name + "/" + kTestImages +
                                    ".gz: shape: images of 2 x 3 instead of 1 x 1 as in " + name +
                                    "/" + kTrainImages);
  CHECK(refusal(path, "train") ==
        name + "/" + kTrainImages + ": shape: images of 1 x 1 instead of the model's 2 x 3");
  const Bytes none{0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 3};
  write_file(path / kTrainImages, none);
  CHECK(refusal(path, "train") == name + "/" + kTrainImages + ": shape: holds no pixels");
}

TEST_CASE("a folder without images says what was looked for", "[data][idx]") {
  const TemporaryFolder folder;
  const std::string looked =
      ": images: holds neither images.npy nor spikes.npy nor IDX files: "
      "train-images-idx3-ubyte[.gz] "
      "t10k-images-idx3-ubyte[.gz]";
  CHECK(refusal(folder.path(), "all") == folder.path().string() + looked);
  const fs::path mnist = folder.path() / "data" / "mnist";
  const std::string hint = mnist.string() + looked + "; get them with `make data-mnist`";
  CHECK(refusal(mnist, "test") == hint);
  fs::create_directories(mnist);
  std::ofstream(mnist / "split.json") << R"({"test":[0]})";
  CHECK(refusal(mnist, "test") == hint);
  CHECK(refusal(mnist / "", "test").find("; get them with `make data-mnist`") != std::string::npos);
}
