# SPDX-License-Identifier: Apache-2.0
"""The comparison runs the network it claims to run, and refuses when it cannot be fair."""
from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
import unittest

import numpy as np
import torch

from bench import kernels, openblas, record, side_by_side, simulation
from bench.float_network import FoldedLayer, random_counts, random_float_network
from bench.run import PARTS, ROOT
from bench.spread import spread, text
from bench.torch_network import Unsupported, check, integer_scores, lane_draws, network_of, tokenizer_of
from sw.train.augment import tokens
from sw.train.bit_sources import Hardware, LaneBits
from sw.train.float_model import FloatLayer
from sw.train.integer_forward import IntegerForward
from sw.train.model_file import Model, read_model
from sw.train.network import TorchDraws
from sw.train.tasks import TASKS

MODEL = ROOT / "models" / "digits.safetensors"
MAPS = "7f30-7f40 r-xp 00000000 fe:00 99  /usr/lib/x86_64-linux-gnu/{}\n"


class Network(unittest.TestCase):
    def setUp(self) -> None:
        self.model = read_model(MODEL)

    def test_scores_are_those_of_the_integer_forward(self) -> None:
        images = TASKS["digits"].split("validation").images[:6]
        numbers = list(range(6))
        network = network_of(self.model)
        steps = self.model.meta["network"]["steps"]
        bits = LaneBits(5, Hardware.named("tiny"))
        counts = tokens(torch.from_numpy(images).float(), tokenizer_of(self.model))
        got = integer_scores(network, counts, steps, lane_draws(network, bits, numbers, steps))
        running = IntegerForward(self.model, bits).run(images, numbers).numpy()
        self.assertTrue(np.array_equal(got, running[:, -1]))
        self.assertGreater(len(np.unique(got)), 20)

    def test_options_that_the_network_lacks_are_refused(self) -> None:
        check(self.model)
        for path, value in ((("network", "causal"), True), (("network", "pooling"), "first"),
                            (("input", "position_base"), None), (("layers", 1, "k_s"), 3),
                            (("layers", 0, "res2"), "xor")):
            meta = copy.deepcopy(self.model.meta)
            place = meta
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = value
            with self.assertRaises(Unsupported, msg=str(path)):
                check(Model(meta, self.model.tensors))


class FloatNetwork(unittest.TestCase):
    CONFIG, TOKENS, STEPS = "nano", 5, 4

    def setUp(self) -> None:
        self.network = random_float_network(self.CONFIG, self.TOKENS, self.STEPS, 3)
        self.spikes: dict[str, torch.Tensor] = {}
        for name, layer in self.network.matrices.items():
            layer.register_forward_hook(lambda _module, _args, out, name=name: self.spikes.update({name: out}))
        self.counts = random_counts(self.CONFIG, self.TOKENS, 6, 4)
        with torch.no_grad():
            self.network(self.counts, self.STEPS, TorchDraws(torch.Generator().manual_seed(5)))

    def test_has_the_size_of_the_configuration_and_spikes_everywhere(self) -> None:
        sizes = {name: tuple(layer.linear.weight.shape) for name, layer in self.network.matrices.items()}
        self.assertEqual(sizes, {"embed": (16, 16), "layer0_q": (16, 16), "layer0_k": (16, 16), "layer0_v": (16, 16),
                                 "layer0_proj": (16, 16), "layer0_ff1": (32, 16), "layer0_ff2": (16, 32),
                                 "head": (4, 16)})
        for name, spikes in self.spikes.items():
            if name != "head":
                self.assertEqual(spikes.shape[:3], (self.STEPS, 6, self.TOKENS))
                self.assertEqual(set(spikes.unique().tolist()), {0.0, 1.0}, name)

    def test_folded_layer_is_linear_map_normalisation_and_neuron(self) -> None:
        torch.manual_seed(1)
        layer = FloatLayer(7, 9)
        layer.norm.momentum = None
        spikes = (torch.rand(6, 2, 5, 7) < 0.5).float()
        with torch.no_grad():
            layer.train()(spikes)
            layer.norm.weight.uniform_(0.5, 2.0)
            layer.norm.bias.uniform_(-0.5, 0.5)
            expected = layer.eval()(spikes)
            got = FoldedLayer(layer)(spikes)
        self.assertTrue(0.05 < expected.mean() < 0.95)
        self.assertLess((got != expected).float().mean().item(), 0.005)  # rounding may move a spike


class OpenBlas(unittest.TestCase):
    def test_only_openblas_counts(self) -> None:
        for library in ("blas/libblas.so.3.11.0", "atlas/libblas.so.3", "libmkl_rt.so"):
            self.assertIsNone(openblas.library_in(MAPS.format(library)))
        path = "openblas-pthread/libopenblasp-r0.3.21.so"
        self.assertTrue(openblas.library_in(MAPS.format("libc.so.6") + MAPS.format(path)).endswith(path))
        self.assertIsNone(openblas.library_in("7f30-7f40 rw-p 00000000 00:00 0\n"))

    def test_worker_refuses_another_number_of_threads(self) -> None:
        if openblas.find() is None:
            self.skipTest("PyTorch does not compute with OpenBLAS here")
        work = side_by_side.model_work("digits", MODEL, ROOT / "data" / "digits")
        command = [sys.executable, "-m", "bench.torch_worker", "2", "1", *work.arguments]
        done = subprocess.run(command, env=os.environ | {"OPENBLAS_NUM_THREADS": "1"}, input="", text=True,
                              capture_output=True, check=True)
        self.assertIn("OpenBLAS uses 1 threads instead of 2", done.stdout)


class Numbers(unittest.TestCase):
    def test_spread(self) -> None:
        self.assertEqual(text(spread([3.0, 1.0, 2.0])), "2.0 (1.0..3.0)")

    def test_ratios_pair_the_times_of_a_round(self) -> None:
        slow = [{"cpu_us": 10.0, "wall_us": 12.0}, {"cpu_us": 30.0, "wall_us": 30.0}]
        quick = [{"cpu_us": 1.0, "wall_us": 2.0}, {"cpu_us": 3.0, "wall_us": 10.0}]
        ratio = side_by_side.ratio(slow, quick)
        self.assertEqual(ratio["cpu_us"], {"median": 10.0, "min": 10.0, "max": 10.0})
        self.assertEqual(ratio["wall_us"], {"median": 4.5, "min": 3.0, "max": 6.0})

    def test_items_of_google_benchmark(self) -> None:
        def run(name: str, family: int, rate: float) -> dict:
            return {"run_name": f"{name}/repeats:2", "run_type": "iteration", "family_index": family,
                    "items_per_second": rate}

        report = {"benchmarks": [run("b/tiny/avx2", 1, 1e3), run("a/tiny/avx2", 0, 2e6), run("a/tiny/avx2", 0, 1e6),
                                 {"run_name": "a/tiny/avx2", "run_type": "aggregate", "family_index": 0}]}
        entries = kernels.entries(report)
        self.assertEqual([entry["subject"] for entry in entries], ["a", "b"])
        self.assertEqual(entries[0]["ns"], {"median": 750.0, "min": 500.0, "max": 1000.0})
        self.assertIn("1.00 (1.00..1.00) ms", kernels.table(entries))

    def test_simulation_ratios_pair_the_rates_of_a_round(self) -> None:
        def one(used: float, other: float) -> dict:
            run = {"updates": 64.0}
            return simulation.rates({"benchmarks": [
                {"name": "attention tile/8 x 8/row vectors", "items_per_second": used, **run},
                {"name": "attention tile/8 x 8/cell modules/min_time:0.1", "items_per_second": other, **run},
                {"name": "core/tiny/rtl", "items_per_second": 5e3}]})

        report = simulation.summary([one(40.0, 10.0), one(30.0, 5.0), one(9.0, 3.0)])
        self.assertEqual([ratio["ratio"] for ratio in report["ratios"]], [{"median": 4.0, "min": 3.0, "max": 6.0}])
        self.assertEqual(report["entries"][0]["updates_per_second"], {"median": 1920.0, "min": 576.0, "max": 2560.0})
        self.assertNotIn("updates_per_second", report["entries"][2])
        self.assertIn("5.00 (5.00..5.00) k/s", simulation.table(report))

    def test_a_benchmark_that_failed_is_no_rate(self) -> None:
        with self.assertRaisesRegex(simulation.Failed, "no core"):
            simulation.rates({"benchmarks": [{"name": "core/tiny/rtl", "error_occurred": True,
                                              "error_message": "no core"}]})

    def test_a_report_of_some_parts_keeps_the_other_figures(self) -> None:
        report = {"command": "make bench", "commit": "0123456789", "date": "2026-01-02", "kernels": []}
        on_record = {entry["id"] for entry in json.loads(record.RECORD.read_text())}
        own = [{"id": min(on_record)}]
        self.assertEqual({entry["id"] for entry in record.kept(report, own)}, on_record - {min(on_record)})
        self.assertEqual(record.kept({part: [] for part in PARTS}, own), [])

    def test_record_takes_the_median(self) -> None:
        times = {"median": 51.04, "min": 50.0, "max": 52.0}
        report = {"command": "make bench", "commit": "0123456789", "date": "2026-01-02",
                  "images": [{"model": "digits", "threads": 1, "batch": 16, "rounds": 11, "equal_scores": 24,
                              "programs": {"pytorch": {"cpu_us": times, "wall_us": times},
                                           "avx2": {"cpu_us": times, "wall_us": times}},
                              "ratios": {"avx2": {"cpu_us": times, "wall_us": times}}}]}
        by_id = {entry["id"]: entry for entry in record.entries(report)}
        self.assertEqual(by_id["bench.digits.t1.avx2.time"]["value"], "51.0")
        self.assertEqual(by_id["bench.digits.t1.avx2.ratio"]["value"], "51.0")
        self.assertEqual(by_id["bench.digits.t1.avx2.ratio_max"]["value"], "52.0")
        self.assertEqual(by_id["bench.digits.t1.pytorch.time"]["commit"], "0123456789")


if __name__ == "__main__":
    unittest.main()
