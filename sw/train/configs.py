# SPDX-License-Identifier: Apache-2.0
"""The named build configurations of configs/configs.json."""
from __future__ import annotations

import json
from typing import Any

from sw.train.data import ROOT

FILE = ROOT / "configs" / "configs.json"


def build_config(name: str) -> dict[str, Any]:
    """Fields of a configuration; those it lacks come from the one it is like."""
    configs = json.loads(FILE.read_text())["configs"]
    config = configs[name]
    return {**configs[config["like"]], **config} if "like" in config else config
