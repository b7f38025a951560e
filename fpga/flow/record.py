# SPDX-License-Identifier: Apache-2.0
"""Figures of a report for the pages of docs/.

    make fpga BOARD=hx8k RECORD=1

Merges them into fpga/results.json, which `make results` keeps, and writes the same entries and their
quotations into docs/.
"""
from __future__ import annotations

import json
from typing import Any

from fpga.flow.boards import FPGA
from scripts import measure_results

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


def record(name: str, report: dict[str, Any]) -> int:
    new = entries(name, report)
    old = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else []
    kept = [entry for entry in old if not entry["id"].startswith(f"{PREFIX}{name}.")]
    measure_results.record(PREFIX, kept + new, FILE)
    return len(new)
