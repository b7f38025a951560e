# SPDX-License-Identifier: Apache-2.0
"""Run the C++ reference and compare every tensor with the integer forward, image by image.

    python3 -m sw.train.check_reference build/bin/xpike

The shipped models run on 20 images each (MNIST is not shipped: enlarged digits stand in for it), random
models of odd shapes on 6 images each. Exit code 1 on any difference.
"""
from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from sw.train.bit_sources import Hardware, LaneBits
from sw.train.compare import compare
from sw.train.data import ROOT
from sw.train.loop import deterministic
from sw.train.model_file import read_model, write_model
from sw.train.random_models import CASES, build, images
from sw.train.tasks import TASKS

MODELS = ROOT / "models"
SEED = 2718281828


def enlarged(digits: np.ndarray) -> np.ndarray:
    """Images 8 x 8 of 0..16 as images 28 x 28 of 0..255: every pixel three times as wide, a margin of two."""
    large = np.minimum(digits.astype(np.int64) * 16, 255).repeat(3, axis=1).repeat(3, axis=2)
    return np.pad(large, ((0, 0), (2, 2), (2, 2))).astype(np.uint8)


def check(xpike: Path, file: Path, pictures: np.ndarray, config: str, count: int) -> bool:
    """Dump `count` images with the reference and compare them; True when all are equal."""
    model = read_model(file)
    with tempfile.TemporaryDirectory() as name:
        dumps, data = Path(name) / "dumps", Path(name) / "images.npy"
        np.save(data, pictures)
        command = [str(xpike), "run", "--model", str(file), "--data", str(data), "--limit", str(count),
                   "--config", config, "--seed", str(SEED), "--dump-spikes", str(dumps)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            print(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
            return False
        compared, bad = compare(model, dumps, pictures, LaneBits(SEED, Hardware.named(config)), None)
    print(f"{model.meta['name']} on {config}: {compared} images compared, {bad} differ", flush=True)
    return compared == count and bad == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("xpike", type=Path)
    args = parser.parse_args()
    deterministic()
    digits = TASKS["digits"].split("test").images
    good = check(args.xpike, MODELS / "digits.safetensors", digits, TASKS["digits"].config, 20)
    good &= check(args.xpike, MODELS / "digits-micro.safetensors", digits, TASKS["digits-micro"].config, 20)
    good &= check(args.xpike, MODELS / "mnist.safetensors", enlarged(digits), TASKS["mnist"].config, 20)
    for number, case in enumerate(CASES * 2):  # every case with two seeds
        with tempfile.TemporaryDirectory() as name:
            file = Path(name) / "m.safetensors"
            write_model(file, build(case, number))
            good &= check(args.xpike, file, images(case, 6, number), case.config, 6)
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
