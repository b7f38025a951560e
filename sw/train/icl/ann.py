# SPDX-License-Identifier: Apache-2.0
"""Causal transformer of equal size: same tokens, width, depth, heads, FF width and mask."""
from __future__ import annotations

import torch
from torch import Tensor, nn

from sw.train.icl.network import FULL_EXPONENT, visible
from sw.train.icl.options import Recipe


class Block(nn.Module):
    """Pre-norm block with masked softmax attention and GELU."""

    def __init__(self, dim: int, heads: int, ff: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.qkv, self.proj = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.ff = nn.Sequential(nn.Linear(dim, ff), nn.GELU(), nn.Linear(ff, dim))

    def forward(self, x: Tensor, hidden: Tensor) -> Tensor:
        batch, tokens, dim = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(batch, tokens, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        scores = (q @ k.transpose(-1, -2)) * q.shape[-1] ** -0.5
        weights = torch.softmax(scores.masked_fill(hidden, -torch.inf), dim=-1)
        x = x + self.proj((weights @ v).transpose(1, 2).reshape(batch, tokens, dim))
        return x + self.ff(self.norm2(x))


class IclAnn(nn.Module):
    """Counts [B, pilots + queries, rows] -> logits [B, queries, classes]; steps and generator are ignored."""

    def __init__(self, recipe: Recipe) -> None:
        super().__init__()
        self.embed = nn.Linear(recipe.coding.rows, recipe.dim)
        self.blocks = nn.ModuleList(Block(recipe.dim, recipe.heads, recipe.ff) for _ in range(recipe.depth))
        self.norm = nn.LayerNorm(recipe.dim)
        self.head = nn.Linear(recipe.dim, recipe.coding.classes)

    def forward(self, counts: Tensor, pilots: int, steps: int, generator: torch.Generator) -> Tensor:
        x = self.embed(counts * 2.0 ** -FULL_EXPONENT)
        hidden = visible(pilots, counts.shape[1] - pilots).to(counts.device) == 0
        for block in self.blocks:
            x = block(x, hidden)
        return self.head(self.norm(x[:, pilots:]))
