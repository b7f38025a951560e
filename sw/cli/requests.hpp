// SPDX-License-Identifier: Apache-2.0
// What the command line asks for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/calibration.hpp"

namespace xpike::cli {

enum class EngineChoice : std::uint8_t { kReference, kRtl, kBoth, kDriver };
std::string_view to_text(EngineChoice choice);

inline constexpr std::int64_t kMaxThreads = 256;
inline constexpr std::int64_t kMaxChips = 1000;
inline constexpr std::int64_t kUsualClockHz = 200'000'000;

struct RunRequest {
  std::optional<std::filesystem::path> model;
  std::optional<std::filesystem::path> data;
  std::optional<std::string> split;
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> random_model;  // seed of model and images, in place of files
  std::optional<std::int64_t> tokens;        // of the random model
  std::optional<std::int64_t> images;        // random ones
  EngineChoice engine = EngineChoice::kReference;
  std::optional<std::string> transport;  // of the driver; default: the simulated chip
  bool calibrate = false;                // the driver's chip
  std::optional<std::int64_t> vectors;   // of a calibration pass
  std::optional<std::int64_t> density;   // of its vectors, in 256ths
  std::optional<double> age;             // s since programming, of PCM devices
  std::optional<std::int64_t> steps;
  std::int64_t seed = 1;
  std::optional<std::string> config;
  std::int64_t threads = 1;
  std::int64_t clock_hz = kUsualClockHz;
  bool final_scores = false;
  std::optional<std::filesystem::path> json;
  std::optional<std::filesystem::path> scores;
  std::optional<std::filesystem::path> dump_spikes;
  std::optional<std::filesystem::path> wave;
  std::optional<std::filesystem::path> timeline;
  std::optional<std::int64_t> timeline_clock;  // MHz; default: clock_hz

  bool uses_reference() const {
    return engine == EngineChoice::kReference || engine == EngineChoice::kBoth;
  }
  bool uses_rtl() const { return engine == EngineChoice::kRtl || engine == EngineChoice::kBoth; }
  bool uses_driver() const { return engine == EngineChoice::kDriver; }
};

struct PackRequest {
  std::filesystem::path model;
  std::optional<std::string> config;
  std::filesystem::path out;
};

struct InspectRequest {
  std::filesystem::path model;
  std::optional<std::string> config;
  std::optional<std::filesystem::path> json;
};

struct GoldenRequest {
  std::filesystem::path model;
  std::filesystem::path data;
  std::filesystem::path folder;  // new or empty
  std::optional<std::string> split;
  std::int64_t images = 2;
  std::optional<std::int64_t> steps;
  std::int64_t seed = 1;
  std::optional<std::string> config;
};

struct DriftRequest {
  std::vector<std::filesystem::path> models;
  std::filesystem::path data;
  std::optional<std::string> split;
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> steps;  // default: the first model's
  std::int64_t seed = 1;              // of the random streams
  std::optional<std::string> config;
  std::int64_t chips = 5;
  std::int64_t vectors = reference::kCalibrationVectors;  // of a calibration pass
  std::int64_t pairs = 1;                                 // of devices, per weight
  std::int64_t pulses = 1;                                // of the programming
  std::vector<std::string> compensation;                  // default: none and gain
  double stuck_low = 0.0;
  double stuck_high = 0.0;
  EngineChoice engine = EngineChoice::kReference;  // or kBoth
  std::int64_t threads = 1;
  std::optional<std::filesystem::path> json;
};

struct CalibrateRequest {
  std::vector<std::filesystem::path> models;
  std::optional<std::string> config;
  std::int64_t chips = 5;
  std::vector<std::int64_t> vectors;    // of a pass; default: reference::kCalibrationVectors
  std::vector<std::int64_t> densities;  // in 256ths; default: reference::kCalibrationDensity
  std::int64_t seed = 1;                // of the vectors of chip 1
  std::optional<std::filesystem::path> json;
};

struct FaultsRequest {
  std::filesystem::path model;
  std::filesystem::path data;
  std::optional<std::string> split;
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> steps;  // default: the model's
  std::optional<std::string> config;
  std::int64_t chips = 5;
  std::int64_t threads = 1;
  std::optional<std::filesystem::path> json;
};

struct SweepRequest {
  std::filesystem::path model;
  std::filesystem::path data;
  std::optional<std::string> split;
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> max_steps;  // default: 12, or the configuration's
  std::optional<std::string> config;
  std::int64_t seeds = 5;
  std::int64_t threads = 1;
  std::optional<std::filesystem::path> json;
};

struct EnergyRequest {
  std::string config;
  std::optional<std::filesystem::path> run;    // report of `xpike run --json`
  std::optional<double> rate;                  // of every tensor, without a run
  std::optional<std::filesystem::path> rates;  // report of a run that has these rates
  std::optional<std::int64_t> tokens;
  std::optional<std::int64_t> steps;
  std::optional<std::int64_t> inputs;  // values of a token of the network without spikes
  std::string converter = "mlsa";
  std::int64_t bits = 5;
  std::int64_t score_bytes = 0;  // 0: as built
  std::int64_t node = 45;        // nm
  std::vector<std::string> set;  // "field=value": another size than the configuration's
  std::filesystem::path units = "configs/energy/units.json";
  std::optional<std::filesystem::path> json;
};

struct ServeRequest {
  std::string config;
};

struct ConfigsRequest {
  bool json = false;
};

// Throws Error("command line", option, ...) for a value outside low..high.
void require_range(std::int64_t value, std::int64_t low, std::int64_t high, const char* option);

// Each returns the exit code: 0, or 1 if engines disagree. Throws Error for unusable input.
int run_command(const RunRequest& request);
int golden_command(const GoldenRequest& request);
int pack_command(const PackRequest& request);
int inspect_command(const InspectRequest& request);
int drift_command(const DriftRequest& request);
int calibrate_command(const CalibrateRequest& request);
int faults_command(const FaultsRequest& request);
int sweep_command(const SweepRequest& request);
int energy_command(const EnergyRequest& request);
int serve_command(const ServeRequest& request);  // until it is interrupted
int configs_command(const ConfigsRequest& request);

}  // namespace xpike::cli
