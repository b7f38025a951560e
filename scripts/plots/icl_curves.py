# SPDX-License-Identifier: Apache-2.0
"""Bit error rate against training, of everything that was tried for symbol detection.

    python3 -m scripts.plots.icl_curves                  # models/icl.curves.json to docs/images/icl-curves.png
    python3 -m scripts.plots.icl_curves --out build/plots/icl-curves
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from scripts.command_line import ROOT
from scripts.plots import style

COLOURS = (style.BLUE, style.VERMILION, style.GREEN, style.ORANGE, style.PURPLE, style.SKY, style.INK)
DASHES = ((), (5, 2), (1.5, 1.5))
HALF = 0.5  # the error rate of guessing


def draw(curves: dict[str, Any], yardsticks: dict[str, float]) -> Figure:
    """One line for each run of `curves`, one level for each classical detector."""
    figure = Figure(figsize=(8.4, 5.0))
    axes = figure.add_axes((0.09, 0.12, 0.56, 0.70))
    iteration, rate = curves["fields"].index("iteration"), curves["fields"].index("ber")
    for number, (name, run) in enumerate(curves["runs"].items()):
        axes.plot([p[iteration] for p in run["points"]], [p[rate] for p in run["points"]],
                  color=style.GREY if run["model"] == "ann" else COLOURS[number % len(COLOURS)],
                  dashes=DASHES[number // len(COLOURS) % len(DASHES)],
                  linewidth=1.8, label=f"{name} ({run['points'][-1][rate]:.3f})")
    for name, level in yardsticks.items():
        axes.axhline(level, color=style.GREY, linewidth=0.8, linestyle=(0, (1, 2)), zorder=0)
        axes.annotate(name, (1.0, level), xycoords=("axes fraction", "data"), xytext=(-3, 2),
                      textcoords="offset points", ha="right", fontsize=8.5, color=style.GREY)
    axes.set_yscale("log")
    ticks = (0.02, 0.03, 0.05, 0.1, 0.2, HALF)
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_yticks([], minor=True)
    axes.set_ylim(0.02, 0.6)
    axes.set_xlabel("training steps")
    axes.set_ylabel("bit error rate on validation prompts")
    axes.grid(axis="y", color=style.PALE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1.02), fontsize=9, frameon=False)
    style.heading(figure, "Learning to detect symbols (2x2)",
                  "Every training that was run; in brackets the last bit error rate.")
    return figure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images" / "icl-curves",
                        help="without ending; in docs/images only the .png stays")
    args = parser.parse_args()
    curves = json.loads((ROOT / "models" / "icl.curves.json").read_text())
    report = json.loads((ROOT / "models" / "icl.results.json").read_text())
    rates = report["yardsticks"]["2x2"]["bit_error_rate"]
    style.apply()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    style.save(draw(curves, {"maximum likelihood, estimated channel": rates["ml ls"][0],
                             "linear MMSE, estimated channel": rates["mmse ls"][0]}), args.out)
    if args.out.parent == ROOT / "docs" / "images":
        args.out.with_suffix(".svg").unlink()
    print(f"{args.out}.png")


if __name__ == "__main__":
    main()
