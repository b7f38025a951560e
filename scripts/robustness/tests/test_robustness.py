# SPDX-License-Identifier: Apache-2.0
"""Figures of a hand-made report, and that the record on file gives the figures on file."""
from __future__ import annotations

import json
import unittest

from scripts.robustness import record, studies


def curve(mean: float, deviation: float, change: float) -> dict[str, object]:
    changes = {"mean": [change] * 6, "half_interval": [0.01] * 6}
    return {"mean": [mean] * 6, "deviation": [deviation] * 6, "minus_ideal": changes, "minus_first_model": changes}


FACTS = {"command": "xpike", "commit": "0123456789", "date": "2026-01-01"}
DRIFT = {**FACTS, "chips": 5, "images": 2000, "models": [
    {"name": "mnist-hw", "ideal": {"mean": [0.975]}, "compensation": {"gain": curve(0.97, 0.002, -0.005)}}]}
SWEEP = {**FACTS, "seeds": 5, "steps": [1, 2], "difference": [0.001, -0.02],
         "difference_half_interval": [0.002, 0.01], "lanes": {"mean": [0.8, 0.9], "deviation": [0.01, 0.01]},
         "perfect": {"mean": [0.8, 0.92], "deviation": [0.01, 0.01]}}
FAULTS = {**FACTS, "chips": 5, "images": 300, "none": {"mean": 0.98, "half_interval": 0.01}, "cases": [
    {"mean": 0.5, "half_interval": 0.02, "change": {"mean": -0.48, "half_interval": 0.03}}]}


class RecordTest(unittest.TestCase):
    def test_figures_of_a_report(self) -> None:
        report = {"parts": {"drift": {"mnist": DRIFT}, "sweep": {"digits": SWEEP}, "faults": {"digits": FAULTS}}}
        figures = {entry["id"]: entry for entry in record.entries(report)}
        self.assertEqual(figures["robust.drift.mnist.hw.gain.360days"]["value"], "97.00 ± 0.20")
        self.assertEqual(figures["robust.drift.mnist.hw.gain.1s.minus_ideal"]["value"], "-0.50 ± 1.00")
        self.assertEqual(figures["robust.drift.mnist.images"]["value"], "2,000")
        self.assertEqual(figures["robust.sweep.digits.t2.difference"]["value"], "-2.00 ± 1.00")
        self.assertEqual(figures["robust.sweep.digits.agreeing"]["value"], "1 of 2")
        self.assertEqual(figures["robust.faults.digits.1.change"]["value"], "-48.00 ± 3.00")
        self.assertEqual(figures["robust.faults.digits.none"]["unit"], "%")
        self.assertEqual({entry["commit"] for entry in figures.values()}, {"0123456789"})

    def test_seeds_are_taken_together(self) -> None:
        figures = record.Figures(record.PREFIX, FACTS)
        reports = []
        for change, half in ((0.01, 0.004), (0.02, 0.008)):
            seen = curve(0.97, 0.002, change)
            seen["minus_first_model"] = {"mean": [change] * 6, "half_interval": [half] * 6}
            reports.append({"models": [{}, {"compensation": {"gain": seen}}]})
        record.add_seeds(figures, "seeds.digits32", reports)
        values = {entry["id"]: entry["value"] for entry in figures.entries}
        self.assertEqual(values["robust.seeds.digits32.seeds"], "2")
        self.assertEqual(values["robust.seeds.digits32.1day"], "+1.50 ± 0.60")

    def test_the_record_is_that_of_its_report(self) -> None:
        report = json.loads(record.REPORT.read_text(encoding="utf-8"))
        self.assertEqual(json.loads(record.FILE.read_text(encoding="utf-8")), record.entries(report))
        for part, tasks in studies.PARTS.items():
            for task in tasks:
                self.assertEqual(report["parts"][part][task.name]["command"],
                                 "build/bin/xpike " + " ".join(studies.words(part, task)))


if __name__ == "__main__":
    unittest.main()
