// SPDX-License-Identifier: Apache-2.0
#include "reference/residual.hpp"

namespace xpike::reference {
namespace {

template <Residual kind>
void combine(SpikeTensor& x, const SpikeTensor& branch) {
  const auto to = x.words();
  const auto from = branch.words();
  for (std::size_t w = 0; w < to.size(); ++w) to[w] = residual(kind, to[w], from[w]);
}

}  // namespace

SpikeTensor residual(Residual kind, const SpikeTensor& x, const SpikeTensor& branch) {
  SpikeTensor out = x;
  switch (kind) {
    case Residual::kIand:
      combine<Residual::kIand>(out, branch);
      break;
    case Residual::kOr:
      combine<Residual::kOr>(out, branch);
      break;
    case Residual::kXor:
      combine<Residual::kXor>(out, branch);
      break;
  }
  return out;
}

}  // namespace xpike::reference
