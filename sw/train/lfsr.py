# SPDX-License-Identifier: Apache-2.0
"""Random lanes of numerics section 2, for many images at once."""
from __future__ import annotations

import numpy as np

FEEDBACK = 0x80200003
LANE_SPACING_LOG2 = 20
MASK = 0xFFFFFFFF


def step(state: int) -> int:
    """One step of the Galois register."""
    return (state >> 1) ^ (FEEDBACK if state & 1 else 0)


def compose(outer: list[int], inner: list[int]) -> list[int]:
    """The linear map `outer` after `inner`; a map is the list of images of the 32 unit vectors."""
    return [apply_map(outer, column) for column in inner]


def apply_map(linear: list[int], state: int) -> int:
    """Image of one state under a linear map."""
    result = 0
    for bit in range(32):
        if state >> bit & 1:
            result ^= linear[bit]
    return result


def steps_map(count: int) -> list[int]:
    """The map of `count` steps, by repeated squaring."""
    result = [1 << bit for bit in range(32)]
    power = [step(1 << bit) for bit in range(32)]
    while count:
        if count & 1:
            result = compose(power, result)
        power = compose(power, power)
        count >>= 1
    return result


def byte_tables(linear: list[int]) -> np.ndarray:
    """Four tables [4][256] whose entries, one per byte of a state, XOR to the image of the state."""
    tables = np.zeros((4, 256), dtype=np.uint32)
    for byte in range(4):
        for value in range(256):
            tables[byte, value] = apply_map(linear, value << (8 * byte))
    return tables


def apply_tables(tables: np.ndarray, states: np.ndarray) -> np.ndarray:
    """Image of every state of an array."""
    return (tables[0][states & 255] ^ tables[1][states >> 8 & 255]
            ^ tables[2][states >> 16 & 255] ^ tables[3][states >> 24])


def base_state(seed: int, image: int, layer: int, kind: int) -> int:
    """Base state of a kind (0: encoder, 1: attention) for one image and layer."""
    h = 0x58504B31
    for word in (seed, image, 2 * layer + kind):
        h = (h + word) & MASK
        for _ in range(6):
            h = (h + (h << 9)) & MASK
            h ^= h >> 12
    return h or 1


SPACING_TABLES = byte_tables(steps_map(1 << LANE_SPACING_LOG2))


def lane_states(bases: np.ndarray, lanes: int) -> np.ndarray:
    """Start states [len(bases)][lanes]: lane L is L jumps after lane 0."""
    states = np.empty((len(bases), lanes), dtype=np.uint32)
    states[:, 0] = bases
    for lane in range(1, lanes):
        states[:, lane] = apply_tables(SPACING_TABLES, states[:, lane - 1])
    return states


def draw_bytes(states: np.ndarray, leap: int, draws: int) -> np.ndarray:
    """Bytes [draws][images][4 * lanes]: byte b of lane L at index 4 L + b."""
    tables = byte_tables(steps_map(leap))
    out = np.empty((draws, *states.shape), dtype="<u4")
    for number in range(draws):
        states = apply_tables(tables, states)
        out[number] = states
    return out.view(np.uint8).reshape(draws, len(states), -1)
