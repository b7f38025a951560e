# SPDX-License-Identifier: Apache-2.0
"""Compare spike dumps of another program with the integer forward, tensor by tensor.

    xpike run --dump-spikes DIR ...            (any program that writes the dump format)
    python3 -m sw.train.compare models/digits.safetensors DIR --seed 1

Every tensor of every image found in DIR is compared in type, shape and value. Exit code 1 on any
difference, missing or unknown tensor, or when DIR holds fewer images than --least.
"""
from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

from sw.train.bit_sources import BitSource, Hardware, LaneBits, RecordedBits
from sw.train.data import PARTS, ROOT, load_split
from sw.train.integer_forward import IntegerForward
from sw.train.loop import deterministic
from sw.train.model_file import Model, read_model


def differences(folder: Path, expected: dict[str, np.ndarray]) -> list[str]:
    """What is wrong in the dump of one image."""
    found = {file.stem: file for file in folder.glob("*.npy")}
    wrong = [f"{name}: missing" for name in expected if name not in found]
    wrong += [f"{name}: unknown tensor" for name in found if name not in expected]
    for name in (n for n in expected if n in found):
        actual, wanted = np.load(found[name]), expected[name]
        if actual.dtype != wanted.dtype or actual.shape != wanted.shape:
            wrong.append(f"{name}: {actual.dtype}{actual.shape} in place of {wanted.dtype}{wanted.shape}")
        elif not np.array_equal(actual, wanted):
            places = np.argwhere(actual != wanted)
            first = tuple(int(i) for i in places[0])
            wrong.append(f"{name}: {len(places)} of {wanted.size} differ, first at {first}: "
                         f"{actual[first]} in place of {wanted[first]}")
    return wrong


def compare(model: Model, dumps: Path, images: np.ndarray, bits: BitSource, steps: int | None) -> tuple[int, int]:
    """(images compared, images with a difference); prints what differs."""
    numbers = sorted(int(folder.name[3:]) for folder in dumps.glob("img[0-9][0-9][0-9][0-9][0-9]"))
    forward, bad = IntegerForward(model, bits, steps), 0
    for number in numbers:
        forward.run(images[[number]], [number])
        expected = {name: tensor[0].numpy() for name, tensor in forward.trace.items()}
        wrong = differences(dumps / f"img{number:05d}", expected)
        bad += bool(wrong)
        for line in wrong:
            print(f"img{number:05d} {line}")
    return len(numbers), bad


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("dumps", type=Path)
    parser.add_argument("--seed", type=int, default=1, help="seed of the lanes")
    parser.add_argument("--config", default="tiny", help="build configuration: tile size and leaps")
    parser.add_argument("--steps", type=int, help="time steps, default: those of the model")
    parser.add_argument("--data", type=Path, default=ROOT / "data" / "digits", help="data folder")
    parser.add_argument("--split", default="test", choices=(*PARTS, "all"))
    parser.add_argument("--images", type=Path, help=".npy file of images, in place of a split")
    parser.add_argument("--bits", type=Path, help=".npz file of recorded bytes, in place of the lanes")
    parser.add_argument("--least", type=int, default=20, help="least number of images")
    args = parser.parse_args()
    deterministic()
    images = np.load(args.images) if args.images else load_split(args.split, args.data).images
    lanes = LaneBits(args.seed, Hardware.named(args.config))
    bits = RecordedBits.load(args.bits) if args.bits else lanes
    count, bad = compare(read_model(args.model), args.dumps, images, bits, args.steps)
    print(f"{count} images compared, {bad} differ")
    return int(bad > 0 or count < args.least)


if __name__ == "__main__":
    sys.exit(main())
