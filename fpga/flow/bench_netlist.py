# SPDX-License-Identifier: Apache-2.0
"""Netlist of a board for its bench:

    python3 -m fpga.flow.bench_netlist BOARD BUILD FOLDER CLOCKS_PER_BIT [CONFIGURATION WEIGHTS]

FOLDER/netlist.v is what `make fpga` places, but for the rate of the line. With a configuration it is
another chip on the same board, whose weight memory starts with the constant in the file WEIGHTS.
"""
from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from fpga.flow import boards, netlist
from syn.flow.tools import FlowError


def main() -> int:
    name, build, folder, clocks_per_bit, *other = sys.argv[1:]
    board = boards.board(name)
    board = replace(board, line_rate=board.clock_hz / int(clocks_per_bit))
    weights = None
    if other:
        board = replace(board, configuration=other[0])
        weights = Path(other[1]).read_text(encoding="ascii")
    try:
        netlist.synthesize(board, Path(build), Path(folder), weights)
    except FlowError as error:
        print(f"fpga: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
