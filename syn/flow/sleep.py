# SPDX-License-Identifier: Apache-2.0
"""A gate above all clock gates of a block, which lets it sleep: the latches of its gates and their clock
pins cost energy in every cycle, while most blocks wait most of the time.

The clock passes while any enable of the block is set. Not every enable is needed for that: one that is 0
whenever others are is left out, the late ones first, so that the sum is early and small.
"""
from __future__ import annotations

import heapq

from . import cells, functions
from .liberty import Library
from .netlist import Instance, Netlist

GATES_AT_LEAST = 4  # below that a gate costs more than it saves


class Logic:
    """The combinational cells of a netlist."""

    def __init__(self, netlist: Netlist, library: Library):
        self.gates: list[tuple[list[int], int, int]] = []  # nets of the inputs, table, net of the output
        self.driver: dict[int, int] = {}
        self.readers: dict[int, list[int]] = {}
        tables: dict[tuple[str, str], tuple[list[str], int]] = {}
        for instance in netlist.instances:
            cell = library.cells[instance.cell]
            if cell.kind != "comb":
                continue
            for pin in cell.outputs():
                if pin not in instance.nets:
                    continue
                if (cell.name, pin) not in tables:
                    node = functions.parse(cell.pins[pin].function)
                    names = functions.names(node)
                    tables[cell.name, pin] = names, functions.truth_table(node, names)
                names, table = tables[cell.name, pin]
                inputs = [instance.nets[name] for name in names]
                number, output = len(self.gates), instance.nets[pin]
                self.gates.append((inputs, table, output))
                self.driver[output] = number
                for net in inputs:
                    self.readers.setdefault(net, []).append(number)

    def depths(self) -> dict[int, int]:
        """Of every net behind gates: the longest path from a port, a flip-flop or a latch."""
        depths: dict[int, int] = {}
        missing = [sum(net in self.driver for net in inputs) for inputs, _, _ in self.gates]
        ready = [number for number, count in enumerate(missing) if not count]
        while ready:
            inputs, _, output = self.gates[ready.pop()]
            depths[output] = 1 + max((depths.get(net, 0) for net in inputs), default=0)
            for reader in self.readers.get(output, []):
                missing[reader] -= self.gates[reader][0].count(output)
                if not missing[reader]:
                    ready.append(reader)
        return depths

    def conclude(self, values: dict[int, bool], net: int) -> None:
        """Sets a net to 0 and every net whose value follows from one gate after the other."""
        values[net] = False
        waiting = [net]
        while waiting:
            net = waiting.pop()
            for number in [*self.readers.get(net, []), *([self.driver[net]] if net in self.driver else [])]:
                inputs, table, output = self.gates[number]
                nets = [*inputs, output]
                possible = [row for row in ([*(bool(k >> i & 1) for i in range(len(inputs))), bool(table >> k & 1)]
                                            for k in range(1 << len(inputs)))
                            if all(values.get(net, value) == value for net, value in zip(nets, row))]
                for i, follows in enumerate(nets):
                    found = {row[i] for row in possible}
                    if len(found) == 1 and follows not in values:
                        values[follows] = found.pop()
                        waiting.append(follows)


def deciding(netlist: Netlist, library: Library, enables: set[int]) -> dict[int, int]:
    """Enables whose sum is 0 only if all are, with their depths; early ones are preferred."""
    logic = Logic(netlist, library)
    depths = logic.depths()
    values: dict[int, bool] = {0: False, 1: True}
    kept: dict[int, int] = {}
    for net in sorted(enables, key=lambda net: (depths.get(net, 0), net)):
        if net not in values:
            kept[net] = depths.get(net, 0)
            logic.conclude(values, net)
        elif values[net]:
            return {}  # some enable is always set
    return kept


def any_of(netlist: Netlist, library: Library, nets: dict[int, int]) -> int:
    """A tree of OR gates, the latest nets nearest to its end."""
    gate = cells.one(cells.gates(library, 2, 0b1110), library, "OR gate")
    left, right = gate.inputs()
    heap = [(depth, net) for net, depth in nets.items()]
    heapq.heapify(heap)
    while len(heap) > 1:
        (_, one), (depth, other) = heapq.heappop(heap), heapq.heappop(heap)
        new = netlist.new_net()
        netlist.instances.append(Instance(f"awake{new}", gate.name, {left: one, right: other, gate.outputs()[0]: new}))
        heapq.heappush(heap, (depth + 1, new))
    return heap[0][1]


def grow(netlist: Netlist, library: Library) -> int | None:
    """Puts a gate above the others, in place, if there are enough of them; its clock."""
    roots = {net for port in netlist.inputs() if port.name == "clk_i" for net in port.bits}
    parts = cells.clock_gate_parts(library)
    holder = next(part for part in parts if "enable" in part.pins.values())
    data = next(pin for pin, net in holder.pins.items() if net == "enable")
    enables = [instance.nets[data] for instance in netlist.instances if instance.cell == holder.cell.name]
    if len(enables) < GATES_AT_LEAST or not (kept := deciding(netlist, library, set(enables))):
        return None
    gated = [(instance, pin) for instance in netlist.instances for pin, net in instance.nets.items()
             if net in roots and library.cells[instance.cell].kind != "ff"]
    nets = {"clk": min(roots), "enable": any_of(netlist, library, kept)}
    for part in parts:
        for net in part.pins.values():
            if net not in nets:
                nets[net] = netlist.new_net()
        netlist.instances.append(Instance(f"sleep_{part.name}", part.cell.name,
                                          {pin: nets[net] for pin, net in part.pins.items()}))
    for instance, pin in gated:
        instance.nets[pin] = nets["gated"]
    return nets["gated"]
