# SPDX-License-Identifier: Apache-2.0
"""Test vectors of whole networks: random models, and every tensor of a few images."""
from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Sequence

import numerics_files as files
import numerics_model as model
from numerics_units import predicted
from vector_text import Json, Numbers, rows, shaped

# What a random network looks like: sizes, options, and the chip's tokens and leaps.
NETWORKS: dict[str, Json] = {
    "nano": {
        "leaps": (32, 32, 32), "seed": 1, "images": (0, 5),
        "network": {"tokens": 8, "heads": 2, "head_dim": 8, "dim": 16, "ff": 32, "depth": 1,
                    "input_rows": 16, "classes": 4, "steps": 4, "causal": False, "pooling": "all"},
        "array": {"rows": 32, "cols": 16},
        "input": {"exponent": 4, "position_base": 8, "binary": [[8, 14]],
                  "tokenizer": {"kind": "patch", "height": 4, "width": 6, "patch": 2, "stride": 2,
                                "pad": 0}},
        "layers": [{"k_s": 3, "k_a": 2, "row_exponent": False, "row_offset": 0, "res1": "iand",
                    "res2": "or"}]},
    "nano-spikes": {
        "leaps": (32, 32, 32), "seed": 5, "images": (0, 3), "configuration": "nano",
        "network": {"tokens": 8, "heads": 2, "head_dim": 8, "dim": 16, "ff": 32, "depth": 1,
                    "input_rows": 13, "classes": 3, "steps": 3, "causal": False, "pooling": "first"},
        "array": {"rows": 32, "cols": 16},
        "input": {"exponent": 0, "position_base": 5, "binary": [],
                  "tokenizer": {"kind": "spikes", "tokens": 6, "rows": 11}},
        "layers": [{"k_s": 2, "k_a": 1, "row_exponent": False, "row_offset": 0, "res1": "iand",
                    "res2": "iand"}]},
    "odd-b": {
        "leaps": (1, 31, 8), "seed": 0xFEEDF00D, "images": (2, 0),
        "network": {"tokens": 21, "heads": 1, "head_dim": 6, "dim": 6, "ff": 13, "depth": 2,
                    "input_rows": 9, "classes": 3, "steps": 3, "causal": True, "pooling": "last"},
        "array": {"rows": 5, "cols": 6},
        "input": {"exponent": 4, "position_base": None, "binary": [[1, 2]],
                  "tokenizer": {"kind": "patch", "height": 3, "width": 4, "patch": 3, "stride": 1,
                                "pad": 1}},
        "layers": [{"k_s": 2, "k_a": 0, "row_exponent": True, "row_offset": -1, "res1": "xor",
                    "res2": "or"},
                   {"k_s": 1, "k_a": 1, "row_exponent": False, "row_offset": 3, "res1": "or",
                    "res2": "xor"}]}}


def random_model(name: str) -> tuple[Json, dict[str, files.Array]]:
    """Metadata and tensors; ranges are chosen so that every tensor has some spikes, not all."""
    spec = NETWORKS[name]
    described = {key: spec[key] for key in ("network", "array", "input", "layers")}
    meta = {"format": 1, "name": name, **described, "training": {}}
    net, numbers = spec["network"], Numbers(len(name))
    sizes = {"embed": (net["dim"], net["input_rows"]), "ff1": (net["ff"], net["dim"]),
             "ff2": (net["dim"], net["ff"]), "head": (net["classes"], net["dim"])}
    tensors: dict[str, files.Array] = {}
    for matrix in model.Network(meta).matrix_names():
        out, inputs = sizes.get(matrix.split(".")[-1], (net["dim"], net["dim"]))
        blocks, is_head = -(-out // spec["array"]["cols"]), matrix == "head"
        parts = [("weight", "I8", (out, inputs), numbers.many(out * inputs, -11, 15)),
                 ("bias", "I16", (out,), numbers.many(out, -10, 15)),
                 ("threshold", "I16", (out,), [] if is_head else numbers.many(out, 12, 60)),
                 ("shift", "U8", (blocks,), numbers.many(blocks, is_head, 1)),
                 ("gain", "U16", (blocks,), numbers.many(blocks, 256 if is_head else 200,
                                                         256 if is_head else 400))]
        tensors |= {f"{matrix}.{part}": files.Array(dtype, shape, values)
                    for part, dtype, shape, values in parts if values}
    return meta, tensors


def readable(network: model.Network, tensors: Json) -> Json:
    """Tensors [step][token] (s: [step][head][query]) of strings; head in numbers."""
    result: Json = {}
    for name, x in tensors.items():
        if name == "head":
            result[name] = x
            continue
        tokens = len(tensors["embed"][0])
        width = network.width(name) or tokens
        ones = sum(v.bit_count() for row in x for v in row)
        if not 0 < ones < len(x) * len(x[0]) * width:
            raise ValueError(f"{name}: all spikes are equal, choose other ranges")
        result[name] = [shaped(row, (len(row) // tokens, tokens)) if name.endswith(".s") else row
                        for row in rows(x, width)]
    return result


def random_image(spec: Json, numbers: Numbers) -> tuple[list[list[int]], Json]:
    """An image for the network, and how the vectors show it; a stream is one step too long."""
    tokenizer = spec["input"]["tokenizer"]
    if tokenizer["kind"] == "spikes":
        spikes = numbers.spikes(spec["network"]["steps"] + 1, tokenizer["tokens"],
                                tokenizer["rows"], 40)
        return spikes, {"stream": rows(spikes, tokenizer["rows"])}
    size = (tokenizer["height"], tokenizer["width"])
    pixels = numbers.many(size[0] * size[1], 0, 16)
    return files.tokenize(pixels, tokenizer), {"pixels": shaped(pixels, size)}


def whole_network(name: str, model_file: bytes) -> Json:
    spec = NETWORKS[name]
    meta, tensors = random_model(name)
    with tempfile.TemporaryDirectory() as folder:  # read it back: the reader is under test, too
        path = Path(folder) / "model.safetensors"
        path.write_bytes(model_file)
        network = model.Network.load(path)
    numbers, images = Numbers(77), []
    for number in spec["images"]:
        image, shown = random_image(spec, numbers)
        run = model.Run(spec["seed"], None, *spec["leaps"])
        result = network.run(image, number, run)
        images.append({"number": number, **shown,
                       "class": predicted(result["head"][-1]),
                       "tensors": readable(network, result)})
    return {"model_file": f"network-{name}.safetensors",
            "configuration": spec.get("configuration", name),
            "leap_encoder": spec["leaps"][0], "leap_score": spec["leaps"][1],
            "leap_value": spec["leaps"][2], "seed": spec["seed"], "metadata": meta,
            "matrices": {key: shaped(a.values, a.shape) for key, a in tensors.items()},
            "images": images}
