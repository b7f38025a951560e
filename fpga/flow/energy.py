# SPDX-License-Identifier: Apache-2.0
"""Estimate of the energy per image: a model of supply power, nothing is measured.

    power  = static_a * core_v                                 typical current of the data sheet
           + f * core_v^2 * sum over kinds of cells of count * activity * capacitance
    energy = power * cycles_per_image / f                      at the clock of the board

Capacitances are assumed, for cells of a 40 nm FPGA with their routing; they and the activity may be
wrong by a factor of three. The supply of inputs and outputs, and the board, are left out.
"""
from __future__ import annotations

from fpga.flow.boards import Board

MODEL = ("static current of the data sheet, and assumed capacitances switched at an assumed activity; "
         "not measured, without inputs, outputs and board")
# Kind: farad that a cell switches, times per cycle.
CAPACITANCE = {"lut": 1e-12, "ff": 0.3e-12, "ram_block": 10e-12}
ACTIVITY = {"lut": 0.125, "ff": 1.0, "ram_block": 0.5}  # flip-flops: the clock pin


def joule_per_image(board: Board, lut: int, ff: int, ram_blocks: int, cycles: float) -> float:
    counts = {"lut": lut, "ff": ff, "ram_block": ram_blocks}
    switched = sum(count * ACTIVITY[kind] * CAPACITANCE[kind] for kind, count in counts.items())
    return board.core_v * cycles * (board.static_a / board.clock_hz + switched * board.core_v)
