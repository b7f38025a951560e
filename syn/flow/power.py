# SPDX-License-Identifier: Apache-2.0
"""Power of a netlist from counted toggles.

  switching  1/2 C V^2 for every toggle of a net; C: the pins on it, and OUTPUT_LOAD_F on outputs
  internal   the library's energy of every transition of every pin, at the slew that OpenSTA found and at
             the net's load. An output's energies are given per input that causes the transition; where
             several can, each counts by its share of their toggles
  leakage    the library's, of every cell

The nets of the inputs, the clock among them, are charged to the block that they end in. OpenSTA 2.0.17
cannot do this: it replaces what it is told of inner pins by its own estimate, lets a gated clock run all
the time, and charges the rising and the falling energy for every single toggle of a clock pin.
"""
from __future__ import annotations

import dataclasses
import pathlib

from . import functions
from .liberty import Cell, Energy, Library
from .netlist import Netlist

OUTPUT_LOAD_F = 30e-15
INPUT_SLEW_S = 0.1e-9


@dataclasses.dataclass
class Activity:
    cycles: int
    toggles: dict[int, int]
    high: dict[int, int]


@dataclasses.dataclass
class Power:
    """W at the clock that was asked for; annotated: share of driven pins with a counted activity."""
    leakage: float
    internal: float
    switching: float
    clock: float  # part of internal + switching: nets and pins that carry a clock
    annotated: float


def read_activity(path: pathlib.Path) -> Activity:
    lines = path.read_text().split("\n")
    activity = Activity(int(lines[0].split()[1]), {}, {})
    for line in lines[1:]:
        if line:
            net, toggles, high = map(int, line.split())
            activity.toggles[net], activity.high[net] = toggles, high
    return activity


def read_slews(path: pathlib.Path) -> dict[tuple[str, str], tuple[float, float]]:
    """(instance, pin) -> slew of a rise and of a fall, in s."""
    slews = {}
    for line in path.read_text().splitlines():
        name, rise, fall = line.split()
        _, instance, pin = name.split("/")
        slews[instance, pin] = (float(rise) * 1e-9, float(fall) * 1e-9)
    return slews


class Estimate:
    """Adds up one netlist."""

    def __init__(self, netlist: Netlist, library: Library, activity: Activity,
                 slews: dict[tuple[str, str], tuple[float, float]]):
        self.netlist, self.library, self.activity = netlist, library, activity
        self.load = [0.0] * netlist.nets
        self.slew: dict[int, tuple[float, float]] = {}
        self.driven = self.known = 0
        for port in netlist.outputs():
            for net in port.bits:
                self.load[net] += OUTPUT_LOAD_F
        for instance in netlist.instances:
            cell = library.cells[instance.cell]
            for pin in cell.inputs():
                self.load[instance.nets[pin]] += cell.pins[pin].capacitance
            for pin in cell.outputs():
                if pin in instance.nets:
                    self.driven += 1
                    if (instance.name, pin) in slews:
                        self.known += 1
                        self.slew[instance.nets[pin]] = slews[instance.name, pin]

    def toggles(self, net: int) -> int:
        return self.activity.toggles.get(net, 0)

    def duty(self, net: int) -> float:
        return float(net) if net < 2 else self.activity.high.get(net, 0) / max(1, self.activity.cycles)

    def chance(self, when: str, nets: dict[str, int]) -> float:
        """Share of the time in which a condition holds, its inputs taken as independent."""
        node = functions.parse(when)
        names = functions.names(node)
        table, total = functions.truth_table(node, names), 0.0
        for row in range(1 << len(names)):
            if table >> row & 1:
                share = 1.0
                for k, name in enumerate(names):
                    duty = self.duty(nets[name])
                    share *= duty if row >> k & 1 else 1 - duty
                total += share
        return total

    def transition(self, energy: Energy, from_net: int, load: float) -> float:
        """Mean of a rise and a fall: a net does both equally often."""
        rise, fall = self.slew.get(from_net, (INPUT_SLEW_S, INPUT_SLEW_S))
        return sum(table.at(slew, load) for table, slew in ((energy.rise, rise), (energy.fall, fall)) if table) / 2

    def pin_energy(self, cell: Cell, pin: str, nets: dict[str, int]) -> float:
        net = nets[pin]
        toggles = self.toggles(net)
        if not toggles:
            return 0.0
        energies = cell.pins[pin].energies
        if cell.pins[pin].direction == "input":
            return toggles * sum(self.transition(energy, net, 0.0)
                                 * (self.chance(energy.when, nets) if energy.when else 1.0) for energy in energies)
        # A flip-flop's output follows its clock; related pins of one output share its toggles.
        causes = {cause for energy in energies for cause in energy.related}
        weights = {cause: self.toggles(nets[cause]) for cause in causes if cause in nets}
        if cell.kind == "ff" and cell.clock in weights:
            weights = {cell.clock: 1}
        total = sum(weights.values())
        result = 0.0
        for energy in energies:
            share = sum(weights.get(cause, 0) for cause in energy.related) / total if total else 1 / len(energies)
            if share and energy.when:
                others = sum(self.chance(other.when, nets) for other in energies if other.related == energy.related
                             and other.when)
                share *= self.chance(energy.when, nets) / others if others else 0.0
            cause = energy.related[0] if energy.related and energy.related[0] in nets else pin
            result += toggles * share * self.transition(energy, nets[cause], self.load[net])
        return result

    def clocks(self) -> set[int]:
        """Nets that carry the clock, gated or not."""
        nets = {net for port in self.netlist.inputs() if port.name == "clk_i" for net in port.bits}
        grown = True
        while grown:
            grown = False
            for instance in self.netlist.instances:
                cell = self.library.cells[instance.cell]
                if cell.kind == "comb" and any(instance.nets[pin] in nets for pin in cell.inputs()):
                    for pin in cell.outputs():
                        if instance.nets.get(pin, 0) > 1 and instance.nets[pin] not in nets:
                            nets.add(instance.nets[pin])
                            grown = True
        return nets

    def power(self, clock_hz: float) -> Power:
        half = self.library.voltage ** 2 / 2
        clocks = self.clocks()
        switching = sum(half * load * self.toggles(net) for net, load in enumerate(self.load) if net > 1)
        on_clock = sum(half * self.load[net] * self.toggles(net) for net in clocks)
        internal = leakage = 0.0
        for instance in self.netlist.instances:
            cell = self.library.cells[instance.cell]
            leakage += cell.leakage
            for pin in cell.pins:
                if instance.nets.get(pin, 0) > 1:
                    energy = self.pin_energy(cell, pin, instance.nets)
                    internal += energy
                    if instance.nets[pin] in clocks:
                        on_clock += energy
        per_second = clock_hz / max(1, self.activity.cycles)
        return Power(leakage, internal * per_second, switching * per_second, on_clock * per_second,
                     self.known / max(1, self.driven))
