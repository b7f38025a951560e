# SPDX-License-Identifier: Apache-2.0
"""Write the validation or test prompts of docs/icl.md as a data folder.

    python3 -m sw.train.icl.make_data                                  # 2x2 and 4x4, test part, into data/icl
    python3 -m sw.train.icl.make_data --antennas 2 --pilots 5 --prompts 1000 --out short

Each folder gets images.npy, uint16 [prompts][tokens][rows], the last token the query; symbols.npy, uint8
[prompts][antennas], the symbols of the query; and for 2x2 labels.npy, uint8 [prompts], their class.
"""
from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

import numpy as np

from sw.train.data import ROOT
from sw.train.icl.channel import PILOTS
from sw.train.icl.parts import SEEDS, blocks
from sw.train.icl.prompts import CODINGS, classes_of, tokens

MOST_TOKENS = 64  # of configuration icl
PROMPTS = {2: 50_000, 4: 25_000}  # 100,000 symbols


def build(part: str, antennas: int, prompts: int, pilots: int = PILOTS) -> tuple[np.ndarray, np.ndarray]:
    """Tokens and the queries' symbols."""
    coding = CODINGS[antennas]
    images = np.empty((prompts, pilots + 1, coding.rows), dtype=np.uint16)
    answers = np.empty((prompts, antennas), dtype=np.uint8)
    first = 0
    for links in blocks(part, antennas, prompts, pilots):
        size = len(links.symbols)
        images[first:first + size] = tokens(links.received, links.symbols, pilots, coding)
        answers[first:first + size] = links.symbols[:, -1]
        first += size
    return images, answers


def digest(array: np.ndarray) -> str:
    """SHA-256 of the values, little-endian, in C order."""
    return hashlib.sha256(np.ascontiguousarray(array.astype(array.dtype.newbyteorder("<"))).tobytes()).hexdigest()


def write(folder: Path, images: np.ndarray, answers: np.ndarray) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "images.npy", images)
    np.save(folder / "symbols.npy", answers)
    if answers.shape[1] == 2:
        np.save(folder / "labels.npy", classes_of(answers))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--antennas", type=int, choices=sorted(CODINGS), nargs="+", default=sorted(CODINGS))
    parser.add_argument("--part", choices=sorted(SEEDS), default="test")
    parser.add_argument("--pilots", type=int, default=PILOTS, help="pilot pairs before the query")
    parser.add_argument("--prompts", type=int, help="default: as many as make 100,000 symbols")
    parser.add_argument("--out", type=Path, default=ROOT / "data" / "icl", help="gets a folder 2x2 and 4x4")
    args = parser.parse_args()
    if not 0 <= args.pilots < MOST_TOKENS:
        parser.error(f"--pilots: {args.pilots} is outside 0..{MOST_TOKENS - 1}")
    if args.prompts is not None and args.prompts < 1:
        parser.error(f"--prompts: {args.prompts} is not above 0")
    for antennas in args.antennas:
        images, answers = build(args.part, antennas, args.prompts or PROMPTS[antennas], args.pilots)
        folder = args.out / f"{antennas}x{antennas}"
        write(folder, images, answers)
        print(f"{folder}: {len(images)} prompts of {images.shape[1]} tokens of {images.shape[2]} rows, "
              f"SHA-256 of the tokens {digest(images)}, of the symbols {digest(answers)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
