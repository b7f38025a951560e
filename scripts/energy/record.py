# SPDX-License-Identifier: Apache-2.0
"""Figures of a report for the pages of docs/.

    make energy RECORD=1, make design-space RECORD=1

Writes sw/energy/results.json or scripts/energy/results.json, which `make results` keeps, and the same
entries and their quotations into docs/.
"""
from __future__ import annotations

from typing import Any

from scripts import measure_results
from scripts.command_line import ROOT
from scripts.energy.cases import HEADLINE, MAIN, TRAINED
from scripts.energy.comparison import BASELINES

FILE = ROOT / "sw" / "energy" / "results.json"
SPACE_FILE = ROOT / "scripts" / "energy" / "results.json"
PREFIX = "energy."
SPACE_PREFIX = "space."


def slug(text: str) -> str:
    return text.lower().replace(",", "").replace("+", "").replace(" ", "-")


def three_digits(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def entries(report: dict[str, Any]) -> list[dict[str, str]]:
    figures = measure_results.Figures(PREFIX, report)

    def add(identity: str, value: float, digits: int, unit: str) -> None:
        figures.add(identity, f"{value:.{digits}f}", unit)

    def add_range(identity: str, value: dict[str, float], scale: float, digits: int, unit: str) -> None:
        for end in ("low", "mid", "high"):
            add(f"{identity}.{end}", scale * value[end], digits, unit)

    main = report["shapes"][MAIN.name][HEADLINE]
    for name, value in main["energy"]["groups_j"].items():
        add_range(f"vit.{slug(name)}", value, 1e6, 1, "uJ")
        add(f"vit.{slug(name)}.share", 100 * value["mid"] / main["energy"]["total_j"]["mid"], 1, "%")
    add_range("vit.total", main["energy"]["total_j"], 1e3, 3, "mJ")
    add_range("vit.area", main["area"]["total_mm2"], 1, 0, "mm2")
    add("vit.latency_one", 1e3 * main["latency"]["seconds_one"], 2, "ms")
    add("vit.latency", 1e3 * main["latency"]["seconds"], 2, "ms")
    for name, estimate in report["options"].items():
        add_range(f"{slug(name)}.total", estimate["energy"]["total_j"], 1e3, 3, "mJ")
        add(f"{slug(name)}.latency", 1e3 * estimate["latency"]["seconds"], 2, "ms")
        add(f"{slug(name)}.area", estimate["area"]["total_mm2"]["mid"], 0, "mm2")
    for name, estimate in report["trained"].items():
        add_range(f"{name}.total", estimate["energy"]["total_j"], 1e6, 3, "uJ")
    for shape, by_rates in report["shapes"].items():
        for rates, estimate in by_rates.items():
            add_range(f"{slug(shape)}.{rates}.total", estimate["energy"]["total_j"], 1e3, 3, "mJ")
            for key, baseline in estimate["baselines"].items():
                add_range(f"{slug(shape)}.{rates}.{key}", baseline["total_j"], 1e3, 3, "mJ")
                add_range(f"{slug(shape)}.{rates}.{key}.ratio", baseline["ratio"], 1, 2, "x")
    for row in report["comparison"]["aims"]:
        add(f"aim.{slug(row['name'].split(' /')[0])}.margin", row["margin_percent"], 0, "%")
    for name, share in report["comparison"]["shares"].items():
        add(f"share.{slug(name)}", 100 * share, 1, "%")
    for name, share in report["comparison"]["area_shares"].items():
        add(f"area_share.{slug(name)}", 100 * share, 1, "%")
    for name, share in report["comparison"]["latency_shares"].items():
        add(f"latency_share.{slug(name)}", 100 * share, 1, "%")
    for name, value in report["comparison"]["converter"].items():
        add(f"conversion.{name}", value, 1, "fJ")
    for name, value in report["comparison"]["attention"].items():
        if name.endswith("_fj"):
            add(f"update.{name}", value, 1, "fJ")
    for entry in report["synthesis"]:
        base = f"synthesis.{entry['library']}"
        add(f"{base}.lane_share", 100 * entry["lane_share"], 0, "%")
        add_range(f"{base}.update", entry["per_update_j"], 1e15, 1, "fJ")
        add_range(f"{base}.attention", entry["attention_j"], 1e6, 1, "uJ")
        add_range(f"{base}.total", entry["total_j"], 1e3, 3, "mJ")
    for row in report["comparison"]["memory_prices"]:
        for key in BASELINES:
            add(f"memory{row['pj_per_byte']:g}.{key}.ratio", row[key], 2, "x")
    for entry in report["rates"]:
        estimate = entry["estimate"]
        add_range(f"rate{entry['rate']}.total", estimate["energy"]["total_j"], 1e3, 3, "mJ")
        for key, baseline in estimate["baselines"].items():
            add(f"rate{entry['rate']}.{key}.ratio", baseline["ratio"]["mid"], 2, "x")
    return figures.entries


def design_space_entries(report: dict[str, Any]) -> list[dict[str, str]]:
    figures = measure_results.Figures(SPACE_PREFIX, report)
    for space, rows in report["spaces"].items():
        for row in rows:
            size = {"converters": f"b{row['bits']}.c{row['columns_per_converter']}",
                    "tile": f"n{row['tile']}", "head": f"dk{row['head_dim']}",
                    "sharing": f"bytes{row['score_bytes']}"}[row["axis"]]
            values = [("area", f"{row['area_mm2']['mid']:.2f}", "mm2"),
                      ("energy", three_digits(1e6 * row["energy_j"]["mid"]), "uJ"),
                      ("latency", f"{1e6 * row['latency_s']:.0f}", "us")]
            if row["accuracy"]:
                values.append(("accuracy", f"{100 * row['accuracy']['mean']:.2f}", "%"))
            for name, value, unit in values:
                figures.add(f"{slug(space)}.{size}.{name}", value, unit)
    return figures.entries


def record(report: dict[str, Any]) -> int:
    missing = [model.name for model in TRAINED if model.name not in report["trained"]]
    if missing:
        raise ValueError(f"RECORD: the pages quote {missing[0]}, and data/{missing[0]} has no images "
                         f"(make data-{missing[0]})")
    return measure_results.record(PREFIX, entries(report), FILE)


def record_design_space(report: dict[str, Any]) -> int:
    return measure_results.record(SPACE_PREFIX, design_space_entries(report), SPACE_FILE)
