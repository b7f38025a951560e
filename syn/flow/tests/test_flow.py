# SPDX-License-Identifier: Apache-2.0
"""Tests of the flow's own parts; the tools are not needed."""
from __future__ import annotations

import pathlib
import tempfile
import unittest

from syn.flow import bounds, cells, clock_tree, compare, functions, liberty, netlist, parts, power, sizes, sleep, tools

# Numbers that make the sums below easy: 2 V, capacitances in pF, energies in pJ, constant tables.
LIBRARY = """
library (toy) {
  time_unit : "1ns"; voltage_unit : "1V"; leakage_power_unit : "1nW"; capacitive_load_unit (1, pf);
  nom_voltage : 2.0;
  power_lut_template (flat) { variable_1 : input_transition_time; index_1 ("0, 1"); }
  cell (INV) { area : 1; cell_leakage_power : 3;
    pin (A) { direction : input; capacitance : 0.01; }
    pin (Y) { direction : output; function : "(!A)"; max_capacitance : 1;
      internal_power () { related_pin : "A"; rise_power (flat) { values ("0.2, 0.2"); }
                          fall_power (flat) { values ("0.4, 0.4"); } } } }
  cell (BUF) { area : 2; pin (A) { direction : input; capacitance : 0.01; }
    pin (Y) { direction : output; function : "A"; max_capacitance : 1; } }
  cell (PAD) { area : 900; pad_cell : true; pin (A) { direction : input; capacitance : 0.01; }
    pin (Y) { direction : output; function : "A"; max_capacitance : 90; } }
  cell (NAND2) { area : 2; pin (A) { direction : input; capacitance : 0.01; }
    pin (B) { direction : input; capacitance : 0.01; } pin (Y) { direction : output; function : "!(A B)"; } }
  cell (AND2) { area : 3; pin (A) { direction : input; capacitance : 0.01; }
    pin (B) { direction : input; capacitance : 0.01; } pin (Y) { direction : output; function : "A B"; } }
  cell (OR2) { area : 3; pin (A) { direction : input; capacitance : 0.01; }
    pin (B) { direction : input; capacitance : 0.01; } pin (Y) { direction : output; function : "A+B"; } }
  cell (LAT) { area : 4; latch (IQ) { data_in : "D"; enable : "G"; }
    pin (D) { direction : input; capacitance : 0.01; } pin (G) { direction : input; capacitance : 0.01; clock : true; }
    pin (Q) { direction : output; function : "IQ"; } }
  cell (DFF) { area : 8; cell_leakage_power : 5; ff (IQ, IQN) { next_state : "D"; clocked_on : "CK"; }
    pin (D) { direction : input; capacitance : 0.01; }
    pin (CK) { direction : input; capacitance : 0.02; clock : true;
      internal_power () { rise_power (flat) { values ("0.1, 0.1"); } fall_power (flat) { values ("0.3, 0.3"); } } }
    pin (Q) { direction : output; function : "IQ"; } }
}
"""


def toy() -> liberty.Library:
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "toy.lib"
        path.write_text(LIBRARY)
        return liberty.read(path)


class Functions(unittest.TestCase):
    def test_operators_bind_as_in_liberty(self) -> None:
        for text, table in (("A B", 0b1000), ("A+B", 0b1110), ("A^B", 0b0110), ("!A", 0b01), ("A'", 0b01),
                            ("!(A&B)", 0b0111), ("A+B C", 0b11101010), ("A*!B+!A*B", 0b0110)):
            node = functions.parse(text)
            self.assertEqual(functions.truth_table(node, functions.names(node)), table, text)

    def test_what_is_no_function_is_refused(self) -> None:
        for text in ("", "A+", "(A", "A$B", ")"):
            with self.assertRaises(functions.FunctionError):
                functions.parse(text)


class Libraries(unittest.TestCase):
    def test_units_and_cells(self) -> None:
        library = toy()
        inverter = library.cells["INV"]
        self.assertAlmostEqual(inverter.leakage, 3e-9)
        self.assertAlmostEqual(inverter.pins["A"].capacitance, 0.01e-12)
        self.assertAlmostEqual(inverter.pins["Y"].energies[0].fall.at(0.5e-9, 0.0), 0.4e-12)
        self.assertEqual(cells.nand2_area(library), 2)
        self.assertEqual(cells.flip_flop(library).name, "DFF")
        self.assertEqual([cell.name for cell in cells.buffers(library)], ["BUF"])
        self.assertEqual(cells.clock_buffer(library, 1000).name, "BUF")
        self.assertIn("LAT u_latch (.G(low), .D(enable), .Q(held));", cells.clock_gate(library))

    def test_tables_are_linear_between_and_beyond_their_points(self) -> None:
        table = liberty.Table([("load", [1.0, 3.0]), ("slew", [0.0, 2.0])], [[0.0, 2.0], [4.0, 6.0]])
        self.assertAlmostEqual(table.at(1.0, 2.0), 3.0)
        self.assertAlmostEqual(table.at(3.0, 1.0), 3.0)

    def test_a_broken_file_is_refused_with_its_place(self) -> None:
        for text in ("library (x) {", "cell (a) { }", "library (x) { a }"):
            with self.assertRaises(liberty.LibertyError):
                liberty.parse(text, "x.lib")


class Powers(unittest.TestCase):
    def test_a_gated_flip_flop_by_hand(self) -> None:
        """10 cycles, the gated clock runs in 2 of them: 4 edges. D and Q change once."""
        clk, gated, held, d, q = 2, 3, 4, 5, 6
        ports = [netlist.Port("clk_i", "input", [clk]), netlist.Port("held", "input", [held]),
                 netlist.Port("d", "input", [d]), netlist.Port("q", "output", [q])]
        instances = [netlist.Instance("g", "AND2", {"A": clk, "B": held, "Y": gated}),
                     netlist.Instance("f", "DFF", {"CK": gated, "D": d, "Q": q})]
        activity = power.Activity(10, {clk: 20, gated: 4, held: 2, d: 1, q: 1}, {})
        slews = {("g", "Y"): (1e-10, 1e-10), ("f", "Q"): (1e-10, 1e-10)}
        estimate = power.Estimate(netlist.Netlist("t", ports, instances, 7), toy(), activity, slews)
        found = estimate.power(1e8)
        half = 2.0 * 2.0 / 2
        switched = half * (20 * 0.01 + 4 * 0.02 + 2 * 0.01 + 1 * 0.01 + 1 * 0.03) * 1e-12
        internal = 4 * (0.1 + 0.3) / 2 * 1e-12
        self.assertAlmostEqual(found.switching, switched * 1e7)
        self.assertAlmostEqual(found.internal, internal * 1e7)
        self.assertAlmostEqual(found.leakage, 5e-9)
        self.assertEqual(found.annotated, 1.0)
        self.assertAlmostEqual(found.clock, internal * 1e7 + half * (20 * 0.01 + 4 * 0.02) * 1e-12 * 1e7)

        kinds = parts.by_kind(estimate)
        self.assertAlmostEqual(kinds[parts.PINS], internal + half * 4 * 0.02e-12)
        self.assertAlmostEqual(kinds[parts.TREE], half * 20 * 0.01e-12)
        self.assertAlmostEqual(kinds[parts.LOGIC], half * (2 * 0.01 + 1 * 0.01) * 1e-12)
        self.assertAlmostEqual(sum(kinds.values()), switched + internal)

    def test_pins_without_a_slew_count_as_unknown(self) -> None:
        ports = [netlist.Port("a", "input", [2]), netlist.Port("y", "output", [3])]
        one = netlist.Netlist("t", ports, [netlist.Instance("i", "INV", {"A": 2, "Y": 3})], 4)
        found = power.Estimate(one, toy(), power.Activity(1, {2: 2, 3: 2}, {}), {}).power(1e8)
        self.assertEqual(found.annotated, 0.0)


class Netlists(unittest.TestCase):
    def test_clock_trees_reach_every_flip_flop_with_few_loads_each(self) -> None:
        library = toy()
        flops = [netlist.Instance(f"f{i}", "DFF", {"CK": 3, "D": 4, "Q": 5 + i}) for i in range(100)]
        gate = netlist.Instance("g", "AND2", {"A": 2, "B": 4, "Y": 3})
        tree = netlist.Netlist("t", [netlist.Port("clk_i", "input", [2]), netlist.Port("d", "input", [4])],
                               [gate, *flops], 105)
        clock_tree.grow(tree, library)
        loads: dict[int, int] = {}
        driver = {i.nets["Y"]: i.nets["A"] for i in tree.instances if i.cell == "BUF"}
        for instance in tree.instances:
            net = instance.nets.get("CK") if instance.cell == "DFF" else instance.nets["A"]
            loads[net] = loads.get(net, 0) + 1
        self.assertLessEqual(max(loads.values()), clock_tree.FANOUT)
        for flop in flops:
            net = flop.nets["CK"]
            while net in driver:
                net = driver[net]
            self.assertEqual(net, 3)


class Sleep(unittest.TestCase):
    CLK, HELD, GATED, EARLY, OTHER, DATA, BOTH, MORE = 2, 10, 20, 3, 4, 5, 6, 7

    def gated(self, enables: list[int]) -> netlist.Netlist:
        """Gates with these enables. BOTH = EARLY & DATA, MORE = EARLY | DATA."""
        ports = [netlist.Port("clk_i", "input", [self.CLK]),
                 netlist.Port("in", "input", [self.EARLY, self.OTHER, self.DATA])]
        instances = [netlist.Instance("both", "AND2", {"A": self.EARLY, "B": self.DATA, "Y": self.BOTH}),
                     netlist.Instance("more", "OR2", {"A": self.EARLY, "B": self.DATA, "Y": self.MORE})]
        for i, enable in enumerate(enables):
            instances += [netlist.Instance(f"i{i}", "INV", {"A": self.CLK, "Y": 30 + i}),
                          netlist.Instance(f"l{i}", "LAT", {"G": 30 + i, "D": enable, "Q": self.HELD + i}),
                          netlist.Instance(f"g{i}", "AND2", {"A": self.CLK, "B": self.HELD + i, "Y": self.GATED + i}),
                          netlist.Instance(f"f{i}", "DFF", {"CK": self.GATED + i, "D": self.DATA, "Q": 40 + i})]
        return netlist.Netlist("t", ports, instances, 50)

    def deciding(self, *enables: int) -> set[int]:
        return set(sleep.deciding(self.gated([]), toy(), set(enables)))

    def test_an_enable_that_follows_from_others_is_left_out(self) -> None:
        self.assertEqual(self.deciding(self.EARLY, self.OTHER, self.BOTH), {self.EARLY, self.OTHER})

    def test_an_enable_that_does_not_follow_is_kept(self) -> None:
        self.assertEqual(self.deciding(self.EARLY, self.MORE), {self.EARLY, self.MORE})
        self.assertEqual(self.deciding(self.OTHER, self.BOTH), {self.OTHER, self.BOTH})

    def test_an_output_that_is_0_tells_its_inputs(self) -> None:
        """MORE is 0 only if EARLY is, and then so is BOTH."""
        logic = sleep.Logic(self.gated([]), toy())
        values = {0: False, 1: True}
        logic.conclude(values, self.MORE)
        self.assertEqual({values.get(net) for net in (self.EARLY, self.DATA, self.BOTH)}, {False})
        values = {0: False, 1: True}
        logic.conclude(values, self.BOTH)
        self.assertNotIn(self.EARLY, values)

    def test_gates_get_their_clock_from_the_gate_above(self) -> None:
        block = self.gated([self.EARLY, self.OTHER, self.BOTH, self.DATA])
        awake = sleep.grow(block, toy())
        driver = {i.nets["Y"]: i for i in block.instances if "Y" in i.nets}
        latch = next(i for i in block.instances if i.name == "sleep_u_latch")
        above = driver[awake]
        self.assertEqual((above.nets["A"], above.nets["B"]), (self.CLK, latch.nets["Q"]))
        for instance in block.instances:
            if instance.name[0] in "ig" and instance.name[1:].isdigit():
                self.assertEqual(instance.nets["A"], awake)
        # The sum is 1 exactly if an enable is.
        for row in range(8):
            values = {net: row >> i & 1 for i, net in enumerate((self.EARLY, self.OTHER, self.DATA))}
            for gate in block.instances:
                if gate.name.startswith("awake"):
                    values[gate.nets["Y"]] = values[gate.nets["A"]] | values[gate.nets["B"]]
            self.assertEqual(values[latch.nets["D"]], int(row != 0))

    def test_few_gates_and_constant_enables_stay_as_they_are(self) -> None:
        for enables in ([self.EARLY] * 3, [self.EARLY, self.OTHER, self.DATA, 1]):
            block = self.gated(enables)
            before = [(i.name, dict(i.nets)) for i in block.instances]
            self.assertIsNone(sleep.grow(block, toy()))
            self.assertEqual(before, [(i.name, i.nets) for i in block.instances])


class Checks(unittest.TestCase):
    def test_dangerous_lines(self) -> None:
        for line in ("ERROR: no", "Error: syntax error, unexpected '{'", "Warning: Wire x.y is used but has no driver.",
                     "Latch inferred for signal `\\x'", "Warning: multiple conflicting drivers for x"):
            self.assertTrue(tools.dangerous_lines(line), line)
        for line in ("No latch inferred for signal `\\x'", "unmapped dff cell: $_DFF_NN0_", "ABC: Warning: Detected"):
            self.assertFalse(tools.dangerous_lines(line), line)

    def test_bounds_fail_on_both_sides(self) -> None:
        bound = {"area_um2": 100, "fmax_hz": 100e6}
        self.assertEqual(bounds.verdict("b", 109, 91e6, bound, 0.1), [])
        for area, fmax in ((111, 100e6), (100, 89e6), (80, 100e6), (100, 120e6)):
            self.assertTrue(bounds.verdict("b", area, fmax, bound, 0.1))

    def test_stimuli_of_the_cells_have_the_asked_density(self) -> None:
        lines = [line.split() for line in compare.stimuli(0.2, 0, True).splitlines() if line[0] in "01"]
        ones = sum(bin(int(line[5], 16)).count("1") for line in lines)
        bits = compare.CELLS * compare.COLUMNS * compare.STEPS
        self.assertAlmostEqual(ones / bits, 0.2, delta=4 * (0.16 / bits) ** 0.5)

    def test_stimuli_of_larger_rows_have_the_asked_rates(self) -> None:
        density = sizes.rates({"qkv_write_bits": 300, "spikes_q": 60, "spikes_k": 40, "spikes_v": 20})
        self.assertEqual((density.q, density.k, density.v), (0.6, 0.4, 0.2))
        text = sizes.stimuli(64, 32, 5, density, 20).splitlines()
        names = [line.split()[1] for line in text if line.startswith("in ")]
        cycles = [line.split() for line in text if line[0] in "01"]
        for name, width, wanted in (("count_i", sizes.ROWS, 0.6), ("k_i", 64, 0.4)):
            column = 1 + names.index(name)
            bits = width * 32 * sizes.STEPS
            ones = sum(bin(int(line[column], 16)).count("1") for line in cycles)
            self.assertAlmostEqual(ones / bits, wanted, delta=4 * (wanted * (1 - wanted) / bits) ** 0.5)

    def test_an_engine_of_its_own_size_is_what_was_measured(self) -> None:
        event_j = {"ssa-tile": 2.0, "lfsr-lane-value": 32.0, "ssa-engine": 3.0}
        row = {16: 5.0, 64: 10.0}
        self.assertAlmostEqual(sizes.estimate(16, 16, row, event_j), 3.0)
        # Rows twice as dear, a lane of 8 per row and a rest of 0.5 * 16 over four times the cells.
        self.assertAlmostEqual(sizes.estimate(16, 64, row, event_j), 4.0 + (8.0 + 8.0) / 64)


if __name__ == "__main__":
    unittest.main()
