# SPDX-License-Identifier: Apache-2.0
"""Figures of the studies for the pages of docs/.

    make robustness RECORD=1

Writes report.json (what the pictures are drawn from) and results.json beside this file, which
`make results` keeps, and the same entries and their quotations into docs/.
"""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scripts import measure_results
from scripts.robustness import studies
from scripts.measure_results import Figures

FOLDER = Path(__file__).resolve().parent
REPORT, FILE = FOLDER / "report.json", FOLDER / "results.json"
PREFIX = "robust."
AGES = ("1s", "1min", "1h", "1day", "30days", "360days")
KIND_IDS = {"none": "none", "gain": "gain", "thresholds": "thresholds", "gain+thresholds": "both"}


def percent(share: float) -> str:
    return f"{100 * share:.2f}"


def plus_minus(mean: float, half: float, sign: str = "") -> str:
    return f"{100 * mean:{sign}.2f} ± {100 * half:.2f}"


def recipe(model: dict[str, Any]) -> str:
    return "hw" if model["name"].endswith("-hw") else "ct"


def add_drift(figures: Figures, prefix: str, report: dict[str, Any]) -> None:
    figures.add(f"{prefix}.chips", str(report["chips"]), "chips")
    figures.add(f"{prefix}.images", f"{report['images']:,}", "images")
    for model in report["models"]:
        name = f"{prefix}.{recipe(model)}"
        figures.add(f"{name}.ideal", percent(model["ideal"]["mean"][0]), "%")
        for kind, curve in model["compensation"].items():
            for number, age in enumerate(AGES):
                place = f"{name}.{KIND_IDS[kind]}.{age}"
                figures.add(place, plus_minus(curve["mean"][number], curve["deviation"][number]), "%")
                for other in ("ideal", "first_model"):
                    change = curve[f"minus_{other}"]
                    figures.add(f"{place}.minus_{other}",
                                plus_minus(change["mean"][number], change["half_interval"][number], "+"), "points")


def add_sweep(figures: Figures, prefix: str, report: dict[str, Any]) -> None:
    figures.add(f"{prefix}.seeds", str(report["seeds"]), "seeds")
    agreeing = 0
    for number, steps in enumerate(report["steps"]):
        for side in ("lanes", "perfect"):
            figures.add(f"{prefix}.t{steps}.{side}",
                        plus_minus(report[side]["mean"][number], report[side]["deviation"][number]), "%")
        mean, half = report["difference"][number], report["difference_half_interval"][number]
        figures.add(f"{prefix}.t{steps}.difference", plus_minus(mean, half, "+"), "points")
        agreeing += abs(mean) <= half
    figures.add(f"{prefix}.agreeing", f"{agreeing} of {len(report['steps'])}", "lengths")


def add_faults(figures: Figures, prefix: str, report: dict[str, Any]) -> None:
    figures.add(f"{prefix}.chips", str(report["chips"]), "chips")
    figures.add(f"{prefix}.images", f"{report['images']:,}", "images")
    figures.add(f"{prefix}.none", plus_minus(report["none"]["mean"], report["none"]["half_interval"]), "%")
    for number, case in enumerate(report["cases"], 1):
        figures.add(f"{prefix}.{number}", plus_minus(case["mean"], case["half_interval"]), "%")
        figures.add(f"{prefix}.{number}.change",
                    plus_minus(case["change"]["mean"], case["change"]["half_interval"], "+"), "points")


ADD = {"drift": add_drift, "variants": add_drift, "pairs": add_drift, "sweep": add_sweep, "faults": add_faults}


def add_seeds(figures: Figures, prefix: str, reports: list[dict[str, Any]]) -> None:
    """What training on devices wins with compensation, as mean over training seeds.

    The seeds share their images, so their errors are not independent: the interval of the mean is
    taken as wide as that of the seeds on average, which it cannot exceed.
    """
    figures.add(f"{prefix}.seeds", str(len(reports)), "seeds")
    changes = [report["models"][1]["compensation"]["gain"]["minus_first_model"] for report in reports]
    for number, age in enumerate(AGES):
        mean, half = (sum(change[key][number] for change in changes) / len(changes) for key in ("mean", "half_interval"))
        figures.add(f"{prefix}.{age}", plus_minus(mean, half, "+"), "points")


def entries(report: dict[str, Any]) -> list[dict[str, str]]:
    result = []
    for part, tasks in report["parts"].items():
        for task, study in tasks.items():
            figures = Figures(PREFIX, study)
            ADD[part](figures, f"{part}.{task}", study)
            result += figures.entries
    for folder, tasks in studies.WIDTH_32.items():
        reports = [report["parts"].get("drift", {}).get(task.name) for task in tasks]
        if all(reports):
            figures = Figures(PREFIX, {**reports[0], "command": "make robustness"})
            add_seeds(figures, f"seeds.{folder}32", reports)
            result += figures.entries
    return result


def record(report: dict[str, Any]) -> int:
    REPORT.write_text(json.dumps(report, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")
    return measure_results.record(PREFIX, entries(report), FILE)
