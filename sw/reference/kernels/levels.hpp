// SPDX-License-Identifier: Apache-2.0
// The levels that this build has. Only simd_level.cpp chooses among them.
#pragma once

#include "reference/kernels/kernels.hpp"

namespace xpike::reference {

extern const Kernels kPortableKernels;
#ifdef XPIKE_X86_LEVELS
extern const Kernels kAvx2Kernels;    // needs AVX2 and POPCNT
extern const Kernels kAvx512Kernels;  // needs AVX-512 F, BW, VL, VPOPCNTDQ, VBMI, VBMI2 and GFNI
#endif

}  // namespace xpike::reference
