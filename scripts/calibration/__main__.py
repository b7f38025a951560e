# SPDX-License-Identifier: Apache-2.0
"""How near drift compensation comes to what conductances lost, chip against reference, and its cost.

    make calibration            (or: python3 -m scripts.calibration --build build)
    make calibration RECORD=1   # also into docs

Runs `xpike calibrate` on the shipped models, `xpike drift --engine both` on the digits and `xpike
energy` on the configurations, and writes BUILD/calibration/report.json. Exit code 1 if the chip's
RTL and the reference differ.
"""
from __future__ import annotations

import argparse
import datetime
import json
from pathlib import Path
from typing import Any

from scripts.calibration import record, studies
from scripts.command_line import ROOT, Xpike, finish
from scripts.measure_results import commit


def collect(program: Xpike, report: dict[str, Any], parts: list[str]) -> dict[str, Any]:
    """The report with these parts run anew."""
    for part in parts:
        found = program.report(part, studies.PARTS[part])
        report[part] = {"command": "build/bin/xpike " + " ".join(studies.PARTS[part]), **found,
                        "commit": commit("unknown"), "date": datetime.date.today().isoformat()}
    return report


def main() -> int:
    parser = argparse.ArgumentParser(prog="make calibration", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="build folder")
    parser.add_argument("--parts", nargs="*", choices=studies.PARTS, default=list(studies.PARTS),
                        help="studies to run (default: all); the others stay as they are")
    parser.add_argument("--record", action="store_true", help="also refresh docs")
    options = parser.parse_args()
    folder = options.build.resolve() / "calibration"
    file = folder / "report.json"
    report = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    report = collect(Xpike(options.build.resolve() / "bin" / "xpike", folder), report, options.parts)
    file.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"report        {file}")
    if options.record:
        absent = [part for part in studies.PARTS if part not in report]
        if absent:
            raise ValueError(f"{file}: {absent[0]} is missing; a record needs every study")
        print(f"recorded      {record.record(report)} figures in {record.FILE.relative_to(ROOT)} and docs")
    return 0


if __name__ == "__main__":
    finish("calibration", main)
