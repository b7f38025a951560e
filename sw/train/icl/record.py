# SPDX-License-Identifier: Apache-2.0
"""Figures of symbol detection for the pages of docs/: models/icl.results.json to docs/results.json.

    python3 -m sw.train.icl.record --yardsticks build/icl-yardsticks.json --trained ann=build/icl-ann.json
    python3 -m sw.train.icl.record --trained chip=build/symbols/report.json
    python3 -m sw.train.icl.record                            # the quotations alone, from what is there

The files are those that yardsticks.py, evaluate.py and measure.py write; what is not named stays as it was.
"""
from __future__ import annotations

import argparse
import datetime
import json
from pathlib import Path
from typing import Any

from scripts import measure_results
from sw.train.data import ROOT

REPORT = ROOT / "models" / "icl.results.json"
PREFIX = "icl."
YARDSTICKS = "python3 -m sw.train.icl.yardsticks"
EVALUATE = "python3 -m sw.train.icl.evaluate"


def entries(report: dict[str, Any]) -> list[dict[str, str]]:
    """Bit error rates with both ends of their intervals, as docs/results.json lists figures."""
    result: list[dict[str, str]] = []

    def add(name: str, rates: list[float], facts: dict[str, str]) -> None:
        for end, rate in zip(("rate", "low", "high"), rates):
            result.append({"id": f"{PREFIX}{name}.{end}", "value": f"{100 * rate:.2f}", "unit": "%", **facts})

    for size, measured in report["yardsticks"].items():
        for detector, rates in measured["bit_error_rate"].items():
            add(f"{size}.{detector.replace(' ', '-')}", rates, report["facts"]["yardsticks"])
    for name, measured in report["trained"].items():
        add(name, measured["bit_error_rate"], report["facts"][name])
        for pairs, compared in measured.get("rtl", {}).items():
            for what, unit in (("prompts", "prompts"), ("mismatches", "differences")):
                result.append({"id": f"{PREFIX}{name}.rtl{pairs}.{what}", "value": f"{compared[what]:,}", "unit": unit,
                               **report["facts"][name]})
    if {"ann", "chip"} <= report["trained"].keys():
        gap = report["trained"]["chip"]["bit_error_rate"][0] - report["trained"]["ann"]["bit_error_rate"][0]
        result.append({"id": f"{PREFIX}chip.minus_ann", "value": f"{100 * gap:.2f}", "unit": "points",
                       **report["facts"]["chip"]})
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--yardsticks", type=Path)
    parser.add_argument("--trained", action="append", default=[], metavar="NAME=FILE")
    args = parser.parse_args()
    report = json.loads(REPORT.read_text()) if REPORT.exists() else {"yardsticks": {}, "trained": {}, "facts": {}}
    now = {"commit": measure_results.commit(), "date": datetime.date.today().isoformat()}
    if args.yardsticks:
        report["yardsticks"] = json.loads(args.yardsticks.read_text())
        report["facts"]["yardsticks"] = {"command": YARDSTICKS, **now}
    for setting in args.trained:
        name, _, file = setting.partition("=")
        report["trained"][name] = json.loads(Path(file).read_text())
        command = report["trained"][name].pop("command", f"{EVALUATE} {name}")
        report["facts"][name] = {"command": command, **now}
    REPORT.write_text(json.dumps(report, indent=1) + "\n")
    count = measure_results.record(PREFIX, entries(report), ROOT / "sw" / "train" / "icl" / "results.json")
    print(f"recorded {count} figures in sw/train/icl/results.json and docs/results.json")


if __name__ == "__main__":
    main()
