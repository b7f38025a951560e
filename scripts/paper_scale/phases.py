# SPDX-License-Identifier: Apache-2.0
"""Figures that the tables take from the report of one run."""
from __future__ import annotations

from typing import Any

Report = dict[str, Any]

SCHEDULE_LIMIT = 1.03  # most cycles of AIMC and SSA phases, as a multiple of the ideal ones


def cycles_of(report: Report, kind: str) -> list[int]:
    """Cycles of every phase of a kind ("input", "aimc", "ssa", "readout", "seeds"), in order."""
    return [phase["cycles"] for phase in report["cycles_per_phase"] if phase["phase"].split()[0] == kind]


def schedule_cycles(report: Report) -> int:
    """Of the phases that have an ideal."""
    return sum(phase["cycles"] for phase in report["cycles_per_phase"] if phase["ideal"] is not None)


def schedule_ratio(report: Report) -> float:
    return schedule_cycles(report) / report["ideal_cycles"]


def total_cycles(report: Report) -> int:
    return report["events"]["cycles"]


def missed(reports: dict[str, Report]) -> list[str]:
    """What a run promised and did not keep, one line each."""
    lines = []
    for name, report in reports.items():
        if report["mismatches"] != 0:
            lines.append(f"{name}: {report['mismatches']} differences between RTL and reference")
        if schedule_ratio(report) > SCHEDULE_LIMIT:
            lines.append(f"{name}: AIMC and SSA phases take {schedule_ratio(report):.4f} times the ideal "
                         f"cycles, more than {SCHEDULE_LIMIT}")
    return lines
