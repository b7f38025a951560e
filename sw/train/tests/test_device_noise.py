# SPDX-License-Identifier: Apache-2.0
"""Devices of the training against the table of docs/device.md, and their part in a training."""
from __future__ import annotations

import contextlib
import io
import math
import re
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

import torch

from sw.train import train
from sw.train.data import ROOT
from sw.train.device_noise import DeviceNoise, drifted, programmed
from sw.train.tests.test_training import DIGITS, RECIPE, small

TIMES = (1.0, 60.0, 3600.0, 86400.0, 2592000.0, 31104000.0)
DEVICES = 200_000


def table() -> dict[float, list[tuple[float, float]]]:
    """Rows of docs/device.md: x -> mean and deviation when programmed and at every time."""
    rows: dict[float, list[tuple[float, float]]] = {}
    for line in (ROOT / "docs" / "device.md").read_text().splitlines():
        if re.match(r"\| [\d.]+ +\| \d", line):
            cells = [cell.split("/") for cell in line.strip("| ").split("|")]
            rows[float(cells[0][0])] = [(float(mean), float(spread)) for mean, spread in cells[1:]]
    return rows


class Statistics(unittest.TestCase):
    def check(self, values: torch.Tensor, mean: float, spread: float) -> None:
        """Within 4.5 standard errors of both samples (the table has 10^6 devices) and rounding."""
        values = values.double()
        errors = math.sqrt(1 + DEVICES / 1e6) * 4.5 / math.sqrt(DEVICES)
        square = (values - values.mean()) ** 2
        deviation = float(square.mean().sqrt())
        self.assertLess(abs(float(values.mean()) - mean), errors * deviation + 0.0005)
        self.assertLess(abs(deviation - spread), errors * float(square.std()) / (2 * deviation) + 0.0005)

    def test_means_and_deviations_are_those_of_the_table(self) -> None:
        rows = table()
        self.assertEqual(sorted(rows), [0, 0.05, 0.25, 0.5, 0.75, 1])
        generator = torch.Generator().manual_seed(1)
        for x, cells in rows.items():
            target = torch.full((DEVICES,), x)
            before = programmed(target, generator)
            self.check(before, *cells[0])
            for seconds, (mean, spread) in zip(TIMES, cells[1:], strict=True):
                self.check(drifted(target, before, seconds, generator), mean, spread)


class Training(unittest.TestCase):
    def test_devices_scatter_around_the_weights_and_pass_the_gradient(self) -> None:
        weight = torch.randint(-15, 16, (200, 300), generator=torch.Generator().manual_seed(2)).float()
        weight.requires_grad_(True)
        held = DeviceNoise(torch.Generator().manual_seed(3), 1.0)(weight, 128)
        error = (held - weight).detach()
        self.assertGreater(float(error.std()), 0.3)
        # Large devices drift least, so after compensation they are a little above their weights.
        self.assertLess(float(error.abs().mean()), 1.5)
        self.assertGreater(float(torch.corrcoef(torch.stack((held.detach().flatten(), weight.detach().flatten())))[0, 1]), 0.95)
        held.sum().backward()
        self.assertTrue(torch.equal(weight.grad, torch.ones_like(weight)))

    def test_no_share_leaves_the_weights(self) -> None:
        weight = torch.ones(3, 4)
        self.assertIs(DeviceNoise(torch.Generator().manual_seed(3), 0.0)(weight, 2), weight)

    def test_a_run_on_devices_repeats_and_differs_from_one_without(self) -> None:
        with tempfile.TemporaryDirectory() as name, contextlib.redirect_stdout(io.StringIO()):
            def run(folder: str, noise: float, stop: float, resume: bool, float_stage: Path | None = None) -> Path:
                out = Path(name) / folder
                train.start(DIGITS, "spiking", 3, out, replace(RECIPE, device_noise=noise), resume, stop,
                            small("train"), small("validation"), float_stage)
                return out
            whole = run("whole", 1.0, math.inf, False)
            run("parts", 1.0, 3, False)
            parts = run("parts", 1.0, math.inf, True)
            plain = run("plain", 0.0, math.inf, False, whole / "float.pt")
            a, b, c = (torch.load(out / "checkpoint.pt")["model"] for out in (whole, parts, plain))
            self.assertTrue(all(torch.equal(a[key], b[key]) for key in a))
            self.assertFalse(all(torch.equal(a[key], c[key]) for key in a))
            first, second = (torch.load(out / "float.pt") for out in (whole, plain))
            self.assertTrue(all(torch.equal(first[key], second[key]) for key in first))


if __name__ == "__main__":
    unittest.main()
