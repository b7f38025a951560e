#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks a folder of golden vectors (docs/golden-vectors.md) with the model in plain Python.

    scripts/check_golden.py DIR

Whatever the model computes, it computes from the register writes and the input packets of the
folder, the way the chip would: nothing is taken from the tensors that it is compared with.
"""
from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numerics_files as files
from numerics_model import Network, Run
from numerics_units import Bank, base_state, lane_states, predicted

REGISTERS = Path(__file__).resolve().parent.parent / "configs" / "registers.json"


@dataclass
class Registers:
    """Register contents after a list of writes, by the names of configs/registers.json."""
    words: dict[int, int]

    @classmethod
    def after(cls, *hex_files: Path) -> Registers:
        words: dict[int, int] = {}
        for file in hex_files:
            for line in file.read_text().split():
                words[int(line[:4], 16)] = int(line[4:], 16)
        return cls(words)

    def get(self, register: str, field: str = "", offset: int = 0) -> int:
        (entry,) = (r for r in json.loads(REGISTERS.read_text())["registers"] if r["name"] == register)
        word = self.words.get(int(entry["address"], 16) + offset, int(entry.get("reset", "0x0"), 16))
        for part in entry.get("fields", []):
            if part["name"] == field:
                return word >> part["lsb"] & ((1 << (part["msb"] - part["lsb"] + 1)) - 1)
        return word


def words_of(file: Path) -> list[int]:
    return [int(line, 16) for line in file.read_text().split()]


def beats(words: int, beat: int) -> int:
    """Words of a token or token-step, filled up to whole beats."""
    return -(-words // beat) * beat


def unpack(words: list[int], registers: Registers, width: int, beat: int) -> list[list[int]]:
    """An input packet as tokens of integers, or as a stream [t][n] of words."""
    rows, tokens = registers.get("INPUT", "rows"), registers.get("N_TOKENS")
    if not registers.get("INPUT", "spikes"):
        each = beats((rows + 1) // 2, beat)
        if len(words) != tokens * each:
            raise ValueError(f"{len(words)} words in the packet, expected {tokens * each}")
        values = [[half for word in words[n * each:(n + 1) * each] for half in (word & 511, word >> 16)]
                  for n in range(tokens)]
        return [v[:rows] + [0] * (width - rows) for v in values]
    each, steps = beats((rows + 31) // 32, beat), registers.get("STEPS")
    if len(words) != tokens * steps * each:
        raise ValueError(f"{len(words)} words in the packet, expected {tokens * steps * each}")
    return [[sum(words[(n * steps + t) * each + i] << 32 * i for i in range(each)) for n in range(tokens)]
            for t in range(steps)]


def result_words(running: list[list[int]]) -> list[int]:
    scores = [running[t][c] & 0xFFFFFFFF for c in range(len(running[0])) for t in range(len(running))]
    return scores + [predicted(running[-1])]


def draws(base: int, first: int, lanes: int, leap: int, count: int, width: int) -> list[int]:
    bank = Bank(lane_states(base, first + lanes)[first:], leap)
    return [byte for _ in range(count) for byte in bank.draw()[:width]]


def expected_bytes(golden: dict[str, Any], network: Network, run: Run, number: int,
                   tokens: int) -> dict[str, files.Array]:
    """Section 2: every random byte of an image, by the names in its folder `bytes`."""
    net, steps, n = network.meta["network"], golden["steps"], golden["tokens"]
    heads, width, lanes = net["heads"], net["head_dim"], (golden["tokens"] + 3) // 4
    size = n * (2 if n > 256 else 1)  # bytes of a draw of bank A
    lanes_a = (size + 3) // 4
    arrays: dict[str, files.Array] = {}
    if network.meta["input"]["tokenizer"]["kind"] != "spikes":
        rows = net["input_rows"]
        arrays["encoder"] = files.Array("|u1", (tokens, steps, rows), draws(
            base_state(run.seed, number, 0, 0), 0, (rows + 3) // 4, run.leap_encoder, tokens * steps, rows))
    for l in range(net["depth"]):
        base = base_state(run.seed, number, l, 1)
        arrays[f"layer{l}.s"] = files.Array("|u1", (heads, steps, n), [
            b for h in range(heads) for b in draws(base, h * lanes, lanes, run.leap_score, steps, n)])
        arrays[f"layer{l}.a"] = files.Array("|u1", (heads, steps, width, size), [
            b for h in range(heads)
            for b in draws(base, heads * lanes + h * lanes_a, lanes_a, run.leap_value, steps * width, size)])
    return arrays


def base_states(network: Network, run: Run, number: int) -> dict[str, str]:
    words = {f"layer{l}": base_state(run.seed, number, l, 1) for l in range(network.meta["network"]["depth"])}
    if network.meta["input"]["tokenizer"]["kind"] != "spikes":
        words["encoder"] = base_state(run.seed, number, 0, 0)
    return {name: f"0x{word:08x}" for name, word in words.items()}


def differences(arrays: dict[str, files.Array], folder: Path) -> list[str]:
    found = {path.name.removesuffix(".npy") for path in folder.glob("*.npy")}
    return sorted(found ^ set(arrays)) + [name for name in arrays if name in found and
                                          files.read_npy(folder / f"{name}.npy") != arrays[name]]


def check_image(golden: dict[str, Any], entry: dict[str, Any], network: Network, folder: Path,
                at_rest: Path) -> list[str]:
    """What is wrong in the folder of one image."""
    registers = Registers.after(at_rest, folder / "registers.hex")
    number, tokens = registers.get("IMAGE"), registers.get("N_TOKENS")
    run = Run(registers.get("SEED"), registers.get("STEPS"), golden["leap_encoder"],
              golden["leap_score"], golden["leap_value"])
    image = unpack(words_of(folder / "packet.hex"), registers, network.meta["network"]["input_rows"],
                   golden["input_words"])
    result = network.run(image, number, run)
    wrong = differences(network.arrays(result), folder / "tensors")
    wrong += differences(expected_bytes(golden, network, run, number, tokens), folder / "bytes")
    if result_words(result["head"]) != words_of(folder / "result.hex"):
        wrong.append("result.hex")
    if base_states(network, run, number) != entry["base_states"]:
        wrong.append("base_states")
    if (golden["seed"], golden["steps"], entry["number"], entry["class"]) != (
            run.seed, run.steps, number, predicted(result["head"][-1])):
        wrong.append("golden.json")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    golden = json.loads((folder / "golden.json").read_text())
    network, good = Network.load(folder / "model.safetensors"), True
    for entry in golden["images"]:
        wrong = check_image(golden, entry, network, folder / entry["folder"], folder / "network.hex")
        good = good and not wrong
        print(f"{entry['folder']}: " + ("different: " + ", ".join(wrong) if wrong else "all equal"), flush=True)
    return int(not good or not golden["images"])


if __name__ == "__main__":
    sys.exit(main())
