# SPDX-License-Identifier: Apache-2.0
"""Synthesis of a board with Yosys, and what its netlist is made of."""
from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from fpga.flow.boards import FPGA, ROOT, Board
from scripts.rtl_sources import rtl_sources
from syn.flow.tools import FlowError, check_log, run

# Bits of the memories, look-up tables that a cell occupies.
RAM_BITS = {"SB_RAM40_4K": 4096, "SB_SPRAM256KA": 262144, "DP16KD": 18432, "PDPW16KD": 18432}
LUTS = {"SB_LUT4": 1, "LUT4": 1, "CCU2C": 2, "TRELLIS_DPR16X4": 6}
FLIP_FLOPS = ("SB_DFF", "TRELLIS_FF")
TOP = "xpk_board"
WEIGHTS = "u_matrix.u_weights.mem"  # the weight memory of a folded core


def sources(board: Board, build: Path) -> list[Path]:
    """The RTL of the chip and of the board, packages first, without simulation models."""
    generated = build / "gen" / "rtl"
    files = [ROOT / name for name in rtl_sources(str(generated.resolve()))]
    files += [generated / f"{board.chip}.sv", FPGA / "rtl" / "xpk_fpga_chip.sv", board.folder / "xpk_board.sv"]
    missing = [str(file) for file in files if not file.exists()]
    if missing:
        raise FlowError(f"{missing[0]}: missing; build the target xpike_generated_files first")
    return list(dict.fromkeys(files))


def script(board: Board, files: list[Path], work: Path, weights: str | None = None) -> str:
    """Commands of Yosys: netlist as JSON for nextpnr and, bit by bit, as Verilog.

    weights: a constant of Yosys, what the weight memory of a folded core starts with.
    """
    options = "-dsp " if board.device.startswith("iCE40UP") else ""
    synth = f"synth_{board.family} {options}-top {TOP} -run"
    preload = f"{synth} :map_ram; setparam -set INIT {weights} c:*.{WEIGHTS}; {synth} map_ram" if weights else f"{synth} "
    return (f"read_verilog -defer -sv -D XPK_ARRAY_RAM -D XPK_FPGA_CHIP={board.chip} "
            f"-D XPK_FPGA_CLOCKS_PER_BIT={board.clocks_per_bit} "
            + " ".join(str(file.relative_to(ROOT)) if file.is_relative_to(ROOT) else str(file) for file in files)
            # Up to the names made up for nets, which take longer than all the rest.
            + f"; {preload}:check; hierarchy -check; check -noinit; blackbox =A:whitebox; "
            + f"write_json {work}/netlist.json; splitnets; write_verilog -noattr {work}/netlist.v")


def synthesize(board: Board, build: Path, work: Path, weights: str | None = None) -> Counter[str]:
    """Cells of the netlist by type."""
    work.mkdir(parents=True, exist_ok=True)
    log = work / "yosys.log"
    run(["yosys", "-q", "-l", str(log), "-p", script(board, sources(board, build), work, weights)], work / "yosys.out")
    check_log(log)
    return cells(work / "netlist.json")


def cells(netlist: Path) -> Counter[str]:
    modules = json.loads(netlist.read_text(encoding="utf-8"))["modules"]
    return Counter(cell["type"] for cell in modules[TOP]["cells"].values())


def sizes(counted: Counter[str]) -> dict[str, int]:
    """Look-up tables, flip-flops and bits of memory blocks."""
    return {"lut": sum(LUTS.get(kind, 0) * count for kind, count in counted.items()),
            "ff": sum(count for kind, count in counted.items() if kind.startswith(FLIP_FLOPS)),
            "ram_bits": sum(RAM_BITS.get(kind, 0) * count for kind, count in counted.items())}
