# SPDX-License-Identifier: Apache-2.0
"""Data folders of numerics section 10 (images, labels, fixed split) and the tokenizer's windows."""
from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("train", "validation", "test")


@dataclass(frozen=True)
class Split:
    """Images uint8 [n][h][w] and labels int64 [n]; position n is the image number of the streams."""

    images: np.ndarray
    labels: np.ndarray


def load_split(name: str, folder: Path) -> Split:
    """One part of the data: "train", "validation", "test", or "all" in the order of the file."""
    if not (folder / "images.npy").exists():
        raise SystemExit(f"{folder}/images.npy: missing; `make data-{folder.name}` fetches data that is not shipped")
    images, labels = np.load(folder / "images.npy"), np.load(folder / "labels.npy").astype(np.int64)
    if name == "all":
        return Split(images, labels)
    if name not in PARTS:
        raise ValueError(f"no split named {name!r}")
    index = np.asarray(json.loads((folder / "split.json").read_text())[name])
    return Split(images[index], labels[index])


def patches(images: np.ndarray, patch: int, stride: int, pad: int) -> np.ndarray:
    """Windows [n][token][patch*patch] of images [n][height][width], row-major both ways."""
    padded = np.pad(images, ((0, 0), (pad, pad), (pad, pad)))
    view = np.lib.stride_tricks.sliding_window_view(padded, (patch, patch), axis=(1, 2))
    view = view[:, ::stride, ::stride]
    return np.ascontiguousarray(view).reshape(len(images), -1, patch * patch)
