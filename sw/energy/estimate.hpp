// SPDX-License-Identifier: Apache-2.0
// Everything about one design and what it does, for people and for programs.
#pragma once

#include <string>

#include "energy/activity.hpp"
#include "energy/area.hpp"
#include "energy/baselines.hpp"
#include "energy/breakdown.hpp"
#include "energy/calibration.hpp"
#include "energy/latency.hpp"

namespace xpike::energy {

struct Estimate {
  Design design;
  Units units;
  Activity activity;
  Breakdown energy;
  Latency latency;
  Area area;
  OperationCounts operations;
  Breakdown ann_quant, ann_quant_aimc, snn_digi_opt;
  CalibrationCost calibration;  // of one pass; meaningless if the configuration has none
};

// inputs: values of a token of the network without spikes.
Estimate estimate(const Design& design, const Activity& activity, const Units& units, int inputs);

// A baseline's energy over ours: low is its low by our high, high its high by our low.
Range ratio(const Range& baseline, const Range& ours);

std::string estimate_table(const Estimate& estimate);
std::string estimate_json(const Estimate& estimate);

}  // namespace xpike::energy
