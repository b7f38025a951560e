# SPDX-License-Identifier: Apache-2.0
"""Generic gates of the attention engine, by Yosys."""
from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from scripts.command_line import ROOT

TOP = "xpk_ssa_engine"
FLIP_FLOP = re.compile(r"\$_\w*DFF\w*_$")
COUNT = re.compile(r"^\s+(\$_\w+_)\s+(\d+)$")


@dataclass(frozen=True)
class Build:
    """An engine of two heads of 8 columns, the other parameters as they stand in the module."""

    tokens: int
    tile_tokens: int

    @property
    def name(self) -> str:
        return f"{self.tokens}-{self.tile_tokens}"


def sources() -> list[str]:
    """RTL that the engine is made of, packages first."""
    listed = ["rtl/xpk_pkg.sv"]
    for room in ("common", "ssa"):
        lines = (ROOT / "rtl" / room / f"{room}.f").read_text(encoding="utf-8").split()
        listed += [line for line in lines if line.startswith("rtl/")]
    return listed


def count(text: str) -> dict[str, int]:
    """Gates and flip-flops of Yosys' statistics. Throws ValueError where they show a memory or no cell."""
    gates = flip_flops = 0
    for line in text.splitlines():
        found = COUNT.match(line)
        if found and FLIP_FLOP.match(found.group(1)):
            flip_flops += int(found.group(2))
        elif found:
            gates += int(found.group(2))
    if not gates or not re.search(r"memories:\s+0$", text, re.MULTILINE):
        raise ValueError(f"statistics of {TOP} without gates, or with memories left")
    return {"gates": gates, "flip_flops": flip_flops}


def synthesize(build: Build, folder: Path) -> dict[str, int]:
    """Gates and flip-flops of a build; memories are flip-flops. Throws CalledProcessError."""
    statistics = folder / f"gates-{build.name}.txt"
    script = [f"read_verilog -sv {' '.join(sources())}",
              f"chparam -set Tokens {build.tokens} -set TileTokens {build.tile_tokens} {TOP}",
              f"synth -flatten -top {TOP}", "abc -g XOR,AND,OR,MUX", f"tee -q -o {statistics} stat"]
    subprocess.run(["yosys", "-q", "-w", "Replacing memory", "-p", "; ".join(script)], check=True, cwd=ROOT)
    return count(statistics.read_text(encoding="utf-8"))
