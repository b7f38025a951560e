# SPDX-License-Identifier: Apache-2.0
"""Data flow shared by the float and the quantised stage; only the matrices differ."""
from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor, nn

from sw.train.neurons import Bernoulli
from sw.train.options import Recipe, Shape


class Draws(Protocol):
    """Source of random integers 0..2^exponent-1; `where` names the user of the bits."""

    def __call__(self, where: str, shape: tuple[int, ...], exponent: int) -> Tensor: ...


class TorchDraws:
    """Draws from one torch generator; the training uses this."""

    def __init__(self, generator: torch.Generator) -> None:
        self.generator = generator

    def __call__(self, where: str, shape: tuple[int, ...], exponent: int) -> Tensor:
        bound = 2 ** exponent
        return torch.randint(bound, shape, generator=self.generator, dtype=torch.uint8).float()


class SpikingNetwork(nn.Module):
    """Spiking transformer of numerics section 1. Pixel counts [B, tokens, pixels] -> logits [B, c].

    `matrices` maps a name with dots replaced by underscores to a module: spikes in, spikes out;
    the head's module returns logits.
    """

    def __init__(self, shape: Shape, recipe: Recipe, matrices: dict[str, nn.Module]) -> None:
        super().__init__()
        self.shape, self.recipe = shape, recipe
        self.matrices = nn.ModuleDict({k.replace(".", "_"): v for k, v in matrices.items()})

    def run(self, name: str, spikes: Tensor) -> Tensor:
        return self.matrices[name.replace(".", "_")](spikes)

    def encode(self, counts: Tensor, steps: int, draws: Draws) -> Tensor:
        """Encoded input [T, B, tokens, input_rows]: Bernoulli pixels, then one-hot positions."""
        batch, tokens, pixels = counts.shape
        exponent = self.recipe.input_exponent
        random = draws("input", (steps, batch, tokens, pixels), exponent)
        spikes = (counts > random).float()
        position = torch.eye(tokens).expand(steps, batch, tokens, tokens)
        return torch.cat((spikes, position), dim=-1)

    def attention(self, layer: int, q: Tensor, k: Tensor, v: Tensor, draws: Draws) -> Tensor:
        """Stochastic spiking attention, [T, B, tokens, dim] each."""
        steps, batch, tokens, dim = q.shape
        heads = self.shape.heads

        def split(x: Tensor) -> Tensor:
            return x.view(steps, batch, tokens, heads, dim // heads).transpose(2, 3)

        q, k, v = split(q), split(k), split(v)
        score = q @ k.transpose(-1, -2)
        k_s, k_a = self.recipe.k_s, self.recipe.k_a
        s = Bernoulli.apply(score, draws(f"layer{layer}.s", score.shape, k_s), k_s)
        value = s @ v
        a = Bernoulli.apply(value, draws(f"layer{layer}.a", value.shape, k_a), k_a)
        return a.transpose(2, 3).reshape(steps, batch, tokens, dim)

    def forward(self, counts: Tensor, steps: int, draws: Draws) -> Tensor:
        x = self.run("embed", self.encode(counts, steps, draws))
        for layer in range(self.shape.depth):
            q, k, v = (self.run(f"layer{layer}.{m}", x) for m in ("q", "k", "v"))
            a = self.attention(layer, q, k, v, draws)
            x = x * (1 - self.run(f"layer{layer}.proj", a))
            hidden = self.run(f"layer{layer}.ff1", x)
            x = x * (1 - self.run(f"layer{layer}.ff2", hidden))
        return self.run("head", x)
