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
DRIFT_TASKS = {**TASKS, "icl": "symbols in context", "digits32-2": "digits, width 32",
               "mnist32-1": "MNIST, width 32"}
WIDTH_32 = {"digits32": ("digits", style.GREEN, (2, 3, 4)), "mnist32": ("MNIST", style.ORANGE, (1, 2, 3))}


def finish_panel(axes: Axes, title: str, first: bool, legend: str) -> None:
    """Title and grid; the first of two panels has the scale's name and the legend."""
    axes.set_title(title, loc="left")
    axes.grid(axis="y", color=style.PALE, linewidth=0.8)
    axes.set_axisbelow(True)
    if first:
        axes.set_ylabel("accuracy (%)")
        axes.legend(loc=legend, fontsize=9.5, frameon=False)


def draw_curves(axes: Axes, study: dict[str, Any]) -> None:
    """Accuracy of one task's models: mean and standard deviation over chips."""
    for (recipe, colour), model in zip(RECIPES, study["models"]):
        for kind, words, line, marker in COMPENSATION:
            curve = model["compensation"][kind]
            axes.errorbar(study["times_seconds"], 100 * np.array(curve["mean"]),
                          yerr=100 * np.array(curve["deviation"]), color=colour, linestyle=line, marker=marker,
                          markersize=5, linewidth=1.8, capsize=3, label=f"{recipe}, {words}")
    axes.set_ylim(0, 103)


def draw_gains(axes: Axes, studies: dict[str, Any]) -> None:
    """What training on devices wins at width 32: three training seeds, with 95 % intervals."""
    axes.axhline(0, color=style.GREY, linewidth=1)
    for row, (name, (words, colour, seeds)) in enumerate(WIDTH_32.items()):
        for place, seed in enumerate(seeds):
            study = studies[f"{name}-{seed}"]
            change = study["models"][1]["compensation"]["gain"]["minus_first_model"]
            shift = 1.3 ** (3 * row + place - 2.5)  # of a logarithmic axis
            axes.errorbar(np.array(study["times_seconds"]) * shift, 100 * np.array(change["mean"]),
                          yerr=100 * np.array(change["half_interval"]), color=colour, linestyle="none", marker="o",
                          markersize=4, linewidth=1.2, capsize=2, label=words if place == 0 else None)


def draw_drift(studies: dict[str, Any]) -> Figure:
    """A panel per task against the time since programming, and one of differences."""
    figure = Figure(figsize=(12.6, 8.6))
    for number, (task, title) in enumerate([*DRIFT_TASKS.items(), ("", "")]):
        row, column = divmod(number, 3)
        axes = figure.add_axes((0.055 + 0.32 * column, 0.52 - 0.45 * row, 0.285, 0.345))
        study = studies[task or next(iter(DRIFT_TASKS))]
        if task:
            draw_curves(axes, study)
            finish_panel(axes, f"{title}, {study['images']:,} tests, {study['chips']} chips", number == 0, "lower left")
        else:
            draw_gains(axes, studies)
            finish_panel(axes, "hardware-aware minus conventional, width 32 (points)", False, "")
            axes.legend(loc="upper left", fontsize=9.5, frameon=False)
        axes.set_xscale("log")
        axes.set_xticks(study["times_seconds"], NAMES, fontsize=9.5)
        axes.set_xticks([], minor=True)
        axes.set_xlabel("time since programming")
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
