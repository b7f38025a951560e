# SPDX-License-Identifier: Apache-2.0
"""Where the energy goes: by kind within a block, by part within the attention engine."""
from __future__ import annotations

from .power import Estimate

PINS, TREE, STATE, LOGIC = "clock pins of flip-flops", "clock gates and buffers", "flip-flop outputs", "logic"


def by_kind(estimate: Estimate) -> dict[str, float]:
    """J of the whole recording, without leakage. A net that carries a clock counts to the pins on it, other
    nets to what drives them, inputs to the logic."""
    netlist, library = estimate.netlist, estimate.library
    clocks, half = estimate.clocks(), library.voltage ** 2 / 2
    found = dict.fromkeys((PINS, TREE, STATE, LOGIC), 0.0)
    for port in netlist.inputs():
        found[LOGIC] += sum(half * estimate.load[net] * estimate.toggles(net) for net in port.bits
                            if net > 1 and net not in clocks)
    for instance in netlist.instances:
        cell = library.cells[instance.cell]
        on_tree = cell.kind == "latch" or (cell.kind == "comb" and any(instance.nets[pin] in clocks
                                                                       for pin in cell.inputs()))
        kind = TREE if on_tree else STATE if cell.kind == "ff" else LOGIC
        for pin in cell.pins:
            net = instance.nets.get(pin, 0)
            if net < 2:
                continue
            clock_pin = cell.pins[pin].direction == "input" and net in clocks
            found[PINS if clock_pin and cell.kind == "ff" else kind] += estimate.pin_energy(cell, pin, instance.nets)
            if clock_pin:
                found[PINS if cell.kind == "ff" else TREE] += (half * cell.pins[pin].capacitance
                                                               * estimate.toggles(net))
            elif cell.pins[pin].direction == "output" and net not in clocks:
                found[kind] += half * estimate.load[net] * estimate.toggles(net)
    return found


def of_engine(config: dict, rows: list[dict]) -> dict[str, float]:
    """J per cell update of the attention engine, by part. rows: the report's blocks."""
    blocks = {row["name"]: row for row in rows}
    engine = blocks["ssa-engine"]
    lanes = config["heads"] * -(-config["tokens"] // 4) / engine["events_per_inference"]
    found = {"tiles": blocks["ssa-tile"]["energy_per_event_j"],
             "value lanes": lanes * blocks["lfsr-lane-value"]["energy_per_inference_j"],
             "score lanes": lanes * blocks["lfsr-lane-score"]["energy_per_inference_j"]}
    return found | {"rest": engine["energy_per_event_j"] - sum(found.values())}
