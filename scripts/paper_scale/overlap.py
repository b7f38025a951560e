# SPDX-License-Identifier: Apache-2.0
"""Overlapping images: pace of the results, and the memory that it costs.

Measured on the small core; computed by formula for the large one, whose simulation has not been built.
"""
from __future__ import annotations

import math
from typing import Any

from scripts.paper_scale.converters import STAGE_CYCLES
from scripts.paper_scale.networks import OVERLAP, OVERLAP_COMPUTED, Network
from scripts.paper_scale.phases import Report

PACE_LIMIT = 1.05  # most cycles from result to result, in AIMC phases of one image
CLOCK_HZ = 200e6   # of what is computed

Config = dict[str, Any]


def extra_bits(config: Config) -> int:
    """Memory that a chip needs beyond that for one image: docs/architecture.md, Overlapping images."""
    tensor = config["tokens"] * config["dim"] * config["steps"]
    beat = 2 * config["input_words"]  # rows
    rows = beat * math.ceil(config["input_rows"] / beat)
    classes = config["array_cols"] * math.ceil(config["classes"] / config["array_cols"])
    return ((10 * config["depth"] - 5) * tensor + config["tokens"] * rows * max(9, config["steps"])
            + 32 * config["steps"] * classes)


def slot_cycles(config: Config) -> int:
    return math.ceil(config["array_cols"] / config["converters"]) * config["adc_cycles"]


def aimc_phase(config: Config, tokens: int, steps: int) -> int:
    """Ideal cycles of the AIMC phase of a layer."""
    return tokens * steps * slot_cycles(config) + 4 * (slot_cycles(config) + STAGE_CYCLES)


def pace(config: Config, tokens: int, steps: int) -> dict[str, int]:
    """Cycles per image of each part of a full chip, intensities in, last scores out: the slowest
    decides (docs/architecture.md, Overlapping images)."""
    slot = slot_cycles(config)
    conversions = tokens * steps * slot
    seeds = math.ceil(2 * config["heads"] * math.ceil(config["tokens"] / 4) / 8)
    return {"a chain copy": conversions + 4 * (slot + STAGE_CYCLES) + 4,
            "the entry": conversions + 2 * (slot + STAGE_CYCLES) + 18
                         + math.ceil(math.ceil(config["input_rows"] / 4) / 8) + 4,
            "attention": config["depth"] * (steps * config["head_dim"] + config["head_dim"] + 26 + seeds),
            "readout": config["classes"] + 1 + 8,
            "input": tokens * math.ceil(config["input_rows"] / (2 * config["input_words"])) + 4}


def row(network: Network, config: Config, how: str, cycles: float, clock: float) -> dict[str, Any]:
    phase = aimc_phase(config, network.tokens, network.steps)
    return {"network": network.name, "configuration": network.config, "how": how,
            "conversion_cycles": config["adc_cycles"], "cycles": cycles, "phases_per_image": cycles / phase,
            "images_per_second": clock / cycles, "extra_bits": extra_bits(config)}


def overlap_rows(run: Report, configs: dict[str, Config], slow: tuple[int, ...]) -> list[dict[str, Any]]:
    """run: of OVERLAP. The large network with converters of one cycle and of `slow` cycles."""
    rows = [row(OVERLAP, configs[OVERLAP.config], "measured", run["result_interval"], run["clock_hz"])]
    for cycles in (1, *slow):
        network, config = OVERLAP_COMPUTED, {**configs[OVERLAP_COMPUTED.config], "adc_cycles": cycles}
        slowest = max(pace(config, network.tokens, network.steps).values())
        rows.append(row(network, config, "computed", slowest, CLOCK_HZ))
    return rows


def overlap_table(rows: list[dict[str, Any]]) -> list[str]:
    lines = ["Overlapping images, a chain for every layer",
             f"  {'network':12s}{'cycles/conversion':>18s}{'cycles/image':>14s}{'AIMC phases':>13s}{'images/s':>10s}"
             f"{'extra memory':>15s}"]
    lines += [f"  {r['network']:12s}{r['conversion_cycles']:>18d}{r['cycles']:>14,.0f}{r['phases_per_image']:>13.4f}"
              f"{r['images_per_second']:>10,.0f}{1e-6 * r['extra_bits']:>10.2f} Mbit  {r['how']}" for r in rows]
    return lines


def overlap_missed(run: Report, rows: list[dict[str, Any]]) -> list[str]:
    lines = []
    if run["mismatches"]:
        lines.append(f"overlapping images: {run['mismatches']} differences between RTL and reference")
    lines += [f"overlapping images, {r['network']}: {r['phases_per_image']:.4f} AIMC phases per image, "
              f"more than {PACE_LIMIT}" for r in rows if r["phases_per_image"] > PACE_LIMIT]
    return lines
