# SPDX-License-Identifier: Apache-2.0
"""The look that all pictures share: fonts, colours, headings, files."""
from __future__ import annotations

from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

# Okabe and Ito's colours, which people with any colour vision can tell apart.
BLUE, SKY, GREEN, ORANGE = "#0072B2", "#56B4E9", "#009E73", "#E69F00"
VERMILION, PURPLE, INK, GREY, PALE = "#D55E00", "#CC79A7", "#1F2933", "#6B7785", "#E4E8ED"

DPI = 160
PNG_COLOURS = 128
SEQUENTIAL = "Blues"  # one hue, light to dark: readable without colour
IMAGE = "Greys"

# One colour per kind of engine, the same in every picture.
STAGE_COLOURS = {
    "input": GREY, "embed": SKY,
    "q": BLUE, "k": BLUE, "v": BLUE,
    "s": VERMILION, "a": VERMILION,
    "proj": GREEN, "ff1": GREEN, "ff2": GREEN,
    "res1": INK, "res2": INK,
    "head": PURPLE,
}

# Names as the documents write them.
STAGE_NAMES = {
    "input": "input", "embed": "EMBED", "q": "Q", "k": "K", "v": "V", "s": "S", "a": "A",
    "proj": "PROJ", "res1": "res1", "ff1": "FF1", "ff2": "FF2", "res2": "res2", "head": "HEAD",
}


def apply() -> None:
    """Sets the look for everything drawn from now on."""
    matplotlib.rcParams.update({
        "font.family": ["Lato", "DejaVu Sans"],
        "font.size": 10.5,
        "axes.titlesize": 11,
        "axes.labelsize": 10.5,
        "axes.edgecolor": GREY,
        "axes.labelcolor": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.linewidth": 0.8,
        "text.color": INK,
        "xtick.color": GREY,
        "ytick.color": GREY,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "figure.facecolor": "white",
        "savefig.facecolor": "white",
        "svg.hashsalt": "xpikeformer",  # the same picture gives the same file
    })


def heading(figure: Figure, title: str, subtitle: str, *, left: float = 0.02) -> None:
    """Title and one line of explanation, at the upper left corner."""
    height = figure.get_size_inches()[1]
    figure.text(left, 1 - 0.14 / height, title, fontsize=15, fontweight="bold", va="top")
    figure.text(left, 1 - 0.46 / height, subtitle, fontsize=10.5, color=GREY, va="top")


def frame(axes: Axes) -> None:
    """A thin box around an image."""
    for spine in axes.spines.values():
        spine.set_visible(True)
        spine.set_color("#B8C0CA")
        spine.set_linewidth(0.7)


def save(figure: Figure, stem: Path) -> None:
    """Writes stem.svg and stem.png. Equal pictures give equal files."""
    figure.savefig(f"{stem}.svg", dpi=DPI, metadata={"Date": None, "Creator": None})
    file = f"{stem}.png"
    figure.savefig(file, dpi=DPI)
    # A palette makes the file several times smaller.
    with Image.open(file) as image:
        small = image.convert("RGB").quantize(PNG_COLOURS, dither=Image.Dither.NONE)
    small.save(file, optimize=True, dpi=(DPI, DPI))
