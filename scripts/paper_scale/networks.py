# SPDX-License-Identifier: Apache-2.0
"""What is run: networks of the paper's sizes, random weights, one image, RTL against reference."""
from __future__ import annotations

import json
import resource
import subprocess
from dataclasses import dataclass
from typing import Any

from scripts.command_line import Xpike

Report = dict[str, Any]

SEED = 1  # of weights, images and random streams


@dataclass(frozen=True)
class Network:
    """A full-size network of a configuration. Where tokens and steps come from: docs/paper-scale.md."""

    name: str
    config: str
    tokens: int
    steps: int
    images: int = 1

    def options(self) -> list[str]:
        return ["--config", self.config, "--random-model", str(SEED), "--tokens", str(self.tokens),
                "--steps", str(self.steps), "--images", str(self.images), "--engine", "both", "--final-scores"]


MAIN = Network("ViT-8-768", "vit-8-768", 197, 7)
# A prompt of 18 pairs and a query; ours has no counterpart of this size in the paper.
NETWORKS = (Network("ICL 4-128", "icl", 37, 8), Network("ViT-4-384", "vit-4-384", 65, 11),
            Network("ViT-6-512", "vit-6-512", 65, 10), MAIN)
# MAIN with conversions of more cycles: those that the published converters of converters.py need.
SLOW_CONVERTERS = {3: "vit-8-768-adc3", 4: "vit-8-768-adc4"}
# Overlapping images, more of them than chain copies, so the last results come from a full chip; and the
# network for which their pace is only computed.
OVERLAP = Network("tiny", "tiny-overlap", 16, 10, images=10)
OVERLAP_COMPUTED = Network(MAIN.name, "vit-8-768-overlap", MAIN.tokens, MAIN.steps)


def cpu_seconds() -> float:
    """Of all programs that ended so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def configurations() -> list[str]:
    return [*(network.config for network in NETWORKS), *SLOW_CONVERTERS.values(), OVERLAP.config]


class Command(Xpike):
    """The runs of networks."""

    def run(self, network: Network) -> Report:
        """The report, with the CPU time of the whole run as "cpu_seconds": other work on the machine
        lengthens wall times only. Throws CalledProcessError if the engines disagree or a spike rate is
        out of range."""
        before = cpu_seconds()
        found = self.report(network.config, ["run", *network.options()])
        return {**found, "cpu_seconds": cpu_seconds() - before}

    def configurations(self) -> dict[str, Report]:
        """All fields of every configuration, by name."""
        words = [str(self.xpike), "configs", "--json"]
        done = subprocess.run(words, check=True, capture_output=True, text=True)
        return {entry["name"]: entry for entry in json.loads(done.stdout)}
