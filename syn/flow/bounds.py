# SPDX-License-Identifier: Apache-2.0
"""Small blocks against committed bounds: `make ppa-check`, a part of every check before a merge.

syn/bounds.json holds, per block, the area and the frequency once measured. A block may be `margin` larger
or slower. A block that has become better by more than that asks for new bounds, so that they stay close.
"""
from __future__ import annotations

import concurrent.futures
import dataclasses
import json

from . import blocks, compare, run as flow
from .tools import ROOT, say

FILE = ROOT / "syn" / "bounds.json"


def verdict(name: str, area: float, fmax: float, bound: dict, margin: float) -> list[str]:
    """What is wrong with a block."""
    wrong = []
    if area > bound["area_um2"] * (1 + margin):
        wrong.append(f"{name}: {area:.0f} um2, allowed {bound['area_um2'] * (1 + margin):.0f}")
    if fmax < bound["fmax_hz"] * (1 - margin):
        wrong.append(f"{name}: {fmax / 1e6:.1f} MHz, needed {bound['fmax_hz'] * (1 - margin) / 1e6:.1f}")
    if area < bound["area_um2"] * (1 - margin) or fmax > bound["fmax_hz"] * (1 + margin):
        wrong.append(f"{name}: better than its bounds ({area:.0f} um2, {fmax / 1e6:.1f} MHz): lower them in "
                     f"{FILE.relative_to(ROOT)}")
    return wrong


def check(setup: flow.Setup, config: dict, jobs: int) -> int:
    """Synthesizes and times the blocks of the file; the comparison of cells with its stimuli."""
    bounds = json.loads(FILE.read_text())
    setup = dataclasses.replace(setup, work=setup.work / "bounds")
    flow.prepare(setup)
    known = {block.name: block for block in blocks.blocks(config)}

    def one(name: str) -> list[str]:
        block = known[name]
        mapped = flow.synthesize(setup, name, block.top, block.parameters, block.keep, block.cut)
        fmax = 1 / flow.time(setup, name, mapped)
        say(f"  {name}: {mapped.area:.0f} um2, {fmax / 1e6:.1f} MHz")
        return verdict(name, mapped.area, fmax, bounds["blocks"][name], bounds["margin"])

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        wrong = [line for lines in pool.map(one, bounds["blocks"]) for line in lines]
        variants = list(pool.map(lambda variant: compare.measure(setup, variant),
                                 [v for v in compare.VARIANTS if v.name in ("ours", "fair", "drawn")]))
    for name, found in compare.checks(variants).items():
        say(f"  our cell is {found['value']:.2f} times {name}")
        if found["value"] < found["wanted"]:
            wrong.append(f"our cell is {found['value']:.2f} times {name}, needed {found['wanted']}")
    for line in wrong:
        say(f"ppa-check: {line}")
    print(f"ppa-check: {len(bounds['blocks'])} blocks, {len(variants)} cells: {len(wrong)} problems")
    return 1 if wrong else 0
