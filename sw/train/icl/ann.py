# SPDX-License-Identifier: Apache-2.0
"""Causal transformer of equal size: same tokens, width, depth, heads, FF width and mask."""
from __future__ import annotations

import torch
from torch import Tensor, nn

from sw.train.ann import Block
from sw.train.icl.network import FULL_EXPONENT, visible
from sw.train.icl.options import Recipe


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
