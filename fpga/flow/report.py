# SPDX-License-Identifier: Apache-2.0
"""The report of a board, and its table."""
from __future__ import annotations

import datetime
import subprocess
from collections import Counter
from pathlib import Path
from statistics import fmean
from typing import Any

from fpga.flow import energy, netlist, place
from fpga.flow.boards import Board
from scripts.command_line import Xpike
from scripts.measure_results import commit

SEEDS = (1, 2, 3, 4, 5)  # of the lanes
IMAGES_RTL = 3           # of which cycles are counted; every image takes as many


def version(command: list[str]) -> str:
    """First line of what a tool says of itself."""
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return (done.stdout or done.stderr).strip().splitlines()[0].strip('"')


def versions(tools: place.Tools | None) -> dict[str, str]:
    found = {"yosys": version(["yosys", "-V"])}
    if tools:
        found["nextpnr"] = version([tools.place, "--version"]).split("-- ")[-1]
    return found


def simulate(board: Board, xpike: Xpike) -> dict[str, Any]:
    """Cycles of an image in the RTL, which must equal the reference, and accuracy on the test part."""
    model = ["run", "--model", f"models/{board.model}.safetensors", "--data", "data/digits", "--split", "test",
             "--config", board.configuration]
    rtl = xpike.report("rtl", [*model, "--engine", "both", "--limit", str(IMAGES_RTL)])
    if rtl["mismatches"]:
        raise ValueError(f"{board.configuration}: RTL and reference differ in {rtl['mismatches']} values")
    runs = [xpike.report(f"seed{seed}", [*model, "--engine", "reference", "--seed", str(seed)]) for seed in SEEDS]
    return {"cycles_per_image": rtl["cycles_per_image"], "accuracy": fmean(run["accuracy"] for run in runs)}


def make(board: Board, cells: Counter[str], tools: place.Tools | None, placed: dict[str, Any] | None,
         seen: dict[str, Any]) -> dict[str, Any]:
    sizes = netlist.sizes(cells)
    blocks = sum(count for kind, count in cells.items() if kind in netlist.RAM_BITS)
    rate = place.fmax(placed) if placed else None
    return {
        "placed_and_routed": placed is not None, **sizes, "fmax_hz": rate,
        "cycles_per_image": seen["cycles_per_image"],
        "images_per_second": rate / seen["cycles_per_image"] if rate else None,
        "accuracy": seen["accuracy"],
        "board": board.board, "device": board.device, "configuration": board.configuration, "model": board.model,
        "clock_hz": board.clock_hz,
        "images_per_second_at_clock": board.clock_hz / seen["cycles_per_image"] if placed else None,
        "energy_estimate_j_per_image": energy.joule_per_image(
            board, sizes["lut"], sizes["ff"], blocks, seen["cycles_per_image"]) if placed else None,
        "energy_model": energy.MODEL, "ram_blocks": blocks, "cells": dict(sorted(cells.items())),
        "utilization": placed["utilization"] if placed else None,
        "reason": None if placed else ("the device is too small" if tools else "no place and route tool"),
        "tools": versions(tools), "command": f"make fpga BOARD={board.name}", "commit": commit("unknown"),
        "date": datetime.date.today().isoformat(),
    }


def table(report: dict[str, Any]) -> str:
    def rate(value: float | None, unit: float, digits: int) -> str:
        return "-" if value is None else f"{value / unit:,.{digits}f}"

    placed = "placed and routed" if report["placed_and_routed"] else f"synthesized only: {report['reason']}"
    rows = [("board", f"{report['board']}, {report['device']}"),
            ("network", f"{report['model']} on configuration {report['configuration']}"),
            ("result", placed),
            ("LUT", f"{report['lut']:,}"), ("FF", f"{report['ff']:,}"),
            ("RAM", f"{report['ram_bits']:,} bits in {report['ram_blocks']} blocks"),
            ("Fmax", f"{rate(report['fmax_hz'], 1e6, 1)} MHz"),
            ("cycles per image", f"{report['cycles_per_image']:,.0f}"),
            ("images/s at Fmax", rate(report["images_per_second"], 1, 1)),
            ("images/s at the board's clock", rate(report["images_per_second_at_clock"], 1, 1)),
            ("accuracy", f"{100 * report['accuracy']:.2f} %"),
            ("energy per image, estimate", f"{rate(report['energy_estimate_j_per_image'], 1e-6, 0)} uJ")]
    return "\n".join(f"{name:<32}{value}" for name, value in rows)


def write_atomically(file: Path, text: str) -> None:
    temporary = file.with_suffix(".tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(file)
