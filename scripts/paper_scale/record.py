# SPDX-License-Identifier: Apache-2.0
"""Figures of a report for the pages of docs/.

    make paper-scale RECORD=1

Writes scripts/paper_scale/results.json, which `make results` keeps, and the same entries and their
quotations into docs/.
"""
from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.machine import description
from scripts import measure_results
from scripts.paper_scale.phases import cycles_of, schedule_cycles, schedule_ratio, total_cycles

FILE = Path(__file__).resolve().parent / "results.json"
PREFIX = "scale."


def entries(report: dict[str, Any]) -> list[dict[str, str]]:
    figures = measure_results.Figures(PREFIX, report)
    add = figures.add

    add("machine", *description(report["machine"]))
    add("load", f"{report['machine']['load_at_start']:.0f}", "programs running on average")
    for run in report["runs"].values():
        name = run["configuration"]
        rates = run["tensor_rates"].values()
        counts = {"input": cycles_of(run, "input"), "aimc0": cycles_of(run, "aimc")[:1],
                  "aimc": cycles_of(run, "aimc")[1:], "ssa": cycles_of(run, "ssa"),
                  "seeds": cycles_of(run, "seeds"), "readout": cycles_of(run, "readout"),
                  "schedule": [schedule_cycles(run)], "all": [total_cycles(run)]}
        for kind, values in counts.items():  # of several phases, the longest
            add(f"{name}.{kind}", f"{max(values):,}", "cycles")
        add(f"{name}.ideal", f"{run['ideal_cycles']:,.0f}", "cycles")
        add(f"{name}.ratio", f"{schedule_ratio(run):.4f}", "x")
        add(f"{name}.mismatches", str(run["mismatches"]), "differences")
        for engine in ("aimc", "ssa"):
            add(f"{name}.{engine}_utilisation", f"{100 * run['utilisation'][engine]:.1f}", "%")
        add(f"{name}.latency", f"{1e3 * run['latency_seconds']:.3f}", "ms")
        add(f"{name}.schedule_latency", f"{1e3 * schedule_cycles(run) / run['clock_hz']:.3f}", "ms")
        add(f"{name}.lowest_rate", f"{min(rates):.3f}", "spikes")
        add(f"{name}.highest_rate", f"{max(rates):.3f}", "spikes")
        add(f"{name}.speed", f"{run['simulated_cycles_per_second']:,.0f}", "cycles/s")
        add(f"{name}.updates", f"{1e-9 * run['cells_updates_per_second']:.2f}", "G/s")
        add(f"{name}.wall_rtl", f"{run['wall_seconds_rtl']:.1f}", "s")
        add(f"{name}.wall_reference", f"{run['wall_seconds_reference']:.2f}", "s")
        add(f"{name}.cpu", f"{run['cpu_seconds']:.1f}", "s")
    for row in report["converters"]:
        name = f"{report['runs'][row['network']]['configuration']}.conversion{row['conversion_cycles']:.4g}"
        add(f"{name}.cycles", f"{row['cycles']:,.0f}", "cycles")
        add(f"{name}.latency", f"{1e3 * row['seconds']:.3f}", "ms")
        add(f"{name}.how", row["how"], "by a run" if row["how"] == "measured" else "by the formula")
    add("overlap.mismatches", str(report["overlap_run"]["mismatches"]), "differences")
    for row in report["overlap"]:
        name = f"overlap.{row['configuration']}.conversion{row['conversion_cycles']}"
        add(f"{name}.cycles", f"{row['cycles']:,.0f}", "cycles")
        add(f"{name}.phases", f"{row['phases_per_image']:.3f}", "AIMC phases")
        add(f"{name}.rate", f"{row['images_per_second']:,.0f}", "images/s")
        add(f"{name}.memory", f"{1e-6 * row['extra_bits']:.2f}", "Mbit")
    return figures.entries


def record(report: dict[str, Any]) -> int:
    return measure_results.record(PREFIX, entries(report), FILE)
