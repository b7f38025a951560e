# SPDX-License-Identifier: Apache-2.0
"""Units of the chip in plain Python, sections 2 to 9 of docs/numerics.md, from that page alone.

Spikes of one token and time step are one int: bit f is feature f. A spike tensor is x[t][n].
"""
from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Sequence

Tensor = list[list[int]]
WORD = 0xFFFFFFFF


# ---- 2. Random numbers -------------------------------------------------------------------------
def step(s: int) -> int:
    return (s >> 1) ^ (0x80200003 if s & 1 else 0)


def base_state(seed: int, image: int, layer: int, kind: int) -> int:
    h = 0x58504B31
    for w in (seed, image, 2 * layer + kind):
        h = h + w & WORD
        for _ in range(6):
            h = stir(h)
    return h or 1


def stir(h: int) -> int:
    h = h + (h << 9) & WORD
    return h ^ h >> 12


def linear(columns: Sequence[int], s: int) -> int:
    """A linear map of 32 bits, given by its images of 1, 2, 4, .., applied to s."""
    result = 0
    for i, column in enumerate(columns):
        if s >> i & 1:
            result ^= column
    return result


def jump_map() -> list[int]:
    """J: 2^20 steps, that is one step squared 20 times."""
    columns = [step(1 << i) for i in range(32)]
    for _ in range(20):
        columns = [linear(columns, c) for c in columns]
    return columns


JUMP = jump_map()


def lane_states(base: int, lanes: int) -> list[int]:
    states = [base]
    while len(states) < lanes:
        states.append(linear(JUMP, states[-1]))
    return states


class Bank:
    """Lanes that draw together."""

    def __init__(self, states: Sequence[int], leap: int) -> None:
        self.states, self.leap = list(states), leap

    def draw(self) -> bytes:
        for _ in range(self.leap):
            self.states = [step(s) for s in self.states]
        return b"".join(s.to_bytes(4, "little") for s in self.states)


# ---- 3. and 4. Encoders ------------------------------------------------------------------------
def bernoulli(value: int, k: int, byte: int) -> bool:
    return value > (byte & ((1 << k) - 1))


def encode_token(values: Sequence[int], n: int, n_tokens: int, draw: bytes, k_input: int,
                 binary: set[int], position_base: int | None) -> int:
    spikes = 0
    for f, value in enumerate(values):
        if position_base is not None and position_base <= f < position_base + n_tokens:
            spike = f == position_base + n
        elif f in binary:
            spike = value != 0
        else:
            spike = bernoulli(value, k_input, draw[f])
        spikes |= spike << f
    return spikes


def pass_stream(stream: Tensor, position_base: int | None) -> Tensor:
    """The input of a spike stream [t][n]: position rows by their rule, the others unchanged."""
    n_tokens = len(stream[0])
    if position_base is None:
        return [list(row) for row in stream]
    position = ((1 << n_tokens) - 1) << position_base
    return [[(x & ~position) | (1 << (position_base + n)) for n, x in enumerate(row)]
            for row in stream]


# ---- 5. Synaptic arrays and converters ---------------------------------------------------------
def convert(p: int, shift: int, gain: int) -> int:
    """p in device units (1/256 level)."""
    return max(-16, min(15, (p * gain + (1 << (shift + 15))) >> (shift + 16)))


class Matrix:
    """Device pairs as differences g+ - g-: diff[out][in], cut into arrays of rows x cols."""

    OFFSET = 8192  # makes a difference non-negative, so that a whole array row packs into one int

    def __init__(self, diff: Sequence[Sequence[int]], rows: int, cols: int,
                 shift: Sequence[int], gain: Sequence[int]) -> None:
        self.outputs = len(diff)
        inputs = len(diff[0])
        spans = [(first, min(rows, inputs - first)) for first in range(0, inputs, rows)]
        self.blocks = []  # (shift, gain, columns, arrays as (first row, rows, packed rows))
        for b, first_column in enumerate(range(0, self.outputs, cols)):
            part = diff[first_column:first_column + cols]
            arrays = [(first, count, self._pack(part, first, count)) for first, count in spans]
            self.blocks.append((shift[b], gain[b], len(part), arrays))

    @classmethod
    def _pack(cls, part: Sequence[Sequence[int]], first: int, count: int) -> list[int]:
        """One int for each row: 32 bits for each column."""
        form = f"<{len(part)}I"
        return [int.from_bytes(struct.pack(form, *(out[i] + cls.OFFSET for out in part)), "little")
                for i in range(first, first + count)]

    def codes(self, x: int) -> list[list[list[int]]]:
        """Codes [row block][array][column]."""
        result: list[list[list[int]]] = []
        for shift, gain, width, arrays in self.blocks:
            result.append([])
            for first, count, packed in arrays:
                part = x >> first & ((1 << count) - 1)
                offset = part.bit_count() * self.OFFSET
                row_sum = sum(packed[i] for i in range(count) if part >> i & 1)
                columns = struct.unpack(f"<{width}I", row_sum.to_bytes(4 * width, "little"))
                result[-1].append([convert(p - offset, shift, gain) for p in columns])
        return result

    def sums(self, x: int) -> list[int]:
        """4 * sum of the codes over the arrays of each row block."""
        return [4 * sum(column) for arrays in self.codes(x) for column in zip(*arrays)]


# ---- 6. LIF neuron -----------------------------------------------------------------------------
def lif(v: int, current: int, bias: int, theta: int) -> tuple[bool, int]:
    u = max(-2048, min(2047, (v >> 1) + current + bias))
    return (True, 0) if u >= theta else (False, u)


@dataclass
class Stage:
    """A matrix with its neurons (the head has no thresholds)."""
    matrix: Matrix
    bias: Sequence[int]
    theta: Sequence[int] = ()

    def run(self, x: Tensor) -> Tensor:
        out = [[0] * len(row) for row in x]
        for n in range(len(x[0])):
            v = [0] * self.matrix.outputs
            for t, row in enumerate(x):
                for c, current in enumerate(self.matrix.sums(row[n])):
                    spike, v[c] = lif(v[c], current, self.bias[c], self.theta[c])
                    out[t][n] |= spike << c
        return out


# ---- 7. Stochastic spiking attention -----------------------------------------------------------
def ceil_log2(x: int) -> int:
    return (x - 1).bit_length()


@dataclass(frozen=True)
class Attention:
    """One layer: N is the longest sequence, leaps those of the banks S and A."""
    N: int
    heads: int
    head_dim: int
    k_s: int
    k_a: int
    causal: bool = False
    row_exponent: bool = False
    row_offset: int = 0
    leap_s: int = 32
    leap_a: int = 32

    def exponent(self, i: int) -> int:
        if not self.row_exponent:
            return self.k_a
        return max(0, min(10 if self.N > 256 else 8, ceil_log2(i + 1) + self.row_offset))

    @property
    def value_bytes(self) -> int:
        """Bytes of a number of bank A."""
        return 2 if self.N > 256 else 1

    def lanes(self) -> tuple[int, int]:
        """Lanes of bank S and of bank A of one head."""
        return (self.N + 3) // 4, (self.value_bytes * self.N + 3) // 4

    def run(self, q: Tensor, k: Tensor, v: Tensor, base: int) -> tuple[Tensor, list[Tensor]]:
        """a[t][n], and s[t][head * n_tokens + query] with bit j for key j."""
        n_tokens, (lanes_s, lanes_a), size = len(q[0]), self.lanes(), self.value_bytes
        states = lane_states(base, self.heads * (lanes_s + lanes_a))
        a: Tensor = [[0] * n_tokens for _ in q]
        s: Tensor = [[] for _ in q]
        for h in range(self.heads):
            bank_s = Bank(states[h * lanes_s:(h + 1) * lanes_s], self.leap_s)
            first = self.heads * lanes_s + h * lanes_a
            bank_a = Bank(states[first:first + lanes_a], self.leap_a)
            mask = (1 << self.head_dim) - 1
            for t in range(len(q)):
                qh, kh, vh = ([x >> h * self.head_dim & mask for x in y[t]] for y in (q, k, v))
                scores = self._scores(qh, kh, bank_s.draw())
                s[t] += scores
                for d in range(self.head_dim):
                    draw = bank_a.draw()
                    column = sum((vh[j] >> d & 1) << j for j in range(n_tokens))
                    for i in range(n_tokens):
                        total = (scores[i] & column).bit_count()
                        number = int.from_bytes(draw[size * i:size * (i + 1)], "little")
                        spike = bernoulli(total, self.exponent(i), number)
                        a[t][i] |= spike << (h * self.head_dim + d)
        return a, s

    def _scores(self, q: list[int], k: list[int], draw: bytes) -> list[int]:
        scores = []
        for i, query in enumerate(q):
            keys = range(i + 1 if self.causal else len(k))
            scores.append(sum(bernoulli((query & k[j]).bit_count(), self.k_s,
                                        draw[(i + j) % self.N]) << j for j in keys))
        return scores


# ---- 8. Residual -------------------------------------------------------------------------------
def residual(code: str, x: int, b: int) -> int:
    return {"iand": x & ~b, "or": x | b, "xor": x ^ b}[code]


def residual_tensor(code: str, x: Tensor, b: Tensor) -> Tensor:
    return [[residual(code, p, q) for p, q in zip(rx, rb)] for rx, rb in zip(x, b)]


# ---- 9. Head -----------------------------------------------------------------------------------
def pooled(pooling: str, n_tokens: int) -> range:
    return {"all": range(n_tokens), "first": range(1),
            "last": range(n_tokens - 1, n_tokens)}[pooling]


def run_head(head: Stage, x: Tensor, pooling: str) -> Tensor:
    running, now = [], [0] * head.matrix.outputs
    for row in x:
        for n in pooled(pooling, len(row)):
            now = [a + s + b for a, s, b in zip(now, head.matrix.sums(row[n]), head.bias)]
        running.append(now)
    return running


def predicted(scores: Sequence[int]) -> int:
    return scores.index(max(scores))


# ---- 11. Drift compensation --------------------------------------------------------------------
def calibration_vectors(seed: int, count: int, density: int, leap: int, rows: int) -> list[int]:
    """x[k], bit r for row r of an array."""
    bank = Bank(lane_states(base_state(seed, 0, 1, 0), (rows + 3) // 4), leap)
    draws = [bank.draw() for _ in range(count)]
    return [sum((density > draw[r]) << r for r in range(rows)) for draw in draws]


def calibration_sums(matrix: Matrix, rows: int, inputs: int, vectors: Sequence[int]) -> list[int]:
    """Sum of |code| of every row block."""
    sums = [0] * len(matrix.blocks)
    for vector in vectors:
        x = sum(vector << first for first in range(0, inputs, rows)) & ((1 << inputs) - 1)
        for block, arrays in enumerate(matrix.codes(x)):
            sums[block] += sum(abs(code) for array in arrays for code in array)
    return sums


def corrected_gain(gain0: int, sum0: int, now: int) -> int:
    return max(1, min(65535, (gain0 * sum0 + now // 2) // now)) if now else gain0
