# SPDX-License-Identifier: Apache-2.0
"""The comparison on hand-made figures, and the whole command on the built program.

XPIKE_BUILD names the build folder. Pictures are drawn where matplotlib is installed.
"""
from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

from scripts.energy import comparison, design_space, record, synthesis
from scripts.energy.cases import HEADLINE, MAIN, ROOT, SHAPES, SWEPT_RATES, TRAINED

PAPER = json.loads((ROOT / "configs" / "energy" / "paper.json").read_text(encoding="utf-8"))


def around(mid: float) -> dict[str, float]:
    return {"low": mid / 2, "mid": mid, "high": 2 * mid}


def estimate() -> dict[str, Any]:
    """0.4 mJ, of which the converters take 0.1; baselines of 8, 2 and 1 mJ."""
    groups = {"drive": 1e-4, "converter": 1e-4, "accumulation and LIF": 5e-5, "buffers": 0.0,
              "spike transport": 0.0, "code transport": 0.0, "attention": 1e-4, "spike memory": 5e-5}
    def breakdown(parts: dict[str, float]) -> dict[str, Any]:
        items = [{"group": name, "name": "conversions" if name == "converter" else "all",
                  "energy_j": around(value)} for name, value in parts.items()]
        return {"total_j": around(sum(parts.values())), "items": items,
                "groups_j": {name: around(value) for name, value in parts.items()}}
    ours = breakdown(groups)
    baselines = {name: {**breakdown({"compute": joule}), "ratio": around(joule / 4e-4)}
                 for name, joule in (("ann_quant", 8e-3), ("ann_quant_aimc", 2e-3), ("snn_digi_opt", 1e-3))}
    return {"energy": ours, "baselines": baselines, "activity": {"events": {"conversions": 1e6}}}


class ComparisonTest(unittest.TestCase):
    def setUp(self) -> None:
        self.cases = {"shapes": {MAIN.name: {HEADLINE: estimate()}}}

    def test_aims_say_by_how_much(self) -> None:
        rows = {row["name"]: row for row in comparison.aims(self.cases, PAPER)}
        energy = rows["energy of an image"]
        self.assertFalse(energy["met"])
        self.assertAlmostEqual(energy["margin_percent"], -100 / 3)
        digital = rows["ANN-Quant / ours"]
        self.assertTrue(digital["met"])
        self.assertAlmostEqual(digital["margin_percent"], 100 * (20 / 13 - 1))
        self.assertAlmostEqual(digital["needed_baseline_mj"], 13 * 0.4)
        self.assertFalse(rows["ANN-Quant+AIMC / ours"]["met"])
        self.assertTrue(rows["SNN-Digi-Opt / ours"]["met"])

    def test_shares(self) -> None:
        shares = comparison.energy_shares(estimate())
        self.assertAlmostEqual(shares["aimc"], 0.625)
        self.assertAlmostEqual(shares["ssa"], 0.25)
        self.assertAlmostEqual(shares["other"], 0.125)
        self.assertAlmostEqual(shares["aimc converter"], 0.4)

    def test_what_the_paper_leaves_for_a_conversion(self) -> None:
        found = comparison.converter_share(estimate(), PAPER)
        self.assertAlmostEqual(found["paper_fj"], 0.30e-3 * 0.784 * 0.02 / 1e6 * 1e15)
        self.assertAlmostEqual(found["ours_fj"], 1e-4 / 1e6 * 1e15)

    def test_attention_per_cell_update(self) -> None:
        one = estimate()
        one["activity"] = {"tokens": 10, "events": {"ssa_columns": 1000.0}}
        found = comparison.attention_per_update(one, PAPER)
        self.assertEqual(found["updates"], 1000 * 12 * 100)
        self.assertAlmostEqual(found["ours_mid_fj"], 1e-4 * 1e15 / 1.2e6)
        self.assertAlmostEqual(found["paper_fj"], 0.30e-3 * 0.189 * 1e15 / 1.2e6)

    def test_synthesis_takes_the_place_of_the_estimate(self) -> None:
        one = estimate()
        one["activity"]["events"] |= {"draws_value": 0.75e6, "draws_score": 0.25e6}
        event_j = {synthesis.UPDATE: 2e-12, synthesis.DRAW: 28e-12}
        found = synthesis.attention("toy", {"low": 40.0, "mid": 20.0, "high": 10.0}, event_j, one, 1e6)
        self.assertAlmostEqual(found["attention_j"]["mid"], 1.5e-6)  # (2 + 28) uJ over 20
        self.assertAlmostEqual(found["per_update_j"]["low"], 0.75e-12)
        self.assertAlmostEqual(found["lane_share"], 28 / 30)
        self.assertAlmostEqual(found["total_j"]["mid"], 4e-4 - 1e-4 + 1.5e-6)
        self.assertAlmostEqual(found["total_j"]["high"], 8e-4 - 2e-4 + 3e-6)
        self.assertIn("2.00 pJ", "".join(synthesis.lines([found])))

    def test_a_library_that_is_not_on_record_is_left_out(self) -> None:
        self.assertIsNone(synthesis.recorded("toy"))
        self.assertIn("not on record", synthesis.lines([])[0])

    def test_nothing_is_recorded_without_the_data_that_pages_quote(self) -> None:
        with self.assertRaisesRegex(ValueError, "make data-mnist"):
            record.record({"trained": {"digits": {}}})

    def test_prices_of_memory_move_only_the_traffic(self) -> None:
        one = estimate()
        for baseline in one["baselines"].values():
            baseline["groups_j"] = {"activation memory": around(4e-4), "compute": around(0.0)}
        cheap, middle, dear = comparison.memory_prices(one)
        self.assertAlmostEqual(middle["ann_quant"], 20)
        self.assertAlmostEqual(cheap["ann_quant"], 19.5)
        self.assertAlmostEqual(dear["ann_quant"], 24)

    def test_what_decides(self) -> None:
        breakdown = estimate()["energy"]
        breakdown["items"].append({"group": "spike memory", "name": "guess",
                                   "energy_j": {"low": 0.0, "mid": 0.0, "high": 1.0}})
        breakdown["groups_j"]["attention"] = around(2e-4)
        self.assertEqual(comparison.deciding(breakdown)["largest"], "attention")
        self.assertEqual(comparison.deciding(breakdown)["least_certain"], "spike memory: guess")


class DesignSpaceTest(unittest.TestCase):
    def test_points_cover_the_grid_and_contain_the_built_design(self) -> None:
        for space in design_space.SPACES:
            listed = design_space.points(space)
            grid = {(p.bits, p.columns) for p in listed if p.axis == "converters"}
            self.assertEqual(len(grid), 25)
            built = [p for p in listed if p.buildable(space)]
            self.assertIn((5, 8), {(p.bits, p.columns) for p in built})
            self.assertTrue(all(p.bits == 5 for p in built))

    def test_front(self) -> None:
        def row(area: float, energy: float, bits: int = 5) -> dict[str, Any]:
            return {"axis": "converters", "bits": bits, "area_mm2": around(area), "energy_j": around(energy)}
        rows = [row(1, 3), row(2, 2), row(3, 2), row(4, 1), row(9, 9, bits=6)]
        design_space.mark_front(rows)
        self.assertEqual([r["front"] for r in rows], [True, True, False, True, True])


@unittest.skipUnless(importlib.util.find_spec("torch"), "python3-torch is not installed")
class AccuracyTest(unittest.TestCase):
    def setUp(self) -> None:
        from scripts.energy import accuracy
        self.accuracy = accuracy
        self.source = accuracy.Accuracy()
        self.images = self.source.data.images[:4]

    def scores(self, bits: int | None, score_bytes: int = 16) -> Any:
        from sw.train.integer_forward import IntegerForward
        source = self.accuracy.SharedBytes(1, self.source.hardware, score_bytes)
        forward = IntegerForward(self.source.model, source)
        if bits is not None:
            forward = self.accuracy.OtherConverters(self.source.model, source)
            forward.converter_bits = bits
        return forward.run(self.images, [0, 1, 2, 3]).tolist()

    def test_the_built_converter_is_the_integer_forward(self) -> None:
        self.assertEqual(self.scores(5), self.scores(None))

    def test_other_converters_and_fewer_bytes_give_other_scores(self) -> None:
        for changed in (self.scores(4), self.scores(6), self.scores(8), self.scores(5, 4)):
            self.assertNotEqual(changed, self.scores(5))


class CommandTest(unittest.TestCase):
    def test_report_of_the_built_program(self) -> None:
        build = Path(os.environ["XPIKE_BUILD"])
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, "-m", "scripts.energy", "--build", str(build), "--out",
                                   folder], cwd=ROOT, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            report = json.loads((Path(folder) / "report.json").read_text(encoding="utf-8"))
        with_data = [model.name for model in TRAINED if (model.data / "images.npy").exists()]
        self.assertEqual(sorted(report["trained"]), sorted(with_data))
        self.assertTrue(report["trained"]["digits"]["activity"]["measured_cycles"])
        self.assertEqual(list(report["shapes"]), [shape.name for shape in SHAPES])
        self.assertEqual([entry["rate"] for entry in report["rates"]], list(SWEPT_RATES))
        for words in ("SwiftTron", "missed by", "cannot be reproduced"):
            self.assertIn(words, done.stdout)
        # Ratios are what the report's own energies give.
        main = report["shapes"][MAIN.name][HEADLINE]
        for baseline in main["baselines"].values():
            self.assertAlmostEqual(baseline["ratio"]["mid"],
                                   baseline["total_j"]["mid"] / main["energy"]["total_j"]["mid"])
        identities = [entry["id"] for entry in record.entries(report)]
        self.assertEqual(len(identities), len(set(identities)))

    def test_a_missing_program_is_one_line(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, "-m", "scripts.energy", "--build", folder], cwd=ROOT,
                                  capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertTrue(done.stderr.startswith("energy: "))
        self.assertEqual(done.stderr.count("\n"), 1)


if __name__ == "__main__":
    unittest.main()
