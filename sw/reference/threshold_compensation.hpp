// SPDX-License-Identifier: Apache-2.0
// Drift compensation behind the converters, in place of or in addition to their gain: the threshold
// and the bias of every neuron follow what its own column has lost. A study; the chip's own
// compensation is calibration.hpp.
#pragma once

#include <cstdint>
#include <vector>

#include "model/network.hpp"
#include "reference/calibration.hpp"

namespace xpike::reference {

// Sums of |code| of every column of every matrix, in the order of for_each_matrix.
using ColumnSums = std::vector<std::vector<std::uint32_t>>;
ColumnSums measure_columns(const Network& network, const Calibration& pass);

// Scales thresholds and biases by the ratio of the present sum of their column to that of sums0,
// rounded to the nearest integer of their range. Columns without a sum in either stay as they are,
// and so does the head, whose scores have no threshold.
void compensate_thresholds(Network& network, const Calibration& pass, const ColumnSums& sums0);

}  // namespace xpike::reference
