# SPDX-License-Identifier: Apache-2.0
"""A quantised network with random contents, and recorded bits for it."""
from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from sw.train.bit_sources import RecordedBits
from sw.train.network import SpikingNetwork
from sw.train.options import Shape
from sw.train.quantised_model import QuantisedLayer, quantised_network
from sw.train.tasks import TASKS

STEPS = 3
DIGITS = TASKS["digits"]
RECIPE = replace(DIGITS.spiking, steps=STEPS, k_s=3, k_a=2)


def random_network(seed: int) -> SpikingNetwork:
    """Weights over the whole range, thresholds low enough that every layer spikes."""
    torch.manual_seed(seed)
    network = quantised_network(DIGITS.shape(RECIPE), RECIPE)
    with torch.no_grad():
        for module in network.matrices.values():
            arrays = module.arrays
            arrays.weight.copy_(torch.randn_like(arrays.weight) * 6)
            arrays.shift.fill_(3)
            arrays.gain.copy_(torch.randint(256, 512, arrays.gain.shape))
            if isinstance(module, QuantisedLayer):
                module.theta0.copy_(torch.randint(1, 30, module.theta0.shape))
                module.bias_ratio.copy_(torch.randn_like(module.bias_ratio) * 0.5)
            else:
                module.bias_logit.copy_(torch.randn_like(module.bias_logit) * 20)
    return network.eval()


def random_bits(shape: Shape, images: int, seed: int) -> RecordedBits:
    """Uniform bytes for every use, in the shapes of bit_sources."""
    rng = np.random.default_rng(seed)
    n, heads, width = shape.tokens, shape.heads, shape.head_dim
    sizes = {"input": (images, STEPS, n, shape.input_rows)}
    for layer in range(shape.depth):
        sizes[f"layer{layer}.s"] = (images, STEPS, heads, n)
        sizes[f"layer{layer}.a"] = (images, STEPS, heads, width, n)
    return RecordedBits({name: rng.integers(0, 256, size, dtype=np.uint8) for name, size in sizes.items()})


class RecordedDraws:
    """The same bytes for the training-time network."""

    def __init__(self, bits: RecordedBits) -> None:
        self.arrays = bits.arrays

    def __call__(self, where: str, shape: tuple[int, ...], exponent: int) -> torch.Tensor:
        bits = self.arrays[where]
        if where == "input":
            picked = bits[..., :shape[-1]].transpose(1, 0, 2, 3)
        elif where.endswith(".s"):
            picked = np.empty(shape, dtype=np.uint8)
            for i in range(shape[-2]):
                for j in range(shape[-1]):
                    picked[..., i, j] = bits[..., (i + j) % shape[-1]].transpose(1, 0, 2)
        else:
            picked = bits.transpose(1, 0, 2, 4, 3)
        if picked.shape != tuple(shape):
            raise ValueError(f"{where}: {picked.shape} recorded, {shape} asked")
        return torch.from_numpy(picked % 2 ** exponent).float()
