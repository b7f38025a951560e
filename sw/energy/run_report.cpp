// SPDX-License-Identifier: Apache-2.0
// Events from the report of a run.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <xpike/registers.hpp>

#include "energy/activity.hpp"
#include "energy/design.hpp"
#include "model/error.hpp"
#include "model/file_io.hpp"
#include "model/network.hpp"
#include "model/strict_json.hpp"

namespace xpike::energy {
namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxFileSize = std::uint64_t{1} << 28;  // predictions of many images
constexpr double kMaxImages = 1e9;

// Sizes of the run, from events that must be multiples of each other.
class RunSizes {
 public:
  RunSizes(const Counts& counts, const Config& config, std::string_view place)
      : counts_(&counts), place_(place) {
    const auto stages = stages_of(config);
    const int token_steps = quotient("mvms_embed", stages[0].arrays * stages[0].blocks);
    depth = quotient("mvms_q", token_steps * stages[1].arrays * stages[1].blocks);
    if (depth > config.depth) fail("mvms_q", "more layers than the configuration has");
    steps = quotient("ssa_columns", depth * config.head_dim);
    if (steps > config.steps) fail("ssa_columns", "more time steps than the configuration has");
    if (token_steps % steps != 0) fail("mvms_embed", "no whole number of tokens");
    tokens = token_steps / steps;
    if (tokens > config.tokens) fail("mvms_embed", "more tokens than the configuration has");
    const int head = quotient("mvms_head", stages[7].arrays * stages[7].blocks);
    if (head % steps != 0) fail("mvms_head", "no whole number of tokens");
    selected = head / steps;
  }
  int tokens = 0, steps = 0, depth = 0, selected = 0;

 private:
  [[noreturn]] void fail(const std::string& event, const char* problem) const {
    throw Error(place_, "events." + event, problem);
  }
  int quotient(const std::string& event, int divisor) const {
    const auto found = counts_->find(event);
    if (found == counts_->end()) fail(event, "is missing or null");
    const double share = found->second / divisor;
    if (share < 1.0 || share > 1e9 || share != std::floor(share)) {
      fail(event, "does not suit the configuration");
    }
    return static_cast<int>(share);
  }
  const Counts* counts_;
  std::string_view place_;
};

Counts read_events(JsonReader events, double images) {
  Counts counts;
  for (const regs::EventInfo& info : regs::event_list) {
    const std::string name(info.name);
    if (!events.has(name)) continue;
    const json& value = events.any(name);
    if (value.is_null()) continue;  // not measured
    if (!value.is_number_unsigned()) {
      throw Error(events.place(), events.path_of(name), "is neither a count nor null");
    }
    counts[name] = static_cast<double>(value.get<std::uint64_t>()) / images;
  }
  return counts;
}

}  // namespace

RunActivity activity_of_run(const std::filesystem::path& file) {
  const std::string place = file.string();
  const Bytes bytes = read_file(file, kMaxFileSize);
  const json document =
      parse_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, place, "JSON");
  JsonReader report(document, place, "");
  const std::string wanted = report.text("configuration");
  const auto* found = std::ranges::find(configs, wanted, &Config::name);
  if (found == configs.end()) {
    throw Error(place, "configuration", fmt::format("'{}' is unknown", wanted));
  }
  const Config& config = *found;
  const int images = report.integer("images", 1, static_cast<int>(kMaxImages));
  const std::string engine = report.text("engine");
  Activity out;
  out.source = fmt::format("run of {} images, engine {}", images, engine);
  out.counts = read_events(report.object("events"), images);
  const RunSizes sizes(out.counts, config, place);
  out.tokens = sizes.tokens;
  out.steps = sizes.steps;
  out.depth = sizes.depth;
  out.measured_cycles = out.counts.count("cycles") > 0;
  out.measured_traffic = out.counts.count("qkv_read_bits") > 0;
  for (const auto& [name, count] :
       counts_of_sizes(config, sizes.tokens, sizes.steps, sizes.depth, sizes.selected)) {
    out.counts.emplace(name, count);
  }
  // Spike streams are read bit by bit in every time step, and nobody draws for them.
  const bool stream = out.at("draws_encoder") == 0.0;
  if (stream && !out.measured_traffic) {
    out.counts["input_read_bits"] = out.token_steps() * config.input_rows;
  }
  // What depends on spikes cannot be filled in.
  for (const auto& [name, unused] : assumed_activity(config, 1, 1, Rates{}, "").counts) {
    if (out.counts.count(name) == 0) throw Error(place, "events." + name, "is missing or null");
  }
  return {config, out};
}

}  // namespace xpike::energy
