# SPDX-License-Identifier: Apache-2.0
"""A plain float spiking network of a configuration's size: random weights, no converters.

Layer for layer the network of sw/train before quantisation: linear maps of float32, LIF neurons,
stochastic attention, as the chip has them. For inference, normalisation is folded into the linear
maps, and the neurons keep nothing for a gradient.
"""
from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_linear_bn_eval

from sw.train.configs import build_config
from sw.train.float_model import FloatLayer, float_network
from sw.train.network import SpikingNetwork, TorchDraws
from sw.train.options import Recipe, config_shape

IMAGES = 4           # images whose currents the normalisation is fitted to
INPUT_EXPONENT = 8   # a pixel of 256 always spikes


class FoldedLayer(nn.Module):
    """Linear map, then u = V/2 + I, spike = u >= 1, V = 0 after a spike. Spikes [T, ..., inputs]."""

    def __init__(self, layer: FloatLayer) -> None:
        super().__init__()
        self.linear = fuse_linear_bn_eval(layer.linear, layer.norm)

    def forward(self, spikes: Tensor) -> Tensor:
        current = self.linear(spikes)
        u = torch.zeros_like(current[0])
        for step in current:  # whose place the spikes take
            u.mul_(0.5).add_(step)
            torch.ge(u, 1, out=step)
            u.addcmul_(u, step, value=-1)
        return current


def pixel_rows(config: str, tokens: int) -> int:
    """The input rows that a row per position leaves for pixels."""
    return build_config(config)["input_rows"] - tokens


def random_counts(config: str, tokens: int, images: int, seed: int) -> Tensor:
    """Pixels 0..255 as the network takes them, [images, tokens, pixels]."""
    generator = torch.Generator().manual_seed(seed)
    size = (images, tokens, pixel_rows(config, tokens))
    return torch.randint(256, size, generator=generator).float()


def random_float_network(config: str, tokens: int, steps: int, seed: int) -> SpikingNetwork:
    """Every input row and every class of the configuration; all stages spike."""
    fields = build_config(config)
    shape = replace(config_shape(config, fields["input_rows"], fields["classes"]), tokens=tokens)
    # Spikes are sparse: exponents below the counts' largest values keep attention alive.
    recipe = replace(Recipe(), input_exponent=INPUT_EXPONENT, steps=steps, k_s=3, k_a=3)
    torch.manual_seed(seed)
    network = float_network(shape, recipe).train()
    for layer in network.matrices.values():
        if isinstance(layer, FloatLayer):
            layer.norm.momentum = None  # statistics of the one pass that follows
    with torch.no_grad():
        network(random_counts(config, tokens, IMAGES, seed), steps, TorchDraws(torch.Generator().manual_seed(seed)))
        network.eval()
        for name, layer in list(network.matrices.items()):
            if isinstance(layer, FloatLayer):
                network.matrices[name] = FoldedLayer(layer)
    return network
