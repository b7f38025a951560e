#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs libFuzzer on every target, one after the other, and reports executions and findings.

    make fuzz RUNS=100000        (or: fuzz/run.py BUILD_DIR --runs 100000)

Inputs that reach new code are kept in BUILD_DIR/corpus/TARGET, so a later run goes on from there;
an input that ends a target is kept in BUILD_DIR/findings. BUILD_DIR/report.json holds the table.
Exit code 1 if there was a finding. Standard library only.
"""
from __future__ import annotations

import argparse
import datetime
import json
import pathlib
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
CORPUS = HERE / "corpus"
DICTIONARIES = HERE / "dictionaries"
LARGEST_INPUT = 4096  # bytes; whole models need more
LARGEST = {"model_file": 16384}
PULSE = re.compile(r"#(\d+)\s+pulse")
EXECUTED = re.compile(r"stat::number_of_executed_units:\s*(\d+)")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Fuzz every reader of files.")
    parser.add_argument("build", type=pathlib.Path, help="build folder configured with XPIKE_FUZZ")
    parser.add_argument("--runs", type=int, default=20000, help="executions per target")
    parser.add_argument("--seed", type=int, default=1, help="seed of the mutations, not 0")
    parser.add_argument("--target", action="append", help="this target only; may be repeated")
    parser.add_argument("--record", action="store_true", help="write the table to fuzz/results.json")
    options = parser.parse_args()
    known = sorted(path.name for path in CORPUS.iterdir())
    options.target = options.target or known
    if options.runs < 1 or options.seed < 1:
        parser.error("--runs and --seed must be at least 1")
    if options.record and (options.target != known or options.seed != 1):
        parser.error("--record is for all targets and seed 1, as in make fuzz")
    if unknown := set(options.target) - set(known):
        parser.error(f"unknown target {', '.join(sorted(unknown))}; known: {', '.join(known)}")
    return options


def fuzz(target: str, options: argparse.Namespace) -> dict:
    """Runs one target; its row of the table."""
    build = options.build.resolve()
    kept, findings = build / "corpus" / target, build / "findings"
    for folder in (kept, findings):
        folder.mkdir(parents=True, exist_ok=True)
    before = set(findings.iterdir())
    command = [str(build / "bin" / f"fuzz_{target}"), f"-runs={options.runs}",
               f"-seed={options.seed}", f"-max_len={LARGEST.get(target, LARGEST_INPUT)}",
               "-timeout=20", "-rss_limit_mb=2048", "-print_final_stats=1",
               f"-artifact_prefix={findings}/{target}-"]
    dictionary = DICTIONARIES / f"{target}.dict"
    if dictionary.exists():
        command.append(f"-dict={dictionary}")
    begin, executed = time.monotonic(), 0
    with open(build / f"{target}.log", "w", encoding="utf-8") as log, \
         subprocess.Popen([*command, str(kept), str(CORPUS / target)], cwd=build, text=True,
                          errors="replace", stderr=subprocess.PIPE) as process:
        for line in process.stderr:
            log.write(line)
            if match := PULSE.match(line):
                if sys.stderr.isatty():
                    print(f"\r{target:12s} {int(match[1]):>12,}", end="", file=sys.stderr)
            elif match := EXECUTED.match(line):
                executed = int(match[1])
    if sys.stderr.isatty():
        print("\r", end="", file=sys.stderr)
    found = sorted(str(path) for path in set(findings.iterdir()) - before)
    if process.returncode != 0 and not found:
        found = [str(build / f"{target}.log")]
    return {"target": target, "executions": executed, "findings": len(found),
            "seconds": round(time.monotonic() - begin), "inputs": len(list(kept.iterdir())),
            "found": found}


def record(rows: list[dict], runs: int) -> None:
    """Writes the table as entries of docs/results.json; `make results` puts them there."""
    commit = subprocess.run(["git", "rev-parse", "--short=10", "HEAD"], cwd=HERE, check=True,
                            capture_output=True, text=True).stdout.strip()
    figures = [(f"fuzz.{row['target']}", row["executions"], "executions") for row in rows]
    figures += [("fuzz.total", sum(row["executions"] for row in rows), "executions"),
                ("fuzz.findings", sum(row["findings"] for row in rows), "findings")]
    lines = ",\n".join(json.dumps({"id": name, "value": f"{value:,}", "unit": unit,
                                   "command": f"make fuzz RUNS={runs}", "commit": commit,
                                   "date": datetime.date.today().isoformat()})
                       for name, value, unit in figures)
    (HERE / "results.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def main() -> int:
    options = arguments()
    print(f"{'target':12s} {'executions':>12s} {'findings':>9s} {'inputs kept':>12s} {'seconds':>8s}")
    rows = []
    for target in options.target:
        row = fuzz(target, options)
        rows.append(row)
        print(f"{target:12s} {row['executions']:>12,} {row['findings']:>9} {row['inputs']:>12} "
              f"{row['seconds']:>8}", flush=True)
        for path in row["found"]:
            print(f"  finding: {path}", flush=True)
    total, findings = (sum(row[key] for row in rows) for key in ("executions", "findings"))
    print(f"{'total':12s} {total:>12,} {findings:>9}")
    (options.build / "report.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    if options.record:
        record(rows, options.runs)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
