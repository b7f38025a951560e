// SPDX-License-Identifier: Apache-2.0
// The reference reproduces every vector of docs/vectors/, which another program wrote.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "model/fit.hpp"
#include "model/model_file.hpp"
#include "model/npy.hpp"
#include "model/tokenizer.hpp"
#include "reference/bernoulli.hpp"
#include "reference/converter.hpp"
#include "reference/engine.hpp"
#include "reference/head.hpp"
#include "reference/input_encoder.hpp"
#include "reference/lif.hpp"
#include "reference/residual.hpp"
#include "reference/ssa.hpp"
#include "reference/streams.hpp"
#include "reference/synaptic_matrix.hpp"
#include "vector_json.hpp"

using namespace xpike;
using namespace xpike::reference;
using Ints = std::vector<int>;

namespace {

// [step][token] of strings of digits.
SpikeTensor spikes(const Json& rows) {
  SpikeTensor out(static_cast<int>(rows.size()), static_cast<int>(rows[0].size()),
                  static_cast<int>(rows[0][0].get<std::string>().size()));
  for (int t = 0; t < out.steps(); ++t) {
    for (int n = 0; n < out.tokens(); ++n) {
      const auto digits =
          rows.at(static_cast<std::size_t>(t)).at(static_cast<std::size_t>(n)).get<std::string>();
      REQUIRE(digits.size() == static_cast<std::size_t>(out.features()));
      for (int f = 0; f < out.features(); ++f) {
        out.set(t, n, f, digits[static_cast<std::size_t>(f)] == '1');
      }
    }
  }
  return out;
}

SpikeTensor spike_row(const Json& digits) { return spikes(Json::array({Json::array({digits})})); }

// [step][head][query] becomes [step][head * n_tokens + query].
SpikeTensor score_spikes(Json nested) {
  for (Json& step : nested) step = flattened<std::string>(step);
  return spikes(nested);
}

// Bytes of the next draws of a bank, [draw][byte].
void check_draws(LaneBank bank, const Json& draws) {
  for (const Json& draw : draws) {
    bank.draw();
    for (std::size_t b = 0; b < draw.size(); ++b) {
      REQUIRE(int{bank.byte(static_cast<int>(b))} == draw[b].get<int>());
    }
  }
}

LaneBank bank_at(std::uint32_t base, int first, int lanes, int leap) {
  const auto starts = lane_states(base, first + lanes);
  return LaneBank({starts.begin() + first, starts.end()}, leap);
}

PatchTokenizer tokenizer_of(const Json& json) {
  REQUIRE(json["kind"] == "patch");
  return {json["height"], json["width"], json["patch"], json["stride"], json["pad"]};
}

TokenImage tokens_of(const Json& rows) {
  TokenImage image(static_cast<int>(rows.size()), static_cast<int>(rows[0].size()));
  image.values = flattened<std::uint16_t>(rows);
  return image;
}

// An image of a whole network: pixels, or a spike stream.
TokenImage image_of(const Network& network, const Json& json) {
  const int rows = network.shape.input_rows;
  if (const auto* patch = std::get_if<PatchTokenizer>(&network.input.tokenizer)) {
    const TokenImage pixels = tokens_of(json["pixels"]);
    return tokenize(*patch, rows, [&](int y, int x) { return pixels.at(y, x); });
  }
  const SpikeTensor stream = spikes(json["stream"]);
  SpikeTensor input(stream.steps(), stream.tokens(), rows);
  for (int t = 0; t < stream.steps(); ++t) {
    for (int n = 0; n < stream.tokens(); ++n) {
      for (int f = 0; f < stream.features(); ++f) input.set(t, n, f, stream.get(t, n, f));
    }
  }
  return TokenImage(std::move(input));
}

Pooling pooling_of(const std::string& name) {
  for (const Pooling value : {Pooling::kAll, Pooling::kFirst, Pooling::kLast}) {
    if (to_text(value) == name) return value;
  }
  FAIL("unknown pooling " << name);
  return {};
}

}  // namespace

TEST_CASE("vectors of section 2: lanes, draws, base and lane states, banks", "[vectors]") {
  const Json json = read_vectors("random");
  for (const Json& states : json["steps"]) {
    for (std::size_t i = 1; i < states.size(); ++i) {
      CHECK(lfsr_step(word(states[i - 1])) == word(states[i]));
    }
  }
  for (const Json& c : json["draws"]) {
    check_draws(LaneBank({word(c["state"])}, c["leap"].get<int>()), c["bytes"]);
    std::uint32_t state = word(c["state"]);
    for (std::size_t i = 0; i < c["bytes"].size(); ++i) state = lfsr_draw(state, c["leap"]);
    CHECK(state == word(c["end_state"]));
  }
  for (const Json& c : json["base_states"]) {
    CHECK(base_state(word(c["seed"]), c["image"], c["layer"], c["kind"]) == word(c["base"]));
  }
  for (const Json& states : json["lane_states"]) {
    for (std::size_t lane = 0; lane < states.size(); ++lane) {
      CHECK(lane_state(word(states[0]), static_cast<int>(lane)) == word(states[lane]));
    }
  }
  for (const Json& c : json["attention_banks"]) {
    const int first = c["bank"] == "S" ? first_score_lane(c["head"], c["tokens"])
                                       : first_value_lane(c["head"], c["heads"], c["tokens"]);
    CHECK(first == c["first_lane"]);
    const int lanes = c["bank"] == "S" ? score_lanes(c["tokens"]) : value_lanes(c["tokens"]);
    check_draws(bank_at(word(c["base"]), first, lanes, c["leap"]), c["draws"]);
  }
}

TEST_CASE("vectors of section 3: Bernoulli encoder", "[vectors]") {
  for (const Json json = read_vectors("encoder"); const Json& row : json["rows"]) {
    INFO(row.dump());
    CHECK(bernoulli(row[0], row[2], row[1]) == (row[3] == 1));
  }
}

TEST_CASE("vectors of section 4: input encoding", "[vectors]") {
  for (const Json json = read_vectors("input"); const Json& c : json["cases"]) {
    InputSpec spec;
    spec.exponent = c["exponent"];
    if (!c["position_base"].is_null()) spec.position_base = c["position_base"].get<int>();
    spec.binary = c["binary"].get<std::vector<std::pair<int, int>>>();
    const TokenImage image = tokens_of(c["tokens"]);
    LaneBank bank = bank_at(base_state(c["seed"], c["image"], 0, kEncoderStream), 0,
                            ceil_div(image.rows, 4), c["leap"]);
    check_draws(bank, c["draws"]);
    CHECK(encode_input(spec, image, c["steps"], bank) == spikes(c["spikes"]));
  }
  for (const Json json = read_vectors("input"); const Json& c : json["streams"]) {
    InputSpec spec;
    if (!c["position_base"].is_null()) spec.position_base = c["position_base"].get<int>();
    const SpikeTensor stream = spikes(c["stream"]);
    CHECK(pass_stream(spec, stream, stream.steps()) == spikes(c["spikes"]));
  }
}

TEST_CASE("vectors of section 5: converters and arrays", "[vectors]") {
  const Json json = read_vectors("arrays");
  for (const Json& row : json["converter"]["rows"]) {
    INFO(row.dump());
    CHECK(convert(row[0], row[2], row[1]) == row[3]);
  }
  for (const Json& c : json["matrices"]) {
    const Kernels& kernels = default_kernels();
    const SynapticMatrix matrix(matrix_of(c), c["rows"], c["cols"], kernels);
    for (const Json& product : c["cases"]) {
      const auto codes =
          matrix.code_sums(ActiveRows(spike_row(product["spikes"]), c["rows"], kernels));
      Ints sums(codes.begin(), codes.begin() + matrix.out());
      for (int& sum : sums) sum *= 4;
      CHECK(sums == product["current"].get<Ints>());
    }
  }
}

TEST_CASE("vectors of section 6: LIF neuron", "[vectors]") {
  for (const Json json = read_vectors("lif"); const Json& c : json["cases"]) {
    int membrane = 0;
    for (const Json& step : c["steps"]) {
      INFO(step.dump());
      REQUIRE(step[0].get<int>() % 4 == 0);
      CHECK(lif_update(membrane, step[0].get<int>() / 4, c["bias"], c["theta"]) == (step[1] == 1));
      CHECK(membrane == step[2]);
    }
  }
}

TEST_CASE("vectors of section 7: attention", "[vectors]") {
  const Json json = read_vectors("attention");
  for (const Json& row : json["row_exponents"]["rows"]) {
    INFO(row.dump());
    SsaParams params;
    params.row_exponent = true;
    params.row_offset = row[1];
    CHECK(output_exponent(params, row[0]) == row[2]);
  }
  for (const Json& c : json["cases"]) {
    const SsaParams params{c["tokens"], c["k_s"],          c["k_a"],
                           c["causal"], c["row_exponent"], c["row_offset"]};
    const int tokens = c["tokens"], n_tokens = c["n_tokens"], width = c["head_dim"];
    const std::uint32_t base = base_state(c["seed"], c["image"], c["layer"], kAttentionStream);
    const SpikeTensor q = spikes(c["q"]), k = spikes(c["k"]), v = spikes(c["v"]);
    const SpikeTensor a = spikes(c["a"]), s = score_spikes(c["s"]);
    for (int h = 0; h < c["heads"].get<int>(); ++h) {
      LaneBank bank_s =
          bank_at(base, first_score_lane(h, tokens), score_lanes(tokens), c["leap_s"]);
      LaneBank bank_a =
          bank_at(base, first_value_lane(h, c["heads"], tokens), value_lanes(tokens), c["leap_a"]);
      check_draws(bank_s, c["draws_s"][static_cast<std::size_t>(h)]);
      check_draws(bank_a, c["draws_a"][static_cast<std::size_t>(h)]);
      for (int t = 0; t < q.steps(); ++t) {
        const SsaStep step = ssa_step(params, q.step_columns(t, h * width, width),
                                      k.step_columns(t, h * width, width),
                                      v.step_columns(t, h * width, width), bank_s, bank_a);
        CHECK(step.a == a.step_columns(t, h * width, width));
        for (int i = 0; i < n_tokens; ++i) {
          const auto row = step.s.row(static_cast<std::size_t>(i));
          CHECK(std::ranges::equal(row, s.row(t, h * n_tokens + i)));
        }
      }
    }
  }
}

TEST_CASE("vectors of section 8: residual", "[vectors]") {
  const Json json = read_vectors("residual");
  const SpikeTensor x = spike_row(json["x"]), b = spike_row(json["b"]);
  for (const Residual kind : {Residual::kIand, Residual::kOr, Residual::kXor}) {
    CHECK(residual(kind, x, b) == spike_row(json.at(std::string(to_text(kind)))));
  }
}

TEST_CASE("vectors of section 9: head", "[vectors]") {
  const Json json = read_vectors("head");
  Matrix matrix = matrix_of(json);
  matrix.bias = json["bias"].get<std::vector<std::int16_t>>();
  for (const Json& c : json["cases"]) {
    const Kernels& kernels = default_kernels();
    const Head head(matrix, json["rows"], json["cols"], kernels);
    const SpikeTensor pooled = pooled_tokens(pooling_of(c["pooling"]), spikes(json["x"]));
    const auto running = head.running_scores(ActiveRows(pooled, json["rows"], kernels));
    CHECK(running == flattened<std::int32_t>(c["running"]));
    CHECK(best_class(std::span(running).last(static_cast<std::size_t>(matrix.out))) == c["class"]);
  }
  for (const Json& c : json["ties"]) {
    CHECK(best_class(c["scores"].get<std::vector<std::int32_t>>()) == c["class"]);
  }
}

TEST_CASE("vectors of section 10: .npy files and tokenizer", "[vectors]") {
  const Json json = read_vectors("files");
  for (const Json& c : json["npy"]) {
    std::string hex;
    for (const auto& line : c["file"]) hex += line.get<std::string>();
    Bytes file;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
      file.push_back(static_cast<std::uint8_t>(std::stoul(hex.substr(i, 2), nullptr, 16)));
    }
    const NpyArray array = parse_npy(file, "vector");
    CHECK(array.type == (c["type"] == "|u1" ? DataType::kU8 : DataType::kI32));
    CHECK(array.shape == c["shape"].get<std::vector<std::size_t>>());
    REQUIRE(array.size() == c["values"].size());
    for (std::size_t i = 0; i < array.size(); ++i) CHECK(array.value(i) == c["values"][i]);
    CHECK(npy_bytes(array) == file);
  }
  for (const Json& c : json["tokenizers"]) {
    const PatchTokenizer tokenizer = tokenizer_of(c["tokenizer"]);
    const auto pixel = [&](int y, int x) {
      return c["image"][static_cast<std::size_t>(y)][static_cast<std::size_t>(x)]
          .get<std::uint16_t>();
    };
    const TokenImage image = tokenize(tokenizer, tokenizer.patch * tokenizer.patch, pixel);
    CHECK(image.tokens == static_cast<int>(c["tokens"].size()));
    CHECK(image.values == tokens_of(c["tokens"]).values);
  }
}

TEST_CASE("vectors of whole networks: model file and every tensor", "[vectors]") {
  for (const std::string name : {"nano", "nano-spikes", "odd-b"}) {
    const Json json = read_vectors("network-" + name);
    const Network network = load_model(kFolder / json["model_file"].get<std::string>());
    for_each_matrix(network, [&](const std::string& key, const Matrix& matrix, bool is_head) {
      INFO(name << " " << key);
      const Json& expected = json["matrices"];
      CHECK(matrix.weight == flattened<std::int8_t>(expected.at(key + ".weight")));
      CHECK(matrix.bias == expected.at(key + ".bias").get<std::vector<std::int16_t>>());
      CHECK(matrix.shift == expected.at(key + ".shift").get<std::vector<std::uint8_t>>());
      CHECK(matrix.gain == expected.at(key + ".gain").get<std::vector<std::uint16_t>>());
      CHECK(is_head != expected.contains(key + ".threshold"));
      if (is_head) return;
      CHECK(matrix.threshold == expected[key + ".threshold"].get<std::vector<std::int16_t>>());
    });

    const Config& config = config_by_name(json["configuration"].get<std::string>());
    REQUIRE(config.leap_encoder == json["leap_encoder"]);
    REQUIRE(config.leap_score == json["leap_score"]);
    REQUIRE(config.leap_value == json["leap_value"]);
    ReferenceEngine engine(config, network);
    for (const Json& c : json["images"]) {
      const TokenImage image = image_of(network, c);
      const Result result =
          engine.run(image, c["number"], {network.shape.steps, json["seed"], true});
      REQUIRE(result.tensors);
      const Tensors& got = *result.tensors;
      const Json& expected = c["tensors"];
      std::size_t compared = 0;
      const auto same = [&](const std::string& tensor, const SpikeTensor& value) {
        INFO(name << " image " << c["number"] << " " << tensor);
        const Json& rows = expected.at(tensor);
        CHECK(value == (tensor.ends_with(".s") ? score_spikes(rows) : spikes(rows)));
        ++compared;
      };
      same("input", got.input);
      same("embed", got.embed);
      for (std::size_t l = 0; l < got.layers.size(); ++l) {
        const LayerTensors& layer = got.layers[l];
        const std::string at = "layer" + std::to_string(l) + ".";
        same(at + "q", layer.q);
        same(at + "k", layer.k);
        same(at + "v", layer.v);
        same(at + "s", layer.s);
        same(at + "a", layer.a);
        same(at + "proj", layer.proj);
        same(at + "res1", layer.res1);
        same(at + "ff1", layer.ff1);
        same(at + "ff2", layer.ff2);
        same(at + "res2", layer.res2);
      }
      CHECK(compared + 1 == expected.size());  // and the head
      CHECK(got.head == flattened<std::int32_t>(expected["head"]));
      CHECK(result.predicted == c["class"]);
    }
  }
}
