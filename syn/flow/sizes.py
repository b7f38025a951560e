# SPDX-License-Identifier: Apache-2.0
"""What a larger tile costs: an estimate for engines of more tokens than the one that is synthesized.

ROWS rows of N cells are synthesized for each N and replay random columns with the recording's rates of Q,
K and V, scores and row sums compared with what is worked out here. An engine of N tokens is then taken to
need, per cell update,

    tile x row(N) / row(own) + (lane / 4 + rest x own) / N

with the energies of the configuration's own tile, value lane and engine: a lane serves four rows of N
cells; the rest (engine less tile and lanes: cursors, masks, buffers of the columns) has N bits per column.
"""
from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable

from . import run as flow
from .blocks import Block

ROWS, STEPS, SEED = 2, 6, 20240815
TOKENS = (64, 128, 256)


@dataclasses.dataclass(frozen=True)
class Rates:
    """Of the spikes of Q, K and V."""
    q: float
    k: float
    v: float


def rates(events: dict[str, int]) -> Rates:
    each = events["qkv_write_bits"] / 3
    return Rates(*(events[f"spikes_{name}"] / each for name in "qkv"))


def digits(value: int, bits: int) -> str:
    return f"{value:0{(bits + 3) // 4}x}"


def stimuli(tokens: int, columns: int, planes: int, density: Rates, layer_bits: int) -> str:
    """Time steps back to back; V meets the scores of the step before. Rows are the first ones of a tile."""
    source = random.Random(SEED)

    def bits(count: int, share: float) -> int:
        return sum((source.random() < share) << i for i in range(count))

    sum_bits = tokens.bit_length()
    inputs = [("load_i", 1), ("planes_i", planes * tokens), ("next_planes_i", planes * tokens), ("count_i", ROWS),
              ("k_i", tokens), ("last_i", 1), ("s_row_i", 1), ("v_valid_i", 1), ("v_i", tokens),
              ("partial_i", ROWS * sum_bits), ("compare_i", 1), ("bytes_a_i", 8 * ROWS), ("row_block_i", 1),
              ("causal_i", 1), ("layer_i", layer_bits)]
    lines = [f"in {name} {width}" for name, width in inputs] + [f"out s_o {tokens}"]

    def cycle(counted: bool, values: dict[str, int], scores: int | None) -> str:
        words = [digits(values.get(name, 0), width) for name, width in inputs]
        return " ".join([str(int(counted)), *words, "-" if scores is None else digits(scores, tokens)])

    def load() -> tuple[list[int], int]:
        """Random numbers by position, and as planes."""
        numbers = [source.randrange(1 << planes) for _ in range(tokens)]
        return numbers, sum((number >> p & 1) << (p * tokens + i) for i, number in enumerate(numbers)
                            for p in range(planes))

    numbers, words = load()
    lines.append(cycle(False, {"load_i": 1, "planes_i": words}, None))
    scores: int | None = None
    compare = False
    for step in range(STEPS):
        counts = [0] * tokens  # of row 0, whose cells sit at their keys' positions
        following: list[int] = []
        for column in range(columns):
            q, k, last = bits(ROWS, density.q), bits(tokens, density.k), column == columns - 1
            values = {"count_i": q, "k_i": k, "last_i": int(last), "compare_i": int(compare),
                      "bytes_a_i": source.randrange(1 << 8 * ROWS)}
            if q & 1:
                counts = [count + (k >> i & 1) for i, count in enumerate(counts)]
            if scores is not None:
                values |= {"v_valid_i": 1, "v_i": bits(tokens, density.v)}
            compare = scores is not None
            if last:
                following, words = load()
                values |= {"load_i": 1, "planes_i": words}
            lines.append(cycle(step > 0, values, scores))
        scores = sum((count > number) << i for i, (count, number) in enumerate(zip(counts, numbers)))
        numbers = following
    lines.append(cycle(False, {}, scores))
    return "\n".join(lines) + "\n"


def row_energy(setup: flow.Setup, row: Block, tokens: int, columns: int, density: Rates) -> float:
    """J per cell update of the first ROWS rows of a tile."""
    parameters = row.parameters | {"N": tokens, "Rows": ROWS}
    own = dataclasses.replace(setup, work=setup.work / "sizes" / str(tokens))
    flow.prepare(own)
    mapped = flow.synthesize(own, "rows", row.top, parameters)
    flow.time(own, "rows", mapped)
    layer_bits = next(len(port.bits) for port in mapped.netlist.ports if port.name == "layer_i")
    path = own.work / "rows" / "stimuli.txt"
    path.write_text(stimuli(tokens, columns, parameters["ScorePlanes"], density, layer_bits))
    flow.replay(own, "rows", mapped, path)
    power = flow.estimate(own, "rows", mapped)
    return (power.internal + power.switching + power.leakage) / own.clock_hz / (ROWS * tokens)


def estimate(own: int, tokens: int, row: dict[int, float], event_j: dict[str, float]) -> float:
    """J per cell update of an engine of `tokens` tokens. row: J per update by tokens; event_j: by block."""
    tile, lane = event_j["ssa-tile"], event_j["lfsr-lane-value"]
    rest = event_j["ssa-engine"] - tile - lane / (4 * own)
    return tile * row[tokens] / row[own] + (lane / 4 + rest * own) / tokens


def measure(setup: flow.Setup, config: dict, blocks: list[Block], rows: list[dict], events: dict[str, int],
            map_: Callable) -> list[dict]:
    """The configuration's own size and the larger ones. rows: the report's blocks; map_: like `map`."""
    own, density = config["tokens"], rates(events)
    row = next(block for block in blocks if block.name == "ssa-row")
    sizes = [own, *(tokens for tokens in TOKENS if tokens > own)]
    found = dict(zip(sizes, map_(lambda n: row_energy(setup, row, n, config["head_dim"], density), sizes)))
    event_j = {entry["name"]: entry["energy_per_event_j"] for entry in rows}
    return [{"tokens": n, "rates": dataclasses.asdict(density), "row_energy_per_update_j": found[n],
             "engine_energy_per_update_j": estimate(own, n, found, event_j)} for n in sizes]
