# SPDX-License-Identifier: Apache-2.0
"""The boards of fpga/boards.json."""
from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FPGA = ROOT / "fpga"


@dataclass(frozen=True)
class Board:
    """One board and what is built for it."""

    name: str
    board: str            # as its maker calls it
    device: str
    family: str           # "ice40" or "ecp5"
    place: list[str]      # options of nextpnr
    configuration: str    # of configs/configs.json
    model: str            # in models/
    clock_hz: float       # of the chip, the board's oscillator
    line_rate: float      # bits per second of the UART
    core_v: float
    static_a: float       # typical supply current of the idle core, data sheet

    @property
    def folder(self) -> Path:
        return FPGA / "boards" / self.name

    @property
    def clocks_per_bit(self) -> int:
        return round(self.clock_hz / self.line_rate)

    @property
    def chip(self) -> str:
        """Module that the generator wrote for the configuration, behind a UART."""
        return f"xpk_uart_{self.configuration.replace('-', '_')}"


def load() -> dict[str, Board]:
    entries = json.loads((FPGA / "boards.json").read_text(encoding="utf-8"))["boards"]
    return {name: Board(name=name, **entry) for name, entry in entries.items()}


def board(name: str) -> Board:
    """Throws KeyError that names the known ones."""
    boards = load()
    if name not in boards:
        raise KeyError(f"no board {name!r}; known: {', '.join(boards)}")
    return boards[name]
