// SPDX-License-Identifier: Apache-2.0
// The blocks of one time step in the order in which the attention engine works on them.
#pragma once

#include <vector>

namespace xpike::tb {

struct Block {
  int row = 0;  // number of the row block, of the key block
  int key = 0;
  bool first = true;  // key block of its row block
  bool last = true;
};

inline int block_count(int tokens, int tile) { return (tokens + tile - 1) / tile; }

/// Blocks that the tokens of a run need, rows outer; with a causal mask none above the diagonal.
inline std::vector<Block> block_walk(int tokens, int tile, bool causal) {
  std::vector<Block> walk;
  const int blocks = block_count(tokens, tile);
  for (int row = 0; row < blocks; ++row) {
    const int keys = causal ? row + 1 : blocks;
    for (int key = 0; key < keys; ++key) walk.push_back({row, key, key == 0, key == keys - 1});
  }
  return walk;
}

}  // namespace xpike::tb
