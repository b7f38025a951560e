# SPDX-License-Identifier: Apache-2.0
"""Binomial intervals."""
from __future__ import annotations

import math


def wilson(right: float, total: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson score interval of a share (95 % by default)."""
    share = right / total
    scale = 1 + z * z / total
    centre = (share + z * z / (2 * total)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return centre - half, centre + half
