# SPDX-License-Identifier: Apache-2.0
"""The steps of the flow: synthesis, timing, replay of recorded activity, power."""
from __future__ import annotations

import dataclasses
import json
import pathlib
import re

from . import cells, clock_tree, netlist as netlists, power as powers, sleep
from .blocks import Block
from .liberty import Library
from .netlist import Netlist
from .tools import ROOT, FlowError, check_log, run

SCRIPTS = ROOT / "syn" / "scripts"
ANNOTATED_AT_LEAST = 0.95


@dataclasses.dataclass
class Setup:
    """What all blocks of a run share."""
    library: Library
    work: pathlib.Path  # build/ppa/CONFIG/LIBRARY
    sources: list[str]
    programs: pathlib.Path  # xpk_record, xpk_extract, xpk_replay
    target_ns: float  # of the logic optimizer
    clock_hz: float  # of the power
    gating: bool = True


@dataclasses.dataclass
class Mapped:
    netlist: Netlist
    area: float
    verilog: pathlib.Path


def prepare(setup: Setup) -> None:
    """Files that depend on the library alone."""
    setup.work.mkdir(parents=True, exist_ok=True)
    (setup.work / "clock_gate.v").write_text(cells.clock_gate(setup.library) if setup.gating else "")
    driver = cells.buffers(setup.library)[0].name
    load_ff = powers.OUTPUT_LOAD_F * 1e15
    (setup.work / "drive.constr").write_text(f"set_driving_cell {driver}\nset_load {load_ff:g} [all_outputs]\n")


def synthesize(setup: Setup, name: str, top: str, parameters: dict[str, int], keep: tuple[str, ...] = (),
               cut: tuple[str, ...] = ()) -> Mapped:
    folder = setup.work / name
    folder.mkdir(parents=True, exist_ok=True)
    out = folder / "netlist"
    environment = {
        "FILES": " ".join(setup.sources), "TOP": top, "KEEP": " ".join(keep), "CUT": " ".join(cut),
        "PARAMS": " ".join(f"{key} {value}" for key, value in parameters.items()),
        "GATING": "1" if setup.gating else "0", "GATE_STUBS": str(SCRIPTS / "gate_stubs.v"),
        "GATE_MAP": str(SCRIPTS / "gate_map.v"), "CELLS": str(setup.work / "clock_gate.v"),
        "LIBERTY": str(setup.library.path), "CONSTR": str(setup.work / "drive.constr"),
        "PERIOD_PS": f"{setup.target_ns * 1000:g}", "OUT": str(out)}
    log = folder / "yosys.log"
    run(["yosys", "-q", "-l", str(log), "-c", str(SCRIPTS / "synth.tcl")], folder / "yosys.out", environment)
    check_log(log)
    mapped = netlists.read(out.with_suffix(".json"), top, setup.library)
    clock_tree.grow(mapped, setup.library, sleep.grow(mapped, setup.library))
    out.with_suffix(".v").write_text(netlists.verilog(mapped))
    return Mapped(mapped, sum(setup.library.cells[i.cell].area for i in mapped.instances), out.with_suffix(".v"))


def time(setup: Setup, name: str, mapped: Mapped) -> float:
    """The shortest period in s; leaves the slews in the block's folder."""
    folder = setup.work / name
    wrapper = folder / "registered.v"
    wrapper.write_text(netlists.registered(mapped.netlist, setup.library))
    log = folder / "sta.log"
    text = run(["sta", "-no_init", "-no_splash", "-exit", str(SCRIPTS / "timing.tcl")], log, {
        "LIBERTY": str(setup.library.path), "NETLIST": f"{mapped.verilog} {wrapper}",
        "CLOCK_SLEW_NS": f"{powers.INPUT_SLEW_S * 1e9:g}", "DRIVER": cells.buffers(setup.library)[0].name,
        "SLEWS": str(folder / "slews.txt")})
    check_log(log)
    match = re.search(r"^min_period_ns (\S+)$", text, re.MULTILINE)
    if not match:
        raise FlowError(f"{log}: no period")
    return float(match.group(1)) * 1e-9


def replay(setup: Setup, name: str, mapped: Mapped, stimuli: pathlib.Path) -> dict:
    """Toggles of the netlist under the stimuli; stops if an output is not the recorded one."""
    folder = setup.work / name
    network = folder / "network.txt"
    network.write_text(netlists.for_replay(mapped.netlist, setup.library))
    result = json.loads(run([str(setup.programs / "xpk_replay"), str(network), str(stimuli),
                             str(folder / "activity.txt")], folder / "replay.log", wanted=(0, 1)))
    if result["mismatches"] or not result["compared_bits"]:
        raise FlowError(f"{name}: the netlist differs from the recording in {result['mismatches']} of "
                        f"{result['compared_bits']} bits, first in {result['first_mismatch']}")
    return result


def activity(setup: Setup, name: str, mapped: Mapped) -> powers.Estimate:
    folder = setup.work / name
    return powers.Estimate(mapped.netlist, setup.library, powers.read_activity(folder / "activity.txt"),
                           powers.read_slews(folder / "slews.txt"))


def estimate(setup: Setup, name: str, mapped: Mapped) -> powers.Power:
    found = activity(setup, name, mapped).power(setup.clock_hz)
    if found.annotated < ANNOTATED_AT_LEAST:
        raise FlowError(f"{name}: only {found.annotated:.1%} of the pins have an activity")
    return found


def boundary(block: Block, mapped: Netlist, core: str) -> str:
    """What xpk_extract is asked for: the ports of the netlist as signals of the recording."""
    scope = f"{core}.{block.scope}"
    lines = [f"clock {core}.clk_i", f"window {core}.busy", f"event {core}.{block.event}"]
    for port in mapped.ports:
        if port.name == "clk_i":
            continue
        kind, signal, lsb = ("in" if port.direction == "input" else "out"), port.name, 0
        if port.name in block.slices:
            signal, lsb = block.slices[port.name]
        if signal.startswith("="):
            lines.append(f"{kind} {port.name} {len(port.bits)} ={signal[1:].zfill((len(port.bits) + 3) // 4)}")
        else:
            path = signal.lstrip("\\").replace("__", ".") if "__" in signal else signal
            line = f"{kind} {port.name} {len(port.bits)} {scope}.{path} {lsb}"
            if port.name in block.conditions:
                condition, at, bits, value = block.conditions[port.name]
                line += f" if {scope}.{condition} {at} {bits} {value}"
            lines.append(line)
    return "\n".join(lines) + "\n"


def extract(setup: Setup, block: Block, mapped: Mapped, wave: pathlib.Path, core: str) -> tuple[pathlib.Path, dict]:
    folder = setup.work / block.name
    request, stimuli = folder / "request.txt", folder / "stimuli.txt"
    request.write_text(boundary(block, mapped.netlist, core))
    text = run([str(setup.programs / "xpk_extract"), str(wave), str(request), str(stimuli)], folder / "extract.log")
    return stimuli, json.loads(text)
