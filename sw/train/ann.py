# SPDX-License-Identifier: Apache-2.0
"""Equal-size ordinary transformer for comparison: same tokens, width, depth, heads and FF size."""
from __future__ import annotations

import torch
from torch import Tensor, nn

from sw.train.network import Draws
from sw.train.options import Shape


class Block(nn.Module):
    """Pre-norm transformer block with softmax attention and GELU. `hidden` masks keys, [n, n], of queries."""

    def __init__(self, dim: int, heads: int, ff: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.qkv, self.proj = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.ff = nn.Sequential(nn.Linear(dim, ff), nn.GELU(), nn.Linear(ff, dim))

    def forward(self, x: Tensor, hidden: Tensor | None = None) -> Tensor:
        batch, tokens, dim = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(batch, tokens, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5
        if hidden is not None:
            scores = scores.masked_fill(hidden, -torch.inf)
        weights = torch.softmax(scores, dim=-1)
        x = x + self.proj((weights @ v).transpose(1, 2).reshape(batch, tokens, dim))
        return x + self.ff(self.norm2(x))


class Ann(nn.Module):
    """Pixel counts [B, tokens, pixels] -> logits; steps and draws are ignored."""

    def __init__(self, shape: Shape, input_exponent: int) -> None:
        super().__init__()
        self.scale = 2.0 ** -input_exponent
        pixels = shape.input_rows - shape.tokens
        self.embed = nn.Linear(pixels, shape.dim)
        self.position = nn.Parameter(torch.randn(shape.tokens, shape.dim) * 0.02)
        self.blocks = nn.Sequential(*(Block(shape.dim, shape.heads, shape.ff) for _ in range(shape.depth)))
        self.norm = nn.LayerNorm(shape.dim)
        self.head = nn.Linear(shape.dim, shape.classes)

    def forward(self, counts: Tensor, steps: int, draws: Draws) -> Tensor:
        x = self.embed(counts * self.scale) + self.position
        return self.head(self.norm(self.blocks(x)).mean(dim=1))
