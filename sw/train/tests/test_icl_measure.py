# SPDX-License-Identifier: Apache-2.0
"""What `make symbols` prints and records."""
from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

import numpy as np

from sw.train.icl.measure import prompts_of, table
from sw.train.icl.record import entries

REPORT = {"part": "test", "prompts": 50_000, "steps": 8, "bit_error_rate": [0.0625, 0.0615, 0.0635],
          "by_step": [0.2, 0.0625],
          "rtl": {"18": {"prompts": 400, "mismatches": 0, "cycles_per_prompt": 7000.4},
                  "0": {"prompts": 40, "mismatches": 2, "cycles_per_prompt": 900.0}}}


class MeasureTest(unittest.TestCase):
    def test_table(self) -> None:
        lines = table(REPORT).splitlines()
        self.assertIn("0.0625, 95 % interval 0.0615 to 0.0635, 100000 symbols, 8 time steps", lines[0])
        self.assertEqual(lines[4].split(), ["18", "400", "0", "7,000"])
        self.assertEqual(lines[5].split(), ["0", "40", "2", "900"])

    def test_figures(self) -> None:
        facts = {"command": "make symbols", "commit": "0123456789", "date": "2026-01-31"}
        found = {entry["id"]: f"{entry['value']} {entry['unit']}" for entry in entries(
            {"yardsticks": {}, "trained": {"chip": REPORT}, "facts": {"chip": facts}})}
        self.assertEqual(found["icl.chip.high"], "6.35 %")
        self.assertEqual(found["icl.chip.rtl18.prompts"], "400 prompts")
        self.assertEqual(found["icl.chip.rtl0.mismatches"], "2 differences")

    def test_prompts_of_a_length_are_those_of_the_test_part(self) -> None:
        with tempfile.TemporaryDirectory() as place:
            images = {pairs: np.load(prompts_of(Path(place) / str(pairs), pairs, 3) / "images.npy") for pairs in (0, 5)}
        self.assertEqual(images[0].shape, (3, 1, 74))
        self.assertEqual(images[5].shape, (3, 6, 74))
        # A query has no symbol: the four rows of each antenna are off, the last row of the token is on.
        self.assertTrue((images[5][:, -1, 64:72] == 0).all() and (images[5][:, -1, 73] == 256).all())


if __name__ == "__main__":
    unittest.main()
