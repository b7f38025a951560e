# SPDX-License-Identifier: Apache-2.0
"""Every spike of one image: input, embedding, and the main tensors of every layer."""
from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from numpy.typing import NDArray

from scripts.plots import style
from scripts.plots.material import Material

CELL = 2  # pixels of a token-step; panels are laid out in pixels so that every spike shows alike
PANEL_HEIGHT = 256
GAP_X, GAP_Y = 26, 60
LEFT, RIGHT, TOP, BOTTOM = 118, 26, 154, 72
SCORE_INSET = 44  # room for the numbers of the score axis
TENSORS = ("q", "k", "v", "a", "res1", "res2")
TITLES = {"input": "encoded input", "embed": "EMBED", "q": "Q", "k": "K", "v": "V",
          "a": "A (attention)", "res1": "after PROJ", "res2": "after FF"}


class Page:
    """A figure whose panels stand in a grid of pixels."""

    def __init__(self, columns: int, rows: int, panel_width: int) -> None:
        self.panel_width = panel_width
        self.width = LEFT + columns * (panel_width + GAP_X) - GAP_X + RIGHT
        self.height = TOP + rows * (PANEL_HEIGHT + GAP_Y) - GAP_Y + BOTTOM
        self.figure = Figure(figsize=(self.width / style.DPI, self.height / style.DPI))

    def panel(self, row: int, column: int, columns: int = 1, inset: int = 0) -> Axes:
        left = LEFT + column * (self.panel_width + GAP_X) + inset
        bottom = self.height - TOP - row * (PANEL_HEIGHT + GAP_Y) - PANEL_HEIGHT
        width = columns * (self.panel_width + GAP_X) - GAP_X - inset
        return self.figure.add_axes((left / self.width, bottom / self.height,
                                     width / self.width, PANEL_HEIGHT / self.height))


def label(axes: Axes, title: str) -> None:
    axes.set_title(title, loc="left", pad=4, fontsize=9.5)
    axes.tick_params(labelsize=8, length=2, pad=2)


def draw_raster(axes: Axes, spikes: NDArray[Any], tensor: str) -> None:
    """spikes: [step][token][feature]; token-steps from left to right as the chip takes them."""
    steps, tokens, features = spikes.shape
    cells = spikes.transpose(2, 1, 0).reshape(features, tokens * steps)
    axes.imshow(cells, cmap=ListedColormap(["white", style.STAGE_COLOURS[tensor]]), vmin=0, vmax=1,
                aspect="auto", interpolation="nearest", extent=(0, tokens, features, 0))
    label(axes, TITLES[tensor])
    axes.set_title(f"{100 * float(spikes.mean()):.0f} %", loc="right", pad=4, fontsize=9.5,
                   color=style.GREY)
    axes.set_xticks(range(0, tokens, max(1, tokens // 4)))
    axes.set_yticks([0, features // 2, features], [])
    style.frame(axes)


def number_neurons(axes: Axes, name: str) -> None:
    """The first panel of a row says what the rows of its panels are."""
    axes.set_yticks(axes.get_yticks(), [f"{tick:.0f}" for tick in axes.get_yticks()])
    axes.set_ylabel("neuron", fontsize=9, labelpad=1)
    axes.annotate(name, (0, 0.5), xycoords="axes fraction", xytext=(-40, 0),
                  textcoords="offset points", rotation=90, ha="center", va="center",
                  fontweight="bold", fontsize=10.5)


def draw_image(axes: Axes, image: NDArray[Any]) -> None:
    axes.imshow(image, cmap=style.IMAGE, interpolation="nearest")
    label(axes, f"image, {image.shape[0]} x {image.shape[1]} pixels")
    axes.set_xticks([])
    axes.set_yticks([])
    style.frame(axes)


def draw_scores(axes: Axes, head: NDArray[Any], true_class: int) -> None:
    """head: running scores [step][class]."""
    steps = np.arange(1, len(head) + 1)
    runner_up, winner = np.argsort(head[-1], kind="stable")[-2:]
    for number in range(head.shape[1]):
        won = number == winner
        axes.plot(steps, head[:, number], color=style.PURPLE if won else "#B8C0CA",
                  linewidth=2.4 if won else 1.0, marker="o" if won else None, markersize=4)
    close = head[-1, winner] - head[-1, runner_up] < 0.12 * (head.max() - head.min())
    for number, shift in ((winner, 0), (runner_up, -13 if close else 0)):
        won = number == winner
        axes.annotate(f"class {number}", (steps[-1], head[-1, number]), xytext=(7, shift),
                      textcoords="offset points", va="center", fontsize=10,
                      color=style.PURPLE if won else style.GREY,
                      fontweight="bold" if won else "normal")
    verdict = "right" if winner == true_class else f"wrong: it is a {true_class}"
    label(axes, f"running class scores over the time steps: {winner} wins, {verdict}")
    axes.set_xlim(0.7, len(head) + len(head) / 7)
    axes.set_xticks(steps)
    axes.axhline(0, color=style.PALE, linewidth=0.8, zorder=0)


def draw(material: Material) -> Figure:
    tensors = material.shown_dump
    steps, tokens, _ = tensors["embed"].shape
    page = Page(len(TENSORS), material.depth + 1, CELL * tokens * steps)
    draw_image(page.panel(0, 0), material.shown_image)
    draw_raster(page.panel(0, 1), tensors["input"], "input")
    draw_raster(page.panel(0, 2), tensors["embed"], "embed")
    draw_scores(page.panel(0, 3, columns=3, inset=SCORE_INSET), tensors["head"],
                material.shown_label)
    for layer in range(material.depth):
        for column, tensor in enumerate(TENSORS):
            axes = page.panel(layer + 1, column)
            draw_raster(axes, tensors[f"layer{layer}.{tensor}"], tensor)
            if column == 0:
                number_neurons(axes, f"layer {layer}")
            if layer == material.depth - 1:
                axes.set_xlabel("token", fontsize=9, labelpad=2)
    style.heading(
        page.figure, f"One image through the chip, every spike ({material.title})",
        f"A dot is a spike. Left to right: {tokens} tokens, {steps} time steps each, in the order in "
        "which the chip takes them. Grey: share of places with a spike.")
    return page.figure
