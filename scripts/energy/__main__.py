# SPDX-License-Identifier: Apache-2.0
"""Energy, latency and area of the paper's networks on this chip, beside the paper's figures.

    make energy            (or: python3 -m scripts.energy --build build)

Runs the shipped models, estimates with `xpike energy`, prints tables, writes
BUILD/energy/report.json and, with matplotlib, pictures beside it. All figures are estimates from
configs/energy/units.json.
"""
from __future__ import annotations

import argparse
import datetime
import importlib.util
import json
from pathlib import Path

from scripts.command_line import NO_PICTURES, ROOT, finish
from scripts.energy import record, synthesis
from scripts.energy.cases import Command, collect
from scripts.energy.comparison import compare, headline
from scripts.energy.tables import all_tables
from scripts.measure_results import commit


def main() -> int:
    parser = argparse.ArgumentParser(prog="make energy", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="build folder")
    parser.add_argument("--out", type=Path, help="folder of the report (default BUILD/energy)")
    parser.add_argument("--record", action="store_true", help="also refresh docs")
    options = parser.parse_args()
    folder = (options.out or options.build / "energy").resolve()
    paper = json.loads((ROOT / "configs" / "energy" / "paper.json").read_text(encoding="utf-8"))
    print("estimates:")
    cases = collect(Command(options.build.resolve() / "bin" / "xpike", folder / "data"))
    comparison = compare(cases, paper)
    found = synthesis.read_all(headline(cases), comparison["attention"]["updates"])
    report = {"command": "make energy", "commit": commit("unknown"), "date": datetime.date.today().isoformat(),
              "paper": paper, "comparison": comparison, "synthesis": found, **cases}
    (folder / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print("\n" + all_tables(cases, comparison, paper))
    print("\n" + "\n".join(synthesis.lines(found)))
    print(f"\nreport        {folder / 'report.json'}")
    if importlib.util.find_spec("matplotlib") and importlib.util.find_spec("numpy"):
        from scripts.energy import pictures
        for file in pictures.draw_all(report, folder, options.record):
            print(f"picture       {file}")
    else:
        print(f"pictures      {NO_PICTURES}")
    if options.record:
        print(f"recorded      {record.record(report)} figures in {record.FILE.relative_to(ROOT)} and docs")
    return 0


if __name__ == "__main__":
    finish("energy", main)
