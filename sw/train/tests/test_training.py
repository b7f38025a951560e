# SPDX-License-Identifier: Apache-2.0
"""Training runs: exact resumption through both stages, and folding."""
from __future__ import annotations

import contextlib
import io
import math
import tempfile
import unittest
from pathlib import Path

import torch

from sw.train import train
from sw.train.augment import augment
from sw.train.data import Split
from sw.train.export import load_network
from sw.train.loop import averaged_model
from sw.train.options import Recipe
from sw.train.tasks import TASKS

RECIPE = Recipe(epochs_float=2, epochs_quantised=2, steps_float=2, steps=2, warmup=1.0, batch=32,
                average=0.7)
DIGITS = TASKS["digits"]


def small(name: str) -> Split:
    part = DIGITS.split(name)
    return Split(part.images[:64], part.labels[:64])


def run(out: Path, model: str, resume: bool, stop_after: float, seed: int = 3) -> bool:
    with contextlib.redirect_stdout(io.StringIO()):
        return train.start(DIGITS, model, seed, out, RECIPE, resume, stop_after, small("train"), small("validation"))


class Resume(unittest.TestCase):
    def assert_same_state(self, left: Path, right: Path) -> None:
        a, b = torch.load(left / "checkpoint.pt"), torch.load(right / "checkpoint.pt")
        self.assertEqual((a["stage"], a["epoch"]), (b["stage"], b["epoch"]))
        self.assertTrue(torch.equal(a["generator"], b["generator"]))
        for kind in ("model", "average"):
            self.assertEqual(a[kind] is None, b[kind] is None)
            for name, tensor in (a[kind] or {}).items():
                self.assertTrue(torch.equal(tensor, b[kind][name]), f"{kind} {name}")

    def test_stopped_and_resumed_run_equals_one_run(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            whole, parts = Path(name) / "whole", Path(name) / "parts"
            self.assertTrue(run(whole, "spiking", False, math.inf))
            self.assertFalse(run(parts, "spiking", False, 1))
            for _ in range(2):
                self.assertFalse(run(parts, "spiking", True, 1))
            self.assertTrue(run(parts, "spiking", True, 1))
            self.assert_same_state(whole, parts)
            with self.assertRaisesRegex(ValueError, "another task, seed or recipe"):
                run(parts, "spiking", True, 1, seed=4)
            self.assert_averaged(whole)

    def assert_averaged(self, folder: Path) -> None:
        """The exported network has the averaged weights, which are not the last ones."""
        state, (network, _) = torch.load(folder / "checkpoint.pt"), load_network(folder)
        name = "matrices.embed.arrays.weight"
        exported = network.state_dict()[name]
        self.assertTrue(torch.equal(exported, state["average"][f"module.{name}"]))
        self.assertFalse(torch.equal(exported, state["model"][name]))

    def test_ann_resumes_and_seeds_differ(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            whole, parts, other = (Path(name) / n for n in ("whole", "parts", "other"))
            self.assertTrue(run(whole, "ann", False, math.inf))
            self.assertFalse(run(parts, "ann", False, 1))
            self.assertTrue(run(parts, "ann", True, 1))
            self.assert_same_state(whole, parts)
            run(other, "ann", False, math.inf, seed=4)
            a, b = torch.load(whole / "checkpoint.pt"), torch.load(other / "checkpoint.pt")
            self.assertFalse(torch.equal(a["model"]["embed.weight"], b["model"]["embed.weight"]))


class Average(unittest.TestCase):
    def test_average_by_hand(self) -> None:
        """The first step is taken as it is, then the average moves by 1 - decay of the distance."""
        model = torch.nn.Linear(1, 1, bias=False)
        averaged = averaged_model(model, 0.75)
        for weight, wanted in ((4.0, 4.0), (8.0, 5.0), (1.0, 4.0)):
            model.weight.data.fill_(weight)
            averaged.update_parameters(model)
            self.assertEqual(averaged.module.weight.item(), wanted)
        self.assertIsNone(averaged_model(model, 0.0))


class Augmentation(unittest.TestCase):
    def test_pixels_stay_integers_and_zero_change_is_identity(self) -> None:
        images = torch.from_numpy(DIGITS.split("train").images[:32]).float()
        still = Recipe(shift=0.0, rotate=0.0, zoom=0.0)
        self.assertTrue(torch.equal(augment(images, still, torch.Generator().manual_seed(1)), images))
        moved = augment(images, Recipe(), torch.Generator().manual_seed(1))
        self.assertFalse(torch.equal(moved, images))
        self.assertTrue(torch.equal(moved, moved.round()))
        self.assertTrue(0 <= moved.min() and moved.max() <= 16)


if __name__ == "__main__":
    unittest.main()
