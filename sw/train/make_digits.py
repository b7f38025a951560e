# SPDX-License-Identifier: Apache-2.0
"""One-time conversion of the UCI digits (csv.gz, 64 pixels and a label a line) to data/digits.

The csv.gz is the file sklearn/datasets/data/digits.csv.gz of any scikit-learn wheel. The split
holds 36 images of every digit for validation, 36 for test and the other 1,077 for training.
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

SPLIT_SEED = 2024
PER_CLASS = 36  # images of each digit in the validation part, and again in the test part


def make_split(labels: np.ndarray, seed: int) -> dict[str, list[int]]:
    """Stratified index lists; each list keeps the order of the data file."""
    rng = np.random.Generator(np.random.PCG64(seed))
    parts: dict[str, list[int]] = {"train": [], "validation": [], "test": []}
    for digit in range(10):
        order = rng.permutation(np.flatnonzero(labels == digit)).tolist()
        parts["test"] += order[:PER_CLASS]
        parts["validation"] += order[PER_CLASS:2 * PER_CLASS]
        parts["train"] += order[2 * PER_CLASS:]
    return {name: sorted(part) for name, part in parts.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("csv", type=Path, help="digits.csv.gz")
    parser.add_argument("--out", type=Path, default=Path("data/digits"))
    args = parser.parse_args()
    table = np.loadtxt(args.csv, delimiter=",").astype(np.uint8)
    if table.shape != (1797, 65) or table[:, :64].max() != 16 or table[:, 64].max() != 9:
        raise SystemExit(f"{args.csv} is not the 1,797 digits file")
    args.out.mkdir(parents=True, exist_ok=True)
    np.save(args.out / "images.npy", table[:, :64].reshape(-1, 8, 8))
    np.save(args.out / "labels.npy", table[:, 64].copy())
    split = {"seed": SPLIT_SEED, **make_split(table[:, 64], SPLIT_SEED)}
    (args.out / "split.json").write_text(json.dumps(split, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
