# SPDX-License-Identifier: Apache-2.0
"""Integer forward of a model file, written from docs/numerics.md alone, over batches of images.

Tensors are [images][T][tokens][features]; spikes are uint8, everything else is int64. Matrix
products run in float32 where every partial sum is an integer below 2^24, hence exact.
"""
from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from sw.train.bit_sources import BitSource
from sw.train.data import patches
from sw.train.model_file import Model


def ceil_log2(x: int) -> int:
    return (x - 1).bit_length()


def exact_product(left: Tensor, right: Tensor) -> Tensor:
    """Integer matrix product by floats; the callers' sums stay far below 2^24."""
    return (left.float() @ right.float()).long()


class IntegerForward:
    """Runs one model; `trace` keeps every tensor of the dump format."""

    def __init__(self, model: Model, bits: BitSource, steps: int | None = None) -> None:
        self.model, self.bits = model, bits
        self.network, self.array = model.meta["network"], model.meta["array"]
        self.steps = steps if steps is not None else self.network["steps"]
        self.trace: dict[str, Tensor] = {}

    def tensor(self, name: str) -> Tensor:
        return torch.from_numpy(self.model.tensors[name].astype(np.int64))

    def tokenize(self, images: np.ndarray) -> np.ndarray:
        """Section 10: input integers [images][tokens][input_rows] of images [n][height][width]."""
        tok = self.model.meta["input"]["tokenizer"]
        if tok["kind"] == "tokens":
            suits = images.shape[1] <= self.network["tokens"] and images.shape[2] == tok["rows"]
        else:
            suits = images.shape[1:] == (tok["height"], tok["width"])
        if not suits:
            raise ValueError(f"images of shape {images.shape[1:]} do not suit the model")
        windows = images if tok["kind"] == "tokens" else patches(images, tok["patch"], tok["stride"], tok["pad"])
        spare = self.network["input_rows"] - windows.shape[2]
        return np.pad(windows, ((0, 0), (0, 0), (0, spare)))

    def encode(self, counts: np.ndarray, numbers: list[int]) -> Tensor:
        """Section 4."""
        entry = self.model.meta["input"]
        images, tokens, rows = counts.shape
        random = self.bits.encoder(numbers, self.steps, tokens, rows)
        value = counts[:, None].astype(np.int64)
        spikes = value > (random & ((1 << entry["exponent"]) - 1))
        for begin, end in entry["binary"]:
            spikes[..., begin:end] = value[..., begin:end] != 0
        if entry["position_base"] is not None:
            first = entry["position_base"]
            spikes[..., first:first + tokens] = np.eye(tokens, dtype=bool)
        return torch.from_numpy(spikes.astype(np.uint8))

    def stream(self, spikes: np.ndarray) -> Tensor:
        """Section 4: spike streams [images][steps][tokens][rows] with the position rows of the chip."""
        tok = self.model.meta["input"]["tokenizer"]
        if spikes.shape[2:] != (tok["tokens"], tok["rows"]) or spikes.shape[1] < self.steps:
            raise ValueError(f"spike streams of shape {spikes.shape[1:]} do not suit the run")
        spare = self.network["input_rows"] - tok["rows"]
        x = np.pad(spikes[:, :self.steps].astype(np.uint8), ((0, 0), (0, 0), (0, 0), (0, spare)))
        first = self.model.meta["input"]["position_base"]
        if first is not None:
            x[..., first:first + tok["tokens"]] = np.eye(tok["tokens"], dtype=np.uint8)
        return torch.from_numpy(x)

    def codes(self, name: str, x: Tensor) -> Tensor:
        """Section 5: sum of the converter codes over the arrays of each row block."""
        weight = self.tensor(f"{name}.weight")
        columns = torch.arange(len(weight)) // self.array["cols"]
        gain, shift = self.tensor(f"{name}.gain")[columns], self.tensor(f"{name}.shift")[columns]
        total = torch.zeros(*x.shape[:-1], len(weight), dtype=torch.int64)
        for first in range(0, weight.shape[1], self.array["rows"]):
            rows = slice(first, first + self.array["rows"])
            sums = exact_product(x[..., rows], weight[:, rows].t())
            rounded = (sums * gain + (1 << (shift + 7))) >> (shift + 8)
            total += rounded.clamp(-16, 15)
        return total

    def current(self, name: str, x: Tensor) -> Tensor:
        """Section 6: what a neuron adds, with two fraction bits."""
        return 4 * self.codes(name, x)

    def layer(self, name: str, x: Tensor) -> Tensor:
        """Sections 5 and 6: arrays and LIF neurons."""
        drive = self.current(name, x) + self.tensor(f"{name}.bias")
        theta = self.tensor(f"{name}.threshold")
        spikes = torch.empty(drive.shape, dtype=torch.uint8)
        v = torch.zeros_like(drive[:, 0])
        for t in range(self.steps):
            u = ((v >> 1) + drive[:, t]).clamp(-2048, 2047)
            fired = u >= theta
            spikes[:, t] = fired
            v = torch.where(fired, torch.zeros_like(u), u)
        return spikes

    def attention(self, number: int, numbers: list[int], q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """Section 7; also traces S."""
        heads, width = self.network["heads"], self.network["head_dim"]
        option = self.model.meta["layers"][number]
        images, steps, tokens, dim = q.shape

        def split(x: Tensor) -> Tensor:
            return x.view(images, steps, tokens, heads, width).transpose(2, 3)

        bits_s, bits_a = self.bits.attention(numbers, number, steps, heads, width)
        rows = torch.arange(tokens)
        byte = (rows[:, None] + rows[None, :]) % bits_s.shape[-1]
        random_s = torch.from_numpy(np.ascontiguousarray(bits_s)).long()[..., byte]
        s = exact_product(split(q), split(k).transpose(-1, -2)) > random_s % (1 << option["k_s"])
        if self.network["causal"]:
            s &= rows[None, :] <= rows[:, None]
        self.trace[f"layer{number}.s"] = s.to(torch.uint8)
        exponent = torch.full((tokens,), option["k_a"])
        if option["row_exponent"]:
            largest = 10 if self.network["tokens"] > 256 else 8
            exponent = torch.tensor([min(max(ceil_log2(i + 1) + option["row_offset"], 0), largest)
                                     for i in range(tokens)])
        random_a = torch.from_numpy(bits_a.astype(np.int64)).transpose(-1, -2)[..., :tokens, :]
        random_a = random_a & ((1 << exponent) - 1)[:, None]
        a = exact_product(s, split(v)) > random_a
        return a.transpose(2, 3).reshape(images, steps, tokens, dim).to(torch.uint8)

    def residual(self, code: str, x: Tensor, branch: Tensor) -> Tensor:
        """Section 8."""
        return {"iand": x & (1 - branch), "or": x | branch, "xor": x ^ branch}[code]

    def head(self, x: Tensor) -> Tensor:
        """Section 9: running scores int32 [images][T][classes]."""
        picked = {"all": slice(None), "first": slice(0, 1), "last": slice(x.shape[2] - 1, None)}
        x = x[:, :, picked[self.network["pooling"]]]
        each = self.current("head", x) + self.tensor("head.bias")
        return each.sum(dim=2).cumsum(dim=1).to(torch.int32)

    def keep(self, name: str, x: Tensor) -> Tensor:
        self.trace[name] = x
        return x

    def run_spikes(self, x: Tensor, numbers: list[int]) -> Tensor:
        """Section 1 on the encoded input; returns the running scores."""
        self.trace = {}
        x = self.keep("input", x)
        x = self.keep("embed", self.layer("embed", x))
        for number, option in enumerate(self.model.meta["layers"]):
            name = f"layer{number}"
            q, k, v = (self.keep(f"{name}.{m}", self.layer(f"{name}.{m}", x)) for m in "qkv")
            a = self.keep(f"{name}.a", self.attention(number, numbers, q, k, v))
            p = self.keep(f"{name}.proj", self.layer(f"{name}.proj", a))
            x = self.keep(f"{name}.res1", self.residual(option["res1"], x, p))
            hidden = self.keep(f"{name}.ff1", self.layer(f"{name}.ff1", x))
            f = self.keep(f"{name}.ff2", self.layer(f"{name}.ff2", hidden))
            x = self.keep(f"{name}.res2", self.residual(option["res2"], x, f))
        return self.keep("head", self.head(x))

    def run(self, images: np.ndarray, numbers: list[int]) -> Tensor:
        """Running scores of images [n][height][width], or of spike streams [n][steps][tokens][rows]
        where the model takes those; `numbers` are their image numbers."""
        if self.model.meta["input"]["tokenizer"]["kind"] == "spikes":
            return self.run_spikes(self.stream(images), numbers)
        return self.run_spikes(self.encode(self.tokenize(images), numbers), numbers)

    def write_dumps(self, folder: Path, numbers: list[int]) -> None:
        """Write the trace of the last run in the dump format of section 10."""
        for place, number in enumerate(numbers):
            target = folder / f"img{number:05d}"
            target.mkdir(parents=True, exist_ok=True)
            for name, tensor in self.trace.items():
                np.save(target / f"{name}.npy", tensor[place].numpy())
