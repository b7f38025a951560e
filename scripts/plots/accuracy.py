# SPDX-License-Identifier: Apache-2.0
"""Accuracy after every time step: any run can be stopped early."""
from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from scripts.plots import style
from scripts.plots.material import Material
from sw.train.stats import wilson


def draw(material: Material) -> Figure:
    by_seed = np.array([report["accuracy_by_step"] for report in material.by_seed])
    seeds, images = len(by_seed), int(material.report["images"])
    steps = np.arange(1, by_seed.shape[1] + 1)
    mean = by_seed.mean(axis=0)
    low, high = np.array([wilson(share * images, images) for share in mean]).T

    figure = Figure(figsize=(7.6, 4.7))
    axes = figure.add_axes((0.095, 0.125, 0.875, 0.69))
    axes.fill_between(steps, 100 * low, 100 * high, color=style.SKY, alpha=0.3, linewidth=0,
                      label=f"95 % interval of the mean (Wilson, {images} images)")
    axes.plot(np.tile(steps, seeds), 100 * by_seed.ravel(), linestyle="", marker="o", markersize=3.5,
              color=style.GREY, alpha=0.7, label="each lane seed")
    axes.plot(steps, 100 * mean, color=style.BLUE, linewidth=2.2, marker="o", markersize=5.5,
              label=f"mean of {seeds} lane seeds")
    own = int(material.network["steps"])
    axes.axvline(own, color=style.GREY, linewidth=0.9, linestyle=(0, (4, 3)), zorder=0)
    axes.annotate(f"the model was trained with {own} steps", (own, 1.0), xytext=(0, 4),
                  xycoords=("data", "axes fraction"), textcoords="offset points",
                  ha="right" if own > 0.75 * len(steps) else "center", fontsize=9.5,
                  color=style.GREY)
    for t in sorted({1, 2, 4, own}):
        last = t == len(steps)
        axes.annotate(f"{100 * mean[t - 1]:.1f} %", (t, 100 * mean[t - 1]), fontsize=9.5,
                      xytext=(-8 if last else 8, -15), ha="right" if last else "left",
                      textcoords="offset points", color=style.BLUE)
    axes.set_xticks(steps)
    axes.set_xlabel("time step after which the scores are read")
    axes.set_ylabel("test accuracy (%)")
    axes.grid(axis="y", color=style.PALE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.legend(loc="lower right", fontsize=9.5, framealpha=1.0, edgecolor="white",
                bbox_to_anchor=(1.0, 0.03))
    style.heading(figure, f"Accuracy over time ({material.name})",
                  f"Scores of runs of {len(steps)} time steps, read after each step.")
    return figure
