# SPDX-License-Identifier: Apache-2.0
"""The blocks that are synthesized, and where each of them is at work in the chip."""
from __future__ import annotations

import dataclasses
import json
import math
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]


@dataclasses.dataclass(frozen=True)
class Block:
    """One module with the parameters of a configuration.

    scope: its place below xpk_core. event: a signal below xpk_core; `per_event` events happen in every
    cycle of the inference in which it is 1. keep: modules that are mapped once and copied. cut: modules
    left out, their ports become ports of the block. slices: ports that are a part of a wider signal.
    conditions: port -> (signal, lsb, bits, value); the port is 0 in cycles in which those bits of the
    signal have another value.
    """
    name: str
    top: str
    scope: str
    event: str
    event_name: str
    per_event: float
    parameters: dict[str, int]
    keep: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()
    slices: dict[str, tuple[str, int]] = dataclasses.field(default_factory=dict)
    conditions: dict[str, tuple[str, int, int, int]] = dataclasses.field(default_factory=dict)


def configuration(name: str) -> dict:
    """A configuration of configs/configs.json with all its fields."""
    configs = json.loads((ROOT / "configs" / "configs.json").read_text())["configs"]
    if name not in configs:
        raise KeyError(f"CONFIG: '{name}' is none of {', '.join(configs)}")
    own = configs[name]
    return (configuration(own["like"]) if "like" in own else {}) | own


def blocks(config: dict) -> list[Block]:
    tokens, heads, head_dim = config["tokens"], config["heads"], config["head_dim"]
    steps, converters, dim = config["steps"], config["converters"], config["dim"]
    planes = max(1, math.ceil(math.log2(head_dim)))
    rows = "u_ssa.gen_head[0].u_tile.u_rows"
    tile = "u_chain.u_layer.u_ff1.gen_tile[0].u_tile"
    shape = {"Tokens": tokens, "Heads": heads, "HeadDim": head_dim, "Steps": steps}
    return [
        Block("ssa-row", "xpk_ssa_rows", rows, f"{rows}.v_valid_i", "cell update", tokens,
              {"N": tokens, "Rows": 1, "First": 0, "ScorePlanes": planes},
              slices={port: (port, 0) for port in ("count_i", "partial_i", "total_o", "bytes_a_i", "a_o")} | {"s_row_i": ("=0", 0)}),
        Block("ssa-tile", "xpk_ssa_tile", "u_ssa.gen_head[0].u_tile", f"{rows}.v_valid_i", "cell update", tokens ** 2,
              {"Tokens": tokens, "HeadDim": head_dim}),
        Block("ssa-engine", "xpk_ssa_engine", "u_ssa", f"{rows}.v_valid_i", "cell update", heads * tokens ** 2,
              shape | {"LeapScore": config["leap_score"], "LeapValue": config["leap_value"]},
              keep=("*xpk_ssa_tile*", "*xpk_lfsr_lane*")),
        Block("lfsr-lane-value", "xpk_lfsr_lane", "u_ssa.u_draws.u_value_bank.gen_lane[0].u_lane", "draw_value", "draw", 1,
              {"Leap": config["leap_value"]}),
        Block("lfsr-lane-score", "xpk_lfsr_lane", "u_ssa.u_draws.u_score_bank.gen_lane[0].u_lane", "draw_score", "draw", 1,
              {"Leap": config["leap_score"]}),
        Block("lif-lane", "xpk_lif_lane", f"{tile}.gen_lane[0].u_lif", f"{tile}.sum_valid_o", "neuron update", 1, {}),
        Block("neuron-tile", "xpk_neuron_tile", tile, f"{tile}.sum_valid_o", "neuron update", converters,
              {"Inputs": dim, "Columns": min(config["ff"], config["array_cols"]), "Layers": config["depth"],
               "Rows": config["array_rows"], "Cols": config["array_cols"], "Converters": converters,
               "AdcCycles": config["adc_cycles"]}, cut=("*xpk_array_bank*",)),
        Block("residual", "xpk_residual", "u_chain.u_layer.u_res1", "u_chain.u_layer.h_fire", "spike vector", 1, {"Width": dim}),
        spike_bank(config),
        Block("corner-turn", "xpk_corner_turn", "u_corner_turn", "a_valid", "column written", 1, shape,
              cut=("*xpk_ram_1r1w*",)),
        Block("controller", "xpk_controller", "u_controller", "done", "inference", 1, {}),
    ]


def spike_bank(config: dict) -> Block:
    """The first bank of the first row block of a spike memory: a memory with one converter, which is
    written with the bits of converter 0 and read where the column is one of its own."""
    converters, head_dim = config["converters"], config["head_dim"]
    if converters & (converters - 1):
        raise KeyError(f"CONFIG: {converters} converters, and only powers of two have their spike memory cut")
    choice = converters.bit_length() - 1  # bits of the column that tell its bank
    return Block("spike-memory-bank", "xpk_column_memory", "gen_memory[0].u_memory", "qk_re", "column read",
                 1 / converters, {"Tokens": config["tokens"], "Heads": min(config["heads"], config["array_cols"] // head_dim),
                                  "HeadDim": head_dim // converters, "Steps": config["steps"],
                                  "Cols": config["array_cols"] // converters, "Converters": 1},
                 slices={"wbits_i": ("wbits_i", 0), "rcol_i": ("rcol_i", choice), "rdata_o": ("gen_block[0].words_q", 0)},
                 conditions={"re_i": ("rcol_i", 0, choice, 0)} if choice else {})
