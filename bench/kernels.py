# SPDX-License-Identifier: Apache-2.0
"""Runs the benchmarks of the kernels (Google Benchmark) and shows the levels side by side."""
from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from bench.spread import spread, text


def measure(build: Path, root: Path, repetitions: int, min_time: float) -> list[dict[str, Any]]:
    """One entry per subject, shape and level: CPU nanoseconds per item over the repetitions."""
    out = build / "bench" / "kernels.json"
    subprocess.run([build / "bin" / "xpike_bench", root, f"--benchmark_out={out}", "--benchmark_out_format=json",
                    f"--benchmark_repetitions={repetitions}", f"--benchmark_min_time={min_time}",
                    "--benchmark_enable_random_interleaving=true"], check=True,
                   stdout=subprocess.DEVNULL)
    return entries(json.loads(out.read_text()))


def entries(report: dict[str, Any]) -> list[dict[str, Any]]:
    """From Google Benchmark's JSON; an item takes the inverse of items_per_second (CPU time)."""
    times: dict[str, list[float]] = {}
    for run in sorted(report["benchmarks"], key=lambda run: run["family_index"]):  # they ran interleaved
        if run["run_type"] == "iteration":
            times.setdefault(run["run_name"].split("/repeats:")[0], []).append(1e9 / run["items_per_second"])
    result = []
    for name, values in times.items():
        subject, shape, level = name.split("/")[:3]
        result.append({"subject": subject, "shape": shape, "level": level, "ns": spread(values)})
    return result


def scaled(ns: float) -> tuple[float, str, int]:
    """Unit in ns, its name, and the decimals that leave about three digits."""
    size, unit = next(pair for pair in ((1e6, "ms"), (1e3, "us"), (1.0, "ns")) if ns >= pair[0] or pair[0] == 1.0)
    return size, unit, 2 if ns / size < 10 else 1


def with_unit(ns: dict[str, float]) -> str:
    """`median (min..max) unit`."""
    size, unit, digits = scaled(ns["median"])
    return f"{text({key: value / size for key, value in ns.items()}, digits)} {unit}"


def table(kernels: list[dict[str, Any]]) -> str:
    """A line per subject and shape, a column per level."""
    levels = list(dict.fromkeys(entry["level"] for entry in kernels))
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for entry in kernels:
        rows.setdefault((entry["subject"], entry["shape"]), {})[entry["level"]] = with_unit(entry["ns"])
    head = ["CPU time of one", "shape", *levels]
    lines = [head, *([*key, *(cells.get(level, "") for level in levels)] for key, cells in rows.items())]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines)
