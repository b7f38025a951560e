# SPDX-License-Identifier: Apache-2.0
"""How sparse the network is: spike rate of every stage and layer."""
from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from scripts.plots import style
from scripts.plots.material import Material

LAYER_STAGES = ("q", "k", "v", "s", "a", "proj", "res1", "ff1", "ff2", "res2")
GROUP_GAP = 0.7  # before a layer, in bars


def rates_of(material: Material, tensor: str) -> NDArray[Any]:
    """Share of places with a spike, of every dumped image."""
    return np.array([dump[tensor].mean() for dump in material.dumps])


def draw_bar(axes: Axes, place: float, stage: str, rates: NDArray[Any]) -> None:
    mean, spread = 100 * rates.mean(), 100 * rates.std(ddof=1)
    axes.barh(place, mean, height=0.74, color=style.STAGE_COLOURS[stage])
    axes.plot([mean - spread, mean + spread], [place, place], color=style.INK, linewidth=1.3,
              path_effects=[withStroke(linewidth=3.2, foreground="white")])
    axes.annotate(f"{mean:.1f}", (mean + spread, place), xytext=(6, 0), textcoords="offset points",
                  va="center", fontsize=9.5)


def draw(material: Material) -> Figure:
    bars = 2 + material.depth * len(LAYER_STAGES)
    height = 1.55 + 0.25 * (bars + GROUP_GAP * material.depth)
    figure = Figure(figsize=(8.0, height))
    axes = figure.add_axes((0.15, 0.55 / height, 0.81, 1 - 1.4 / height))
    ticks: list[float] = []
    names: list[str] = []

    def add(place: float, tensor: str) -> None:
        stage = tensor.split(".")[-1]
        draw_bar(axes, place, stage, rates_of(material, tensor))
        ticks.append(place)
        names.append(style.STAGE_NAMES[stage])

    add(0, "input")
    add(1, "embed")
    place = 2.0
    for layer in range(material.depth):
        place += GROUP_GAP
        axes.annotate(f"layer {layer}", (0, place + (len(LAYER_STAGES) - 1) / 2), xytext=(-66, 0),
                      xycoords=("axes fraction", "data"), textcoords="offset points", rotation=90,
                      ha="center", va="center", fontweight="bold")
        for stage in LAYER_STAGES:
            add(place, f"layer{layer}.{stage}")
            place += 1
    axes.set_yticks(ticks, names)
    axes.set_ylim(place - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("spike rate (%): spikes per neuron, token and time step; of S per pair of tokens")
    axes.grid(axis="x", color=style.PALE, linewidth=0.8)
    axes.set_axisbelow(True)
    style.heading(figure, f"Spike rate of every stage ({material.name})",
                  f"Mean of {len(material.dumps)} test images on the simulated chip; "
                  "line: one standard deviation between images.")
    return figure
