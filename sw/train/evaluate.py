# SPDX-License-Identifier: Apache-2.0
"""Accuracy of a model file with the exact lanes of the chip, or with a perfect generator.

    python3 -m sw.train.evaluate models/digits.safetensors --split validation --seeds 1 2 3 4 5
    python3 -m sw.train.evaluate models/mnist.safetensors --data data/mnist
"""
from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from sw.train.bit_sources import Hardware, LaneBits, PerfectBits
from sw.train.data import PARTS, ROOT, Split, load_split
from sw.train.integer_forward import IntegerForward
from sw.train.loop import deterministic
from sw.train.model_file import Model, read_model
from sw.train.stats import wilson

BATCH = 30  # images at a time: their tensors stay near the cache


def right_by_step(model: Model, split: Split, seed: int, hardware: Hardware, generator: str = "lanes",
                  steps: int | None = None) -> np.ndarray:
    """Number of right answers after each time step, [T]."""
    bits = (LaneBits if generator == "lanes" else PerfectBits)(seed, hardware)
    forward = IntegerForward(model, bits, steps)
    right = np.zeros(forward.steps, dtype=np.int64)
    for first in range(0, len(split.labels), BATCH):
        numbers = list(range(first, min(first + BATCH, len(split.labels))))
        scores = forward.run(split.images[numbers], numbers).numpy()
        right += (scores.argmax(axis=2) == split.labels[numbers, None]).sum(axis=0)
    return right


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--data", type=Path, default=ROOT / "data" / "digits", help="data folder")
    parser.add_argument("--split", default="validation", choices=(*PARTS, "all"))
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5], help="seeds of the lanes")
    parser.add_argument("--config", default="tiny", help="build configuration: tile size and leaps")
    parser.add_argument("--generator", default="lanes", choices=("lanes", "perfect"))
    parser.add_argument("--steps", type=int, help="time steps, default: those of the model")
    args = parser.parse_args()
    deterministic()
    model, split, hardware = read_model(args.model), load_split(args.split, args.data), Hardware.named(args.config)
    total, counts = len(split.labels), []
    for seed in args.seeds:
        right = right_by_step(model, split, seed, hardware, args.generator, args.steps)
        counts.append(right)
        print(f"seed {seed}: {right[-1]} of {total} = {right[-1] / total:.4f}", flush=True)
    mean = np.mean(counts, axis=0)
    low, high = wilson(mean[-1], total)
    print(f"mean {mean[-1] / total:.4f}, 95 % interval for {total} images {low:.4f} to {high:.4f}")
    print("by time step: " + " ".join(f"{value / total:.4f}" for value in mean))


if __name__ == "__main__":
    main()
