# SPDX-License-Identifier: Apache-2.0
"""Write a trained checkpoint as a model file.

    python3 -m sw.train.export build/train/seed1 --out models/digits.safetensors
"""
from __future__ import annotations

import argparse
import datetime
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from sw.train.model_file import Model, write_model
from sw.train.network import SpikingNetwork
from sw.train.options import Recipe, Tokenizer
from sw.train.quantised_model import QuantisedHead, quantised_network
from sw.train.train import digits_shape


def integers(values: torch.Tensor, kind: str) -> np.ndarray:
    """Exact conversion; a value that is no integer of this type is an error."""
    array = values.detach().numpy()
    result = array.astype(kind)
    if not np.array_equal(result.astype(np.float64), array.astype(np.float64)):
        raise ValueError("a value does not fit its type")
    return result


def to_model(network: SpikingNetwork, name: str, training: dict[str, Any]) -> Model:
    """The model file of a quantised network."""
    shape, recipe, tok = network.shape, network.recipe, Tokenizer()
    pixels = tok.patch * tok.patch
    layer = {"k_s": recipe.k_s, "k_a": recipe.k_a, "row_exponent": False, "row_offset": 0,
             "res1": "iand", "res2": "iand"}
    meta = {
        "format": 1, "name": name,
        "network": {"tokens": shape.tokens, "heads": shape.heads, "head_dim": shape.head_dim,
                    "dim": shape.dim, "ff": shape.ff, "depth": shape.depth,
                    "input_rows": shape.input_rows, "classes": shape.classes,
                    "steps": recipe.steps, "causal": False, "pooling": "all"},
        "array": {"rows": shape.array_rows, "cols": shape.array_cols},
        "input": {"exponent": recipe.input_exponent, "position_base": pixels,
                  "binary": [[pixels, shape.input_rows]],
                  "tokenizer": {"kind": "patch", **asdict(tok)}},
        "layers": [dict(layer) for _ in range(shape.depth)],
        "training": training,
    }
    tensors: dict[str, np.ndarray] = {}
    for matrix in shape.matrices:
        module = network.matrices[matrix.replace(".", "_")]
        tensors[f"{matrix}.weight"] = integers(module.arrays.integer_weight(), "int8")
        tensors[f"{matrix}.bias"] = integers(module.bias(), "int16")
        if not isinstance(module, QuantisedHead):
            tensors[f"{matrix}.threshold"] = integers(module.threshold(), "int16")
        tensors[f"{matrix}.shift"] = integers(module.arrays.shift, "uint8")
        tensors[f"{matrix}.gain"] = integers(module.arrays.gain, "uint16")
    return Model(meta, tensors)


def load_network(folder: Path) -> tuple[SpikingNetwork, dict[str, Any]]:
    """The quantised network of a checkpoint, and the checkpoint."""
    state = torch.load(folder / "checkpoint.pt")
    if state["stage"] != "quantised":
        raise SystemExit(f"{folder}: the quantised stage has not begun")
    network = quantised_network(digits_shape(), Recipe(**state["recipe"]))
    network.load_state_dict(state["model"])
    return network.eval(), state


def training_facts(state: dict[str, Any], date: str) -> dict[str, Any]:
    """What the model file says about its training."""
    return {"data": "UCI handwritten digits, 1,797 images, training part of data/digits",
            "seed": state["seed"], "epochs": [state["recipe"]["epochs_float"], state["epoch"]],
            "recipe": state["recipe"], "date": date,
            "command": f"python3 -m sw.train.train --seed {state['seed']}"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("run", type=Path, help="output folder of the training")
    parser.add_argument("--out", type=Path, default=Path("models/digits.safetensors"))
    parser.add_argument("--name", default="digits")
    parser.add_argument("--date", default=datetime.date.today().isoformat(), help="date to record")
    args = parser.parse_args()
    network, state = load_network(args.run)
    training = training_facts(state, args.date)
    write_model(args.out, to_model(network, args.name, training))
    print(f"wrote {args.out}, {args.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
