# SPDX-License-Identifier: Apache-2.0
"""A spiking transformer in plain PyTorch, and its way onto the chip: docs/map-your-network.md.

    OPENBLAS_NUM_THREADS=1 python3 -m sw.train.examples.own_network --out build/own
    build/bin/xpike run --model build/own/own.safetensors --data build/own --engine both

The network knows nothing of the project. It learns to tell the digits 0 to 3 apart, on images of
4 x 8 pixels, and fits configuration `nano`.
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from sw.train.data import ROOT, load_split
from sw.train.loop import deterministic
from sw.train.map_network import Mapped, Plan, map_network
from sw.train.model_file import write_model

TOKENS, PIXELS, DIM, HEADS, FF, CLASSES, STEPS = 8, 4, 16, 2, 32, 4, 4


# ---- The network: nothing but PyTorch ----------------------------------------------------------
class Fire(torch.autograd.Function):
    """Spike at x >= 0; the gradient is that of a smooth step."""

    @staticmethod
    def forward(ctx, x: Tensor) -> Tensor:  # type: ignore[override]
        ctx.save_for_backward(x)
        return (x >= 0).float()

    @staticmethod
    def backward(ctx, grad: Tensor) -> Tensor:  # type: ignore[override]
        (x,) = ctx.saved_tensors
        return grad / (1 + (torch.pi * x) ** 2)


class Lif(nn.Module):
    """Over time, the first dimension. The attributes are those of SpikingJelly's LIFNode."""

    tau, decay_input, v_threshold, v_reset = 2.0, False, 1.0, 0.0

    def forward(self, current: Tensor) -> Tensor:
        v, spikes = torch.zeros_like(current[0]), []
        for now in current:
            u = v / 2 + now
            spikes.append(Fire.apply(u - 1))
            v = u * (1 - spikes[-1].detach())
        return torch.stack(spikes)


class Norm(nn.BatchNorm1d):
    """Over the features, the last dimension."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.flatten(0, -2)).view_as(x)


def stage(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, outputs, bias=False), Norm(outputs), Lif())


def bernoulli(rate: Tensor) -> Tensor:
    """Random spikes; the gradient is that of the rate."""
    rate = rate.clamp(max=1)
    return rate + (torch.bernoulli(rate.detach()) - rate).detach()


class Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.out = (stage(DIM, DIM) for _ in range(4))
        self.wide, self.narrow = stage(DIM, FF), stage(FF, DIM)

    def attention(self, x: Tensor) -> Tensor:
        def split(y: Tensor) -> Tensor:
            return y.view(*y.shape[:3], HEADS, DIM // HEADS).transpose(2, 3)

        q, k, v = split(self.query(x)), split(self.key(x)), split(self.value(x))
        score = bernoulli(q @ k.transpose(-1, -2) / 4)   # k_s = 2
        return bernoulli(score @ v / 2).transpose(2, 3).flatten(3)  # k_a = 1

    def forward(self, x: Tensor) -> Tensor:
        x = x * (1 - self.out(self.attention(x)))
        return x * (1 - self.narrow(self.wide(x)))


class Network(nn.Module):
    """Patches [images, tokens, pixels] of integers 0..16 -> logits."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = stage(PIXELS + TOKENS, DIM)
        self.blocks = nn.Sequential(Block())
        self.classify = nn.Linear(DIM, CLASSES)

    def forward(self, counts: Tensor) -> Tensor:
        pixels = torch.bernoulli((counts / 16).expand(STEPS, *counts.shape))
        position = torch.eye(TOKENS).expand(*pixels.shape[:2], TOKENS, TOKENS)
        x = self.blocks(self.patch(torch.cat((pixels, position), dim=-1)))
        return self.classify(8 * x.mean(dim=(0, 2)))


# ---- Data and training ---------------------------------------------------------------------------
def four_digits(part: str) -> tuple[np.ndarray, np.ndarray]:
    """Digits 0 to 3 with pairs of lines averaged: images uint8 [n][4][8] of 0..16, labels."""
    split = load_split(part, ROOT / "data" / "digits")
    few = split.labels < CLASSES
    pairs = split.images[few].reshape(-1, 4, 2, 8).astype(np.int64).sum(axis=2)
    return ((pairs + 1) // 2).astype(np.uint8), split.labels[few]


def patches(images: np.ndarray) -> Tensor:
    """Eight windows of 2 x 2 pixels, left to right, then top to bottom."""
    x = torch.from_numpy(images).float().view(-1, 2, 2, 4, 2)
    return x.transpose(2, 3).reshape(-1, TOKENS, PIXELS)


def train(epochs: int) -> Network:
    torch.manual_seed(1)
    network, (images, labels) = Network(), four_digits("train")
    optimizer = torch.optim.AdamW(network.parameters(), lr=5e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    for _ in range(epochs):
        for index in torch.randperm(len(labels)).split(64):
            logits = network(patches(images[index.numpy()]))
            loss = functional.cross_entropy(logits, torch.from_numpy(labels[index.numpy()]))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        schedule.step()
    return network.eval()


# ---- Onto the chip -------------------------------------------------------------------------------
PLAN = Plan(
    places={"embed": "patch", "q": "blocks.{l}.query", "k": "blocks.{l}.key", "v": "blocks.{l}.value",
            "proj": "blocks.{l}.out", "ff1": "blocks.{l}.wide", "ff2": "blocks.{l}.narrow",
            "head": "classify"},
    tokenizer={"kind": "patch", "height": 4, "width": 8, "patch": 2, "stride": 2, "pad": 0},
    config="nano", steps=STEPS, exponent=4, k_s=2, k_a=1, name="own")


def to_chip(network: nn.Module, plan: Plan = PLAN, sample: int = 256) -> Mapped:
    images, _ = four_digits("train")
    images = images[:sample]
    torch.manual_seed(2)
    return map_network(network, plan, lambda: network(patches(images)), images)


def example(out: Path, epochs: int) -> None:
    """Train, map, and write model and data folder."""
    network = train(epochs)
    images, labels = four_digits("validation")
    with torch.no_grad():
        right = float((network(patches(images)).argmax(dim=1).numpy() == labels).mean())
    print(f"the network in PyTorch: {100 * right:.1f} % of {len(labels)} validation images")
    mapped = to_chip(network)
    print(f"mapped; network and chip give the same answer to {100 * mapped.agreement:.1f} % of the sample")
    out.mkdir(parents=True, exist_ok=True)
    write_model(out / "own.safetensors", mapped.model)
    np.save(out / "images.npy", images)
    np.save(out / "labels.npy", labels.astype(np.uint8))
    (out / "split.json").write_text(json.dumps({"test": list(range(len(labels)))}))
    print(f"wrote {out}/own.safetensors and its data folder")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("build/own"))
    parser.add_argument("--epochs", type=int, default=60)
    args = parser.parse_args()
    deterministic()
    example(args.out, args.epochs)


if __name__ == "__main__":
    main()
