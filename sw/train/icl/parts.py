# SPDX-License-Identifier: Apache-2.0
"""Validation and test links, from fixed seeds, in blocks: the first prompts do not depend on how many follow."""
from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sw.train.icl.channel import PILOTS, Links, draw_links

BLOCK = 1000
SEEDS = {"validation": 20251, "test": 20252}  # the training uses 0 .. 9999


def blocks(part: str, antennas: int, prompts: int, pilots: int = PILOTS) -> Iterator[Links]:
    """`prompts` links of a part, a block at a time; the last pair of each is the query."""
    for number, first in enumerate(range(0, prompts, BLOCK)):
        rng = np.random.Generator(np.random.PCG64([SEEDS[part], antennas, pilots, number]))
        links = draw_links(rng, BLOCK, antennas, pilots + 1)
        size = min(BLOCK, prompts - first)
        yield Links(links.channel[:size], links.symbols[:size], links.received[:size])
