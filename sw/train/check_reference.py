# SPDX-License-Identifier: Apache-2.0
"""Run the C++ reference and compare every tensor with the integer forward, image by image.

    python3 -m sw.train.check_reference build/bin/xpike

The shipped model runs on 20 test images, random models of odd shapes on 6 images each. Exit code
1 on any difference.
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
from sw.train.model_file import Model, read_model, write_model
from sw.train.random_models import CASES, build, images
from sw.train.tasks import TASKS

SHIPPED = ROOT / "models" / "digits.safetensors"
SEED = 2718281828


def check(xpike: Path, file: Path, model: Model, data: list[str], pictures: np.ndarray, config: str,
          count: int) -> bool:
    """Dump `count` images with the reference and compare them; True when all are equal."""
    with tempfile.TemporaryDirectory() as name:
        dumps = Path(name) / "dumps"
        command = [str(xpike), "run", "--model", str(file), *data, "--limit", str(count), "--config", config,
                   "--seed", str(SEED), "--dump-spikes", str(dumps)]
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
    digits = TASKS["digits"]
    data = ["--data", str(digits.folder), "--split", "test"]
    good = check(args.xpike, SHIPPED, read_model(SHIPPED), data, digits.split("test").images, "tiny", 20)
    for number, case in enumerate(CASES * 2):  # every case with two seeds
        with tempfile.TemporaryDirectory() as name:
            file, pictures = Path(name) / "m.safetensors", images(case, 6, number)
            write_model(file, build(case, number))
            np.save(Path(name) / "images.npy", pictures)
            data = ["--data", str(Path(name) / "images.npy")]
            good &= check(args.xpike, file, read_model(file), data, pictures, case.config, 6)
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
