# SPDX-License-Identifier: Apache-2.0
"""Sources of the random bytes of numerics section 2: exact lanes, a perfect generator, a recording.

Every source answers for a batch of images, given by their numbers:
    encoder(...)       -> uint8 [images][T][tokens][rows]
    attention(layer..) -> uint8 [images][T][H][N] for S and [images][T][H][dK][N] for A; numbers of A
                          are uint16 if N > 256
"""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from sw.train.configs import build_config
from sw.train.lfsr import base_state, draw_bytes, lane_states


@dataclass(frozen=True)
class Hardware:
    """What the bits depend on besides the model: longest sequence N and the leaps of the banks."""

    tokens: int
    leap_encoder: int
    leap_score: int
    leap_value: int

    @staticmethod
    def named(name: str) -> "Hardware":
        c = build_config(name)
        return Hardware(c["tokens"], c["leap_encoder"], c["leap_score"], c["leap_value"])


class BitSource(Protocol):
    def encoder(self, images: list[int], steps: int, tokens: int, rows: int) -> np.ndarray: ...

    def attention(self, images: list[int], layer: int, steps: int, heads: int,
                  head_dim: int) -> tuple[np.ndarray, np.ndarray]: ...


class LaneBits:
    """The lanes of the chip."""

    def __init__(self, seed: int, hardware: Hardware) -> None:
        self.seed, self.hardware = seed, hardware

    def bases(self, images: list[int], layer: int, kind: int) -> np.ndarray:
        return np.array([base_state(self.seed, i, layer, kind) for i in images], dtype=np.uint32)

    def encoder(self, images: list[int], steps: int, tokens: int, rows: int) -> np.ndarray:
        # Only the lanes of the model's rows are needed: lane states do not depend on their count.
        lanes = lane_states(self.bases(images, 0, 0), -(-rows // 4))
        bits = draw_bytes(lanes, self.hardware.leap_encoder, tokens * steps)
        bits = bits.reshape(tokens, steps, len(images), -1)[..., :rows]
        return bits.transpose(2, 1, 0, 3)

    def attention(self, images: list[int], layer: int, steps: int, heads: int,
                  head_dim: int) -> tuple[np.ndarray, np.ndarray]:
        n = self.hardware.tokens
        per_head = -(-n // 4)
        size = 2 if n > 256 else 1  # bytes of a number of bank A
        half = heads * per_head
        lanes = lane_states(self.bases(images, layer, 1), half + heads * -(-size * n // 4))
        s = draw_bytes(lanes[:, :half], self.hardware.leap_score, steps)
        s = s.reshape(steps, len(images), heads, -1)[..., :n].transpose(1, 0, 2, 3)
        a = draw_bytes(lanes[:, half:], self.hardware.leap_value, steps * head_dim)
        a = a.reshape(steps, head_dim, len(images), heads, -1)
        if size == 2:
            a = np.ascontiguousarray(a).view("<u2")
        a = a[..., :n].transpose(2, 0, 3, 1, 4)
        return s, a


class PerfectBits:
    """NumPy PCG64 in place of the lanes, with an own stream per image and layer."""

    def __init__(self, seed: int, hardware: Hardware) -> None:
        self.seed, self.hardware = seed, hardware

    def stack(self, images: list[int], layer: int, kind: int, shape: tuple[int, ...],
              number: type[np.unsignedinteger] = np.uint8) -> np.ndarray:
        rngs = (np.random.Generator(np.random.PCG64([self.seed, i, layer, kind])) for i in images)
        return np.stack([rng.integers(0, np.iinfo(number).max + 1, shape, dtype=number) for rng in rngs])

    def encoder(self, images: list[int], steps: int, tokens: int, rows: int) -> np.ndarray:
        return self.stack(images, 0, 0, (steps, tokens, rows))

    def attention(self, images: list[int], layer: int, steps: int, heads: int,
                  head_dim: int) -> tuple[np.ndarray, np.ndarray]:
        n = self.hardware.tokens
        return (self.stack(images, layer, 1, (steps, heads, n)),
                self.stack(images, layer, 2, (steps, heads, head_dim, n), np.uint16 if n > 256 else np.uint8))


class RecordedBits:
    """Bytes from an .npz file: `input`, `layer{l}.s`, `layer{l}.a` in the shapes above."""

    def __init__(self, arrays: dict[str, np.ndarray]) -> None:
        self.arrays = arrays

    @staticmethod
    def load(file: Path) -> "RecordedBits":
        with np.load(file) as data:
            return RecordedBits(dict(data))

    def pick(self, name: str, images: list[int], shape: tuple[int, ...]) -> np.ndarray:
        bits = self.arrays[name][images]
        if bits.shape[1:] != shape or bits.dtype != np.uint8:
            raise ValueError(f"recorded {name} is {bits.dtype} {bits.shape[1:]}, expected uint8 {shape}")
        return bits

    def encoder(self, images: list[int], steps: int, tokens: int, rows: int) -> np.ndarray:
        return self.pick("input", images, (steps, tokens, rows))

    def attention(self, images: list[int], layer: int, steps: int, heads: int,
                  head_dim: int) -> tuple[np.ndarray, np.ndarray]:
        n = self.arrays[f"layer{layer}.s"].shape[-1]
        return (self.pick(f"layer{layer}.s", images, (steps, heads, n)),
                self.pick(f"layer{layer}.a", images, (steps, heads, head_dim, n)))
