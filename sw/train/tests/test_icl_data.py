# SPDX-License-Identifier: Apache-2.0
"""The links of docs/icl.md against closed forms, the detectors against direct formulas, and the tokens."""
from __future__ import annotations

import math
import unittest

import numpy as np

from sw.train.data import ROOT
from sw.train.icl import detectors
from sw.train.icl.channel import PILOTS, draw_links, gaussian, noise_power, points, transmit
from sw.train.icl.make_data import build, digest
from sw.train.icl.parts import blocks
from sw.train.icl.prompts import CODINGS, bit_errors, classes_of, decide, intensities
from sw.train.icl.yardsticks import errors_of

ICL = (ROOT / "docs" / "icl.md").read_text()
SIGMAS = 4.5


def q_function(x: float) -> float:
    return 0.5 * math.erfc(x / math.sqrt(2))


class Channel(unittest.TestCase):
    def setUp(self) -> None:
        self.rng = np.random.default_rng(3)

    def assert_rate(self, wrong: int, total: int, expected: float) -> None:
        """A count of independent bits agrees with its probability."""
        self.assertLess(abs(wrong / total - expected), SIGMAS * math.sqrt(expected * (1 - expected) / total))

    def test_moments(self) -> None:
        """Power and circularity of channel and noise, and the signal-to-noise ratio at an antenna."""
        for antennas in (2, 4):
            links = draw_links(self.rng, 4000, antennas, 5)
            noise = links.received - transmit(links.channel, links.symbols, np.zeros_like(links.received))
            for values, power in ((links.channel, 1.0), (noise, noise_power(antennas))):
                n = values.size
                self.assertLess(abs(np.mean(np.abs(values) ** 2) / power - 1), SIGMAS / math.sqrt(n))
                self.assertLess(abs(np.mean(values)) / math.sqrt(power), SIGMAS / math.sqrt(n))
                self.assertLess(abs(np.mean(values ** 2)) / power, SIGMAS * math.sqrt(2 / n))
            signal = np.mean(np.abs(links.received - noise) ** 2)
            self.assertAlmostEqual(10 * math.log10(signal / noise_power(antennas)), 10, delta=0.15)
            counts = np.bincount(links.symbols.ravel(), minlength=4)
            self.assertLess(np.abs(counts / counts.sum() - 0.25).max(), SIGMAS * math.sqrt(0.1875 / counts.sum()))

    def test_received_is_the_sum(self) -> None:
        links = draw_links(self.rng, 3, 4, 6)
        noise = gaussian(self.rng, (3, 6, 4), 1.0)
        expected = np.einsum("nij,npj->npi", links.channel, points(links.symbols)) + noise
        np.testing.assert_allclose(transmit(links.channel, links.symbols, noise), expected, rtol=1e-12)

    def test_ml_on_a_diagonal_channel(self) -> None:
        """Then every bit is its own binary decision: Q(a / sigma), with a / sqrt 2 per bit and sigma / sqrt 2 noise."""
        gains, noise = np.array([0.7, 1.3]), 0.2
        symbols = self.rng.integers(0, 4, (1, 40_000, 2))
        channel = np.diag(gains).astype(complex)[None]
        received = transmit(channel, symbols, gaussian(self.rng, symbols.shape, noise))[0]
        every = np.broadcast_to(channel, (len(received), 2, 2))
        for found in (detectors.detect_ml(received, every), detectors.detect_mmse(received, every, noise)):
            for antenna, gain in enumerate(gains):
                wrong = bit_errors(found[:, [antenna]], symbols[0][:, [antenna]]).sum()
                self.assert_rate(wrong, 80_000, q_function(gain / math.sqrt(noise)))

    def test_single_antenna_in_rayleigh_fading(self) -> None:
        """One antenna: (1 - sqrt(g / (1 + g))) / 2 with g the mean ratio of a bit's energy to the noise power."""
        links = draw_links(self.rng, 60_000, 1, 1)
        wrong = bit_errors(detectors.detect_ml(links.received[:, 0], links.channel), links.symbols[:, 0]).sum()
        ratio = 1 / (2 * noise_power(1))
        expected = 0.5 * (1 - math.sqrt(ratio / (1 + ratio)))
        rate = wrong / 120_000  # the two bits of a prompt share its fading
        self.assertLess(abs(rate - expected), SIGMAS * math.sqrt(2 * expected / 120_000))

    def test_zero_forcing(self) -> None:
        """Without its noise term the MMSE detector inverts H; a stream of N x N then fades like one antenna."""
        links = draw_links(self.rng, 40_000, 2, 1)
        wrong = bit_errors(detectors.detect_mmse(links.received[:, 0], links.channel, 1e-9), links.symbols[:, 0]).sum()
        ratio = 1 / (2 * noise_power(2))
        expected = 0.5 * (1 - math.sqrt(ratio / (1 + ratio)))
        self.assertLess(abs(wrong / 160_000 - expected), SIGMAS * math.sqrt(4 * expected / 160_000))

    def test_least_squares_error(self) -> None:
        """E |H_ls - H|^2 of an entry is noise * E of the diagonal of (S S^H)^-1; unbiased."""
        links = draw_links(self.rng, 4000, 2, PILOTS)
        error = detectors.estimate_ls(links.received, links.symbols) - links.channel
        sent = points(links.symbols).swapaxes(1, 2)
        inverse = np.linalg.inv(sent @ detectors.hermitian(sent))
        expected = noise_power(2) * np.einsum("nii->n", inverse).real.mean() / 2
        self.assertLess(abs(np.mean(np.abs(error) ** 2) / expected - 1), SIGMAS * math.sqrt(2 / error.size))
        self.assertLess(abs(error.mean()), SIGMAS * math.sqrt(expected / error.size))

    def test_bayes_is_the_joint_gaussian(self) -> None:
        """All receptions of one antenna are jointly Gaussian; the detector's answer maximises their density."""
        pilots, noise = 3, noise_power(2)
        links = draw_links(self.rng, 40, 2, pilots + 1)
        found = detectors.detect_bayes(links.received[:, -1], links.received[:, :-1], links.symbols[:, :-1], noise)
        every = detectors.hypotheses(2)
        for n in range(40):
            densities = []
            for guess in every:
                sent = points(np.vstack((links.symbols[n, :-1], guess)))
                covariance = sent @ sent.conj().T + noise * np.eye(pilots + 1)
                y = links.received[n]
                fit = np.einsum("pa,pq,qa->", y.conj(), np.linalg.inv(covariance), y).real
                densities.append(-fit - 2 * np.linalg.slogdet(covariance)[1])
            np.testing.assert_array_equal(found[n], every[int(np.argmax(densities))])

    def test_order_of_the_detectors(self) -> None:
        """ML beats MMSE, a known channel an estimated one, and nothing beats the optimum by more than chance."""
        for antennas in (2, 4):
            (links,) = blocks("validation", antennas, 1000)
            sums = {name: int(wrong.sum()) for name, wrong in errors_of(links, PILOTS).items()}
            self.assertLess(sums["ml known"], sums["mmse known"])
            self.assertLess(sums["ml ls"], sums["mmse ls"])
            self.assertLess(sums["ml known"], sums["ml ls"])
            self.assertLess(sums["bayes"], 1.05 * sums["ml ls"])


class Tokens(unittest.TestCase):
    def test_committed_hashes(self) -> None:
        for antennas in (2, 4):
            for array in build("test", antennas, 1000):
                self.assertIn(digest(array), ICL)

    def test_first_prompts_stay(self) -> None:
        few, many = build("validation", 2, 30), build("validation", 2, 1030)
        for a, b in zip(few, many):
            np.testing.assert_array_equal(a, b[:30])

    def test_rows_of_a_token(self) -> None:
        """The thermometer sums to the number; symbols, flags and the silent query are where the table says."""
        for antennas, rows in ((2, 74), (4, 114)):
            coding = CODINGS[antennas]
            self.assertEqual(coding.rows, rows)
            (links,) = blocks("test", antennas, 50)
            images, answers = build("test", antennas, 50)
            height = images[..., :coding.symbol_base].reshape(50, 19, 2 * antennas, -1)
            self.assertLessEqual(images.max(), 256)
            self.assertTrue((np.diff(height.astype(int), axis=-1) <= 0).all())
            self.assertTrue((((height > 0) & (height < 256)).sum(axis=-1) <= 1).all())
            unit = math.sqrt(1.1 * antennas) * coding.step
            back = (height.sum(axis=-1) / 256 - coding.levels / 2) * unit
            bound = unit * coding.levels / 2
            np.testing.assert_allclose(back[..., 0::2], links.received.real.clip(-bound, bound), atol=unit / 256)
            np.testing.assert_allclose(back[..., 1::2], links.received.imag.clip(-bound, bound), atol=unit / 256)
            on = images[..., coding.symbol_base:coding.flag_base].reshape(50, 19, antennas, 4)
            np.testing.assert_array_equal(on[:, :18].argmax(axis=-1), links.symbols[:, :18])
            self.assertTrue((on[:, :18].sum(axis=-1) == 256).all() and not on[:, 18].any())
            np.testing.assert_array_equal(images[..., -2] == 256, np.arange(19)[None].repeat(50, 0) < 18)
            np.testing.assert_array_equal(images[..., -1] == 256, np.arange(19)[None].repeat(50, 0) == 18)
            np.testing.assert_array_equal(answers, links.symbols[:, 18])

    def test_clipping_is_rare(self) -> None:
        for antennas in (2, 4):
            (links,) = blocks("validation", antennas, 1000)
            coding = CODINGS[antennas]
            levels = intensities(links.received, coding).reshape(-1, coding.levels)
            clipped = ((levels[:, -1] == 256) | (levels[:, 0] == 0)).mean()
            self.assertLess(clipped, 0.004)

    def test_answers_come_back(self) -> None:
        """Scores that are highest at the true classes decide for the true symbols."""
        rng = np.random.default_rng(1)
        pair, four = rng.integers(0, 4, (20, 2)), rng.integers(0, 4, (20, 4))
        np.testing.assert_array_equal(decide(np.eye(16)[classes_of(pair)], CODINGS[2]), pair)
        np.testing.assert_array_equal(decide(np.eye(4)[four].reshape(20, 16), CODINGS[4]), four)
        self.assertEqual(bit_errors(np.array([[0, 3], [1, 1]]), np.array([[3, 2], [1, 0]])).tolist(), [3, 1])


if __name__ == "__main__":
    unittest.main()
