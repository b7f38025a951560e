# SPDX-License-Identifier: Apache-2.0
"""Model files of numerics section 10: strict reading and writing, naming the field at fault."""
from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sw.train import safetensors

KEY = "xpikeformer"
RESIDUALS = ("iand", "or", "xor")
SIZES = ("tokens", "heads", "head_dim", "dim", "ff", "depth", "input_rows", "classes", "steps")


class ModelError(ValueError):
    """A model file that breaks the format."""


@dataclass(frozen=True)
class Model:
    """Metadata and tensors of a valid model."""

    meta: dict[str, Any]
    tensors: dict[str, np.ndarray]

    @property
    def matrices(self) -> dict[str, tuple[int, int]]:
        """Name -> (in, out), in the order of the data flow."""
        n = self.meta["network"]
        sizes = {"embed": (n["input_rows"], n["dim"])}
        for layer in range(n["depth"]):
            sizes |= {f"layer{layer}.{m}": (n["dim"], n["dim"]) for m in ("q", "k", "v", "proj")}
            sizes |= {f"layer{layer}.ff1": (n["dim"], n["ff"]), f"layer{layer}.ff2": (n["ff"], n["dim"])}
        return sizes | {"head": (n["dim"], n["classes"])}


def require(good: bool, field: str, why: str) -> None:
    if not good:
        raise ModelError(f"{field}: {why}")


def fields(value: Any, where: str, names: set[str]) -> None:
    """`value` is an object with exactly these keys."""
    require(isinstance(value, dict), where, "is not an object")
    for name in names - value.keys():
        raise ModelError(f"{where}.{name}: missing")
    for name in value.keys() - names:
        raise ModelError(f"{where}.{name}: unknown")


def integer(value: Any, where: str, low: int, high: int) -> None:
    require(type(value) is int and low <= value <= high, where, f"{value!r} is not an integer in {low}..{high}")


def check_tokenizer(tokenizer: Any, tokens: int, rows: int) -> None:
    where = "input.tokenizer"
    kind = tokenizer.get("kind") if isinstance(tokenizer, dict) else None
    if kind == "spikes":
        fields(tokenizer, where, {"kind", "tokens", "rows"})
        integer(tokenizer["tokens"], f"{where}.tokens", 1, tokens)
        integer(tokenizer["rows"], f"{where}.rows", 1, rows)
        return
    if kind == "tokens":
        fields(tokenizer, where, {"kind", "rows"})
        integer(tokenizer["rows"], f"{where}.rows", 1, rows)
        return
    require(kind == "patch", f"{where}.kind", "is not \"patch\", \"spikes\" or \"tokens\"")
    sizes = {"height": 1, "width": 1, "patch": 1, "stride": 1, "pad": 0}
    fields(tokenizer, where, {"kind"} | sizes.keys())
    for name, low in sizes.items():
        integer(tokenizer[name], f"{where}.{name}", low, 1 << 16)
    require(tokenizer["patch"] ** 2 <= rows, f"{where}.patch", "has more pixels than input rows")


def check_input(meta: dict[str, Any]) -> None:
    entry, network = meta["input"], meta["network"]
    fields(entry, "input", {"exponent", "position_base", "binary", "tokenizer"})
    integer(entry["exponent"], "input.exponent", 0, 8)
    rows = network["input_rows"]
    if entry["position_base"] is not None:
        integer(entry["position_base"], "input.position_base", 0, rows - network["tokens"])
    require(isinstance(entry["binary"], list), "input.binary", "is not a list")
    for begin, end in entry["binary"]:
        integer(begin, "input.binary", 0, rows)
        integer(end, "input.binary", begin, rows)
    check_tokenizer(entry["tokenizer"], network["tokens"], rows)


def check_meta(meta: dict[str, Any]) -> None:
    fields(meta, KEY, {"format", "name", "network", "array", "input", "layers", "training"})
    require(meta["format"] == 1, "format", "is not 1")
    network = meta["network"]
    fields(network, "network", set(SIZES) | {"causal", "pooling"})
    for name in SIZES:
        integer(network[name], f"network.{name}", 1, 1 << 16)
    require(network["dim"] == network["heads"] * network["head_dim"], "network.dim", "is not heads * head_dim")
    require(type(network["causal"]) is bool, "network.causal", "is not true or false")
    require(network["pooling"] in ("all", "first", "last"), "network.pooling", "is not all, first or last")
    fields(meta["array"], "array", {"rows", "cols"})
    for name in ("rows", "cols"):
        integer(meta["array"][name], f"array.{name}", 1, 1 << 16)
    check_input(meta)
    require(len(meta["layers"]) == network["depth"], "layers", "does not have `depth` entries")
    for number, layer in enumerate(meta["layers"]):
        where = f"layers[{number}]"
        fields(layer, where, {"k_s", "k_a", "row_exponent", "row_offset", "res1", "res2"})
        integer(layer["k_s"], f"{where}.k_s", 0, (network["head_dim"] - 1).bit_length())
        integer(layer["k_a"], f"{where}.k_a", 0, 8)
        require(type(layer["row_exponent"]) is bool, f"{where}.row_exponent", "is not true or false")
        integer(layer["row_offset"], f"{where}.row_offset", -8, 7)
        for name in ("res1", "res2"):
            require(layer[name] in RESIDUALS, f"{where}.{name}", f"is not one of {RESIDUALS}")


def check_tensors(model: Model) -> None:
    expected: dict[str, tuple[str, tuple[int, ...], int, int]] = {}
    for name, (inputs, outputs) in model.matrices.items():
        blocks = (-(-outputs // model.meta["array"]["cols"]),)
        expected[f"{name}.weight"] = ("int8", (outputs, inputs), -15, 15)
        expected[f"{name}.bias"] = ("int16", (outputs,), -2048, 2047)
        if name != "head":
            expected[f"{name}.threshold"] = ("int16", (outputs,), 1, 2047)
        expected[f"{name}.shift"] = ("uint8", blocks, 0, 7)
        expected[f"{name}.gain"] = ("uint16", blocks, 1, 65535)
    for name in model.tensors.keys() - expected.keys():
        raise ModelError(f"{name}: unknown tensor")
    for name, (kind, shape, low, high) in expected.items():
        require(name in model.tensors, name, "missing")
        tensor = model.tensors[name]
        require(tensor.dtype == kind, name, f"is {tensor.dtype}, not {kind}")
        require(tensor.shape == shape, name, f"has shape {tensor.shape}, not {shape}")
        require(low <= tensor.min() and tensor.max() <= high, name, f"leaves {low}..{high}")
    for name in ("head.shift", "head.gain"):
        require(len(set(model.tensors[name].tolist())) == 1, name, "values differ")


def write_model(file: Path, model: Model) -> None:
    check_meta(model.meta)
    check_tensors(model)
    safetensors.write(file, model.tensors, {KEY: json.dumps(model.meta)})


def read_model(file: Path) -> Model:
    tensors, metadata = safetensors.read(file)
    require(KEY in metadata, KEY, "metadata missing")
    meta = json.loads(metadata[KEY])
    check_meta(meta)
    model = Model(meta, tensors)
    check_tensors(model)
    return model
