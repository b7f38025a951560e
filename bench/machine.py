# SPDX-License-Identifier: Apache-2.0
"""The machine that figures of speed belong to."""
from __future__ import annotations

import os
from pathlib import Path
from typing import Any


def machine() -> dict[str, Any]:
    info = dict(line.split(":", 1) for line in Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines()
                if ":" in line)
    facts = {key.strip(): value.strip() for key, value in info.items()}
    return {"cpu": facts.get("model name", "unknown"), "family": facts.get("cpu family", ""),
            "model": facts.get("model", ""), "cpus": len(os.sched_getaffinity(0)), "load_at_start": os.getloadavg()[0]}


def description(facts: dict[str, Any]) -> tuple[str, str]:
    """Value and unit of a record."""
    return f"{facts['cpu']}, family {facts['family']}, model {facts['model']}", f"with {facts['cpus']} CPUs"
