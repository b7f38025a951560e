# SPDX-License-Identifier: Apache-2.0
"""Latency with converters that take longer than one cycle: measured where a core was built for it."""
from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from scripts.paper_scale.networks import Network
from scripts.paper_scale.phases import Report, total_cycles

STAGE_CYCLES = 6  # of a stage beside its conversions: docs/architecture.md, Timing


@dataclass(frozen=True)
class Published:
    """A converter of 5 bits at 45 nm, by the public simulator of configs/energy/units.json."""

    name: str
    unit: str  # its time in that file
    bound: str

    def nanoseconds(self, units: dict[str, Any]) -> float:
        return units["units"][self.unit][self.bound]


PUBLISHED = (Published("sense amplifiers, voltage mode", "mlsa_time", "low"),
             Published("sense amplifiers, current mode", "mlsa_time", "mid"),
             Published("successive approximation", "sar_time", "mid"))


def aimc_cycles(tokens: int, steps: int, depth: int, period: float) -> float:
    """Ideal cycles of all AIMC phases; period: cycles of a token-step, mux steps times conversion."""
    return (1 + depth) * tokens * steps * period + (2 + 4 * depth) * (period + STAGE_CYCLES)


def scaled_cycles(report: Report, config: dict[str, Any], conversion: float) -> float:
    """Cycles of the run of one cycle per conversion, its AIMC phases stretched by formula."""
    mux_steps = math.ceil(config["array_cols"] / config["converters"])
    def aimc(cycles: float) -> float:
        return aimc_cycles(report["tokens"], report["steps"], config["depth"], mux_steps * cycles)
    return total_cycles(report) + aimc(conversion) - aimc(config["adc_cycles"])


@dataclass(frozen=True)
class Row:
    network: str
    conversion_cycles: float
    cycles: float
    seconds: float
    how: str  # "measured" or "computed"
    assumption: str


def conversion_assumption(cycles: int, clock_hz: float, units: dict[str, Any]) -> str:
    if cycles == 1:
        return "a conversion per cycle: the schedule; no published 45 nm converter"
    fitting = [f"{converter.name}, {converter.nanoseconds(units):.2f} ns" for converter in PUBLISHED
               if math.ceil(converter.nanoseconds(units) * 1e-9 * clock_hz) == cycles]
    return "; ".join(fitting) + ": rounded up to whole cycles" if fitting else "no published converter needs it"


def converter_rows(networks: tuple[Network, ...], reports: dict[str, Report], slow: dict[int, Report],
                   configs: dict[str, dict[str, Any]], units: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows of all networks, the last one in full. slow: reports of the last one, by cycles per
    conversion; configs: by name."""
    rows: list[Row] = []

    def add(network: Network, conversion: float, assumption: str) -> None:
        report, how = reports[network.name], "computed"
        config = configs[network.config]
        cycles = scaled_cycles(report, config, conversion)
        if network is networks[-1] and conversion in slow:
            report = slow[int(conversion)]
        if conversion == configs[report["configuration"]]["adc_cycles"]:
            cycles, how = total_cycles(report), "measured"
        rows.append(Row(network.name, conversion, cycles, cycles / report["clock_hz"], how, assumption))

    for network in networks:
        clock = reports[network.name]["clock_hz"]
        for cycles in (1, 3, 4):
            add(network, cycles, conversion_assumption(cycles, clock, units))
    for converter in PUBLISHED:
        time = converter.nanoseconds(units)
        add(networks[-1], time * 1e-9 * clock,
            f"{converter.name}: {time:.2f} ns exactly, conversions not tied to the clock")
    return [asdict(row) for row in rows]
