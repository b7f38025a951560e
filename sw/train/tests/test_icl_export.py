# SPDX-License-Identifier: Apache-2.0
"""A small quantised symbol detector, its file padded to configuration icl, and the integer forward on it."""
from __future__ import annotations

import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from sw.train.bit_sources import Hardware, LaneBits
from sw.train.icl.channel import PILOTS, draw_links
from sw.train.icl.export import to_model
from sw.train.icl.fold import fold
from sw.train.icl.loop import inputs
from sw.train.icl.network import float_network
from sw.train.icl.options import Recipe
from sw.train.icl.prompts import tokens
from sw.train.icl.unfold import fit_unit, unfold
from sw.train.integer_forward import IntegerForward
from sw.train.model_file import read_model, write_model

RECIPE = Recipe(dim=16, heads=4, ff=140, depth=2, steps=3, attention="bernoulli", k_s=1, row_offset=-4)


class Export(unittest.TestCase):
    def setUp(self) -> None:
        torch.manual_seed(2)
        self.rng = np.random.default_rng(2)
        self.generator = torch.Generator().manual_seed(2)
        source = float_network(replace(RECIPE, attention="mean"))
        links = draw_links(self.rng, 24, 2, PILOTS + 4)
        counts, _ = inputs(links, RECIPE.coding, self.generator.device)
        for part in source.modules():
            if isinstance(part, torch.nn.BatchNorm1d):  # livelier than it begins
                torch.nn.init.constant_(part.bias, 0.3)
        source.train()
        for _ in range(20):  # running statistics of the normalisations
            source(counts, PILOTS, RECIPE.steps, self.generator)
        self.network = fold(source, RECIPE, counts, PILOTS, self.generator).eval()
        with tempfile.TemporaryDirectory() as name:
            file = Path(name) / "m.safetensors"
            write_model(file, to_model(self.network, "icl-2x2", {}))
            self.model = read_model(file)

    def test_rates_and_scores_are_those_of_the_training(self) -> None:
        """Different random numbers, so means are compared: every stage's rate, and the head's scores."""
        links = draw_links(self.rng, 200, 2, PILOTS + 1)
        forward = IntegerForward(self.model, LaneBits(1, Hardware.named("icl")))
        found = forward.run(tokens(links.received, links.symbols, PILOTS, RECIPE.coding), list(range(200)))
        made: dict[str, torch.Tensor] = {}
        for key, module in self.network.matrices.items():
            module.register_forward_hook(lambda m, args, out, key=key: made.setdefault(key, out))
        counts, _ = inputs(links, RECIPE.coding, self.generator.device)
        with torch.no_grad():
            logits = self.network(counts, PILOTS, RECIPE.steps, self.generator)
        for key, spikes in made.items():
            if key == "head":
                continue
            dump = forward.trace[key.replace("_", ".")].float()
            width = spikes.shape[-1]
            if key[-2:] in ("_q", "_k", "_v"):
                dump = dump.reshape(*dump.shape[:-1], 4, 32)
                self.assertEqual(int(dump[..., width // 4:].sum()), 0)
                dump = dump[..., :width // 4].flatten(-2)
            self.assertEqual(int(dump[..., width:].sum()), 0)
            rates, expected = dump[..., :width].mean(dim=(0, 1, 2)), spikes.mean(dim=(0, 1, 2))
            torch.testing.assert_close(rates, expected, rtol=0, atol=0.03)
            self.assertGreater(float(expected.max()), 0.05, key)
        scores = found[:, -1].float() * self.network.matrices["head"].unit / RECIPE.steps
        difference = scores - logits[:, 0]
        error = difference.std(dim=0) / len(difference) ** 0.5
        self.assertLess(float((difference.mean(dim=0).abs() / error).max()), 4.5)
        self.assertGreater(np.corrcoef(scores.flatten(), logits.detach().flatten())[0, 1], 0.5)

    def test_prompts_of_any_length(self) -> None:
        """Nothing of a token depends on those behind it, random numbers included."""
        links = draw_links(self.rng, 3, 2, 20)
        images = tokens(links.received, links.symbols, 20, RECIPE.coding)
        forward = IntegerForward(self.model, LaneBits(4, Hardware.named("icl")))
        forward.run(images, [0, 1, 2])
        whole = forward.trace["layer1.res2"]
        for length in (1, 2, 7):
            forward.run(images[:, :length], [0, 1, 2])
            self.assertTrue(torch.equal(forward.trace["layer1.res2"], whole[:, :, :length]))
        self.assertTrue(0.02 < float(whole.float().mean()) < 0.98)

    def test_training_goes_on_from_a_file(self) -> None:
        """The file's network computes what the network of the file computed, whatever unit is chosen."""
        back = unfold(self.model, RECIPE).eval()
        counts, _ = inputs(draw_links(self.rng, 40, 2, PILOTS + 2), RECIPE.coding, self.generator.device)

        def logits(network: torch.nn.Module) -> torch.Tensor:
            with torch.no_grad():
                return network(counts, PILOTS, RECIPE.steps, torch.Generator().manual_seed(7)).flatten(0, -2)

        expected, found = logits(self.network), logits(back)
        unit = float(self.network.matrices["head"].unit)
        torch.testing.assert_close(found * unit, expected, rtol=1e-5, atol=1e-5)
        classes = torch.multinomial(expected.softmax(dim=1), 1, generator=self.generator)[:, 0]
        chosen = fit_unit(back.matrices["head"], found, classes)
        torch.testing.assert_close(logits(back), found * chosen, rtol=1e-5, atol=1e-5)
        for other in (chosen / 2, chosen * 2):
            self.assertLess(float(torch.nn.functional.cross_entropy(found * chosen, classes)),
                            float(torch.nn.functional.cross_entropy(found * other, classes)))

    def test_what_the_file_says(self) -> None:
        meta = self.model.meta
        self.assertEqual(meta["network"]["depth"], 2)
        self.assertTrue(meta["network"]["causal"])
        self.assertEqual(meta["layers"][0], {"k_s": 1, "k_a": 0, "row_exponent": True, "row_offset": -4,
                                             "res1": "or", "res2": "iand"})
        self.assertEqual(self.model.tensors["layer0.ff1.gain"].shape, (4,))


if __name__ == "__main__":
    unittest.main()
