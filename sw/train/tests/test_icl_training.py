# SPDX-License-Identifier: Apache-2.0
"""Training of the symbol detector: attention, shared pilots, and runs that go on where they stopped."""
from __future__ import annotations

import contextlib
import io
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from sw.train.icl import loop
from sw.train.icl.ann import IclAnn
from sw.train.icl.channel import PILOTS
from sw.train.icl.collect import curve, thinned
from sw.train.icl.evaluate import errors_by_step, errors_of_training
from sw.train.icl.make_data import build
from sw.train.icl.network import Relaxed, float_network, row_exponents
from sw.train.icl.options import Recipe
from sw.train.icl.prompts import bit_errors, classes_of
from sw.train.icl.train import new_run
from sw.train.integer_forward import ceil_log2

SMALL = Recipe(dim=8, heads=2, ff=12, depth=2, steps=2, batch=3, queries=4, iterations=6, warmup=2, k_s=1)

GENERATOR = torch.Generator().manual_seed(1)


def step_model(kind: str, recipe: Recipe, pilots: int, queries: int) -> tuple[torch.nn.Module, torch.Tensor]:
    """A model and inputs that are all on or off, so that the input encoder draws nothing by chance."""
    torch.manual_seed(3)
    model = IclAnn(recipe) if kind == "ann" else float_network(recipe)
    for part in model.modules():
        if isinstance(part, torch.nn.BatchNorm1d):  # untrained statistics would leave the network silent
            torch.nn.init.constant_(part.weight, 4)
            torch.nn.init.constant_(part.bias, 0.7)
    counts = torch.randint(2, (5, pilots + queries, recipe.coding.rows)).float() * 256
    return model.eval(), counts


class Attention(unittest.TestCase):
    def test_queries_share_their_pilots(self) -> None:
        """Answers of one pass equal those of a prompt for each query, in both kinds of network."""
        for kind in ("spiking", "ann"):
            model, counts = step_model(kind, SMALL, 5, 4)
            with torch.no_grad():
                together = model(counts, 5, 3, GENERATOR)
                self.assertGreater(float(together.std()), 0.01)
                for query in range(4):
                    alone = model(torch.cat((counts[:, :5], counts[:, 5 + query:6 + query]), dim=1), 5, 3, GENERATOR)
                    torch.testing.assert_close(together[:, query:query + 1], alone, rtol=1e-4, atol=1e-5)

    def test_the_future_is_hidden(self) -> None:
        """Pilots do not see later ones: with one query behind two, the rest does not matter to the first row."""
        recipe = replace(SMALL, depth=1)
        model, counts = step_model("spiking", recipe, 3, 1)
        seen = {}
        model.matrices["layer0_proj"].register_forward_hook(lambda m, args, out: seen.setdefault("a", args[0]))
        model(counts, 3, 2, GENERATOR)
        first = seen.pop("a")
        counts[:, 2:] = 256 - counts[:, 2:]
        model(counts, 3, 2, GENERATOR)
        torch.testing.assert_close(first[:, :, :2], seen["a"][:, :, :2])
        self.assertFalse(torch.equal(first[:, :, 2:], seen["a"][:, :, 2:]))

    def test_row_exponents_are_those_of_the_chip(self) -> None:
        for offset in (-8, -3, 0, 7):
            expected = [min(max(ceil_log2(row + 1) + offset, 0), 8) for row in range(19)]
            self.assertEqual(row_exponents(18, 3, offset).tolist(), [*expected, expected[-1], expected[-1]])

    def test_relaxed_is_bernoulli_on_average(self) -> None:
        """Means of p and of spikes agree, half noise lies between, and the gradient is that of p."""
        generator = torch.Generator().manual_seed(1)
        count = torch.tensor([0.0, 1.0, 3.0, 4.0, 9.0]).repeat(40_000, 1).requires_grad_()
        scale = torch.tensor(0.25)
        expected = torch.tensor([0, 0.25, 0.75, 1, 1])
        self.assertTrue(torch.equal(Relaxed.apply(count, scale, 0.0, generator)[0], expected))
        spikes = Relaxed.apply(count, scale, 1.0, generator)
        self.assertEqual(set(spikes.unique().tolist()), {0.0, 1.0})
        self.assertLess((spikes.mean(dim=0) - expected).abs().max(), 4.5 * 0.5 / 200)
        half = Relaxed.apply(count, scale, 0.5, generator)
        self.assertEqual(set(half[:, 1].unique().tolist()), {0.125, 0.625})
        half.sum().backward()
        self.assertEqual(count.grad[0].tolist(), [0.25, 0.25, 0.25, 0.25, 0])


class Training(unittest.TestCase):
    def run_to(self, out: Path, until: int, state: dict | None = None) -> loop.Run:
        run = new_run(out, "spiking", replace(SMALL, attention="mean", noise=0.2, noise_end=0.8), 5)
        if state:
            loop.restore(run, state)
        with contextlib.redirect_stdout(io.StringIO()):
            loop.train(run, 2, until)
        return run

    def test_a_resumed_run_equals_an_uninterrupted_one(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            whole = self.run_to(Path(name) / "whole", 6)
            self.run_to(Path(name) / "parts", 3)
            state = torch.load(Path(name) / "parts" / "checkpoint.pt")
            parts = self.run_to(Path(name) / "parts", 6, state)
            self.assertEqual((whole.iteration, parts.iteration), (6, 6))
            for a, b in zip(whole.model.state_dict().values(), parts.model.state_dict().values()):
                self.assertTrue(torch.equal(a, b))
            self.assertEqual(len((Path(name) / "parts" / "log.jsonl").read_text().splitlines()), 4)

    def test_evaluation_of_a_training_and_of_scores(self) -> None:
        """A checkpoint answers test prompts by chance before it has learnt; true scores make no error."""
        with tempfile.TemporaryDirectory() as name:
            self.run_to(Path(name), 2)
            wrong, recipe, iteration = errors_of_training(Path(name), "test", 200, None)
        self.assertEqual((wrong.shape, iteration, recipe.antennas), ((200,), 2, 2))
        self.assertTrue(1.6 < wrong.mean() < 2.4)
        symbols = build("test", 2, 200)[1]
        scores = np.eye(16)[classes_of(symbols)][:, None].repeat(2, axis=1)
        scores[:, 0] = np.eye(16)[0]
        first, last = errors_by_step(scores, 2, "test")
        self.assertEqual(last.sum(), 0)
        np.testing.assert_array_equal(first, bit_errors(np.zeros_like(symbols), symbols))

    def test_every_variant_learns_something(self) -> None:
        """Gradients reach every matrix, whatever attention, residual and number of antennas."""
        for changes in ({"attention": "lif"}, {"attention": "bernoulli"}, {"res1": "iand", "res2": "xor"},
                        {"antennas": 4}):
            with tempfile.TemporaryDirectory() as name:
                run = new_run(Path(name), "spiking", replace(SMALL, **changes, batch=16), 1)
                loop.step(run)
                for key, parameter in run.model.named_parameters():
                    self.assertGreater(float(parameter.grad.abs().sum()), 0, f"{changes} {key}")

    def test_curves_are_gathered(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            self.run_to(Path(name), 4)
            found = curve(Path(name))
        self.assertEqual(found["model"], "spiking")
        self.assertEqual(found["recipe"]["noise_end"], 0.8)
        self.assertNotIn("lr", found["recipe"])
        self.assertEqual([point[0] for point in found["points"]], [2, 4])
        self.assertEqual(thinned(list(range(121)))[-1], 120)
        self.assertLessEqual(len(thinned(list(range(121)))), 60)

    def test_schedules(self) -> None:
        recipe = replace(SMALL, iterations=100, warmup=10, decay_from=0.5, noise=0.0, noise_end=1.0)
        self.assertAlmostEqual(loop.rate(recipe, 4), recipe.lr / 2)
        self.assertEqual(loop.rate(recipe, 50), recipe.lr)
        self.assertAlmostEqual(loop.rate(recipe, 75), recipe.lr / 2)
        self.assertAlmostEqual(loop.noise(recipe, 50), 0.5)

    def test_full_network_is_configuration_icl(self) -> None:
        """The default sizes are the configuration's, and the prompt fits its rows."""
        shape = Recipe().shape
        self.assertEqual((shape.dim, shape.heads, shape.head_dim, shape.ff, shape.depth), (128, 4, 32, 512, 4))
        self.assertLessEqual(max(Recipe(antennas=n).coding.rows for n in (2, 4)), 128)
        self.assertLess(PILOTS, shape.tokens)


if __name__ == "__main__":
    unittest.main()
