// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "energy/baselines.hpp"
#include "energy/model.hpp"
#include "model/fit.hpp"

using namespace xpike;
using namespace xpike::energy;

namespace {

// ViT-8-768 and ViT-6-512 with 197 tokens of 768 values, 1000 classes.
constexpr TransformerShape kVit8{197, 768, 768, 3072, 12, 8, 1000};
constexpr TransformerShape kVit6{197, 768, 512, 2048, 8, 6, 1000};

Approx about(double value) { return Approx(value).epsilon(0.005); }  // three digits are public

}  // namespace

TEST_CASE("operations of the paper's networks are the published counts", "[energy]") {
  const OperationCounts big = operation_counts(kVit8);
  CHECK(big.fc_macs == about(11.155e9));
  CHECK(big.outer_macs == about(0.117e9));
  CHECK(big.attention_macs == about(0.477e9));
  CHECK(big.softmax == about(3.73e6));
  CHECK(big.gelu == about(4.84e6));
  CHECK(big.layer_norm == about(2.42e6));
  CHECK(big.ann_bytes == about(60.9e6));
  CHECK(big.ann_fused_bytes == about(36.5e6));
  CHECK(big.linear_values == about(10.9e6));
  CHECK(big.attention_values == about(4.94e6));
  CHECK(big.spike_bits == about(29.2e6));

  const OperationCounts small = operation_counts(kVit6);
  CHECK(small.fc_macs == about(3.718e9));
  CHECK(small.attention_macs == about(0.238e9));
  CHECK(small.softmax == about(1.86e6));
  CHECK(small.gelu == about(2.42e6));
  CHECK(small.layer_norm == about(1.21e6));
  CHECK(small.ann_bytes == about(30.4e6));
  CHECK(small.ann_fused_bytes == about(18.3e6));
  CHECK(small.spike_bits == about(14.6e6));
}

TEST_CASE("a small transformer's operations, counted by hand", "[energy]") {
  // Two tokens of 3 values, width 4, hidden 5, two heads, one layer, 6 classes.
  const OperationCounts n = operation_counts({2, 3, 4, 5, 2, 1, 6});
  CHECK(n.fc_macs == 2 * (4 * 16 + 2 * 20));
  CHECK(n.outer_macs == 2 * 12 + 24);
  CHECK(n.attention_macs == 2 * (2 * 2 * 4));
  CHECK(n.softmax == 2 * 2 * 2);
  CHECK(n.gelu == 10);
  CHECK(n.layer_norm == 16);
  CHECK(n.linear_values == 2 * (12 + 4 + 5 + 4));
  CHECK(n.attention_values == 2 * (4 + 4));
}

TEST_CASE("events of the paper's network are the published counts", "[energy]") {
  Config config = config_by_name("vit-8-768");
  config.input_rows = 768;  // without position rows
  const Activity a = assumed_activity(config, 197, 7, uniform_rates(0.2), "test");
  double mvms = 0;
  for (const Stage& stage : stages_of(config)) {
    if (!stage.head()) mvms += a.at("mvms_" + std::string(stage.name));
  }
  CHECK(mvms == about(4.815e6));
  CHECK(a.at("lif_updates") == about(76.3e6 + 197 * 7 * 768));  // and those of the embedding
  // Cells times columns, score and value gate each.
  CHECK(2.0 * a.at("ssa_columns") * config.heads * 197 * 197 == about(3.338e9));
}

TEST_CASE("an INT8 transformer costs what its operations cost", "[energy]") {
  Units u{};
  u.int8_mac = exactly(2);
  u.softmax = exactly(10);
  u.gelu = exactly(100);
  u.layer_norm = exactly(1000);
  u.baseline_memory = exactly(7);
  const OperationCounts n = operation_counts({2, 3, 4, 5, 2, 1, 6});
  const Breakdown out = ann_quant(n, u);
  CHECK(out.group("compute").mid == 2 * (208 + 48 + 32));
  CHECK(out.group("nonlinear functions").mid == 80 + 1000 + 16000);
  CHECK(out.group("activation memory").mid == 7 * n.ann_bytes);
  CHECK(out.group("activation memory").low == 7 * n.ann_fused_bytes);
  CHECK(n.ann_fused_bytes < n.ann_bytes);
}

TEST_CASE("a spiking network's additions follow its spikes", "[energy]") {
  Units u{};
  u.int8_ac = exactly(1);
  u.baseline_memory = exactly(8);
  const Design design{config_by_name("nano"), Converter::kMlsa, 5};
  const Config& c = design.config;
  const OperationCounts n = operation_counts(shape_of(c, 6, 1, c.input_rows));
  const auto compute = [&](double rate) {
    const Activity a = assumed_activity(c, 6, 2, uniform_rates(rate), "test");
    return snn_digi_opt(n, design, a, u).group("compute").mid - a.at("lif_updates");
  };
  CHECK(compute(0.0) == 0.0);
  // At rate 1 every product of the fully connected layers is an addition in each of two steps, and
  // every product of the attention; the head reads all six tokens.
  const double every = n.fc_macs + 6 * 16 * 16 + 6 * 16 * 4 + n.attention_macs;
  CHECK(compute(1.0) == Approx(2 * every));
  CHECK(compute(0.5) == Approx(every));
  const Breakdown out =
      snn_digi_opt(n, design, assumed_activity(c, 6, 2, uniform_rates(0.5), "test"), u);
  const Range memory = out.group("activation memory");
  CHECK(memory.low == Approx(2 * n.spike_bits));
  CHECK(memory.mid == Approx(2 * n.spike_bits + 8 * 2 * 2 * n.attention_values));
  CHECK(memory.high == Approx(memory.mid + 8 * 2 * 2 * n.linear_values));
}

TEST_CASE("bit-serial arrays of the transformer work eight planes per token", "[energy]") {
  Units u{};
  u.mlsa_conversion = exactly(1);
  u.serial_density = {0.1, 0.2, 0.3};
  u.word_line = exactly(1);
  const Design design{config_by_name("nano"), Converter::kMlsa, 5};
  const OperationCounts n = operation_counts(shape_of(design.config, 6, 1, 16));
  const Breakdown out = ann_quant_aimc(n, design, 6, 1, u);
  const Activity once = assumed_activity(design.config, 6, 1, uniform_rates(1.0), "test");
  double rows = 0;
  for (const Stage& stage : stages_of(design.config)) {
    rows += once.at("active_rows_" + std::string(stage.name));
  }
  // Four mux steps; word lines of 16 columns where the table's have 128.
  const double drive = 8 * rows * 4 * 16 / 128;
  const double conversions = 8 * once.at("conversions");
  CHECK(out.group("arrays").low == Approx(conversions + 0.1 * drive));
  CHECK(out.group("arrays").mid == Approx(conversions + 0.2 * drive));
  CHECK(out.group("arrays").high == Approx(conversions + 0.3 * drive));
}
