# SPDX-License-Identifier: Apache-2.0
"""Counting of gates in Yosys' statistics, and the figures of a report."""
from __future__ import annotations

import unittest

from scripts.long_sequences.__main__ import entries, table
from scripts.long_sequences.gates import count, sources

STATISTICS = """
=== xpk_ssa_engine ===

   Number of wires:                 10
   Number of memories:               0
   Number of cells:                 15
     $_AND_                          2
     $_DFFE_PN0P_                    3
     $_DFF_PN0_                      4
     $_SDFFE_PP0P_                   1
     $_XOR_                          5
"""
RUN = {"mismatches": 0, "ssa": 524, "aimc0": 526, "all": 1742}
REPORT = {"command": "make long-sequences", "commit": "0123456789", "date": "2026-01-31",
          "engines": {"32-8": {"gates": 15020, "flip_flops": 2791}}, "runs": {"nano-long": RUN}}


class CountTest(unittest.TestCase):
    def test_every_kind_of_flip_flop_is_one(self) -> None:
        self.assertEqual(count(STATISTICS), {"gates": 7, "flip_flops": 8})

    def test_statistics_with_memories_are_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "memories left"):
            count(STATISTICS.replace("memories:               0", "memories:               2"))

    def test_empty_statistics_are_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "without gates"):
            count("   Number of memories:               0\n")

    def test_the_package_comes_first(self) -> None:
        listed = sources()
        self.assertEqual(listed[0], "rtl/xpk_pkg.sv")
        self.assertIn("rtl/ssa/xpk_ssa_engine.sv", listed)


class FigureTest(unittest.TestCase):
    def test_figures_name_build_and_configuration(self) -> None:
        found = {entry["id"]: f"{entry['value']} {entry['unit']}" for entry in entries(REPORT)}
        self.assertEqual(found["long.32-8.gates"], "15,020 gates")
        self.assertEqual(found["long.nano-long.ssa"], "524 cycles")

    def test_the_table_has_a_line_for_each(self) -> None:
        lines = table(REPORT).splitlines()
        self.assertTrue(any(line.startswith("32-8") and "2,791" in line for line in lines))
        self.assertTrue(any(line.startswith("nano-long") and "1,742" in line for line in lines))


if __name__ == "__main__":
    unittest.main()
