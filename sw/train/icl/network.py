# SPDX-License-Identifier: Apache-2.0
"""Causal spiking decoder for prompts (numerics section 1), with relaxed attention for its first stages.

Prompts are counts [B, pilots + queries, rows]. Queries see the pilots and themselves, so each of
them computes what the last token of a prompt of its own computes, and one pass answers all.
"""
from __future__ import annotations

import torch
from torch import Tensor, nn

from sw.train.float_model import FloatHead, FloatLayer
from sw.train.icl.options import Recipe
from sw.train.neurons import FloatLif

FULL_EXPONENT = 8  # input intensities are 0..256


class Relaxed(torch.autograd.Function):
    """p + noise * (spike - p) with p = min(1, count * scale), scale = 2^-k; the gradient is that of p."""

    @staticmethod
    def forward(ctx, count: Tensor, scale: Tensor, noise: float, generator: torch.Generator) -> Tensor:
        # type: ignore[override]
        share = count * scale
        ctx.save_for_backward(share <= 1, scale)
        p = share.clamp(max=1)
        if noise == 0:
            return p
        # r uniform in 0..2^k-1: count > r exactly when count / 2^k > r / 2^k
        spike = (count > torch.floor(torch.rand(count.shape, generator=generator, device=count.device) / scale)).float()
        return spike if noise == 1 else p + noise * (spike - p)

    @staticmethod
    def backward(ctx, grad: Tensor):  # type: ignore[override]
        inside, scale = ctx.saved_tensors
        return grad * inside * scale, None, None, None


class LastHead(FloatHead):
    """Head that answers for each query: spikes [T, B, queries, dim] -> [B, queries, classes]."""

    def forward(self, spikes: Tensor) -> Tensor:
        return self.linear(spikes.mean(dim=0)) * self.gain


def residual(code: str, x: Tensor, branch: Tensor) -> Tensor:
    """Numerics section 8."""
    if code == "iand":
        return x * (1 - branch)
    if code == "or":
        return x + branch - x * branch
    return x + branch - 2 * x * branch


def row_exponents(pilots: int, queries: int, offset: int) -> Tensor:
    """k_a of every row, numerics section 7; all queries are row `pilots` of their own prompt."""
    rows = [*range(pilots), *[pilots] * queries]
    return torch.tensor([float(min(max(row.bit_length() + offset, 0), 8)) for row in rows])


def visible(pilots: int, queries: int) -> Tensor:
    """Mask [n, n] of 0 and 1: causal for the pilots; pilots and itself for a query."""
    mask = torch.ones(pilots + queries, pilots + queries).tril()
    mask[pilots:, pilots:] = torch.eye(queries)
    return mask


class IclNetwork(nn.Module):
    """`matrices` as in sw.train.network: names with underscores, spikes in, spikes out; the head answers."""

    def __init__(self, recipe: Recipe, matrices: dict[str, nn.Module]) -> None:
        super().__init__()
        self.recipe = recipe
        self.noise = recipe.noise  # share of Bernoulli spikes in the attention
        self.matrices = nn.ModuleDict({k.replace(".", "_"): v for k, v in matrices.items()})

    def run(self, name: str, spikes: Tensor) -> Tensor:
        return self.matrices[name.replace(".", "_")](spikes)

    def encode(self, counts: Tensor, steps: int, generator: torch.Generator) -> Tensor:
        random = torch.randint(1 << FULL_EXPONENT, (steps, *counts.shape), generator=generator, dtype=torch.uint8,
                               device=counts.device)
        return (counts > random).float()

    def fire(self, count: Tensor, scale: Tensor, generator: torch.Generator) -> Tensor:
        if self.recipe.attention == "lif":
            return FloatLif.apply(2 * count * scale)
        noise = 1.0 if self.recipe.attention == "bernoulli" else self.noise
        return Relaxed.apply(count, scale, noise, generator)

    def attention(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor, scale_a: Tensor,
                  generator: torch.Generator) -> Tensor:
        """[T, B, n, dim] each; mask [n, n], scale_a [n]."""
        steps, batch, tokens, dim = q.shape

        def split(x: Tensor) -> Tensor:
            return x.view(steps, batch, tokens, self.recipe.heads, -1).transpose(2, 3)

        score = split(q) @ split(k).transpose(-1, -2)
        s = self.fire(score, torch.tensor(2.0 ** -self.recipe.k_s, device=q.device), generator) * mask
        a = self.fire(s @ split(v), scale_a[:, None], generator)
        return a.transpose(2, 3).reshape(steps, batch, tokens, dim)

    def forward(self, counts: Tensor, pilots: int, steps: int, generator: torch.Generator) -> Tensor:
        """Logits [B, queries, classes] of counts [B, pilots + queries, rows]."""
        queries = counts.shape[1] - pilots
        mask = visible(pilots, queries).to(counts.device)
        scale_a = (2.0 ** -row_exponents(pilots, queries, self.recipe.row_offset)).to(counts.device)
        x = self.run("embed", self.encode(counts, steps, generator))
        for layer in range(self.recipe.depth):
            q, k, v = (self.run(f"layer{layer}.{m}", x) for m in ("q", "k", "v"))
            a = self.attention(q, k, v, mask, scale_a, generator)
            x = residual(self.recipe.res1, x, self.run(f"layer{layer}.proj", a))
            hidden = self.run(f"layer{layer}.ff1", x)
            x = residual(self.recipe.res2, x, self.run(f"layer{layer}.ff2", hidden))
        return self.run("head", x[:, :, pilots:])


def float_network(recipe: Recipe) -> IclNetwork:
    """A freshly initialised float network."""
    matrices: dict[str, nn.Module] = {}
    for name, (inputs, outputs) in recipe.shape.matrices.items():
        matrices[name] = (LastHead(inputs, outputs, recipe.head_gain) if name == "head"
                          else FloatLayer(inputs, outputs))
    return IclNetwork(recipe, matrices)
