# SPDX-License-Identifier: Apache-2.0
"""Variance of the class scores with the chip's random lanes against a perfect generator.

    python3 -m sw.train.score_variance models/digits.safetensors --images 20 --seeds 200

Every image of the validation part is run with many seeds; the variance of its final score of a
class over the seeds, averaged over images and classes, must not depend on the generator. Prints
the ratio and its 95 % interval from a bootstrap over the images.
"""
from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from sw.train.bit_sources import Hardware, LaneBits, PerfectBits
from sw.train.integer_forward import IntegerForward
from sw.train.loop import deterministic
from sw.train.model_file import read_model
from sw.train.tasks import TASKS

SEED_STEP = 2**20  # seeds that differ in low bits only exchange the streams of images


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--images", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=200)
    args = parser.parse_args()
    deterministic()
    model, split, hardware = read_model(args.model), TASKS["digits"].split("validation"), Hardware.named("tiny")
    numbers = list(range(args.images))
    variance = {}
    for name, source in (("lanes", LaneBits), ("perfect", PerfectBits)):
        scores = []
        for seed in range(1, args.seeds + 1):
            forward = IntegerForward(model, source(seed * SEED_STEP, hardware))
            scores.append(forward.run(split.images[numbers], numbers).numpy()[:, -1])
        variance[name] = np.stack(scores).astype(float).var(axis=0, ddof=1).mean(axis=1)  # per image
        print(f"{name}: mean variance {variance[name].mean():.1f}", flush=True)
    draws = np.random.default_rng(1).integers(args.images, size=(10000, args.images))
    ratios = variance["lanes"][draws].mean(axis=1) / variance["perfect"][draws].mean(axis=1)
    low, high = np.quantile(ratios, (0.025, 0.975))
    ratio = variance["lanes"].mean() / variance["perfect"].mean()
    print(f"ratio {ratio:.4f}, 95 % interval {low:.4f} to {high:.4f}, "
          f"{args.images} images x {args.seeds} seeds")


if __name__ == "__main__":
    main()
