# SPDX-License-Identifier: Apache-2.0
"""Figures of a report for the pages of docs/.

    make bench RECORD=1      (or: python3 -m bench.record REPORT)

Writes bench/results.json, which `make results` keeps, and the same entries and their quotations into
docs/. One thread is quoted in CPU time, several threads in wall time.
"""
from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from bench.kernels import scaled
from bench.machine import description
from scripts import measure_results

ROOT = Path(__file__).resolve().parents[1]
PREFIX = "bench."


def slug(text: str) -> str:
    """"array, 20 % driven" -> "array-20-driven"."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def entries(report: dict[str, Any]) -> list[dict[str, str]]:
    result: list[dict[str, str]] = []

    def add(identity: str, value: str, unit: str) -> None:
        result.append({"id": PREFIX + identity, "value": value, "unit": unit,
                       **{key: report[key] for key in ("command", "commit", "date")}})

    machine = report.get("machine")
    if machine:
        add("machine", *description(machine))
    for image in report["images"]:
        name, time = f"{image['model']}.t{image['threads']}", "cpu_us" if image["threads"] == 1 else "wall_us"
        add(f"{name}.batch", str(image["batch"]), "images")
        add(f"{name}.rounds", str(image["rounds"]), "rounds")
        for program, times in image["programs"].items():
            add(f"{name}.{program}.us", f"{times[time]['median']:.1f}", "us")
        for level, ratio in image["ratios"].items():
            add(f"{name}.{level}.ratio", f"{ratio[time]['median']:.1f}", "x")
            for end in ("min", "max"):
                add(f"{name}.{level}.ratio_{end}", f"{ratio[time][end]:.1f}", "x")
    for kernel in report["kernels"]:
        size, unit, digits = scaled(kernel["ns"]["median"])
        add(f"{slug(kernel['subject'])}.{kernel['shape']}.{kernel['level']}",
            f"{kernel['ns']['median'] / size:.{digits}f}", unit)
    return result


def main() -> None:
    report = json.loads(Path(sys.argv[1]).read_text())
    if report["refused"]:
        sys.exit(f"nothing recorded: {report['refused'][0]}")
    count = measure_results.record(PREFIX, entries(report), ROOT / "bench" / "results.json")
    print(f"recorded {count} figures in bench/results.json and docs/results.json")


if __name__ == "__main__":
    main()
