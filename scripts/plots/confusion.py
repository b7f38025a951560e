# SPDX-License-Identifier: Apache-2.0
"""Per-class results: confusion matrix, and the share of each class that is recognised."""
from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from scripts.plots import style
from scripts.plots.material import Material
from sw.train.stats import wilson


def confusion_matrix(labels: NDArray[Any], predictions: NDArray[Any], classes: int) -> NDArray[Any]:
    """Counts [label][prediction]."""
    counts = np.zeros((classes, classes), dtype=int)
    np.add.at(counts, (labels, predictions), 1)
    return counts


def draw_matrix(axes: Axes, counts: NDArray[Any]) -> None:
    """Right answers in blue, wrong ones in red, each on a scale of its own."""
    classes = len(counts)
    right = np.eye(classes, dtype=bool)
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(np.where(right, share, np.nan), cmap=style.SEQUENTIAL, vmin=0, vmax=1.5)
    wrong = np.ma.masked_where(right | (counts == 0), counts)
    axes.imshow(wrong, cmap="Oranges", vmin=0, vmax=max(1.0, 2.0 * float(wrong.max() or 1)))
    for label, prediction in zip(*np.nonzero(counts)):
        dark = label == prediction and share[label, prediction] > 0.45
        axes.text(prediction, label, str(counts[label, prediction]), ha="center", va="center",
                  fontsize=min(10, 130 / classes),
                  color="white" if dark else style.INK)
    axes.set_xticks(range(classes))
    axes.set_yticks(range(classes))
    axes.set_xticks(np.arange(classes + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(classes + 1) - 0.5, minor=True)
    axes.grid(which="minor", color=style.PALE, linewidth=0.8)
    axes.tick_params(which="both", length=0)
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    style.frame(axes)


def draw_recall(axes: Axes, counts: NDArray[Any]) -> None:
    totals = counts.sum(axis=1)
    for label, total in enumerate(totals):
        if total == 0:
            continue
        share = counts[label, label] / total
        low, high = wilson(counts[label, label], int(total))
        axes.plot([100 * low, 100 * high], [label, label], color=style.SKY, linewidth=5,
                  solid_capstyle="butt")
        axes.plot(100 * share, label, "o", color=style.BLUE, markersize=6, clip_on=False)
        axes.annotate(f"{100 * share:.1f}", (101.2, label), va="center", fontsize=9.5,
                      annotation_clip=False)
    axes.set_ylim(len(totals) - 0.5, -0.5)
    axes.set_xlim(right=100.5)
    axes.set_yticks(range(len(totals)))
    axes.grid(axis="x", color=style.PALE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_xlabel("recognised (%), 95 % interval")


def draw(material: Material) -> Figure:
    report = material.report
    counts = confusion_matrix(material.labels, material.predictions,
                              int(material.network["classes"]))
    figure = Figure(figsize=(9.6, 5.9))
    draw_matrix(figure.add_axes((0.065, 0.1, 0.5, 0.76)), counts)
    draw_recall(figure.add_axes((0.64, 0.1, 0.29, 0.76)), counts)
    wrong = int(counts.sum() - np.trace(counts))
    style.heading(
        figure, f"Per-class results ({material.name})",
        f"{report['images']} test images, {report['steps']} time steps, lane seed {report['seed']}: "
        f"{100 * report['accuracy']:.2f} % right, {wrong} wrong. Numbers are images.")
    return figure
