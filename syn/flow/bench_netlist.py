# SPDX-License-Identifier: Apache-2.0
"""The netlist of one module for its bench: python3 -m syn.flow.bench_netlist OUT TOP Name=value.. -- file..

Writes OUT/netlist.v, a module with the name and the ports of the RTL, and OUT/cells.v. Called by the build
(syn/CMakeLists.txt). Exit codes: 0 done, 1 a tool failed.
"""
from __future__ import annotations

import pathlib
import shutil
import sys

from . import cells, run as flow
from .__main__ import OSU
from .liberty import LibertyError, read
from .netlist import NetlistError
from .tools import FlowError, say


def parameter(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def main() -> int:
    out, top = pathlib.Path(sys.argv[1]), sys.argv[2]
    end = sys.argv.index("--")
    parameters = dict(map(parameter, sys.argv[3:end]))
    try:
        library = read(OSU)
        setup = flow.Setup(library, out, sys.argv[end + 1:], out, 5.0, 100e6)
        flow.prepare(setup)
        mapped = flow.synthesize(setup, "block", top, parameters)
        shutil.copyfile(mapped.verilog, out / "netlist.v")
        used = {instance.cell for instance in mapped.netlist.instances}
        (out / "cells.v").write_text("".join(cells.model(library.cells[name]) for name in sorted(used)))
    except (FlowError, NetlistError, LibertyError) as error:
        say(f"bench_netlist: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
