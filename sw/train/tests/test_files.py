# SPDX-License-Identifier: Apache-2.0
"""Model files: round trip, and refusal of every kind of bad contents."""
from __future__ import annotations

import copy
import json
import struct
import tempfile
import unittest
from pathlib import Path

import numpy as np

from sw.train import safetensors
from sw.train.export import to_model
from sw.train.model_file import Model, ModelError, read_model, write_model
from sw.train.stats import wilson
from sw.train.tests.helpers import DIGITS, random_network


class ModelFiles(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "m.safetensors"
        self.model = to_model(random_network(2), DIGITS, {"seed": 2})

    def test_round_trip(self) -> None:
        write_model(self.file, self.model)
        back = read_model(self.file)
        self.assertEqual(back.meta, self.model.meta)
        self.assertEqual(back.tensors.keys(), self.model.tensors.keys())
        for name, tensor in self.model.tensors.items():
            self.assertEqual(back.tensors[name].dtype, tensor.dtype)
            np.testing.assert_array_equal(back.tensors[name], tensor)

    def test_container_layout(self) -> None:
        tensors = {"a": np.array([1, -2], dtype=np.int8), "b": np.array([[258]], dtype=np.uint16)}
        safetensors.write(self.file, tensors, {"k": "v"})
        raw = self.file.read_bytes()
        (length,) = struct.unpack("<Q", raw[:8])
        header = json.loads(raw[8:8 + length])
        self.assertEqual(header["__metadata__"], {"k": "v"})
        self.assertEqual(header["a"], {"dtype": "I8", "shape": [2], "data_offsets": [0, 2]})
        self.assertEqual(header["b"], {"dtype": "U16", "shape": [1, 1], "data_offsets": [2, 4]})
        self.assertEqual(raw[8 + length:], b"\x01\xfe\x02\x01")

    def test_refuses_bad_tensors(self) -> None:
        def changed(name: str, tensor: np.ndarray | None) -> Model:
            tensors = dict(self.model.tensors)
            tensors.pop(name, None)
            return Model(self.model.meta, tensors | ({} if tensor is None else {name: tensor}))

        weight, gain = self.model.tensors["embed.weight"], self.model.tensors["head.gain"]
        cases = {
            "embed.weight": np.where(weight == weight.max(), 16, weight).astype(np.int8),
            "layer0.q.threshold": np.zeros(128, dtype=np.int16),
            "layer1.ff1.bias": np.full(256, 2048, dtype=np.int16),
            "layer1.ff1.shift": np.full(2, 8, dtype=np.uint8),
            "layer1.ff2.gain": gain * 0,
            "layer0.v.weight": np.zeros((128, 127), dtype=np.int8),
            "layer0.k.bias": np.zeros(128, dtype=np.int32),
            "layer0.proj.bias": None,
            "extra": gain,
        }
        for name, tensor in cases.items():
            with self.subTest(name), self.assertRaisesRegex(ModelError, f"^{name}: "):
                write_model(self.file, changed(name, tensor))
        self.assertFalse(self.file.exists())

    def test_refuses_bad_metadata(self) -> None:
        cases = {"format": 2, "network.heads": 3, "network.causal": 0, "network.pooling": "mean",
                 "input.exponent": 9, "input.position_base": 37, "input.tokenizer": None,
                 "input.tokenizer.patch": 8, "array.rows": 0, "layers": [], "network.size": 1}
        for path, value in cases.items():
            meta = copy.deepcopy(self.model.meta)
            *parents, last = path.split(".")
            target = meta
            for parent in parents:
                target = target[parent]
            target[last] = value
            with self.subTest(path), self.assertRaises(ModelError):
                write_model(self.file, Model(meta, self.model.tensors))

    def test_spike_streams(self) -> None:
        def written(tokenizer: object) -> dict:
            meta = copy.deepcopy(self.model.meta)
            meta["input"]["tokenizer"] = tokenizer
            write_model(self.file, Model(meta, self.model.tensors))
            return read_model(self.file).meta["input"]["tokenizer"]

        rows = self.model.meta["network"]["input_rows"]
        good = {"kind": "spikes", "tokens": 16, "rows": rows}
        self.assertEqual(written(good), good)
        for name, value in (("tokens", 17), ("tokens", 0), ("rows", rows + 1), ("rows", 1.0), ("kind", "s")):
            with self.subTest(name), self.assertRaisesRegex(ModelError, f"^input.tokenizer.{name}: "):
                written(good | {name: value})
        with self.assertRaisesRegex(ModelError, "^input.tokenizer.pad: unknown"):
            written(good | {"pad": 0})

    def test_ready_tokens(self) -> None:
        def write(tokenizer: object) -> None:
            meta = copy.deepcopy(self.model.meta)
            meta["input"]["tokenizer"] = tokenizer
            write_model(self.file, Model(meta, self.model.tensors))

        rows = self.model.meta["network"]["input_rows"]
        write({"kind": "tokens", "rows": rows})
        self.assertEqual(read_model(self.file).meta["input"]["tokenizer"], {"kind": "tokens", "rows": rows})
        for bad, field in (({"rows": rows + 1}, "rows"), ({"rows": 0}, "rows"), ({"rows": 3, "tokens": 4}, "tokens")):
            with self.subTest(bad), self.assertRaisesRegex(ModelError, f"^input.tokenizer.{field}: "):
                write({"kind": "tokens", **bad})

    def test_refuses_a_truncated_file(self) -> None:
        write_model(self.file, self.model)
        raw = self.file.read_bytes()
        self.file.write_bytes(raw[:-1])
        with self.assertRaisesRegex(ValueError, "wrong data offsets"):
            read_model(self.file)
        self.file.write_bytes(raw + b"\x00")
        with self.assertRaisesRegex(ValueError, "belong to no tensor"):
            read_model(self.file)


class Intervals(unittest.TestCase):
    def test_wilson_by_hand(self) -> None:
        low, high = wilson(0, 10)  # z^2 / (n + z^2) is the upper end at zero
        self.assertAlmostEqual(low, 0.0)
        self.assertAlmostEqual(high, 1.96 ** 2 / (10 + 1.96 ** 2))
        low, high = wilson(50, 100)
        self.assertAlmostEqual(low + high, 1.0)


if __name__ == "__main__":
    unittest.main()
