// SPDX-License-Identifier: Apache-2.0
// Golden vectors: everything that another implementation of the chip needs to check itself. The
// files are described in docs/golden-vectors.md.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>

#include "cli/engines.hpp"
#include "cli/requests.hpp"
#include "loader.hpp"
#include "model/data_set.hpp"
#include "model/dump.hpp"
#include "model/error.hpp"
#include "model/file_io.hpp"
#include "model/fit.hpp"
#include "model/model_file.hpp"
#include "reference/streams.hpp"
#include "register_recorder.hpp"

namespace xpike::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::size_t size(int value) { return static_cast<std::size_t>(value); }

void write_text(const fs::path& path, const std::string& text) {
  write_file(path, Bytes(text.begin(), text.end()));
}

std::string hex(std::uint32_t value) { return fmt::format("0x{:08x}", value); }

// One word per line, as $readmemh reads it.
std::string hex_lines(std::span<const std::uint32_t> words) {
  std::string text;
  for (const std::uint32_t word : words) text += fmt::format("{:08x}\n", word);
  return text;
}

// Address and value, 16 and 32 bits, in one number per line.
std::string hex_lines(std::span<const sim::RegisterWrite> writes) {
  std::string text;
  for (const sim::RegisterWrite& write : writes) {
    text += fmt::format("{:04x}{:08x}\n", write.address, write.value);
  }
  return text;
}

// Result packet of docs/architecture.md with MODE.anytime.
std::vector<std::uint32_t> result_packet(const Result& result, int steps) {
  const std::size_t classes = result.scores.size();
  std::vector<std::uint32_t> words;
  for (std::size_t c = 0; c < classes; ++c) {
    for (std::size_t t = 0; t < size(steps); ++t) {
      words.push_back(static_cast<std::uint32_t>(result.running[t * classes + c]));
    }
  }
  words.push_back(static_cast<std::uint32_t>(result.predicted));
  return words;
}

// What the chip is given, as plain numbers.
NpyArray plain_input(const TokenImage& image) {
  if (image.stream) return npy_of(*image.stream);
  NpyArray array{DataType::kU16, {size(image.tokens), size(image.rows)}, {}};
  for (const std::uint16_t value : image.values) {
    array.data.push_back(static_cast<std::uint8_t>(value));
    array.data.push_back(static_cast<std::uint8_t>(value >> 8));
  }
  return array;
}

// The random bytes of one image, in the order in which docs/numerics.md, section 2, draws them.
class RandomBytes {
 public:
  RandomBytes(const Config& config, const RunOptions& options, std::uint32_t image_number)
      : config_(config), options_(options), image_number_(image_number) {}

  std::uint32_t base(int layer, std::uint32_t kind) const {
    return reference::base_state(options_.seed, image_number_, static_cast<std::uint32_t>(layer),
                                 kind);
  }

  // [token][step][row]: the order of the draws.
  NpyArray encoder(int tokens, int rows) const {
    NpyArray array{DataType::kU8, {size(tokens), size(options_.steps), size(rows)}, {}};
    const auto starts =
        reference::lane_states(base(0, reference::kEncoderStream), ceil_div(config_.input_rows, 4));
    append(array.data, starts, config_.leap_encoder, tokens * options_.steps, rows);
    return array;
  }

  // Bank S, [head][step][byte], or bank A, [head][step][column][byte]; N bytes a draw, 2 N of bank
  // A if it makes numbers of 16 bits.
  NpyArray attention(int layer, bool value_bank) const {
    const int lanes = value_bank ? reference::value_lanes(config_.tokens)
                                 : reference::score_lanes(config_.tokens);
    const int bytes = config_.tokens * (value_bank ? reference::value_bits(config_.tokens) / 8 : 1);
    const int columns = value_bank ? config_.head_dim : 1;
    NpyArray array{DataType::kU8, {size(config_.heads), size(options_.steps)}, {}};
    if (value_bank) array.shape.push_back(size(columns));
    array.shape.push_back(size(bytes));
    const auto all =
        reference::lane_states(base(layer, reference::kAttentionStream),
                               reference::attention_lanes(config_.heads, config_.tokens));
    for (int h = 0; h < config_.heads; ++h) {
      const int first = value_bank ? reference::first_value_lane(h, config_.heads, config_.tokens)
                                   : reference::first_score_lane(h, config_.tokens);
      append(array.data, {all.begin() + first, all.begin() + first + lanes},
             value_bank ? config_.leap_value : config_.leap_score, options_.steps * columns, bytes);
    }
    return array;
  }

 private:
  static void append(Bytes& data, const std::vector<std::uint32_t>& starts, int leap, int draws,
                     int bytes) {
    reference::LaneBank bank(starts, leap);
    for (int d = 0; d < draws; ++d) {
      bank.draw();
      for (int b = 0; b < bytes; ++b) data.push_back(bank.byte(b));
    }
  }

  const Config& config_;
  const RunOptions& options_;
  std::uint32_t image_number_;
};

json write_bytes(const RandomBytes& random, const Network& network, const TokenImage& image,
                 const fs::path& folder) {
  fs::create_directory(folder);
  json bases = json::object();
  const auto put = [&](const std::string& name, const NpyArray& array) {
    write_file(folder / (name + ".npy"), npy_bytes(array));
  };
  if (!image.stream) {
    put("encoder", random.encoder(image.tokens, image.rows));
    bases["encoder"] = hex(random.base(0, reference::kEncoderStream));
  }
  for (int l = 0; l < network.shape.depth; ++l) {
    const std::string name = fmt::format("layer{}", l);
    put(name + ".s", random.attention(l, false));
    put(name + ".a", random.attention(l, true));
    bases[name] = hex(random.base(l, reference::kAttentionStream));
  }
  return bases;
}

}  // namespace

int golden_command(const GoldenRequest& request) {
  require_range(request.seed, 0, std::numeric_limits<std::uint32_t>::max(), "--seed");
  const Network network = load_model(request.model);
  const Config& config = choose_config(request.config, network, request.model.string());
  const std::int64_t steps = request.steps.value_or(network.shape.steps);
  require_range(steps, 1, config.steps, "--steps");
  const std::string split = request.split.value_or(DataSet::default_split(request.data));
  const DataSet data(request.data, split);
  data.check(network, static_cast<int>(steps));
  require_range(request.images, 1, static_cast<std::int64_t>(data.size()), "--images");
  const RunOptions options{static_cast<int>(steps), static_cast<std::uint32_t>(request.seed), true};

  PendingDirectory folder(request.folder);
  write_file(folder.path() / "model.safetensors", read_file(request.model));
  write_text(folder.path() / "network.hex", hex_lines(sim::network_writes(config, network)));
  const auto engine = make_reference(config, network);
  json images = json::array();
  for (std::int64_t i = 0; i < request.images; ++i) {
    const auto number = static_cast<std::uint32_t>(i);
    const TokenImage image = data.image(static_cast<std::size_t>(i), network);
    const Result result = engine->run(image, number, options);
    const fs::path place_of_image = folder.path() / dump_folder(number);
    fs::create_directories(place_of_image / "tensors");
    write_text(place_of_image / "registers.hex",
               hex_lines(sim::run_writes(config, network, image, options, number)));
    write_text(place_of_image / "packet.hex",
               hex_lines(sim::make_packet(network, image, options.steps, config.input_words)));
    write_text(place_of_image / "result.hex", hex_lines(result_packet(result, options.steps)));
    write_file(place_of_image / (image.stream ? "stream.npy" : "tokens.npy"),
               npy_bytes(plain_input(image)));
    write_dump(*result.tensors, place_of_image / "tensors");
    const RandomBytes random(config, options, number);
    const auto label = data.label(static_cast<std::size_t>(i));
    images.push_back(
        {{"folder", dump_folder(number)},
         {"number", number},
         {"class", result.predicted},
         {"label", label ? json(*label) : json()},
         {"base_states", write_bytes(random, network, image, place_of_image / "bytes")}});
  }
  const json document{{"format", 1},
                      {"name", network.name},
                      {"configuration", config.name},
                      {"split", split},
                      {"steps", options.steps},
                      {"seed", options.seed},
                      {"tokens", config.tokens},
                      {"input_words", config.input_words},
                      {"leap_encoder", config.leap_encoder},
                      {"leap_score", config.leap_score},
                      {"leap_value", config.leap_value},
                      {"images", images}};
  write_text(folder.path() / "golden.json",
             document.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
  folder.commit();
  fmt::print("{}: {} images of {} on configuration {}, {} steps, seed {}\n",
             request.folder.string(), request.images, network.name, config.name, options.steps,
             options.seed);
  return 0;
}

}  // namespace xpike::cli
