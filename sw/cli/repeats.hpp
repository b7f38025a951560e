// SPDX-License-Identifier: Apache-2.0
// Right answers of several repeats (chips, seeds of random streams) on the same images, and what
// they say about the mean over all chips and all images of the kind.
#pragma once

#include <cstdint>
#include <vector>

namespace xpike::cli {

using Answers = std::vector<std::uint8_t>;  // [image], 1 if right
using Repeats = std::vector<Answers>;       // [repeat], all of the same images

double share(const Answers& answers);
std::vector<double> shares(const Repeats& repeats);

struct Estimate {
  double mean = 0.0;
  double half_interval = 0.0;  // of 95 %
};

// Images and repeats are two independent samples: the variance of the mean is that of the images'
// means over their number plus that of the repeats' means over theirs, a little more than it is.
Estimate estimate(const Repeats& repeats);

// Of a minus b, image by image and repeat by repeat. Throws std::invalid_argument for other sizes.
Estimate difference(const Repeats& a, const Repeats& b);

}  // namespace xpike::cli
