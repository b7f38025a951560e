# SPDX-License-Identifier: Apache-2.0
"""Where the energy goes, and how many times more the baselines need."""
from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scripts.command_line import ROOT
from scripts.energy.cases import HEADLINE, MAIN
from scripts.energy.comparison import BASELINES
from scripts.plots import style

GROUP_COLOURS = {
    "drive": style.BLUE, "converter": style.SKY, "accumulation and LIF": style.GREEN,
    "buffers": "#8FD3BE", "spike transport": style.ORANGE, "code transport": "#F3CF80",
    "attention": style.VERMILION, "spike memory": style.PURPLE, "input and readout": "#B8C0CA",
    "control": style.GREY, "leakage": style.INK,
}
BASELINE_COLOURS = dict(zip(BASELINES, (style.BLUE, style.GREEN, style.VERMILION)))


def draw_breakdown(report: dict[str, Any]) -> Figure:
    """Bars of the middle estimate in uJ; lines from low to high."""
    energy = report["shapes"][MAIN.name][HEADLINE]["energy"]
    groups = dict(sorted(energy["groups_j"].items(), key=lambda group: -group[1]["mid"]))
    figure = Figure(figsize=(8.4, 5.0))
    axes = figure.add_axes((0.205, 0.11, 0.755, 0.74))
    for place, (name, value) in enumerate(groups.items()):
        low, mid, high = (1e6 * value[key] for key in ("low", "mid", "high"))
        axes.barh(place, mid, height=0.72, color=GROUP_COLOURS[name])
        axes.plot([low, high], [place, place], color=style.INK, linewidth=1.3)
        share = 100 * value["mid"] / energy["total_j"]["mid"]
        axes.annotate(f"{mid:.1f} uJ, {share:.0f} %", (max(mid, high), place), xytext=(6, 0),
                      textcoords="offset points", va="center", fontsize=9.5)
    axes.set_yticks(range(len(groups)), list(groups))
    axes.set_ylim(len(groups) - 0.4, -0.6)
    axes.set_xlim(right=1.28 * axes.get_xlim()[1])
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("uJ per image; line: low to high estimate")
    axes.grid(axis="x", color=style.PALE, linewidth=0.8)
    axes.set_axisbelow(True)
    total = {key: 1e3 * value for key, value in energy["total_j"].items()}
    style.heading(figure, f"Where the energy goes ({MAIN.name})",
                  f"Estimate, 45 nm, MLSA: {total['mid']:.2f} mJ ({total['low']:.2f} .. {total['high']:.2f}). "
                  f"Spike rates of the trained {HEADLINE}.")
    return figure


def draw_ratios(report: dict[str, Any]) -> Figure:
    """Ratios of every network beside the paper's ranges; a logarithmic axis."""
    figure = Figure(figsize=(8.4, 5.0))
    axes = figure.add_axes((0.09, 0.15, 0.88, 0.68))
    names = list(report["shapes"])
    for number, (key, label) in enumerate(BASELINES.items()):
        for place, name in enumerate(names):
            estimate = report["shapes"][name][HEADLINE]
            ratio = estimate["baselines"][key]["ratio"]
            x = place + 0.27 * (number - 1)
            axes.bar(x, ratio["mid"] - 0.1, bottom=0.1, width=0.2, color=BASELINE_COLOURS[key],
                     label=label if place == 0 else None)
            axes.plot([x, x], [ratio["low"], ratio["high"]], color=style.INK, linewidth=1.2)
            axes.annotate(f"{ratio['mid']:.1f}", (x, 0.33), ha="center", fontsize=9.5, color="white",
                          fontweight="bold")
            task = "imagenet" if name.startswith("ViT") else "symbol_detection"
            low, high = report["paper"]["ratios"][task][key]
            axes.fill_between([x - 0.12, x + 0.12], low, high, color=style.ORANGE, alpha=0.75, zorder=3,
                              linewidth=1.5, edgecolor=style.ORANGE,
                              label="the paper" if number == place == 0 else None)
    axes.axhline(1, color=style.GREY, linewidth=0.9)
    axes.set_yscale("log")
    axes.set_ylim(0.3, 60)
    axes.set_yticks([0.5, 1, 2, 5, 10, 20, 50], ["0.5", "1", "2", "5", "10", "20", "50"])
    axes.minorticks_off()
    axes.set_xticks(range(len(names)), names)
    axes.tick_params(axis="x", length=0)
    axes.set_ylabel("energy of the baseline / ours")
    axes.grid(axis="y", color=style.PALE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.08), ncol=4, fontsize=9.5, frameon=False)
    style.heading(figure, "How many times more the baselines need",
                  "Estimates, 45 nm: bar = mid, line = low to high. Orange: ranges of the paper.")
    return figure


def draw_rates(report: dict[str, Any]) -> Figure:
    """Ratios over a spike rate that is the same in every tensor, a panel for each baseline."""
    figure = Figure(figsize=(9.6, 4.2))
    rates = [entry["rate"] for entry in report["rates"]]
    for number, (key, label) in enumerate(BASELINES.items()):
        axes = figure.add_axes((0.065 + 0.318 * number, 0.14, 0.285, 0.62))
        curves = {end: [entry["estimate"]["baselines"][key]["ratio"][end] for entry in report["rates"]]
                  for end in ("low", "mid", "high")}
        axes.fill_between(rates, curves["low"], curves["high"], color=BASELINE_COLOURS[key], alpha=0.15,
                          linewidth=0)
        axes.plot(rates, curves["mid"], color=BASELINE_COLOURS[key], linewidth=2, marker="o", markersize=4)
        axes.axhline(report["paper"]["aims_vit_8_768"][key], color=style.ORANGE, linewidth=1.8,
                     linestyle=(0, (4, 3)))
        axes.axhline(1, color=style.GREY, linewidth=0.9)
        axes.set_yscale("log")
        axes.set_ylim(0.25, 40)
        ticks = (0.5, 1, 2, 5, 10, 20)
        axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks] if number == 0 else [""] * len(ticks))
        axes.minorticks_off()
        axes.set_title(label, loc="left")
        axes.set_xlabel("spike rate of every tensor")
        axes.grid(color=style.PALE, linewidth=0.8)
        axes.set_axisbelow(True)
        if number == 0:
            axes.set_ylabel("energy of the baseline / ours")
    style.heading(figure, f"Ratios and sparsity ({MAIN.name})",
                  "Estimates, 45 nm. Line: mid; shade: low to high; dashed: what the paper reports.")
    return figure


BIT_COLOURS = dict(zip((4, 5, 6, 7, 8), (style.SKY, style.BLUE, style.GREEN, style.ORANGE, style.VERMILION)))


def draw_grid(axes: Axes, rows: list[dict[str, Any]]) -> None:
    """Energy over area; one line for each resolution, its points from 16 columns per converter to 1."""
    for bits, colour in BIT_COLOURS.items():
        line = sorted((row for row in rows if row["bits"] == bits and row["axis"] == "converters"),
                      key=lambda row: -row["columns_per_converter"])
        x = [row["area_mm2"]["mid"] for row in line]
        y = [1e6 * row["energy_j"]["mid"] for row in line]
        axes.plot(x, y, color=colour, linewidth=1.2, marker="o", markersize=4, label=f"{bits} bits")
        for row, x_place, y_place in zip(line, x, y):
            if row["front"]:
                axes.plot(x_place, y_place, "o", markersize=9, markerfacecolor="none",
                          markeredgecolor=colour, markeredgewidth=1.1)
            if bits == 4:
                axes.annotate(f"{row['columns_per_converter']}", (x_place, y_place), xytext=(0, -14),
                              textcoords="offset points", ha="center", fontsize=8.5, color=style.GREY)
    axes.set_xlabel("area (mm2)")
    axes.set_ylabel("energy of an image (uJ)")
    axes.set_xscale("log")
    axes.margins(y=0.12)
    ticks = [tick for tick in (1, 2, 5, 10, 20, 200, 300, 500, 1000, 2000)
             if axes.get_xlim()[0] <= tick <= axes.get_xlim()[1]]
    axes.minorticks_off()
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.grid(color=style.PALE, linewidth=0.8)
    axes.set_axisbelow(True)


def draw_accuracy(axes: Axes, rows: list[dict[str, Any]]) -> None:
    """Accuracy over energy as the resolution changes, eight columns per converter."""
    known = [row for row in rows if row["axis"] == "converters" and row["columns_per_converter"] == 8
             and row["accuracy"]]
    for row in known:
        x, accuracy = 1e6 * row["energy_j"]["mid"], row["accuracy"]
        low, high = accuracy["interval_95"]
        colour = BIT_COLOURS[row["bits"]]
        axes.plot([x, x], [100 * low, 100 * high], color=colour, linewidth=1.4)
        axes.plot(x, 100 * accuracy["mean"], "o", color=colour, markersize=6)
        axes.annotate(f"{row['bits']}", (x, 100 * high), xytext=(0, 4), textcoords="offset points",
                      ha="center", fontsize=9.5, color=colour)
    axes.set_xlabel("energy of an image (uJ)")
    axes.set_ylabel("accuracy, validation (%)")
    axes.margins(y=0.15)
    axes.grid(color=style.PALE, linewidth=0.8)
    axes.set_axisbelow(True)


def draw_space(report: dict[str, Any]) -> Figure:
    figure = Figure(figsize=(11.4, 4.6))
    digits, large = report["spaces"]["digits"], report["spaces"][MAIN.name]
    panels = [figure.add_axes((0.065 + 0.325 * place, 0.13, 0.255, 0.62)) for place in range(3)]
    draw_grid(panels[0], large)
    panels[0].set_title(MAIN.name, loc="left")
    panels[0].legend(fontsize=8.5, framealpha=1.0, edgecolor="white", loc="center right")
    draw_grid(panels[1], digits)
    panels[1].set_title("digits", loc="left")
    draw_accuracy(panels[2], digits)
    panels[2].set_title("digits, bits of the converters", loc="left")
    style.heading(figure, "Design space of the converters",
                  "Estimates, 45 nm, MLSA. Small numbers: columns that share a converter. Rings: not beaten "
                  "in area and energy at equal bits.")
    return figure


def draw_design_space(report: dict[str, Any], folder: Path, docs: bool) -> Path:
    style.apply()
    style.save(draw_space(report), folder / "design-space")
    if docs:
        shutil.copyfile(folder / "design-space.png", ROOT / "docs" / "images" / "design-space.png")
    return folder / "design-space.svg"


PICTURES = {"energy-breakdown": draw_breakdown, "energy-ratios": draw_ratios, "energy-rates": draw_rates}


def draw_all(report: dict[str, Any], folder: Path, docs: bool) -> list[Path]:
    """Writes NAME.svg and NAME.png; with docs, the PNG into docs/images as well."""
    style.apply()
    files = []
    for name, draw in PICTURES.items():
        style.save(draw(report), folder / name)
        files.append(folder / f"{name}.svg")
        if docs:
            shutil.copyfile(folder / f"{name}.png", ROOT / "docs" / "images" / f"{name}.png")
    return files
