# SPDX-License-Identifier: Apache-2.0
"""Choose among training seeds on the validation part, then evaluate all of them once on test.

    python3 -m sw.train.report --runs build/train/seed1 build/train/seed2 build/train/seed3 \\
        --ann build/train/ann1 build/train/ann2 build/train/ann3

Writes models/TASK.safetensors (the run with the best validation accuracy) and
models/TASK.results.json. Every accuracy of a spiking model is that of the integer forward with
the exact lanes; a mean is over the seeds of the lanes.
"""
from __future__ import annotations

import argparse
import datetime
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

from sw.train.ann import Ann
from sw.train.bit_sources import Hardware
from sw.train.data import Split
from sw.train.evaluate import right_by_step
from sw.train.export import load_network, to_model, training_facts
from sw.train.loop import accuracy, deterministic, load_weights
from sw.train.model_file import Model, write_model
from sw.train.options import Recipe
from sw.train.stats import wilson
from sw.train.tasks import TASKS, Task

VALIDATION_SEEDS = range(101, 106)  # lane seeds of the choice
TEST_SEEDS = range(1, 6)            # lane seeds of the report


def shares(task: Task, model: Model, split: Split, seeds: range, generator: str = "lanes") -> np.ndarray:
    """Accuracy [seed][time step]."""
    hardware = Hardware.named(task.config)
    rights = [right_by_step(model, split, seed, hardware, generator) for seed in seeds]
    return np.stack(rights) / len(split.labels)


def spiking_facts(task: Task, model: Model, seed: int, chosen: bool) -> dict[str, Any]:
    """Test results of one training seed; the shipped one also by time step and generator."""
    split = task.split("test")
    table = shares(task, model, split, TEST_SEEDS)
    mean, total = float(table[:, -1].mean()), len(split.labels)
    facts: dict[str, Any] = {"training_seed": seed, "test_mean": round(mean, 4),
                             "test_per_lane_seed": table[:, -1].round(4).tolist(),
                             "test_interval_95": [round(x, 4) for x in wilson(mean * total, total)]}
    if chosen:
        facts["test_mean_by_step"] = table.mean(axis=0).round(4).tolist()
        perfect = shares(task, model, split, TEST_SEEDS, "perfect")[:, -1]
        facts["test_mean_perfect_generator"] = round(float(perfect.mean()), 4)
    return facts


def ann_facts(task: Task, folder: Path) -> dict[str, Any]:
    """Validation and test accuracy of one ordinary transformer."""
    state = torch.load(folder / "checkpoint.pt")
    recipe = Recipe(**state["recipe"])
    ann, tokenizer = Ann(task.shape(recipe), recipe.input_exponent), task.tokenizer(recipe)
    load_weights(state, ann)
    return {"training_seed": state["seed"], "lr": recipe.lr_float, "epochs": state["epoch"],
            "validation": round(accuracy(ann, task.split("validation"), tokenizer, 1), 4),
            "test": round(accuracy(ann, task.split("test"), tokenizer, 1), 4)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--task", choices=TASKS, default="digits")
    parser.add_argument("--runs", type=Path, nargs="+", required=True, help="folders of spiking runs")
    parser.add_argument("--ann", type=Path, nargs="+", required=True, help="folders of the ordinary transformer")
    parser.add_argument("--out", type=Path, default=Path("models"), help="folder for model and results")
    parser.add_argument("--date", default=datetime.date.today().isoformat(), help="date to record")
    args = parser.parse_args()
    deterministic()
    task = TASKS[args.task]
    models, seeds, validation = [], [], []
    for folder in args.runs:
        network, state = load_network(folder)
        models.append(to_model(network, task, training_facts(state, args.date)))
        seeds.append(state["seed"])
        validation.append(float(shares(task, models[-1], task.split("validation"), VALIDATION_SEEDS)[:, -1].mean()))
        print(f"training seed {state['seed']}: validation {validation[-1]:.4f}", flush=True)
    best = int(np.argmax(validation))
    spiking = [spiking_facts(task, m, s, n == best) | {"validation_mean": round(v, 4)}
               for n, (m, s, v) in enumerate(zip(models, seeds, validation))]
    ann = [ann_facts(task, folder) for folder in args.ann]
    ann_mean = float(np.mean([run["test"] for run in ann]))
    spiking_mean = float(np.mean([run["test_mean"] for run in spiking]))
    total = len(task.split("test").labels)
    results = {
        "what": f"accuracy on the {total:,} test images of data/{task.data}",
        "command": "python3 -m sw.train.report " + " ".join(sys.argv[1:]), "date": args.date,
        "steps": models[best].meta["network"]["steps"], "shipped": spiking[best],
        "lane_seeds": list(TEST_SEEDS), "lane_seeds_of_the_choice": list(VALIDATION_SEEDS),
        "training_seeds": spiking,
        "training_seeds_mean": round(spiking_mean, 4),
        "ann": {"runs": ann, "test_mean": round(ann_mean, 4),
                "test_interval_95": [round(x, 4) for x in wilson(ann_mean * total, total)]},
        "ann_minus_shipped_points": round(100 * (ann_mean - spiking[best]["test_mean"]), 2),
        "ann_minus_training_seeds_points": round(100 * (ann_mean - spiking_mean), 2),
    }
    write_model(args.out / f"{task.name}.safetensors", models[best])
    (args.out / f"{task.name}.results.json").write_text(json.dumps(results, indent=1) + "\n")
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
