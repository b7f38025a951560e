# SPDX-License-Identifier: Apache-2.0
"""Accuracy on devices that age, over the encoding length, and with faults.

    make robustness            (or: python3 -m scripts.robustness --build build)
    make robustness RECORD=1   # also into docs
    python3 -m scripts.robustness --parts sweep   # one study again, the others as they were

Runs `xpike drift`, `sweep-steps` and `faults` on the shipped models and writes
BUILD/robustness/report.json. MNIST is left out where `make data-mnist` has not been run.
"""
from __future__ import annotations

import argparse
import datetime
import json
import os
from pathlib import Path
from typing import Any

from scripts.command_line import ROOT, Xpike, finish
from scripts.measure_results import commit
from scripts.robustness import record, studies


def collect(program: Xpike, parts: list[str], tasks: list[studies.Task], report: dict[str, Any]) -> dict[str, Any]:
    """The report with these parts run anew."""
    for part in parts:
        for task in (task for task in studies.PARTS[part] if task in tasks):
            study = studies.run(program, part, task)
            facts = {"commit": commit("unknown"), "date": datetime.date.today().isoformat()}
            report["parts"].setdefault(part, {})[task.name] = {**study, **facts}
    return report


def main() -> int:
    parser = argparse.ArgumentParser(prog="make robustness", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="build folder")
    parser.add_argument("--parts", nargs="*", choices=studies.PARTS, default=list(studies.PARTS),
                        help="studies to run (default: all); the others stay as they are")
    parser.add_argument("--tasks", nargs="+", choices=[task.name for task in studies.TASKS],
                        default=[task.name for task in studies.TASKS], help="data to run them on (default: all)")
    parser.add_argument("--record", action="store_true", help="also refresh docs")
    options = parser.parse_args()
    if studies.ICL.name in options.tasks:
        studies.make_prompts()
    tasks = []
    for task in studies.TASKS:
        if task.name not in options.tasks:
            continue
        if missing := task.missing():
            print(f"{task.name}: left out, there is no {os.path.relpath(missing[0], ROOT)}")
        else:
            tasks.append(task)
    folder = options.build.resolve() / "robustness"
    file = folder / "report.json"
    report: dict[str, Any] = {"parts": {}}
    if file.exists():
        report = json.loads(file.read_text(encoding="utf-8"))
    program = Xpike(options.build.resolve() / "bin" / "xpike", folder)
    report = collect(program, options.parts, tasks, report)
    file.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"report        {file}")
    if options.record:
        absent = [f"{part} on {task.name}" for part, tasks in studies.PARTS.items() for task in tasks
                  if task.name not in report["parts"].get(part, {})]
        if absent:
            raise ValueError(f"{file}: {absent[0]} is missing; a record needs every study")
        print(f"recorded      {record.record(report)} figures in {record.FILE.relative_to(ROOT)} and docs")
    return 0


if __name__ == "__main__":
    finish("robustness", main)
