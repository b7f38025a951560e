# SPDX-License-Identifier: Apache-2.0
"""Figures of reports for the pages of docs/: `make ppa RECORD=1` (or python3 -m syn.flow.record REPORT..).

Merges the figures of the reports into syn/results.json, which `make results` keeps, and writes the same
entries and their quotations into docs/.
"""
from __future__ import annotations

import datetime
import json
import pathlib
import sys

from scripts import measure_results

from .tools import ROOT

OWN = ROOT / "syn" / "results.json"
PREFIX = "ppa."


def base_of(found: dict) -> str:
    return f"{PREFIX}{found['config']}.{found['library'].removesuffix('_stdcells')}."


def entries(found: dict) -> list[dict[str, str]]:
    figures = measure_results.Figures(base_of(found), found | {"date": datetime.date.today().isoformat()})
    add = figures.add

    for row in found["blocks"]:
        name, power = row["name"], row["power_w"]
        add(f"{name}.cells", f"{row['cells']}", "cells")
        add(f"{name}.area", f"{row['area_um2']:.0f}", "um2")
        add(f"{name}.kge", f"{row['kge']:.2f}", "kGE")
        add(f"{name}.fmax", f"{row['fmax_hz'] / 1e6:.0f}", "MHz")
        add(f"{name}.leakage", f"{power['leakage'] * 1e9:.0f}", "nW")
        add(f"{name}.internal", f"{power['internal'] * 1e6:.0f}", "uW")
        add(f"{name}.switching", f"{power['switching'] * 1e6:.0f}", "uW")
        add(f"{name}.annotated", f"{row['annotated_fraction']:.0%}"[:-1], "%")
        add(f"{name}.inference", f"{row['energy_per_inference_j'] * 1e9:.2f}", "nJ")
        if row["energy_per_event_j"]:
            add(f"{name}.event", f"{row['energy_per_event_j'] * 1e12:.2f}", "pJ")
        for kind, joule in row["energy_per_inference_by_kind_j"].items():
            add(f"{name}.kind.{kind.replace(' ', '-')}", f"{joule / row['energy_per_inference_j']:.0%}"[:-1], "%")
    for part, joule in found["engine_parts_j"].items():
        add(f"engine.{part.replace(' ', '-')}", f"{joule * 1e12:.2f}", "pJ")
    for row in found["compare"]:
        add(f"cell.{row['name']}.area", f"{row['area_um2']:.0f}", "um2")
        for density, energy in row["energy_per_update_j"].items():
            add(f"cell.{row['name']}.energy{density}", f"{energy * 1e12:.3f}", "pJ")
    for name, rate in found["sizes"][0]["rates"].items() if found["sizes"] else ():
        add(f"rate.{name}", f"{rate:.0%}"[:-1], "%")
    for size in found["sizes"]:
        for name in ("row", "engine"):
            add(f"size.{size['tokens']}.{name}", f"{size[f'{name}_energy_per_update_j'] * 1e12:.2f}", "pJ")
    for name, check in found["checks"].items():
        add("check." + name.replace(" ", "-"), f"{check['value']:.2f}", "x")
    return figures.entries


def main() -> None:
    places = [pathlib.Path(argument) for argument in sys.argv[1:]]
    reports = [file for place in places for file in ([place] if place.is_file() else sorted(place.glob("*/report.json")))]
    if not reports:
        sys.exit("nothing recorded: no report.json there; run make ppa first")
    found = [json.loads(file.read_text()) for file in reports]
    new = [entry for report in found for entry in entries(report)]
    bases = tuple(base_of(report) for report in found)
    kept = [entry for entry in json.loads(OWN.read_text()) if not entry["id"].startswith(bases)]
    measure_results.record(PREFIX, kept + new, OWN)
    print(f"recorded {len(new)} figures in syn/results.json and docs/results.json")


if __name__ == "__main__":
    main()
