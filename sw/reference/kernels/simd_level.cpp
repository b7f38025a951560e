// SPDX-License-Identifier: Apache-2.0
#include "reference/kernels/simd_level.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "model/error.hpp"
#include "reference/kernels/levels.hpp"

namespace xpike::reference {
namespace {

constexpr const char* kVariable = "XPIKE_SIMD";

}  // namespace

std::vector<const Kernels*> available_kernels() {
  std::vector<const Kernels*> levels{&kPortableKernels};
#ifdef XPIKE_X86_LEVELS
  const auto has = [](bool supported, const Kernels& kernels, auto& to) {
    if (supported) to.push_back(&kernels);
  };
  has(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt"), kAvx2Kernels, levels);
  has(__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
          __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi") &&
          __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512vpopcntdq") &&
          __builtin_cpu_supports("gfni"),
      kAvx512Kernels, levels);
#endif
  return levels;
}

const Kernels& kernels_by_name(std::string_view name, std::string_view place) {
  const auto levels = available_kernels();
  const auto found =
      std::ranges::find_if(levels, [&](const Kernels* level) { return level->name == name; });
  if (found != levels.end()) return **found;
  std::string known;
  for (const Kernels* level : levels) known += std::string(known.empty() ? "" : ", ") + level->name;
  throw Error(place, "name",
              "'" + std::string(name) + "' is no level of this processor; there are: " + known);
}

const Kernels& default_kernels() {
  static const Kernels& chosen = [&]() -> const Kernels& {
    const char* const name = std::getenv(kVariable);  // read once, before threads could set it
    return name == nullptr
               ? *available_kernels().back()
               : kernels_by_name(name, std::string("environment variable ") + kVariable);
  }();
  return chosen;
}

}  // namespace xpike::reference
