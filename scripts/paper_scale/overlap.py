# SPDX-License-Identifier: Apache-2.0
"""Overlapping images on the large vision transformer: pace, and the memory that it costs."""
from __future__ import annotations

import math
from typing import Any

from scripts.paper_scale.networks import OVERLAP
from scripts.paper_scale.phases import Report, cycles_of

PACE_LIMIT = 1.05  # most cycles from result to result, in AIMC phases of one image


def extra_bits(config: dict[str, Any]) -> int:
    """Memory that a chip needs beyond that for one image: docs/architecture.md, Overlapping images."""
    tensor = config["tokens"] * config["dim"] * config["steps"]
    beat = 2 * config["input_words"]  # rows
    rows = beat * math.ceil(config["input_rows"] / beat)
    classes = config["array_cols"] * math.ceil(config["classes"] / config["array_cols"])
    return ((10 * config["depth"] - 5) * tensor + config["tokens"] * rows * max(9, config["steps"])
            + 32 * config["steps"] * classes)


def overlap_facts(run: Report, single: Report, config: dict[str, Any]) -> dict[str, Any]:
    """`run`: of overlapping images; `single`: of the same network, one image."""
    phase = max(cycles_of(single, "aimc"))
    return {"network": OVERLAP.name, "images": run["images"], "mismatches": run["mismatches"],
            "interval_cycles": run["result_interval"], "aimc_phase_cycles": phase,
            "phases_per_image": run["result_interval"] / phase,
            "images_per_second": run["images_per_second"], "extra_bits": extra_bits(config),
            "wall_seconds_rtl": run["wall_seconds_rtl"]}


def overlap_table(facts: dict[str, Any]) -> list[str]:
    clock = facts["images_per_second"] * facts["interval_cycles"]
    rows = [("images, RTL equal to the reference", f"{facts['images']}, {facts['mismatches']} differences"),
            ("cycles from result to result", f"{facts['interval_cycles']:,.0f}"),
            ("AIMC phases of one image", f"{facts['phases_per_image']:.4f}"),
            (f"images/s at {1e-6 * clock:g} MHz", f"{facts['images_per_second']:,.0f}"),
            ("memory beyond that for one image", f"{1e-6 * facts['extra_bits']:.1f} Mbit"),
            ("wall time, RTL", f"{facts['wall_seconds_rtl']:.1f} s")]
    return [f"Overlapping images, {facts['network']}", *(f"  {title:38s}{text:>24s}" for title, text in rows)]


def overlap_missed(facts: dict[str, Any]) -> list[str]:
    lines = []
    if facts["mismatches"]:
        lines.append(f"overlapping images: {facts['mismatches']} differences between RTL and reference")
    if facts["phases_per_image"] > PACE_LIMIT:
        lines.append(f"overlapping images: {facts['phases_per_image']:.4f} AIMC phases per image, more than {PACE_LIMIT}")
    return lines
