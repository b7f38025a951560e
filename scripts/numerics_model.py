#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The whole chip in plain Python, written from docs/numerics.md alone.

Runs a model on images and compares every tensor with a dump directory.
"""
from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Sequence

import numerics_files as files
from numerics_units import (Attention, Bank, Matrix, Stage, Tensor, base_state, encode_token,
                            lane_states, pass_stream, predicted, residual_tensor, run_head)


# ---- 1. The whole network ----------------------------------------------------------------------
@dataclass(frozen=True)
class Run:
    """What a run chooses beside the model; tokens N and leaps are the chip's."""
    seed: int = 1
    steps: int | None = None
    leap_encoder: int = 32
    leap_score: int = 32
    leap_value: int = 32


@dataclass
class Network:
    meta: dict[str, Any]
    stages: dict[str, Stage] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Network:
        tensors, metadata = files.read_safetensors(path)
        net = cls(json.loads(metadata["xpikeformer"]))
        array = net.meta["array"]
        for name in net.matrix_names():
            weight = tensors[f"{name}.weight"]
            out, inputs = weight.shape
            diff = [[256 * w for w in weight.values[o * inputs:(o + 1) * inputs]]
                    for o in range(out)]
            shift, gain, bias = (tensors[f"{name}.{part}"].values
                                 for part in ("shift", "gain", "bias"))
            theta = () if name == "head" else tensors[f"{name}.threshold"].values
            net.stages[name] = Stage(Matrix(diff, array["rows"], array["cols"], shift, gain),
                                     bias, theta)
        return net

    def matrix_names(self) -> list[str]:
        layers = range(self.meta["network"]["depth"])
        parts = ("q", "k", "v", "proj", "ff1", "ff2")
        return ["embed", *(f"layer{l}.{p}" for l in layers for p in parts), "head"]

    def input(self, image: Sequence[Sequence[int]], number: int, run: Run) -> Tensor:
        """Section 4: an image is tokens of integers or, for tokenizer `spikes`, a stream."""
        cfg = self.meta["input"]
        if cfg["tokenizer"]["kind"] != "spikes":
            return self.encode(image, number, run)
        return pass_stream(image[:run.steps or self.meta["network"]["steps"]],
                           cfg["position_base"])

    def encode(self, tokens: Sequence[Sequence[int]], image: int, run: Run) -> Tensor:
        net, cfg = self.meta["network"], self.meta["input"]
        binary = {f for lo, hi in cfg["binary"] for f in range(lo, hi)}
        bank = Bank(lane_states(base_state(run.seed, image, 0, 0), (net["input_rows"] + 3) // 4),
                    run.leap_encoder)
        steps = run.steps or net["steps"]
        x: Tensor = [[0] * len(tokens) for _ in range(steps)]
        for n, values in enumerate(tokens):
            padded = list(values) + [0] * (net["input_rows"] - len(values))
            for t in range(steps):
                x[t][n] = encode_token(padded, n, len(tokens), bank.draw(), cfg["exponent"],
                                       binary, cfg["position_base"])
        return x

    def run(self, image: Sequence[Sequence[int]], number: int, run: Run) -> dict[str, Any]:
        """All tensors by their names in a dump."""
        out: dict[str, Any] = {"input": self.input(image, number, run)}
        x = out["embed"] = self.stages["embed"].run(out["input"])
        for l in range(len(self.meta["layers"])):
            layer = self._run_layer(l, x, base_state(run.seed, number, l, 1), run)
            out |= {f"layer{l}.{part}": tensor for part, tensor in layer.items()}
            x = layer["res2"]
        out["head"] = run_head(self.stages["head"], x, self.meta["network"]["pooling"])
        return out

    def _run_layer(self, l: int, x: Tensor, base: int, run: Run) -> dict[str, Any]:
        net, cfg, out = self.meta["network"], self.meta["layers"][l], {}
        attention = Attention(net["tokens"], net["heads"], net["head_dim"], cfg["k_s"], cfg["k_a"],
                              net["causal"], cfg["row_exponent"], cfg["row_offset"],
                              run.leap_score, run.leap_value)

        def stage(part: str, tensor: Tensor) -> Tensor:
            out[part] = self.stages[f"layer{l}.{part}"].run(tensor)
            return out[part]

        q, k, v = (stage(part, x) for part in "qkv")
        out["a"], out["s"] = attention.run(q, k, v, base)
        out["res1"] = residual_tensor(cfg["res1"], x, stage("proj", out["a"]))
        branch = stage("ff2", stage("ff1", out["res1"]))
        out["res2"] = residual_tensor(cfg["res2"], out["res1"], branch)
        return out

    def width(self, tensor: str) -> int:
        """Bits in one int of the tensor."""
        net, name = self.meta["network"], tensor.split(".")[-1]
        return {"input": net["input_rows"], "ff1": net["ff"], "s": 0}.get(name, net["dim"])

    def arrays(self, tensors: dict[str, Any]) -> dict[str, files.Array]:
        """The tensors as the arrays of a dump."""
        result = {}
        for name, x in tensors.items():
            if name == "head":
                scores = [score for row in x for score in row]
                result[name] = files.Array("<i4", (len(x), len(x[0])), scores)
                continue
            n_tokens, heads = len(tensors["embed"][0]), self.meta["network"]["heads"]
            width = self.width(name) or n_tokens
            shape = (len(x), n_tokens, width)
            if name.endswith(".s"):
                shape = (len(x), heads, n_tokens, n_tokens)
            result[name] = files.Array("|u1", shape, [
                word >> f & 1 for row in x for word in row for f in range(width)])
        return result


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="safetensors file")
    parser.add_argument("--data", type=Path, required=True,
                        help="folder with images.npy or spikes.npy, labels.npy, split.json")
    parser.add_argument("--split", default="test", help="list in split.json, or all")
    parser.add_argument("--images", type=int, default=1,
                        help="how many, from the first of the split")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, help="time steps, instead of the model's own")
    parser.add_argument("--leap", type=int, nargs=3, default=(32, 32, 32),
                        metavar=("ENCODER", "S", "A"))
    parser.add_argument("--write", type=Path, help="write a dump of the own results")
    dump = parser.add_mutually_exclusive_group()
    dump.add_argument("--dump", type=Path, help="dump directory to compare with")
    dump.add_argument("--xpike", type=Path, help="program that makes the dump to compare with")
    return parser.parse_args()


def make_dump(args: argparse.Namespace, folder: Path) -> None:
    """Runs `xpike run` on the same images."""
    steps = [] if args.steps is None else ["--steps", str(args.steps)]
    subprocess.run([args.xpike, "run", "--model", args.model, "--data", args.data, "--split",
                    args.split, "--limit", str(args.images), "--seed", str(args.seed), *steps,
                    "--dump-spikes", folder], check=True, stdout=subprocess.DEVNULL)


def differences(arrays: dict[str, files.Array], folder: Path) -> list[str]:
    """Names of tensors that differ, or that only one side has."""
    found = {path.name.removesuffix(".npy") for path in folder.glob("*.npy")}
    return sorted(found ^ set(arrays)) + [
        name for name in arrays if name in found
        and files.read_npy(folder / f"{name}.npy") != arrays[name]]


def run_images(args: argparse.Namespace, dump: Path | None) -> bool:
    """Runs and reports image by image; false if a tensor differs."""
    network = Network.load(args.model)
    run = Run(args.seed, args.steps, *args.leap)
    tokenizer = network.meta["input"]["tokenizer"]
    data = "spikes" if tokenizer["kind"] == "spikes" else "images"
    images, labels = (files.read_npy(args.data / f"{name}.npy") for name in (data, "labels"))
    order = (range(images.shape[0]) if args.split == "all"
             else json.loads((args.data / "split.json").read_text())[args.split])
    equal = True
    for number, index in enumerate(order[:args.images]):
        start = time.monotonic()
        result = network.run(files.image_of(images, index, tokenizer), number, run)
        arrays, folder = network.arrays(result), f"img{number:05d}"
        found, text = predicted(result["head"][-1]), ""
        if args.write:
            (args.write / folder).mkdir(parents=True, exist_ok=True)
            for name, array in arrays.items():
                files.write_npy(args.write / folder / f"{name}.npy", array)
        if dump:
            wrong = differences(arrays, dump / folder)
            equal = equal and not wrong
            text = f"{len(arrays)} tensors, " + (
                "different: " + ", ".join(wrong) if wrong else "all equal") + ", "
        print(f"image {number}: class {found} (label {labels.values[index]}), {text}"
              f"{time.monotonic() - start:.1f} s", flush=True)
    return equal


def main() -> int:
    args = parse_arguments()
    if not args.xpike:
        return 0 if run_images(args, args.dump) else 1
    with tempfile.TemporaryDirectory() as folder:
        make_dump(args, Path(folder) / "dump")
        return 0 if run_images(args, Path(folder) / "dump") else 1


if __name__ == "__main__":
    sys.exit(main())
