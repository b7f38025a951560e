// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "energy/estimate.hpp"
#include "energy/model.hpp"
#include "model/fit.hpp"

using namespace xpike;
using namespace xpike::energy;

namespace {

UnitTable table() { return load_units(XPIKE_SOURCE_DIR "/configs/energy/units.json"); }

Design design_of(const char* config) { return {config_by_name(config), Converter::kMlsa, 5}; }

// One 128 x 128 array that multiplies once, a share of its rows driven; nothing else happens.
Activity one_product(const Design& design, double density) {
  Activity a = assumed_activity(design.config, 1, 1, uniform_rates(0.0), "test");
  for (auto& [name, count] : a.counts) count = 0.0;
  a.counts["mvms_q"] = 1;
  a.counts["active_rows_q"] = 128 * density;
  a.counts["conversions"] = 128;
  return a;
}

Range energy_at(const Design& design, double rate, const Units& units) {
  const Config& c = design.config;
  return energy_of(design, assumed_activity(c, c.tokens, c.steps, uniform_rates(rate), "test"),
                   units)
      .total();
}

}  // namespace

TEST_CASE("two events with two unit energies, by hand", "[energy]") {
  Units u{};
  u.word_line = {1, 2, 3};           // per active row and mux step, 128 columns
  u.mlsa_conversion = {10, 20, 40};  // per conversion
  const Design design = design_of("tiny");
  Activity a = one_product(design, 0.0);
  a.counts["active_rows_q"] = 5;
  Breakdown out;
  add_arrays(design, a, u, out);
  // 5 rows in each of 8 mux steps; 128 conversions.
  CHECK(out.group(kDrive) == Range{40, 80, 120});
  CHECK(out.group(kConverterGroup) == Range{1280, 2560, 5120});
  CHECK(out.total() == Range{1320, 2640, 5240});
}

TEST_CASE("a calibration pass: cycles and conversions by hand", "[energy][calibration]") {
  // nano: 9 row blocks, 4 mux steps, 8 lanes. vit-8-768: 446 row blocks, 8 of them with one word.
  CHECK(calibration_cycles(config_by_name("nano"), 64, 1) == 64 * 4 + 26 + 8 + 7 * 9 + 67 * 9);
  CHECK(calibration_cycles(config_by_name("vit-8-768"), 64, 1) ==
        8 * (64 * 8 + 26 + 32) + 7 * 446 + 67 * 439);
  CHECK(calibration_cycles(config_by_name("tiny-overlap"), 10, 3) ==
        2 * (10 * 8 * 3 + 26 + 4) + 7 * 16 + 67 * 16);

  Units u{};
  u.mlsa_conversion = {10, 20, 40};
  const CalibrationCost cost = calibration_cost(design_of("tiny"), u);
  // 64 vectors; outputs x arrays: EMBED 128, two layers of 4 x 128 + 256 + 2 x 128, HEAD 16.
  const double conversions = 64.0 * (128 + 2 * 1024 + 16);
  CHECK(cost.energy.group(kConverterGroup) ==
        Range{10 * conversions, 20 * conversions, 40 * conversions});
  CHECK(cost.energy.total() == cost.energy.group(kConverterGroup));

  // A pass is far from free, and far from an image: about 64 token-steps of 192.
  const Units real = table().at_node(45);
  const Design tiny = design_of("tiny");
  const double share =
      calibration_cost(tiny, real).energy.total().mid / energy_at(tiny, 0.2, real).mid;
  CHECK(share > 0.1);
  CHECK(share < 0.6);
}

TEST_CASE("memory, attention and transport of hand-made events", "[energy]") {
  const Design design = design_of("nano");  // 2 heads of 8, 8 tokens, 3 counter planes
  Activity a = assumed_activity(design.config, 8, 4, uniform_rates(0.0), "test");
  for (auto& [name, count] : a.counts) count = 0.0;
  a.counts["qkv_write_bits"] = 3;
  a.counts["qkv_read_bits"] = 5;
  a.counts["ssa_columns"] = 10;
  a.counts["gated_rows"] = 100;  // of 10 x 2 x 8 rows
  Units u{};
  u.memory_masked_write = exactly(100);
  u.memory_bit = exactly(10);
  u.ssa_score_bit = exactly(1);
  u.ssa_value_cell = exactly(1000);
  Breakdown out;
  add_memory(design, a, u, out);
  CHECK(out.group(kMemory).mid == 350);
  add_attention(design, a, u, out);
  CHECK(out.group(kAttention).mid == 60 * 8 * 4 + 160 * 8 * 1000);
  CHECK(swings(0.25) == 0.1875);
}

TEST_CASE("the product of one array costs what NeuroSim says", "[energy]") {
  const Units u = table().units;
  const double pj = 1e-3;
  for (const auto& [density, mlsa, sar] :
       {std::tuple{0.2, 18.1, 44.7}, std::tuple{0.5, 18.1, 80.0}}) {
    Design design = design_of("tiny");
    const Activity a = one_product(design, density);
    Breakdown out;
    add_arrays(design, a, u, out);
    const double drive = 32.3 * density + 5.65 + 11.7 * density + 1.61;
    CHECK(out.group(kDrive).mid * pj == Approx(drive).epsilon(0.02));
    CHECK(out.group(kConverterGroup).mid * pj == Approx(mlsa).epsilon(0.02));
    design.converter = Converter::kSar;
    Breakdown other;
    add_arrays(design, a, u, other);
    CHECK(other.group(kConverterGroup).mid * pj == Approx(sar).epsilon(0.02));
  }
  Design design = design_of("tiny");
  CHECK(array_area(design, u).mid == Approx(27048).epsilon(0.005));
  design.converter = Converter::kSar;
  CHECK(array_area(design, u).mid == Approx(31880).epsilon(0.005));
}

TEST_CASE("every part costs nothing without its unit, and parts add up", "[energy]") {
  const Design design = design_of("tiny");
  const Activity a = assumed_activity(design.config, 16, 8, uniform_rates(0.3), "test");
  const Units u = table().units;
  const Breakdown out = energy_of(design, a, u);
  Range sum;
  for (const std::string& group : out.groups()) {
    CHECK(out.group(group).low > 0.0);
    sum += out.group(group);
  }
  CHECK(sum.mid == Approx(out.total().mid));
  CHECK(out.groups().size() == 11);
  for (const EnergyItem& item : out.items()) {
    INFO(item.name);
    CHECK(item.fj.low <= item.fj.mid);
    CHECK(item.fj.mid <= item.fj.high);
  }
  CHECK(energy_of(design, a, Units{}).total() == Range{});
}

TEST_CASE("more spikes, bits, converters' current or a larger node cost more", "[energy]") {
  const UnitTable all = table();
  const Units& u = all.units;
  const Design design = design_of("tiny");
  double last = 0.0;
  for (const double rate : {0.0, 0.05, 0.1, 0.2, 0.3, 0.5}) {
    const Range energy = energy_at(design, rate, u);
    CHECK(energy.low <= energy.mid);
    CHECK(energy.mid <= energy.high);
    CHECK(energy.mid > last);
    last = energy.mid;
  }
  for (const Converter kind : {Converter::kMlsa, Converter::kSar}) {
    Design finer = design;
    finer.converter = kind;
    finer.bits = 4;
    double coarse = energy_at(finer, 0.2, u).mid;
    for (finer.bits = 5; finer.bits <= 8; ++finer.bits) {
      CHECK(energy_at(finer, 0.2, u).mid > coarse);
      coarse = energy_at(finer, 0.2, u).mid;
    }
  }
  Design sar = design;
  sar.converter = Converter::kSar;
  CHECK(energy_at(sar, 0.2, u).mid > energy_at(design, 0.2, u).mid);
  CHECK(energy_at(design, 0.2, all.at_node(32)).mid < energy_at(design, 0.2, u).mid);
  CHECK(energy_at(design, 0.2, all.at_node(22)).mid < energy_at(design, 0.2, all.at_node(32)).mid);
}

TEST_CASE("latency follows the formula, and counted cycles only stretch with the converter",
          "[energy]") {
  const Units u = table().units;
  Design design = design_of("tiny");  // 8 mux steps, two layers, heads of 32
  Activity a = assumed_activity(design.config, 16, 8, uniform_rates(0.2), "test");
  const double ssa = 2 * (8 * 32 + 32 + 32);
  const auto aimc = [](double adc) { return 3 * 16 * 8 * 8 * adc + 10 * (8 * adc + 6); };
  Latency latency = latency_of(design, a, u);
  CHECK(latency.converter_cycles == 3);  // 13.4 ns at 5 ns
  CHECK(latency.cycles_one == aimc(1) + ssa);
  CHECK(latency.cycles_converter == aimc(3) + ssa);
  CHECK_FALSE(latency.measured);
  a.measured_cycles = true;
  a.counts["cycles"] = 5000;
  latency = latency_of(design, a, u);
  CHECK(latency.cycles_one == 5000);
  CHECK(latency.cycles_converter == 5000 + aimc(3) - aimc(1));
  design.converter = Converter::kSar;
  CHECK(latency_of(design, a, u).converter_cycles == 4);
}

TEST_CASE("cells that share fewer random bytes need fewer lanes", "[energy]") {
  const Units u = table().units;
  Design design = design_of("tiny");  // 16 tokens, 4 heads
  const Activity a = assumed_activity(design.config, 16, 8, uniform_rates(0.2), "test");
  const auto draws = [&] {
    const Breakdown out = energy_of(design, a, u);
    for (const EnergyItem& item : out.items()) {
      if (item.name == "random lanes S") return item.count;
    }
    return -1.0;
  };
  const double built = 2 * 8 * 4 * 4;  // layers, steps, heads, lanes
  CHECK(draws() == built);
  const double area = area_of(design, u).total.mid;
  design.score_bytes = 16 * 16;  // one for each cell
  CHECK(draws() == 16 * built);
  CHECK(area_of(design, u).total.mid > area);
  design.score_bytes = 4;
  CHECK(draws() == built / 4);
  CHECK(area_of(design, u).total.mid < area);
}

TEST_CASE("a ratio's low end is the baseline's low by our high", "[energy]") {
  CHECK(ratio({10, 20, 40}, {1, 2, 5}) == Range{2, 10, 40});
}

TEST_CASE("area counts what is built", "[energy]") {
  Units u{};
  u.cell_area = exactly(2);
  u.interconnect_area = exactly(0.5);
  const Design design = design_of("nano");
  // Arrays of 32 x 16: EMBED, Q, K, V, PROJ, FF2 and HEAD are one each, FF1 is two: nine.
  const Area area = area_of(design, u);
  CHECK(area.items[0].count == 9);
  CHECK(area.items[0].mm2.mid == Approx(9 * 512 * 2e-6));
  CHECK(area.total.mid == Approx(1.5 * 9 * 512 * 2e-6));
  CHECK(floor_plan(design, u).array_side == Approx(std::sqrt(1.5 * 512 * 2e-6)));
}

TEST_CASE("table and JSON of an estimate carry the same total", "[energy]") {
  const Design design = design_of("tiny");
  const Estimate e =
      estimate(design, assumed_activity(design.config, 16, 8, uniform_rates(0.2), "test"),
               table().units, 36);
  const auto report = nlohmann::json::parse(estimate_json(e));
  CHECK(report.at("energy").at("total_j").at("mid").get<double>() ==
        Approx(e.energy.total().mid * 1e-15));
  CHECK(report.at("baselines").size() == 3);
  CHECK(estimate_table(e).find("an estimate") != std::string::npos);
}
