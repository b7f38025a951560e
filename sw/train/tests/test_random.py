# SPDX-License-Identifier: Apache-2.0
"""Random lanes against values derived by hand or by a second, naive way."""
from __future__ import annotations

import unittest

import numpy as np

from sw.train import lfsr
from sw.train.bit_sources import Hardware, LaneBits, PerfectBits

# x^32 + x^22 + x^2 + x + 1, bit e-1 for the term x^e
TAPS = (1 << 31) | (1 << 21) | (1 << 1) | (1 << 0)


class Lanes(unittest.TestCase):
    def test_single_steps(self) -> None:
        self.assertEqual(lfsr.step(2), 1)
        self.assertEqual(lfsr.step(1), TAPS)
        self.assertEqual(lfsr.step(TAPS), (TAPS >> 1) ^ TAPS)

    def test_output_bits_obey_the_polynomial(self) -> None:
        # The stream of low bits of a Galois register satisfies the recurrence of its polynomial.
        state, bits = 0x12345679, []
        for _ in range(400):
            bits.append(state & 1)
            state = lfsr.step(state)
        for n in range(32, 400):
            past = [bits[n - e] for e in (32, 22, 2, 1)]
            self.assertEqual(bits[n], sum(past) % 2)

    def test_lane_spacing_is_a_million_steps(self) -> None:
        state = 0xDEADBEEF
        for _ in range(1 << 20):
            state = (state >> 1) ^ (TAPS if state & 1 else 0)
        lanes = lfsr.lane_states(np.array([0xDEADBEEF], dtype=np.uint32), 2)
        self.assertEqual(int(lanes[0, 1]), state)

    def test_draws_leap_and_split_into_bytes(self) -> None:
        for leap in (1, 5, 32):
            state, expected = 0xCAFEF00D, []
            for _ in range(3):
                for _ in range(leap):
                    state = lfsr.step(state)
                expected.append([state >> shift & 255 for shift in (0, 8, 16, 24)])
            drawn = lfsr.draw_bytes(np.array([[0xCAFEF00D]], dtype=np.uint32), leap, 3)
            self.assertEqual(drawn[:, 0].tolist(), expected)

    def test_base_state_in_wrapping_arithmetic(self) -> None:
        def mix(h: np.ndarray) -> np.ndarray:
            for _ in range(6):
                h = h * np.uint32(513)
                h = h ^ (h >> np.uint32(12))
            return h

        for words in ((1, 0, 0, 0), (7, 359, 1, 1), (0xFFFFFFFF, 3, 0, 1)):
            seed, image, layer, kind = words
            h = np.array([0x58504B31], dtype=np.uint32)
            for word in (seed, image, 2 * layer + kind):
                h = mix(h + np.uint32(word))
            self.assertEqual(lfsr.base_state(*words), int(h[0]))

    def test_base_state_is_never_zero(self) -> None:
        self.assertEqual(lfsr.base_state(0xA7AFB4CF, 0, 0, 0), 1)


class Sources(unittest.TestCase):
    HARDWARE = Hardware(tokens=5, leap_encoder=3, leap_score=2, leap_value=4)

    def test_who_draws_when(self) -> None:
        """Each byte equals a naive walk of its own lane."""
        source = LaneBits(9, self.HARDWARE)
        encoded = source.encoder([4, 6], steps=2, tokens=3, rows=6)
        s, a = source.attention([4, 6], 1, steps=2, heads=2, head_dim=3)
        self.assertEqual((encoded.shape, s.shape, a.shape), ((2, 2, 3, 6), (2, 2, 2, 5), (2, 2, 2, 3, 5)))

        def byte(kind: int, layer: int, lane: int, leap: int, draw: int, index: int) -> int:
            base = np.array([lfsr.base_state(9, 6, layer, kind)], dtype=np.uint32)
            state = int(lfsr.lane_states(base, lane + 1)[0, lane])
            for _ in range(leap * (draw + 1)):
                state = lfsr.step(state)
            return state >> (8 * index) & 255

        # encoder: token 2, time 1 is draw 2 * 2 + 1; row 5 is byte 1 of lane 1
        self.assertEqual(encoded[1, 1, 2, 5], byte(0, 0, 1, 3, 5, 1))
        # two lanes a head and bank; S of head 1 begins at lane 2, A of head 1 at lane 4 + 2
        self.assertEqual(s[1, 1, 1, 4], byte(1, 1, 3, 2, 1, 0))
        self.assertEqual(a[1, 1, 1, 2, 3], byte(1, 1, 6, 4, 5, 3))

    def test_perfect_bits_depend_on_the_image_only(self) -> None:
        source = PerfectBits(3, self.HARDWARE)
        both, one = source.encoder([0, 8], 2, 3, 4), source.encoder([8], 2, 3, 4)
        np.testing.assert_array_equal(both[1], one[0])
        self.assertFalse(np.array_equal(both[0], both[1]))


if __name__ == "__main__":
    unittest.main()
