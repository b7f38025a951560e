// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include "cli/accuracy.hpp"
#include "cli/interrupt.hpp"
#include "cli/progress.hpp"
#include "cli/requests.hpp"
#include "cli/statistics.hpp"
#include "model/file_io.hpp"
#include "model/fit.hpp"
#include "model/model_file.hpp"

namespace xpike::cli {
namespace {

using nlohmann::json;
using reference::Randomness;

constexpr std::int64_t kMaxSeeds = 1000;
constexpr int kUsualMaxSteps = 12;

// Accuracies of all seeds at one encoding length.
struct Point {
  int steps = 0;
  std::vector<double> lanes;
  std::vector<double> perfect;

  double difference() const { return spread(lanes).mean - spread(perfect).mean; }
  // Half of the 95 % interval of the difference, from the scatter between seeds.
  double half_interval() const {
    const auto n = static_cast<double>(lanes.size());
    return kNormal95 *
           std::sqrt((square(spread(lanes).deviation) + square(spread(perfect).deviation)) / n);
  }
  bool agrees() const { return std::abs(difference()) <= half_interval(); }

 private:
  static double square(double x) { return x * x; }
};

json points_json(const std::vector<Point>& points, std::vector<double> Point::*values) {
  std::vector<std::vector<double>> accuracies;
  accuracies.reserve(points.size());
  for (const Point& point : points) accuracies.push_back(point.*values);
  return accuracies_json(accuracies);
}

std::string document(const SweepRequest& request, const Evaluation& evaluation,
                     const std::vector<Point>& points, const std::string& split) {
  json steps = json::array();
  json differences = json::array();
  json intervals = json::array();
  for (const Point& point : points) {
    steps.push_back(point.steps);
    differences.push_back(point.difference());
    intervals.push_back(point.half_interval());
  }
  const json result{{"model", request.model.string()},
                    {"data", request.data.string()},
                    {"split", split},
                    {"configuration", evaluation.config->name},
                    {"images", evaluation.images},
                    {"seeds", request.seeds},
                    {"steps", steps},
                    {"lanes", points_json(points, &Point::lanes)},
                    {"perfect", points_json(points, &Point::perfect)},
                    {"difference", differences},
                    {"difference_half_interval", intervals}};
  return result.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string table(const SweepRequest& request, const Evaluation& evaluation,
                  const std::vector<Point>& points, const std::string& split) {
  fmt::memory_buffer out;
  auto to = std::back_inserter(out);
  fmt::format_to(to,
                 "Accuracy in % of {} on {}, split {} ({} images), mean ± standard deviation over "
                 "{} seeds\n\n{:>4}{:>17}{:>21}{:>17}{:>9}\n",
                 request.model.string(), request.data.string(), split, evaluation.images,
                 request.seeds, "T", "lanes", "perfect generator", "difference", "agree");
  for (const Point& point : points) {
    fmt::format_to(to, "{:>4}{:>17}{:>21}{:>17}{:>9}\n", point.steps, percent_text(point.lanes),
                   percent_text(point.perfect),
                   points_text({point.difference(), point.half_interval()}),
                   point.agrees() ? "yes" : "no");
  }
  fmt::format_to(to, "\nagree: the difference lies within its 95 % interval, {} of {}\n",
                 std::ranges::count_if(points, &Point::agrees), points.size());
  return fmt::to_string(out);
}

}  // namespace

int sweep_command(const SweepRequest& request) {
  require_range(request.seeds, 2, kMaxSeeds, "--seeds");
  require_range(request.threads, 1, kMaxThreads, "--threads");
  const Network network = load_model(request.model);
  const Config& config = choose_config(request.config, network, request.model.string());
  const std::int64_t max_steps = request.max_steps.value_or(std::min(config.steps, kUsualMaxSteps));
  require_range(max_steps, 1, config.steps, "--max-steps");
  const std::string split = request.split.value_or(DataSet::default_split(request.data));
  const DataSet data(request.data, split);
  data.check(network, static_cast<int>(max_steps));
  const Evaluation evaluation =
      evaluation_of(config, data, request.data, request.limit, request.threads);
  if (request.limit) {
    require_range(*request.limit, 1, static_cast<std::int64_t>(data.size()), "--limit");
  }

  std::optional<AtomicFile> file;
  if (request.json) file.emplace(*request.json);
  watch_interrupts();
  std::vector<Point> points;
  {
    Progress progress(static_cast<std::size_t>(2 * max_steps * request.seeds));
    for (int steps = 1; steps <= max_steps; ++steps) {
      Point& point = points.emplace_back();
      point.steps = steps;
      for (std::int64_t seed = 1; seed <= request.seeds; ++seed) {
        const RunOptions options{steps, static_cast<std::uint32_t>(seed), false};
        point.lanes.push_back(accuracy(evaluation, network, options, Randomness::kLanes));
        progress.advance();
        point.perfect.push_back(accuracy(evaluation, network, options, Randomness::kPerfect));
        progress.advance();
      }
    }
  }
  if (file) {
    file->write(document(request, evaluation, points, split));
    file->commit();
  }
  fmt::print("{}", table(request, evaluation, points, split));
  return 0;
}

}  // namespace xpike::cli
