// SPDX-License-Identifier: Apache-2.0
#include "reference/residual.hpp"

namespace xpike::reference {

SpikeTensor residual(Residual kind, const SpikeTensor& x, const SpikeTensor& branch) {
  SpikeTensor out(x.steps(), x.tokens(), x.features());
  for (int t = 0; t < x.steps(); ++t) {
    for (int n = 0; n < x.tokens(); ++n) {
      const auto a = x.row(t, n);
      const auto b = branch.row(t, n);
      const auto to = out.row(t, n);
      for (std::size_t w = 0; w < to.size(); ++w) to[w] = residual(kind, a[w], b[w]);
    }
  }
  return out;
}

}  // namespace xpike::reference
