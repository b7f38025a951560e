// SPDX-License-Identifier: Apache-2.0
#include "cli/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <nlohmann/json.hpp>
#include <xpike/registers.hpp>

#include "cli/statistics.hpp"

namespace xpike::cli {
namespace {

using nlohmann::json;

const EngineTotals& measured(const RunSummary& s) {
  return s.request->uses_rtl() || s.request->uses_driver() ? s.outcome->rtl : s.outcome->reference;
}

std::optional<double> event(const RunSummary& s, const std::string& name) {
  const Events& events = measured(s).events;
  const auto found = events.find(name);
  if (found == events.end()) return std::nullopt;
  return static_cast<double>(found->second);
}

std::optional<double> ratio(std::optional<double> part, std::optional<double> whole) {
  if (!part || !whole || *whole == 0.0) return std::nullopt;
  return *part / *whole;
}

double images(const RunSummary& s) { return static_cast<double>(s.outcome->images.size()); }

std::optional<double> cycles(const RunSummary& s) {
  const auto total = measured(s).cycles;
  if (!total) return std::nullopt;
  return static_cast<double>(*total);
}

// Simulated cycles per second of one thread's simulation, times the threads.
std::optional<double> simulation_rate(const RunSummary& s) {
  return ratio(cycles(s), measured(s).busy_seconds / s.threads);
}

// A tensor whose spikes are counted, and the matrix that it feeds or leaves.
struct Stage {
  const char* tensor;
  const char* matrix;  // that produces it; empty if none does
};
constexpr std::array<Stage, 11> kStages{{{"input", ""},
                                         {"embed", "embed"},
                                         {"q", "q"},
                                         {"k", "k"},
                                         {"v", "v"},
                                         {"a", ""},
                                         {"proj", "proj"},
                                         {"res1", ""},
                                         {"ff1", "ff1"},
                                         {"ff2", "ff2"},
                                         {"res2", ""}}};

// Spikes of a tensor per place where one could be.
std::optional<double> spike_rate(const RunSummary& s, const std::string& tensor) {
  const Network& network = s.input->network();
  const Shape& shape = network.shape;
  const double token_steps = images(s) * s.input->tokens() * s.input->steps();
  double features = shape.dim;
  if (tensor == "input") features = shape.input_rows;
  if (tensor == "ff1") features = shape.ff;
  const double layers = tensor == "input" || tensor == "embed" ? 1 : shape.depth;
  return ratio(event(s, "spikes_" + tensor), token_steps * features * layers);
}

struct Utilisation {
  const char* engine;
  const char* event;
};
constexpr std::array<Utilisation, 2> kUtilisations{{{"aimc", "aimc_busy"}, {"ssa", "ssa_columns"}}};

// Share of the cycles in which the engine is at work; of the chain copies, the mean of those in
// use.
std::optional<double> utilisation(const RunSummary& s, const Utilisation& use) {
  const bool copies = s.input->config().chain_copies > 1 && std::string_view(use.engine) == "aimc";
  const double engines = copies ? s.input->network().shape.depth + 1.0 : 1.0;
  const auto busy = ratio(event(s, use.event), cycles(s));
  return busy ? std::optional(*busy / engines) : std::nullopt;
}

std::string cell(std::optional<double> value, const char* pattern) {
  return value ? fmt::format(fmt::runtime(pattern), *value) : "-";
}

// Events that both engines measured, and which were therefore compared.
std::vector<std::string> compared_events(const RunSummary& s) {
  std::vector<std::string> names;
  for (const auto& [name, count] : s.outcome->rtl.events) {
    if (s.outcome->reference.events.count(name) > 0) names.push_back(name);
  }
  return names;
}

std::string accuracy_text(const RunSummary& s) {
  if (!s.correct) return "- (no labels)";
  const std::uint64_t total = s.outcome->images.size();
  const Interval interval = wilson_interval(*s.correct, total);
  return fmt::format("{:.2f} %  (95 % interval {:.2f} .. {:.2f} %, {} of {})",
                     100.0 * static_cast<double>(*s.correct) / static_cast<double>(total),
                     100.0 * interval.low, 100.0 * interval.high, *s.correct, total);
}

// Share of right answers after each time step.
std::vector<double> accuracy_by_step(const RunSummary& s) {
  std::vector<double> shares;
  for (const std::uint64_t correct : s.correct_by_step) {
    shares.push_back(static_cast<double>(correct) / images(s));
  }
  return shares;
}

void append_stages(const RunSummary& s, fmt::memory_buffer& out) {
  auto to = std::back_inserter(out);
  fmt::format_to(to, "\n{:<8}{:>14}{:>10}{:>14}{:>18}\n", "stage", "spikes/image", "rate",
                 "MVMs/image", "word lines/MVM");
  const auto row = [&](const char* name, std::optional<double> spikes, std::optional<double> rate,
                       const std::string& matrix) {
    const auto mvms = matrix.empty() ? std::nullopt : event(s, "mvms_" + matrix);
    const auto lines = matrix.empty() ? std::nullopt : event(s, "active_rows_" + matrix);
    fmt::format_to(to, "{:<8}{:>14}{:>10}{:>14}{:>18}\n", name,
                   cell(ratio(spikes, images(s)), "{:.1f}"), cell(rate, "{:.4f}"),
                   cell(ratio(mvms, images(s)), "{:.0f}"), cell(ratio(lines, mvms), "{:.1f}"));
  };
  for (const Stage& stage : kStages) {
    row(stage.tensor, event(s, std::string("spikes_") + stage.tensor), spike_rate(s, stage.tensor),
        stage.matrix);
  }
  row("head", std::nullopt, std::nullopt, "head");
}

// Lowest and highest rate of each kind of tensor, over all layers.
void append_rates(const RunSummary& s, fmt::memory_buffer& out) {
  auto to = std::back_inserter(out);
  struct Span {
    std::string kind;
    TensorRates::Entry low, high;
  };
  std::vector<Span> spans;
  for (const TensorRates::Entry& entry : s.outcome->rates.entries()) {
    const std::string kind = entry.name.substr(entry.name.find('.') + 1);  // without a layer
    const auto found = std::ranges::find(spans, kind, &Span::kind);
    if (found == spans.end()) {
      spans.push_back({kind, entry, entry});
      continue;
    }
    if (entry.rate() < found->low.rate()) found->low = entry;
    if (entry.rate() > found->high.rate()) found->high = entry;
  }
  fmt::format_to(to, "\n{:<8}{:>12}  {:<16}{:>12}  {}\n", "tensor", "lowest rate", "of",
                 "highest rate", "of");
  for (const Span& span : spans) {
    fmt::format_to(to, "{:<8}{:>12.4f}  {:<16}{:>12.4f}  {}\n", span.kind, span.low.rate(),
                   span.low.name, span.high.rate(), span.high.name);
  }
}

json optional_json(std::optional<double> value) { return value ? json(*value) : json(); }

json events_json(const Events& events) {
  json out = json::object();
  for (const regs::EventInfo& info : regs::event_list) {
    const auto found = events.find(std::string(info.name));
    out[std::string(info.name)] = found == events.end() ? json() : json(found->second);
  }
  return out;
}

}  // namespace

std::string summary_table(const RunSummary& s) {
  fmt::memory_buffer out;
  auto to = std::back_inserter(out);
  fmt::format_to(to, "model            {} ({})\n", s.input->model(), s.input->network().name);
  fmt::format_to(to, "data             {}, split {}, {} images\n", s.input->data(),
                 s.input->split(), s.outcome->images.size());
  fmt::format_to(to, "engine           {}, configuration {}, {} steps, seed {}\n",
                 to_text(s.request->engine), s.input->config().name, s.input->steps(), s.seed);
  fmt::format_to(to, "accuracy         {}\n", accuracy_text(s));
  if (!s.correct_by_step.empty()) {
    fmt::format_to(to, "after each step ");
    for (const double share : accuracy_by_step(s)) fmt::format_to(to, " {:.2f}", 100.0 * share);
    fmt::format_to(to, " %\n");
  }
  if (s.mismatches) {
    fmt::format_to(to, "mismatches       {}  (every tensor, {} event counters, scores)\n",
                   *s.mismatches, compared_events(s).size());
    for (std::size_t i = 0; i < s.outcome->images.size(); ++i) {
      const ImageOutcome& image = s.outcome->images[i];
      if (image.mismatches == 0) continue;
      fmt::format_to(to, "                 first in image {}: {} ({} in this image)\n", i,
                     image.first_mismatch, image.mismatches);
      break;
    }
  }
  fmt::format_to(to, "cycles per image {}\n", cell(ratio(cycles(s), images(s)), "{:.1f}"));
  fmt::format_to(to, "time per image   {:.3f} ms of this computer\n",
                 1e3 * s.outcome->wall_seconds / images(s));
  fmt::format_to(to, "simulation speed {}\n", cell(simulation_rate(s), "{:.3g} cycles/s"));
  for (const Utilisation& use : kUtilisations) {
    const auto share = utilisation(s, use);
    fmt::format_to(to, "{:<17}{}\n", fmt::format("{} utilisation", use.engine),
                   share ? fmt::format("{:.1f} % of cycles", 100.0 * *share) : "-");
  }
  fmt::format_to(to, "{}", performance_table(s.performance));
  append_stages(s, out);
  if (s.calibration) fmt::format_to(to, "{}", calibration_table(*s.calibration));
  if (s.input->calibrated()) append_rates(s, out);
  return fmt::to_string(out);
}

std::string summary_json(const RunSummary& s) {
  const std::uint64_t total = s.outcome->images.size();
  json out{{"engine", to_text(s.request->engine)},
           {"configuration", s.input->config().name},
           {"model", s.input->model()},
           {"data", s.input->data()},
           {"split", s.input->split()},
           {"images", total},
           {"tokens", s.input->tokens()},
           {"steps", s.input->steps()},
           {"seed", s.seed},
           {"threads", s.threads},
           {"accuracy", nullptr},
           {"accuracy_interval", nullptr},
           {"accuracy_by_step", nullptr},
           {"mismatches", nullptr},
           {"cycles_per_image", optional_json(ratio(cycles(s), images(s)))},
           {"simulated_cycles_per_second", optional_json(simulation_rate(s))},
           {"wall_seconds", s.outcome->wall_seconds},
           {"events", events_json(measured(s).events)}};
  if (s.correct) {
    const Interval interval = wilson_interval(*s.correct, total);
    out["accuracy"] = static_cast<double>(*s.correct) / static_cast<double>(total);
    out["accuracy_interval"] = {interval.low, interval.high};
  }
  if (!s.correct_by_step.empty()) out["accuracy_by_step"] = accuracy_by_step(s);
  if (s.mismatches) {
    out["mismatches"] = *s.mismatches;
    out["compared_events"] = compared_events(s);
  }
  json rates = json::object();
  for (const Stage& stage : kStages)
    rates[stage.tensor] = optional_json(spike_rate(s, stage.tensor));
  out["spike_rates"] = rates;
  if (s.input->calibrated()) {
    json tensors = json::object();
    for (const auto& entry : s.outcome->rates.entries()) tensors[entry.name] = entry.rate();
    out["tensor_rates"] = tensors;
  }
  add_performance(s.performance, out);
  if (s.calibration) out["calibration"] = calibration_json(*s.calibration);
  json use = json::object();
  for (const Utilisation& entry : kUtilisations) {
    use[entry.engine] = optional_json(utilisation(s, entry));
  }
  out["utilisation"] = use;
  json predictions = json::array();
  for (const ImageOutcome& image : s.outcome->images) predictions.push_back(image.predicted);
  out["predictions"] = predictions;
  // A file name may hold bytes that are no UTF-8.
  return out.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace xpike::cli
