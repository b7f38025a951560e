# SPDX-License-Identifier: Apache-2.0
"""From float weights to the integers of the arrays."""
from __future__ import annotations

import unittest

import torch

from sw.train.float_model import FloatHead, FloatLayer
from sw.train.fold import fold_head, fold_layer
from sw.train.options import WEIGHT_MAX
from sw.train.quantised_model import QuantisedHead, QuantisedLayer

ROWS, COLS = 16, 8
WEIGHTS = torch.tensor([[1.0, -2, 3, -4, 5, -6, 7, -8, 9, -10, 11], [0.0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1]])
SPIKES = torch.ones(3, 11)


class FullScale(unittest.TestCase):
    """Which weight of a column is the largest conductance."""

    def layer(self, share: float) -> QuantisedLayer:
        source, target = FloatLayer(11, 2), QuantisedLayer(11, 2, ROWS, COLS)
        with torch.no_grad():
            source.linear.weight.copy_(WEIGHTS)
            fold_layer(source, target, SPIKES, 1.0, share)
        return target

    def test_without_clipping_it_is_the_largest(self) -> None:
        integers = self.layer(1.0).arrays.integer_weight()
        wanted = torch.stack(((WEIGHTS[0] * WEIGHT_MAX / 11).round(), WEIGHTS[1] * WEIGHT_MAX))
        self.assertTrue(torch.equal(integers, wanted))

    def test_a_share_of_the_weights_is_clipped(self) -> None:
        """Of 11 sizes, 80 % reach up to the ninth: the two above it are held at full scale."""
        integers = self.layer(0.8).arrays.integer_weight()[0]
        self.assertTrue(torch.equal(integers, (WEIGHTS[0] * WEIGHT_MAX / 9).clamp(-WEIGHT_MAX, WEIGHT_MAX).round()))
        self.assertEqual(integers.abs().eq(WEIGHT_MAX).sum(), 3)

    def test_thresholds_follow_the_scale(self) -> None:
        """A weight is the same share of its threshold, in steps of the converter, at every scale."""
        shares = []
        for share in (1.0, 0.8):
            layer = self.layer(share)
            arrays = layer.arrays
            step = 2.0 ** (int(arrays.shift[0]) + 8) / int(arrays.gain[0])
            shares.append(float(1 / arrays.scale[0] / step / layer.theta0[0]))
        self.assertAlmostEqual(shares[0], shares[1], places=5)

    def test_the_head_has_one_scale(self) -> None:
        source, target = FloatHead(11, 2, 1.0), QuantisedHead(11, 2, ROWS, COLS)
        with torch.no_grad():
            source.linear.weight.copy_(WEIGHTS)
            fold_head(source, target, SPIKES, 1.0, 0.5)
        self.assertEqual(target.arrays.scale[0], target.arrays.scale[1])
        sizes = WEIGHTS.abs().flatten().sort().values
        self.assertAlmostEqual(float(target.arrays.scale[0]), float(sizes[10] + sizes[11]) / 2 / WEIGHT_MAX, places=6)


if __name__ == "__main__":
    unittest.main()
