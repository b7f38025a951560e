// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <fstream>
#include <string>

#include "model/data_set.hpp"
#include "model/dump.hpp"
#include "model/error.hpp"
#include "model/fit.hpp"
#include "model/random_model.hpp"
#include "model/tensor_list.hpp"
#include "model/tokenizer.hpp"
#include "pixel_network.hpp"
#include "temporary_folder.hpp"

using namespace xpike;

namespace {

void write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path) << text;
}

void write_digits(const std::filesystem::path& folder) {
  write_file(folder / "images.npy",
             npy_bytes({DataType::kU8,
                        {3, 2, 3},
                        {0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 20, 21, 22, 23, 24, 25}}));
  write_file(folder / "labels.npy", npy_bytes({DataType::kU8, {3}, {2, 0, 1}}));
  write_text(folder / "split.json", R"({"train":[0],"test":[2,1],"none":[],"wild":[3]})");
}

}  // namespace

TEST_CASE("windows run left to right, then top to bottom, over the padded image", "[tokenizer]") {
  // 3 x 3 image 1..9, padded by one: 5 x 5; windows of 3 x 3 at distance 2 make 2 x 2 tokens.
  const TokenImage image = tokenize(
      {3, 3, 3, 2, 1}, 12, [](int y, int x) { return static_cast<std::uint16_t>(3 * y + x + 1); });
  const std::vector<std::vector<int>> expected{{0, 0, 0, 0, 1, 2, 0, 4, 5},
                                               {0, 0, 0, 2, 3, 0, 5, 6, 0},
                                               {0, 4, 5, 0, 7, 8, 0, 0, 0},
                                               {5, 6, 0, 8, 9, 0, 0, 0, 0}};
  REQUIRE(image.tokens == 4);
  REQUIRE(image.rows == 12);
  for (int n = 0; n < 4; ++n) {
    for (int f = 0; f < 9; ++f) {
      CHECK(image.at(n, f) == expected[std::size_t(n)][std::size_t(f)]);
    }
    for (int f = 9; f < 12; ++f) CHECK(image.at(n, f) == 0);
  }
}

TEST_CASE("a split selects and orders images and labels", "[data]") {
  const TemporaryFolder folder;
  write_digits(folder.path());
  const Network network = pixel_network();
  const DataSet test(folder.path(), "test");
  test.check(network, 4);
  REQUIRE(test.size() == 2);
  CHECK(test.label(0) == 1);
  CHECK(test.label(1) == 0);
  CHECK(test.image(0, network).at(4, 0) == 24);
  CHECK(test.image(1, network).at(0, 0) == 10);
  const DataSet all(folder.path(), "all");
  CHECK(all.size() == 3);
  CHECK(all.label(0) == 2);
}

TEST_CASE("a single file has images without labels", "[data]") {
  const TemporaryFolder folder;
  write_digits(folder.path());
  const DataSet data(folder.path() / "images.npy", "all");
  CHECK(data.size() == 3);
  CHECK_FALSE(data.label(0));
  CHECK(refusal(folder.path() / "images.npy", "test") ==
        "command line: --split: a single file of images has no split but 'all'");
}

TEST_CASE("faulty data sets are refused by file and field", "[data]") {
  const TemporaryFolder folder;
  const auto& path = folder.path();
  const std::string name = path.string();
  write_digits(path);
  CHECK(refusal(path, "test") == "accepted");
  CHECK(refusal(path, "validation") == name + "/split.json: validation: is missing");
  CHECK(DataSet::default_split(path) == "test");
  CHECK(refusal(path, "none") == name + "/split.json: none: lists no images");
  CHECK(refusal(path, "wild") == name + "/split.json: wild: 3 is outside 0..2");
  write_text(path / "split.json", R"({"test":[0,)");
  CHECK(refusal(path, "test").find(name + "/split.json: JSON: is not valid JSON") == 0);
  write_digits(path);
  write_file(path / "labels.npy", npy_bytes({DataType::kU8, {2}, {0, 0}}));
  CHECK(refusal(path, "test") ==
        name + "/labels.npy: shape: (2) instead of (3), one label per image");
  write_file(path / "labels.npy", npy_bytes({DataType::kI8, {3}, {0, 4, 1}}));
  CHECK(refusal(path, "test") == name + "/labels.npy: label 1: 4 is outside 0..3");
  write_digits(path);
  write_file(path / "images.npy", npy_bytes({DataType::kU8, {3, 3, 2}, Bytes(18)}));
  CHECK(refusal(path, "test") ==
        name + "/images.npy: shape: images of 3 x 2 instead of the model's 2 x 3");
  write_file(path / "images.npy", npy_bytes({DataType::kU8, {18}, Bytes(18)}));
  CHECK(refusal(path, "test") == name + "/images.npy: shape: is not [images][height][width]");
  Bytes dark(36, 0);
  dark[35] = 0x80;
  write_file(path / "images.npy", npy_bytes({DataType::kI16, {3, 2, 3}, dark}));
  CHECK(refusal(path, "test") == name + "/images.npy: image 2: value -32768 is outside 0..256");
}

TEST_CASE("spike streams are read bit by bit", "[data]") {
  const TemporaryFolder folder;
  const auto& path = folder.path();
  const std::string name = (path / "spikes.npy").string();
  Network network = random_model(config_by_name("nano"), 1);
  network.input.tokenizer = SpikeTokenizer{3, 4};
  // Two streams of two time steps: bit (image, t, n, f) is set where the sum of the four is odd.
  NpyArray spikes{DataType::kU8, {2, 2, 3, 4}, {}};
  for (unsigned i = 0; i < 48; ++i) {
    spikes.data.push_back(static_cast<std::uint8_t>((i / 24 + i / 12 % 2 + i / 4 % 3 + i % 4) % 2));
  }
  write_file(path / "spikes.npy", npy_bytes(spikes));
  write_file(path / "labels.npy", npy_bytes({DataType::kU8, {2}, {3, 1}}));
  write_text(path / "split.json", R"({"test":[1,0]})");
  const auto refused = [&](const Network& model, int steps) {
    try {
      DataSet(path, "all").check(model, steps);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };

  const DataSet test(path, "test");
  test.check(network, 2);
  REQUIRE(test.size() == 2);
  CHECK(test.label(0) == 1);
  for (int i = 0; i < 2; ++i) {
    const TokenImage image = test.image(static_cast<std::size_t>(1 - i), network);
    REQUIRE(image.stream);
    CHECK(image.values.empty());
    CHECK(image.stream->steps() == 2);
    CHECK(image.tokens == 3);
    CHECK(image.rows == network.shape.input_rows);
    for (int t = 0; t < 2; ++t) {
      for (int n = 0; n < 3; ++n) {
        for (int f = 0; f < image.rows; ++f) {
          CHECK(image.stream->get(t, n, f) == (f < 4 && (i + t + n + f) % 2 == 1));
        }
      }
    }
  }
  CHECK(DataSet(path / "spikes.npy", "all").size() == 2);  // a single file, too

  CHECK(refused(network, 3) == name + ": shape: 2 time steps, fewer than the 3 of the run");
  network.input.tokenizer = SpikeTokenizer{2, 4};
  CHECK(refused(network, 2) == name + ": shape: 3 tokens of 4 rows instead of the model's 2 of 4");
  network.input.tokenizer = SpikeTokenizer{3, 5};
  CHECK(refused(network, 2) == name + ": shape: 3 tokens of 4 rows instead of the model's 3 of 5");
  CHECK(refused(pixel_network(), 2) == name + ": shape: holds spikes, and the model takes images");
  network.input.tokenizer = SpikeTokenizer{3, 4};
  spikes.data[47] = 2;
  write_file(path / "spikes.npy", npy_bytes(spikes));
  CHECK(refused(network, 2) == name + ": image 1: value 2 is outside 0..1");
  write_file(path / "spikes.npy", npy_bytes({DataType::kU8, {2, 2, 2}, Bytes(8)}));
  CHECK(refused(network, 2) == name + ": shape: is not [images][steps][tokens][rows]");
  write_digits(path);  // images count before spikes
  CHECK(refused(network, 2) ==
        (path / "images.npy").string() + ": shape: holds images, and the model takes spikes");
}

TEST_CASE("a long spike stream is read as far as a run can go", "[data]") {
  const TemporaryFolder folder;
  Network network = random_model(config_by_name("nano"), 1);
  network.input.tokenizer = SpikeTokenizer{1, 1};
  NpyArray spikes{DataType::kU8, {2, 1000, 1, 1}, Bytes(2000)};
  spikes.data[1000 + 63] = 1;
  spikes.data[1000 + 64] = 1;
  write_file(folder.path() / "spikes.npy", npy_bytes(spikes));
  const DataSet data(folder.path(), "all");
  data.check(network, 64);
  const TokenImage image = data.image(1, network);
  REQUIRE(image.stream);
  CHECK(image.stream->steps() == 64);
  CHECK_FALSE(image.stream->get(62, 0, 0));
  CHECK(image.stream->get(63, 0, 0));
}

TEST_CASE("ready tokens are read row by row, as many as there are", "[data]") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "images.npy";
  Network network = random_model(config_by_name("nano"), 1);
  network.input.tokenizer = TokenTokenizer{3};
  const auto refused = [&] {
    try {
      DataSet(folder.path(), "all").check(network, 1);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  for (const int count : {1, 2, 8}) {
    NpyArray array{DataType::kU16, {2, static_cast<std::size_t>(count), 3}, {}};
    for (int i = 0; i < 2 * count * 3; ++i) {  // little-endian 256, 255, ..
      array.data.push_back(static_cast<std::uint8_t>(256 - i));
      array.data.push_back(i == 0 ? 1 : 0);
    }
    write_file(file, npy_bytes(array));
    const DataSet data(folder.path(), "all");
    data.check(network, 1);
    CHECK(data.tokens(network) == count);
    for (int i = 0; i < 2; ++i) {
      const TokenImage image = data.image(static_cast<std::size_t>(i), network);
      CHECK_FALSE(image.stream);
      CHECK(image.tokens == count);
      CHECK(image.rows == network.shape.input_rows);
      for (int n = 0; n < count; ++n) {
        for (int f = 0; f < image.rows; ++f) {
          CHECK(image.at(n, f) == (f < 3 ? 256 - 3 * (i * count + n) - f : 0));
        }
      }
    }
  }
  const std::string name = file.string() + ": ";
  write_file(file, npy_bytes({DataType::kU8, {1, 9, 3}, Bytes(27)}));
  CHECK(refused() == name + "shape: 9 tokens exceed the 8 of the model");
  write_file(file, npy_bytes({DataType::kU8, {1, 3, 4}, Bytes(12)}));
  CHECK(refused() == name + "shape: tokens of 4 rows instead of the model's 3");
  write_file(file, npy_bytes({DataType::kI16, {1, 1, 3}, {0, 0, 1, 1, 0, 0}}));
  CHECK(refused() == name + "image 0: value 257 is outside 0..256");
  std::filesystem::remove(file);
  write_file(folder.path() / "spikes.npy", npy_bytes({DataType::kU8, {1, 1, 1, 3}, Bytes(3)}));
  CHECK(refused() == (folder.path() / "spikes.npy").string() +
                         ": shape: holds spikes, and the model takes tokens of integers");
}

TEST_CASE("dumps hold every tensor in the documented layout", "[dump]") {
  const TemporaryFolder folder;
  Tensors tensors;
  tensors.input = SpikeTensor(2, 3, 5);
  tensors.embed = SpikeTensor(2, 3, 4);
  tensors.embed.set(1, 2, 3, true);
  LayerTensors layer;
  for (SpikeTensor* spikes : {&layer.q, &layer.k, &layer.v, &layer.a, &layer.proj, &layer.res1,
                              &layer.ff1, &layer.ff2, &layer.res2}) {
    *spikes = SpikeTensor(2, 3, 4);
  }
  layer.s = SpikeTensor(2, 2 * 3, 3);
  layer.s.set(0, 1 * 3 + 2, 1, true);  // head 1, query 2, key 1
  tensors.layers.push_back(layer);
  tensors.classes = 2;
  tensors.head = {1, -1, 70000, -70000};
  write_dump(tensors, folder.path());
  CHECK(folder.entries() == 13);
  const auto load = [&](const std::string& name) {
    return parse_npy(read_file(folder.path() / name), name);
  };
  const NpyArray embed = load("embed.npy");
  CHECK(embed.shape == std::vector<std::size_t>{2, 3, 4});
  CHECK(embed.value(1 * 12 + 2 * 4 + 3) == 1);
  const NpyArray s = load("layer0.s.npy");
  CHECK(s.type == DataType::kU8);
  CHECK(s.shape == std::vector<std::size_t>{2, 2, 3, 3});
  CHECK(s.value(1 * 9 + 2 * 3 + 1) == 1);
  const NpyArray head = load("head.npy");
  CHECK(head.type == DataType::kI32);
  CHECK(head.shape == std::vector<std::size_t>{2, 2});
  CHECK(head.value(2) == 70000);
  CHECK(head.value(3) == -70000);
  CHECK(dump_folder(0) == "img00000");
  CHECK(dump_folder(12345) == "img12345");
}

TEST_CASE("differences are counted bit by bit", "[compare]") {
  Result a;
  a.scores = {1, 2};
  a.tensors.emplace();
  a.tensors->input = SpikeTensor(1, 1, 3);
  a.tensors->embed = SpikeTensor(2, 2, 70);
  a.tensors->head = {1, 2};
  Result b = a;
  std::string first;
  CHECK(count_differences(a, b, first) == 0);
  CHECK(first.empty());
  b.tensors->embed.set(1, 1, 69, true);
  b.tensors->embed.set(0, 1, 0, true);
  b.tensors->head = {1, 3};
  b.scores = {1, 3};
  b.predicted = 1;
  CHECK(count_differences(a, b, first) == 5);
  CHECK(first == "embed");
  b = a;
  b.tensors->input = SpikeTensor(1, 2, 3);
  CHECK(count_differences(a, b, first) == 6);
}
