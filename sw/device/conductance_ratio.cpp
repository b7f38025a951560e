// SPDX-License-Identifier: Apache-2.0
#include "device/conductance_ratio.hpp"

#include <cstdlib>

namespace xpike::device {
namespace {

struct Sums {
  double fresh = 0.0;
  double aged = 0.0;
  double squares = 0.0;   // fresh * fresh
  double products = 0.0;  // fresh * aged
};

}  // namespace

std::vector<std::vector<ConductanceRatio>> conductance_ratios(const Network& fresh,
                                                              const Network& aged) {
  std::vector<const Matrix*> later;
  for_each_matrix(aged, [&](const std::string&, const Matrix& m, bool) { later.push_back(&m); });
  std::vector<std::vector<ConductanceRatio>> ratios;
  for_each_matrix(fresh, [&](const std::string&, const Matrix& matrix, bool is_head) {
    const Matrix& now = *later.at(ratios.size());
    std::vector<Sums> blocks(is_head ? 1 : matrix.gain.size());
    for (int o = 0; o < matrix.out; ++o) {
      Sums& sums = blocks[is_head ? 0 : static_cast<std::size_t>(o / fresh.array_cols)];
      for (int i = 0; i < matrix.in; ++i) {
        const double before = matrix.cell_at(o, i);
        const double after = now.cell_at(o, i);
        sums.fresh += std::abs(before);
        sums.aged += std::abs(after);
        sums.squares += before * before;
        sums.products += before * after;
      }
    }
    auto& out = ratios.emplace_back();
    for (const Sums& s : blocks) out.push_back({s.aged / s.fresh, s.products / s.squares});
  });
  return ratios;
}

}  // namespace xpike::device
