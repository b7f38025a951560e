# SPDX-License-Identifier: Apache-2.0
"""Speed of the simulated RTL, and the ratios that justify how it is simulated.

One round runs every benchmark of xpike_bench_rtl once, in turn; a ratio compares two times of one
round, so that a busy machine slows both. Rates are per second of CPU time.
"""
from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from bench.spread import spread, text

FOLDER = "bench-rtl"  # in the build folder: a build of its own, for the cores
ROUNDS = 5
# What is compared: subject, the variant that is used, and the one that is not.
PAIRS = (("attention tile", "row vectors", "cell modules"), ("array bank", "C++ kernel", "SystemVerilog"))

Key = tuple[str, str, str]  # subject, size, variant


class Failed(Exception):
    """A benchmark did not run."""


def one_round(build: Path, min_time: float) -> dict[Key, dict[str, float]]:
    """Cycles per second, and updates per cycle of those that count them."""
    out = build / "bench" / "rtl.json"
    subprocess.run([build / FOLDER / "bin" / "xpike_bench_rtl", f"--benchmark_out={out}",
                    "--benchmark_out_format=json", f"--benchmark_min_time={min_time}"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return rates(json.loads(out.read_text()))


def rates(report: dict[str, Any]) -> dict[Key, dict[str, float]]:
    """From Google Benchmark's JSON."""
    result: dict[Key, dict[str, float]] = {}
    for run in report["benchmarks"]:
        if run.get("error_occurred"):
            raise Failed(f"{run['name']}: {run['error_message']}")
        subject, size, variant = run["name"].split("/")[:3]
        result[subject, size, variant] = {"cycles": run["items_per_second"], "updates": run.get("updates", 0.0)}
    return result


def measure(build: Path, min_time: float) -> dict[str, Any]:
    return summary([one_round(build, min_time) for _ in range(ROUNDS)])


def summary(rounds: list[dict[Key, dict[str, float]]]) -> dict[str, Any]:
    """Every benchmark with its spread over the rounds, and the ratios round by round."""
    entries = []
    for key, first in rounds[0].items():
        entry: dict[str, Any] = dict(zip(("subject", "size", "variant"), key))
        entry["cycles_per_second"] = spread([one[key]["cycles"] for one in rounds])
        if first["updates"]:
            entry["updates_per_second"] = spread([one[key]["cycles"] * one[key]["updates"] for one in rounds])
        entries.append(entry)
    ratios = []
    for subject, used, other in PAIRS:
        for size in (key[1] for key in rounds[0] if key[0] == subject and key[2] == other):
            quicker = [one[subject, size, used]["cycles"] / one[subject, size, other]["cycles"] for one in rounds]
            ratios.append({"subject": subject, "size": size, "used": used, "other": other, "ratio": spread(quicker)})
    return {"rounds": len(rounds), "entries": entries, "ratios": ratios}


def scaled(rate: dict[str, float]) -> tuple[float, str]:
    """Unit that leaves a few digits before the point, and its name."""
    return next((unit, name) for unit, name in ((1e9, "G/s"), (1e6, "M/s"), (1e3, "k/s"), (1.0, "/s"))
                if rate["median"] >= unit or unit == 1.0)


def with_unit(rate: dict[str, float]) -> str:
    unit, name = scaled(rate)
    return f"{text({key: value / unit for key, value in rate.items()}, 2)} {name}"


def table(report: dict[str, Any]) -> str:
    lines = [f"{'simulated RTL, ' + str(report['rounds']) + ' rounds in turn':48s}  {'cycles':28s}  cells or neurons"]
    for entry in report["entries"]:
        what = f"{entry['subject']}, {entry['size']}, {entry['variant']}"
        updates = entry.get("updates_per_second")
        lines.append(f"{what:48s}  {with_unit(entry['cycles_per_second']):28s}  "
                     f"{with_unit(updates) if updates else ''}".rstrip())
    for entry in report["ratios"]:
        lines.append(f"{entry['subject']}, {entry['size']}: {entry['used']} {text(entry['ratio'])} times as quick as "
                     f"{entry['other']}")
    return "\n".join(lines)
