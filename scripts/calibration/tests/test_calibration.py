# SPDX-License-Identifier: Apache-2.0
"""Figures of hand-made reports, and that the figures on file are of the commands of today."""
from __future__ import annotations

import json
import unittest
from typing import Any

from scripts.calibration import record, studies

FACTS = {"command": "xpike", "commit": "0123456789", "date": "2026-01-01"}


def summary(within: float, mean: float, p95: float) -> dict[str, float]:
    return {"within": within, "mean": mean, "mean_size": abs(mean), "p95": p95, "largest": 2 * p95}


def study(key: str, value: int) -> dict[str, Any]:
    sums = [summary(1.0, 0.001, 0.01)] * 4 + [summary(0.975, -0.008, 0.012), summary(0.99, 0.007, 0.0175)]
    ages = [{"sums": s, "fit": summary(1.0, 0.0, 0.005), "unrounded": s} for s in sums]
    run = {"vectors": studies.USUAL, "density": 51, "cycles": 2324.0, "ages": ages,
           "matrices": [{"name": "head", "sums": [summary(0.6, 0.02, 0.03)]}], key: value}
    return {**FACTS, "models": [{"name": "digits", "row_blocks": 16, "passes": [run]}]}


def cost(configuration: str) -> dict[str, Any]:
    total = {"low": 1e-7, "mid": 2.5e-7, "high": 4e-7}
    return {**FACTS, "configuration": configuration,
            "calibration": {"cycles": 2324.0, "seconds": 1.162e-5, "energy": {"total_j": total}}}


def report() -> dict[str, Any]:
    rtl = {"looks": 6, "sums": 384, "gains": 192, "images": 60, "mismatches": 0, "calibration_cycles": 2324,
           "baseline_cycles": 1268}
    engines = {**FACTS, "models": [{"name": "digits", "rtl": rtl}]}
    energies = {f"energy-{config}": cost(config) for config in studies.CONFIGS}
    return {"vectors": study("vectors", studies.USUAL), "densities": study("density", 26), "engines": engines,
            **energies}


class RecordTest(unittest.TestCase):
    def test_figures_of_a_report(self) -> None:
        figures = {entry["id"]: entry for entry in record.entries(report())}
        value = {name: entry["value"] for name, entry in figures.items()}
        self.assertEqual(value["calibration.digits.vectors64.sums.worst.within"], "97.5")
        self.assertEqual(value["calibration.digits.vectors64.sums.worst.mean"], "-0.80")
        self.assertEqual(value["calibration.digits.vectors64.sums.worst.p95"], "1.75")
        self.assertEqual(value["calibration.digits.vectors64.sums.360days.within"], "99.0")
        self.assertEqual(value["calibration.digits.density26.fit.worst.within"], "100.0")
        self.assertEqual(value["calibration.digits.head.within"], "60.0")
        self.assertEqual(value["calibration.digits.head.mean"], "+2.00")
        self.assertNotIn("calibration.digits.density26.sums.1s.within", value)
        self.assertEqual(value["calibration.digits.vectors64.cycles"], "2,324")
        self.assertEqual(value["calibration.engines.digits.sums"], "384")
        self.assertEqual(value["calibration.engines.digits.mismatches"], "0")
        self.assertEqual(value["calibration.cost.tiny.energy"], "0.25 (0.1 to 0.4)")
        self.assertEqual(value["calibration.cost.tiny.seconds"], "11.6")
        self.assertEqual({entry["commit"] for entry in figures.values()}, {"0123456789"})

    def test_figures_on_file_are_of_these_commands(self) -> None:
        on_file = json.loads(record.FILE.read_text(encoding="utf-8"))
        self.assertEqual({entry["command"] for entry in on_file},
                         {"build/bin/xpike " + " ".join(words) for words in studies.PARTS.values()})
        self.assertEqual(len({entry["id"] for entry in on_file}), len(on_file))


if __name__ == "__main__":
    unittest.main()
