# SPDX-License-Identifier: Apache-2.0
"""The attention's energy by synthesis, beside the estimate from gates.

    attention = cell updates x energy per update of a tile + lane draws x energy per draw

Both energies are those on record of `make ppa CONFIG=tiny` (syn/results.json), which has the activity of
the digits whose spike rates the headline uses. They are divided by the factors of
configs/energy/technologies.json to come to 45 nm. The estimate stays what it is.
"""
from __future__ import annotations

import json
from typing import Any

from scripts.command_line import ROOT

LIBRARIES = ROOT / "configs" / "energy" / "technologies.json"
RECORDED = ROOT / "syn" / "results.json"
UPDATE, DRAW = "ssa-tile", "lfsr-lane-value"
BOUNDS = ("low", "mid", "high")


def recorded(library: str) -> dict[str, float] | None:
    """Block -> J per event in that library; None if it has not been recorded."""
    base = f"ppa.tiny.{library}."
    values = {entry["id"]: entry["value"] for entry in json.loads(RECORDED.read_text(encoding="utf-8"))}
    found = {block: values.get(f"{base}{block}.event") for block in (UPDATE, DRAW)}
    return None if None in found.values() else {block: 1e-12 * float(value) for block, value in found.items()}


def attention(library: str, factors: dict[str, float], event_j: dict[str, float], estimate: dict[str, Any],
              updates: float) -> dict[str, Any]:
    """Energy of the attention and of the whole image, the estimate's attention replaced."""
    events, energy = estimate["activity"]["events"], estimate["energy"]
    draws = events["draws_value"] + events["draws_score"]
    here = updates * event_j[UPDATE] + draws * event_j[DRAW]
    joule = {end: here / factors[end] for end in BOUNDS}
    estimated = energy["groups_j"]["attention"]
    return {"library": library, "event_j": event_j, "updates": updates, "draws": draws,
            "lane_share": draws * event_j[DRAW] / here,
            "per_update_j": {end: joule[end] / updates for end in BOUNDS}, "attention_j": joule,
            "total_j": {end: energy["total_j"][end] - estimated[end] + joule[end] for end in BOUNDS}}


def read_all(estimate: dict[str, Any], updates: float) -> list[dict[str, Any]]:
    libraries = json.loads(LIBRARIES.read_text(encoding="utf-8"))["libraries"]
    found = ((library, factors, recorded(library)) for library, factors in libraries.items())
    return [attention(library, factors, event_j, estimate, updates) for library, factors, event_j in found if event_j]


def lines(entries: list[dict[str, Any]]) -> list[str]:
    if not entries:
        return ["Attention by synthesis: not on record (make ppa CONFIG=tiny RECORD=1)"]
    out = ["Attention by synthesis, scaled to 45 nm, in the place of the estimate: mid (low .. high)"]
    for entry in entries:
        def text(key: str, scale: float, digits: int) -> str:
            low, mid, high = (f"{scale * entry[key][end]:.{digits}f}" for end in BOUNDS)
            return f"{mid} ({low} .. {high})"
        update, draw = (1e12 * entry["event_j"][block] for block in (UPDATE, DRAW))
        out.append(f"  {entry['library']}: {update:.2f} pJ per cell update and {draw:.1f} pJ per lane draw there; "
                   f"here {text('per_update_j', 1e15, 1)} fJ per update, lanes included; attention "
                   f"{text('attention_j', 1e6, 1)} uJ, whole image {text('total_j', 1e3, 3)} mJ")
    return out
