# SPDX-License-Identifier: Apache-2.0
"""Tests of results.py."""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import results  # noqa: E402

GOOD = {"id": "demo.accuracy", "value": "95.0", "unit": "%", "command": "make demo",
        "commit": "0123abc", "date": "2026-01-02"}


def problems_of(entries, page):
    problems = []
    known = results.read_results(json.dumps(entries), problems.append)
    results.check_page("page.md", page, known, problems.append)
    return problems


class ResultsTest(unittest.TestCase):
    def check(self, expected, page="", **changes):
        problems = problems_of([{**GOOD, **changes}], page)
        self.assertEqual(len(problems), 1, problems)
        self.assertIn(expected, problems[0])

    def test_equal_figures_pass_with_and_without_unit(self):
        page = ("a <!-- result:demo.accuracy -->95.0 %<!-- /result --> b\n"
                "<!-- result:demo.accuracy -->95.0<!-- /result -->")
        self.assertEqual(problems_of([GOOD], page), [])

    def test_other_figure_is_reported_with_its_line(self):
        self.check("page.md:2: result demo.accuracy reads '96.0'",
                   "\n<!-- result:demo.accuracy -->96.0<!-- /result -->")

    def test_unknown_id(self):
        self.check("result demo.other is unknown", "<!-- result:demo.other -->1<!-- /result -->")

    def test_mark_without_end(self):
        self.check("has no end", "<!-- result:demo.accuracy -->95.0")

    def test_malformed_entries(self):
        self.check("malformed commit", commit="HEAD")
        self.check("malformed date", date="today")
        self.check("exactly the keys", extra="x")
        self.check("must be a string", value=95.0)

    def test_id_twice(self):
        problems = problems_of([GOOD, GOOD], "")
        self.assertEqual(problems, ["docs/results.json[1]: id demo.accuracy appears twice"])


if __name__ == "__main__":
    unittest.main()
