# SPDX-License-Identifier: Apache-2.0
"""Quantised symbol detector: every forward value is the chip's integer; from a float network to it."""
from __future__ import annotations

import torch
from torch import Tensor

from sw.train.fold import fold_head, fold_layer
from sw.train.icl.network import IclNetwork
from sw.train.icl.options import Recipe
from sw.train.quantised_model import QuantisedHead, QuantisedLayer


class LastQuantisedHead(QuantisedHead):
    """Head that answers for each query: spikes [T, B, queries, dim] -> logits [B, queries, classes]."""

    def scores(self, spikes: Tensor) -> Tensor:
        return (self.arrays(spikes) + self.bias()).sum(dim=0)

    def forward(self, spikes: Tensor) -> Tensor:
        return self.scores(spikes) * (self.unit / spikes.shape[0])


def quantised_network(recipe: Recipe) -> IclNetwork:
    """An empty quantised network; `fold` or a checkpoint fills it."""
    if recipe.attention != "bernoulli":
        raise ValueError(f"attention {recipe.attention!r}: the chip's arrays take spikes alone")
    shape, matrices = recipe.shape, {}
    for name, (inputs, outputs) in shape.matrices.items():
        kind = LastQuantisedHead if name == "head" else QuantisedLayer
        matrices[name] = kind(inputs, outputs, shape.array_rows, shape.array_cols)
    return IclNetwork(recipe, matrices)


@torch.no_grad()
def fold(source: IclNetwork, recipe: Recipe, counts: Tensor, pilots: int, generator: torch.Generator) -> IclNetwork:
    """Quantise `source` for `recipe`; `counts` are calibration prompts."""
    target = quantised_network(recipe)
    source.eval()
    source.recipe = recipe
    seen: dict[str, Tensor] = {}
    hooks = [module.register_forward_pre_hook(lambda _m, args, key=key: seen.__setitem__(key, args[0]))
             for key, module in source.matrices.items()]
    source(counts, pilots, recipe.steps, generator)
    for hook in hooks:
        hook.remove()
    for key, module in source.matrices.items():
        fold_one = fold_head if key == "head" else fold_layer
        fold_one(module, target.matrices[key], seen[key], recipe.range_quantile)
    return target


def is_quantised(weights: dict[str, Tensor]) -> bool:
    """Whether the weights of a checkpoint are those of a quantised network."""
    return "matrices.head.arrays.weight" in weights


