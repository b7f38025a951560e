#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the proofs of formal/proofs.toml with Yosys, yosys-smtbmc and z3.

    make formal        all proofs        (formal/prove.py OUT_DIR --generated DIR)
    make formal-small  the quick ones    (formal/prove.py OUT_DIR --generated DIR --small)

Prints one row per proof and writes OUT_DIR/report.json. Exit code 0: everything proven, every cover
statement reached, every mutant killed; 1: something was not; 2: bad usage or a tool is missing.
OUT_DIR/PROOF/ keeps the Yosys script, the logs and, of a failed proof, trace.vcd.
Standard library only. What the fields of proofs.toml mean is said in formal/README.md.
"""
from __future__ import annotations

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import sys
import time
import tomllib

from smt import Failure, Job, Outcome

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIELDS = {"block", "top", "files", "proves", "method", "depth", "cover", "small", "variants",
          "probes", "mutants"}
GENERATED = "generated/"


def load(path: pathlib.Path, generated: pathlib.Path) -> list[dict]:
    """The proofs, checked for unknown and missing fields; generated/FILE becomes a path."""
    proofs = tomllib.loads(path.read_text())["proof"]
    for proof in proofs:
        name = proof.get("top", "a proof without 'top'")
        if unknown := set(proof) - FIELDS:
            raise Failure(f"{path.name}: {name}: unknown fields {sorted(unknown)}")
        for field in ("block", "top", "files", "proves", "method", "depth", "mutants"):
            if field not in proof:
                raise Failure(f"{path.name}: {name}: no '{field}'")
        if proof["method"] not in ("induction", "bounded"):
            raise Failure(f"{path.name}: {name}: method must be 'induction' or 'bounded'")
        proof["files"] = [str(generated.resolve() / file.removeprefix(GENERATED)) if file.startswith(GENERATED) else file
                          for file in proof["files"]]
        for file in proof["files"]:
            if not (ROOT / file).exists():
                raise Failure(f"{file}: missing; generated files come with the target xpike_generated_files")
    return proofs


def prove(proof: dict, parameters: dict, folder: pathlib.Path) -> dict:
    """One row: the proof at one set of parameters."""
    parameters = dict(parameters)
    cover = parameters.pop("cover", proof.get("cover", 0))
    job = Job(ROOT, folder, proof, parameters)
    job.elaborate()
    depth = proof["depth"]
    checks: list[Outcome] = []
    if proof["method"] == "induction":
        # The step assumes `depth` good cycles; the base case covers them and two more.
        checks.append(job.bounded(depth + 2))
        checks.append(job.induction(depth))
    else:
        checks.append(job.bounded(depth))
    if cover:
        checks.append(job.cover(cover))
    failed = [check for check in checks if not check.passed]
    return {
        "block": proof["block"], "proof": proof["top"], "parameters": parameters,
        "property": proof["proves"], "method": proof["method"], "depth": depth,
        "covers": sum(check.covers for check in checks),
        "result": failed[0].text if failed else "proven",
        "passed": not failed, "cpu_seconds": round(job.cpu_seconds, 2),
    }


def kill(proof: dict, mutant: dict, parameters: dict, folder: pathlib.Path) -> dict:
    """One broken copy of the RTL: properties must fail within the depth of the mutant, or in the
    step of the induction."""
    source = ROOT / mutant["file"]
    text = source.read_text()
    if text.count(mutant["from"]) != 1:
        raise Failure(f"{proof['top']}: mutant text must occur once in {mutant['file']}, "
                      f"occurs {text.count(mutant['from'])} times: {mutant['from']}")
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / source.name
    copy.write_text(text.replace(mutant["from"], mutant["to"]))
    job = Job(ROOT, folder, proof, parameters | mutant.get("parameters", {}),
              {mutant["file"]: copy})
    job.elaborate()
    depth = mutant.get("depth", max(proof["depth"] + 2, proof.get("cover", 0)))
    properties = job.assertions()
    if mutant.get("method") == "induction":
        outcome = job.induction(proof["depth"])
    else:
        outcome = job.bounded(depth, "--keep-going")
    killed = sorted(properties & set(outcome.broken))
    return {
        "block": proof["block"], "proof": proof["top"], "file": mutant["file"],
        "from": mutant["from"], "to": mutant["to"], "killed_by": killed,
        "properties": sorted(properties), "passed": bool(killed),
        "cpu_seconds": round(job.cpu_seconds, 2),
    }


def label(parameters: dict) -> str:
    return " ".join(f"{name}={value}" for name, value in parameters.items())


def show(row: dict) -> str:
    if "result" in row:
        covers = f"{row['covers']} reached" if row["covers"] else "-"
        return (f"{row['block']:<22} {label(row['parameters']):<28.28} {row['method']:<9} "
                f"{row['depth']:>5}  {covers:<10} {row['result']:<12} {row['cpu_seconds']:>7.1f}")
    return f"{row['block']:<22} SURVIVED: {row['file']} with {row['to'].strip()}"


def run(proofs: list[dict], out: pathlib.Path, jobs: int) -> list[dict]:
    """All rows, in the order of the file; printed as they are ready."""
    tasks = []
    for proof in proofs:
        variants = proof.get("variants", [{}])
        for number, parameters in enumerate(variants):
            tasks.append((prove, proof, parameters, out / proof["top"] / f"variant{number}"))
        for number, mutant in enumerate(proof["mutants"]):
            tasks.append((kill, proof, mutant, variants[0], out / proof["top"] / f"mutant{number}"))
    with concurrent.futures.ThreadPoolExecutor(max_workers=jobs) as pool:
        futures = [pool.submit(task[0], *task[1:]) for task in tasks]
        for future in concurrent.futures.as_completed(futures):
            if error := future.exception():
                pool.shutdown(cancel_futures=True)
                raise error
            row = future.result()
            if "result" in row or not row["passed"]:
                print(show(row), flush=True)
        return [future.result() for future in futures]


def never_broken(mutants: list[dict]) -> dict[str, list[str]]:
    """Per proof, the properties that no mutant has broken: they might hold whatever the RTL does."""
    properties: dict[str, set[str]] = {}
    for row in mutants:
        properties.setdefault(row["proof"], set()).update(row["properties"])
    for row in mutants:
        properties[row["proof"]] -= set(row["killed_by"])
    return {proof: sorted(names) for proof, names in properties.items() if names}


def summary(proofs: list[dict], mutants: list[dict], seconds: float) -> str:
    cpu = sum(row["cpu_seconds"] for row in proofs + mutants)
    return (f"formal: {sum(row['passed'] for row in proofs)} of {len(proofs)} proofs hold, "
            f"{sum(row['covers'] for row in proofs)} cover statements reached, "
            f"{sum(row['passed'] for row in mutants)} of {len(mutants)} mutants killed, "
            f"{seconds:.0f} s, CPU {cpu:.0f} s")


def main() -> int:
    parser = argparse.ArgumentParser(description="formal proofs of the RTL")
    parser.add_argument("out", type=pathlib.Path, help="folder for logs and report.json")
    parser.add_argument("--generated", type=pathlib.Path, default=ROOT / "build" / "gen" / "rtl",
                        help="folder of what proofs.toml calls generated/FILE")
    parser.add_argument("--small", action="store_true", help="only the proofs marked small")
    parser.add_argument("--only", metavar="TEXT", help="only proofs whose top contains TEXT")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    for tool in ("yosys", "yosys-smtbmc", "z3"):
        if not shutil.which(tool):
            raise Failure(f"{tool} is missing: scripts/install-packages.sh syn")
    proofs = load(ROOT / "formal" / "proofs.toml", arguments.generated)
    if arguments.small:
        proofs = [proof for proof in proofs if proof.get("small")]
    if arguments.only:
        proofs = [proof for proof in proofs if re.search(arguments.only, proof["top"])]
    if not proofs:
        raise Failure("no proof is left to run")
    print(f"{'block':<22} {'parameters':<28} {'method':<9} {'depth':>5}  {'covers':<10} "
          f"{'result':<12} {'CPU s':>7}", flush=True)
    begin = time.monotonic()
    rows = run(proofs, arguments.out.resolve(), arguments.jobs)
    seconds = time.monotonic() - begin
    proved = [row for row in rows if "result" in row]
    mutants = [row for row in rows if "killed_by" in row]
    unbroken = never_broken(mutants)
    report = {
        "command": "make formal-small" if arguments.small else "make formal",
        "seconds": round(seconds, 1), "proofs": proved, "mutants": mutants,
        "never_broken": unbroken,
    }
    (arguments.out / "report.json").write_text(json.dumps(report, indent=1) + "\n")
    for name, properties in unbroken.items():
        print(f"{name}: no mutant breaks {', '.join(properties)}")
    print(summary(proved, mutants, seconds))
    return 0 if all(row["passed"] for row in rows) and not unbroken else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        print(f"formal: {failure}", file=sys.stderr)
        sys.exit(2)
