# SPDX-License-Identifier: Apache-2.0
"""Speed of the reference and of the simulated RTL, and ratios: PyTorch, other ways to simulate.

    make bench            (or: python3 -m bench.run --build build [--parts kernels,sizes])

Prints tables and writes build/bench/report.json. No ratio is printed unless PyTorch computes with
OpenBLAS and, where both programs run one network, both give the same scores.
"""
from __future__ import annotations

import argparse
import datetime
import json
import os
import sys
from pathlib import Path
from typing import Any

from bench import kernels, simulation, sizes
from bench.machine import machine
from bench.side_by_side import Refused, Work, compare, model_work, workload_work
from bench.spread import text
from scripts.measure_results import commit

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("kernels", "images", "sizes", "simulation")


def works() -> list[Work]:
    """The shipped models whose data is there, and a random network of the paper's middle size."""
    found = [(name, ROOT / "models" / f"{name}.safetensors", ROOT / "data" / name) for name in ("digits", "mnist")]
    shipped = [model_work(*files) for files in found if files[1].exists() and (files[2] / "images.npy").exists()]
    return [*shipped, workload_work("vit-6-512", 65, 10)]


def image_table(entry: dict[str, Any]) -> str:
    """PyTorch and every level: microseconds per image and ratios, median (min..max)."""
    same = f"scores of {entry['equal_scores']} images equal" if entry["equal_scores"] else "a float network in PyTorch"
    lines = [f"{entry['model']}, {entry['threads']} thread(s), PyTorch with batches of {entry['batch']}, "
             f"{entry['rounds']} rounds in turn, {same}",
             f"  {'us per image':12s}  {'CPU time':24s}  {'wall time':24s}  {'accuracy':8s}  "
             f"{'PyTorch / this, CPU':24s}  PyTorch / this, wall"]
    for name, times in entry["programs"].items():
        line = f"  {name:12s}  {text(times['cpu_us']):24s}  {text(times['wall_us']):24s}  "
        line += f"{100 * times['accuracy']['median']:6.2f} %" if "accuracy" in times else " " * 8
        if name in entry["ratios"]:
            ratio = entry["ratios"][name]
            line += f"  {text(ratio['cpu_us']):24s}  {text(ratio['wall_us'])}"
        lines.append(line)
    return "\n".join(lines)


def compare_images(build: Path, report: dict[str, Any], rounds: int) -> None:
    """Adds what PyTorch and the reference take, and what could not be compared."""
    report["images"] = []
    for work in works():
        for threads in (1, 2):
            if threads > report["machine"]["cpus"]:
                continue
            try:
                report["images"].append(compare(build, work, threads, rounds))
                print(image_table(report["images"][-1]) + "\n", flush=True)
            except Refused as why:
                report["refused"].append(f"{work.name}, {threads} thread(s): {why}")
                print(f"no ratio for {report['refused'][-1]}\n", file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--build", type=Path, default=Path("build"))
    parser.add_argument("--parts", default=",".join(PARTS), help="which ones (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=11, help="rounds of the comparison with PyTorch")
    parser.add_argument("--repetitions", type=int, default=5, help="repetitions of every kernel")
    parser.add_argument("--min-time", type=float, default=0.1, help="seconds a repetition of a kernel takes")
    args = parser.parse_args()
    parts = args.parts.split(",")
    if unknown := set(parts) - set(PARTS):
        parser.error(f"--parts: {', '.join(sorted(unknown))} is none of {', '.join(PARTS)}")
    build = args.build.resolve()
    (build / "bench").mkdir(parents=True, exist_ok=True)
    report: dict[str, Any] = {"command": "make bench", "date": datetime.date.today().isoformat(), "commit": commit("unknown"),
                              "machine": machine(), "refused": []}
    print(f"{report['machine']['cpu']}, {report['machine']['cpus']} CPUs, "
          f"load {report['machine']['load_at_start']:.1f}", flush=True)

    if "kernels" in parts:
        report["kernels"] = kernels.measure(build, ROOT, args.repetitions, args.min_time)
        print(f"\n{kernels.table(report['kernels'])}\n", flush=True)
    if "images" in parts:
        compare_images(build, report, args.rounds)
    if "sizes" in parts:
        report["sizes"] = [entry for work in sizes.works()
                           for entry in sizes.measure(build, work, report["machine"]["cpus"])]
        print(f"{sizes.table(report['sizes'])}\n", flush=True)
    if "simulation" in parts:
        report["simulation"] = simulation.measure(build, args.min_time)
        print(f"{simulation.table(report['simulation'])}\n", flush=True)
    report["machine"]["load_at_end"] = os.getloadavg()[0]
    (build / "bench" / "report.json").write_text(json.dumps(report, indent=1) + "\n")
    print(f"wrote {args.build}/bench/report.json")
    return 1 if report["refused"] else 0


if __name__ == "__main__":
    sys.exit(main())
