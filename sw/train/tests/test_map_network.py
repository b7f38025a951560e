# SPDX-License-Identifier: Apache-2.0
"""The exporter for foreign networks: what maps, and the reason for what does not."""
from __future__ import annotations

import copy
import importlib.util
import unittest
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from sw.train.examples import own_network as own
from sw.train.map_network import MapError, Mapped, map_network

SAMPLE = 64


def fresh() -> Any:
    """An untrained network whose BatchNorms have seen data."""
    torch.manual_seed(5)
    network = own.Network()
    with torch.no_grad():
        for _ in range(30):
            network(own.patches(own.four_digits("train")[0][:SAMPLE]))
    return network.eval()


class Shared(unittest.TestCase):
    base = fresh()

    def setUp(self) -> None:
        self.network = copy.deepcopy(self.base)

    def mapped(self, **changes: Any) -> Mapped:
        return own.to_chip(self.network, replace(own.PLAN, **changes), SAMPLE)

    def refused(self, message: str, **changes: Any) -> None:
        with self.assertRaisesRegex(MapError, message):
            self.mapped(**changes)


class Maps(Shared):
    def test_what_the_modules_say_is_in_the_model(self) -> None:
        model = self.mapped().model
        self.assertEqual(model.meta["network"], {
            "tokens": 8, "heads": 2, "head_dim": 8, "dim": 16, "ff": 32, "depth": 1, "input_rows": 12,
            "classes": 4, "steps": 4, "causal": False, "pooling": "all"})
        self.assertEqual(model.meta["input"]["position_base"], 4)
        self.assertEqual(model.meta["layers"], [{"k_s": 2, "k_a": 1, "row_exponent": False, "row_offset": 0,
                                                 "res1": "iand", "res2": "iand"}])
        # Every column: weight / threshold of the integers is that of the float network.
        linear, norm, _ = self.network.blocks[0].wide
        exact = (linear.weight * (norm.weight * torch.rsqrt(norm.running_var + norm.eps))[:, None]).detach().numpy()
        tensors, name = model.tensors, "layer0.ff1"
        unit = 4 * tensors[f"{name}.gain"][:, None] / 2.0 ** (tensors[f"{name}.shift"][:, None] + 8)
        units = np.repeat(unit, 16, axis=0)  # of one weight step, per row block of 16 columns
        found = tensors[f"{name}.weight"] * units / tensors[f"{name}.threshold"][:, None]
        self.assertLess(np.abs(found - exact).max(), 0.08 * np.abs(exact).max())

    def test_other_thresholds_and_decayed_inputs_are_scales(self) -> None:
        plain = self.mapped().model
        for module in self.network.modules():
            if isinstance(module, own.Lif):
                module.__class__ = Halved
            elif isinstance(module, own.Norm):
                module.weight.data *= 6
                module.bias.data *= 6
        model = self.mapped().model
        for name, tensor in plain.tensors.items():
            np.testing.assert_allclose(tensor.astype(int), model.tensors[name].astype(int), atol=1, err_msg=name)

    def test_modules_in_a_row_and_one_call_per_time_step(self) -> None:
        self.network.blocks[0].wide = nn.Identity()
        stage = copy.deepcopy(self.base.blocks[0].wide)
        self.network.blocks[0].linear, self.network.blocks[0].norm, self.network.blocks[0].fire = stage
        self.network.blocks[0].wide.forward = lambda x: self.network.blocks[0].fire(
            self.network.blocks[0].norm(torch.stack([self.network.blocks[0].linear(now) for now in x])))
        names = tuple(f"blocks.{{l}}.{part}" for part in ("linear", "norm", "fire"))
        self.mapped(places=own.PLAN.places | {"ff1": names})

    def test_other_residuals_are_found(self) -> None:
        self.network.blocks[0].__class__ = OrXor
        layer = self.mapped().model.meta["layers"][0]
        self.assertEqual((layer["res1"], layer["res2"]), ("or", "xor"))

    def test_spike_streams(self) -> None:
        stream = (np.random.default_rng(1).random((SAMPLE, 5, 8, 4)) < 0.4).astype(np.uint8)
        spikes = torch.from_numpy(stream).float().transpose(0, 1)[:4]

        def forward() -> Tensor:
            position = torch.eye(8).expand(4, SAMPLE, 8, 8)
            x = self.network.blocks(self.network.patch(torch.cat((spikes, position), dim=-1)))
            return self.network.classify(x.mean(dim=2).mean(dim=0))

        tokenizer = {"kind": "spikes", "tokens": 8, "rows": 4}
        model = map_network(self.network, replace(own.PLAN, tokenizer=tokenizer), forward, stream).model
        self.assertEqual(model.meta["input"]["tokenizer"], tokenizer)
        stream[0, 0, 0, 0] ^= 1
        with self.assertRaisesRegex(MapError, "patch: its input is not what the spike stream gives"):
            map_network(self.network, replace(own.PLAN, tokenizer=tokenizer), forward, stream)


@unittest.skipUnless(importlib.util.find_spec("spikingjelly"), "SpikingJelly is not installed")
class SpikingJelly(Shared):
    def test_its_neurons_map(self) -> None:
        from spikingjelly.activation_based import functional, neuron  # type: ignore[import]
        plain = self.mapped().model
        for module in self.network.modules():
            for name, child in list(module.named_children()):
                if isinstance(child, own.Lif):
                    setattr(module, name, neuron.LIFNode(tau=2.0, decay_input=False, step_mode="m"))
        functional.reset_net(self.network)
        model = self.mapped().model
        for name, tensor in plain.tensors.items():
            np.testing.assert_array_equal(tensor, model.tensors[name], err_msg=name)
        with self.assertRaisesRegex(MapError, "patch: .* a LIF neuron that starts every image at 0"):
            self.mapped()  # the membranes were not reset


class Halved(own.Lif):
    """SpikingJelly's default: the input decays, too; and another threshold."""

    decay_input, v_threshold = True, 3.0

    def forward(self, current: Tensor) -> Tensor:
        return super().forward(current / 2 / 3)


class OrXor(own.Block):
    def forward(self, x: Tensor) -> Tensor:
        x = torch.maximum(x, self.out(self.attention(x)))
        return (x - self.narrow(self.wide(x))).abs()


class Adds(own.Block):
    def forward(self, x: Tensor) -> Tensor:
        x = x + self.out(self.attention(x))
        return x * (1 - self.narrow(self.wide(x)))


class AddsLast(own.Block):
    def forward(self, x: Tensor) -> Tensor:
        x = x * (1 - self.out(self.attention(x)))
        return x + self.narrow(self.wide(x))


class Softmax(own.Block):
    def attention(self, x: Tensor) -> Tensor:
        q, k, v = self.query(x), self.key(x), self.value(x)
        return torch.softmax(q @ k.transpose(-1, -2), dim=-1) @ v


class Lies(own.Lif):
    def forward(self, current: Tensor) -> Tensor:
        return super().forward(1.2 * current)


class Refusals(Shared):
    def test_neurons(self) -> None:
        neuron = self.network.blocks[0].out[2]
        for name, value, message in (
                ("tau", 4.0, "blocks.0.out.2: the membrane decays by 0.75"),
                ("v_reset", None, "blocks.0.out.2: soft reset"),
                ("v_reset", -0.5, "blocks.0.out.2: v_reset is -0.5"),
                ("v_threshold", 0.0, "blocks.0.out.2: threshold 0 is not above 0")):
            with self.subTest(name):
                setattr(neuron, name, value)
                self.refused(message)
                delattr(neuron, name)
        neuron.__class__ = Lies
        self.refused("blocks.0.out: .* % of its spikes are not those of Linear, BatchNorm and a LIF neuron")

    def test_modules(self) -> None:
        block = self.network.blocks[0]
        block.key[1] = nn.LayerNorm(16)
        self.refused("blocks.0.key.1: LayerNorm has no counterpart on the chip: .* use BatchNorm")
        block.key = nn.Sequential(nn.Conv1d(16, 16, 1), own.Norm(16), own.Lif())
        self.refused("blocks.0.key.0: Conv1d .*use nn.Linear")
        block.key = copy.deepcopy(self.base.blocks[0].key[:2])
        self.refused("blocks.0.key.1: no LIF neuron ends this stage.*found Norm")
        block.key = copy.deepcopy(self.base.blocks[0].key)
        self.network.norm = nn.LayerNorm(16)
        self.refused("norm: belongs to no stage; LayerNorm")
        del self.network.norm
        self.network.embedding = nn.Parameter(torch.zeros(8, 16))
        self.refused(r"embedding: a parameter \(8, 16\) outside all stages")

    def test_names(self) -> None:
        self.refused("missing: the network has no module of this name", places=own.PLAN.places | {"v": "missing"})
        self.refused("head: has no entry", places={k: v for k, v in own.PLAN.places.items() if k != "head"})

    def test_sizes(self) -> None:
        self.refused("patch: maps 12 to 16 features; embed of configuration tiny maps 12 to 128", config="tiny")
        tokenizer = own.PLAN.tokenizer
        self.refused("tokenizer: makes 32 tokens, configuration nano has 8", tokenizer=tokenizer | {"patch": 1, "stride": 1})
        self.refused("patch: works on 1 x .* expected time first", steps=3)
        self.network.blocks.append(own.Block())
        self.refused("layer 1: the network has 2 layers, configuration nano 1")

    def test_flow(self) -> None:
        block = self.network.blocks[0]
        block.__class__ = Adds
        self.refused("blocks.0.wide: its inputs are no spikes: .* a residual that adds makes values of 2")
        block.__class__ = AddsLast
        self.refused("classify: a residual that adds")
        block.__class__ = Softmax
        self.refused("blocks.0.out: its inputs are no spikes: .* neither 0 nor 1")
        block.__class__ = own.Block
        hook = block.value.register_forward_pre_hook(lambda _m, args: (args[0].flip(2),))
        self.refused("blocks.0.value: its input is not what patch gives")
        hook.remove()
        self.network.classify.register_forward_pre_hook(lambda _m, args: (args[0] ** 2,))
        self.refused("classify: reads neither all tokens")

    def test_attention_and_encoding(self) -> None:
        self.refused("blocks.0.out: the attention.* check k_s = 3", k_s=3)
        self.refused("blocks.0.out: the attention.* causal = True", causal=True)
        self.refused(r"patch: its input rows do not spike with probability pixel / 2\^5", exponent=5)

    def test_ranges(self) -> None:
        norm = self.network.blocks[0].narrow[1]
        norm.bias.data[3] = -200.0
        self.refused("blocks.0.narrow: the bias of output 3 is .* times the threshold, out of range: at most 64")
        norm.bias.data[3] = -60.0
        self.mapped()
        self.network.blocks[0].narrow[0].weight.data[2] *= 3e4
        self.refused("blocks.0.narrow: output 2 sums up to .* thresholds")


if __name__ == "__main__":
    unittest.main()
