# SPDX-License-Identifier: Apache-2.0
"""Median and spread of repeated measurements."""
from __future__ import annotations

import statistics
from collections.abc import Sequence


def spread(values: Sequence[float]) -> dict[str, float]:
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def text(entry: dict[str, float], digits: int = 1) -> str:
    """`median (min..max)`."""
    median, low, high = (f"{entry[key]:.{digits}f}" for key in ("median", "min", "max"))
    return f"{median} ({low}..{high})"
