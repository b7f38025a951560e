# SPDX-License-Identifier: Apache-2.0
"""The quantised network of sw/train from a model file, and its random numbers from the chip's lanes."""
from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from sw.train.bit_sources import BitSource, RecordedBits
from sw.train.model_file import Model
from sw.train.network import SpikingNetwork
from sw.train.options import Recipe, Shape, Tokenizer
from sw.train.quantised_model import QuantisedHead, quantised_network
from sw.train.tests.helpers import RecordedDraws


class Unsupported(ValueError):
    """The model has an option that the training-time network does not have."""


def tokenizer_of(model: Model) -> Tokenizer:
    entry = {k: v for k, v in model.meta["input"]["tokenizer"].items() if k != "kind"}
    return Tokenizer(**entry)


def check(model: Model) -> None:
    """Raises Unsupported unless the network is one that sw/train exports."""
    network, entry, layers = model.meta["network"], model.meta["input"], model.meta["layers"]
    pixels = entry["tokenizer"].get("patch", 0) ** 2
    rules = {
        "network.causal": not network["causal"],
        "network.pooling": network["pooling"] == "all",
        "input.tokenizer": entry["tokenizer"]["kind"] == "patch",
        "input.position_base": entry["position_base"] == pixels,
        "input.binary": entry["binary"] == [[pixels, network["input_rows"]]],
        "layers": all(layer == layers[0] for layer in layers),
        "layers.row_exponent": not layers[0]["row_exponent"],
        "layers.res1": layers[0]["res1"] == layers[0]["res2"] == "iand",
    }
    for field, good in rules.items():
        if not good:
            raise Unsupported(f"{field}: not available in the PyTorch network")


def network_of(model: Model) -> SpikingNetwork:
    """Every matrix as the model file has it; latent parameters are the integers themselves."""
    check(model)
    sizes, layer = model.meta["network"], model.meta["layers"][0]
    names = ("tokens", "heads", "head_dim", "dim", "ff", "depth", "input_rows", "classes")
    shape = Shape(**{name: sizes[name] for name in names},
                  array_rows=model.meta["array"]["rows"], array_cols=model.meta["array"]["cols"])
    recipe = replace(Recipe(), input_exponent=model.meta["input"]["exponent"], k_s=layer["k_s"],
                     k_a=layer["k_a"], steps=sizes["steps"])
    network = quantised_network(shape, recipe)
    with torch.no_grad():
        for name in shape.matrices:
            module = network.matrices[name.replace(".", "_")]

            def tensor(kind: str) -> torch.Tensor:
                return torch.from_numpy(model.tensors[f"{name}.{kind}"].astype(np.float32))

            module.arrays.weight.copy_(tensor("weight"))
            module.arrays.gain.copy_(tensor("gain"))
            module.arrays.shift.copy_(tensor("shift"))
            if isinstance(module, QuantisedHead):
                module.bias_logit.copy_(tensor("bias"))
            else:
                module.theta_ratio.copy_(tensor("threshold"))
                module.bias_ratio.copy_(tensor("bias"))
    return network.eval()


def lane_draws(network: SpikingNetwork, source: BitSource, images: list[int], steps: int) -> RecordedDraws:
    """The bytes of a source, as the network asks for them."""
    shape = network.shape
    arrays = {"input": source.encoder(images, steps, shape.tokens, shape.input_rows)}
    for layer in range(shape.depth):
        s, a = source.attention(images, layer, steps, shape.heads, shape.head_dim)
        arrays |= {f"layer{layer}.s": s, f"layer{layer}.a": a}
    return RecordedDraws(RecordedBits(arrays))


def integer_scores(network: SpikingNetwork, counts: torch.Tensor, steps: int, draws: RecordedDraws) -> np.ndarray:
    """Scores of the chip, [image][class]."""
    head = network.matrices["head"]
    seen: list[torch.Tensor] = []
    hook = head.register_forward_hook(lambda module, args, out: seen.append(module.scores(args[0])))
    with torch.no_grad():
        network(counts, steps, draws)
    hook.remove()
    return seen[0].numpy().astype(np.int64)
