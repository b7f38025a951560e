# SPDX-License-Identifier: Apache-2.0
"""An FPGA board from RTL to bitstream: `make fpga BOARD=hx8k`.

Synthesizes (Yosys), places and routes (nextpnr), packs the bitstream, counts cycles in the simulated
RTL and writes BUILD/fpga/BOARD/report.json. A design that the device has no room for is no failure: the
report says placed_and_routed = false. Exit codes: 0 done, 1 a tool failed, 2 unusable input.
"""
from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from fpga.flow import boards, netlist, place, record, report
from fpga.flow.boards import ROOT
from scripts.command_line import Xpike, finish
from syn.flow.tools import FlowError, say


def main() -> int:
    parser = argparse.ArgumentParser(prog="make fpga", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="build folder")
    parser.add_argument("--xpike", type=Path, help="program with the core of the configuration")
    parser.add_argument("--board", default="hx8k", help=", ".join(boards.load()))
    parser.add_argument("--record", action="store_true", help="also refresh docs")
    parser.add_argument("--configurations", action="store_true", help="only print the configurations of the boards")
    options = parser.parse_args()
    if options.configurations:
        print(";".join(sorted({board.configuration for board in boards.load().values()})))
        return 0
    board, build = boards.board(options.board), options.build.resolve()
    work = build / "fpga" / board.name
    try:
        say(f"fpga: synthesis for {board.device}, minutes")
        cells = netlist.synthesize(board, build, work)
        tools = place.find_tools(board, build / "fpga" / "tools")
        say("fpga: place and route, minutes" if tools else "fpga: not placed")
        placed = place.place(board, tools, work) if tools else None
        bitstream = place.pack(board, tools, work) if tools and placed else None
        seen = report.simulate(board, Xpike(options.xpike or build / "bin" / "xpike", work))
    except FlowError as error:
        print(f"fpga: {error}", file=sys.stderr)
        return 1
    found = report.make(board, cells, tools, placed, seen)
    report.write_atomically(work / "report.json", json.dumps(found, indent=1) + "\n")
    print(report.table(found))
    if bitstream:
        print(f"bitstream     {bitstream}")
    print(f"report        {work / 'report.json'}")
    if options.record:
        count = record.record(board.name, record.entries(board.name, found))
        print(f"recorded      {count} figures in {record.FILE.relative_to(ROOT)} and docs")
    return 0


if __name__ == "__main__":
    finish("fpga", main)
