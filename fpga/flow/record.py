# SPDX-License-Identifier: Apache-2.0
"""Figures of a report for the pages of docs/.

    make fpga BOARD=hx8k RECORD=1
    make fpga-netlist-test RECORD=1     (or: python3 -m fpga.flow.record netlist REPORT)

Merges them into fpga/results.json, which `make results` keeps, and writes the same entries and their
quotations into docs/.
"""
from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path
from typing import Any

from fpga.flow.boards import FPGA
from scripts import measure_results
from scripts.command_line import finish

FILE = FPGA / "results.json"
PREFIX = "fpga."


def entries(name: str, report: dict[str, Any]) -> list[dict[str, str]]:
    figures = measure_results.Figures(f"{PREFIX}{name}.", report)
    add = figures.add

    add("result", *(("placed", "and routed") if report["placed_and_routed"] else ("synthesized", "only")))
    add("lut", f"{report['lut']:,}", "LUT")
    add("ff", f"{report['ff']:,}", "flip-flops")
    add("ram", f"{report['ram_bits'] / 1024:,.0f}", "Kibit")

    add("cycles", f"{report['cycles_per_image']:,.0f}", "cycles")
    add("accuracy", f"{100 * report['accuracy']:.2f}", "%")
    if report["placed_and_routed"]:
        add("fmax", f"{report['fmax_hz'] / 1e6:.1f}", "MHz")
        add("rate", f"{report['images_per_second']:,.1f}", "images/s")
        add("rate_at_clock", f"{report['images_per_second_at_clock']:,.1f}", "images/s")
        add("energy", f"{1e6 * report['energy_estimate_j_per_image']:,.0f}", "uJ (estimate)")
    return figures.entries


def netlist_entries(report: dict[str, Any]) -> list[dict[str, str]]:
    """Of what fpga/netlist/tb_board.cpp saw."""
    facts = {"command": "make fpga-netlist-test", "commit": measure_results.commit("unknown"),
             "date": datetime.date.today().isoformat()}
    figures = measure_results.Figures(f"{PREFIX}netlist.", facts)
    figures.add("digits", f"{report['digits']}", "digits")
    figures.add("right", f"{report['right']}", "right")
    figures.add("differences", f"{report['differences']}", "differences")
    figures.add("load", f"{report['load_cycles']:,}", "cycles")
    figures.add("cycles", f"{report['cycles']:,}", "cycles")
    return figures.entries


def record(name: str, new: list[dict[str, str]]) -> int:
    """Puts the figures of a board, or of the netlist bench, in place of its old ones."""
    old = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else []
    kept = [entry for entry in old if not entry["id"].startswith(f"{PREFIX}{name}.")]
    measure_results.record(PREFIX, kept + new, FILE)
    return len(new)


def main() -> int:
    if len(sys.argv) != 3 or sys.argv[1] != "netlist":
        print("usage: python3 -m fpga.flow.record netlist REPORT", file=sys.stderr)
        return 2
    report = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    print(f"recorded      {record('netlist', netlist_entries(report))} figures in fpga/results.json and docs")
    return 0


if __name__ == "__main__":
    finish("fpga.flow.record", main)
