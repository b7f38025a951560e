// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "damage.hpp"
#include "model/error.hpp"
#include "model/fit.hpp"
#include "model/model_file.hpp"
#include "model/random_model.hpp"
#include "model/safetensors.hpp"
#include "temporary_folder.hpp"

using namespace xpike;
using nlohmann::json;

namespace {

Network tiny_network() {
  Config config = config_by_name("odd-b");
  config.tokens = 2;
  config.input_rows = 5;
  return random_model(config, 1);
}

std::string refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

// Refusal of the tiny model after a change to its container.
std::string after(const std::function<void(SafeTensors&)>& change) {
  SafeTensors contents = parse_safetensors(model_bytes(tiny_network()), "f");
  change(contents);
  return refusal([&] { parse_model(safetensors_bytes(contents), "f"); });
}

// The same after a change to its JSON description.
std::string after_json(const std::function<void(json&)>& change) {
  return after([&](SafeTensors& contents) {
    json document = json::parse(contents.metadata.at("xpikeformer"));
    change(document);
    contents.metadata["xpikeformer"] = document.dump();
  });
}

}  // namespace

TEST_CASE("models survive a round trip through a file", "[model_file]") {
  const TemporaryFolder folder;
  for (const Config& config : configs) {
    if (config.dim > 200) continue;
    Network network = random_model(config, 77);
    network.training = R"({"note":"by hand"})";
    const auto path = folder.path() / "m.safetensors";
    save_model(network, path);
    CHECK(load_model(path) == network);
  }
  CHECK(folder.entries() == 1);
}

TEST_CASE("a model without position rows and with every choice survives", "[model_file]") {
  Network network = tiny_network();
  network.input.position_base.reset();
  network.input.binary = {{0, 2}, {3, 5}};
  network.pooling = Pooling::kLast;
  network.causal = true;
  network.layers[0].res1 = Residual::kXor;
  network.layers[0].res2 = Residual::kOr;
  network.layers[1].row_exponent = true;
  network.layers[1].row_offset = -8;
  CHECK(parse_model(model_bytes(network), "f") == network);
}

TEST_CASE("a model of spike streams survives, and its sizes are checked", "[model_file]") {
  Network network = tiny_network();
  network.input.tokenizer = SpikeTokenizer{2, 5};
  CHECK(parse_model(model_bytes(network), "f") == network);
  const auto refusal_of = [&](const SpikeTokenizer& tokenizer) {
    network.input.tokenizer = tokenizer;
    return refusal([&] { model_bytes(network); });
  };
  CHECK(refusal_of({0, 5}) == "network 'random': input.tokenizer.tokens: 0 is outside 1..2");
  CHECK(refusal_of({3, 5}) == "network 'random': input.tokenizer.tokens: 3 is outside 1..2");
  CHECK(refusal_of({1, 6}) == "network 'random': input.tokenizer.rows: 6 is outside 1..5");
  CHECK(after_json([](json& j) {
          j["input"]["tokenizer"] = {{"kind", "spikes"}, {"tokens", 1}, {"rows", 1}, {"pad", 0}};
        }) == "f: input.tokenizer.pad: is unknown");
  CHECK(after_json([](json& j) {
          j["input"]["tokenizer"] = {{"kind", "spikes"}, {"tokens", 1}};
        }) == "f: input.tokenizer.rows: is missing");
}

TEST_CASE("a model of ready tokens survives, and its rows are checked", "[model_file]") {
  Network network = tiny_network();
  network.input.tokenizer = TokenTokenizer{4};
  CHECK(parse_model(model_bytes(network), "f") == network);
  CHECK_FALSE(network.input.tokens());
  network.input.tokenizer = TokenTokenizer{6};
  CHECK(refusal([&] { model_bytes(network); }) ==
        "network 'random': input.tokenizer.rows: 6 is outside 1..5");
  CHECK(after_json([](json& j) {
          j["input"]["tokenizer"] = {{"kind", "tokens"}, {"tokens", 1}, {"rows", 1}};
        }) == "f: input.tokenizer.tokens: is unknown");
}

TEST_CASE("missing, unknown and misshapen tensors are refused by name", "[model_file]") {
  CHECK(after([](SafeTensors&) {}) == "accepted");
  CHECK(after([](SafeTensors& c) { c.tensors.erase("layer1.ff2.bias"); }) ==
        "f: layer1.ff2.bias: is missing");
  CHECK(after([](SafeTensors& c) { c.tensors["head.threshold"] = c.tensors["head.bias"]; }) ==
        "f: head.threshold: is unknown");
  CHECK(after([](SafeTensors& c) {
          c.tensors["layer2.q.weight"] = c.tensors["layer1.q.weight"];
        }) == "f: layer2.q.weight: is unknown");
  CHECK(after([](SafeTensors& c) { c.tensors["embed.weight"].type = DataType::kU8; }) ==
        "f: embed.weight: type U8 instead of I8");
  CHECK(after([](SafeTensors& c) {
          c.tensors["embed.weight"].shape = {5, 6};
        }) == "f: embed.weight: shape [5, 6] instead of [6, 5]");
  CHECK(after([](SafeTensors& c) {
          c.tensors["layer0.ff1.gain"].shape = {3, 1};
        }) == "f: layer0.ff1.gain: shape [3, 1] instead of [3]");
  CHECK(after([](SafeTensors& c) { c.metadata.clear(); }) ==
        "f: __metadata__.xpikeformer: is missing");
  CHECK(after([](SafeTensors& c) { c.metadata["author"] = "x"; }) ==
        "f: __metadata__.author: is unknown");
}

TEST_CASE("values out of range are refused by name", "[model_file]") {
  const auto poke = [](const char* name, std::size_t byte, std::uint8_t value) {
    return after([=](SafeTensors& c) { c.tensors.at(name).data.at(byte) = value; });
  };
  CHECK(poke("embed.weight", 7, 16) == "f: embed.weight: value 16 at index 7 is outside -15..15");
  CHECK(poke("embed.weight", 0, 0xF0) ==
        "f: embed.weight: value -16 at index 0 is outside -15..15");
  CHECK(poke("layer0.k.bias", 5, 0x08).find("f: layer0.k.bias: value 2") == 0);
  CHECK(poke("layer0.k.threshold", 1, 0x80).find("f: layer0.k.threshold: value -") == 0);
  CHECK(poke("layer1.v.shift", 0, 8) == "f: layer1.v.shift: value 8 at index 0 is outside 0..7");
  CHECK(after([](SafeTensors& c) {
          c.tensors["head.gain"].data = {0, 0};
        }) == "f: head.gain: value 0 at index 0 is outside 1..65535");
}

TEST_CASE("row blocks of the head share one converter setting", "[model_file]") {
  Config config = config_by_name("odd-b");
  config.classes = 9;  // two row blocks of six columns
  const Network network = random_model(config, 3);
  Network other_shift = network;
  other_shift.head.shift[1] = static_cast<std::uint8_t>(7 - other_shift.head.shift[1]);
  CHECK(refusal([&] { model_bytes(other_shift); }) ==
        "network 'random': head.shift: row blocks of the head differ");
  Network other_gain = network;
  other_gain.head.gain[1] ^= 1;
  CHECK(refusal([&] { model_bytes(other_gain); }) ==
        "network 'random': head.gain: row blocks of the head differ");
}

TEST_CASE("faulty descriptions are refused by name", "[model_file]") {
  CHECK(after_json([](json& j) { j["format"] = 2; }) == "f: format: version 2 is not 1");
  CHECK(after_json([](json& j) { j["format"] = "1"; }) == "f: format: is not an integer");
  CHECK(after_json([](json& j) { j.erase("array"); }) == "f: array: is missing");
  CHECK(after_json([](json& j) { j["extra"] = 1; }) == "f: extra: is unknown");
  CHECK(after_json([](json& j) { j["network"]["wide"] = 1; }) == "f: network.wide: is unknown");
  CHECK(after_json([](json& j) { j["network"]["heads"] = 0; }) ==
        "f: network.heads: 0 is outside 1..32");
  CHECK(after_json([](json& j) {
          j["network"]["tokens"] = 18446744073709551615U;
        }).find("f: network.tokens: 18446744073709551615 is outside") == 0);
  CHECK(after_json([](json& j) { j["network"]["steps"] = 8.0; }) ==
        "f: network.steps: is not an integer");
  CHECK(after_json([](json& j) { j["network"]["dim"] = 7; }) ==
        "f: network.dim: 7 is not heads x head_dim = 6");
  CHECK(after_json([](json& j) { j["network"]["pooling"] = "mean"; }) ==
        "f: network.pooling: 'mean' is not one of all, first, last");
  CHECK(after_json([](json& j) { j["network"]["causal"] = 1; }) ==
        "f: network.causal: is neither true nor false");
  CHECK(after_json([](json& j) { j["layers"][1]["k_s"] = 4; }) ==
        "f: layers[1].k_s: 4 is outside 0..3");
  CHECK(after_json([](json& j) { j["layers"][0]["k_a"] = 9; }) ==
        "f: layers[0].k_a: 9 is outside 0..8");
  CHECK(after_json([](json& j) { j["layers"][0]["row_offset"] = 8; }) ==
        "f: layers[0].row_offset: 8 is outside -8..7");
  CHECK(after_json([](json& j) { j["layers"][0]["res2"] = "add"; }) ==
        "f: layers[0].res2: 'add' is not one of iand, or, xor");
  CHECK(after_json([](json& j) { j["layers"].erase(0); }) == "f: layers: 1 layers instead of 2");
  CHECK(after_json([](json& j) { j["input"]["exponent"] = 9; }) ==
        "f: input.exponent: 9 is outside 0..8");
  CHECK(after_json([](json& j) { j["input"]["position_base"] = 4; }) ==
        "f: input.position_base: 4 is outside 0..3");
  CHECK(after_json([](json& j) {
          j["input"]["binary"] = {{2, 2}};
        }) == "f: input.binary: range [2, 2) is empty or outside 0..5");
  CHECK(after_json([](json& j) {
          j["input"]["binary"] = {{2, 3, 4}};
        }) == "f: input.binary: an entry is not a pair of rows");
  CHECK(after_json([](json& j) { j["input"]["tokenizer"]["kind"] = "word"; }) ==
        "f: input.tokenizer.kind: 'word' is not one of patch, spikes, tokens");
  CHECK(after_json([](json& j) { j["input"]["tokenizer"]["stride"] = 0; }) ==
        "f: input.tokenizer.stride: 0 is outside 1..4096");
  CHECK(after_json([](json& j) {
          j["input"]["tokenizer"]["width"] = 300;
        }).find("f: input.tokenizer: ") == 0);
  CHECK(after_json([](json& j) { j["name"] = ""; }) == "f: name: must have 1 to 64 characters");
  CHECK(after([](SafeTensors& c) { c.metadata["xpikeformer"] = std::string(100000, '['); }) ==
        "f: xpikeformer: JSON is nested deeper than 16 levels");
}

TEST_CASE("device pairs are not silently dropped", "[model_file]") {
  RandomModelOptions options;
  options.noisy_devices = true;
  const Network network = random_model(config_by_name("odd-b"), 5, options);
  CHECK(refusal([&] { model_bytes(network); }) ==
        "network 'random': embed: device pairs cannot be stored in a model file");
}

TEST_CASE("a faulty network leaves the old file alone", "[model_file]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "m.safetensors";
  Network network = tiny_network();
  save_model(network, path);
  const Network before = load_model(path);
  network.embed.bias[0] = 3000;
  CHECK_THROWS_AS(save_model(network, path), Error);
  CHECK(load_model(path) == before);
  CHECK(folder.entries() == 1);
}

TEST_CASE("no damaged model file gets past the parser unseen", "[model_file][damage]") {
  const Bytes valid = model_bytes(tiny_network());
  const auto parse = [](const Bytes& bytes) {
    check_network(parse_model(bytes, "damaged"), "damaged");
  };
  const DamageCount cut = truncate_everywhere(valid, parse);
  CHECK(cut.accepted == 0);
  CHECK(cut.refused == static_cast<int>(valid.size()));
  const DamageCount flipped = flip_bits(valid, 0, 1200, parse);
  CHECK(flipped.refused > 10 * flipped.accepted);
  const DamageCount scribbled = scribble(valid, 1000, parse);
  CHECK(scribbled.refused + scribbled.accepted == 1000);
}
