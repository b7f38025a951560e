# SPDX-License-Identifier: Apache-2.0
"""Random links of several antennas: y = H s + n, docs/icl.md. Powers are those of complex numbers."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

PILOTS = 18
SNR_DB = 10.0  # total received signal power of an antenna over its noise power


@dataclass(frozen=True)
class Links:
    """n links of N antennas each way and, of each, `pairs` uses of the channel, which stays as it is.

    channel complex [n][N][N] (received, sent), symbols int [n][pairs][N] in 0..3,
    received complex [n][pairs][N].
    """

    channel: np.ndarray
    symbols: np.ndarray
    received: np.ndarray

    @property
    def antennas(self) -> int:
        return self.channel.shape[1]


def noise_power(antennas: int, snr_db: float = SNR_DB) -> float:
    """Power of n at one antenna; the signal there has power `antennas`."""
    return antennas * 10.0 ** (-snr_db / 10)


def points(symbols: np.ndarray) -> np.ndarray:
    """QPSK of unit energy: bit 1 of a symbol is the sign of the real part, bit 0 of the imaginary part; 1 is minus."""
    return ((1 - 2 * (symbols >> 1)) + 1j * (1 - 2 * (symbols & 1))) / np.sqrt(2)


def gaussian(rng: np.random.Generator, shape: tuple[int, ...], power: float) -> np.ndarray:
    """Complex Gaussian numbers of the given power, circular."""
    parts = rng.standard_normal((2, *shape)) * np.sqrt(power / 2)
    return parts[0] + 1j * parts[1]


def transmit(channel: np.ndarray, symbols: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """y = H s + n, added up in a fixed order: the same bits with every linear algebra library."""
    sent = points(symbols)
    received = noise.copy()
    for antenna in range(channel.shape[2]):
        received += channel[:, None, :, antenna] * sent[:, :, antenna, None]
    return received


def draw_links(rng: np.random.Generator, count: int, antennas: int, pairs: int, snr_db: float = SNR_DB) -> Links:
    """`count` links with an independent Rayleigh channel each."""
    channel = gaussian(rng, (count, antennas, antennas), 1.0)
    symbols = rng.integers(0, 4, (count, pairs, antennas))
    noise = gaussian(rng, (count, pairs, antennas), noise_power(antennas, snr_db))
    return Links(channel, symbols, transmit(channel, symbols, noise))
