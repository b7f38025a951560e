# SPDX-License-Identifier: Apache-2.0
"""From a model file back to a quantised network that trains on: latent parameters for its integers.

What a file does not hold is chosen anew: every latent weight starts in the middle of its integer, one
weight LSB is `LSB` for all columns, and the unit of the logits is the one with the smallest loss on
fresh prompts.
"""
from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from sw.train.icl.export import FEATURES, places
from sw.train.icl.fold import quantised_network
from sw.train.icl.network import IclNetwork
from sw.train.icl.options import Recipe
from sw.train.model_file import Model
from sw.train.quantised_model import Arrays, QuantisedHead, QuantisedLayer

LSB = 0.02                     # latent weight of one weight LSB: near what `fold` finds
UNITS = np.geomspace(1e-3, 1, 61)  # logits per unit of the mean score to choose from


def tensor(values: np.ndarray) -> Tensor:
    return torch.from_numpy(values.astype(np.float32))


def load_arrays(arrays: Arrays, weight: np.ndarray, shift: np.ndarray, gain: np.ndarray) -> None:
    blocks = len(arrays.gain)
    arrays.scale.fill_(LSB)
    arrays.weight.copy_(tensor(weight) * LSB)
    arrays.shift.copy_(torch.from_numpy(shift[:blocks].astype(np.int64)))
    arrays.gain.copy_(torch.from_numpy(gain[:blocks].astype(np.int64)))


@torch.no_grad()
def unfold(model: Model, recipe: Recipe) -> IclNetwork:
    """Network of `recipe` with the integers of `model`; head unit 1 (`fit_unit` chooses it)."""
    network, tensors = quantised_network(recipe), model.tensors
    for name in recipe.shape.matrices:
        inputs, outputs = FEATURES[name.split(".")[-1]]
        rows, columns = places(inputs, recipe)[0], places(outputs, recipe)[0]
        module = network.matrices[name.replace(".", "_")]
        load_arrays(module.arrays, tensors[f"{name}.weight"][np.ix_(columns, rows)],
                    tensors[f"{name}.shift"], tensors[f"{name}.gain"])
        bias = tensor(tensors[f"{name}.bias"][columns])
        if isinstance(module, QuantisedHead):
            module.bias_logit.copy_(bias)
            continue
        assert isinstance(module, QuantisedLayer)
        module.theta0.copy_(tensor(tensors[f"{name}.threshold"][columns]))
        module.bias_ratio.copy_(bias / module.theta0)
    return network


@torch.no_grad()
def fit_unit(head: QuantisedHead, scores: Tensor, classes: Tensor) -> float:
    """Sets the unit of the logits from mean scores [n, classes] of a network with unit 1; returns it."""
    losses = [float(torch.nn.functional.cross_entropy(scores * u, classes)) for u in UNITS]
    unit = float(UNITS[int(np.argmin(losses))])
    head.bias_logit.mul_(unit / float(head.unit))
    head.unit.fill_(unit)
    return unit
