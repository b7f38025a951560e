# SPDX-License-Identifier: Apache-2.0
"""Train the model of a task (float stage, then quantised stage), or the ordinary transformer.

    OPENBLAS_NUM_THREADS=1 python3 -m sw.train.train --seed 1 --out build/train/seed1
    OPENBLAS_NUM_THREADS=1 python3 -m sw.train.train --seed 1 --out build/train/seed1 --resume
    OPENBLAS_NUM_THREADS=1 python3 -m sw.train.train --model ann --seed 1 --out build/train/ann1
    OPENBLAS_NUM_THREADS=1 python3 -m sw.train.train --task mnist --seed 1 --out build/train/mnist1

Run from the root of the repository. The result is checkpoint.pt in the output folder, with a
line per epoch in log.jsonl. A run repeats exactly from its seed with one thread.
"""
from __future__ import annotations

import argparse
import math
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

import torch

from sw.train import loop
from sw.train.ann import Ann
from sw.train.data import Split
from sw.train.device_noise import DeviceNoise
from sw.train.float_model import float_network
from sw.train.fold import fold
from sw.train.loop import Run, Stage, Stopped
from sw.train.options import Recipe, Shape
from sw.train.quantised_model import quantised_network, set_devices
from sw.train.tasks import TASKS, Task

CALIBRATION_IMAGES = 256


def train_spiking(run: Run, shape: Shape, checkpoint: dict[str, Any] | None) -> None:
    """Float stage, folding, quantised stage."""
    recipe = run.recipe
    first = Stage("float", recipe.epochs_float, recipe.lr_float, recipe.warmup, recipe.steps_float)
    second = Stage("quantised", recipe.epochs_quantised, recipe.lr_quantised, 0.0, recipe.steps,
                   recipe.average)
    stage = checkpoint["stage"] if checkpoint else "float"
    if stage == "float":
        model = float_network(shape, recipe)
        if run.float_stage:
            model.load_state_dict(torch.load(run.float_stage))
        else:
            loop.run_stage(run, first, model, checkpoint, loop.decay_groups)
        torch.save(model.state_dict(), run.out / "float.pt")
        model = fold(model, loop.calibration(run, CALIBRATION_IMAGES), recipe.steps, run.generator)
        value = loop.accuracy(model, run.validation, run.tokenizer, recipe.steps)
        run.log(stage="folded", validation=value)
        checkpoint = None
    else:
        model = quantised_network(shape, recipe)
    if recipe.device_noise:
        set_devices(model, DeviceNoise(run.generator, recipe.device_noise))
    loop.run_stage(run, second, model, checkpoint, loop.decay_groups)


def train_ann(run: Run, shape: Shape, checkpoint: dict[str, Any] | None) -> None:
    """The ordinary transformer: one stage with the length and rate of the float stage."""
    recipe = run.recipe
    stage = Stage("ann", recipe.epochs_float, recipe.lr_float, recipe.warmup, 1)
    loop.run_stage(run, stage, Ann(shape, recipe.input_exponent), checkpoint, loop.decay_groups)


def start(task: Task, model: str, seed: int, out: Path, recipe: Recipe, resume: bool, stop_after: float,
          train: Split, validation: Split, float_stage: Path | None = None) -> bool:
    """Train or resume; True when finished, False when stopped by `stop_after` epochs."""
    loop.deterministic()
    run = loop.new_run(out, task, recipe, seed, train, validation)
    run.epochs_left, run.float_stage = stop_after, float_stage
    checkpoint = torch.load(out / "checkpoint.pt") if resume else None
    if checkpoint is not None:
        made = checkpoint["task"], checkpoint["seed"], Recipe(**checkpoint["recipe"])
        if made != (task.name, seed, recipe):
            raise ValueError(f"{out}/checkpoint.pt was made with another task, seed or recipe")
    try:
        (train_ann if model == "ann" else train_spiking)(run, task.shape(recipe), checkpoint)
    except Stopped:
        return False
    return True


AnyRecipe = TypeVar("AnyRecipe")


def parse_recipe(recipe: AnyRecipe, settings: list[str]) -> AnyRecipe:
    """`recipe`, a dataclass, with NAME=VALUE changes."""
    kinds = {f.name: type(f.default) for f in fields(recipe)}
    changes = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        if name not in kinds:
            raise SystemExit(f"unknown recipe field {name!r}; known: {', '.join(kinds)}")
        changes[name] = kinds[name](value)
    return replace(recipe, **changes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--task", choices=TASKS, default="digits")
    parser.add_argument("--model", choices=("spiking", "ann"), default="spiking")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--resume", action="store_true", help="continue from checkpoint.pt")
    parser.add_argument("--float-stage", type=Path, metavar="FILE",
                        help="float.pt of another run; go on from there instead of training the float stage")
    parser.add_argument("--stop-after", type=float, default=math.inf, metavar="EPOCHS")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="change the recipe")
    args = parser.parse_args()
    task = TASKS[args.task]
    start(task, args.model, args.seed, args.out, parse_recipe(task.recipe(args.model), args.set), args.resume,
          args.stop_after, task.split("train"), task.split("validation"), args.float_stage)


if __name__ == "__main__":
    main()
