// SPDX-License-Identifier: Apache-2.0
// From an image to tokens (docs/numerics.md, tokenizer `patch`).
#pragma once

#include <functional>

#include "model/engine.hpp"
#include "model/network.hpp"

namespace xpike {

// pixel(y, x) is called for pixels inside the image only; padding is 0.
TokenImage tokenize(const PatchTokenizer& tokenizer, int input_rows,
                    const std::function<std::uint16_t(int y, int x)>& pixel);

}  // namespace xpike
