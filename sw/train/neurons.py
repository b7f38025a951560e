# SPDX-License-Identifier: Apache-2.0
"""Spiking functions with surrogate gradients. All spike tensors are float 0/1, time first.

The LIF neurons run all time steps in one autograd node: the backward recurrence is written by
hand (atan surrogate, detached reset), which is several times faster than a graph per time step.
"""
from __future__ import annotations

import math

import torch
from torch import Tensor

from sw.train.options import CODE_MAX, CODE_MIN, MEMBRANE_MAX, MEMBRANE_MIN

ALPHA = 2.0  # sharpness of the atan surrogate


def surrogate(x: Tensor) -> Tensor:
    """Derivative of the atan surrogate at distance x from the threshold (threshold = 1)."""
    return (x * (math.pi / 2 * ALPHA)).square_().add_(1).reciprocal_().mul_(ALPHA / 2)


class FloatLif(torch.autograd.Function):
    """u = V/2 + I, spike = u >= 1, V = 0 after a spike. Input [T, ...]."""

    @staticmethod
    def forward(ctx, current: Tensor) -> Tensor:  # type: ignore[override]
        u = torch.empty_like(current)
        spikes = torch.empty_like(current)
        v = torch.zeros_like(current[0])
        for t in range(len(current)):
            torch.add(current[t], v, alpha=0.5, out=u[t])
            torch.ge(u[t], 1, out=spikes[t])
            torch.sub(u[t], torch.mul(u[t], spikes[t], out=v), out=v)
        ctx.save_for_backward(u, spikes)
        return spikes

    @staticmethod
    def backward(ctx, grad: Tensor) -> Tensor:  # type: ignore[override]
        u, spikes = ctx.saved_tensors
        out = torch.empty_like(u)
        for t in range(len(u) - 1, -1, -1):  # a step's tensors fit the cache, all steps' do not
            torch.mul(grad[t], surrogate(u[t] - 1), out=out[t])
            if t + 1 < len(u):
                out[t] += (1 - spikes[t]).mul_(out[t + 1]).mul_(0.5)
        return out


class IntegerLif(torch.autograd.Function):
    """The LIF neuron of numerics section 6 on integers held in floats.

    current [T, ..., columns] = 4 * codes, bias and theta [columns]. The surrogate works in units
    of the threshold; the floors and clamps pass the gradient straight through.
    """

    @staticmethod
    def forward(ctx, current: Tensor, bias: Tensor, theta: Tensor) -> Tensor:  # type: ignore[override]
        u = torch.empty_like(current)
        spikes = torch.empty_like(current)
        v = torch.zeros_like(current[0])
        for t in range(len(current)):
            raw = v.mul_(0.5).floor_().add_(current[t]).add_(bias)
            torch.clamp(raw, MEMBRANE_MIN, MEMBRANE_MAX, out=u[t])
            torch.ge(u[t], theta, out=spikes[t])
            torch.sub(u[t], torch.mul(u[t], spikes[t], out=v), out=v)
        ctx.save_for_backward(u, spikes, theta)
        return spikes

    @staticmethod
    def backward(ctx, grad: Tensor) -> tuple[Tensor, Tensor, Tensor]:  # type: ignore[override]
        u, spikes, theta = ctx.saved_tensors
        out = torch.empty_like(u)
        to_theta = torch.zeros_like(theta)
        dims = tuple(range(u.dim() - 2))
        for t in range(len(u) - 1, -1, -1):
            ratio = u[t] / theta
            at_step = surrogate(ratio - 1).mul_(grad[t]).div_(theta)
            to_theta -= ratio.mul_(at_step).sum(dims)
            out[t] = at_step
            if t + 1 < len(u):
                out[t] += (1 - spikes[t]).mul_(out[t + 1]).mul_(0.5)
        return out, out.sum(tuple(range(u.dim() - 1))), to_theta


class Bernoulli(torch.autograd.Function):
    """spike = I > r for integers I and r in 0..2^k-1; the gradient is that of min(1, I / 2^k)."""

    @staticmethod
    def forward(ctx, count: Tensor, random: Tensor, exponent: int) -> Tensor:  # type: ignore[override]
        ctx.scale = 2.0 ** -exponent
        ctx.save_for_backward(count <= 2 ** exponent)
        return (count > random).to(count.dtype)

    @staticmethod
    def backward(ctx, grad: Tensor):  # type: ignore[override]
        (inside,) = ctx.saved_tensors
        return grad * inside * ctx.scale, None, None


class Convert(torch.autograd.Function):
    """The converter of numerics section 5 on noiseless integer sums; straight-through inside."""

    @staticmethod
    def forward(ctx, sums: Tensor, gain: int, shift: int) -> Tensor:  # type: ignore[override]
        # Products stay below 2^24 (gain <= 512, |sum| <= 1920), so float32 is exact.
        analog = (sums * gain + 2.0 ** (shift + 7)) * 2.0 ** -(shift + 8)
        code = torch.floor(analog)
        ctx.scale = gain * 2.0 ** -(shift + 8)
        ctx.save_for_backward((code >= CODE_MIN) & (code <= CODE_MAX))
        return code.clamp_(CODE_MIN, CODE_MAX)

    @staticmethod
    def backward(ctx, grad: Tensor):  # type: ignore[override]
        (inside,) = ctx.saved_tensors
        return grad * inside * ctx.scale, None, None


def round_through(x: Tensor) -> Tensor:
    """Round with the gradient of the identity."""
    return x + (torch.round(x) - x).detach()
