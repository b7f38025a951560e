# SPDX-License-Identifier: Apache-2.0
"""The tables that `make paper-scale` prints."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scripts.paper_scale.overlap import overlap_table
from scripts.paper_scale.phases import Report, cycles_of, schedule_cycles, schedule_ratio, total_cycles


def span(values: list[int]) -> str:
    if not values:
        return "-"
    low, high = min(values), max(values)
    return f"{low:,}" if low == high else f"{low:,}..{high:,}"


def rates(report: Report) -> str:
    listed = report["tensor_rates"].values()
    return f"{min(listed):.3f} .. {max(listed):.3f}"


def each(kind: str) -> Callable[[Report], str]:
    return lambda report: span(cycles_of(report, kind))


def layer_phases(report: Report) -> str:
    return span(cycles_of(report, "aimc")[1:])


def percent(engine: str) -> Callable[[Report], str]:
    return lambda report: f"{100 * report['utilisation'][engine]:.1f} %"


# Rows of the first table. Cycles and rates are the simulated chip's counters, ideal cycles the
# formula of docs/architecture.md.
ROWS: tuple[tuple[str, Callable[[Report], str]], ...] = (
    ("tokens, time steps", lambda r: f"{r['tokens']}, {r['steps']}"),
    ("spike rates, lowest .. highest tensor", rates),
    ("differences RTL / reference", lambda r: str(r["mismatches"])),
    ("cycles: input packet", each("input")),
    ("cycles: AIMC 0", lambda r: span(cycles_of(r, "aimc")[:1])),
    ("cycles: each other AIMC phase", layer_phases),
    ("cycles: each SSA phase", each("ssa")),
    ("cycles: waits for seeds, all", each("seeds")),
    ("cycles: readout", each("readout")),
    ("cycles: AIMC and SSA phases", lambda r: f"{schedule_cycles(r):,}"),
    ("ideal", lambda r: f"{r['ideal_cycles']:,.0f}"),
    ("AIMC and SSA phases / ideal", lambda r: f"{schedule_ratio(r):.4f}"),
    ("cycles: all", lambda r: f"{total_cycles(r):,}"),
    ("utilisation of the AIMC engine", percent("aimc")),
    ("utilisation of the SSA engine", percent("ssa")),
)


def milliseconds(seconds: float) -> str:
    return f"{1e3 * seconds:.3f} ms"


def run_table(reports: dict[str, Report], paper_ms: dict[str, float]) -> list[str]:
    names = list(reports)
    lines = ["Networks of random weights on the simulated chip, a conversion per cycle, one image",
             f"  {'':38s}" + "".join(f"{name:>16s}" for name in names)]

    def row(title: str, cells: list[str]) -> None:
        lines.append(f"  {title:38s}" + "".join(f"{cell:>16s}" for cell in cells))

    for title, cell in ROWS:
        row(title, [cell(report) for report in reports.values()])
    clock = next(iter(reports.values()))["clock_hz"]
    row(f"latency at {1e-6 * clock:g} MHz", [milliseconds(r["latency_seconds"]) for r in reports.values()])
    row("  AIMC and SSA phases alone",
        [milliseconds(schedule_cycles(r) / r["clock_hz"]) for r in reports.values()])
    row("  the paper", [f"{paper_ms[name]:.2f} ms" if name in paper_ms else "-" for name in names])
    row("simulated cycles/s", [f"{r['simulated_cycles_per_second']:,.0f}" for r in reports.values()])
    row("attention cell updates/s", [f"{r['cells_updates_per_second']:.3g}" for r in reports.values()])
    row("wall time, RTL", [f"{r['wall_seconds_rtl']:.2f} s" for r in reports.values()])
    row("wall time, reference", [f"{r['wall_seconds_reference']:.3f} s" for r in reports.values()])
    row("CPU time, both and the random model", [f"{r['cpu_seconds']:.2f} s" for r in reports.values()])
    return lines


def converter_table(rows: list[dict[str, Any]], paper_ms: dict[str, float]) -> list[str]:
    lines = ["Latency with converters of more cycles",
             f"  {'network':12s}{'cycles/conversion':>18s}{'cycles':>12s}{'latency':>12s}{'paper':>10s}"
             f"  {'':10s}assumption"]
    for row in rows:
        paper = f"{paper_ms[row['network']]:.2f} ms" if row["network"] in paper_ms else "-"
        lines.append(f"  {row['network']:12s}{row['conversion_cycles']:>18.4g}{row['cycles']:>12,.0f}"
                     f"{milliseconds(row['seconds']):>12s}{paper:>10s}  {row['how']:10s}{row['assumption']}")
    return lines


# Each section of the report: title and lines come from its own function, which reads the report.
def all_tables(report: Report) -> str:
    paper_ms = report["paper_latency_ms"]
    sections = [run_table(report["runs"], paper_ms), converter_table(report["converters"], paper_ms),
                overlap_table(report["overlap"])]
    return "\n\n".join("\n".join(lines) for lines in sections)
