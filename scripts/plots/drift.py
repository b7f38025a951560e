# SPDX-License-Identifier: Apache-2.0
"""Accuracy of ageing chips, and over the encoding length, from the record of `make robustness`.

    python3 -m scripts.plots.drift                       # docs/images/drift.png, encoding-length.png
    python3 -m scripts.plots.drift --folder build/plots
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scripts.command_line import ROOT
from scripts.plots import style

RECORD = ROOT / "scripts" / "robustness" / "report.json"
NAMES = ("1 s", "1 min", "1 h", "1 day", "30 d", "360 d")
RECIPES = (("conventional", style.VERMILION), ("hardware-aware", style.BLUE))
COMPENSATION = (("gain", "compensated", "-", "o"), ("none", "not compensated", (0, (4, 2)), "s"))
TASKS = {"digits": "digits", "mnist": "MNIST"}
DRIFT_TASKS = {**TASKS, "icl": "symbols in context"}


def finish_panel(axes: Axes, title: str, first: bool, legend: str) -> None:
    """Title and grid; the first of two panels has the scale's name and the legend."""
    axes.set_title(title, loc="left")
    axes.grid(axis="y", color=style.PALE, linewidth=0.8)
    axes.set_axisbelow(True)
    if first:
        axes.set_ylabel("accuracy (%)")
        axes.legend(loc=legend, fontsize=9.5, frameon=False)


def draw_drift(studies: dict[str, Any]) -> Figure:
    """A panel per task: mean and standard deviation over chips against the time since programming."""
    figure = Figure(figsize=(12.6, 4.6))
    for number, (task, title) in enumerate(DRIFT_TASKS.items()):
        study = studies[task]
        axes = figure.add_axes((0.055 + 0.32 * number, 0.13, 0.285, 0.64))
        for (recipe, colour), model in zip(RECIPES, study["models"]):
            for kind, words, line, marker in COMPENSATION:
                curve = model["compensation"][kind]
                axes.errorbar(study["times_seconds"], 100 * np.array(curve["mean"]),
                              yerr=100 * np.array(curve["deviation"]), color=colour, linestyle=line, marker=marker,
                              markersize=5, linewidth=1.8, capsize=3, label=f"{recipe}, {words}")
        axes.set_xscale("log")
        axes.set_xticks(study["times_seconds"], NAMES, fontsize=9.5)
        axes.set_xticks([], minor=True)
        axes.set_ylim(0, 103)
        axes.set_xlabel("time since programming")
        finish_panel(axes, f"{title}, {study['images']:,} tests, {study['chips']} chips", number == 0, "lower left")
    style.heading(figure, "A year of drift",
                  "PCM devices, drift compensated by the gain of the converters; mean and deviation over chips.")
    return figure


def draw_lengths(studies: dict[str, Any]) -> Figure:
    """A panel per task: accuracy with random lanes and with a perfect generator."""
    figure = Figure(figsize=(9.2, 4.2))
    sides = (("lanes", "random lanes of the chip", style.BLUE, "o", -0.08),
             ("perfect", "perfect generator", style.ORANGE, "s", 0.08))
    for number, (task, title) in enumerate(TASKS.items()):
        study = studies[task]
        axes = figure.add_axes((0.075 + 0.485 * number, 0.135, 0.43, 0.62))
        for side, words, colour, marker, shift in sides:
            axes.errorbar(np.array(study["steps"]) + shift, 100 * np.array(study[side]["mean"]),
                          yerr=100 * np.array(study[side]["deviation"]), color=colour, marker=marker, markersize=5,
                          linewidth=1.6, capsize=3, label=words)
        axes.set_xticks(study["steps"])
        axes.set_xlabel("time steps")
        finish_panel(axes, f"{title}, {study['images']:,} test images, {study['seeds']} seeds", number == 0, "lower right")
    style.heading(figure, "Accuracy over the encoding length", "Mean and standard deviation over seeds.")
    return figure


def draw_all(folder: Path) -> list[str]:
    """Draws both pictures into `folder`; their names."""
    parts = json.loads(RECORD.read_text(encoding="utf-8"))["parts"]
    folder.mkdir(parents=True, exist_ok=True)
    pictures = {"drift": draw_drift(parts["drift"]), "encoding-length": draw_lengths(parts["sweep"])}
    for name, figure in pictures.items():
        style.save(figure, folder / name)
    return list(pictures)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--folder", type=Path, default=ROOT / "docs" / "images",
                        help="in docs/images only the .png stays")
    args = parser.parse_args()
    style.apply()
    for name in draw_all(args.folder):
        if args.folder.resolve() == ROOT / "docs" / "images":
            (args.folder / f"{name}.svg").unlink()
        print(args.folder / f"{name}.png")


if __name__ == "__main__":
    main()
