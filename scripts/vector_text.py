# SPDX-License-Identifier: Apache-2.0
"""What all test vectors share: random integers and readable JSON."""
from __future__ import annotations

import json
import textwrap
from typing import Any, Sequence

import numerics_units as units

Json = dict[str, Any]


class Numbers:
    """Random integers that are the same everywhere and always."""

    def __init__(self, seed: int) -> None:
        self.state = seed

    def between(self, low: int, high: int) -> int:
        self.state ^= self.state << 13 & units.WORD
        self.state ^= self.state >> 17
        self.state ^= self.state << 5 & units.WORD
        return low + (self.state >> 8) % (high - low + 1)

    def many(self, count: int, low: int, high: int) -> list[int]:
        return [self.between(low, high) for _ in range(count)]

    def spikes(self, steps: int, tokens: int, width: int, percent: int) -> units.Tensor:
        return [[sum((self.between(0, 99) < percent) << f for f in range(width))
                 for _ in range(tokens)] for _ in range(steps)]


# ---- Text: words in hexadecimal, spikes as digits with feature 0 first, short lines ------------
def word(value: int) -> str:
    return f"0x{value:08x}"


def digits(spikes: int, width: int) -> str:
    return "".join(str(spikes >> f & 1) for f in range(width))


def rows(tensor: units.Tensor, width: int) -> list[list[str]]:
    return [[digits(x, width) for x in row] for row in tensor]


def shaped(values: Sequence[int], shape: Sequence[int]) -> list[Any]:
    """Nested lists of values in C order."""
    if len(shape) == 1:
        return list(values)
    size = len(values) // shape[0]
    return [shaped(values[i * size:(i + 1) * size], shape[1:]) for i in range(shape[0])]


def text(value: Any, indent: int = 0) -> str:
    flat, pad = json.dumps(value), " " * (indent + 1)
    if not isinstance(value, (list, dict)) or len(flat) + indent <= 96:
        return flat
    if isinstance(value, dict):
        parts = [f"{json.dumps(k)}: {text(v, indent + 1)}" for k, v in value.items()]
        return "{\n" + pad + f",\n{pad}".join(parts) + "\n" + " " * indent + "}"
    if not any(isinstance(v, (list, dict)) for v in value):
        return textwrap.fill(flat, 100, subsequent_indent=pad, break_long_words=False)
    parts = [text(v, indent + 1) for v in value]
    return "[\n" + pad + f",\n{pad}".join(parts) + "\n" + " " * indent + "]"
