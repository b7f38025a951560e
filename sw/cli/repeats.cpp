// SPDX-License-Identifier: Apache-2.0
#include "cli/repeats.hpp"

#include <cmath>
#include <cstddef>
#include <functional>
#include <stdexcept>

#include "cli/statistics.hpp"

namespace xpike::cli {
namespace {

double squared_error(const std::vector<double>& means) {
  const double deviation = spread(means).deviation;
  return deviation * deviation / static_cast<double>(means.size());
}

// Estimate from one value for every repeat and image.
Estimate two_way(std::size_t repeats, std::size_t images,
                 const std::function<double(std::size_t, std::size_t)>& value) {
  std::vector<double> by_repeat(repeats, 0.0);
  std::vector<double> by_image(images, 0.0);
  for (std::size_t r = 0; r < repeats; ++r) {
    for (std::size_t i = 0; i < images; ++i) {
      by_repeat[r] += value(r, i) / static_cast<double>(images);
      by_image[i] += value(r, i) / static_cast<double>(repeats);
    }
  }
  return {spread(by_repeat).mean,
          kNormal95 * std::sqrt(squared_error(by_repeat) + squared_error(by_image))};
}

}  // namespace

double share(const Answers& answers) {
  std::size_t right = 0;
  for (const std::uint8_t answer : answers) right += answer;
  return static_cast<double>(right) / static_cast<double>(answers.size());
}

std::vector<double> shares(const Repeats& repeats) {
  std::vector<double> all;
  for (const Answers& answers : repeats) all.push_back(share(answers));
  return all;
}

Estimate estimate(const Repeats& repeats) {
  return two_way(repeats.size(), repeats.at(0).size(), [&](std::size_t r, std::size_t i) {
    return static_cast<double>(repeats[r].at(i));
  });
}

Estimate difference(const Repeats& a, const Repeats& b) {
  if (a.size() != b.size()) throw std::invalid_argument("other number of repeats");
  for (std::size_t r = 0; r < a.size(); ++r) {
    if (a[r].size() != b[r].size()) throw std::invalid_argument("other number of images");
  }
  return two_way(a.size(), a.at(0).size(), [&](std::size_t r, std::size_t i) {
    return static_cast<double>(int{a[r].at(i)} - int{b[r].at(i)});
  });
}

}  // namespace xpike::cli
