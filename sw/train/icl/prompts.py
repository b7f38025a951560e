# SPDX-License-Identifier: Apache-2.0
"""From links to the tokens of the network and from class scores back to symbols, docs/icl.md."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sw.train.icl.channel import SNR_DB, noise_power

FULL = 256  # an intensity that always spikes


@dataclass(frozen=True)
class Coding:
    """Input rows of a token: `levels` for each real number of y, four for each symbol, two flags."""

    antennas: int
    levels: int
    step: float  # width of a level, in units of the root of the received power of an antenna

    @property
    def reals(self) -> int:
        return 2 * self.antennas

    @property
    def symbol_base(self) -> int:
        return self.reals * self.levels

    @property
    def flag_base(self) -> int:
        """Row of the flag of a pilot; the flag of a query is the next."""
        return self.symbol_base + 4 * self.antennas

    @property
    def rows(self) -> int:
        return self.flag_base + 2

    @property
    def classes(self) -> int:
        """2x2: one score for each pair of symbols; 4x4: four scores for each of the four symbols."""
        return 16

    @property
    def joint(self) -> bool:
        return self.antennas == 2


CODINGS = {2: Coding(2, 16, 0.3), 4: Coding(4, 12, 0.4)}


def intensities(received: np.ndarray, coding: Coding) -> np.ndarray:
    """y complex [...][N] -> uint16 [...][reals * levels], a thermometer whose topmost level is partly filled."""
    power = coding.antennas + noise_power(coding.antennas, SNR_DB)
    reals = np.stack((received.real, received.imag), axis=-1).reshape(*received.shape[:-1], coding.reals)
    height = reals / (np.sqrt(power) * coding.step) + coding.levels / 2
    filled = height[..., None] - np.arange(coding.levels)
    rows = np.rint(np.clip(filled, 0, 1) * FULL).astype(np.uint16)
    return rows.reshape(*received.shape[:-1], coding.symbol_base)


def tokens(received: np.ndarray, symbols: np.ndarray, pilots: int, coding: Coding) -> np.ndarray:
    """Tokens uint16 [n][pairs][rows]; pairs from `pilots` on are queries, whose symbols stay out."""
    count, pairs, antennas = symbols.shape
    result = np.zeros((count, pairs, coding.rows), dtype=np.uint16)
    result[..., :coding.symbol_base] = intensities(received, coding)
    one_hot = np.eye(4, dtype=np.uint16)[symbols[:, :pilots]] * np.uint16(FULL)
    result[:, :pilots, coding.symbol_base:coding.flag_base] = one_hot.reshape(count, pilots, 4 * antennas)
    result[:, :pilots, coding.flag_base] = FULL
    result[:, pilots:, coding.flag_base + 1] = FULL
    return result


def classes_of(symbols: np.ndarray) -> np.ndarray:
    """2x2: the class 4 * first symbol + second symbol of symbols [...][2]."""
    return 4 * symbols[..., 0] + symbols[..., 1]


def decide(scores: np.ndarray, coding: Coding) -> np.ndarray:
    """Scores [...][16] -> symbols [...][N], the lowest index on ties."""
    if coding.joint:
        best = scores.argmax(axis=-1)
        return np.stack((best >> 2, best & 3), axis=-1)
    return scores.reshape(*scores.shape[:-1], coding.antennas, 4).argmax(axis=-1)


def bit_errors(decided: np.ndarray, symbols: np.ndarray) -> np.ndarray:
    """Wrong bits of vectors of symbols [...][N]; a symbol has two."""
    wrong = decided ^ symbols
    return ((wrong >> 1) + (wrong & 1)).sum(axis=-1)
