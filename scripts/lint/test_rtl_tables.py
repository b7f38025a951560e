# SPDX-License-Identifier: Apache-2.0
"""Tests of rtl_tables.sh, on a folder made up for each."""

import pathlib
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).parent / "rtl_tables.sh"
GOOD = """# Cells
## Data path
## Modules
| module | does |
|---|---|
| `xpk_one` | one |
| `xpk_two` | two |
## Protocol
"""


class TableTest(unittest.TestCase):
    def check(self, page, expected):
        with tempfile.TemporaryDirectory() as root:
            folder = pathlib.Path(root, "rtl", "cells")
            folder.mkdir(parents=True)
            for name in ("xpk_one", "xpk_two"):
                (folder / f"{name}.sv").touch()
            if page is not None:
                (folder / "README.md").write_text(page)
            done = subprocess.run([str(SCRIPT), root], capture_output=True, text=True, check=False)
        self.assertEqual(done.stderr, expected)
        self.assertEqual(done.returncode, 1 if expected else 0)

    def test_complete_page(self):
        self.check(GOOD, "")

    def test_absent_page(self):
        self.check(None, "rtl/cells/README.md: is missing\n")

    def test_absent_sections(self):
        self.check(GOOD.replace("## Data path\n", "").replace("## Protocol\n", ""),
                   "rtl/cells/README.md: section '## Data path' is missing\n"
                   "rtl/cells/README.md: section '## Protocol' is missing\n")

    def test_module_without_row(self):
        self.check(GOOD.replace("| `xpk_two` | two |\n", ""),
                   "rtl/cells/README.md: xpk_two.sv is not in the module table\n")

    def test_page_without_table(self):
        self.check("## Data path\n## Protocol\n",
                   "rtl/cells/README.md: xpk_one.sv is not in the module table\n"
                   "rtl/cells/README.md: xpk_two.sv is not in the module table\n")

    def test_row_without_module(self):
        self.check(GOOD + "| `xpk_old` | gone |\n",
                   "rtl/cells/README.md: the module table names xpk_old, which is no file of rtl/cells\n")

    def test_row_that_stands_twice(self):
        self.check(GOOD + "| `xpk_one` | again |\n",
                   "rtl/cells/README.md: xpk_one stands in the module table 2 times\n")


if __name__ == "__main__":
    unittest.main()
