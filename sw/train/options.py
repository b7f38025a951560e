# SPDX-License-Identifier: Apache-2.0
"""Shape of the network, taken from configs/configs.json, tokenizer, and recipe of a training."""
from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sw.train.configs import build_config

WEIGHT_MAX = 15
CODE_MIN, CODE_MAX = -16, 15
MEMBRANE_MIN, MEMBRANE_MAX = -2048, 2047


@dataclass(frozen=True)
class Shape:
    """Network and array sizes. `input_rows` and `classes` are those of the model, not the chip."""

    tokens: int
    heads: int
    head_dim: int
    dim: int
    ff: int
    depth: int
    input_rows: int
    classes: int
    array_rows: int
    array_cols: int

    @property
    def matrices(self) -> dict[str, tuple[int, int]]:
        """Name -> (in, out) of every matrix, in the order of the data flow."""
        d, f = self.dim, self.ff
        sizes = {"embed": (self.input_rows, d)}
        for layer in range(self.depth):
            sizes |= {f"layer{layer}.{m}": (d, d) for m in ("q", "k", "v", "proj")}
            sizes |= {f"layer{layer}.ff1": (d, f), f"layer{layer}.ff2": (f, d)}
        return sizes | {"head": (d, self.classes)}


@dataclass(frozen=True)
class Tokenizer:
    """Tokenizer `patch` of numerics section 10."""

    height: int
    width: int
    patch: int
    stride: int
    pad: int

    @property
    def pixels(self) -> int:
        return self.patch ** 2

    @property
    def entry(self) -> dict[str, Any]:
        """As model files have it."""
        return {"kind": "patch", **asdict(self)}

    @property
    def tokens(self) -> int:
        high, wide = ((side + 2 * self.pad - self.patch) // self.stride + 1 for side in (self.height, self.width))
        return high * wide


@dataclass(frozen=True)
class RowTokenizer:
    """Tokenizer `tokens` of numerics section 10 for images: each row of pixels is a token."""

    tokens: int
    pixels: int

    @property
    def entry(self) -> dict[str, Any]:
        """As model files have it."""
        return {"kind": "tokens", "rows": self.pixels}


@dataclass(frozen=True)
class Recipe:
    """Everything that was tuned, on the validation part only. The defaults are those of `digits`."""

    tokenizer: str = "patch"      # or "rows": a row of pixels is a token, and the next three have no effect
    patch: int = 6                # side of a window, distance, zeros around the image
    stride: int = 2
    pad: int = 2
    input_exponent: int = 4       # a pixel of 2^exponent always spikes
    k_s: int = 5                  # S = Bernoulli(QK / 2^k_s)
    k_a: int = 4                  # A = Bernoulli(SV / 2^k_a)
    steps_float: int = 4          # time steps of the float stage
    steps: int = 8                # time steps of the quantised stage and of the model file
    epochs_float: int = 160
    epochs_quantised: int = 30
    warmup: float = 3.0           # epochs, float stage
    batch: int = 64
    lr_float: float = 3e-3
    lr_quantised: float = 1e-3
    weight_decay: float = 0.02
    clip: float = 2.0
    smoothing: float = 0.0        # label smoothing
    average: float = 0.99         # decay a step of the averaged weights, quantised stage; 0: none
    device_noise: float = 0.0     # share of the products that meet PCM devices, quantised stage
    weight_share: float = 1.0     # of the weights of a column, in size, that is not clipped by quantisation
    head_gain: float = 8.0        # logits per unit of the float head, lifts its small inputs
    shift: float = 1.0            # augmentation, pixels
    rotate: float = 10.0          # degrees
    zoom: float = 0.1             # relative
    range_quantile: float = 0.995  # converter range covers this share of the sums


def config_shape(name: str, input_rows: int, classes: int) -> Shape:
    """Shape of a model for the named build configuration."""
    c = build_config(name)
    if input_rows > c["input_rows"] or classes > c["classes"]:
        raise ValueError(f"configuration {name} has too few input rows or classes")
    keys = ("tokens", "heads", "head_dim", "dim", "ff", "depth", "array_rows", "array_cols")
    return Shape(**{k: c[k] for k in keys}, input_rows=input_rows, classes=classes)
