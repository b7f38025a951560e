// SPDX-License-Identifier: Apache-2.0
#include "energy/design.hpp"

#include <algorithm>

#include "model/network.hpp"

namespace xpike::energy {

std::string_view to_text(Converter converter) {
  return converter == Converter::kSar ? "sar" : "mlsa";
}

std::array<Stage, kStages> stages_of(const Config& c) {
  const auto stage = [&](std::string_view name, std::string_view output, int in, int out,
                         int copies) {
    return Stage{
        name, output, in, out, copies, ceil_div(in, c.array_rows), ceil_div(out, c.array_cols)};
  };
  return {
      stage("embed", "embed", c.input_rows, c.dim, 1), stage("q", "q", c.dim, c.dim, c.depth),
      stage("k", "k", c.dim, c.dim, c.depth),          stage("v", "v", c.dim, c.dim, c.depth),
      stage("proj", "proj", c.dim, c.dim, c.depth),    stage("ff1", "ff1", c.dim, c.ff, c.depth),
      stage("ff2", "ff2", c.ff, c.dim, c.depth),       stage("head", "", c.dim, c.classes, 1)};
}

int mux_steps(const Config& config) { return ceil_div(config.array_cols, config.converters); }

int score_planes(const Config& config) { return std::max(1, ceil_log2(config.head_dim)); }

}  // namespace xpike::energy
