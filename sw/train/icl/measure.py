# SPDX-License-Identifier: Apache-2.0
"""The shipped symbol detector: bit error rate on the reference, and its RTL beside it, bit for bit.

    make symbols            (or: python3 -m sw.train.icl.measure --build build/symbols)

All prompts of the test part run on the reference; on simulated chip and reference run some of them, and
prompts of other lengths, every tensor compared. Prints a table and writes BUILD/report.json, which
`record.py` takes. Exit code 1 if a tensor differs.
"""
from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from scripts.command_line import ROOT, Xpike, finish
from sw.train.icl.channel import PILOTS
from sw.train.icl.evaluate import errors_by_step
from sw.train.icl.make_data import MOST_TOKENS, PROMPTS, build, write
from sw.train.icl.options import CONFIG
from sw.train.icl.yardsticks import interval

FAILED = 1
ANTENNAS = 2
MODEL = ROOT / "models" / "icl-2x2.safetensors"
COMPARED = 400                        # prompts of the usual length that the RTL runs as well
LENGTHS = (0, 1, 5, 40, MOST_TOKENS - 1)  # pairs before the query, in other prompts that it runs
OF_EACH_LENGTH = 40


class Detector(Xpike):
    """Runs of the shipped model."""

    def run(self, name: str, data: Path, more: list[str]) -> dict[str, Any]:
        return self.report(name, ["run", "--model", str(MODEL), "--data", str(data), "--config", CONFIG, *more])


def prompts_of(folder: Path, pairs: int, prompts: int) -> Path:
    """Data folder of the first prompts of the test part, with so many pairs."""
    write(folder, *build("test", ANTENNAS, prompts, pairs))
    return folder


def measure(command: Detector, folder: Path, threads: int) -> dict[str, Any]:
    prompts = PROMPTS[ANTENNAS]
    data = prompts_of(folder / "test", PILOTS, prompts)
    scores = folder / "scores.npy"
    found = command.run("reference", data, ["--threads", str(threads), "--scores", str(scores)])
    by_step = [interval(wrong, 2 * ANTENNAS) for wrong in errors_by_step(np.load(scores), ANTENNAS, "test")]
    compared = {PILOTS: command.run("both", data, ["--engine", "both", "--limit", str(COMPARED)])}
    for pairs in LENGTHS:
        short = prompts_of(folder / f"{pairs}-pairs", pairs, OF_EACH_LENGTH)
        compared[pairs] = command.run(f"both-{pairs}", short, ["--engine", "both"])
    return {"part": "test", "prompts": prompts, "steps": found["steps"], "bit_error_rate": list(by_step[-1]),
            "by_step": [rate for rate, _, _ in by_step],
            "rtl": {str(pairs): {"prompts": run["images"], "mismatches": run["mismatches"],
                                 "cycles_per_prompt": run["cycles_per_image"]} for pairs, run in compared.items()}}


def table(report: dict[str, Any]) -> str:
    rate, low, high = report["bit_error_rate"]
    lines = [f"bit error rate {rate:.4f}, 95 % interval {low:.4f} to {high:.4f}, {report['prompts'] * ANTENNAS} symbols, "
             f"{report['steps']} time steps",
             "after each step  " + " ".join(f"{step:.4f}" for step in report["by_step"]), "",
             f"{'pairs before the query':24s}{'prompts':>9s}{'differences RTL / reference':>30s}{'cycles/prompt':>15s}"]
    lines += [f"{pairs:24s}{run['prompts']:>9,}{run['mismatches']:>30,}{run['cycles_per_prompt']:>15,.0f}"
              for pairs, run in report["rtl"].items()]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make symbols", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "symbols", help="build folder")
    parser.add_argument("--threads", type=int, default=1, help="of the reference")
    options = parser.parse_args()
    folder = options.build.resolve() / "runs"
    report = measure(Detector(options.build.resolve() / "bin" / "xpike", folder), folder, options.threads)
    report["command"] = "make symbols"
    file = options.build.resolve() / "report.json"
    file.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"\n{table(report)}\n\nreport        {file}")
    differing = [pairs for pairs, run in report["rtl"].items() if run["mismatches"]]
    if differing:
        print(f"symbols: RTL and reference differ with {', '.join(differing)} pairs", file=sys.stderr)
        return FAILED
    return 0


if __name__ == "__main__":
    finish("symbols", main)
