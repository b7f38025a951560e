# SPDX-License-Identifier: Apache-2.0
"""Tests of coverage.py."""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import coverage  # noqa: E402

FILE = "rtl/common/xpk_fifo.sv"


def record(page, line, column, name, count, hier="TOP", lines=""):
    fields = {"f": FILE, "l": line, "n": column, "page": page, "o": name, "S": lines, "h": hier}
    return "C '" + "".join(f"\x01{k}\x02{v}" for k, v in fields.items()) + f"' {count}"


def bit(index, count):
    return coverage.Point(FILE, "toggle", 11, 22, f"value_i[{index}]", "", ), count


def entry(**changes):
    return {"file": FILE, "kind": "toggle", "points": r"value_i\[1\]", "reason": "constant",
            **changes}


class PointsTest(unittest.TestCase):
    def test_instances_and_parameters_are_folded(self):
        points = coverage.read_points("\n".join([
            "# SystemC::Coverage-3",
            record("v_toggle/xpk_fifo__W5", 11, 22, "a[0]", 0, "TOP.u_a"),
            record("v_toggle/xpk_fifo__W37", 11, 22, "a[0]", 3, "TOP.u_b"),
            record("v_toggle/xpk_fifo__W37", 11, 22, "a[30]", 0, "TOP.u_b"),
            record("v_branch/xpk_fifo__W5", 20, 5, "if", 2, lines="20-21"),
            record("v_line/xpk_fifo__W5", 19, 3, "block", 7, lines="19")]))
        self.assertEqual(sorted((p.kind, p.name, n) for p, n in points.items()),
                         [("line", "block", 7), ("line", "if", 2), ("toggle", "a[0]", 3),
                          ("toggle", "a[30]", 0)])

    def test_the_tool_counts_every_bit_of_a_signal(self):
        self.assertEqual(coverage.tool_figure(dict([bit(0, 5), bit(1, 0), bit(2, 1)])), (2, 3))

    def test_the_tool_counts_every_line_of_a_block(self):
        lines = "\n".join([record("v_line/a", 19, 3, "block", 7, lines="19-21"),
                           record("v_branch/a", 20, 5, "if", 0, lines="20-21"),
                           record("v_branch/a", 20, 6, "else", 4)])
        self.assertEqual(coverage.tool_figure(coverage.read_points(lines)), (4, 6))


class ExclusionsTest(unittest.TestCase):
    points = dict([bit(0, 5), bit(1, 0)])

    def check(self, expected, **changes):
        _, problems = coverage.exclude(self.points, [entry(**changes)], lambda point: "")
        self.assertEqual(len(problems), 1, problems)
        self.assertIn(expected, problems[0])

    def test_a_point_is_taken_out(self):
        left, problems = coverage.exclude(self.points, [entry()], lambda point: "")
        self.assertEqual((list(left), problems), ([bit(0, 5)[0]], []))

    def test_what_was_hit_stays(self):
        left, problems = coverage.exclude(self.points, [entry(points=r"value_i\[.\]")],
                                          lambda point: "")
        self.assertEqual((list(left), problems), ([bit(0, 5)[0]], []))

    def test_an_exclusion_must_exclude_something(self):
        self.check("excludes no uncovered point", points=r"value_i\[7\]")
        self.check("excludes no uncovered point", points=r"value_i\[0\]")  # was hit
        self.check("excludes no uncovered point", kind="line")
        self.check("excludes no uncovered point", file="rtl/common/xpk_ram_1r1w.sv")

    def test_an_exclusion_needs_a_reason(self):
        self.check("a reason", reason=" ")

    def test_lines_are_named_by_their_source(self):
        point = coverage.Point(FILE, "line", 20, 6, "else", "")
        left, problems = coverage.exclude(
            {point: 0}, [entry(kind="line", points=r"else: if \(en\) begin")],
            lambda point: "if (en) begin")
        self.assertEqual((left, problems), ({}, []))

    def test_the_list_of_the_repository_is_well_formed(self):
        for item in json.loads(coverage.EXCLUSIONS.read_text(encoding="utf-8")):
            self.assertEqual(set(item), {"file", "kind", "points", "reason"})


class SummaryTest(unittest.TestCase):
    @staticmethod
    def count(points):
        return sum(n > 0 for n in points.values()), len(points)

    def test_figures_of_files_and_total(self):
        points = dict([bit(0, 5), bit(1, 0), bit(2, 1)])
        left = dict([bit(0, 5), bit(2, 1)])
        summary = coverage.summarise(points, left, [FILE, "rtl/xpk_pkg.sv"], self.count)
        row = {"hit": 2, "total": 2, "percent": 100.0}
        self.assertEqual(summary["files"][FILE]["toggle"], row)
        self.assertEqual(summary["total"]["toggle"], row)
        self.assertEqual(summary["total"]["excluded"], {"line": 0, "toggle": 1})
        self.assertIsNone(summary["files"]["rtl/xpk_pkg.sv"]["line"]["percent"])
        self.assertIn("100.00", coverage.table(summary))

    def test_missed_bounds_and_missing_files_fail(self):
        line = coverage.Point(FILE, "line", 1, 1, "block", "1")
        good = {line: 1, **dict([bit(i, 1) for i in range(9)]), **dict([bit(9, 0)])}
        self.assertEqual(coverage.judge(coverage.summarise(good, good, [FILE], self.count)), [])
        bad = {**good, **dict([bit(10, 0)])}
        self.assertIn("total toggle coverage 81.82 %",
                      coverage.judge(coverage.summarise(bad, bad, [FILE], self.count))[0])
        files = [FILE, "rtl/core/xpk_core.sv", "rtl/xpk_pkg.sv"]
        self.assertEqual(coverage.judge(coverage.summarise(good, good, files, self.count)),
                         ["rtl/core/xpk_core.sv: no coverage data"])


if __name__ == "__main__":
    unittest.main()
