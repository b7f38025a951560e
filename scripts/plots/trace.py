# SPDX-License-Identifier: Apache-2.0
"""Reads the trace that `xpike run --timeline` writes."""
from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Slice:
    """Work on one track, in cycles [begin, end); depth 0 is the outermost slice."""

    track: str
    name: str
    depth: int
    begin: int
    end: int
    args: dict[str, Any]


@dataclass(frozen=True)
class Trace:
    """tracks: names in the order in which a viewer shows them."""

    about: dict[str, Any]
    tracks: list[str]
    slices: list[Slice]

    def of(self, track: str, depth: int) -> list[Slice]:
        """Slices of a track at one depth."""
        return [s for s in self.slices if s.track == track and s.depth == depth]


def read_trace(file: Path) -> Trace:
    """Slices from the B and E events, which are in order; ValueError if they do not pair up."""
    document = json.loads(file.read_text(encoding="utf-8"))
    names: dict[int, str] = {}
    open_slices: dict[int, list[Slice]] = {}
    slices: list[Slice] = []
    for event in document["traceEvents"]:
        thread, kind = event["tid"], event["ph"]
        if kind == "M" and event["name"] == "thread_name":
            names[thread] = event["args"]["name"]
        elif kind == "B":
            stack = open_slices.setdefault(thread, [])
            args = event["args"]
            stack.append(Slice(names[thread], event["name"], len(stack), args["cycle"],
                               args["cycle"] + args["cycles"], args))
            slices.append(stack[-1])
        elif kind == "E":
            if not open_slices.get(thread):
                raise ValueError(f"{file}: an E event ends nothing")
            open_slices[thread].pop()
    if any(open_slices.values()):
        raise ValueError(f"{file}: a slice has no end")
    return Trace(document["otherData"], list(names.values()), slices)
