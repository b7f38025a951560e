# SPDX-License-Identifier: Apache-2.0
"""Train one stage of the spiking decoder, or the transformer of equal size, on fresh prompts.

    OPENBLAS_NUM_THREADS=1 python3 -m sw.train.icl.train --out build/icl/mean
    OPENBLAS_NUM_THREADS=1 python3 -m sw.train.icl.train --out build/icl/mean --resume
    OPENBLAS_NUM_THREADS=1 python3 -m sw.train.icl.train --out build/icl/spikes --from build/icl/mean \\
        --set attention=bernoulli --set steps=8
    OPENBLAS_NUM_THREADS=1 python3 -m sw.train.icl.train --out build/icl/quantised --from build/icl/spikes \\
        --quantise --set lr=5e-4
    OPENBLAS_NUM_THREADS=1 python3 -m sw.train.icl.train --out build/icl/more --from models/icl-2x2.safetensors
    OPENBLAS_NUM_THREADS=1 python3 -m sw.train.icl.train --model ann --out build/icl/ann

Run from the root of the repository. OUT/log.jsonl has a line for each measurement; checkpoint.pt is
written every three minutes, and --resume goes on from it with the same numbers as without a stop.
"""
from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from sw.train.device_noise import DeviceNoise
from sw.train.icl import loop
from sw.train.icl.ann import IclAnn
from sw.train.icl.channel import PILOTS, draw_links
from sw.train.icl.fold import fold, is_quantised, quantised_network
from sw.train.icl.network import float_network
from sw.train.icl.options import Recipe
from sw.train.icl.prompts import classes_of
from sw.train.icl.unfold import fit_unit, unfold
from sw.train.loop import deterministic
from sw.train.model_file import read_model
from sw.train.quantised_model import set_devices
from sw.train.train import parse_recipe


MAKERS: dict[str, Callable[[Recipe], nn.Module]] = {
    "spiking": float_network, "ann": IclAnn, "quantised": quantised_network}
CALIBRATION_LINKS = 32


def new_run(out: Path, kind: str, recipe: Recipe, seed: int, device: str = "cpu") -> loop.Run:
    """A run whose weights, prompts and spikes follow from the seed."""
    torch.manual_seed(seed)
    model = MAKERS[kind](recipe).to(device)
    out.mkdir(parents=True, exist_ok=True)
    return loop.Run(out, recipe, model, np.random.default_rng(seed), torch.Generator(device).manual_seed(seed))


def calibration_prompts(run: loop.Run) -> tuple[torch.Tensor, torch.Tensor]:
    """Counts and symbols of fresh links."""
    links = draw_links(run.rng, CALIBRATION_LINKS, run.recipe.antennas, PILOTS + run.recipe.queries)
    return loop.inputs(links, run.recipe.coding, run.generator.device)


def begin_quantised(run: loop.Run, before: dict[str, Any]) -> None:
    """Weights, scales, thresholds and converter ranges from a float stage and fresh prompts."""
    source = float_network(Recipe(**before["recipe"])).to(run.generator.device)
    source.load_state_dict(before["model"])
    counts, _ = calibration_prompts(run)
    folded = fold(source, run.recipe, counts, PILOTS, run.generator)
    run.model.load_state_dict(folded.state_dict())


@torch.no_grad()
def begin_from_file(run: loop.Run, file: Path) -> None:
    """Weights, thresholds and converter ranges from a model file."""
    run.model.load_state_dict(unfold(read_model(file), run.recipe).state_dict())
    counts, symbols = calibration_prompts(run)
    scores = run.model(counts, PILOTS, run.recipe.steps, run.generator)
    fit_unit(run.model.matrices["head"], scores.flatten(0, -2), classes_of(symbols).flatten())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model", choices=("spiking", "ann"), default="spiking")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--resume", action="store_true", help="go on from OUT/checkpoint.pt and its recipe")
    parser.add_argument("--from", dest="before", type=Path, metavar="RUN", help="weights and recipe of another stage, or a model file")
    parser.add_argument("--quantise", action="store_true", help="fold the float stage of --from to the chip's integers")
    parser.add_argument("--every", type=int, default=100, metavar="ITERATIONS", help="between measurements")
    parser.add_argument("--until", type=int, metavar="ITERATION", help="stop there; the schedule stays")
    parser.add_argument("--device", default="cpu", help="of PyTorch; a checkpoint goes on where it began (default cpu)")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="change the recipe")
    args = parser.parse_args()
    if args.device == "cpu":
        deterministic()
    state = loop.checkpoint(args.out) if args.resume else None
    from_file = args.before is not None and args.before.suffix == ".safetensors"
    before = loop.checkpoint(args.before) if args.before and not from_file and not state else None
    given = state or before or (read_model(args.before).meta["training"] if from_file else None)
    recipe = parse_recipe(Recipe(**given["recipe"]) if given else Recipe(), args.set)
    if args.quantise and not before and not state:
        parser.error("--quantise needs the float stage that it starts from (--from)")
    quantised = given is not None and (args.quantise or from_file or is_quantised(given["model"]))
    run = new_run(args.out, "quantised" if quantised else args.model, recipe, args.seed, args.device)
    if quantised and recipe.device_noise:
        set_devices(run.model, DeviceNoise(run.generator, recipe.device_noise))
    if state:
        loop.restore(run, state)
    elif from_file:
        begin_from_file(run, args.before)
    elif before and quantised and not is_quantised(before["model"]):
        begin_quantised(run, before)
    elif before:
        run.model.load_state_dict(before["model"])
    loop.train(run, args.every, args.until or recipe.iterations)


if __name__ == "__main__":
    main()
