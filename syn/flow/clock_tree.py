# SPDX-License-Identifier: Apache-2.0
"""Buffers below clock gates: a gate that drove hundreds of flip-flops by itself would be slow, and the
slow edges would cost the flip-flops energy. The clock before the gates is taken as it comes.
"""
from __future__ import annotations

from . import cells
from .liberty import Library
from .netlist import Instance, Netlist

FANOUT = 8  # clock pins or buffers on a buffer


def grow(netlist: Netlist, library: Library) -> None:
    """Gives every gated clock with more than FANOUT loads a tree of buffers, in place."""
    buffer = cells.clock_buffer(library, FANOUT)
    source, sink = buffer.inputs()[0], buffer.outputs()[0]
    roots = {net for port in netlist.inputs() if port.name == "clk_i" for net in port.bits}
    loads: dict[int, list[tuple[Instance, str]]] = {}
    for instance in netlist.instances:
        cell = library.cells[instance.cell]
        if cell.kind == "ff" and cell.clock in instance.nets and instance.nets[cell.clock] not in roots:
            loads.setdefault(instance.nets[cell.clock], []).append((instance, cell.clock))
    for gated, pins in loads.items():
        while len(pins) > FANOUT:
            buffers: list[tuple[Instance, str]] = []
            for first in range(0, len(pins), FANOUT):
                branch = netlist.nets
                netlist.nets += 1
                for instance, pin in pins[first:first + FANOUT]:
                    instance.nets[pin] = branch
                new = Instance(f"ct{branch}", buffer.name, {source: gated, sink: branch})
                netlist.instances.append(new)
                buffers.append((new, source))
            pins = buffers
