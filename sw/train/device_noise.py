# SPDX-License-Identifier: Apache-2.0
"""Weights as pairs of PCM devices (docs/device.md), drawn anew for every batch of a training.

A matrix that is multiplied meets other devices and another age each time, so that the network learns
to do without what devices cannot hold. Gains are taken as compensated: the mean size of the weights
of a row block stays what it was right after programming.
"""
from __future__ import annotations

import math

import torch
from torch import Tensor

from sw.train.options import WEIGHT_MAX

FULL = 25.0           # uS of the largest weight
REFERENCE = 20.0      # s, of the drift
READ = 250e-9         # s
OLDEST = 31_104_000.0  # s; ages are log-uniform from 1 s on


def programmed(x: Tensor, generator: torch.Generator) -> Tensor:
    """Conductances in uS of devices with targets 25 uS * x."""
    sigma = 0.26348 + 1.9650 * x - 1.1731 * x * x
    return (FULL * x + sigma * normal(x, generator)).clamp(min=0)


def drifted(x: Tensor, conductance: Tensor, seconds: float, generator: torch.Generator) -> Tensor:
    """What is left of programmed conductances, 1/f noise included."""
    log = x.clamp(min=1e-7).log()
    mean = (-0.0155 * log + 0.0244).clamp(0.049, 0.1)
    spread = (-0.0125 * log - 0.0059).clamp(0.008, 0.045)
    exponent = (mean + spread * normal(x, generator)).abs()
    now = conductance * torch.exp(-exponent * math.log((seconds + REFERENCE) / REFERENCE))
    noise = (0.0088 / (conductance / FULL).pow(0.65).clamp(min=1e-3)).clamp(max=0.2)
    noise = noise * math.sqrt(math.log((seconds + REFERENCE + READ) / (2 * READ)))
    return (now + now * noise * normal(x, generator)).clamp(min=0)


def normal(like: Tensor, generator: torch.Generator) -> Tensor:
    return torch.randn(like.shape, generator=generator)


class DeviceNoise:
    """Draws from one generator, so that a resumed training goes on with the same devices.

    `share` of the calls draw devices, the others leave the weights as they are.
    """

    def __init__(self, generator: torch.Generator, share: float) -> None:
        self.generator, self.share = generator, share

    def __deepcopy__(self, _memo: dict[int, object]) -> "DeviceNoise":
        return self  # an averaged copy of the network does not train

    def age(self) -> float:
        share = float(torch.rand((), generator=self.generator))
        return math.exp(share * math.log(OLDEST))

    def __call__(self, weight: Tensor, cols: int) -> Tensor:
        """Weights in LSB as devices hold them; the gradient is that of the weights."""
        if float(torch.rand((), generator=self.generator)) >= self.share:
            return weight
        with torch.no_grad():
            x = torch.stack((weight, -weight)).clamp(min=0) / WEIGHT_MAX
            before = programmed(x, self.generator)
            now = drifted(x, before, self.age(), self.generator)
            before, now = ((pair[0] - pair[1]) * (WEIGHT_MAX / FULL) for pair in (before, now))
            held = torch.cat([n * (b.abs().sum() / n.abs().sum().clamp(min=1e-9))
                              for b, n in zip(before.split(cols), now.split(cols))])
        return weight + (held - weight).detach()
