# SPDX-License-Identifier: Apache-2.0
"""What the flow needs of a library besides its logic gates, in Verilog: models for simulation, and the
clock gate.

A library without an integrated clock gating cell gets one of three of its own cells: an inverter and a
latch, transparent while the clock is low, hold the enable; an AND gate lets the clock pass.
"""
from __future__ import annotations

import dataclasses

from . import functions
from .liberty import Cell, Library, LibertyError


def usable(library: Library) -> list[Cell]:
    return [cell for cell in library.cells.values() if not cell.unusable and cell.area > 0]


def gates(library: Library, inputs: int, table: int) -> list[Cell]:
    """Combinational cells of one output with this truth table, smallest input capacitance first."""
    found = []
    for cell in usable(library):
        pins = cell.inputs()
        if cell.kind == "comb" and len(pins) == inputs and len(cell.outputs()) == 1:
            function = cell.pins[cell.outputs()[0]].function
            if function and functions.truth_table(functions.parse(function), pins) == table:
                found.append(cell)
    return sorted(found, key=lambda cell: (sum(cell.pins[pin].capacitance for pin in cell.inputs()), cell.name))


def one(cells: list[Cell], library: Library, what: str) -> Cell:
    if not cells:
        raise LibertyError(f"{library.path}: has no {what}")
    return cells[0]


def inverter(library: Library) -> Cell:
    return one(gates(library, 1, 0b01), library, "inverter")


def buffers(library: Library) -> list[Cell]:
    return gates(library, 1, 0b10) or [inverter(library)]


def clock_buffer(library: Library, loads: int) -> Cell:
    """The smallest buffer that drives the clocks of so many flip-flops at an eighth of what it can, or the one
    that can drive most."""
    flop = flip_flop(library)
    needed = 8 * loads * flop.pins[flop.clock].capacitance
    found = [cell for cell in buffers(library) if cell.pins[cell.outputs()[0]].max_capacitance >= needed]
    return found[0] if found else max(buffers(library), key=lambda cell: cell.pins[cell.outputs()[0]].max_capacitance)


def flip_flop(library: Library) -> Cell:
    """The smallest flip-flop with D, a rising clock and Q, nothing else."""
    found = [cell for cell in usable(library) if cell.kind == "ff" and not cell.clear and not cell.preset
             and len(cell.inputs()) == 2 and cell.clock in cell.inputs()
             and any(cell.pins[pin].function == cell.state for pin in cell.outputs())]
    return one(sorted(found, key=lambda cell: cell.area), library, "plain flip-flop")


def latch(library: Library) -> Cell:
    """A latch with D, an enable that is active high and Q, nothing else."""
    found = [cell for cell in usable(library) if cell.kind == "latch" and not cell.clear and not cell.preset
             and len(cell.inputs()) == 2 and cell.clock in cell.inputs()
             and any(cell.pins[pin].function == cell.state for pin in cell.outputs())]
    return one(sorted(found, key=lambda cell: cell.area), library, "latch with an active-high enable")


def nand2_area(library: Library) -> float:
    """Area of a gate equivalent."""
    return min(cell.area for cell in gates(library, 2, 0b0111))


def integrated_gate(library: Library) -> Cell | None:
    found = [cell for cell in library.cells.values() if cell.clock_gate.startswith("latch_posedge")
             and not cell.clock_gate.endswith("obs") and len(cell.inputs()) == 2]
    return min(found, key=lambda cell: cell.area) if found else None


@dataclasses.dataclass(frozen=True)
class Part:
    """A cell of the clock gate; pins: pin -> clk, enable, low, held or gated."""
    name: str
    cell: Cell
    pins: dict[str, str]


def clock_gate_parts(library: Library) -> list[Part]:
    """The cells between clk, enable and gated."""
    gate = integrated_gate(library)
    if gate:
        clock = next(pin for pin in gate.inputs() if gate.pins[pin].clock)
        enable = next(pin for pin in gate.inputs() if pin != clock)
        return [Part("u_gate", gate, {clock: "clk", enable: "enable", gate.outputs()[0]: "gated"})]
    low, holder = inverter(library), latch(library)
    output = next(pin for pin in holder.outputs() if holder.pins[pin].function == holder.state)
    data = next(pin for pin in holder.inputs() if pin != holder.clock)
    strongest = max(gates(library, 2, 0b1000), default=None,
                    key=lambda cell: cell.pins[cell.outputs()[0]].max_capacitance)
    passes = one([strongest] if strongest else [], library, "AND gate")
    return [Part("u_low", low, {low.inputs()[0]: "clk", low.outputs()[0]: "low"}),
            Part("u_latch", holder, {holder.clock: "low", data: "enable", output: "held"}),
            Part("u_gate", passes, dict(zip(passes.inputs(), ("clk", "held"))) | {passes.outputs()[0]: "gated"})]


def instance(part: Part, renamed: dict[str, str]) -> str:
    pins = ", ".join(f".{pin}({renamed.get(net, net)})" for pin, net in part.pins.items())
    return f"  {part.cell.name} {part.name} ({pins});\n"


def clock_gate(library: Library) -> str:
    """Modules xpk_clock_enable and xpk_clock_gate of this library's cells."""
    *holders, gate = clock_gate_parts(library)
    holds = ("  wire low;\n" + "".join(instance(part, {}) for part in holders) if holders
             else "  assign held = enable;\n")
    return (f"module xpk_clock_enable (input clk, input enable, output held);\n{holds}endmodule\n"
            f"module xpk_clock_gate (input clk, input held, output gated);\n"
            f"{instance(gate, {'enable': 'held'})}endmodule\n")


def model(cell: Cell) -> str:
    """The cell in Verilog: zero delay, two states."""
    pins = ", ".join(f"{pin.direction} {pin.name}" for pin in cell.pins.values())
    text = f"module {cell.name} ({pins});\n"

    def expression(function: str) -> str:
        return functions.verilog(functions.parse(function),
                                 lambda name: f"(~{cell.state})" if name == cell.inverted_state else name)

    if cell.kind != "comb":
        text += f"  reg {cell.state};\n"
        clear = expression(cell.clear) if cell.clear else ""
        preset = expression(cell.preset) if cell.preset else ""
        body = "".join(f"if ({condition}) {cell.state} {{0}} 1'b{to}; else " for condition, to in
                       ((clear, 0), (preset, 1)) if condition)
        data = expression(cell.next_state)
        if cell.kind == "latch":
            text += (f"  always_latch begin {body.format('=')}if ({expression(cell.clock)}) "
                     f"{cell.state} = {data}; end\n")
        else:
            wires = "".join(f"  wire {name} = {condition};\n" for name, condition in
                            (("ck_", expression(cell.clock)), ("cl_", clear), ("pr_", preset)) if condition)
            events = " or ".join(["posedge ck_"] + (["posedge cl_"] if clear else [])
                                 + (["posedge pr_"] if preset else []))
            body = body.replace(clear, "cl_", 1) if clear else body
            body = body.replace(preset, "pr_", 1) if preset else body
            text += f"{wires}  always @({events}) {body.format('<=')}{cell.state} <= {data};\n"
    for pin in cell.pins.values():
        if pin.direction == "output" and pin.function:
            text += f"  assign {pin.name} = {expression(pin.function)};\n"
    return text + "endmodule\n"


def models(library: Library) -> str:
    return "".join(model(cell) for cell in library.cells.values() if not cell.unusable)
