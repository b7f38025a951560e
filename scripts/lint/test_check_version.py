# SPDX-License-Identifier: Apache-2.0
"""Tests of check-version.sh and of the CMake function around it, with made-up tools."""

import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "check-version.sh"
FORMAT = "clang-format: found version {}, wanted {} (every version formats differently)\n"


def run(*arguments, path=None):
    env = {**os.environ, "PATH": f"{path}:{os.environ['PATH']}" if path else os.environ["PATH"]}
    return subprocess.run([str(SCRIPT), *arguments], env=env, capture_output=True, text=True,
                          check=False)


class VersionTest(unittest.TestCase):
    def check(self, argument, code, expected):
        done = run(argument)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (code, "", expected))

    def test_tested_versions_are_silent(self):
        for argument in ("gcc=12", "gcc=12.2.0", "yosys=0.23", "verilator=5.006",
                         "clang-format=14.0.6"):
            self.check(argument, 0, "")

    def test_older_versions_stop(self):
        self.check("gcc=11.4.0", 2, "gcc: found version 11.4.0, wanted 12 or newer (C++20)\n")
        self.check("gcc=9", 2, "gcc: found version 9, wanted 12 or newer (C++20)\n")
        self.check("yosys=0.9", 2, "yosys: found version 0.9, wanted 0.23 or newer "
                                   "(the subset of SystemVerilog that it reads)\n")
        self.check("clang-format=13.0.1", 2, FORMAT.format("13.0.1", "14 or newer"))

    def test_newer_versions_warn(self):
        self.check("gcc=13.2.0", 0, "gcc: found version 13.2.0, tested with 12 (C++20)\n")
        self.check("yosys=0.100", 0, "yosys: found version 0.100, tested with 0.23 "
                                     "(the subset of SystemVerilog that it reads)\n")
        self.assertEqual(run("verilator=5.020").returncode, 0)

    def test_newer_versions_with_other_results_stop(self):
        self.check("clang-format=15.0.7", 2, FORMAT.format("15.0.7", "14"))

    def test_unreadable_version(self):
        self.check("gcc=", 2, "gcc: found version '', wanted 12 or newer (C++20)\n")
        self.check("gcc=trunk", 2, "gcc: found version 'trunk', wanted 12 or newer (C++20)\n")

    def test_unknown_tool_and_no_tool(self):
        self.assertIn("no tool gcd", run("gcd=1").stderr)
        self.assertEqual(run("gcd=1").returncode, 2)
        self.assertEqual(run().returncode, 2)

    def test_tools_are_asked(self):
        with tempfile.TemporaryDirectory() as folder:
            for tool, says in (("yosys", "Yosys 0.17 (git sha1 6f9602b4c)"),
                               ("verilator", "Verilator 4.038 2020-07-11 rev v4.036-114")):
                file = pathlib.Path(folder, tool)
                file.write_text(f"#!/bin/sh\necho '{says}'\n")
                file.chmod(0o755)
            for tool, version in (("yosys", "0.17"), ("verilator", "4.038")):
                done = run(tool, path=folder)
                self.assertEqual(done.returncode, 2)
                self.assertIn(f"{tool}: found version {version}, wanted ", done.stderr)

    def test_absent_tool(self):
        with tempfile.TemporaryDirectory() as folder:
            for tool in ("bash", "env", "dirname", "awk"):
                found = subprocess.run(["which", tool], capture_output=True, text=True, check=True)
                pathlib.Path(folder, tool).symlink_to(found.stdout.strip())
            done = subprocess.run([str(SCRIPT), "yosys"], env={"PATH": folder}, text=True,
                                  capture_output=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (2, "yosys: is not installed\n"))


class CMakeTest(unittest.TestCase):
    def configure(self, body):
        with tempfile.TemporaryDirectory() as folder:
            script = pathlib.Path(folder, "check.cmake")
            script.write_text(f'include("{ROOT}/cmake/XpikeVersions.cmake")\n{body}\n')
            return subprocess.run(["cmake", "-P", str(script)], capture_output=True, text=True,
                                  check=False)

    def test_old_tool_stops(self):
        done = self.configure("xpike_check_version(verilator 4.038)")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("verilator: found version 4.038, wanted 5.006 or newer", done.stderr)

    def test_new_tool_warns(self):
        done = self.configure("xpike_check_version(verilator 5.020)\nmessage(STATUS went-on)")
        self.assertEqual(done.returncode, 0)
        self.assertIn("verilator: found version 5.020, tested with 5.006", done.stderr)
        self.assertIn("went-on", done.stdout)

    def test_compiler(self):
        def compiler(name, version):
            return self.configure(f"set(CMAKE_CXX_COMPILER_ID {name})\n"
                                  f"set(CMAKE_CXX_COMPILER_VERSION {version})\nxpike_check_compiler()")

        self.assertEqual((compiler("GNU", "12.2.0").returncode, compiler("GNU", "12.2.0").stderr), (0, ""))
        self.assertIn("gcc: found version 11.4.0, wanted 12", compiler("GNU", "11.4.0").stderr)
        self.assertIn("clang: found version 13.0.1, wanted 14", compiler("Clang", "13.0.1").stderr)
        self.assertIn("found MSVC, wanted GCC or clang", compiler("MSVC", "19").stderr)
        self.assertNotEqual(compiler("MSVC", "19").returncode, 0)


if __name__ == "__main__":
    unittest.main()
