# SPDX-License-Identifier: Apache-2.0
"""The RTL that can be synthesized, in compile order, read from the file lists rtl/*/*.f.

Standard library only: lint and synthesis both import it.
"""
from __future__ import annotations

import pathlib
import re
from typing import Sequence

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROOMS = ("common", "ssa", "aimc", "core", "fold", "host")  # a room uses those before it
REGISTERS = "xpk_regs_pkg.sv"  # a package that the build generates


def rtl_sources(generated: str, rooms: Sequence[str] = ROOMS) -> list[str]:
    """Files from the root of the repository, packages first, without simulation models.

    `generated` is the folder with the package of the registers.
    """
    files = ["rtl/xpk_pkg.sv", f"{generated}/{REGISTERS}"]
    for room in rooms:
        lines = (ROOT / "rtl" / room / f"{room}.f").read_text(encoding="utf-8").splitlines()
        files += [line for line in lines if line.startswith("rtl/")]
    return [name for name in files if not re.search(r"_sim[^/]*\.sv$", name)]
