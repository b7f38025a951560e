# SPDX-License-Identifier: Apache-2.0
"""The attention's energy by synthesis (make ppa), in the place of the estimate from gates."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scripts.command_line import ROOT

LIBRARIES = ROOT / "configs" / "energy" / "technologies.json"
BLOCK = "ssa-engine"
BOUNDS = ("low", "mid", "high")


def reports(build: Path) -> list[Path]:
    """Of the digits' configuration, whose spike rates the headline uses."""
    return sorted((build / "ppa" / "tiny").glob("*/report.json"))


def attention(report: dict[str, Any], updates: float, total_j: dict[str, float],
              estimated_j: dict[str, float]) -> dict[str, Any] | None:
    """Energy of the attention and of the whole, with the block's energy per cell update scaled to 45 nm.

    None where the library's scaling is not known or the block has not been synthesized.
    """
    known = json.loads(LIBRARIES.read_text(encoding="utf-8"))["libraries"]
    library = known.get(report["library"])
    block = next((row for row in report["blocks"] if row["name"] == BLOCK), None)
    if library is None or block is None or block["energy_per_event_j"] is None:
        return None
    each = {end: block["energy_per_event_j"] / library[end] for end in BOUNDS}
    return {"library": report["library"], "energy_per_update_j": block["energy_per_event_j"],
            "annotated_fraction": block["annotated_fraction"], "scaled_j": each,
            "attention_j": {end: updates * each[end] for end in BOUNDS},
            "total_j": {end: total_j[end] - estimated_j[end] + updates * each[end] for end in BOUNDS}}


def read_all(build: Path, estimate: dict[str, Any], updates: float) -> list[dict[str, Any]]:
    energy = estimate["energy"]
    found = (attention(json.loads(file.read_text(encoding="utf-8")), updates, energy["total_j"],
                       energy["groups_j"]["attention"]) for file in reports(build))
    return [entry for entry in found if entry]


def lines(entries: list[dict[str, Any]]) -> list[str]:
    if not entries:
        return ["Attention by synthesis: `make ppa CONFIG=tiny` has left no report in the build folder"]
    out = ["Attention by synthesis, scaled to 45 nm, in the place of the estimate: mid (low .. high)"]
    for entry in entries:
        def text(key: str, scale: float, digits: int) -> str:
            low, mid, high = (f"{scale * entry[key][end]:.{digits}f}" for end in BOUNDS)
            return f"{mid} ({low} .. {high})"
        out.append(f"  {entry['library']}: {1e12 * entry['energy_per_update_j']:.2f} pJ per update there, "
                   f"{text('scaled_j', 1e15, 1)} fJ here; attention {text('attention_j', 1e6, 1)} uJ, "
                   f"whole image {text('total_j', 1e3, 3)} mJ")
    return out
