# SPDX-License-Identifier: Apache-2.0
"""Bit error rate of a training, or of the scores that a program gave, on the test part.

    python3 -m sw.train.icl.evaluate build/icl/ann --json build/icl-ann.json
    python3 -m sw.train.icl.evaluate build/icl/spikes --steps 8 --prompts 5000 --part validation
    xpike run --model models/icl-2x2.safetensors --data data/icl/2x2 --config icl --scores scores.npy ..
    python3 -m sw.train.icl.evaluate scores.npy

Scores, [prompts][time steps][classes], are those of the first prompts of the test part.
"""
from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from sw.train.icl.ann import IclAnn
from sw.train.icl.channel import PILOTS
from sw.train.icl.fold import is_quantised, quantised_network
from sw.train.icl.loop import checkpoint
from sw.train.icl.make_data import PROMPTS
from sw.train.icl.network import float_network
from sw.train.icl.options import Recipe
from sw.train.icl.parts import SEEDS, blocks
from sw.train.icl.prompts import CODINGS, bit_errors, decide, tokens
from sw.train.icl.yardsticks import interval
from sw.train.loop import deterministic


def load(folder: Path) -> tuple[torch.nn.Module, Recipe, int]:
    """Model, recipe and iteration of a training."""
    state = checkpoint(folder)
    recipe = Recipe(**state["recipe"])
    if "embed.weight" in state["model"]:
        model: torch.nn.Module = IclAnn(recipe)
    else:
        model = (quantised_network if is_quantised(state["model"]) else float_network)(recipe)
    model.load_state_dict(state["model"])
    return model.eval(), recipe, state["iteration"]


@torch.no_grad()
def errors_of_training(folder: Path, part: str, prompts: int, steps: int | None) -> tuple[np.ndarray, Recipe, int]:
    """Wrong bits of each query, recipe and iteration."""
    model, recipe, iteration = load(folder)
    model.noise = recipe.noise_end  # what the stage ends with
    generator = torch.Generator().manual_seed(SEEDS[part])
    found = []
    for links in blocks(part, recipe.antennas, prompts):
        counts = torch.from_numpy(tokens(links.received, links.symbols, PILOTS, recipe.coding).astype(np.float32))
        scores = torch.cat([model(few, PILOTS, steps or recipe.steps, generator)[:, 0] for few in counts.split(100)])
        found.append(bit_errors(decide(scores.numpy(), recipe.coding), links.symbols[:, -1]))
    return np.concatenate(found), recipe, iteration


def errors_by_step(scores: np.ndarray, antennas: int, part: str) -> Iterator[np.ndarray]:
    """Wrong bits of each query after each time step."""
    answers = np.concatenate([links.symbols[:, -1] for links in blocks(part, antennas, len(scores))])
    for step in range(scores.shape[1]):
        yield bit_errors(decide(scores[:, step], CODINGS[antennas]), answers)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", type=Path, help="output folder of a training, or scores.npy")
    parser.add_argument("--antennas", type=int, choices=sorted(CODINGS), default=2, help="of scores")
    parser.add_argument("--part", choices=sorted(SEEDS), default="test")
    parser.add_argument("--prompts", type=int, help="default: as many as make 100,000 symbols")
    parser.add_argument("--steps", type=int, help="time steps, default: those of the training")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    deterministic()
    if args.what.suffix == ".npy":
        by_step = list(errors_by_step(np.load(args.what), args.antennas, args.part))
        antennas, wrong = args.antennas, by_step[-1]
        print("by time step: " + " ".join(f"{interval(w, 2 * antennas)[0]:.4f}" for w in by_step))
        facts = {}
    else:
        recipe = load(args.what)[1]
        antennas = recipe.antennas
        wrong, _, iteration = errors_of_training(args.what, args.part, args.prompts or PROMPTS[antennas], args.steps)
        facts = {"iteration": iteration, "dim": recipe.dim, "depth": recipe.depth, "ff": recipe.ff}
    rate, low, high = interval(wrong, 2 * antennas)
    print(f"bit error rate {rate:.4f}, 95 % interval {low:.4f} to {high:.4f}, {len(wrong) * antennas} symbols")
    if args.json:
        args.json.write_text(json.dumps({**facts, "part": args.part, "prompts": len(wrong),
                                         "bit_error_rate": [rate, low, high]}, indent=1) + "\n")


if __name__ == "__main__":
    main()
