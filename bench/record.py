# SPDX-License-Identifier: Apache-2.0
"""Figures of a report for the pages of docs/.

    make bench RECORD=1      (or: python3 -m bench.record REPORT)

Writes bench/results.json, which `make results` keeps, and the same entries and their quotations into
docs/. One thread is quoted in CPU time, several threads in wall time. A report of some parts
(`--parts`) leaves the figures of the others as they are.
"""
from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from bench import simulation
from bench.kernels import scaled
from bench.machine import description
from bench.run import PARTS
from scripts import measure_results

RECORD = Path(__file__).resolve().parent / "results.json"
PREFIX = "bench."


def slug(text: str) -> str:
    """"array, 20 % driven" -> "array-20-driven"."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def entries(report: dict[str, Any]) -> list[dict[str, str]]:
    figures = measure_results.Figures(PREFIX, report)
    add = figures.add

    def add_time(identity: str, ns: float) -> None:
        size, unit, digits = scaled(ns)
        add(identity, f"{ns / size:.{digits}f}", unit)

    def add_spread(identity: str, value: dict[str, float], digits: int, unit: str) -> None:
        for end, key in (("", "median"), ("_min", "min"), ("_max", "max")):
            add(identity + end, f"{value[key]:.{digits}f}", unit)

    machine = report.get("machine")
    if machine:
        add("machine", *description(machine))
    for image in report.get("images", []):
        name, time = f"{image['model']}.t{image['threads']}", "cpu_us" if image["threads"] == 1 else "wall_us"
        add(f"{name}.batch", str(image["batch"]), "images")
        add(f"{name}.rounds", str(image["rounds"]), "rounds")
        for program, times in image["programs"].items():
            add_time(f"{name}.{program}.time", 1e3 * times[time]["median"])
        for level, ratio in image["ratios"].items():
            add_spread(f"{name}.{level}.ratio", ratio[time], 1, "x")
    for size in report.get("sizes", []):
        name = f"{size['config']}.t{size['threads']}"
        add(f"{name}.rate", f"{size['busy']['median']:.1f}", "images/s")
        for end in ("lowest", "highest"):
            add(f"{name}.{end}_spike_rate", f"{size[end]['rate']:.2f}", "spikes per place")
    if simulated := report.get("simulation"):
        add("rtl.rounds", str(simulated["rounds"]), f"rounds, {report['date']}")
        for entry in simulated["entries"]:
            name = "rtl." + ".".join(slug(entry[key]) for key in ("subject", "size", "variant"))
            for key in ("cycles", "updates"):
                if rate := entry.get(f"{key}_per_second"):
                    unit, unit_name = simulation.scaled(rate)
                    add(f"{name}.{key}", f"{rate['median'] / unit:.2f}", unit_name)
        for ratio in simulated["ratios"]:
            add_spread(f"rtl.{slug(ratio['subject'])}.{slug(ratio['size'])}.ratio", ratio["ratio"], 1, "x")
    for kernel in report.get("kernels", []):
        add_time(f"{slug(kernel['subject'])}.{kernel['shape']}.{kernel['level']}", kernel["ns"]["median"])
    return figures.entries


def kept(report: dict[str, Any], own: list[dict[str, str]]) -> list[dict[str, str]]:
    """Figures on record that a report of some parts says nothing about; each has its own date."""
    if all(part in report for part in PARTS):
        return []
    known = {entry["id"] for entry in own}
    return [entry for entry in json.loads(RECORD.read_text()) if entry["id"] not in known]


def main() -> None:
    report = json.loads(Path(sys.argv[1]).read_text())
    if report["refused"]:
        sys.exit(f"nothing recorded: {report['refused'][0]}")
    own = entries(report)
    count = measure_results.record(PREFIX, kept(report, own) + own, RECORD)
    print(f"recorded {len(own)} figures, {count} in all, in bench/results.json and docs/results.json")


if __name__ == "__main__":
    main()
