# SPDX-License-Identifier: Apache-2.0
"""Write a trained symbol detector as a model file of configuration `icl`.

    python3 -m sw.train.icl.export build/icl/quantised --out models/icl-2x2.safetensors

A network narrower than the configuration is padded: its heads keep their columns, and what is added
has zero weights and the largest threshold, so it never spikes.
"""
from __future__ import annotations

import argparse
import datetime
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from sw.train.configs import build_config
from sw.train.export import integers
from sw.train.icl.fold import is_quantised, quantised_network
from sw.train.icl.loop import checkpoint
from sw.train.icl.network import FULL_EXPONENT, IclNetwork
from sw.train.icl.options import CONFIG, Recipe
from sw.train.model_file import Model, write_model
from sw.train.options import MEMBRANE_MAX
from sw.train.quantised_model import QuantisedHead

FEATURES = {"q": ("x", "heads"), "k": ("x", "heads"), "v": ("x", "heads"), "proj": ("heads", "x"),
            "ff1": ("x", "ff"), "ff2": ("ff", "x"), "embed": ("rows", "x"), "head": ("x", "classes")}


def places(kind: str, recipe: Recipe) -> tuple[np.ndarray, int]:
    """Where features of this kind go in the configuration's network, and how many it has there."""
    c = build_config(CONFIG)
    if kind == "heads":
        width = recipe.dim // recipe.heads
        return (np.arange(recipe.heads)[:, None] * c["head_dim"] + np.arange(width)).ravel(), c["dim"]
    sizes = {"x": (recipe.dim, c["dim"]), "ff": (recipe.ff, c["ff"]), "rows": (recipe.coding.rows,) * 2,
             "classes": (recipe.coding.classes,) * 2}
    return np.arange(sizes[kind][0]), sizes[kind][1]


def padded(values: np.ndarray, size: int, where: np.ndarray, fill: int) -> np.ndarray:
    """`values` along the first axis at `where` of `size` places, the others filled."""
    result = np.full((size, *values.shape[1:]), fill, dtype=values.dtype)
    result[where] = values
    return result


def matrix_tensors(name: str, module: Any, recipe: Recipe) -> dict[str, np.ndarray]:
    """Tensors of one matrix; row blocks that are padding alone repeat the last setting."""
    inputs, outputs = FEATURES[name.split(".")[-1]]
    (rows, in_size), (columns, out_size) = places(inputs, recipe), places(outputs, recipe)
    weight = integers(module.arrays.integer_weight(), "int8")
    weight = padded(padded(weight.T, in_size, rows, 0).T, out_size, columns, 0)
    tensors = {"weight": weight, "bias": padded(integers(module.bias(), "int16"), out_size, columns, 0)}
    if not isinstance(module, QuantisedHead):
        tensors["threshold"] = padded(integers(module.threshold(), "int16"), out_size, columns, MEMBRANE_MAX)
    blocks = -(-out_size // build_config(CONFIG)["array_cols"])
    for part, kind in (("shift", "uint8"), ("gain", "uint16")):
        setting = integers(getattr(module.arrays, part), kind)
        tensors[part] = np.pad(setting, (0, blocks - len(setting)), mode="edge")
    return {f"{name}.{part}": tensor for part, tensor in tensors.items()}


def to_model(network: IclNetwork, name: str, training: dict[str, Any]) -> Model:
    """The model file of a quantised network."""
    recipe, c = network.recipe, build_config(CONFIG)
    layer = {"k_s": recipe.k_s, "k_a": 0, "row_exponent": True, "row_offset": recipe.row_offset,
             "res1": recipe.res1, "res2": recipe.res2}
    meta = {
        "format": 1, "name": name,
        "network": {"tokens": c["tokens"], "heads": c["heads"], "head_dim": c["head_dim"], "dim": c["dim"],
                    "ff": c["ff"], "depth": recipe.depth, "input_rows": recipe.coding.rows,
                    "classes": recipe.coding.classes, "steps": recipe.steps, "causal": True, "pooling": "last"},
        "array": {"rows": c["array_rows"], "cols": c["array_cols"]},
        "input": {"exponent": FULL_EXPONENT, "position_base": None, "binary": [],
                  "tokenizer": {"kind": "tokens", "rows": recipe.coding.rows}},
        "layers": [dict(layer) for _ in range(recipe.depth)],
        "training": training,
    }
    if recipe.heads != c["heads"]:
        raise ValueError(f"{recipe.heads} heads, configuration {CONFIG} has {c['heads']}")
    tensors: dict[str, np.ndarray] = {}
    for matrix in recipe.shape.matrices:
        tensors |= matrix_tensors(matrix, network.matrices[matrix.replace(".", "_")], recipe)
    return Model(meta, tensors)


def load_network(folder: Path) -> tuple[IclNetwork, dict[str, Any]]:
    """The quantised network of a checkpoint, and the checkpoint."""
    state = checkpoint(folder)
    if not is_quantised(state["model"]):
        raise SystemExit(f"{folder}: is not a quantised stage")
    network = quantised_network(Recipe(**state["recipe"]))
    network.load_state_dict(state["model"])
    return network.eval(), state


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("run", type=Path, help="output folder of a quantised stage")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--date", default=datetime.date.today().isoformat(), help="date to record")
    args = parser.parse_args()
    network, state = load_network(args.run)
    antennas = network.recipe.antennas
    training = {"data": "docs/icl.md, fresh prompts", "recipe": asdict(network.recipe),
                "iterations": state["iteration"], "date": args.date}
    write_model(args.out, to_model(network, f"icl-{antennas}x{antennas}", training))
    print(f"wrote {args.out}, {args.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
