// SPDX-License-Identifier: Apache-2.0
#include "model/tokenizer.hpp"

namespace xpike {

TokenImage tokenize(const PatchTokenizer& tokenizer, int input_rows,
                    const std::function<std::uint16_t(int y, int x)>& pixel) {
  TokenImage image(tokenizer.tokens(), input_rows);
  const int across = tokenizer.windows_across();
  for (int n = 0; n < image.tokens; ++n) {
    const int top = n / across * tokenizer.stride - tokenizer.pad;
    const int left = n % across * tokenizer.stride - tokenizer.pad;
    for (int row = 0; row < tokenizer.patch * tokenizer.patch; ++row) {
      const int y = top + row / tokenizer.patch;
      const int x = left + row % tokenizer.patch;
      const bool inside = y >= 0 && y < tokenizer.height && x >= 0 && x < tokenizer.width;
      if (inside) image.at(n, row) = pixel(y, x);
    }
  }
  return image;
}

}  // namespace xpike
