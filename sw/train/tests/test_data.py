# SPDX-License-Identifier: Apache-2.0
"""The shipped data: every image in exactly one part, classes even, and the split repeatable."""
from __future__ import annotations

import json
import unittest

import numpy as np

from sw.train.data import PARTS
from sw.train.make_digits import make_split
from sw.train.tasks import TASKS

DIGITS = TASKS["digits"]


class Digits(unittest.TestCase):
    def test_parts_are_disjoint_and_complete(self) -> None:
        split = json.loads((DIGITS.folder / "split.json").read_text())
        together = [index for part in PARTS for index in split[part]]
        self.assertEqual(sorted(together), list(range(1797)))

    def test_classes_and_pixels(self) -> None:
        for part in ("validation", "test"):
            self.assertEqual(np.bincount(DIGITS.split(part).labels).tolist(), [36] * 10)
        everything = DIGITS.split("all")
        self.assertEqual((everything.images.shape, everything.images.dtype), ((1797, 8, 8), np.uint8))
        self.assertEqual((everything.images.min(), everything.images.max()), (0, 16))

    def test_seed_gives_the_shipped_split(self) -> None:
        split = json.loads((DIGITS.folder / "split.json").read_text())
        seed = split.pop("seed")
        self.assertEqual(make_split(DIGITS.split("all").labels, seed), split)

    def test_unknown_part_is_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "no split named 'tset'"):
            DIGITS.split("tset")


if __name__ == "__main__":
    unittest.main()
