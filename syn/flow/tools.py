# SPDX-License-Identifier: Apache-2.0
"""Runs the tools, and stops at what their logs must not say."""
from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Yosys carries on after some of these, OpenSTA after all of them.
DANGEROUS = re.compile(
    r"^\s*ERROR|^Error|\bError:|[Ll]atch inferred|inferring latch|is used but has no driver|multiple conflicting drivers"
    r"|found logic loop|not found in|no driver|multiple drivers|conflicting init|syntax error"
    r"|Warning: .*(undriven|unconnected|does not exist|not linked|black box|unknown)")
# Said although all is well.
HARMLESS = re.compile(r"No latch inferred")


class FlowError(Exception):
    """A tool failed, or said something that makes its result worthless."""


def dangerous_lines(log: str) -> list[str]:
    return [line for line in log.splitlines() if DANGEROUS.search(line) and not HARMLESS.search(line)]


def check_log(path: pathlib.Path) -> None:
    lines = dangerous_lines(path.read_text(errors="replace"))
    if lines:
        raise FlowError(f"{path}: {lines[0].strip()}" + (f" (and {len(lines) - 1} more)" if lines[1:] else ""))


def run(command: list[str], log: pathlib.Path, environment: dict[str, str] | None = None,
        wanted: tuple[int, ...] = (0,)) -> str:
    """Runs a command with its output in `log`, and returns that."""
    with log.open("w") as file:
        done = subprocess.run(command, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                              env=os.environ | (environment or {}), check=False)
    text = log.read_text(errors="replace")
    if done.returncode not in wanted:
        last = next((line for line in reversed(text.splitlines()) if line.strip()), "")
        raise FlowError(f"{command[0]} ended with {done.returncode}, see {log}: {last.strip()}")
    return text


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
