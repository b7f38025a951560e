# SPDX-License-Identifier: Apache-2.0
"""Whether a foreign network computes what the chip computes, seen from the spikes of a sample.

Spike tensors are float [T, images, tokens, features], values 0 and 1.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from sw.train.map_stages import MapError, Stage
from sw.train.neurons import FloatLif

ROUNDING = 1e-3    # share of spikes that float rounding may change
SAMPLES = 32       # of the attention, for its expected rate
SIGMAS = 5         # a random deviation beyond this many standard deviations is none


ADDS = "a residual that adds makes values of 2; the chip joins spikes by IAND x * (1 - branch), OR or XOR"


@dataclass(frozen=True)
class Sizes:
    """Of the sample: time steps, images, tokens."""

    steps: int
    images: int
    tokens: int


def stacked(place: str, calls: list[Tensor], sizes: Sizes, width: int) -> Tensor:
    """[T, images, tokens, width] from one call with all time steps, or from one call per step."""
    if not calls:
        raise MapError(place, "is never called")
    whole = calls[0] if len(calls) == 1 else torch.stack(calls)
    lead = (sizes.steps, sizes.images, sizes.tokens)
    if len(calls) not in (1, sizes.steps) or whole.numel() != sizes.steps * sizes.images * sizes.tokens * width:
        raise MapError(place, f"works on {len(calls)} x {tuple(calls[0].shape)} values; expected time first: "
                              f"{(*lead, width)} in one call, or {(*lead[1:], width)} per time step")
    if whole.dim() == 4 and tuple(whole.shape[:3]) != lead:
        raise MapError(place, f"has the order {tuple(whole.shape[:3])}; expected [time, image, token] {lead}")
    return whole.reshape(*lead, width).float()


def check_spikes(place: str, x: Tensor, what: str) -> None:
    wrong = x[(x != 0) & (x != 1)]
    if len(wrong):
        example = float(wrong[0])
        hint = f"; {ADDS}" if example == 2 else ""
        raise MapError(place, f"{what} are no spikes: {len(wrong)} of {x.numel()} values are neither 0 nor 1, "
                              f"for example {example:.4g}{hint}")


def check_stage(stage: Stage, x: Tensor, seen: Tensor) -> None:
    """The stage's spikes are those of its matrix and LIF neurons."""
    check_spikes(stage.place, x, "its inputs")
    check_spikes(stage.place, seen, "its outputs")
    wanted = FloatLif.apply(x @ stage.weight.t() + stage.bias)
    wrong = float((wanted != seen).float().mean())
    if wrong > ROUNDING:
        raise MapError(stage.place, f"{100 * wrong:.2f} % of its spikes are not those of Linear, BatchNorm and "
                                    "a LIF neuron that starts every image at 0")


def residuals(x: Tensor, branch: Tensor) -> dict[str, Tensor]:
    """What the chip can make of a stream and a branch, by name; "add" is what it cannot."""
    return {"iand": x * (1 - branch), "or": torch.maximum(x, branch), "xor": (x - branch).abs(),
            "add": x + branch}


def residual_code(place: str, x: Tensor, branch: Tensor, seen: Tensor) -> str:
    """Which of the chip's residuals joins x and the branch."""
    for code, value in residuals(x, branch).items():
        if torch.equal(value, seen):
            if code == "add":
                raise MapError(place, ADDS)
            return code
    raise MapError(place, "its input is neither IAND, OR nor XOR of the stream before it and the branch")


def check_same(place: str, wanted: Tensor, seen: Tensor, source: str) -> None:
    if not torch.equal(wanted, seen):
        raise MapError(place, f"its input is not what {source} gives: something else lies between them")


def attention_rates(q: Tensor, k: Tensor, v: Tensor, option: dict[str, Any], causal: bool,
                    generator: torch.Generator) -> Tensor:
    """Expected spikes of numerics section 7, by sampling S; [.., head, token, column]."""
    chance = ((q @ k.transpose(-1, -2)) / 2 ** option["k_s"]).clamp(max=1)
    if causal:
        chance = chance.tril()
    expected = torch.zeros_like(v)
    for _ in range(SAMPLES):
        s = (torch.rand(chance.shape, generator=generator) < chance).float()
        expected += ((s @ v) / 2 ** option["k_a"]).clamp(max=1) / SAMPLES
    return expected


def check_attention(place: str, q: Tensor, k: Tensor, v: Tensor, a: Tensor, option: dict[str, Any],
                    heads: int, causal: bool) -> None:
    """The attention's spikes are random, so their rates are compared: on the whole, and where they
    should be higher and lower. The columns of a token share their scores, so they count as one."""
    check_spikes(place, a, "the attention's outputs")

    def split(x: Tensor) -> Tensor:
        return x.view(*x.shape[:3], heads, -1).transpose(2, 3)

    generator = torch.Generator().manual_seed(1)
    one, other = (attention_rates(split(q), split(k), split(v), option, causal, generator) for _ in range(2))
    rest = split(a) - one
    for weight in (torch.ones_like(other), other - other.mean()):
        rows = (rest * weight).sum(dim=-1)
        sigmas = float(rows.sum() / (rows * rows).sum().clamp(min=1e-9).sqrt())
        if abs(sigmas) > SIGMAS:
            raise MapError(place, f"the attention spikes at a rate of {float(a.mean()):.4f}, the chip's would at "
                                  f"{float(one.mean()):.4f}, and elsewhere ({abs(sigmas):.0f} standard deviations "
                                  f"off); check k_s = {option['k_s']}, k_a = {option['k_a']}, causal = {causal} "
                                  "and that feature head * head_dim + d is column d of a head")


def pooling_of(x: Tensor, calls: list[Tensor]) -> tuple[str, float] | None:
    """How the head reads the last stream, and the factor by which its input exceeds a mean (or, if
    it reads every token or time step, the spikes); None if it reads something else."""
    seen = calls[0] if len(calls) == 1 else torch.stack(calls)
    picked = {"all": x, "first": x[:, :, :1], "last": x[:, :, -1:]}
    for pooling, part in picked.items():
        for value in (part.mean(dim=(0, 2)), part.mean(dim=2), part):
            if seen.numel() != value.numel():
                continue
            read = seen.reshape(value.shape).double()
            factor = float((read * value).sum() / (value * value).sum().clamp(min=1e-9))
            if factor > 0 and torch.allclose(read, factor * value.double(), rtol=1e-4, atol=1e-5 * factor):
                return pooling, factor
    return None


def position_rows(x: Tensor) -> int | None:
    """First of the one-hot position rows in the input [T, images, tokens, rows], if there are any."""
    steps, images, tokens, rows = x.shape
    one_hot = torch.eye(tokens).expand(steps, images, tokens, tokens)
    for base in range(rows - tokens, -1, -1):
        if tokens > 1 and torch.equal(x[..., base:base + tokens], one_hot):
            return base
    return None


def check_encoding(place: str, x: Tensor, counts: Tensor, exponent: int) -> None:
    """Bernoulli rows [T, images, tokens, pixels] spike at min(1, count / 2^exponent)."""
    wanted = (counts / 2 ** exponent).clamp(max=1).expand_as(x)
    certain = (wanted == 0) | (wanted == 1)
    deviation = float((x - wanted).sum().abs() / (wanted * (1 - wanted)).sum().clamp(min=1e-9).sqrt())
    if not torch.equal(x[certain], wanted[certain]) or deviation > SIGMAS:
        raise MapError(place, f"its input rows do not spike with probability pixel / 2^{exponent} (mean rate "
                              f"{float(x.mean()):.4f}, the chip's encoder {float(wanted.mean()):.4f})")
