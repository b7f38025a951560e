# SPDX-License-Identifier: Apache-2.0
"""Classical detectors, on queries y [n][N] with a channel [n][N][N] that is known or was estimated."""
from __future__ import annotations

import itertools

import numpy as np

from sw.train.icl.channel import points


def hermitian(matrices: np.ndarray) -> np.ndarray:
    return matrices.conj().swapaxes(-1, -2)


def estimate_ls(received: np.ndarray, symbols: np.ndarray) -> np.ndarray:
    """Least squares channel [n][N][N] of pilots y [n][P][N], symbols [n][P][N]."""
    sent = points(symbols).swapaxes(-1, -2)
    return received.swapaxes(-1, -2) @ hermitian(sent) @ np.linalg.pinv(sent @ hermitian(sent))


def nearest(estimates: np.ndarray) -> np.ndarray:
    """QPSK symbols nearest to complex estimates."""
    return 2 * (estimates.real < 0) + (estimates.imag < 0)


def detect_mmse(received: np.ndarray, channel: np.ndarray, noise: float) -> np.ndarray:
    """Linear MMSE equaliser for a noise power, then the nearest symbol of each antenna."""
    gram = hermitian(channel) @ channel + noise * np.eye(channel.shape[2])
    return nearest(np.linalg.solve(gram, hermitian(channel) @ received[..., None])[..., 0])


def hypotheses(antennas: int) -> np.ndarray:
    """All 4^N vectors of symbols, the first antenna the most significant."""
    return np.array(list(itertools.product(range(4), repeat=antennas)))


def detect_ml(received: np.ndarray, channel: np.ndarray) -> np.ndarray:
    """Maximum likelihood: the vector of symbols whose H s is nearest to y."""
    every = hypotheses(channel.shape[2])
    distance = np.abs(received[..., None] - channel @ points(every).T) ** 2
    return every[distance.sum(axis=1).argmin(axis=1)]


def detect_bayes(received: np.ndarray, pilot_received: np.ndarray, pilot_symbols: np.ndarray,
                 noise: float) -> np.ndarray:
    """The most probable vector of symbols given all pilots and that the channel is Rayleigh: no
    detector that sees the prompt alone errs less often in whole vectors.

    The rows of H given the pilots are Gaussian with mean of the regularised least squares and one
    covariance, so y given s is Gaussian with mean `mean @ s` and variance noise + s^H cov s.
    """
    antennas = received.shape[1]
    sent = points(pilot_symbols).swapaxes(-1, -2)
    inverse = np.linalg.inv(sent @ hermitian(sent) + noise * np.eye(antennas))
    mean = pilot_received.swapaxes(-1, -2) @ hermitian(sent) @ inverse
    every = hypotheses(antennas)
    candidates = points(every).T
    spread = noise + noise * np.einsum("ah,nab,bh->nh", candidates.conj(), inverse, candidates).real
    distance = (np.abs(received[..., None] - mean @ candidates) ** 2).sum(axis=1)
    return every[(distance / spread + antennas * np.log(spread)).argmin(axis=1)]
