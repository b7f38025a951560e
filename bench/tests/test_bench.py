# SPDX-License-Identifier: Apache-2.0
"""The comparison runs the network it claims to run, and refuses when it cannot be fair."""
from __future__ import annotations

import copy
import os
import subprocess
import sys
import unittest

import numpy as np
import torch

from bench import kernels, openblas, record, side_by_side
from bench.run import ROOT
from bench.spread import spread, text
from bench.torch_network import Unsupported, check, integer_scores, lane_draws, network_of, tokenizer_of
from sw.train.augment import tokens
from sw.train.bit_sources import Hardware, LaneBits
from sw.train.integer_forward import IntegerForward
from sw.train.model_file import Model, read_model
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
        work = side_by_side.Work("digits", MODEL, ROOT / "data" / "digits")
        command = [sys.executable, "-m", "bench.torch_worker", str(work.model), str(work.data), "test", "1", "2"]
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

    def test_record_takes_the_median(self) -> None:
        times = {"median": 51.04, "min": 50.0, "max": 52.0}
        report = {"command": "make bench", "commit": "0123456789", "date": "2026-01-02", "kernels": [],
                  "images": [{"model": "digits", "threads": 1, "batch": 16, "rounds": 11, "equal_scores": 24,
                              "programs": {"pytorch": {"cpu_us": times, "wall_us": times},
                                           "avx2": {"cpu_us": times, "wall_us": times}},
                              "ratios": {"avx2": {"cpu_us": times, "wall_us": times}}}]}
        by_id = {entry["id"]: entry for entry in record.entries(report)}
        self.assertEqual(by_id["bench.digits.t1.avx2.us"]["value"], "51.0")
        self.assertEqual(by_id["bench.digits.t1.avx2.ratio"]["value"], "51.0")
        self.assertEqual(by_id["bench.digits.t1.avx2.ratio_max"]["value"], "52.0")
        self.assertEqual(by_id["bench.digits.t1.pytorch.us"]["commit"], "0123456789")


if __name__ == "__main__":
    unittest.main()
