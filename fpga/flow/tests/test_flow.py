# SPDX-License-Identifier: Apache-2.0
"""Boards, counting of cells, figures and refusals of the FPGA flow, on hand-made netlists and logs."""
from __future__ import annotations

import json
import tempfile
import unittest
from collections import Counter
from pathlib import Path
from typing import Any
from unittest import mock

from fpga.flow import boards, energy, netlist, place, record, report
from fpga.flow.boards import ROOT
from sw.train.configs import build_config
from syn.flow.tools import FlowError

HX8K = boards.board("hx8k")
CELLS = Counter({"SB_LUT4": 100, "SB_DFFR": 20, "SB_DFFESR": 3, "SB_CARRY": 9, "SB_RAM40_4K": 2, "SB_RAM40_4KNR": 0})
SEEN = {"cycles_per_image": 40000.0, "accuracy": 0.95}
PLACED = {"fmax": {"clk": {"achieved": 30.0}, "slow": {"achieved": 20.0}}, "utilization": {}}
ASKED = {"placed_and_routed", "lut", "ff", "ram_bits", "fmax_hz", "cycles_per_image", "images_per_second", "accuracy"}


def made(tools: place.Tools | None, placed: dict[str, Any] | None) -> dict[str, Any]:
    with mock.patch.object(report, "versions", return_value={}):
        return report.make(HX8K, CELLS, tools, placed, SEEN)


class Boards(unittest.TestCase):
    def test_every_board_is_complete(self) -> None:
        for board in boards.load().values():
            with self.subTest(board.name):
                config = build_config(board.configuration)
                # What the arrays in block RAM need.
                self.assertTrue(config.get("folded") or config["adc_cycles"] >= 5)
                self.assertTrue((ROOT / "models" / f"{board.model}.safetensors").exists())
                top = (board.folder / "xpk_board.sv").read_text()
                pins = (board.folder / f"pins.{'pcf' if board.family == 'ice40' else 'lpf'}").read_text()
                self.assertIn(f"{board.clock_hz / 1e6:g} M", top)
                ports = [line.split()[-1].rstrip(",") for line in top.splitlines()
                         if line.lstrip().startswith(("input", "output"))]
                self.assertEqual(len(ports), 4)
                for port in ports:
                    self.assertIn(f"{port} " if board.family == "ice40" else f'"{port}"', pins)

    def test_another_board_is_refused(self) -> None:
        with self.assertRaisesRegex(KeyError, "no board 'hx1k'; known: hx8k, up5k, ecp5-85k"):
            boards.board("hx1k")

    def test_sources_must_have_been_generated(self) -> None:
        with self.assertRaisesRegex(FlowError, "xpk_regs_pkg.sv: missing"):
            netlist.sources(HX8K, Path("/nonexistent"))

    def test_weights_are_set_before_memories_are_mapped(self) -> None:
        plain = netlist.script(HX8K, [], Path("work"))
        loaded = netlist.script(HX8K, [], Path("work"), "5'b10101")
        self.assertNotIn("setparam", plain)
        self.assertIn("-run :check;", plain)
        first, second = loaded.split("setparam -set INIT 5'b10101 c:*.u_matrix.u_weights.mem;")
        self.assertIn("-run :map_ram;", first)
        self.assertIn("-run map_ram:check;", second)


class Figures(unittest.TestCase):
    def test_cells_are_those_of_the_top(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "netlist.json"
            file.write_text(json.dumps({"modules": {
                "SB_LUT4": {"cells": {}},
                "xpk_board": {"cells": {"a": {"type": "SB_LUT4"}, "b": {"type": "SB_LUT4"}, "c": {"type": "SB_DFF"}}}}}))
            self.assertEqual(netlist.cells(file), Counter(SB_LUT4=2, SB_DFF=1))

    def test_sizes(self) -> None:
        self.assertEqual(netlist.sizes(CELLS), {"lut": 100, "ff": 23, "ram_bits": 8192})
        ecp5 = Counter(LUT4=10, CCU2C=4, TRELLIS_DPR16X4=2, TRELLIS_FF=7, DP16KD=3, PFUMX=5)
        self.assertEqual(netlist.sizes(ecp5), {"lut": 30, "ff": 7, "ram_bits": 55296})

    def test_a_placed_board(self) -> None:
        found = made(place.Tools("nextpnr", "pack"), PLACED)
        self.assertLessEqual(ASKED, found.keys())
        self.assertTrue(found["placed_and_routed"])
        self.assertEqual(found["fmax_hz"], 20e6)  # of the slowest clock
        self.assertEqual(found["images_per_second"], 500)
        self.assertEqual(found["images_per_second_at_clock"], 300)
        self.assertIn("20.0 MHz", report.table(found))
        self.assertEqual({entry["id"]: entry["value"] for entry in record.entries("hx8k", found)}["fpga.hx8k.rate"], "500.0")

    def test_a_board_that_is_too_small_and_one_without_tools(self) -> None:
        for tools, reason in ((place.Tools("nextpnr", "pack"), "the device is too small"),
                              (None, "no place and route tool")):
            found = made(tools, None)
            self.assertLessEqual(ASKED, found.keys())
            self.assertFalse(found["placed_and_routed"])
            self.assertIsNone(found["fmax_hz"])
            self.assertIsNone(found["images_per_second"])
            self.assertNotIn("fpga.hx8k.rate", {entry["id"] for entry in record.entries("hx8k", found)})
            self.assertIn(f"synthesized only: {reason}", report.table(found))

    def test_what_the_netlist_bench_saw(self) -> None:
        seen = {"digits": 3, "right": 2, "differences": 1, "load_cycles": 1234, "cycles": 5678901}
        with mock.patch.object(record.measure_results, "commit", return_value="c"):
            found = record.netlist_entries(seen)
        self.assertEqual({entry["id"]: entry["value"] for entry in found},
                         {"fpga.netlist.digits": "3", "fpga.netlist.right": "2", "fpga.netlist.differences": "1",
                          "fpga.netlist.load": "1,234", "fpga.netlist.cycles": "5,678,901"})

    def test_energy_by_hand(self) -> None:
        # 1.2 V * 40000 cycles * (1.14 mA / 12 MHz + 1.2 V * (100/8 pF + 20 * 0.3 pF + 2/2 * 10 pF))
        joule = 1.2 * 40000 * (1.14e-3 / 12e6 + 1.2 * (12.5e-12 + 6e-12 + 10e-12))
        self.assertAlmostEqual(energy.joule_per_image(HX8K, 100, 20, 2, 40000), joule, delta=1e-12)


class Placing(unittest.TestCase):
    def run_place(self, text: str) -> dict[str, Any] | None:
        """What becomes of a nextpnr that fails with this log."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            program = folder / "nextpnr"
            program.write_text(f"#!/bin/sh\necho '{text}'\nexit 255\n")
            program.chmod(0o755)
            return place.place(HX8K, place.Tools(str(program), ""), folder)

    def test_a_device_without_room_is_no_failure(self) -> None:
        self.assertIsNone(self.run_place("ERROR: Unable to place cell \"a\", no Bels remaining of type \"ICESTORM_LC\""))

    def test_other_errors_are(self) -> None:
        with self.assertRaisesRegex(FlowError, "ended with 255"):
            self.run_place("ERROR: IO pin clk_12mhz is not constrained")

    def test_ecp5_without_pypi_says_so(self) -> None:
        with tempfile.TemporaryDirectory() as folder, \
                mock.patch.object(place.shutil, "which", return_value=None), \
                mock.patch.object(place.venv, "create"), \
                mock.patch.object(place.subprocess, "run",
                                  return_value=mock.Mock(returncode=1, stderr="a\nno network\n")), \
                mock.patch.object(place, "say") as said:
            self.assertIsNone(place.find_tools(boards.board("ecp5-85k"), Path(folder)))
        self.assertIn("cannot be had from PyPI (no network)", said.call_args.args[0])


if __name__ == "__main__":
    unittest.main()
