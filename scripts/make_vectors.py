#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the test vectors of docs/numerics.md into docs/vectors/, computed by numerics_units.py.

With --check it writes nothing and fails if a committed file differs.
"""
from __future__ import annotations

import argparse
import json
import sys
import textwrap
from pathlib import Path
from typing import Callable, Iterable, Sequence

import numerics_files as files
import numerics_units as units
from network_vectors import NETWORKS, random_model, whole_network
from vector_text import Json, Numbers, digits, rows, text, word

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "vectors"
# ---- Section 2 ---------------------------------------------------------------------------------
def chain(function: Callable[[int], int], state: int, count: int) -> list[int]:
    states = [state]
    for _ in range(count):
        states.append(function(states[-1]))
    return states


def draws(state: int, leap: int) -> Json:
    bank = units.Bank([state], leap)
    taken = [list(bank.draw()) for _ in range(3)]
    return {"state": word(state), "leap": leap, "bytes": taken, "end_state": word(bank.states[0])}


def bank_bytes(base: int, first: int, lanes: int, leap: int, count: int) -> list[list[int]]:
    bank = units.Bank(units.lane_states(base, first + lanes)[first:], leap)
    return [list(bank.draw()) for _ in range(count)]


def random_numbers() -> Json:
    words = [(0, 0, 0, 0), (1, 0, 0, 0), (1, 0, 0, 1), (1, 0, 1, 1), (1, 1, 0, 1), (1, 359, 1, 1),
             (0xA7AFB4CF, 0, 0, 0), (0xFFFFFFFF, 0xFFFFFFFF, 15, 1)]
    base = units.base_state(1, 0, 0, 1)
    return {
        "steps": [[word(s) for s in chain(units.step, start, 4)]
                  for start in (1, 2, 0x80000000, 0x80200003, 0xFFFFFFFF)],
        "draws": [draws(s, leap) for s in (1, 0xDEADBEEF) for leap in (1, 5, 8, 32)],
        "base_states": [{"seed": word(seed), "image": image, "layer": layer, "kind": kind,
                         "base": word(units.base_state(seed, image, layer, kind))}
                        for seed, image, layer, kind in words],
        "lane_states": [[word(s) for s in units.lane_states(b, 6)] for b in (1, base, 0xFFFFFFFF)],
        "attention_banks": [
            {"tokens": 10, "heads": 3, "bank": bank, "head": head, "leap": leap, "base": word(base),
             "first_lane": first, "draws": bank_bytes(base, first, 3, leap, 2)}
            for bank, head, leap, first in (("S", 0, 32, 0), ("S", 2, 32, 6), ("A", 0, 8, 9),
                                            ("A", 2, 8, 15))]}


# ---- Sections 3 and 4 --------------------------------------------------------------------------
def encoder() -> Json:
    corners = [(value, k, byte) for k in (0, 1, 4, 7, 8)
               for value in sorted({0, 1, (1 << k) - 1, 1 << k, 256})
               for byte in sorted({0, (1 << k) - 1, 1 << k & 255, 0xA5, 255})]
    return {"columns": ["I", "k", "byte", "spike"],
            "rows": [[*corner, int(units.bernoulli(*corner))] for corner in corners]}


def encode(seed: int, image: int, leap: int, exponent: int, base: int | None,
           binary: list[list[int]], tokens: list[list[int]], steps: int) -> Json:
    width = len(tokens[0])
    start = units.base_state(seed, image, 0, 0)
    taken = bank_bytes(start, 0, (width + 3) // 4, leap, len(tokens) * steps)
    flagged = {f for lo, hi in binary for f in range(lo, hi)}
    spikes = [[units.encode_token(tokens[n], n, len(tokens), bytes(taken[n * steps + t]), exponent,
                                  flagged, base) for n in range(len(tokens))] for t in range(steps)]
    return {"seed": seed, "image": image, "leap": leap, "exponent": exponent,
            "position_base": base, "binary": binary, "steps": steps, "tokens": tokens,
            "draws": taken, "spikes": rows(spikes, width)}


def stream(spikes: units.Tensor, width: int, base: int | None) -> Json:
    return {"position_base": base, "stream": rows(spikes, width),
            "spikes": rows(units.pass_stream(spikes, base), width)}


def input_encoding() -> Json:
    # Rows 4..: a position row wins over its value and over the binary flag; row 7 is past the last
    # token, so it is binary again; row 8 is binary, row 9 is not.
    mixed = [[0, 1, 8, 16, 9, 0, 16, 0, 0, 16], [3, 5, 7, 9, 0, 0, 0, 1, 200, 7],
             [16, 15, 2, 0, 0, 0, 0, 256, 1, 4]]
    numbers = Numbers(4)
    return {"cases": [
        encode(1, 0, 32, 4, 4, [[6, 9]], mixed, 3),
        encode(0xC0FFEE, 41, 1, 8, None, [[0, 1], [3, 5]],
               [numbers.many(5, 0, 256) for _ in range(2)], 4),
        encode(7, 2, 8, 0, None, [], [[0, 1, 256]], 2)],
        "streams": [stream(numbers.spikes(2, 3, 10, 50), 10, base) for base in (None, 0, 2, 7)]}


# ---- Sections 5 and 6 --------------------------------------------------------------------------
def converter_rows() -> list[list[int]]:
    corners: list[tuple[int, int, int]] = []
    for shift in range(8):
        unit = 256 << shift  # one code at gain 256
        corners += [(p, shift, 256) for p in (
            unit // 2 - 1, unit // 2, -unit // 2, -unit // 2 - 1, 29 * unit // 2, -33 * unit // 2,
            -33 * unit // 2 - 1)]
    corners += [(p, s, gain) for gain in (1, 255, 65535) for s in (0, 3, 7)
                for p in (0, 1, -1, 12345, -12345, 2096896, -2096896)]
    return [[*c, units.convert(*c)] for c in corners]


def product(numbers: Numbers, inputs: int, outputs: int, array: tuple[int, int],
            devices: bool) -> Json:
    blocks = -(-outputs // array[1])
    shift, gain = numbers.many(blocks, 0, 2), numbers.many(blocks, 150, 400)
    case: Json = {"rows": array[0], "cols": array[1], "shift": shift, "gain": gain}
    if devices:
        plus, minus = ([numbers.many(inputs, 0, 8191) for _ in range(outputs)] for _ in range(2))
        case |= {"plus": plus, "minus": minus}
        shift[:] = [s + 4 for s in shift]
        diff = [[p - m for p, m in zip(a, b)] for a, b in zip(plus, minus)]
    else:
        case["weight"] = [numbers.many(inputs, -15, 15) for _ in range(outputs)]
        diff = [[256 * w for w in row] for row in case["weight"]]
    matrix = units.Matrix(diff, *array, shift, gain)
    inputs_ = [0, (1 << inputs) - 1, *(numbers.spikes(1, 3, inputs, 50)[0])]
    case["cases"] = [{"spikes": digits(x, inputs), "current": matrix.sums(x)} for x in inputs_]
    return case


def arrays() -> Json:
    numbers = Numbers(5)
    return {"converter": {"columns": ["p", "s", "gain", "code"], "rows": converter_rows()},
            "matrices": [product(numbers, 7, 5, (3, 2), False),
                         product(numbers, 9, 4, (9, 4), False),
                         product(numbers, 6, 5, (4, 3), True)]}


def neuron(theta: int, bias: int, currents: Sequence[int]) -> Json:
    v, log = 0, []
    for current in currents:
        spike, v = units.lif(v, current, bias, theta)
        log.append([current, int(spike), v])
    return {"theta": theta, "bias": bias, "columns": ["current", "spike", "V"], "steps": log}


def neurons() -> Json:
    numbers = Numbers(6)
    return {"cases": [
        neuron(11, -2, [12, 8, 16, 0, -4, 0, 0, 20]), neuron(1, 0, [-4, 0, 0, 0, 0]),
        neuron(2047, 2047, [0, -64, -2048, 4, 4000]), neuron(2047, 0, [2044, 1024, 1536, 2044]),
        neuron(1, -2048, [0, -4000, 0, 4000, 4000]), neuron(100, -2048, [-2048, 3072, 3200, 3300]),
        neuron(60, 5, [4 * n for n in numbers.many(16, -16, 15)])]}


# ---- Section 7 ---------------------------------------------------------------------------------
def attend(numbers: Numbers, n_tokens: int, steps: int, words: tuple[int, int, int],
           options: units.Attention) -> Json:
    tokens, heads, width = options.N, options.heads, options.head_dim
    q, k, v = (numbers.spikes(steps, n_tokens, heads * width, 60) for _ in range(3))
    base, (lanes, lanes_a) = units.base_state(*words, 1), options.lanes()
    a, s = options.run(q, k, v, base)
    return {"tokens": tokens, "n_tokens": n_tokens, "heads": heads, "head_dim": width,
            "steps": steps, "seed": words[0], "image": words[1], "layer": words[2],
            "leap_s": options.leap_s, "leap_a": options.leap_a, "k_s": options.k_s,
            "k_a": options.k_a, "causal": options.causal, "row_exponent": options.row_exponent,
            "row_offset": options.row_offset,
            "draws_s": [bank_bytes(base, h * lanes, lanes, options.leap_s, steps)
                        for h in range(heads)],
            "draws_a": [bank_bytes(base, heads * lanes + h * lanes_a, lanes_a, options.leap_a,
                                   steps * width) for h in range(heads)],
            "q": rows(q, heads * width), "k": rows(k, heads * width), "v": rows(v, heads * width),
            "s": [[row[h * n_tokens:(h + 1) * n_tokens] for h in range(heads)]
                  for row in rows(s, n_tokens)],
            "a": rows(a, heads * width)}


def attention() -> Json:
    numbers = Numbers(7)
    make = units.Attention
    return {
        "row_exponents": {"columns": ["i", "offset", "ka"], "rows": [
            [i, offset, make(256, 1, 1, 0, 3, row_exponent=True, row_offset=offset).exponent(i)]
            for i in (0, 1, 2, 3, 4, 7, 8, 255) for offset in (-8, -1, 0, 1, 7)]},
        "cases": [
            attend(numbers, 4, 2, (1, 0, 0), make(4, 1, 4, 2, 2)),
            attend(numbers, 4, 3, (1, 3, 1), make(5, 2, 3, 1, 1, leap_s=5, leap_a=17)),
            attend(numbers, 7, 2, (9, 1, 0), make(7, 1, 6, 3, 8, True, True, -1, leap_a=1)),
            attend(numbers, 1, 1, (1, 0, 2), make(9, 1, 2, 0, 0)),
            # Longer than 256 tokens: random numbers of 16 bits.
            attend(numbers, 5, 1, (3, 2, 1), make(259, 2, 2, 1, 2, leap_s=5, leap_a=3)),
            attend(numbers, 40, 1, (5, 1, 0), make(258, 1, 4, 0, 9)),
            attend(numbers, 40, 1, (5, 1, 0), make(1024, 1, 2, 0, 10, True, True, 7))]}


# ---- Sections 8 and 9 --------------------------------------------------------------------------
def residuals() -> Json:
    x, b = 0b1100_0101_1010, 0b1010_0110_0110
    return {"x": digits(x, 12), "b": digits(b, 12),
            **{code: digits(units.residual(code, x, b), 12) for code in ("iand", "or", "xor")}}


def head() -> Json:
    numbers = Numbers(9)
    weight = [numbers.many(6, -15, 15) for _ in range(5)]
    weight[4] = weight[1]  # classes 1 and 4 always tie
    bias = [-20, 31, -2048, 8, 31]
    stage = units.Stage(units.Matrix([[256 * w for w in row] for row in weight], 4, 3, [1, 1],
                                     [256, 256]), bias)
    x = numbers.spikes(3, 4, 6, 50)
    cases = [{"pooling": pooling, "running": (r := units.run_head(stage, x, pooling)),
              "class": units.predicted(r[-1])} for pooling in ("all", "first", "last")]
    scores = [[3, 9, 9, 1], [-5, -5], [0], [-7, -2, -3], [-2147483648, 2147483647]]
    return {"rows": 4, "cols": 3, "shift": [1, 1], "gain": [256, 256], "weight": weight,
            "bias": bias, "x": rows(x, 6), "cases": cases,
            "ties": [{"scores": s, "class": units.predicted(s)} for s in scores]}


# ---- Section 10 --------------------------------------------------------------------------------
def windows(height: int, width: int, patch: int, stride: int, pad: int) -> Json:
    tokenizer = {"kind": "patch", "height": height, "width": width, "patch": patch,
                 "stride": stride, "pad": pad}
    pixels = list(range(1, height * width + 1))
    return {"tokenizer": tokenizer,
            "image": [pixels[y * width:(y + 1) * width] for y in range(height)],
            "tokens": files.tokenize(pixels, tokenizer)}


def file_formats() -> Json:
    examples = [files.Array("|u1", (2, 1, 3), [1, 0, 1, 1, 1, 0]),
                files.Array("<i4", (2, 2), [1, -2, 2147483647, -2147483648])]
    return {"npy": [{"type": a.dtype, "shape": a.shape, "values": a.values,
                     "file": textwrap.wrap(files.npy_bytes(a).hex(), 64)} for a in examples],
            "tokenizers": [windows(4, 5, 3, 2, 1), windows(5, 5, 2, 2, 0), windows(2, 3, 2, 1, 0)]}


# ---- Section 11 --------------------------------------------------------------------------------
def calibrate(numbers: Numbers, inputs: int, outputs: int, array: tuple[int, int], devices: bool,
              seed: int, count: int, density: int, leap: int) -> Json:
    case = product(numbers, inputs, outputs, array, devices)
    del case["cases"]
    if devices:
        diff = [[p - m for p, m in zip(a, b)] for a, b in zip(case["plus"], case["minus"])]
    else:
        diff = [[256 * w for w in row] for row in case["weight"]]
    matrix = units.Matrix(diff, *array, case["shift"], case["gain"])
    vectors = units.calibration_vectors(seed, count, density, leap, array[0])
    return case | {"seed": seed, "density": density, "leap": leap,
                   "vectors": [digits(x, array[0]) for x in vectors],
                   "sums": units.calibration_sums(matrix, array[0], inputs, vectors)}


def calibration() -> Json:
    numbers = Numbers(11)
    corners = [(256, 1000, 1000), (256, 1000, 500), (256, 500, 1000), (256, 1000, 0),
               (300, 777, 500), (1, 1, 4294967295), (65535, 4294967295, 1), (65535, 3, 2)]
    return {"gains": {"columns": ["gain0", "sum0", "sum", "gain"],
                      "rows": [[*c, units.corrected_gain(*c)] for c in corners]},
            "matrices": [calibrate(numbers, 7, 5, (3, 2), False, 1, 4, 128, 32),
                         calibrate(numbers, 9, 4, (9, 4), False, 0xC0FFEE, 3, 256, 1),
                         calibrate(numbers, 13, 5, (6, 3), True, 2, 5, 51, 8)]}


# ---- Files -------------------------------------------------------------------------------------
SECTIONS: dict[str, tuple[str, Callable[[], Json]]] = {
    "random": ("2, lanes, draws, base states, lane states, banks", random_numbers),
    "encoder": ("3, Bernoulli encoder", encoder),
    "input": ("4, input encoding; draws are [token-step][byte], spikes and stream [step][token]",
              input_encoding),
    "arrays": ("5, converters and arrays; current is 4 * sum of codes", arrays),
    "lif": ("6, LIF neuron", neurons),
    "attention": ("7, attention; draws_s are [head][step][byte], draws_a "
                  "[head][step * head_dim + d][byte], q k v a [step][token], s [step][head][query]",
                  attention),
    "residual": ("8, residual", residuals),
    "head": ("9, head; x is [step][token], running [step][class]", head),
    "files": ("10, .npy files in hexadecimal, tokenizer", file_formats),
    "calibration": ("11, drift compensation; vectors are the rows of an array", calibration)}


def page(about: str, body: Json) -> bytes:
    note = "Strings of 0 and 1 are spikes, feature 0 first."
    return (text({"about": f"docs/numerics.md, section {about}. {note}"} | body) + "\n").encode()


def all_files() -> Iterable[tuple[str, bytes]]:
    for name, (about, make) in SECTIONS.items():
        yield f"{name}.json", page(about, make())
    for name in NETWORKS:
        meta, tensors = random_model(name)
        packed = files.safetensors_bytes(tensors, {"xpikeformer": json.dumps(meta)})
        yield f"network-{name}.safetensors", packed
        yield f"network-{name}.json", page("1, a whole network with every tensor of two images; "
                                           "spikes [step][token], s [step][head][query]",
                                           whole_network(name, packed))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check
    made = dict(all_files())
    FOLDER.mkdir(parents=True, exist_ok=True)
    if check:
        found = {path.name: path.read_bytes() for path in FOLDER.iterdir() if path.suffix != ".md"}
        wrong = sorted(name for name in made | found if made.get(name) != found.get(name))
        print("\n".join(f"docs/vectors/{name} is not what the script writes" for name in wrong)
              or f"{len(made)} files are as the script writes them")
        return 1 if wrong else 0
    for name, content in made.items():
        (FOLDER / name).write_bytes(content)
        print(f"docs/vectors/{name}: {len(content)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
