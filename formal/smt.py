# SPDX-License-Identifier: Apache-2.0
"""One elaborated design, and the checks that yosys-smtbmc can run on it."""
from __future__ import annotations

import dataclasses
import itertools
import os
import pathlib
import re
import subprocess
import threading

TIMEOUT_S = 300


class Failure(Exception):
    """Something other than a property failed; the text says what."""


@dataclasses.dataclass(frozen=True)
class Outcome:
    passed: bool
    text: str  # what went wrong
    broken: tuple[str, ...] = ()  # assertions that failed
    covers: int = 0


def number(text: str, parameters: dict) -> int:
    """A count in a probe: an integer expression of the parameters."""
    return int(eval(text, {"__builtins__": {}}, parameters))


def expand(path: str, parameters: dict) -> str:
    """An internal signal as Yosys names it. `<N>` runs over 0..N-1, word 0 lowest."""
    parts = re.split(r"<([^>]*)>", path)
    ranges = [range(number(text, parameters)) for text in parts[1::2]]
    words = []
    for indices in itertools.product(*ranges):
        word = parts[0]
        for index, tail in zip(indices, parts[2::2]):
            word += f"{index}{tail}"
        words.append(f"\\{word}")
    return ",".join(reversed(words))


class Job:
    """A proof with its parameters, in a folder of its own."""

    def __init__(self, root: pathlib.Path, folder: pathlib.Path, proof: dict, parameters: dict,
                 replaced: dict[str, pathlib.Path] | None = None) -> None:
        self.root, self.folder, self.proof, self.parameters = root, folder, proof, parameters
        self.replaced = replaced or {}
        self.cpu_seconds = 0.0
        folder.mkdir(parents=True, exist_ok=True)

    def run(self, name: str, command: list[str]) -> str:
        """The output of a command, also kept in NAME.log; empty when it took too long."""
        log = self.folder / f"{name}.log"
        with log.open("w") as stream:
            process = subprocess.Popen(command, cwd=self.root, stdout=stream,
                                       stderr=subprocess.STDOUT)
            expired = threading.Event()
            timer = threading.Timer(TIMEOUT_S, lambda: (expired.set(), process.terminate()))
            timer.start()
            _, status, usage = os.wait4(process.pid, 0)
            timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        self.cpu_seconds += usage.ru_utime + usage.ru_stime
        return "" if expired.is_set() else log.read_text()

    def elaborate(self) -> None:
        """Yosys: sources to design.smt2. Probes get their internal signals after flattening."""
        top = self.proof["top"]
        files = [str(self.replaced.get(name, name)) for name in
                 ["rtl/xpk_pkg.sv", *self.proof["files"], f"formal/{top}.sv"]]
        probes = {path: f"connect -nomap -nounset -set {name} {expand(path, self.parameters)}"
                  for name, path in self.proof.get("probes", {}).items()}
        # Registers before anything unused is removed; memory words once they are registers.
        signals = [connect for path, connect in probes.items() if "<" not in path]
        words = [connect for path, connect in probes.items() if "<" in path]
        script = [f"read_verilog -formal -sv {' '.join(files)}",
                  *(f"chparam -set {name} {value} {top}"
                    for name, value in self.parameters.items()),
                  f"hierarchy -check -top {top}", "proc", "flatten", *signals,
                  "opt_clean", "memory -nordff", *words, "setundef -undriven -anyseq", "opt -fast", "check -assert",
                  "async2sync", "dffunmap", f"write_smt2 -wires {self.folder}/design.smt2"]
        path = self.folder / "design.ys"
        path.write_text("\n".join(script) + "\n")
        output = self.run("yosys", ["yosys", "-s", str(path)])
        if "End of script" not in output:
            last = [line for line in output.splitlines() if line.strip()]
            raise Failure(f"yosys failed on {path}: {last[-1] if last else 'time-out'}")

    def solve(self, name: str, *arguments: str) -> Outcome:
        output = self.run(name, ["yosys-smtbmc", "--noprogress", "--presat", "--unroll", "-s", "z3",
                                 "--dump-vcd", f"{self.folder}/{name}.vcd", *arguments,
                                 f"{self.folder}/design.smt2"])
        if "Status: PASSED" in output:
            return Outcome(True, "", covers=len(re.findall("Reached cover statement", output)))
        if not output:
            return Outcome(False, f"{name}: time-out")
        if unreached := re.findall(r"Unreached cover statement at (\S+)", output):
            return Outcome(False, f"not reached: {', '.join(unreached)}")
        broken = sorted(set(re.findall(r"Assert failed in \S+: (\S+)", output)))
        return Outcome(False, f"{name} fails: {', '.join(broken)}", tuple(broken))

    def assertions(self) -> set[str]:
        """Names of the properties: labels that begin with a_, with their path."""
        text = (self.folder / "design.smt2").read_text()
        names = re.findall(r"^; yosys-smt2-assert \d+ (\S+)", text, re.MULTILINE)
        return {name for name in names if name.split(".")[-1].startswith("a_")}

    def bounded(self, depth: int, *options: str) -> Outcome:
        return self.solve("bounded", "-t", str(depth), *options)

    def induction(self, depth: int) -> Outcome:
        return self.solve("induction", "-i", "-t", str(depth))

    def cover(self, depth: int) -> Outcome:
        return self.solve("cover", "-c", "-t", str(depth))
