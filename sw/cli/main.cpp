// SPDX-License-Identifier: Apache-2.0
// The `xpike` command. Exit codes: 0 done, 1 engines disagree, 2 unusable input (one line on
// standard error names what and where), 3 fault of the program, 130 interrupted.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <system_error>
#include <vector>

#include "cli/interrupt.hpp"
#include "cli/requests.hpp"
#include "model/error.hpp"

namespace {

using namespace xpike::cli;

constexpr int kUnusable = 2;
constexpr int kFault = 3;
constexpr int kInterruptedCode = 130;

int complain(const char* message, int code) {
  fmt::print(stderr, "xpike: {}\n", message);
  return code;
}

// What CLI11 says about an argument, as one line of ours.
int complain(const CLI::ParseError& error) {
  return complain(xpike::Error("command line", "arguments", error.what()).what(), kUnusable);
}

// CLI11 would let numbers that are too large pass as the largest one.
std::int64_t parse_integer(const std::string& option, const std::string& text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, code] = std::from_chars(text.data(), end, value);
  if (code == std::errc() && rest == end) return value;
  throw xpike::Error("command line", option,
                     fmt::format("'{}' is not an integer of at most 63 bits", text));
}

// Target is std::int64_t or an optional one.
template <class Target>
void add_integer(CLI::App& command, const std::string& option, Target& target,
                 const std::string& help) {
  command
      .add_option_function<std::string>(
          option,
          [option, &target](const std::string& text) { target = parse_integer(option, text); },
          help)
      ->type_name("INT");
}

// An option that may be repeated.
void add_integers(CLI::App& command, const std::string& option, std::vector<std::int64_t>& target,
                  const std::string& help) {
  command
      .add_option_function<std::vector<std::string>>(
          option,
          [option, &target](const std::vector<std::string>& texts) {
            for (const std::string& text : texts) target.push_back(parse_integer(option, text));
          },
          help)
      ->type_name("INT");
}

EngineChoice parse_engine(const std::string& text) {
  for (const auto choice :
       {EngineChoice::kReference, EngineChoice::kRtl, EngineChoice::kBoth, EngineChoice::kDriver}) {
    if (text == to_text(choice)) return choice;
  }
  throw xpike::Error("command line", "--engine",
                     fmt::format("'{}' is not one of reference, rtl, both, driver", text));
}

void add_run(CLI::App& app, RunRequest& request) {
  CLI::App* run = app.add_subcommand("run", "Run a model on images and report what happened");
  run->add_option("--model", request.model, "Model file (safetensors)");
  run->add_option("--data", request.data,
                  "Folder with images.npy, labels.npy and split.json, or with MNIST's IDX files, "
                  "or one .npy file of images");
  run->add_option("--split", request.split,
                  "Split of the folder, or 'all' (default: test where the folder has splits)");
  add_integer(*run, "--limit", request.limit, "Run at most this many images");
  add_integer(*run, "--random-model", request.random_model,
              "In place of files: a random model of the configuration's size and random images, "
              "both from this seed, with spike rates of 0.1 to 0.3");
  add_integer(*run, "--tokens", request.tokens, "Tokens of the random model (default: as built)");
  add_integer(*run, "--images", request.images, "Random images (default 1)");
  run->add_option_function<std::string>(
      "--engine", [&request](const std::string& text) { request.engine = parse_engine(text); },
      "reference: software model (default); rtl: simulated chip; both: compare them; driver: a "
      "chip "
      "behind its host interface or its UART");
  run->add_option("--transport", request.transport,
                  "How the driver reaches its chip: sim (default) or uart-sim (simulated, behind "
                  "AXI or a UART), mmap:FILE[@OFFSET] (registers in memory), uart:DEVICE[@RATE] "
                  "(serial device, default 115200 bits per second)");
  run->add_flag("--calibrate", request.calibrate,
                "Drift compensation of the driver's chip: a baseline pass after loading, a "
                "calibration pass before the first image; reports sums and gains");
  add_integer(*run, "--vectors", request.vectors,
              fmt::format("Vectors of a calibration pass (default {})",
                          xpike::reference::kCalibrationVectors));
  add_integer(*run, "--density", request.density,
              fmt::format("Rows driven by a vector, in 256ths (default {})",
                          xpike::reference::kCalibrationDensity));
  run->add_option("--age", request.age,
                  "Between the two passes, load the conductances of PCM devices this many seconds "
                  "after programming");
  add_integer(*run, "--steps", request.steps, "Time steps (default: the model's)");
  add_integer(*run, "--seed", request.seed, "Seed of the random streams (default 1)");
  run->add_option("--config", request.config, "Configuration (default: the first that fits)");
  add_integer(*run, "--threads", request.threads, "Images run at the same time (default 1)");
  add_integer(*run, "--clock-hz", request.clock_hz,
              "Clock of the latency in Hz (default 200000000)");
  run->add_flag("--final-scores", request.final_scores,
                "Read out the scores after the last time step only, which is quicker where there "
                "are many classes");
  run->add_option("--json", request.json, "Write the results to this file");
  run->add_option("--scores", request.scores,
                  "Write the scores after every time step, int32 [image][step][class], to this "
                  ".npy; with --final-scores, one step");
  run->add_option("--dump-spikes", request.dump_spikes, "Write every tensor into this new folder");
  run->add_option("--wave", request.wave,
                  "Write a waveform (FST) of the chip running the first image");
  run->add_option("--timeline", request.timeline,
                  "Write what every engine of the chip does with the first image, as a trace for "
                  "chrome://tracing or ui.perfetto.dev (JSON)");
  add_integer(*run, "--timeline-clock", request.timeline_clock,
              "Clock of the trace's times in MHz (default: --clock-hz)");
}

void add_golden(CLI::App& app, GoldenRequest& request) {
  CLI::App* golden = app.add_subcommand(
      "golden", "Write packets, registers, random bytes and every tensor of a few images");
  golden->add_option("--model", request.model, "Model file (safetensors)")->required();
  golden->add_option("--data", request.data, "Data folder, or one .npy file")->required();
  golden->add_option("--split", request.split, "Split of the folder, or 'all'");
  add_integer(*golden, "--images", request.images, "How many, from the first (default 2)");
  add_integer(*golden, "--steps", request.steps, "Time steps (default: the model's)");
  add_integer(*golden, "--seed", request.seed, "Seed of the random streams (default 1)");
  golden->add_option("--config", request.config, "Configuration (default: the first that fits)");
  golden->add_option("folder", request.folder, "New folder for the files")->required();
}

void add_pack(CLI::App& app, PackRequest& request) {
  CLI::App* pack = app.add_subcommand("pack", "Write a model as a bundle for the driver");
  pack->add_option("--model", request.model, "Model file (safetensors)")->required();
  pack->add_option("--config", request.config, "Configuration (default: the first that fits)");
  pack->add_option("--out", request.out, "The bundle")->required();
}

void add_inspect(CLI::App& app, InspectRequest& request) {
  CLI::App* inspect = app.add_subcommand("inspect", "Describe a model and its place on the chip");
  inspect->add_option("model", request.model, "Model file (safetensors)")->required();
  inspect->add_option("--config", request.config, "Configuration (default: the first that fits)");
  inspect->add_option("--json", request.json, "Write the description to this file");
}

void add_serve(CLI::App& app, ServeRequest& request) {
  CLI::App* serve = app.add_subcommand(
      "serve",
      "Simulate a chip behind a UART: prints the serial device to which it is connected, "
      "and runs until it is interrupted");
  serve->add_option("--config", request.config, "Configuration")->required();
}

void add_configs(CLI::App& app, ConfigsRequest& request) {
  CLI::App* list = app.add_subcommand("configs", "List the configurations of the chip");
  list->add_flag("--json", request.json, "Print JSON");
}

void add_energy(CLI::App& app, EnergyRequest& request) {
  CLI::App* energy = app.add_subcommand(
      "energy", "Estimate energy, latency and area of an image, and energies of other hardware");
  energy->add_option("--config", request.config, "Configuration")->required();
  energy->add_option("--run", request.run, "Report of `run --json`: events that were counted");
  energy->add_option("--rate", request.rate,
                     "Without --run: spike rate of every tensor, 0..1 (default 0.2)");
  energy->add_option("--rates", request.rates,
                     "Without --run: report of a run, of any configuration, that has these rates");
  add_integer(*energy, "--tokens", request.tokens, "Without --run: tokens (default: as built)");
  add_integer(*energy, "--steps", request.steps, "Without --run: time steps (default: as built)");
  add_integer(*energy, "--inputs", request.inputs,
              "Values of a token of the network without spikes (default: input rows as built)");
  energy->add_option("--converter", request.converter, "mlsa (default) or sar");
  add_integer(*energy, "--bits", request.bits, "Bits of the converters, 4..8 (default 5)");
  add_integer(*energy, "--score-bytes", request.score_bytes,
              "Random bytes that the cells of a tile share (default: one per key, as built)");
  add_integer(*energy, "--node", request.node, "45 (default), 32 or 22 nm");
  energy->add_option("--set", request.set, "field=value: another size than the configuration's");
  energy->add_option("--units", request.units,
                     "Table of unit energies (default configs/energy/units.json)");
  energy->add_option("--json", request.json, "Write the estimate to this file");
}

void add_drift(CLI::App& app, DriftRequest& request) {
  CLI::App* drift = app.add_subcommand(
      "drift", "Accuracy on chips of PCM devices, from a second to a year after programming");
  drift->add_option("--model", request.models, "Model file; repeat it to compare models")
      ->required();
  drift->add_option("--data", request.data, "Data folder with labels")->required();
  drift->add_option("--split", request.split, "Split of the folder, or 'all'");
  add_integer(*drift, "--limit", request.limit, "Run at most this many images");
  add_integer(*drift, "--steps", request.steps, "Time steps (default: the model's)");
  add_integer(*drift, "--seed", request.seed, "Seed of the random streams (default 1)");
  drift->add_option("--config", request.config, "Configuration (default: the first that fits)");
  add_integer(*drift, "--chips", request.chips, "Chips, each with devices of its own (default 5)");
  add_integer(*drift, "--vectors", request.vectors, "Vectors of a calibration (default 64)");
  add_integer(*drift, "--pairs", request.pairs, "Device pairs per weight (default 1)");
  add_integer(*drift, "--pulses", request.pulses,
              "Programming pulses a device may get, with a look after each (default 1)");
  drift->add_option(
      "--compensation", request.compensation,
      "none, gain, thresholds or gain+thresholds; repeat it to compare (default: none "
      "and gain)");
  drift->add_option_function<std::string>(
      "--engine",
      [&request](const std::string& text) {
        request.engine = parse_engine(text);
        if (request.engine == EngineChoice::kReference || request.engine == EngineChoice::kBoth) {
          return;
        }
        throw xpike::Error("command line", "--engine",
                           fmt::format("'{}' is not one of reference, both", text));
      },
      "reference (default); both: also calibrate the simulated chip at every age and compare "
      "sums, gains, spikes and scores");
  drift->add_option("--stuck-low", request.stuck_low, "Share of devices stuck at 0");
  drift->add_option("--stuck-high", request.stuck_high, "Share of devices stuck at 25 uS");
  add_integer(*drift, "--threads", request.threads, "Images run at the same time (default 1)");
  drift->add_option("--json", request.json, "Write the results to this file");
}

void add_calibrate(CLI::App& app, CalibrateRequest& request) {
  CLI::App* calibrate = app.add_subcommand(
      "calibrate", "How near drift compensation comes to what conductances have really lost");
  calibrate->add_option("--model", request.models, "Model file; repeat it for several models")
      ->required();
  calibrate->add_option("--config", request.config, "Configuration (default: the first that fits)");
  add_integer(*calibrate, "--chips", request.chips,
              "Chips, each with devices and vectors of its own (default 5)");
  add_integers(*calibrate, "--vectors", request.vectors,
               fmt::format("Vectors of a pass; repeat it to compare (default {})",
                           xpike::reference::kCalibrationVectors));
  add_integers(*calibrate, "--density", request.densities,
               fmt::format("Rows driven by a vector, in 256ths; repeat it to compare (default {})",
                           xpike::reference::kCalibrationDensity));
  add_integer(*calibrate, "--seed", request.seed, "Seed of the vectors of chip 1 (default 1)");
  calibrate->add_option("--json", request.json, "Write the results to this file");
}

void add_faults(CLI::App& app, FaultsRequest& request) {
  CLI::App* faults = app.add_subcommand(
      "faults", "Accuracy with stuck devices, other converters, stuck random bits, lost spikes");
  faults->add_option("--model", request.model, "Model file (safetensors)")->required();
  faults->add_option("--data", request.data, "Data folder with labels")->required();
  faults->add_option("--split", request.split, "Split of the folder, or 'all'");
  add_integer(*faults, "--limit", request.limit, "Run at most this many images");
  add_integer(*faults, "--steps", request.steps, "Time steps (default: the model's)");
  faults->add_option("--config", request.config, "Configuration (default: the first that fits)");
  add_integer(*faults, "--chips", request.chips,
              "Chips, each with faults and random streams of its own (default 5)");
  add_integer(*faults, "--threads", request.threads, "Images run at the same time (default 1)");
  faults->add_option("--json", request.json, "Write the results to this file");
}

void add_sweep(CLI::App& app, SweepRequest& request) {
  CLI::App* sweep = app.add_subcommand(
      "sweep-steps", "Accuracy over the encoding length, beside that with a perfect generator");
  sweep->add_option("--model", request.model, "Model file (safetensors)")->required();
  sweep->add_option("--data", request.data, "Data folder with labels")->required();
  sweep->add_option("--split", request.split, "Split of the folder, or 'all'");
  add_integer(*sweep, "--limit", request.limit, "Run at most this many images");
  add_integer(*sweep, "--max-steps", request.max_steps,
              "Largest number of time steps (default 12, or the configuration's)");
  add_integer(*sweep, "--seeds", request.seeds, "Seeds of the random streams, 1.. (default 5)");
  sweep->add_option("--config", request.config, "Configuration (default: the first that fits)");
  add_integer(*sweep, "--threads", request.threads, "Images run at the same time (default 1)");
  sweep->add_option("--json", request.json, "Write the results to this file");
}

int dispatch(int argc, char** argv) {
  CLI::App app{"Xpikeformer: a hardware implementation of spiking transformers", "xpike"};
  app.require_subcommand(1);
  RunRequest run;
  GoldenRequest golden;
  PackRequest pack;
  InspectRequest inspect;
  DriftRequest drift;
  CalibrateRequest calibrate;
  FaultsRequest faults;
  SweepRequest sweep;
  EnergyRequest energy;
  ServeRequest serve;
  ConfigsRequest list;
  add_run(app, run);
  add_golden(app, golden);
  add_pack(app, pack);
  add_inspect(app, inspect);
  add_drift(app, drift);
  add_calibrate(app, calibrate);
  add_faults(app, faults);
  add_sweep(app, sweep);
  add_energy(app, energy);
  add_serve(app, serve);
  add_configs(app, list);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::CallForAllHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    return complain(error);
  }
  if (app.got_subcommand("run")) return run_command(run);
  if (app.got_subcommand("golden")) return golden_command(golden);
  if (app.got_subcommand("pack")) return pack_command(pack);
  if (app.got_subcommand("inspect")) return inspect_command(inspect);
  if (app.got_subcommand("energy")) return energy_command(energy);
  if (app.got_subcommand("drift")) return drift_command(drift);
  if (app.got_subcommand("calibrate")) return calibrate_command(calibrate);
  if (app.got_subcommand("faults")) return faults_command(faults);
  if (app.got_subcommand("sweep-steps")) return sweep_command(sweep);
  if (app.got_subcommand("serve")) return serve_command(serve);
  return configs_command(list);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const int code = dispatch(argc, argv);
    // A full disk behind standard output shows only here.
    if (std::fflush(stdout) != 0)
      throw xpike::Error("standard output", "file", "cannot be written");
    return code;
  } catch (const xpike::Error& error) {
    return complain(error.what(), kUnusable);
  } catch (const Interrupted& error) {
    return complain(error.what(), kInterruptedCode);
  } catch (const std::bad_alloc&) {
    return complain("memory: size: the input needs more memory than there is", kUnusable);
  } catch (const std::exception& error) {
    return complain(xpike::Error("program", "fault", error.what()).what(), kFault);
  }
}
