# SPDX-License-Identifier: Apache-2.0
"""Random models that use every option of the format, for comparing programs with each other."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sw.train.configs import build_config
from sw.train.model_file import SIZES, Model


@dataclass(frozen=True)
class Case:
    """A build configuration and the options of a model for it."""

    config: str
    image: tuple[int, int]
    patch: int
    stride: int
    pad: int
    exponent: int
    position: bool
    binary: tuple[tuple[int, int], ...]
    causal: bool
    pooling: str
    residuals: tuple[str, str]
    row_offset: int | None  # None: one k_a for all rows
    stream: tuple[int, int] | None = None  # tokens and rows of spike streams, in place of images
    ready: bool = False  # the image is tokens already, one in each of its rows

    @property
    def tokens(self) -> int:
        high, wide = ((side + 2 * self.pad - self.patch) // self.stride + 1 for side in self.image)
        return high * wide


CASES = (
    Case("nano", (8, 4), 2, 2, 0, 8, True, ((1, 2),), False, "all", ("iand", "xor"), None),
    Case("nano", (3, 5), 3, 2, 1, 4, False, (), True, "last", ("or", "iand"), 0),
    Case("odd-a", (9, 3), 3, 2, 1, 6, True, ((9, 19),), True, "first", ("xor", "or"), -1),
    Case("odd-a", (5, 5), 3, 2, 1, 0, True, (), False, "last", ("iand", "iand"), None),
    Case("odd-b", (14, 6), 2, 2, 0, 7, False, ((0, 1), (3, 4)), True, "all", ("or", "xor"), -3),
    Case("odd-b", (4, 4), 3, 1, 1, 5, False, (), False, "first", ("iand", "or"), -2),
    Case("odd-a", (0, 0), 0, 0, 0, 3, True, ((0, 4),), True, "all", ("or", "iand"), None, (7, 9)),
    Case("odd-b", (0, 0), 0, 0, 0, 8, False, (), False, "last", ("iand", "iand"), -1, (21, 9)),
    Case("wide-long", (58, 18), 2, 2, 0, 7, False, (), True, "all", ("or", "xor"), 1),
    Case("odd-a", (6, 11), 0, 0, 0, 5, True, ((2, 5),), True, "last", ("or", "xor"), -2, ready=True),
    Case("odd-b", (1, 9), 0, 0, 0, 3, False, (), True, "last", ("iand", "or"), None, ready=True),
)


def tokenizer(case: Case) -> dict[str, Any]:
    if case.stream:
        return {"kind": "spikes", "tokens": case.stream[0], "rows": case.stream[1]}
    if case.ready:
        return {"kind": "tokens", "rows": case.image[1]}
    return {"kind": "patch", "height": case.image[0], "width": case.image[1], "patch": case.patch,
            "stride": case.stride, "pad": case.pad}


def build(case: Case, seed: int) -> Model:
    """A model whose layers spike at middling rates, with extreme values strewn in."""
    rng = np.random.default_rng(seed)
    c = build_config(case.config)
    pixels = case.stream[1] if case.stream else case.image[1] if case.ready else case.patch ** 2
    rows = pixels + (c["tokens"] if case.position else 0)
    layers = []
    for _ in range(c["depth"]):
        # Sums of random spikes are small: low exponents keep the attention alive.
        layers.append({"k_s": int(rng.integers(0, (c["head_dim"] - 1).bit_length() - 1)),
                       "k_a": int(rng.integers(0, 3)), "row_exponent": case.row_offset is not None,
                       "row_offset": case.row_offset or 0,
                       "res1": case.residuals[0], "res2": case.residuals[1]})
    meta: dict[str, Any] = {
        "format": 1, "name": f"random-{case.config}-{seed}",
        "network": {**{k: c[k] for k in SIZES if k != "input_rows"},
                    "input_rows": rows, "causal": case.causal, "pooling": case.pooling},
        "array": {"rows": c["array_rows"], "cols": c["array_cols"]},
        "input": {"exponent": case.exponent, "position_base": pixels if case.position else None,
                  "binary": [list(pair) for pair in case.binary],
                  "tokenizer": tokenizer(case)},
        "layers": layers, "training": {},
    }
    tensors: dict[str, np.ndarray] = {}
    for name, (inputs, outputs) in Model(meta, {}).matrices.items():
        blocks = 1 if name == "head" else -(-outputs // c["array_cols"])
        head_blocks = -(-outputs // c["array_cols"]) if name == "head" else 1
        tensors[f"{name}.weight"] = rng.integers(-15, 16, (outputs, inputs), dtype=np.int8)
        bias = rng.integers(-20, 40, outputs)
        bias[rng.random(outputs) < 0.03] = rng.choice([-2048, 2047])
        tensors[f"{name}.bias"] = bias.astype(np.int16)
        if name != "head":
            theta = rng.integers(1, 60, outputs)
            theta[rng.random(outputs) < 0.03] = rng.choice([1, 2047])
            tensors[f"{name}.threshold"] = theta.astype(np.int16)
        shift = rng.integers(0, 8, blocks)
        gain = (rng.integers(40, 400, blocks) * 2.0 ** (shift - 2)).astype(np.int64).clip(1, 65535)
        tensors[f"{name}.shift"] = np.repeat(shift, head_blocks).astype(np.uint8)
        tensors[f"{name}.gain"] = np.repeat(gain, head_blocks).astype(np.uint16)
    return Model(meta, tensors)


def images(case: Case, count: int, seed: int) -> np.ndarray:
    """Random images uint8, with pixels around the encoder's range and many zeros, or streams."""
    rng = np.random.default_rng(seed)
    if case.stream:
        steps = build_config(case.config)["steps"]
        return (rng.random((count, steps, *case.stream)) < 0.3).astype(np.uint8)
    top = min(255, 2 ** case.exponent + 2)
    pixels = rng.integers(0, top + 1, (count, *case.image))
    return np.where(rng.random(pixels.shape) < 0.3, 0, pixels).astype(np.uint8)
