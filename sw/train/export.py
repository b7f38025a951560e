# SPDX-License-Identifier: Apache-2.0
"""Write a trained checkpoint as a model file.

    python3 -m sw.train.export build/train/seed1 --out models/digits.safetensors
"""
from __future__ import annotations

import argparse
import datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch

from sw.train.model_file import Model, write_model
from sw.train.loop import load_weights
from sw.train.network import SpikingNetwork
from sw.train.options import Recipe
from sw.train.quantised_model import QuantisedHead, quantised_network
from sw.train.tasks import TASKS, Task


def integers(values: torch.Tensor, kind: str) -> np.ndarray:
    """Exact conversion; a value that is no integer of this type is an error."""
    array = values.detach().numpy()
    result = array.astype(kind)
    if not np.array_equal(result.astype(np.float64), array.astype(np.float64)):
        raise ValueError("a value does not fit its type")
    return result


def to_model(network: SpikingNetwork, task: Task, training: dict[str, Any]) -> Model:
    """The model file of a quantised network."""
    shape, recipe = network.shape, network.recipe
    tok = task.tokenizer(recipe)
    layer = {"k_s": recipe.k_s, "k_a": recipe.k_a, "row_exponent": False, "row_offset": 0,
             "res1": "iand", "res2": "iand"}
    meta = {
        "format": 1, "name": task.name,
        "network": {"tokens": shape.tokens, "heads": shape.heads, "head_dim": shape.head_dim,
                    "dim": shape.dim, "ff": shape.ff, "depth": shape.depth,
                    "input_rows": shape.input_rows, "classes": shape.classes,
                    "steps": recipe.steps, "causal": False, "pooling": "all"},
        "array": {"rows": shape.array_rows, "cols": shape.array_cols},
        "input": {"exponent": recipe.input_exponent, "position_base": tok.pixels,
                  "binary": [[tok.pixels, shape.input_rows]],
                  "tokenizer": tok.entry},
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
    recipe = Recipe(**state["recipe"])
    network = quantised_network(TASKS[state["task"]].shape(recipe), recipe)
    load_weights(state, network)
    return network.eval(), state


def training_facts(state: dict[str, Any], date: str) -> dict[str, Any]:
    """What the model file says about its training."""
    task, recipe = TASKS[state["task"]], state["recipe"]
    changes = (f" --set {name}={value}" for name, value in recipe.items() if value != getattr(task.spiking, name))
    command = f"python3 -m sw.train.train --task {task.name} --seed {state['seed']}" + "".join(changes)
    return {"data": task.source, "seed": state["seed"], "epochs": [recipe["epochs_float"], state["epoch"]],
            "recipe": recipe, "date": date, "command": command}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("run", type=Path, help="output folder of the training")
    parser.add_argument("--out", type=Path, help="default: models/TASK.safetensors")
    parser.add_argument("--date", default=datetime.date.today().isoformat(), help="date to record")
    args = parser.parse_args()
    network, state = load_network(args.run)
    out = args.out or Path(f"models/{state['task']}.safetensors")
    write_model(out, to_model(network, TASKS[state["task"]], training_facts(state, args.date)))
    print(f"wrote {out}, {out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
