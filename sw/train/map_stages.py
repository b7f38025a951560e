# SPDX-License-Identifier: Apache-2.0
"""One stage of a foreign network: Linear [+ BatchNorm] + LIF, read by structure."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Iterator

import torch
from torch import Tensor, nn

# Modules that change nothing in evaluation.
PASSIVE = (nn.Identity, nn.Dropout, nn.Flatten)
WHY = {
    nn.LayerNorm: "it needs mean and variance of every token at run time; use BatchNorm, which folds into "
                  "thresholds and biases",
    nn.GroupNorm: "it needs mean and variance at run time; use BatchNorm",
    nn.Softmax: "scores are Bernoulli spikes (numerics, section 7)",
    nn.MultiheadAttention: "it is softmax attention; the chip's is stochastic spiking attention",
    nn.GELU: "neurons are LIF", nn.ReLU: "neurons are LIF", nn.Sigmoid: "neurons are LIF",
    nn.Conv1d: "matrices are fully connected; use nn.Linear on the last dimension",
    nn.Conv2d: "matrices are fully connected; cut the image into patches and use nn.Linear",
    nn.Embedding: "give positions as one-hot input rows",
}


class MapError(ValueError):
    """Something that the chip does not have: `place: why`."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place}: {why}")


def reason(module: nn.Module) -> str:
    """Why the chip has no counterpart of a module."""
    kind = type(module).__name__
    for known, why in WHY.items():
        if isinstance(module, known):
            return f"{kind} has no counterpart on the chip: {why}"
    return f"{kind} has no counterpart on the chip"


@dataclass(frozen=True)
class Neuron:
    """u = decay * V + gain * I; spike = u >= threshold; V = reset after a spike, else u."""

    decay: float
    gain: float
    threshold: float
    reset: float | None  # None: the threshold is subtracted


def is_neuron(module: nn.Module) -> bool:
    return hasattr(module, "v_threshold")


def read_neuron(module: nn.Module) -> Neuron:
    """By the attributes of SpikingJelly's LIFNode, ParametricLIFNode and IFNode; any module may
    have them."""
    node: Any = module
    if hasattr(node, "w") and not hasattr(node, "tau"):
        rate = float(torch.sigmoid(node.w))  # ParametricLIFNode: 1 / tau
    elif hasattr(node, "tau"):
        rate = 1 / float(node.tau)
    else:
        return Neuron(1.0, 1.0, float(node.v_threshold), node.v_reset)
    gain = rate if getattr(node, "decay_input", True) else 1.0
    return Neuron(1 - rate, gain, float(node.v_threshold), node.v_reset)


def check_neuron(place: str, neuron: Neuron) -> None:
    if abs(neuron.decay - 0.5) > 1e-6:
        raise MapError(place, f"the membrane decays by {neuron.decay:g} per time step, on the chip by 0.5: "
                              "set tau = 2")
    if neuron.reset is None:
        raise MapError(place, "soft reset (v_reset is None); on the chip a spike sets the membrane to 0")
    if neuron.reset != 0:
        raise MapError(place, f"v_reset is {neuron.reset:g}, on the chip 0")
    if neuron.threshold <= 0:
        raise MapError(place, f"threshold {neuron.threshold:g} is not above 0")


@dataclass(frozen=True)
class Stage:
    """u = V / 2 + weight x + bias, spike = u >= 1, V = 0 after a spike (the head: weight x + bias)."""

    place: str
    first: nn.Module  # whose input is that of the stage
    last: nn.Module   # whose output are its spikes
    weight: Tensor    # [out, in]
    bias: Tensor      # [out]


def leaves(names: tuple[str, ...], network: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Modules without children below the named ones, in their order."""
    for name in names:
        try:
            top = network.get_submodule(name)
        except AttributeError as error:
            raise MapError(name, "the network has no module of this name") from error
        inside: set[nn.Module] = set()  # a neuron may hold its surrogate gradient
        for below, module in top.named_modules():
            if is_neuron(module):
                inside.update(part for part in module.modules() if part is not module)
            elif module in inside or any(True for _ in module.children()):
                continue
            yield (f"{name}.{below}" if below else name), module


def affine(place: str, found: list[tuple[str, nn.Module]]) -> tuple[Tensor, Tensor]:
    """Weight and bias of Linear [+ BatchNorm]."""
    if not found or not isinstance(found[0][1], nn.Linear):
        where, why = (found[0][0], reason(found[0][1])) if found else (place, "no nn.Linear")
        raise MapError(where, f"{why}; a stage begins with nn.Linear")
    linear: Any = found[0][1]
    weight = linear.weight.detach().clone()
    bias = torch.zeros(len(weight)) if linear.bias is None else linear.bias.detach().clone()
    for where, module in found[1:]:
        norm: Any = module
        if not isinstance(norm, nn.modules.batchnorm._BatchNorm):
            raise MapError(where, f"{reason(module)}; behind nn.Linear may stand one BatchNorm, then a LIF neuron")
        if norm.running_var is None:
            raise MapError(where, "keeps no running statistics, so it does not fold into thresholds")
        if norm.num_features != len(weight):
            raise MapError(where, f"{norm.num_features} features behind {len(weight)} outputs")
        factor = torch.rsqrt(norm.running_var + norm.eps)
        offset = -norm.running_mean * factor
        if norm.weight is not None:
            factor, offset = factor * norm.weight.detach(), offset * norm.weight.detach() + norm.bias.detach()
        weight, bias = weight * factor[:, None], bias * factor + offset
    return weight, bias


def read_stage(names: str | tuple[str, ...], network: nn.Module, head: bool) -> Stage:
    """A stage from the module of that name, or from modules that follow each other."""
    names = (names,) if isinstance(names, str) else names
    place = names[0]
    found = [(name, m) for name, m in leaves(names, network) if not isinstance(m, PASSIVE)]
    if head:
        weight, bias = affine(place, found)
        return Stage(place, found[0][1], found[-1][1], weight, bias)
    if not found or not is_neuron(found[-1][1]):
        where, module = found[-1] if found else (place, None)
        raise MapError(where, "no LIF neuron ends this stage (a module with tau, v_threshold and v_reset)"
                       + (f"; found {type(module).__name__}" if module else ""))
    weight, bias = affine(place, found[:-1])
    neuron = read_neuron(found[-1][1])
    check_neuron(found[-1][0], neuron)
    scale = neuron.gain / neuron.threshold
    return Stage(place, found[0][1], found[-1][1], weight * scale, bias * scale)


def check_rest(network: nn.Module, placed: set[nn.Module]) -> None:
    """Whatever has parameters or a known function, and no place, is named."""
    for name, module in network.named_modules():
        if module in placed or any(True for _ in module.children()) or isinstance(module, PASSIVE):
            continue
        own = any(True for _ in module.parameters(recurse=False))
        if own or isinstance(module, tuple(WHY)):
            raise MapError(name, f"belongs to no stage; {reason(module)}")
    for name, parameter in network.named_parameters():
        owner = network.get_submodule(name.rpartition(".")[0])
        if owner not in placed and any(True for _ in owner.children()):
            raise MapError(name, f"a parameter {tuple(parameter.shape)} outside all stages has no place on the chip")


Forward = Callable[[], Tensor]


def record(network: nn.Module, stages: dict[str, Stage], forward: Forward) -> tuple[
        Tensor, dict[str, list[Tensor]], dict[str, list[Tensor]]]:
    """Result of the network, and inputs and outputs of every stage, call by call."""
    inputs: dict[str, list[Tensor]] = {name: [] for name in stages}
    outputs: dict[str, list[Tensor]] = {name: [] for name in stages}
    hooks = []
    for name, stage in stages.items():
        hooks.append(stage.first.register_forward_pre_hook(
            lambda _m, args, name=name: inputs[name].append(args[0].detach())))
        hooks.append(stage.last.register_forward_hook(
            lambda _m, _args, out, name=name: outputs[name].append(out.detach())))
    network.eval()
    try:
        with torch.no_grad():
            result = forward()
    finally:
        for hook in hooks:
            hook.remove()
    return result, inputs, outputs
