# SPDX-License-Identifier: Apache-2.0
"""What it costs to work on a sequence in blocks: gates, flip-flops, cycles.

    make long-sequences       (or: python3 -m scripts.long_sequences --build build)

Synthesizes the attention engine with and without blocks and runs the same network on both, bit for
bit; prints a table and writes BUILD/long-sequences/report.json. With --record the figures go into
docs/ as well. Exit code 1 if a tensor differs between RTL and reference.
"""
from __future__ import annotations

import argparse
import datetime
import json
import sys
from pathlib import Path
from typing import Any

from scripts import measure_results
from scripts.command_line import ROOT, Xpike, finish
from scripts.long_sequences.gates import Build, synthesize
from scripts.paper_scale.phases import cycles_of, total_cycles

FAILED = 1
FILE = Path(__file__).resolve().parent / "results.json"
PREFIX = "long."
BUILDS = (Build(32, 32), Build(32, 8), Build(8, 8))
CONFIGS = ("nano-32", "nano-long")  # the same network; its sequence on one tile side, and in blocks
RUN = ["--random-model", "3", "--tokens", "32", "--steps", "4", "--images", "1", "--engine", "both"]


def collect(build: Path, folder: Path) -> dict[str, Any]:
    command = Xpike(build / "bin" / "xpike", folder)
    report: dict[str, Any] = {"command": "make long-sequences", "commit": measure_results.commit("unknown"),
                              "date": datetime.date.today().isoformat(), "engines": {}, "runs": {}}
    for engine in BUILDS:
        print(f"  yosys, {engine.tokens} tokens on a tile of {engine.tile_tokens}", flush=True)
        report["engines"][engine.name] = synthesize(engine, folder)
    for config in CONFIGS:
        found = command.report(config, ["run", "--config", config, *RUN])
        report["runs"][config] = {"mismatches": found["mismatches"], "ssa": max(cycles_of(found, "ssa")),
                                  "aimc0": cycles_of(found, "aimc")[0], "all": total_cycles(found)}
    return report


def table(report: dict[str, Any]) -> str:
    lines = [f"{'attention engine, tokens-tile':32s}{'gates':>10s}{'flip-flops':>12s}"]
    lines += [f"{name:32s}{row['gates']:>10,}{row['flip_flops']:>12,}" for name, row in report["engines"].items()]
    lines += ["", f"{'cycles of':32s}{'SSA phase':>10s}{'AIMC 0':>12s}{'image':>8s}{'differences':>13s}"]
    lines += [f"{name:32s}{row['ssa']:>10,}{row['aimc0']:>12,}{row['all']:>8,}{row['mismatches']:>13,}"
              for name, row in report["runs"].items()]
    return "\n".join(lines)


def entries(report: dict[str, Any]) -> list[dict[str, str]]:
    figures = measure_results.Figures(PREFIX, report)
    for name, row in report["engines"].items():
        figures.add(f"{name}.gates", f"{row['gates']:,}", "gates")
        figures.add(f"{name}.flip-flops", f"{row['flip_flops']:,}", "flip-flops")
    for name, row in report["runs"].items():
        for what in ("ssa", "aimc0", "all"):
            figures.add(f"{name}.{what}", f"{row[what]:,}", "cycles")
        figures.add(f"{name}.mismatches", str(row["mismatches"]), "differences")
    return figures.entries


def main() -> int:
    parser = argparse.ArgumentParser(prog="make long-sequences", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="build folder")
    parser.add_argument("--record", action="store_true", help="also refresh docs")
    options = parser.parse_args()
    folder = options.build.resolve() / "long-sequences"
    folder.mkdir(parents=True, exist_ok=True)
    report = collect(options.build.resolve(), folder)
    (folder / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"\n{table(report)}\n\nreport        {folder / 'report.json'}")
    if any(row["mismatches"] for row in report["runs"].values()):
        print("long-sequences: RTL and reference differ", file=sys.stderr)
        return FAILED
    if options.record:
        count = measure_results.record(PREFIX, entries(report), FILE)
        print(f"recorded      {count} figures in {FILE.relative_to(ROOT)} and docs")
    return 0


if __name__ == "__main__":
    finish("long-sequences", main)
