# SPDX-License-Identifier: Apache-2.0
"""Cells of an attention row: ours beside the one that the paper draws, same library, flow and stimuli.

The stimuli are random columns of a given spike density (seed fixed), the scores are worked out here and
compared with every netlist's outputs.
"""
from __future__ import annotations

import dataclasses
import pathlib
import random

from . import run as flow

CELLS, COLUMNS, STEPS, SEED = 16, 64, 12, 20240815
DENSITIES = (0.1, 0.2, 0.5)
SOURCES = ["rtl/xpk_pkg.sv", "rtl/ssa/xpk_ssa_rows.sv", "syn/compare/xpk_compare_drawn.sv",
           "syn/compare/xpk_compare_ours.sv"]


@dataclasses.dataclass(frozen=True)
class Variant:
    name: str
    top: str
    delay: int  # of V, in columns
    gating: bool


VARIANTS = (Variant("ours", "xpk_compare_ours", 0, True), Variant("ours-ungated", "xpk_compare_ours", 0, False),
            Variant("fair", "xpk_compare_drawn", 0, False), Variant("fair-gated", "xpk_compare_drawn", 0, True),
            Variant("drawn", "xpk_compare_drawn", COLUMNS, False),
            Variant("drawn-gated", "xpk_compare_drawn", COLUMNS, True))


def stimuli(density: float, delay: int, ours: bool) -> str:
    """Cycles for xpk_replay: STEPS time steps, back to back. V of a column belongs to the scores of the
    step before: it is offered when it is needed, or `delay` columns earlier."""
    source = random.Random(SEED)

    def bits(count: int) -> int:
        return sum((source.random() < density) << i for i in range(count))

    lines = [f"in {name} {width}" for name, width in
             (("load_i", 1), ("bytes_i", 8 * CELLS), ("valid_i", 1), ("q_i", 1), ("k_i", CELLS), ("last_i", 1),
              ("v_i", CELLS))] + [f"out hit_o {CELLS}"]
    columns = [(bits(1), bits(CELLS), bits(CELLS)) for _ in range(STEPS * COLUMNS)]
    numbers = [[source.randrange(COLUMNS) for _ in range(CELLS)] for _ in range(STEPS)]
    idle = " ".join(["0", "0" * (2 * CELLS), "0", "0", "0" * (CELLS // 4), "0", "0" * (CELLS // 4)])

    def word(step: int) -> str:
        return "".join(f"{number:02x}" for number in reversed(numbers[step]))

    lines.append(f"0 1 {word(0)} 0 0 {'0' * (CELLS // 4)} 0 {'0' * (CELLS // 4)} -")
    scores = None
    for step in range(STEPS):
        counts = [0] * CELLS
        for c in range(COLUMNS):
            at = step * COLUMNS + c
            q, k, _ = columns[at]
            counts = [count + (q & k >> i & 1) for i, count in enumerate(counts)]
            needed = columns[at - COLUMNS][2] if step else 0
            offered = columns[at][2] if delay else needed
            last = c == COLUMNS - 1
            load = last and step + 1 < STEPS
            # Ours takes the numbers of the coming step in the cycle in which the others use the old ones.
            shown = step + 1 if ours and load else step
            expected = "-" if scores is None else f"{scores & needed:0{CELLS // 4}x}"
            lines.append(f"{int(step > 0)} {int(load)} {word(shown)} 1 {q} {k:0{CELLS // 4}x} {int(last)} "
                         f"{offered:0{CELLS // 4}x} {expected}")
        scores = sum((count > number) << i for i, (count, number) in enumerate(zip(counts, numbers[step])))
    lines.append(f"0 {idle} -")
    return "\n".join(lines) + "\n"


def measure(setup: flow.Setup, variant: Variant) -> dict:
    """Area of a cell, and energy per cell and column at every density."""
    own = dataclasses.replace(setup, work=setup.work / "compare" / variant.name, sources=SOURCES,
                              gating=variant.gating)
    flow.prepare(own)
    mapped = flow.synthesize(own, "row", variant.top, {"Cells": CELLS, "Delay": variant.delay})
    period = flow.time(own, "row", mapped)
    result = {"name": variant.name, "cells": len(mapped.netlist.instances), "area_um2": mapped.area / CELLS,
              "fmax_hz": 1 / period, "energy_per_update_j": {}}
    for density in DENSITIES:
        path = own.work / "row" / f"stimuli_{density}.txt"
        path.write_text(stimuli(density, variant.delay, variant.top == "xpk_compare_ours"))
        cycles = flow.replay(own, "row", mapped, path)["counted"]
        power = flow.estimate(own, "row", mapped)
        updates = cycles * CELLS
        result["energy_per_update_j"][str(density)] = ((power.internal + power.switching + power.leakage)
                                                       / own.clock_hz * cycles / updates)
    return result


def checks(variants: list[dict]) -> dict[str, dict[str, float]]:
    """How many times smaller and quieter our cell is, and what is wanted."""
    by_name = {variant["name"]: variant for variant in variants}
    if not by_name:
        return {}
    ours, fair = by_name["ours"], by_name["fair"]

    def quieter(density: float) -> float:
        return fair["energy_per_update_j"][str(density)] / ours["energy_per_update_j"][str(density)]

    return {"smaller than drawn": {"value": by_name["drawn"]["area_um2"] / ours["area_um2"], "wanted": 6.0},
            "smaller than fair": {"value": fair["area_um2"] / ours["area_um2"], "wanted": 1.25},
            "quieter than fair at 0.2": {"value": quieter(0.2), "wanted": 3.0}}
