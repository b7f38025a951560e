# SPDX-License-Identifier: Apache-2.0
"""What is run: the command line of every study, and where its models and data are."""
from __future__ import annotations

import os
import subprocess
import sys
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
    model: str = ""   # default: the name
    folder: str = ""  # default: the name
    drift: tuple[str, ...] = ("--split", "test")  # more words for the study of drift

    @property
    def models(self) -> tuple[str, str]:
        model = self.model or self.name
        return f"models/{model}.safetensors", f"models/{model}-hw.safetensors"

    @property
    def data(self) -> list[str]:
        return ["--data", f"data/{self.folder or self.name}"]

    def missing(self) -> list[Path]:
        files = [*self.models, *(f"{self.data[1]}/{file}" for file in ("images.npy", "labels.npy"))]
        return [ROOT / file for file in files if not (ROOT / file).exists()]


DIGITS, MNIST = Task("digits", 5, 360), Task("mnist", 5, 300)
ICL = Task("icl", 5, 0, "icl-2x2", "icl/2x2", ("--config", "icl", "--limit", "2000"))
# Networks of width 32, to which a year does more; three training seeds, each with its own two models.
WIDTH_32 = {folder: tuple(
    Task(f"{folder}32-{seed}", 50, 0, f"width-32/{folder}-{seed}", folder, ("--config", config, "--split", "test"))
    for seed in seeds) for folder, config, seeds in (("digits", "micro", (2, 3, 4)), ("mnist", "narrow", (1, 2, 3)))}
HARDER = WIDTH_32["digits"][0]  # where ways to compensate differ
TASKS = (DIGITS, MNIST, ICL, *WIDTH_32["digits"], *WIDTH_32["mnist"])
IMAGES = (DIGITS, MNIST)
PARTS = {"drift": TASKS, "variants": (DIGITS, HARDER), "pairs": (DIGITS, HARDER), "sweep": IMAGES, "faults": IMAGES}


def make_prompts() -> None:
    """Data of symbol detection, which a seed makes."""
    if not all((ROOT / ICL.data[1] / file).exists() for file in ("images.npy", "labels.npy")):
        subprocess.run([sys.executable, "-m", "sw.train.icl.make_data", "--antennas", "2"], cwd=ROOT, check=True)


def words(part: str, task: Task) -> list[str]:
    """Command line of a study, without the program."""
    plain, hardware_aware = task.models
    chips = ["--chips", str(task.chips)]
    drift = ["drift", "--model", plain, "--model", hardware_aware, *task.data, *task.drift, *chips]
    if part == "drift":
        return drift
    if part == "variants":
        return [*drift, "--compensation", "thresholds", "--compensation", "gain+thresholds"]
    if part == "pairs":
        return [*drift, "--compensation", "gain", "--pairs", "2"]
    if part == "sweep":
        return ["sweep-steps", "--model", plain, *task.data, "--split", "test"]
    return ["faults", "--model", plain, *task.data, "--split", "test", *chips, "--limit", str(task.limit)]


def run(program: Xpike, part: str, task: Task) -> Report:
    """Its report; threads change nothing but the time."""
    threads = ["--threads", str(len(os.sched_getaffinity(0)))]
    report = program.report(f"{part}-{task.name}", words(part, task) + threads)
    return {"command": "build/bin/xpike " + " ".join(words(part, task)), **report}
