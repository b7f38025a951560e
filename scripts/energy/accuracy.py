# SPDX-License-Identifier: Apache-2.0
"""Accuracy of the trained digits model with other converters and other sharing of random bytes.

The integer forward of sw/train, which equals the chip bit for bit as built, with one part exchanged;
nothing is trained again.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from sw.train.bit_sources import Hardware, LaneBits
from sw.train.integer_forward import IntegerForward, exact_product
from sw.train.model_file import read_model
from sw.train.stats import wilson
from sw.train.tasks import TASKS

from scripts.command_line import ROOT

BUILT_BITS = 5
LANE_SEEDS = (1, 2, 3)
PART = "validation"  # the test part is for results, not for choices


class OtherConverters(IntegerForward):
    """Converters of `converter_bits` bits over the same range: finer or coarser steps."""

    converter_bits = BUILT_BITS

    def current(self, name: str, x: Tensor) -> Tensor:
        finer = self.converter_bits - BUILT_BITS
        weight = self.tensor(f"{name}.weight")
        columns = torch.arange(len(weight)) // self.array["cols"]
        gain, shift = self.tensor(f"{name}.gain")[columns], self.tensor(f"{name}.shift")[columns] - finer
        top = 1 << (self.converter_bits - 1)
        total = torch.zeros(*x.shape[:-1], len(weight), dtype=torch.int64)
        for first in range(0, weight.shape[1], self.array["rows"]):
            rows = slice(first, first + self.array["rows"])
            sums = exact_product(x[..., rows], weight[:, rows].t())
            total += ((sums * gain + (1 << (shift + 7))) >> (shift + 8)).clamp(-top, top - 1)
        # In quarters of a built code, rounded down where codes are finer than that.
        return (4 * total) >> finer if finer >= 0 else (4 * total) << -finer


class SharedBytes(LaneBits):
    """Bank S with fewer bytes than keys: cells further apart share one."""

    def __init__(self, seed: int, hardware: Hardware, count: int) -> None:
        super().__init__(seed, hardware)
        self.count = count

    def attention(self, images: list[int], layer: int, steps: int, heads: int,
                  head_dim: int) -> tuple[np.ndarray, np.ndarray]:
        s, a = super().attention(images, layer, steps, heads, head_dim)
        return s[..., :self.count], a


@dataclass(frozen=True)
class Share:
    """Share of right answers, mean over the lane seeds, with its 95 % interval on the images."""

    mean: float
    low: float
    high: float
    images: int

    def report(self) -> dict[str, Any]:
        return {"mean": self.mean, "interval_95": [self.low, self.high], "images": self.images,
                "lane_seeds": len(LANE_SEEDS)}


class Accuracy:
    """Of models/digits.safetensors on validation images."""

    def __init__(self) -> None:
        torch.set_num_threads(1)  # small products; threads that wait for each other cost more
        self.model = read_model(ROOT / "models" / "digits.safetensors")
        self.data = TASKS["digits"].split(PART)
        self.hardware = Hardware.named(TASKS["digits"].config)

    def measure(self, converter_bits: int = BUILT_BITS, score_bytes: int | None = None) -> Share:
        right = []
        for seed in LANE_SEEDS:
            bits = LaneBits(seed, self.hardware) if score_bytes is None else SharedBytes(
                seed, self.hardware, score_bytes)
            forward = OtherConverters(self.model, bits)
            forward.converter_bits = converter_bits
            scores = forward.run(self.data.images, list(range(len(self.data.labels))))[:, -1]
            right.append(float((scores.argmax(dim=1).numpy() == self.data.labels).mean()))
        images = len(self.data.labels)
        mean = float(np.mean(right))
        return Share(mean, *wilson(mean * images, images), images)
