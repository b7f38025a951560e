# SPDX-License-Identifier: Apache-2.0
"""The integer forward against the training-time network, and its options by small cases."""
from __future__ import annotations

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

from sw.train.augment import tokens
from sw.train.bit_sources import Hardware, LaneBits
from sw.train.compare import compare
from sw.train.data import patches
from sw.train.export import to_model
from sw.train.integer_forward import IntegerForward
from sw.train.network import SpikingNetwork
from sw.train.options import Tokenizer
from sw.train.quantised_model import quantised_network
from sw.train.tasks import TASKS
from sw.train.tests.helpers import DIGITS, RECIPE, STEPS, RecordedDraws, random_bits, random_network


class Equality(unittest.TestCase):
    IMAGES = 6

    def setUp(self) -> None:
        self.network: SpikingNetwork = random_network(5)
        self.model = to_model(self.network, DIGITS, {})
        self.bits = random_bits(self.network.shape, self.IMAGES, 11)
        self.images = DIGITS.split("train").images[:self.IMAGES]

    def test_training_forward_equals_integer_forward(self) -> None:
        """Every layer's spikes and the head's scores, for the same random bytes."""
        seen: dict[str, torch.Tensor] = {}
        for name, module in self.network.matrices.items():
            module.register_forward_hook(lambda _m, args, out, name=name: seen.update({name: (args[0], out)}))
        with torch.no_grad():
            counts = tokens(torch.from_numpy(self.images).float(), DIGITS.tokenizer(RECIPE))
            self.network(counts, STEPS, RecordedDraws(self.bits))
            scores = self.network.matrices["head"].scores(seen["head"][0])
        forward = IntegerForward(self.model, self.bits)
        running = forward.run(self.images, list(range(self.IMAGES)))
        trace = forward.trace
        for name, (_, out) in seen.items():
            if name != "head":
                wanted = trace[name.replace("_", ".")]
                self.assertTrue(torch.equal(out.transpose(0, 1).to(torch.uint8), wanted), name)
                rate = float(wanted.float().mean())
                self.assertTrue(0.01 < rate < 0.99, f"{name} spikes at rate {rate}")
        self.assertTrue(torch.equal(running[:, -1].long(), scores.long()))

    def test_batches_do_not_change_results(self) -> None:
        forward = IntegerForward(self.model, LaneBits(3, Hardware.named("tiny")))
        whole = forward.run(self.images, list(range(self.IMAGES)))
        single = forward.run(self.images[4:5], [4])
        self.assertTrue(torch.equal(whole[4:5], single))

    def test_compare_finds_one_flipped_spike(self) -> None:
        bits = LaneBits(3, Hardware.named("tiny"))
        forward = IntegerForward(self.model, bits)
        with tempfile.TemporaryDirectory() as name, contextlib.redirect_stdout(io.StringIO()) as out:
            folder = Path(name)
            forward.run(self.images[1:3], [1, 2])
            forward.write_dumps(folder, [1, 2])
            self.assertEqual(compare(self.model, folder, self.images, bits, None), (2, 0))
            file = folder / "img00002" / "layer1.ff2.npy"
            dump = np.load(file)
            dump[2, 7, 100] ^= 1
            np.save(file, dump)
            self.assertEqual(compare(self.model, folder, self.images, bits, None), (2, 1))
            self.assertIn("img00002 layer1.ff2: 1 of 6144 differ, first at (2, 7, 100)", out.getvalue())


class Options(unittest.TestCase):
    def setUp(self) -> None:
        self.model = to_model(random_network(1), DIGITS, {})
        self.forward = IntegerForward(self.model, random_bits(random_network(1).shape, 1, 2))

    def test_patches_by_hand(self) -> None:
        image = np.arange(64, dtype=np.uint8).reshape(1, 8, 8)
        windows = patches(image, 4, 2, 1)
        self.assertEqual(windows.shape, (1, 16, 16))
        self.assertEqual(windows[0, 0].tolist(), [0, 0, 0, 0, 0, 0, 1, 2, 0, 8, 9, 10, 0, 16, 17, 18])
        # token 5 starts at row 1, column 1 of the image
        self.assertEqual(windows[0, 5, :4].tolist(), [9, 10, 11, 12])
        self.assertEqual(tokens(torch.from_numpy(image).float(), Tokenizer(8, 8, 4, 2, 1))[0].tolist(), windows[0].tolist())

    def test_a_row_of_pixels_is_a_token(self) -> None:
        task = TASKS["digits-micro"]
        images = task.split("train").images[:3]
        shape, tokenizer = task.shape(task.spiking), task.tokenizer(task.spiking)
        model = to_model(quantised_network(shape, task.spiking), task, {})
        counts = IntegerForward(model, random_bits(shape, 3, 2)).tokenize(images)
        np.testing.assert_array_equal(counts[..., :8], images)
        np.testing.assert_array_equal(counts[..., 8:], np.zeros((3, 8, 8)))
        np.testing.assert_array_equal(tokens(torch.from_numpy(images), tokenizer).numpy(), images)

    def test_spike_streams_pass_unchanged_but_for_position_rows(self) -> None:
        entry = self.model.meta["input"]
        entry["tokenizer"] = {"kind": "spikes", "tokens": 2, "rows": 20}
        entry["position_base"] = 16
        stream = np.random.default_rng(3).integers(0, 2, (1, STEPS + 1, 2, 20), dtype=np.uint8)
        self.forward.run(stream, [0])
        x = self.forward.trace["input"].numpy()
        self.assertEqual(x.shape, (1, STEPS, 2, self.model.meta["network"]["input_rows"]))
        np.testing.assert_array_equal(x[..., :16], stream[:, :STEPS, :, :16])
        np.testing.assert_array_equal(x[..., 18:20], stream[:, :STEPS, :, 18:20])
        self.assertEqual(x[0, 1, :, 16:18].tolist(), [[1, 0], [0, 1]])
        self.assertEqual(x[..., 20:].sum(), 0)
        with self.assertRaisesRegex(ValueError, "do not suit"):
            self.forward.run(stream[:, :STEPS - 1], [0])

    def test_ready_tokens_come_in_any_number(self) -> None:
        self.model.meta["input"].update(tokenizer={"kind": "tokens", "rows": 6}, position_base=None)
        for count in (1, 5, 16):
            images = np.random.default_rng(count).integers(0, 257, (2, count, 6))
            tokens = self.forward.tokenize(images)
            self.assertEqual(tokens.shape, (2, count, self.model.meta["network"]["input_rows"]))
            np.testing.assert_array_equal(tokens[..., :6], images)
            self.assertEqual(tokens[..., 6:].sum(), 0)
        for shape in ((1, 17, 6), (1, 4, 7)):
            with self.assertRaisesRegex(ValueError, "do not suit"):
                self.forward.tokenize(np.zeros(shape, dtype=np.int64))

    def test_residuals(self) -> None:
        x, b = torch.tensor([0, 0, 1, 1], dtype=torch.uint8), torch.tensor([0, 1, 0, 1], dtype=torch.uint8)
        for code, wanted in (("iand", [0, 0, 1, 0]), ("or", [0, 1, 1, 1]), ("xor", [0, 1, 1, 0])):
            self.assertEqual(self.forward.residual(code, x, b).tolist(), wanted)

    def test_causal_scores_are_lower_triangular(self) -> None:
        self.model.meta["network"]["causal"] = True
        self.forward.run(DIGITS.split("train").images[:1], [0])
        s = self.forward.trace["layer0.s"]
        self.assertEqual(int(s.triu(1).sum()), 0)
        self.assertGreater(int(s.sum()), 0)

    def test_row_exponents(self) -> None:
        """With all-ones S and v, row i counts 16 tokens: it always spikes while 2^ka(i) <= 16."""
        ones = torch.ones(1, STEPS, 16, 128, dtype=torch.uint8)
        layer = self.model.meta["layers"][0]
        layer.update(k_s=0, row_exponent=True, row_offset=4)
        a = self.forward.attention(0, [0], ones, ones, ones)
        rates = a.float().mean(dim=(0, 1, 3))
        self.assertEqual(rates[0], 1.0)                 # ka = 4
        self.assertTrue(0.2 < rates[3] < 0.3, rates[3])  # ka = 6: 16 of 64

    def test_pooling_selects_tokens(self) -> None:
        x = torch.randint(0, 2, (1, STEPS, 16, 128), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
        parts = {}
        for pooling in ("all", "first", "last"):
            self.model.meta["network"]["pooling"] = pooling
            parts[pooling] = self.forward.head(x)
        self.model.meta["network"]["pooling"] = "all"
        self.assertTrue(torch.equal(parts["first"], self.forward.head(x[:, :, :1])))
        self.assertTrue(torch.equal(parts["last"], self.forward.head(x[:, :, 15:])))
        singles = sum(self.forward.head(x[:, :, n:n + 1]) for n in range(16))
        self.assertTrue(torch.equal(parts["all"], singles))


if __name__ == "__main__":
    unittest.main()
