// SPDX-License-Identifier: Apache-2.0
#include "energy/estimate.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "energy/model.hpp"

namespace xpike::energy {
namespace {

using nlohmann::json;

constexpr double kMicro = 1e-9;  // uJ in a fJ
constexpr double kJoule = 1e-15;

json range_json(const Range& range, double scale) {
  return {{"low", scale * range.low}, {"mid", scale * range.mid}, {"high", scale * range.high}};
}

json breakdown_json(const Breakdown& breakdown) {
  json items = json::array();
  for (const EnergyItem& item : breakdown.items()) {
    items.push_back({{"group", item.group},
                     {"name", item.name},
                     {"event", item.event},
                     {"count", item.count},
                     {"energy_j", range_json(item.fj, kJoule)}});
  }
  json groups = json::object();
  for (const std::string& group : breakdown.groups()) {
    groups[group] = range_json(breakdown.group(group), kJoule);
  }
  return {
      {"total_j", range_json(breakdown.total(), kJoule)}, {"groups_j", groups}, {"items", items}};
}

// Baselines by the names of the report.
std::array<std::pair<const char*, const Breakdown*>, 3> baselines(const Estimate& e) {
  return {{{"ann_quant", &e.ann_quant},
           {"ann_quant_aimc", &e.ann_quant_aimc},
           {"snn_digi_opt", &e.snn_digi_opt}}};
}

json rates_json(const Activity& activity, const Config& config) {
  json rates = json::object();
  for (const Stage& stage : stages_of(config)) {
    rates["input of " + std::string(stage.name)] = input_rate(activity, stage);
    if (!stage.head()) rates[std::string(stage.output)] = output_rate(activity, stage);
  }
  return rates;
}

std::string range_text(const Range& range, double scale) {
  return fmt::format("{:>10.3f}{:>10.3f}{:>10.3f}", scale * range.low, scale * range.mid,
                     scale * range.high);
}

}  // namespace

Estimate estimate(const Design& design, const Activity& activity, const Units& units, int inputs) {
  Estimate out{design,
               units,
               activity,
               energy_of(design, activity, units),
               latency_of(design, activity, units),
               area_of(design, units),
               {},
               {},
               {},
               {},
               calibration_cost(design, units)};
  out.operations =
      operation_counts(shape_of(design.config, activity.tokens, activity.depth, inputs));
  out.ann_quant = ann_quant(out.operations, units);
  out.ann_quant_aimc =
      ann_quant_aimc(out.operations, design, activity.tokens, activity.depth, units);
  out.snn_digi_opt = snn_digi_opt(out.operations, design, activity, units);
  return out;
}

Range ratio(const Range& baseline, const Range& ours) {
  return {baseline.low / ours.high, baseline.mid / ours.mid, baseline.high / ours.low};
}

std::string estimate_table(const Estimate& e) {
  fmt::memory_buffer out;
  auto to = std::back_inserter(out);
  const Range total = e.energy.total();
  fmt::format_to(to, "configuration {}, {} tokens, {} steps, {} layers; {}\n", e.design.config.name,
                 e.activity.tokens, e.activity.steps, e.activity.depth, e.activity.source);
  fmt::format_to(to, "node          {} nm, {} converters of {} bits; an estimate\n\n",
                 e.units.node_nm, to_text(e.design.converter), e.design.bits);
  fmt::format_to(to, "{:<48}{:>10}{:>10}{:>10}{:>9}\n", "energy of one image (uJ)", "low", "mid",
                 "high", "of mid");
  for (const std::string& group : e.energy.groups()) {
    const Range sum = e.energy.group(group);
    fmt::format_to(to, "{:<48}{}{:>8.1f}%\n", group, range_text(sum, kMicro),
                   100.0 * sum.mid / total.mid);
    for (const EnergyItem& item : e.energy.items()) {
      if (item.group != group) continue;
      fmt::format_to(to, "  {:<46}{}\n", item.name, range_text(item.fj, kMicro));
    }
  }
  fmt::format_to(to, "{:<48}{}\n\n", "total", range_text(total, kMicro));
  fmt::format_to(to, "{:<48}{:>10}{:>10}{:>10}\n", "baseline (uJ), and its ratio to the total",
                 "low", "mid", "high");
  for (const auto& [name, breakdown] : baselines(e)) {
    const Range energy = breakdown->total();
    fmt::format_to(to, "{:<48}{}\n", name, range_text(energy, kMicro));
    fmt::format_to(to, "{:<48}{}\n", "", range_text(ratio(energy, total), 1.0));
  }
  fmt::format_to(to, "\n{:<48}{:>10}{:>10}{:>10}\n", "area (mm2)", "low", "mid", "high");
  for (const AreaItem& item : e.area.items) {
    fmt::format_to(to, "  {:<46}{}\n", item.name, range_text(item.mm2, 1.0));
  }
  fmt::format_to(to, "{:<48}{}\n", "total", range_text(e.area.total, 1.0));
  fmt::format_to(to,
                 "\nlatency at 200 MHz ({}): {:.1f} us with conversions of one cycle, {:.1f} us "
                 "with the {} of this converter\n",
                 e.latency.measured ? "counted by the chip" : "by formula",
                 1e6 * e.latency.cycles_one / kClockHz, 1e6 * e.latency.seconds(),
                 e.latency.converter_cycles);
  if (e.design.config.calibration != 0) {
    fmt::format_to(to, "\n{:<48}{:>10}{:>10}{:>10}\n{:<48}{}\n{:<48}{:.0f} cycles, {:.1f} us\n",
                   "drift compensation: one calibration pass (uJ)", "low", "mid", "high",
                   fmt::format("  {} vectors, {} of 256 rows driven", CalibrationCost::kVectors,
                               CalibrationCost::kDensity),
                   range_text(e.calibration.energy.total(), kMicro), "", e.calibration.cycles,
                   1e6 * e.calibration.seconds());
  }
  return fmt::to_string(out);
}

std::string estimate_json(const Estimate& e) {
  json baseline = json::object();
  for (const auto& [name, breakdown] : baselines(e)) {
    baseline[name] = breakdown_json(*breakdown);
    baseline[name]["ratio"] = range_json(ratio(breakdown->total(), e.energy.total()), 1.0);
  }
  json area = json::array();
  for (const AreaItem& item : e.area.items) {
    area.push_back(
        {{"name", item.name}, {"count", item.count}, {"mm2", range_json(item.mm2, 1.0)}});
  }
  const OperationCounts& n = e.operations;
  const json out{{"configuration", e.design.config.name},
                 {"node_nm", e.units.node_nm},
                 {"converter",
                  {{"kind", to_text(e.design.converter)},
                   {"bits", e.design.bits},
                   {"converters", e.design.config.converters}}},
                 {"activity",
                  {{"source", e.activity.source},
                   {"tokens", e.activity.tokens},
                   {"steps", e.activity.steps},
                   {"depth", e.activity.depth},
                   {"measured_cycles", e.activity.measured_cycles},
                   {"measured_traffic", e.activity.measured_traffic},
                   {"rates", rates_json(e.activity, e.design.config)},
                   {"events", e.activity.counts}}},
                 {"energy", breakdown_json(e.energy)},
                 {"baselines", baseline},
                 {"operations",
                  {{"fc_macs", n.fc_macs},
                   {"outer_macs", n.outer_macs},
                   {"attention_macs", n.attention_macs},
                   {"softmax", n.softmax},
                   {"gelu", n.gelu},
                   {"layer_norm", n.layer_norm},
                   {"ann_bytes", n.ann_bytes},
                   {"ann_fused_bytes", n.ann_fused_bytes}}},
                 {"area", {{"total_mm2", range_json(e.area.total, 1.0)}, {"items", area}}},
                 {"latency",
                  {{"clock_hz", kClockHz},
                   {"cycles_one", e.latency.cycles_one},
                   {"converter_cycles", e.latency.converter_cycles},
                   {"cycles", e.latency.cycles_converter},
                   {"ideal_aimc_cycles", e.latency.ideal_aimc},
                   {"ideal_ssa_cycles", e.latency.ideal_ssa},
                   {"measured", e.latency.measured},
                   {"seconds_one", e.latency.cycles_one / kClockHz},
                   {"seconds", e.latency.seconds()}}},
                 {"calibration", e.design.config.calibration == 0
                                     ? json()
                                     : json{{"vectors", CalibrationCost::kVectors},
                                            {"density", CalibrationCost::kDensity},
                                            {"cycles", e.calibration.cycles},
                                            {"seconds", e.calibration.seconds()},
                                            {"energy", breakdown_json(e.calibration.energy)}}}};
  return out.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace xpike::energy
