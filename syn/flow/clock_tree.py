# SPDX-License-Identifier: Apache-2.0
"""Buffers below clock gates: a gate that drove hundreds of flip-flops by itself would be slow, and the
slow edges would cost the flip-flops energy. The clock before the gates is taken as it comes.
"""
from __future__ import annotations

from . import cells
from .liberty import Library
from .netlist import Instance, Netlist

FANOUT = 8  # clock pins or buffers on a buffer


def grow(netlist: Netlist, library: Library, awake: int | None = None) -> None:
    """Gives every gated clock with more than FANOUT loads a tree of buffers, in place. awake: the clock of
    the gates, if they have one of their own (sleep.py)."""
    buffer = cells.clock_buffer(library, FANOUT)
    source, sink = buffer.inputs()[0], buffer.outputs()[0]
    roots = {net for port in netlist.inputs() if port.name == "clk_i" for net in port.bits}
    loads: dict[int, list[tuple[Instance, str]]] = {}
    for instance in netlist.instances:
        cell = library.cells[instance.cell]
        for pin in cell.inputs():
            net = instance.nets.get(pin)
            if net == awake or (cell.kind == "ff" and pin == cell.clock and net not in roots):
                loads.setdefault(net, []).append((instance, pin))
    for gated, pins in loads.items():
        while len(pins) > FANOUT:
            buffers: list[tuple[Instance, str]] = []
            for first in range(0, len(pins), FANOUT):
                branch = netlist.new_net()
                for instance, pin in pins[first:first + FANOUT]:
                    instance.nets[pin] = branch
                new = Instance(f"ct{branch}", buffer.name, {source: gated, sink: branch})
                netlist.instances.append(new)
                buffers.append((new, source))
            pins = buffers
