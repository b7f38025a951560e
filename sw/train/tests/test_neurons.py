# SPDX-License-Identifier: Apache-2.0
"""Converter, neuron and Bernoulli arithmetic of the training against values worked out by hand."""
from __future__ import annotations

import unittest

import torch

from sw.train.fold import converter_setting
from sw.train.neurons import Bernoulli, Convert, FloatLif, IntegerLif, round_through


class Converter(unittest.TestCase):
    def test_halves_round_up_and_codes_saturate(self) -> None:
        # gain 1.0, shift 1: the step is 2, so odd sums lie half way
        sums = torch.tensor([-100.0, -33, -32, -3, -2, -1, 0, 1, 2, 3, 29, 30, 31, 100])
        codes = Convert.apply(sums, 256, 1)
        self.assertEqual(codes.tolist(), [-16, -16, -16, -1, -1, 0, 0, 1, 1, 2, 15, 15, 15, 15])

    def test_every_sum_equals_the_integer_formula(self) -> None:
        sums = torch.arange(-1920.0, 1921)
        for gain, shift in ((256, 0), (300, 4), (511, 7), (512, 6)):
            wanted = [min(max((int(p) * gain + (1 << (shift + 7))) >> (shift + 8), -16), 15) for p in sums]
            self.assertEqual(Convert.apply(sums, gain, shift).tolist(), wanted)

    def test_gradient_stops_where_the_code_saturates(self) -> None:
        sums = torch.tensor([-500.0, 3.0, 500.0], requires_grad=True)
        Convert.apply(sums, 256, 2).sum().backward()
        self.assertEqual(sums.grad.tolist(), [0.0, 0.25, 0.0])

    def test_setting_meets_the_wanted_step(self) -> None:
        for step in (1.0, 1.3, 2.0, 7.9, 60.0):
            gain, shift = converter_setting(step)
            self.assertAlmostEqual(2.0 ** (shift + 8) / gain / step, 1.0, delta=0.003)


class Neuron(unittest.TestCase):
    def test_integer_neuron_by_hand(self) -> None:
        # threshold 10, bias -1: u = 4, floor(4/2)+8-1 = 9, floor(9/2)+8-1 = 11 -> spike, then -1, -2
        current = torch.tensor([5.0, 8, 8, 0, 0]).view(5, 1)
        spikes = IntegerLif.apply(current, torch.tensor([-1.0]), torch.tensor([10.0]))
        self.assertEqual(spikes.flatten().tolist(), [0, 0, 1, 0, 0])
        # -5 halves to -3 (rounding down), so -3 + 12 = 9 misses the threshold 10 but meets 9
        for theta, spike in ((9.0, 1.0), (10.0, 0.0)):
            out = IntegerLif.apply(torch.tensor([[-5.0], [12.0]]), torch.zeros(1), torch.tensor([theta]))
            self.assertEqual(out[1, 0], spike)

    def test_membrane_saturates_once(self) -> None:
        # -2048 halves to -1024; 1024 + 2047 more reaches 2047 exactly
        current = torch.tensor([[-4000.0], [3071.0]])
        out = IntegerLif.apply(current, torch.zeros(1), torch.tensor([2047.0]))
        self.assertEqual(out.flatten().tolist(), [0, 1])

    def test_float_neuron_gradient_by_hand(self) -> None:
        # u = (0.5, 0.75): no spikes; surrogate g(x) = 1 / (1 + (pi x)^2)
        current = torch.tensor([[0.5], [0.5]], requires_grad=True)
        FloatLif.apply(current).sum().backward()
        g = [1 / (1 + (torch.pi * x) ** 2) for x in (-0.5, -0.25)]
        self.assertAlmostEqual(current.grad[1].item(), g[1], places=6)
        self.assertAlmostEqual(current.grad[0].item(), g[0] + 0.5 * g[1], places=6)


class Spikes(unittest.TestCase):
    def test_bernoulli_probability_is_exact(self) -> None:
        for exponent in range(9):
            random = torch.arange(256.0) % 2 ** exponent
            for count in (0, 1, 2 ** exponent // 2, 2 ** exponent, 2 ** exponent + 3):
                spikes = Bernoulli.apply(torch.full((256,), float(count)), random, exponent)
                share = min(1.0, count / 2 ** exponent) if exponent else float(count > 0)
                self.assertEqual(spikes.mean().item(), share)

    def test_rounding_gives_integers(self) -> None:
        x = torch.linspace(-40, 40, 99991)
        self.assertTrue(torch.equal(round_through(x), torch.round(x)))


if __name__ == "__main__":
    unittest.main()
