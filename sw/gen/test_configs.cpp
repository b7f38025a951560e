// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <xpike/configs.hpp>

#include "gen/configs.hpp"

using namespace xpike::gen;
using Catch::Matchers::Contains;

namespace {

Json valid_root() {
  return Json::parse(R"({"comment": "c", "configs": {"one-two": {
    "purpose": "a \"quoted\" word",
    "tokens": 8, "heads": 2, "head_dim": 8, "dim": 16, "ff": 32, "depth": 1, "steps": 4,
    "input_rows": 16, "classes": 4, "array_rows": 32, "array_cols": 16, "converters": 4,
    "adc_cycles": 1, "input_words": 2, "leap_encoder": 32, "leap_score": 31, "leap_value": 30}}})");
}

void refuses(const Json& root, const std::string& message) {
  CHECK_THROWS_WITH(parse_configs(root, "f.json"), Contains(message));
}

}  // namespace

TEST_CASE("a valid configuration is read field by field", "[gen]") {
  const auto configs = parse_configs(valid_root(), "f.json");
  REQUIRE(configs.size() == 1);
  CHECK(configs[0].name == "one-two");
  CHECK(configs[0].identifier() == "one_two");
  CHECK(configs[0].head_dim == 8);
  CHECK(configs[0].leap_encoder == 32);
  CHECK(configs[0].leap_score == 31);
  CHECK(configs[0].leap_value == 30);
}

TEST_CASE("a configuration takes what it does not name from the one it is like", "[gen]") {
  Json root = valid_root();
  root["configs"]["two"] = {{"like", "one-two"}, {"purpose", "variant"}, {"adc_cycles", 3}};
  const auto configs = parse_configs(root, "f.json");
  REQUIRE(configs.size() == 2);
  CHECK(configs[1].name == "two");
  CHECK(configs[1].purpose == "variant");
  CHECK(configs[1].adc_cycles == 3);
  CHECK(configs[1].head_dim == 8);
  CHECK(configs[1].leap_value == 30);
  CHECK(configs[0].adc_cycles == 1);
}

TEST_CASE("a wrong configuration is refused, naming file, configuration and field", "[gen]") {
  Json root = valid_root();
  Json& c = root["configs"]["one-two"];
  SECTION("missing") {
    c.erase("ff");
    refuses(root, "f.json: configs.one-two: field 'ff' is missing");
  }
  SECTION("unknown") {
    c["fff"] = 1;
    refuses(root, "field 'fff' is unknown");
  }
  SECTION("unknown at the top") {
    root["extra"] = 1;
    refuses(root, "f.json: field 'extra' is unknown");
  }
  SECTION("wrong type") {
    c["depth"] = "1";
    refuses(root, "field 'depth' must be an integer");
  }
  SECTION("fraction") {
    c["depth"] = 1.5;
    refuses(root, "field 'depth' must be an integer");
  }
  SECTION("range, low") {
    c["steps"] = 0;
    refuses(root, "field 'steps' is 0, must be in 1..64");
  }
  SECTION("range, high") {
    c["tokens"] = 1025;
    refuses(root, "field 'tokens' is 1025, must be in 1..1024");
  }
  SECTION("beyond the signed range") {
    c["tokens"] = 18446744073709551615U;
    refuses(root, "field 'tokens' is 18446744073709551615");
  }
  SECTION("dim") {
    c["dim"] = 17;
    refuses(root, "field 'dim' is 17, must be heads * head_dim = 16");
  }
  SECTION("array columns") {
    c["array_cols"] = 20;
    refuses(root, "field 'array_cols' is 20, must be a multiple of head_dim = 8");
  }
  SECTION("converters") {
    c["converters"] = 3;
    refuses(root, "field 'converters' is 3, must divide head_dim = 8");
  }
  SECTION("more than four sides of a tile") {
    c["tokens"] = 33;
    c["tile_tokens"] = 8;
    refuses(root, "field 'tile_tokens' is 8, must be at most tokens = 33 and at least a quarter");
  }
  SECTION("a tile longer than the sequence") {
    c["tile_tokens"] = 9;
    refuses(root, "field 'tile_tokens' is 9, must be at most tokens = 8");
  }
  SECTION("tokens beyond the largest tile") {
    c["tokens"] = 300;
    c["tile_tokens"] = 102;
    refuses(root, "field 'tile_tokens' is 102, must be a multiple of 4 if it is below tokens");
  }
  SECTION("steps of an encoder lane") {
    c["tokens"] = 1024;
    c["steps"] = 32;
    refuses(root, "field 'leap_encoder' is 32, times tokens times steps must be below 1048576");
  }
  SECTION("attention lanes") {
    c["tokens"] = 1024;
    c["heads"] = 6;
    c["dim"] = 48;
    c["array_cols"] = 48;
    refuses(root, "field 'tokens' is 1024, makes 4608 random lanes of the attention heads");
  }
  SECTION("words of an input beat") {
    c["input_words"] = 12;
    refuses(root, "field 'input_words' is 12, must be 1, 2, 4, 8 or 16");
  }
  SECTION("name") {
    root["configs"]["One"] = c;
    refuses(root, "field 'configs.One' must be lower-case words");
  }
  SECTION("long name") {
    root["configs"][std::string(1000000, 'a')] = c;
    refuses(root, "must be lower-case words joined by single dashes, at most 64 bytes");
  }
  SECTION("text of two lines, which would be code") {
    c["purpose"] = "a\nmodule evil; endmodule";
    refuses(root, "field 'purpose' must be one line of at most 1000 bytes");
  }
  SECTION("long text") {
    c["purpose"] = std::string(1001, 'a');
    refuses(root, "field 'purpose' must be one line of at most 1000 bytes");
  }
  SECTION("chain copies that are neither one nor one for each layer") {
    c["depth"] = 4;
    c["chain_copies"] = 2;
    refuses(root, "field 'chain_copies' is 2, must be 1 or depth = 4");
  }
  SECTION("like what does not exist") {
    root["configs"]["two"] = {{"like", "three"}};
    refuses(root, "configs.two: field 'like' must name a configuration that lists all its fields");
  }
  SECTION("like itself like another") {
    root["configs"]["two"] = {{"like", "one-two"}};
    root["configs"]["three"] = {{"like", "two"}};
    refuses(root, "configs.three: field 'like' must name");
  }
  SECTION("like, with a name that is no name") {
    root["configs"]["two"] = {{"like", 2}};
    refuses(root, "configs.two: field 'like' must be a string");
  }
  SECTION("like, with an unknown field") {
    root["configs"]["two"] = {{"like", "one-two"}, {"fff", 1}};
    refuses(root, "configs.two: field 'fff' is unknown");
  }
  SECTION("none") {
    root["configs"] = Json::object();
    refuses(root, "field 'configs' is empty");
  }
}

TEST_CASE("what is not JSON is refused in one line", "[gen]") {
  const auto refused = [](const std::string& text, const std::string& message) {
    CHECK_THROWS_AS(parse_json(text, "f.json"), InputError);
    CHECK_THROWS_WITH(parse_json(text, "f.json"), Contains(message));
    CHECK_THROWS_WITH(parse_json(text, "f.json"), !Contains("\n"));
  };
  refused("", "f.json: [json.exception.parse_error");
  refused("{\n\n", "f.json: [json.exception.parse_error");
  refused(R"({"a": 1e999})", "f.json: [json.exception.out_of_range");
  refused(R"({"a\nb": 1, "a\nb": 2})", R"(f.json: key "a\nb" appears twice)");
  CHECK_THROWS_WITH(
      parse_configs(parse_json(R"({"comment": "", "configs": {"a\nb": 1}})", "f"), "f"),
      Contains("field 'configs.a?b' must be"));
}

TEST_CASE("the wrapper names the module and passes every parameter", "[gen]") {
  const std::string sv = core_wrapper(parse_configs(valid_root(), "f.json")[0]);
  CHECK_THAT(sv, Contains("module xpk_core_one_two (") && Contains("xpk_core #("));
  CHECK_THAT(sv, Contains(".FfDim(32),") && Contains(".LeapValue(30),\n") &&
                     Contains(".Calibration(1)\n"));
  CHECK_THAT(sv, Contains("input  logic [15:0] reg_addr_i,") && Contains(".irq_o(irq_o)\n"));
  CHECK_THAT(sv, Contains("input  logic [63:0] in_data_i,") && Contains(".InputWords(2),"));
  CHECK(std::count(sv.begin(), sv.end(), '#') == 1);
}

TEST_CASE("the wrapper with a UART keeps the parameters of the bridge", "[gen]") {
  const std::string sv = uart_wrapper(parse_configs(valid_root(), "f.json")[0]);
  CHECK_THAT(sv,
             Contains("module xpk_uart_one_two #(\n  parameter int unsigned ClocksPerBit = 4,") &&
                 Contains("xpk_uart_top #(") && Contains(".ClocksPerBit(ClocksPerBit),"));
  CHECK_THAT(sv, Contains(".Overlap(1'b0),") && Contains(".Folded(1'b0),") &&
                     Contains(".FfDim(32),") && Contains(".tx_o(tx_o),"));
}

TEST_CASE("a chain for every layer is another core", "[gen]") {
  Json root = valid_root();
  CHECK(parse_configs(root, "f.json")[0].chain_copies == 1);
  root["configs"]["one-two"]["depth"] = 3;
  root["configs"]["one-two"]["chain_copies"] = 3;
  const auto configs = parse_configs(root, "f.json");
  CHECK(configs[0].chain_copies == 3);
  CHECK_THAT(core_wrapper(configs[0]), Contains("xpk_overlap_core #(") && Contains(".Depth(3),"));
}

TEST_CASE("a folded core is another core, with limits of its own", "[gen]") {
  Json root = valid_root();
  CHECK(parse_configs(root, "f.json")[0].folded == 0);
  Json& c = root["configs"]["one-two"];
  c["folded"] = 1;
  refuses(root, "with folded");
  c["calibration"] = 0;
  c["input_words"] = 1;
  for (const char* leap : {"leap_encoder", "leap_score", "leap_value"}) c[leap] = 7;
  const std::string sv = core_wrapper(parse_configs(root, "f.json")[0]);
  CHECK_THAT(sv, Contains("xpk_folded_core #(") && Contains(".LeapValue(7)\n") &&
                     !Contains("TileTokens") && !Contains("Calibration"));
  CHECK_THAT(axi_wrapper(parse_configs(root, "f.json")[0]), Contains(".Folded(1'b1)"));
  SECTION("leaps that differ") {
    c["leap_value"] = 8;
    refuses(root, "field 'leap_value' is 8, must be leap_encoder with folded");
  }
  SECTION("too many tokens") {
    c["tokens"] = 65;
    refuses(root, "field 'tokens' is 65, must be at most 64 with folded");
  }
  SECTION("neither 0 nor 1") {
    c["folded"] = 2;
    refuses(root, "field 'folded' is 2, must be in 0..1");
  }
}

TEST_CASE("drift compensation is built in unless left out", "[gen]") {
  Json root = valid_root();
  CHECK(parse_configs(root, "f.json")[0].calibration == 1);
  root["configs"]["one-two"]["calibration"] = 0;
  const auto configs = parse_configs(root, "f.json");
  CHECK(configs[0].calibration == 0);
  CHECK_THAT(core_wrapper(configs[0]), Contains(".Calibration(0)\n"));
  root["configs"]["one-two"]["calibration"] = 2;
  refuses(root, "field 'calibration' is 2, must be in 0..1");
}

TEST_CASE("the header offers every configuration of the project", "[gen]") {
  const auto named = [](std::string_view name) {
    return std::find_if(xpike::configs.begin(), xpike::configs.end(),
                        [&](const xpike::Config& c) { return c.name == name; });
  };
  REQUIRE(named("nano") != xpike::configs.end());
  CHECK(named("nano")->dim == named("nano")->heads * named("nano")->head_dim);
  CHECK(named("no-such") == xpike::configs.end());
  CHECK_THAT(configs_header(parse_configs(valid_root(), "f.json")),
             Contains(R"(.purpose = "a \"quoted\" word")"));
}
