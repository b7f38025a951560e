#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Line and toggle coverage of every file in rtl/ by the benches: runs them, folds, counts, judges.

    make coverage           (or: tb/coverage/coverage.py BUILD_DIR, built with XPIKE_COVERAGE)

Every bench of BUILD_DIR runs once and leaves its counts in BUILD_DIR/data. verilator_coverage merges
them; points that differ only in the instance or its parameters become one; exclusions
(exclusions.json) are taken out; verilator_coverage counts what is left, file by file. Writes
BUILD_DIR/summary.json and BUILD_DIR/uncovered.txt and prints a table. With --record the totals go to
results.json beside this file, as entries of docs/results.json. Exit code 1 if a bench fails, a bound
is missed, a file has no data or an exclusion excludes nothing. What counts, and why:
docs/coverage.md. Standard library only.
"""
from __future__ import annotations

import argparse
import concurrent.futures
import dataclasses
import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
EXCLUSIONS = HERE / "exclusions.json"
KINDS = ("line", "toggle")
BOUNDS = {"line": 95.0, "toggle": 90.0}  # percent of all points of all files


@dataclasses.dataclass(frozen=True, order=True)
class Point:
    """One thing that a bench can do or fail to do."""

    file: str
    kind: str  # line or toggle
    line: int
    column: int
    name: str  # signal and bit, or what begins in the line: block, if, else, ..
    lines: str  # source lines that a line point stands for, "12-14,17"


def read_points(text: str) -> dict[Point, int]:
    """Counts of a data file, summed over models, instances and parameters."""
    points: dict[Point, int] = {}
    for record in text.splitlines():
        match = re.fullmatch(r"C '(.*)' (\d+)", record)
        if match is None:
            continue
        keys = dict(field.split("\x02", 1) for field in match.group(1).split("\x01") if field)
        # Branches are line points: a block that runs or not.
        kind = "toggle" if keys["page"].startswith("v_toggle") else "line"
        point = Point(keys["f"], kind, int(keys["l"]), int(keys["n"]), keys["o"], keys.get("S", ""))
        points[point] = points.get(point, 0) + int(match.group(2))
    return points


def write_points(points: dict[Point, int]) -> str:
    """A data file for verilator_coverage.

    It takes all points of one line and column for one, hit if any of them is. That would make a
    signal covered as soon as one of its bits toggles, so each bit gets a column of its own.
    """
    records = ["# SystemC::Coverage-3"]
    for number, (point, count) in enumerate(sorted(points.items())):
        column = number + 1 if point.kind == "toggle" else point.column
        fields = {"f": point.file, "l": point.line, "n": column, "page": f"v_{point.kind}/rtl",
                  "o": point.name, "S": point.lines}
        key = "".join(f"\x01{name}\x02{value}" for name, value in fields.items())
        records.append(f"C '{key}' {count}")
    return "\n".join(records) + "\n"


def source_text(point: Point) -> str:
    lines = (ROOT / point.file).read_text(encoding="utf-8").splitlines()
    return lines[point.line - 1].strip()


def label(point: Point, text: str) -> str:
    """What the pattern of an exclusion is held against."""
    return point.name if point.kind == "toggle" else f"{point.name}: {text}"


def exclude(points: dict[Point, int], exclusions: list[dict], text_of=source_text
            ) -> tuple[dict[Point, int], list[str]]:
    """The points that are left, and what is wrong with the exclusions."""
    left = dict(points)
    problems = []
    for number, entry in enumerate(exclusions):
        where = f"{EXCLUSIONS.name}[{number}]"
        if set(entry) != {"file", "kind", "points", "reason"} or not str(entry["reason"]).strip():
            problems.append(f"{where}: needs file, kind, points and a reason")
            continue
        pattern = re.compile(entry["points"])
        matched = [p for p in points if re.fullmatch(entry["file"], p.file)
                   and p.kind == entry["kind"] and pattern.fullmatch(label(p, text_of(p)))]
        if not any(points[p] == 0 for p in matched):
            problems.append(f"{where}: {entry['file']} {entry['kind']} '{entry['points']}' "
                            "excludes no uncovered point")
        for point in matched:
            if points[point] == 0:  # what was hit counts
                left.pop(point, None)
    return left, problems


def tool_figure(points: dict[Point, int]) -> tuple[int, int]:
    """Hit and total, by verilator_coverage."""
    if not points:
        return 0, 0
    with tempfile.TemporaryDirectory() as folder:
        data = pathlib.Path(folder) / "points.dat"
        data.write_text(write_points(points), encoding="utf-8")
        out = subprocess.run(["verilator_coverage", "--annotate-min", "1", "--annotate",
                              f"{folder}/annotated", str(data)], cwd=ROOT, check=True,
                             capture_output=True, text=True).stdout
    match = re.search(r"Total coverage \((\d+)/(\d+)\)", out)
    if match is None:
        raise SystemExit(f"verilator_coverage: unexpected output: {out}")
    return int(match.group(1)), int(match.group(2))


def figure(hit: int, total: int) -> dict:
    return {"hit": hit, "total": total, "percent": round(100 * hit / total, 2) if total else None}


def summarise(points: dict[Point, int], left: dict[Point, int], files: list[str],
              count=tool_figure) -> dict:
    """Figures of each file and of all together; `left` is `points` without the excluded ones."""
    def of(these: dict[Point, int], file: str, kind: str) -> dict[Point, int]:
        return {p: n for p, n in these.items() if p.file == file and p.kind == kind}

    rows = {}
    for file in files:
        rows[file] = {kind: figure(*count(of(left, file, kind))) for kind in KINDS}
        rows[file]["excluded"] = {
            kind: len(of(points, file, kind)) - len(of(left, file, kind)) for kind in KINDS}
    total = {kind: figure(sum(row[kind]["hit"] for row in rows.values()),
                          sum(row[kind]["total"] for row in rows.values())) for kind in KINDS}
    total["excluded"] = {kind: sum(row["excluded"][kind] for row in rows.values())
                         for kind in KINDS}
    return {"bounds": BOUNDS, "total": total, "files": rows}


def table(summary: dict) -> str:
    def cells(name: str, row: dict) -> str:
        text = f"{name:42s}"
        for kind in KINDS:
            percent = row[kind]["percent"]
            shown = "-" if percent is None else f"{percent:.2f}"
            text += f"{row[kind]['hit']:7d} /{row[kind]['total']:6d} {shown:>7s}"
            text += f"{row['excluded'][kind]:6d}"
        return text

    head = f"{'file':42s}" + "".join(f"{kind:>14s} {'%':>7s}{'excl.':>6s}" for kind in KINDS)
    return "\n".join([head, *(cells(file, row) for file, row in summary["files"].items()),
                      cells("total", summary["total"])])


def judge(summary: dict) -> list[str]:
    problems = [f"total {kind} coverage {summary['total'][kind]['percent']} %, at least {bound} %"
                for kind, bound in summary["bounds"].items()
                if (summary["total"][kind]["percent"] or 0) < bound]
    # A package has nothing to run.
    problems += [f"{file}: no coverage data" for file, row in summary["files"].items()
                 if row["toggle"]["total"] == 0 and not file.endswith("_pkg.sv")]
    return problems


def bench_programs(build: pathlib.Path) -> list[str]:
    """The test programs of tb/ that ctest would run."""
    out = subprocess.run(["ctest", "--test-dir", str(build), "--show-only=json-v1", "-L", "^tb$", "-LE", "^stats$"],
                         check=True, capture_output=True, text=True).stdout
    programs = {test["command"][0] for test in json.loads(out)["tests"] if "command" in test}
    return sorted(program for program in programs if pathlib.Path(program).parent == build / "bin")


def run_benches(build: pathlib.Path, data: pathlib.Path) -> list[str]:
    """Runs every bench once, all its cases; returns the names of those that failed."""
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    environment = {**os.environ, "XPIKE_COVERAGE": str(data)}

    def run(program: str) -> tuple[str, subprocess.CompletedProcess]:
        return program, subprocess.run([program], env=environment, capture_output=True, text=True)

    failed = []
    programs = bench_programs(build)
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for number, (program, result) in enumerate(pool.map(run, programs), 1):
            name = pathlib.Path(program).name
            print(f"[{number}/{len(programs)}] {name}", flush=True)
            if result.returncode != 0:
                print(result.stdout[-4000:] + result.stderr[-4000:], file=sys.stderr)
                failed.append(name)
    return failed


def record(summary: dict) -> None:
    """Writes the totals as entries of docs/results.json; `make results` puts them there."""
    commit = subprocess.run(["git", "rev-parse", "--short=10", "HEAD"], cwd=ROOT, check=True,
                            capture_output=True, text=True).stdout.strip()
    entries = []
    for kind, unit in (("line", "lines"), ("toggle", "bits")):
        row = summary["total"][kind]
        for name, value, what in (("percent", f"{row['percent']:.2f}", "%"),
                                  ("hit", str(row["hit"]), unit), ("total", str(row["total"]), unit),
                                  ("excluded", str(summary["total"]["excluded"][kind]), "points")):
            entries.append({"id": f"coverage.{kind}_{name}", "value": value, "unit": what,
                            "command": "make coverage", "commit": commit,
                            "date": datetime.date.today().isoformat()})
    lines = ",\n".join(json.dumps(entry) for entry in entries)
    (HERE / "results.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description="Coverage of rtl/ by the benches.")
    parser.add_argument("build", type=pathlib.Path, help="build folder with XPIKE_COVERAGE")
    parser.add_argument("--record", action="store_true", help="write the totals to results.json")
    options = parser.parse_args()
    build = options.build.resolve()
    data = build / "data"
    problems = [f"{name} failed" for name in run_benches(build, data)]
    merged = build / "merged.dat"
    subprocess.run(["verilator_coverage", "-write", str(merged), *map(str, sorted(data.glob("*.dat")))],
                   cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "rtl").rglob("*.sv"))
    points = {p: n for p, n in read_points(merged.read_text(encoding="utf-8")).items()
              if p.file in set(files)}
    left, wrong = exclude(points, json.loads(EXCLUSIONS.read_text(encoding="utf-8")))
    summary = summarise(points, left, files)
    (build / "summary.json").write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
    uncovered = [f"{p.file}:{p.line}: {p.kind} {label(p, source_text(p))}"
                 for p, count in sorted(left.items()) if count == 0]
    (build / "uncovered.txt").write_text("".join(line + "\n" for line in uncovered),
                                         encoding="utf-8")
    print(table(summary))
    problems += wrong + judge(summary)
    for problem in problems:
        print(f"coverage: {problem}", file=sys.stderr)
    if options.record and not problems:
        record(summary)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
