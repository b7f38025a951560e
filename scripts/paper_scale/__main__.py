# SPDX-License-Identifier: Apache-2.0
"""The paper's networks at full size on the simulated chip, cycle by cycle.

    make paper-scale       (or: python3 -m scripts.paper_scale --build build/paper-scale)

Runs one image of every network on RTL and reference, bit for bit, prints tables and writes
BUILD/report.json. Exit code 1 if the engines disagree or the schedule is longer than promised.
"""
from __future__ import annotations

import argparse
import datetime
import json
import sys
from pathlib import Path

from bench.machine import machine
from scripts.command_line import ROOT, finish
from scripts.measure_results import commit
from scripts.paper_scale import networks, record
from scripts.paper_scale.converters import converter_rows
from scripts.paper_scale.networks import MAIN, NETWORKS, OVERLAP, SLOW_CONVERTERS, Command, Network, Report
from scripts.paper_scale.overlap import overlap_missed, overlap_rows
from scripts.paper_scale.phases import missed
from scripts.paper_scale.tables import all_tables

FAILED = 1


def collect(command: Command, chosen: tuple[Network, ...], slow_converters: dict[int, str]) -> Report:
    """Runs all networks, the last one with the slow converters too, and overlapping images; the whole report."""
    report: Report = {"command": "make paper-scale", "commit": commit("unknown"),
                      "date": datetime.date.today().isoformat(), "machine": machine()}
    report["runs"] = {network.name: command.run(network) for network in chosen}
    last = chosen[-1]
    report["slow_converters"] = {
        str(cycles): command.run(Network(last.name, config, last.tokens, last.steps))
        for cycles, config in slow_converters.items()}
    configurations = command.configurations()
    report["overlap_run"] = command.run(OVERLAP)
    report["overlap"] = overlap_rows(report["overlap_run"], configurations, tuple(SLOW_CONVERTERS))
    energy = ROOT / "configs" / "energy"
    units = json.loads((energy / "units.json").read_text(encoding="utf-8"))
    report["converters"] = converter_rows(
        chosen, report["runs"], {int(cycles): run for cycles, run in report["slow_converters"].items()},
        configurations, units)
    paper = json.loads((energy / "paper.json").read_text(encoding="utf-8"))
    latencies = {row["design"]: row["latency_ms"] for row in paper["table_vi"]["rows"]}
    report["paper_latency_ms"] = {MAIN.name: latencies["Xpikeformer"]}
    report["paper_source"] = paper["source"]
    return report


def main() -> int:
    parser = argparse.ArgumentParser(prog="make paper-scale", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "paper-scale", help="build folder")
    parser.add_argument("--record", action="store_true", help="also refresh docs")
    parser.add_argument("--configurations", action="store_true",
                        help="only print the configurations whose cores the build needs")
    options = parser.parse_args()
    if options.configurations:
        print(";".join(networks.configurations()))
        return 0
    build = options.build.resolve()
    print("runs, minutes in all:")
    report = collect(Command(build / "bin" / "xpike", build / "runs"), NETWORKS, SLOW_CONVERTERS)
    (build / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print("\n" + all_tables(report))
    print(f"\nreport        {build / 'report.json'}")
    problems = missed(report["runs"] | {f"{MAIN.name}, conversions of {cycles} cycles": run
                                        for cycles, run in report["slow_converters"].items()})
    problems += overlap_missed(report["overlap_run"], report["overlap"])
    for problem in problems:
        print(f"paper-scale: {problem}", file=sys.stderr)
    if problems:
        return FAILED
    if options.record:
        print(f"recorded      {record.record(report)} figures in {record.FILE.relative_to(ROOT)} and docs")
    return 0


if __name__ == "__main__":
    finish("paper-scale", main)
