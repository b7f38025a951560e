# SPDX-License-Identifier: Apache-2.0
"""Who attends to whom: the binary scores S of one image, averaged over the time steps."""
from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from scripts.plots import style
from scripts.plots.material import Material

# In inches: a map, the picture below it, and the room around them.
MAP, WHERE, GAP, BETWEEN, LAYER = 1.75, 1.15, 0.42, 0.42, 0.42
LEFT, RIGHT, TOP, BOTTOM = 0.95, 0.95, 1.0, 0.16


def token_grid(material: Material) -> tuple[int, int]:
    """Windows of the tokenizer from top to bottom and from left to right (numerics, section 10)."""
    cut = material.meta["input"]["tokenizer"]
    rows, columns = ((cut[side] + 2 * cut["pad"] - cut["patch"]) // cut["stride"] + 1
                     for side in ("height", "width"))
    return rows, columns


def draw_map(axes: Axes, share: NDArray[Any]) -> Any:
    """share: [query][key], 0..1."""
    shown = axes.imshow(share, cmap=style.SEQUENTIAL, vmin=0, vmax=1, interpolation="nearest")
    tokens = len(share)
    axes.set_xticks(range(0, tokens, max(1, tokens // 4)))
    axes.set_yticks(range(0, tokens, max(1, tokens // 4)))
    axes.tick_params(labelsize=8, length=2, pad=2)
    axes.set_xlabel("key token", fontsize=9, labelpad=1)
    style.frame(axes)
    return shown


def draw_where(axes: Axes, material: Material, share: NDArray[Any]) -> None:
    """What the queries look at, on average, over the image: circles at the tokens' places."""
    rows, columns = token_grid(material)
    cut = material.meta["input"]["tokenizer"]
    middle = cut["patch"] / 2 - 0.5 - cut["pad"]
    y = middle + cut["stride"] * np.repeat(np.arange(rows), columns)
    x = middle + cut["stride"] * np.tile(np.arange(columns), rows)
    axes.imshow(material.shown_image, cmap=style.IMAGE, alpha=0.45, interpolation="nearest")
    axes.scatter(x, y, s=240 * share.mean(axis=0), color=style.VERMILION, alpha=0.85, linewidths=0)
    axes.set_xticks([])
    axes.set_yticks([])
    style.frame(axes)


def draw(material: Material) -> Figure:
    tensors, heads = material.shown_dump, int(material.network["heads"])
    steps, layer_height = len(tensors["embed"]), MAP + BETWEEN + WHERE + LAYER
    width = LEFT + heads * (MAP + GAP) - GAP + RIGHT
    height = TOP + material.depth * layer_height - LAYER + BOTTOM
    figure = Figure(figsize=(width, height))

    def place(left: float, top: float, wide: float, high: float) -> Axes:
        return figure.add_axes((left / width, 1 - (top + high) / height, wide / width, high / height))

    shown = None
    for layer in range(material.depth):
        share = tensors[f"layer{layer}.s"].mean(axis=0)  # [head][query][key]
        for head in range(heads):
            left, top = LEFT + head * (MAP + GAP), TOP + layer * layer_height
            axes = place(left, top, MAP, MAP)
            shown = draw_map(axes, share[head])
            axes.set_title(f"layer {layer}, head {head}", fontsize=10.5, pad=4)
            where = place(left + (MAP - WHERE) / 2, top + MAP + BETWEEN, WHERE, WHERE)
            draw_where(where, material, share[head])
            if head == 0:
                axes.set_ylabel("query token", fontsize=9, labelpad=2)
                where.set_ylabel("looked at", fontsize=9, labelpad=4)
    bar = figure.colorbar(shown, cax=place(width - RIGHT + 0.16, TOP, 0.12, MAP))
    bar.set_label("share of time steps with S = 1", fontsize=9)
    bar.ax.tick_params(labelsize=8, length=2)
    style.heading(
        figure, f"Stochastic attention of one image ({material.title})",
        f"Maps: S averaged over the {steps} time steps. Circles: the larger, the more all queries "
        "together look at the token there.")
    return figure
