#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Measures every figure that README and docs quote, and writes it everywhere it is quoted.

    make results            (or: scripts/measure_results.py BUILD_DIR)

Runs build/bin/xpike on the shipped model, takes the training report from
models/*.results.json and the records of other commands from the
results.json beside them, writes docs/results.json and the text between the marks
<!-- result:ID --> and <!-- /result --> of the pages. It evaluates the test part of the digits:
run it once per release. Standard library only.
"""
from __future__ import annotations

import datetime
import json
import math
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
RESULTS = ROOT / "docs" / "results.json"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
RUN = "build/bin/xpike run --model models/digits.safetensors --data data/digits --split test"
SEEDS, STEPS, IMAGES = (1, 2, 3), (4, 8, 10), 100
LANE_SEEDS = (1, 2, 3, 4, 5)
CLOCK_HZ = 200e6


def run(command: str, build: pathlib.Path) -> dict:
    """Runs one xpike command line and returns its JSON report."""
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report.json"
        words = command.replace("build/bin/xpike", str(build / "bin" / "xpike")).split()
        subprocess.run([*words, "--json", str(report)], cwd=ROOT, check=True,
                       stdout=subprocess.DEVNULL)
        return json.loads(report.read_text())


def wilson(share: float, n: int) -> tuple[float, float]:
    """95 % interval of a share of n."""
    z = 1.959964
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return middle - half, middle + half


def percent(share: float) -> str:
    return f"{100 * share:.2f}"


def training_report(prefix: str, model: str) -> list[tuple[str, str, str, str]]:
    """(identity, value, unit, command) of what models/MODEL.results.json says."""
    report = json.loads((ROOT / "models" / f"{model}.results.json").read_text())
    shipped, ann = report["shipped"], report["ann"]
    shares = {"shipped": shipped["test_mean"], "low": shipped["test_interval_95"][0],
              "high": shipped["test_interval_95"][1], "worst_seed": min(shipped["test_per_lane_seed"]),
              "best_seed": max(shipped["test_per_lane_seed"]),
              "perfect_generator": shipped["test_mean_perfect_generator"],
              "mean": report["training_seeds_mean"], "ann": ann["test_mean"]}
    shares |= {f"seed{seed['training_seed']}": seed["test_mean"] for seed in report["training_seeds"]}
    entries = [(name, percent(share), "%") for name, share in shares.items()]
    entries.append(("ann_gap", f"{report['ann_minus_shipped_points']:.2f}", "points"))
    return [(f"{prefix}.{name}", value, unit, report["command"]) for name, value, unit in entries]


def commit(otherwise: str | None = None) -> str:
    """Short hash of what is checked out; without git `otherwise`, or CalledProcessError."""
    try:
        return subprocess.run(["git", "rev-parse", "--short=10", "HEAD"], cwd=ROOT, check=True,
                              capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        if otherwise is None:
            raise
        return otherwise


class Figures:
    """Entries of docs/results.json from the report of one command."""

    def __init__(self, prefix: str, report: dict) -> None:
        self.prefix = prefix
        self.facts = {key: report[key] for key in ("command", "commit", "date")}
        self.entries: list[dict[str, str]] = []

    def add(self, identity: str, value: str, unit: str) -> None:
        self.entries.append({"id": self.prefix + identity, "value": value, "unit": unit, **self.facts})


def measure(build: pathlib.Path) -> list[dict]:
    """All entries of docs/results.json."""
    measured = commit()
    today = datetime.date.today().isoformat()
    entries: list[dict] = []

    def add(identity: str, value: str, unit: str, command: str) -> None:
        entries.append({"id": identity, "value": value, "unit": unit, "command": command,
                        "commit": measured, "date": today})

    # RTL against reference.
    loop = (f"for seed in {' '.join(map(str, SEEDS))}; for T in {' '.join(map(str, STEPS))}: "
            f"{RUN} --limit {IMAGES} --engine both --steps T --seed seed")
    mismatches, cycles, demo = 0, {}, {}
    for seed in SEEDS:
        for steps in STEPS:
            report = run(f"{RUN} --limit {IMAGES} --engine both --steps {steps} --seed {seed}", build)
            mismatches += report["mismatches"]
            cycles[steps] = report["cycles_per_image"]
            if (seed, steps) == (1, 8):
                demo = report  # what `make demo` runs
            print(f"seed {seed}, {steps} steps: {report['mismatches']} mismatches", flush=True)
    add("digits.compared_images", str(len(SEEDS) * len(STEPS) * IMAGES), "images", loop)
    add("digits.mismatches", str(mismatches), "mismatches", loop)
    for steps in STEPS:
        command = f"{RUN} --limit {IMAGES} --engine both --steps {steps} --seed 1"
        add(f"digits.cycles_t{steps}", f"{cycles[steps]:.0f}", "cycles", command)
        add(f"digits.latency_us_t{steps}", f"{cycles[steps] / CLOCK_HZ * 1e6:.1f}", "us",
            command + " (cycles at 200 MHz)")

    add("demo.accuracy", percent(demo["accuracy"]), "%", "make demo")
    add("demo.aimc_utilisation", f"{100 * demo['utilisation']['aimc']:.1f}", "% of cycles", "make demo")
    add("demo.ssa_utilisation", f"{100 * demo['utilisation']['ssa']:.1f}", "% of cycles", "make demo")
    for tensor in ("input", "q", "v", "res2"):
        add(f"demo.rate_{tensor}", f"{demo['spike_rates'][tensor]:.4f}", "spikes", "make demo")

    # Accuracy on the reference, 8 time steps.
    report = [run(f"{RUN} --engine reference --seed {seed}", build) for seed in LANE_SEEDS]
    images = report[0]["images"]
    shares = [r["accuracy"] for r in report]
    mean = statistics.fmean(shares)
    command = f"for seed in {' '.join(map(str, LANE_SEEDS))}: {RUN} --engine reference --seed seed"
    add("digits.accuracy", percent(mean), "%", command)
    add("digits.accuracy_low", percent(wilson(mean, images)[0]), "%", command)
    add("digits.accuracy_high", percent(wilson(mean, images)[1]), "%", command)
    add("digits.accuracy_worst_seed", percent(min(shares)), "%", command)
    add("digits.accuracy_best_seed", percent(max(shares)), "%", command)

    for name, value, unit, command in training_report("training", "digits") + training_report("mnist", "mnist") + (
            training_report("micro", "digits-micro")):
        add(name, value, unit, command)
    command = "python3 -m sw.train.score_variance models/digits.safetensors --images 40 --seeds 200"
    words = subprocess.run(["/usr/bin/python3", *command.split()[1:]], cwd=ROOT, check=True,
                           capture_output=True, text=True).stdout.splitlines()[-1]
    ratio = re.fullmatch(r"ratio (\S+), 95 % interval (\S+) to (\S+), .*", words)
    for name, value in zip(("ratio", "low", "high"), ratio.groups()):
        add(f"stats.score_variance_{name}", value, "x", command)
    return entries


def quote(entries: list[dict]) -> None:
    """Writes the values between the marks of the pages."""
    by_id = {entry["id"]: entry for entry in entries}

    def text(match: re.Match) -> str:
        entry = by_id[match.group(2)]
        return f"{match.group(1)}{entry['value']} {entry['unit']}{match.group(3)}"

    mark = re.compile(r"(<!-- result:(\S+) -->).*?(<!-- /result -->)", re.DOTALL)
    for page in PAGES:
        old = page.read_text()
        new = mark.sub(text, old)
        if new != old:
            page.write_text(new)


def written(entries: list[dict]) -> str:
    return "[\n" + ",\n".join(json.dumps(entry) for entry in entries) + "\n]\n"


def record(prefix: str, own: list[dict], file: pathlib.Path) -> int:
    """Figures of another command, whose ids start with `prefix`: into its own file, which
    `make results` keeps, into docs/results.json and into the pages. Returns their number."""
    file.write_text(written(own))
    others = [entry for entry in json.loads(RESULTS.read_text()) if not entry["id"].startswith(prefix)]
    RESULTS.write_text(written(others + own))
    quote(others + own)
    return len(own)


def main() -> None:
    build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build").resolve()
    entries = measure(build)
    # By their own commands.
    for recorded in ("fuzz", "tb/coverage", "bench", "sw/energy", "sw/train/icl", "scripts/calibration",
                     "scripts/energy", "scripts/long_sequences", "scripts/paper_scale", "scripts/robustness", "syn",
                     "fpga"):
        entries += json.loads((ROOT / recorded / "results.json").read_text())
    RESULTS.write_text(written(entries))
    quote(entries)
    for entry in entries:
        print(f"{entry['id']:28s} {entry['value']} {entry['unit']}")


if __name__ == "__main__":
    main()
