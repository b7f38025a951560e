# SPDX-License-Identifier: Apache-2.0
"""Float stage: Linear + BatchNorm + LIF with threshold 1, linear head."""
from __future__ import annotations

from torch import Tensor, nn

from sw.train.network import SpikingNetwork
from sw.train.neurons import FloatLif
from sw.train.options import Recipe, Shape


class FloatLayer(nn.Module):
    """Linear + BatchNorm over all tokens and time steps + LIF."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, outputs, bias=False)
        self.norm = nn.BatchNorm1d(outputs)

    def forward(self, spikes: Tensor) -> Tensor:
        current = self.linear(spikes)
        current = self.norm(current.flatten(0, -2)).view_as(current)
        return FloatLif.apply(current)


class FloatHead(nn.Module):
    """Mean over time and tokens of a linear map, times a fixed gain."""

    def __init__(self, inputs: int, classes: int, gain: float) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, classes)
        self.gain = gain

    def forward(self, spikes: Tensor) -> Tensor:
        return self.linear(spikes.mean(dim=(0, 2))) * self.gain


def float_network(shape: Shape, recipe: Recipe) -> SpikingNetwork:
    """A freshly initialised float network."""
    matrices: dict[str, nn.Module] = {}
    for name, (inputs, outputs) in shape.matrices.items():
        head = name == "head"
        matrices[name] = (FloatHead(inputs, outputs, recipe.head_gain) if head
                          else FloatLayer(inputs, outputs))
    return SpikingNetwork(shape, recipe, matrices)
