# SPDX-License-Identifier: Apache-2.0
"""Quantised stage: every forward value is the integer the chip computes (numerics 5, 6 and 9).

Latent parameters stay in float; weights, thresholds and biases are rounded with a
straight-through gradient. Thresholds and biases are held relative to the folded threshold, so
that one learning rate suits all of them.
"""
from __future__ import annotations

import torch
from torch import Tensor, nn

from sw.train.device_noise import DeviceNoise
from sw.train.network import SpikingNetwork
from sw.train.neurons import Convert, IntegerLif, round_through
from sw.train.options import MEMBRANE_MAX, MEMBRANE_MIN, Recipe, Shape, WEIGHT_MAX


class Arrays(nn.Module):
    """A matrix on arrays of `rows` inputs and `cols` outputs, one gain and shift a row block."""

    scale: Tensor
    gain: Tensor
    shift: Tensor

    def __init__(self, inputs: int, outputs: int, rows: int, cols: int) -> None:
        super().__init__()
        self.rows, self.cols = rows, cols
        blocks = -(-outputs // cols)
        self.weight = nn.Parameter(torch.zeros(outputs, inputs))
        self.register_buffer("scale", torch.ones(outputs))  # float weight of one LSB
        self.register_buffer("gain", torch.full((blocks,), 256, dtype=torch.int64))
        self.register_buffer("shift", torch.zeros(blocks, dtype=torch.int64))
        self.devices: DeviceNoise | None = None  # of a hardware-aware training

    def integer_weight(self) -> Tensor:
        """Weights in -15..15, [out, in]."""
        return round_through((self.weight / self.scale[:, None]).clamp(-WEIGHT_MAX, WEIGHT_MAX))

    def sums(self, spikes: Tensor) -> list[Tensor]:
        """Exact sums of each array along the inputs, in weight LSB, [..., out]."""
        weight = self.integer_weight()
        if self.devices and self.training:
            weight = self.devices(weight, self.cols)
        return [x @ w.t() for x, w in zip(spikes.split(self.rows, dim=-1),
                                          weight.split(self.rows, dim=1))]

    def forward(self, spikes: Tensor) -> Tensor:
        """4 * sum of codes over the arrays of each row block, [..., out]."""
        total = 0
        for sums in self.sums(spikes):
            blocks = sums.split(self.cols, dim=-1)
            codes = [Convert.apply(part, int(g), int(s))
                     for part, g, s in zip(blocks, self.gain, self.shift)]
            total = total + (torch.cat(codes, dim=-1) if len(codes) > 1 else codes[0])
        return 4 * total


class QuantisedLayer(nn.Module):
    """Arrays + integer LIF neurons."""

    theta0: Tensor

    def __init__(self, inputs: int, outputs: int, rows: int, cols: int) -> None:
        super().__init__()
        self.arrays = Arrays(inputs, outputs, rows, cols)
        self.register_buffer("theta0", torch.ones(outputs))
        self.theta_ratio = nn.Parameter(torch.ones(outputs))
        self.bias_ratio = nn.Parameter(torch.zeros(outputs))

    def threshold(self) -> Tensor:
        return round_through((self.theta0 * self.theta_ratio).clamp(1, MEMBRANE_MAX))

    def bias(self) -> Tensor:
        return round_through((self.theta0 * self.bias_ratio).clamp(MEMBRANE_MIN, MEMBRANE_MAX))

    def forward(self, spikes: Tensor) -> Tensor:
        return IntegerLif.apply(self.arrays(spikes), self.bias(), self.threshold())


class QuantisedHead(nn.Module):
    """Arrays + integer bias, summed over time and tokens; `scores` are the integers of the chip."""

    unit: Tensor

    def __init__(self, inputs: int, classes: int, rows: int, cols: int) -> None:
        super().__init__()
        self.arrays = Arrays(inputs, classes, rows, cols)
        self.register_buffer("unit", torch.ones(()))  # logit of one unit of the mean score
        self.bias_logit = nn.Parameter(torch.zeros(classes))

    def bias(self) -> Tensor:
        return round_through((self.bias_logit / self.unit).clamp(MEMBRANE_MIN, MEMBRANE_MAX))

    def scores(self, spikes: Tensor) -> Tensor:
        return (self.arrays(spikes) + self.bias()).sum(dim=(0, 2))

    def forward(self, spikes: Tensor) -> Tensor:
        return self.scores(spikes) * (self.unit / (spikes.shape[0] * spikes.shape[2]))


def set_devices(network: nn.Module, devices: DeviceNoise) -> None:
    """Lets every matrix of the network train on devices."""
    for part in network.modules():
        if isinstance(part, Arrays):
            part.devices = devices


def quantised_network(shape: Shape, recipe: Recipe) -> SpikingNetwork:
    """An empty quantised network; fold.py or a checkpoint fills it."""
    matrices: dict[str, nn.Module] = {}
    for name, (inputs, outputs) in shape.matrices.items():
        kind = QuantisedHead if name == "head" else QuantisedLayer
        matrices[name] = kind(inputs, outputs, shape.array_rows, shape.array_cols)
    return SpikingNetwork(shape, recipe, matrices)
