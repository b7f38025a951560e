# SPDX-License-Identifier: Apache-2.0
"""Gate-level netlists as Yosys writes them (JSON): one flat module of library cells."""
from __future__ import annotations

import dataclasses
import json
import pathlib
import re

from . import cells, functions
from .liberty import Library


@dataclasses.dataclass
class Port:
    name: str
    direction: str
    bits: list[int]  # nets, least significant first


@dataclasses.dataclass
class Instance:
    name: str
    cell: str
    nets: dict[str, int]  # pin -> net


@dataclasses.dataclass
class Netlist:
    """Nets are numbered; 0 and 1 are the constants."""
    name: str
    ports: list[Port]
    instances: list[Instance]
    nets: int

    def inputs(self) -> list[Port]:
        return [port for port in self.ports if port.direction == "input"]

    def outputs(self) -> list[Port]:
        return [port for port in self.ports if port.direction == "output"]

    def new_net(self) -> int:
        self.nets += 1
        return self.nets - 1


class NetlistError(Exception):
    """The netlist is not what the flow can go on with."""


def read(path: pathlib.Path, top: str, library: Library) -> Netlist:
    module = json.loads(path.read_text())["modules"]["synthesized"]

    def net(bit: int | str) -> int:
        if isinstance(bit, str):
            if bit not in ("0", "1"):
                raise NetlistError(f"{path}: a pin is connected to '{bit}'")
            return int(bit)
        return bit  # Yosys numbers from 2

    ports = [Port(name, port["direction"], [net(bit) for bit in port["bits"]])
             for name, port in module["ports"].items()]
    instances = []
    for name, cell in module["cells"].items():
        if cell["type"] not in library.cells:
            raise NetlistError(f"{path}: {cell['type']} is no cell of the library")
        instances.append(Instance(name, cell["type"],
                                  {pin: net(bits[0]) for pin, bits in cell["connections"].items() if bits}))
    nets = 1 + max([1] + [bit for port in ports for bit in port.bits]
                   + [bit for instance in instances for bit in instance.nets.values()])
    return Netlist(top, ports, instances, nets)


def verilog(netlist: Netlist) -> str:
    """The netlist as a module of library cells, one wire per net."""
    text = [f"module {netlist.name} ({', '.join(escaped(port.name) for port in netlist.ports)});"]
    names = {0: "1'b0", 1: "1'b1"}
    for port in netlist.ports:
        width = f"[{len(port.bits) - 1}:0] " if len(port.bits) > 1 else ""
        text.append(f"  {port.direction} {width}{escaped(port.name)};")
        if port.direction == "input":
            names |= {net: escaped(port.name) + (f"[{bit}]" if width else "") for bit, net in enumerate(port.bits)}
    used = {net for instance in netlist.instances for net in instance.nets.values()}
    for net in sorted(used - set(names)):
        names[net] = f"n{net}"
        text.append(f"  wire n{net};")
    for port in netlist.outputs():
        for bit, net in enumerate(port.bits):
            index = f"[{bit}]" if len(port.bits) > 1 else ""
            text.append(f"  assign {escaped(port.name)}{index} = {names[net]};")
    for instance in netlist.instances:
        pins = ", ".join(f".{pin}({names[net]})" for pin, net in instance.nets.items())
        text.append(f"  {instance.cell} {instance.name} ({pins});")
    return "\n".join(text) + "\nendmodule\n"


def escaped(name: str) -> str:
    return name if re.fullmatch(r"\w+", name) else f"\\{name} "


def registered(netlist: Netlist, library: Library) -> str:
    """Module `registered`: the block between flip-flops, see scripts/timing.tcl."""
    flop = cells.flip_flop(library)
    data = next(pin for pin in flop.inputs() if pin != flop.clock)
    out = next(pin for pin in flop.outputs() if flop.pins[pin].function == flop.state)
    text, connections, names = "", [], ["clk"]
    for port in netlist.ports:
        safe = port.name.replace(".", "_").replace("[", "_").replace("]", "_")
        width = f"[{len(port.bits) - 1}:0] " if len(port.bits) > 1 else ""
        if port.name == "clk_i":
            connections.append((port.name, "clk"))
            continue
        direction = port.direction
        names.append(f"{safe}_p")
        text += f"  {direction} {width}{safe}_p;\n"
        if port.name == "rst_ni":
            connections.append((port.name, f"{safe}_p"))
            continue
        text += f"  wire {width}{safe}_b;\n"
        for bit in range(len(port.bits)):
            index = f"[{bit}]" if width else ""
            inner, outer = f"{safe}_b{index}", f"{safe}_p{index}"
            d, q = (outer, inner) if direction == "input" else (inner, outer)
            text += f"  {flop.name} {safe}_r{bit} (.{flop.clock}(clk), .{data}({d}), .{out}({q}));\n"
        connections.append((port.name, f"{safe}_b"))
    joined = ", ".join(f".{escaped(name)}({net})" for name, net in connections)
    return (f"module registered ({', '.join(names)});\n  input clk;\n{text}"
            f"  {netlist.name} dut ({joined});\nendmodule\n")


def for_replay(netlist: Netlist, library: Library) -> str:
    """The netlist for xpk_replay (syn/replay/gate_network.hpp describes the format)."""
    lines, nets = [], netlist.nets

    def hidden() -> int:
        nonlocal nets
        nets += 1
        return nets - 1

    def gate(output: int, node: functions.Node, of: dict[str, int]) -> None:
        inputs = functions.names(node)
        table = functions.truth_table(node, inputs)
        lines.append(f"gate {output} {table:x} {' '.join(str(of[name]) for name in inputs)}".rstrip())

    def net_of(function: str, of: dict[str, int], inverted: str, state: str) -> int:
        """The net with the value of the function, a new one unless it is a plain pin."""
        if not function:
            return 0
        node = functions.parse(function)
        if inverted:
            node = substitute(node, inverted, ("not", ("name", state)))
        if node[0] == "name":
            return of[node[1]]
        output = hidden()
        gate(output, node, of)
        return output

    for port in netlist.ports:
        lines.append(f"{port.direction} {port.name} {' '.join(map(str, port.bits))}")
    for instance in netlist.instances:
        cell, of = library.cells[instance.cell], dict(instance.nets)
        for pin in cell.inputs():
            if pin not in of:
                raise NetlistError(f"{netlist.name}: {instance.name}/{pin} is not connected")
        if cell.kind != "comb":
            plain = next((pin for pin in cell.outputs() if cell.pins[pin].function == cell.state), "")
            of[cell.state] = of[plain] if plain in of else hidden()
            d, clock, clear, preset = (net_of(f, of, cell.inverted_state, cell.state) for f in
                                       (cell.next_state, cell.clock, cell.clear, cell.preset))
            lines.append(f"{cell.kind} {of[cell.state]} {d} {clock} {clear} {preset}")
        for pin in cell.outputs():
            function = cell.pins[pin].function
            if pin not in instance.nets or (cell.state and of.get(cell.state) == of[pin]):
                continue
            node = functions.parse(function)
            if cell.inverted_state:
                node = substitute(node, cell.inverted_state, ("not", ("name", cell.state)))
            gate(of[pin], node, of)
    return f"nets {nets}\n" + "\n".join(lines) + "\n"


def substitute(node: functions.Node, name: str, by: functions.Node) -> functions.Node:
    if node[0] == "name":
        return by if node[1] == name else node
    if node[0] == "const":
        return node
    return (node[0], *(substitute(child, name, by) for child in node[1:]))
