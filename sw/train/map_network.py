# SPDX-License-Identifier: Apache-2.0
"""From a PyTorch spiking transformer of your own to a model file; docs/map-your-network.md.

`map_network` reads the stages by structure, runs the network on a sample, proves from its spikes
that it computes what the chip computes, folds it to integers and returns the model. What cannot be
mapped raises MapError, which names the layer and the reason.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from sw.train import map_checks
from sw.train.bit_sources import Hardware, LaneBits
from sw.train.data import patches
from sw.train.export import integers
from sw.train.float_model import FloatHead, FloatLayer
from sw.train.fold import fold_head, fold_layer
from sw.train.integer_forward import IntegerForward, ceil_log2
from sw.train.map_checks import Sizes
from sw.train.map_stages import Forward, MapError, Stage, check_rest, read_stage, record
from sw.train.model_file import Model, ModelError, check_meta, check_tensors
from sw.train.options import MEMBRANE_MAX, Shape, config_shape
from sw.train.quantised_model import QuantisedHead, QuantisedLayer

Names = str | tuple[str, ...]
PARTS = ("q", "k", "v", "proj", "ff1", "ff2")
MOST_BIAS = 64  # of the threshold: 11 bits of threshold, 12 bits of bias, and some of the weights' resolution


@dataclass(frozen=True)
class Plan:
    """What the modules cannot tell.

    places: "embed", "q", "k", "v", "proj", "ff1", "ff2" and "head" -> the module of that stage, or
    a tuple of modules that follow each other; {l} in a name is the number of the layer.
    tokenizer: of the model file, numerics section 10. exponent: of the pixels' encoder. k_s, k_a:
    exponents of the attention; None: head_dim and the tokens of the chip, rounded up to 2^k.
    """

    places: dict[str, Names]
    tokenizer: dict[str, Any]
    config: str = "tiny"
    steps: int = 8
    exponent: int = 8
    k_s: int | None = None
    k_a: int | None = None
    causal: bool = False
    name: str = "mine"
    range_quantile: float = 0.995  # converters cover this share of the sample's sums


@dataclass(frozen=True)
class Mapped:
    """The model, the answers of the network to the sample and those of the chip."""

    model: Model
    network_answers: np.ndarray
    chip_answers: np.ndarray

    @property
    def agreement(self) -> float:
        return float((self.network_answers == self.chip_answers).mean())


def tokens_of(tokenizer: dict[str, Any]) -> int:
    if tokenizer["kind"] == "spikes":
        return int(tokenizer["tokens"])
    spare = 2 * tokenizer["pad"] - tokenizer["patch"]
    return int(((tokenizer["height"] + spare) // tokenizer["stride"] + 1)
               * ((tokenizer["width"] + spare) // tokenizer["stride"] + 1))


def read_stages(network: nn.Module, places: dict[str, Names]) -> dict[str, Stage]:
    """Stages by the names of their matrices in a model file."""
    for role in ("embed", *PARTS, "head"):
        if role not in places:
            raise MapError(role, "has no entry in `places`")

    def named(role: str, layer: int) -> tuple[str, ...]:
        names = places[role]
        return tuple(name.format(l=layer) for name in ((names,) if isinstance(names, str) else names))

    modules = dict(network.named_modules())
    depth = 1
    while "{l}" in str(places["q"]) and all(name in modules for name in named("q", depth)):
        depth += 1
    stages = {"embed": read_stage(named("embed", 0), network, head=False)}
    for layer in range(depth):
        for part in PARTS:
            stages[f"layer{layer}.{part}"] = read_stage(named(part, layer), network, head=False)
    stages["head"] = read_stage(named("head", 0), network, head=True)
    placed = {m for role in places for layer in range(depth) for name in named(role, layer)
              for m in network.get_submodule(name).modules()}
    check_rest(network, placed)
    return stages


def check_sizes(stages: dict[str, Stage], plan: Plan) -> Shape:
    """The matrices have the sizes of the configuration."""
    embed, head = stages["embed"].weight, stages["head"].weight
    try:
        shape = config_shape(plan.config, embed.shape[1], len(head))
    except ValueError as error:
        raise MapError("embed or head", f"{embed.shape[1]} input rows and {len(head)} classes: {error}") from error
    depth = (len(stages) - 2) // len(PARTS)
    if depth > shape.depth:
        raise MapError(f"layer {shape.depth}", f"the network has {depth} layers, configuration {plan.config} "
                                               f"{shape.depth}")
    shape = Shape(**{**shape.__dict__, "depth": depth})
    for name, (inputs, outputs) in shape.matrices.items():
        found = tuple(stages[name].weight.shape)
        if found != (outputs, inputs):
            raise MapError(stages[name].place, f"maps {found[1]} to {found[0]} features; {name} of configuration "
                                               f"{plan.config} maps {inputs} to {outputs}")
    tokens = tokens_of(plan.tokenizer)
    if not 1 <= tokens <= shape.tokens:
        raise MapError("tokenizer", f"makes {tokens} tokens, configuration {plan.config} has {shape.tokens}")
    return shape


def fold_stage(stage: Stage, spikes: Tensor, shape: Shape, quantile: float) -> QuantisedLayer:
    """Integers of one stage; thresholds leave room for the biases."""
    outputs, inputs = stage.weight.shape
    source, target = FloatLayer(inputs, outputs), QuantisedLayer(inputs, outputs, shape.array_rows, shape.array_cols)
    source.norm.eps = 0.0
    source.linear.weight.copy_(stage.weight)
    source.norm.bias.copy_(stage.bias)
    fold_layer(source, target, spikes, quantile)
    # theta = 4 / (scale * step of the converter): coarser weights make a smaller threshold.
    arrays = target.arrays
    columns = torch.arange(outputs) // shape.array_cols
    step = 2.0 ** (arrays.shift[columns] + 8) / arrays.gain[columns]
    exact = 4 / (arrays.scale * step)
    size = stage.bias.abs()
    if size.max() > MOST_BIAS:
        raise MapError(stage.place, f"the bias of output {int(size.argmax())} is {float(size.max()):.4g} times the "
                                    f"threshold, out of range: at most {MOST_BIAS}")
    if exact.min() < 1:
        raise MapError(stage.place, f"output {int(exact.argmin())} sums up to {16 / float(exact.min()) * 4:.0f} "
                                    "thresholds; a 5-bit converter cannot tell that from one threshold")
    theta = torch.minimum(exact, MEMBRANE_MAX / size.clamp(min=1))
    arrays.scale.copy_(4 / (theta * step))
    target.theta0.copy_(theta)
    return target


def tensors_of(name: str, module: QuantisedLayer | QuantisedHead) -> dict[str, np.ndarray]:
    tensors = {"weight": integers(module.arrays.integer_weight(), "int8"),
               "bias": integers(module.bias(), "int16"),
               "shift": integers(module.arrays.shift, "uint8"), "gain": integers(module.arrays.gain, "uint16")}
    if isinstance(module, QuantisedLayer):
        tensors["threshold"] = integers(module.threshold(), "int16")
    return {f"{name}.{part}": tensor for part, tensor in tensors.items()}


def fold_all(stages: dict[str, Stage], inputs: dict[str, Tensor], shape: Shape, factor: float,
             quantile: float) -> dict[str, np.ndarray]:
    tensors: dict[str, np.ndarray] = {}
    for name, stage in stages.items():
        if name != "head":
            tensors |= tensors_of(name, fold_stage(stage, inputs[name], shape, quantile))
    classes, width = stages["head"].weight.shape
    source, target = FloatHead(width, classes, 1.0), QuantisedHead(width, classes, shape.array_rows, shape.array_cols)
    source.linear.weight.copy_(stages["head"].weight)
    source.linear.bias.copy_(stages["head"].bias / factor)
    fold_head(source, target, inputs["head"], quantile)
    wanted = float((target.bias_logit / target.unit).abs().max())
    if wanted > MEMBRANE_MAX:
        raise MapError(stages["head"].place, f"a bias of {wanted:.0f} units is out of range, at most {MEMBRANE_MAX}")
    return tensors | tensors_of("head", target)


def check_flow(stages: dict[str, Stage], seen: dict[str, list[Tensor]], made: dict[str, list[Tensor]], sizes: Sizes,
               options: list[dict[str, Any]], heads: int, causal: bool) -> tuple[dict[str, Tensor], str, float]:
    """Section 1 of the numerics, from the spikes; fills res1 and res2 of the layers."""
    inputs: dict[str, Tensor] = {}
    outputs: dict[str, Tensor] = {}
    for name, stage in stages.items():
        if name != "head":
            inputs[name] = map_checks.stacked(stage.place, seen[name], sizes, stage.weight.shape[1])
            outputs[name] = map_checks.stacked(stage.place, made[name], sizes, stage.weight.shape[0])
            map_checks.check_stage(stage, inputs[name], outputs[name])
    x, source = outputs["embed"], stages["embed"].place
    for number, option in enumerate(options):
        def at(part: str) -> str:
            return f"layer{number}.{part}"

        for part in "qkv":
            place = stages[at(part)].place
            if number > 0 and part == "q":
                before = f"layer{number - 1}."
                options[number - 1]["res2"] = map_checks.residual_code(
                    place, inputs[f"{before}ff1"], outputs[f"{before}ff2"], inputs[at("q")])
                x, source = inputs[at("q")], "the layer before"
            map_checks.check_same(place, x, inputs[at(part)], source)
        map_checks.check_attention(stages[at("proj")].place, *(outputs[at(part)] for part in "qkv"),
                                   inputs[at("proj")], option, heads, causal)
        option["res1"] = map_checks.residual_code(stages[at("ff1")].place, x, outputs[at("proj")], inputs[at("ff1")])
        map_checks.check_same(stages[at("ff2")].place, outputs[at("ff1")], inputs[at("ff2")],
                              stages[at("ff1")].place)
    last = f"layer{len(options) - 1}."
    h, branch = inputs[f"{last}ff1"], outputs[f"{last}ff2"]
    for code, stream in map_checks.residuals(h, branch).items():
        found = map_checks.pooling_of(stream, seen["head"])
        if found:
            if code == "add":
                raise MapError(stages["head"].place, map_checks.ADDS)
            options[-1]["res2"] = code
            return inputs | {"head": stream}, *found
    raise MapError(stages["head"].place, "reads neither all tokens, nor the first, nor the last of the last stream, as "
                                         "spikes or as a sum or mean over tokens or time steps")


def map_network(network: nn.Module, plan: Plan, forward: Forward, images: np.ndarray) -> Mapped:
    """Map `network`. `forward()` runs it on the sample and returns logits [images, classes]; `images`
    are the same images as in a data folder: [n][height][width], or [n][T][tokens][rows] of spikes."""
    stages = read_stages(network, plan.places)
    shape = check_sizes(stages, plan)
    hardware = Hardware.named(plan.config)
    sizes = Sizes(plan.steps, len(images), tokens_of(plan.tokenizer))
    logits, seen, made = record(network, stages, forward)
    for name in stages:
        if not seen[name]:
            raise MapError(stages[name].place, "is never called")
    k_s = ceil_log2(shape.head_dim) if plan.k_s is None else plan.k_s
    k_a = ceil_log2(hardware.tokens) if plan.k_a is None else plan.k_a
    options = [{"k_s": k_s, "k_a": k_a, "row_exponent": False, "row_offset": 0} for _ in range(shape.depth)]
    with torch.no_grad():
        inputs, pooling, factor = check_flow(stages, seen, made, sizes, options, shape.heads, plan.causal)
        tensors = fold_all(stages, inputs, shape, factor, plan.range_quantile)
    base = map_checks.position_rows(inputs["embed"])
    check_input(stages["embed"].place, inputs["embed"], plan, images, base)
    meta = {
        "format": 1, "name": plan.name,
        "network": {"tokens": shape.tokens, "heads": shape.heads, "head_dim": shape.head_dim, "dim": shape.dim,
                    "ff": shape.ff, "depth": shape.depth, "input_rows": shape.input_rows,
                    "classes": shape.classes, "steps": plan.steps, "causal": plan.causal, "pooling": pooling},
        "array": {"rows": shape.array_rows, "cols": shape.array_cols},
        "input": {"exponent": plan.exponent, "position_base": base, "binary": [], "tokenizer": plan.tokenizer},
        "layers": options, "training": {"mapped": "sw.train.map_network"},
    }
    model = Model(meta, tensors)
    try:
        check_meta(meta)
        check_tensors(model)
    except ModelError as error:
        raise MapError("model", str(error)) from error
    scores = IntegerForward(model, LaneBits(1, hardware)).run(images, list(range(len(images))))
    return Mapped(model, logits.argmax(dim=1).numpy(), scores[:, -1].argmax(dim=1).numpy())


def check_input(place: str, x: Tensor, plan: Plan, images: np.ndarray, base: int | None) -> None:
    """The rows of EMBED are the encoded pixels, or the stream, and nothing but positions behind them."""
    tok, tokens = plan.tokenizer, x.shape[2]
    if base is not None and base + Hardware.named(plan.config).tokens > x.shape[3]:
        raise MapError(place, f"{x.shape[3] - base} position rows for {tokens} tokens; the chip needs one for each of "
                              f"its {Hardware.named(plan.config).tokens} tokens")
    rows = tok["rows"] if tok["kind"] == "spikes" else tok["patch"] ** 2
    if rows > (x.shape[3] if base is None else base):
        raise MapError(place, f"{x.shape[3]} input rows, of which {rows} are data, leave no room for the positions")
    if tok["kind"] == "spikes":
        stream = torch.from_numpy(images[:, :plan.steps].astype(np.float32)).transpose(0, 1)
        map_checks.check_same(place, stream, x[..., :rows], "the spike stream")
    else:
        counts = torch.from_numpy(patches(images, tok["patch"], tok["stride"], tok["pad"]).astype(np.float32))
        map_checks.check_encoding(place, x[..., :rows], counts, plan.exponent)
    rest = x[..., rows:].clone()
    if base is not None:
        rest[..., base - rows:base - rows + tokens] = 0
    if rest.any():
        raise MapError(place, "has input rows that are neither data nor one-hot positions")
