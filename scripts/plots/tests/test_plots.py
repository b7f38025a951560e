# SPDX-License-Identifier: Apache-2.0
"""Every picture, drawn from runs of the built command on a few digits; the readers on wrong input.

XPIKE names the command. Without matplotlib and numpy the tests are skipped and say so.
"""
from __future__ import annotations

import importlib.util
import json
import os
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
READY = all(importlib.util.find_spec(module) for module in ("matplotlib", "numpy"))
REASON = "python3-matplotlib or python3-numpy is not installed (scripts/install-packages.sh plots)"


def trace_document(events: list[dict[str, Any]]) -> str:
    name = {"ph": "M", "pid": 1, "tid": 4, "name": "thread_name", "args": {"name": "FF1"}}
    return json.dumps({"otherData": {"cycles": 9}, "traceEvents": [name, *events]})


def begin(cycle: int, cycles: int, name: str) -> dict[str, Any]:
    return {"ph": "B", "pid": 1, "tid": 4, "name": name, "args": {"cycle": cycle, "cycles": cycles}}


END = {"ph": "E", "pid": 1, "tid": 4}


@unittest.skipUnless(READY, REASON)
class ReaderTest(unittest.TestCase):
    def read(self, text: str) -> Any:
        from scripts.plots.trace import read_trace
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "t.json"
            file.write_text(text)
            return read_trace(file)

    def test_slices_nest(self) -> None:
        trace = self.read(trace_document([begin(2, 7, "outer"), begin(3, 2, "inner"), END, END]))
        self.assertEqual([(s.name, s.depth, s.begin, s.end) for s in trace.slices],
                         [("outer", 0, 2, 9), ("inner", 1, 3, 5)])
        self.assertEqual(trace.tracks, ["FF1"])
        self.assertEqual([s.name for s in trace.of("FF1", 1)], ["inner"])

    def test_unpaired_events_are_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "ends nothing"):
            self.read(trace_document([END]))
        with self.assertRaisesRegex(ValueError, "has no end"):
            self.read(trace_document([begin(0, 1, "open")]))

    def test_confusion_matrix_counts_labels_by_row(self) -> None:
        import numpy as np
        from scripts.plots.confusion import confusion_matrix
        counts = confusion_matrix(np.array([0, 0, 1, 2, 2]), np.array([0, 1, 1, 0, 0]), 3)
        self.assertEqual(counts.tolist(), [[1, 1, 0], [0, 1, 0], [2, 0, 0]])


@unittest.skipUnless(READY and "XPIKE" in os.environ, REASON)
class PictureTest(unittest.TestCase):
    """One small task for all tests: the first eight digits of the test part."""

    scratch: tempfile.TemporaryDirectory[str]
    folder: Path
    material: Any

    @classmethod
    def setUpClass(cls) -> None:
        from scripts.plots import runs, style
        from scripts.plots.material import read_material
        style.apply()
        cls.scratch = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.scratch.name)
        data = cls.folder / "digits"
        data.mkdir()
        for name in ("images.npy", "labels.npy"):
            (data / name).symlink_to(ROOT / "data" / "digits" / name)
        order = json.loads((ROOT / "data" / "digits" / "split.json").read_text())["test"]
        (data / "split.json").write_text(json.dumps({"test": order[:8]}))
        model = ROOT / "models" / "digits.safetensors"
        runs.run_all(Path(os.environ["XPIKE"]), model, data, cls.folder / "data")
        cls.material = read_material("digits", model, data, cls.folder / "data", 6)

    @classmethod
    def tearDownClass(cls) -> None:
        cls.scratch.cleanup()

    def test_material_is_complete(self) -> None:
        m = self.material
        self.assertEqual(len(m.images), 8)
        self.assertEqual(len(m.dumps), 8)
        self.assertEqual(m.shown_label, 3)
        self.assertEqual([report["seed"] for report in m.by_seed], [1, 2, 3, 4, 5])
        # The dumps come from the chip, the report from the reference: the same predictions.
        self.assertEqual([int(dump["head"][-1].argmax()) for dump in m.dumps],
                         m.predictions.tolist())

    def test_pictures_are_written_and_not_blank(self) -> None:
        from PIL import Image
        from scripts.plots import style
        from scripts.plots.__main__ import PICTURES
        for name, draw in PICTURES.items():
            with self.subTest(name):
                style.save(draw(self.material), self.folder / name)
                with Image.open(self.folder / f"{name}.png") as image:
                    self.assertGreater(min(image.size), 600)
                    self.assertGreater(len(image.convert("RGB").getcolors() or []), 20)
                root = ElementTree.parse(self.folder / f"{name}.svg").getroot()
                self.assertTrue(root.tag.endswith("svg"))
                first = (self.folder / f"{name}.svg").read_bytes()
                style.save(draw(self.material), self.folder / name)
                self.assertEqual(first, (self.folder / f"{name}.svg").read_bytes())

    def test_recorded_studies_are_drawn(self) -> None:
        from PIL import Image
        from scripts.plots import drift
        for name in drift.draw_all(self.folder):
            with self.subTest(name), Image.open(self.folder / f"{name}.png") as image:
                self.assertGreater(min(image.size), 600)
                self.assertGreater(len(image.convert("RGB").getcolors() or []), 20)

    def test_token_places_match_the_tokens(self) -> None:
        from scripts.plots.attention_maps import token_grid
        rows, columns = token_grid(self.material)
        self.assertEqual(rows * columns, self.material.shown_dump["embed"].shape[1])

    def test_rates_agree_with_the_counters(self) -> None:
        """Rates of the dumps against those that the command reports for the same images."""
        from scripts.plots.spike_rates import rates_of
        for stage in ("q", "proj", "ff1", "res2"):
            layers = [rates_of(self.material, f"layer{layer}.{stage}").mean() for layer in range(2)]
            self.assertAlmostEqual(sum(layers) / 2, self.material.report["spike_rates"][stage])


if __name__ == "__main__":
    unittest.main()
