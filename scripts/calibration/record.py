# SPDX-License-Identifier: Apache-2.0
"""Figures of the studies for the pages of docs/.

    make calibration RECORD=1

Writes results.json beside this file, which `make results` keeps, and the same entries and their
quotations into docs/.
"""
from __future__ import annotations

from pathlib import Path
from typing import Any

from scripts import measure_results
from scripts.calibration import studies
from scripts.measure_results import Figures

FILE = Path(__file__).resolve().parent / "results.json"
PREFIX = "calibration."
AGES = ("1s", "1min", "1h", "1day", "30days", "360days")


def percent(share: float, sign: str = "") -> str:
    return f"{100 * share:{sign}.2f}"


def add_errors(figures: Figures, place: str, summary: dict[str, float]) -> None:
    figures.add(f"{place}.within", f"{100 * summary['within']:.1f}", "%")
    figures.add(f"{place}.mean", percent(summary["mean"], "+"), "%")
    figures.add(f"{place}.p95", percent(summary["p95"]), "%")


def add_study(figures: Figures, report: dict[str, Any], by: str) -> None:
    """Every age of the usual pass in full, its matrices at the last age; of others the worst age."""
    for model in report["models"]:
        name = model["name"]
        figures.add(f"{name}.blocks", str(model["row_blocks"]), "row blocks")
        for run in model["passes"]:
            place = f"{name}.{by}{run[by]}"
            figures.add(f"{place}.cycles", f"{run['cycles']:,.0f}", "cycles")
            for truth in ("sums", "fit", "unrounded"):
                ages = [age[truth] for age in run["ages"]]
                worst = {"within": min(age["within"] for age in ages),
                         "mean": max((age["mean"] for age in ages), key=abs),
                         "p95": max(age["p95"] for age in ages)}
                add_errors(figures, f"{place}.{truth}.worst", worst)
                if run["vectors"] == studies.USUAL and by == "vectors":
                    for age, summary in zip(AGES, ages):
                        add_errors(figures, f"{place}.{truth}.{age}", summary)
            if run["vectors"] == studies.USUAL and by == "vectors":
                for matrix in run["matrices"]:
                    oldest = matrix["sums"][-1]
                    figures.add(f"{name}.{matrix['name']}.within", f"{100 * oldest['within']:.1f}", "%")
                    figures.add(f"{name}.{matrix['name']}.mean", percent(oldest["mean"], "+"), "%")


def add_engines(figures: Figures, report: dict[str, Any]) -> None:
    model = report["models"][0]
    rtl = model["rtl"]
    for key, unit in (("looks", "ages"), ("sums", "sums"), ("gains", "gains"), ("images", "images"),
                      ("mismatches", "mismatches"), ("calibration_cycles", "cycles"), ("baseline_cycles", "cycles")):
        figures.add(f"engines.{model['name']}.{key}", f"{rtl[key]:,}", unit)


def add_energy(figures: Figures, report: dict[str, Any]) -> None:
    cost = report["calibration"]
    place = f"cost.{report['configuration']}"
    total = cost["energy"]["total_j"]
    figures.add(f"{place}.cycles", f"{cost['cycles']:,.0f}", "cycles")
    figures.add(f"{place}.seconds", f"{1e6 * cost['seconds']:.1f}", "us")
    figures.add(f"{place}.energy", f"{1e6 * total['mid']:.3g} ({1e6 * total['low']:.3g} to {1e6 * total['high']:.3g})",
                "uJ")


def entries(report: dict[str, Any]) -> list[dict[str, str]]:
    result = []
    for part in studies.PARTS:
        study = report[part]
        figures = Figures(PREFIX, study)
        if part == "vectors":
            add_study(figures, study, "vectors")
        elif part == "densities":
            add_study(figures, study, "density")
        elif part == "engines":
            add_engines(figures, study)
        else:
            add_energy(figures, study)
        known = {entry["id"] for entry in result}
        result += [entry for entry in figures.entries if entry["id"] not in known]
    return result


def record(report: dict[str, Any]) -> int:
    return measure_results.record(PREFIX, entries(report), FILE)
