# SPDX-License-Identifier: Apache-2.0
"""Tables and checks on hand-made reports, and the whole way on a small core of the built program.

XPIKE_BUILD names the build folder.
"""
from __future__ import annotations

import copy
import os
import tempfile
import unittest
from pathlib import Path
from typing import Any

from scripts.paper_scale import record
from scripts.paper_scale.__main__ import collect
from scripts.paper_scale.converters import aimc_cycles, converter_rows
from scripts.paper_scale.networks import OVERLAP, Command, Network, configurations
from scripts.paper_scale.overlap import extra_bits, overlap_missed, pace
from scripts.paper_scale.phases import missed, schedule_cycles
from scripts.paper_scale.tables import all_tables

ONE_LAYER = Network("one layer", "one", 10, 4)
CONFIG = {"array_cols": 128, "converters": 16, "depth": 1, "adc_cycles": 1}
OVERLAPPING = {"tokens": 2, "dim": 4, "steps": 3, "depth": 2, "input_words": 2, "input_rows": 5, "classes": 7,
               "array_cols": 10}
CONFIGS = {"one": CONFIG, "one-adc3": {**CONFIG, "adc_cycles": 3}}
UNITS = {"units": {"mlsa_time": {"low": 12.45, "mid": 13.4}, "sar_time": {"mid": 18.87}}}


def run_report(configuration: str = "one", cycles: int = 1150) -> dict[str, Any]:
    """10 tokens, 4 time steps, 8 mux steps: AIMC phases of 320 + 2 * 14 and 320 + 4 * 14 cycles."""
    phases = [("input", 200, None), ("aimc 0", 350, 348), ("ssa 0", 100, 100), ("aimc 1", 380, 376),
              ("readout", 20, None), ("seeds", 100, None)]
    return {"configuration": configuration, "tokens": 10, "steps": 4, "clock_hz": 200e6, "mismatches": 0,
            "ideal_cycles": 824, "events": {"cycles": cycles},
            "cycles_per_phase": [{"phase": phase, "cycles": count, "ideal": ideal}
                                 for phase, count, ideal in phases]}


class PhaseTest(unittest.TestCase):
    def test_only_phases_with_an_ideal_are_judged(self) -> None:
        report = run_report()
        self.assertEqual(schedule_cycles(report), 830)
        self.assertEqual(missed({"a": report}), [])
        report["cycles_per_phase"][0]["cycles"] = 100000
        self.assertEqual(missed({"a": report}), [])

    def test_a_slow_phase_and_a_difference_are_named(self) -> None:
        slow, wrong = run_report(), run_report()
        slow["cycles_per_phase"][3]["cycles"] = 405  # 855 of 824
        wrong["mismatches"] = 2
        lines = missed({"slow": slow, "wrong": wrong, "right": run_report()})
        self.assertEqual([line.split(":")[0] for line in lines], ["slow", "wrong"])


class ConverterTest(unittest.TestCase):
    def rows(self, slow: dict[int, dict[str, Any]]) -> list[dict[str, Any]]:
        return converter_rows((ONE_LAYER,), {"one layer": run_report()}, slow, CONFIGS, UNITS)

    def test_ideal_cycles(self) -> None:
        self.assertEqual(aimc_cycles(10, 4, 1, 8), 348 + 376)

    def test_formula_stretches_aimc_phases_alone(self) -> None:
        rows = self.rows({})
        self.assertEqual([row["how"] for row in rows], ["measured"] + 5 * ["computed"])
        # Two phases of 40 token-steps, six stages: 86 periods, which grow from 8 to 24 cycles.
        self.assertEqual([row["cycles"] for row in rows[:3]], [1150, 1150 + 86 * 16, 1150 + 86 * 24])
        self.assertAlmostEqual(rows[3]["conversion_cycles"], 2.49)
        self.assertAlmostEqual(rows[5]["cycles"], 1150 + 86 * 8 * 2.774)

    def test_a_run_goes_before_the_formula(self) -> None:
        row = self.rows({3: run_report("one-adc3", 2600)})[1]
        self.assertEqual((row["how"], row["cycles"]), ("measured", 2600))
        self.assertAlmostEqual(row["seconds"], 13e-6)

    def test_each_row_says_which_converter(self) -> None:
        assumptions = [row["assumption"] for row in self.rows({})]
        self.assertIn("voltage mode, 12.45 ns; sense amplifiers, current mode, 13.40 ns", assumptions[1])
        self.assertNotIn("successive", assumptions[1])
        self.assertIn("successive approximation, 18.87 ns", assumptions[2])
        self.assertIn("not tied to the clock", assumptions[5])


class OverlapTest(unittest.TestCase):
    def test_memory_by_hand(self) -> None:
        # U = 2 x 4 x 3 = 24 bits, 15 of them more; packet 2 x 8 x 9; scores 32 x 3 x 10.
        self.assertEqual(extra_bits(OVERLAPPING), 15 * 24 + 144 + 960)

    def test_the_slowest_part_decides_the_pace(self) -> None:
        # ViT-8-768: 197 x 7 x 8 conversions; 2 stages of 14, 18, 256 / 8 lanes of seeds and 4 for the entry.
        config = {"tokens": 256, "heads": 12, "head_dim": 64, "depth": 8, "input_rows": 1024, "classes": 1000,
                  "array_cols": 128, "converters": 16, "adc_cycles": 1, "input_words": 16}
        parts = pace(config, 197, 7)
        self.assertEqual(parts["the entry"], 11032 + 28 + 18 + 32 + 4)
        self.assertEqual(parts["attention"], 8 * (7 * 64 + 64 + 26 + 192))
        self.assertEqual(parts["input"], 197 * 32 + 4)
        self.assertEqual(max(parts, key=lambda part: parts[part]), "the entry")

    def test_a_slow_pace_and_a_difference_are_named(self) -> None:
        row = {"network": "a", "phases_per_image": 1.04}
        self.assertEqual(overlap_missed({"mismatches": 0}, [row]), [])
        self.assertIn("AIMC phases per image", overlap_missed({"mismatches": 0}, [row | {"phases_per_image": 1.06}])[0])
        self.assertIn("3 differences", overlap_missed({"mismatches": 3}, [row])[0])


class CommandTest(unittest.TestCase):
    def test_a_small_core_all_the_way(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            command = Command(Path(os.environ["XPIKE_BUILD"]) / "bin" / "xpike", Path(folder))
            report = collect(command, (Network("small", "nano", 7, 3),), {})
            self.assertLessEqual(set(configurations()), set(command.configurations()))
        run = report["runs"]["small"]
        self.assertEqual(run["mismatches"], 0)
        self.assertEqual([phase["phase"] for phase in run["cycles_per_phase"]],
                         ["input", "aimc 0", "ssa 0", "aimc 1", "readout", "seeds"])
        # The formula here and the one in the program.
        self.assertEqual(sum(phase["ideal"] for phase in run["cycles_per_phase"] if "aimc" in phase["phase"]),
                         aimc_cycles(7, 3, 1, 4))
        # The phases follow each other without a gap longer than a few cycles.
        self.assertAlmostEqual(sum(phase["cycles"] for phase in run["cycles_per_phase"]),
                               run["events"]["cycles"], delta=20)
        config = command.configurations()[OVERLAP.config]
        self.assertLessEqual(report["overlap"][0]["cycles"], max(pace(config, OVERLAP.tokens, OVERLAP.steps).values()))
        text = all_tables(report)
        for words in ("small", "7, 3", "measured", "computed"):
            self.assertIn(words, text)
        identities = [entry["id"] for entry in record.entries(report)]
        self.assertEqual(len(identities), len(set(identities)))

    def test_a_longer_schedule_is_found(self) -> None:
        report = copy.deepcopy(run_report())
        report["ideal_cycles"] = 800
        self.assertEqual(len(missed({"a": report})), 1)


if __name__ == "__main__":
    unittest.main()
