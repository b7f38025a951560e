# SPDX-License-Identifier: Apache-2.0
"""What is run: the command line of every study, and where its models and data are."""
from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.command_line import ROOT, Xpike

Report = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """A data folder; MODEL.safetensors was trained without devices, MODEL-hw.safetensors on them."""

    name: str
    chips: int  # of the studies of devices and faults
    limit: int  # images of the study of faults

    @property
    def models(self) -> tuple[str, str]:
        return f"models/{self.name}.safetensors", f"models/{self.name}-hw.safetensors"

    @property
    def data(self) -> list[str]:
        return ["--data", f"data/{self.name}", "--split", "test"]

    def missing(self) -> list[Path]:
        files = [*self.models, *(f"data/{self.name}/{file}" for file in ("images.npy", "labels.npy"))]
        return [ROOT / file for file in files if not (ROOT / file).exists()]


DIGITS, MNIST = Task("digits", 5, 360), Task("mnist", 5, 300)
TASKS = (DIGITS, MNIST)
PARTS = {"drift": TASKS, "variants": (DIGITS,), "pairs": (DIGITS,), "sweep": TASKS, "faults": TASKS}


def words(part: str, task: Task) -> list[str]:
    """Command line of a study, without the program."""
    plain, hardware_aware = task.models
    chips = ["--chips", str(task.chips)]
    drift = ["drift", "--model", plain, "--model", hardware_aware, *task.data, *chips]
    if part == "drift":
        return drift
    if part == "variants":
        return [*drift, "--compensation", "thresholds", "--compensation", "gain+thresholds"]
    if part == "pairs":
        return [*drift, "--compensation", "gain", "--pairs", "2"]
    if part == "sweep":
        return ["sweep-steps", "--model", plain, *task.data]
    return ["faults", "--model", plain, *task.data, *chips, "--limit", str(task.limit)]


def run(program: Xpike, part: str, task: Task) -> Report:
    """Its report; threads change nothing but the time."""
    threads = ["--threads", str(len(os.sched_getaffinity(0)))]
    report = program.report(f"{part}-{task.name}", words(part, task) + threads)
    return {"command": "build/bin/xpike " + " ".join(words(part, task)), **report}
