# SPDX-License-Identifier: Apache-2.0
"""From a trained float network to a quantised one: weight scales, converter ranges, thresholds."""
from __future__ import annotations

import torch
from torch import Tensor

from sw.train.float_model import FloatHead, FloatLayer
from sw.train.network import SpikingNetwork, TorchDraws
from sw.train.options import CODE_MAX, MEMBRANE_MAX, WEIGHT_MAX
from sw.train.quantised_model import Arrays, QuantisedHead, QuantisedLayer, quantised_network


def converter_setting(step: float) -> tuple[int, int]:
    """(gain, shift) whose converter step is nearest to `step` weight LSB; gain in 256..512."""
    shift = 0
    while shift < 7 and 2.0 ** (shift + 8) / step < 256:
        shift += 1
    return min(max(round(2.0 ** (shift + 8) / step), 1), 512), shift


def set_arrays(arrays: Arrays, weight: Tensor, scale: Tensor, spikes: Tensor,
               quantile: float) -> Tensor:
    """Load weights and pick each row block's converter range; returns the step of each column."""
    arrays.weight.copy_(weight)
    arrays.scale.copy_(scale)
    sums = torch.stack([part.flatten(0, -2) for part in arrays.sums(spikes)]).abs()
    steps = torch.empty(len(weight))
    for block in range(len(arrays.gain)):
        columns = slice(block * arrays.cols, (block + 1) * arrays.cols)
        used = sums[..., columns].flatten()
        rank = max(int(quantile * used.numel()), 1)
        limit = float(used.kthvalue(rank).values)
        gain, shift = converter_setting(max(limit, 1.0) / (CODE_MAX + 0.5))
        arrays.gain[block], arrays.shift[block] = gain, shift
        steps[columns] = 2.0 ** (shift + 8) / gain
    return steps


def weight_scale(weight: Tensor, share: float) -> Tensor:
    """Float weight of one LSB for every row of `weight`, of which `share` is not clipped.

    Clipping lets the others use more of the range of conductances, where a device is more precise.
    """
    return weight.abs().quantile(share, dim=1).clamp(min=1e-6) / WEIGHT_MAX


def fold_layer(source: FloatLayer, target: QuantisedLayer, spikes: Tensor, quantile: float,
               share: float = 1.0) -> None:
    """Fold BatchNorm, weight scale and converter step into threshold and bias of each column."""
    norm = source.norm
    deviation = torch.sqrt(norm.running_var + norm.eps)
    # A negative BatchNorm factor moves into the weights, so that all thresholds are positive.
    sign = torch.where(norm.weight < 0, -1.0, 1.0)
    weight = source.linear.weight * sign[:, None]
    mean = norm.running_mean * sign
    factor = norm.weight.abs().clamp(min=1e-4) / deviation
    scale = weight_scale(weight, share)
    steps = set_arrays(target.arrays, weight, scale, spikes, quantile)
    theta = (4 / (factor * scale * steps)).clamp(1, MEMBRANE_MAX)
    target.theta0.copy_(theta)
    target.bias_ratio.copy_(norm.bias - factor * mean)


def fold_head(source: FloatHead, target: QuantisedHead, spikes: Tensor, quantile: float,
              share: float = 1.0) -> None:
    """All columns of the head share one weight scale, so that scores compare as they are."""
    weight, bias = source.linear.weight, source.linear.bias
    scale = weight_scale(weight.flatten()[None], share)[0]
    steps = set_arrays(target.arrays, weight, scale.expand(len(weight)), spikes, quantile)
    target.unit.copy_(scale * steps[0] * source.gain / 4)
    target.bias_logit.copy_(bias * source.gain)


@torch.no_grad()
def fold(source: SpikingNetwork, counts: Tensor, steps: int, generator: torch.Generator) -> SpikingNetwork:
    """Quantise `source`; `counts` is a calibration batch of training images."""
    source.eval()
    target = quantised_network(source.shape, source.recipe)
    seen: dict[str, Tensor] = {}
    hooks = [module.register_forward_pre_hook(lambda _m, args, key=key: seen.__setitem__(key, args[0]))
             for key, module in source.matrices.items()]
    source(counts, steps, TorchDraws(generator))
    for hook in hooks:
        hook.remove()
    recipe = source.recipe
    for key, module in source.matrices.items():
        fold_one = fold_head if key == "head" else fold_layer
        fold_one(module, target.matrices[key], seen[key], recipe.range_quantile, recipe.weight_share)
    return target
