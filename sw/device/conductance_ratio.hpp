// SPDX-License-Identifier: Apache-2.0
// What is left of the conductances of every row block, from the conductances themselves: what a
// calibration pass (docs/numerics.md, section 11) estimates with random vectors.
#pragma once

#include <vector>

#include "model/network.hpp"

namespace xpike::device {

// Aged over fresh, of the cells c = g+ - g- of a row block; 1.0: nothing has changed. NaN without
// fresh conductance.
struct ConductanceRatio {
  double sums = 0.0;  // sum |c aged| / sum |c fresh|
  double fit = 0.0;   // the factor r of which r * c fresh comes nearest to c aged (least squares)
};

// Of every matrix in the order of for_each_matrix; the row blocks of the head, which have one gain,
// are one. The networks are the same but for their devices.
std::vector<std::vector<ConductanceRatio>> conductance_ratios(const Network& fresh,
                                                              const Network& aged);

}  // namespace xpike::device
