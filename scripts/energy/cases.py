# SPDX-License-Identifier: Apache-2.0
"""What is estimated: runs of the shipped models, and the paper's networks with spike rates from them."""
from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.command_line import ROOT, Xpike

Report = dict[str, Any]

SWEPT_RATES = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)
RANDOM = "random"  # a random model of the network's size, calibrated to rates of 0.1 to 0.3
HEADLINE = "digits"  # whose spike rates the paper's networks get in the headline


@dataclass(frozen=True)
class Trained:
    """A shipped model. inputs: values of a token, for the network without spikes."""

    name: str
    inputs: int
    options: tuple[str, ...]

    @property
    def model(self) -> Path:
        return ROOT / "models" / f"{self.name}.safetensors"

    @property
    def data(self) -> Path:
        return ROOT / "data" / self.name


# The digits are run on the simulated chip: every count, cycles included, is a counter's.
TRAINED = (Trained("digits", 36, ("--engine", "rtl", "--limit", "100")),
           Trained("mnist", 100, ("--engine", "reference", "--limit", "500")))


@dataclass(frozen=True)
class Shape:
    """A network of the paper on a configuration of ours."""

    name: str
    task: str  # as the ratios in configs/energy/paper.json name it
    config: str
    tokens: int
    steps: int
    inputs: int
    heads: int
    sizes: tuple[str, ...] = field(default=())

    def options(self) -> list[str]:
        words = ["--config", self.config, "--tokens", str(self.tokens), "--steps", str(self.steps),
                 "--inputs", str(self.inputs), "--set", f"heads={self.heads}"]
        for size in self.sizes:
            words += ["--set", size]
        return words


MAIN = Shape("ViT-8-768", "imagenet", "vit-8-768", 197, 7, 768, 12)
SHAPES = (
    MAIN,
    Shape("ViT-6-512", "imagenet", "vit-6-512", 197, 8, 768, 8,
          ("tokens=256", "input_rows=1024", "classes=1000")),
    # 18 pairs and a query, 4 x 4 antennas.
    Shape("symbols 4-256", "symbol_detection", "icl", 37, 11, 128, 8, ("ff=1024", "steps=11")),
    Shape("symbols 8-512", "symbol_detection", "icl", 37, 5, 128, 16, ("ff=2048", "depth=8")),
)


class Command(Xpike):
    """The calls of the estimates."""

    def energy(self, name: str, words: list[str]) -> Report:
        return self.report(name, ["energy", *words])

    def run_trained(self, model: Trained) -> Path:
        name = f"run-{model.name}"
        self.report(name, ["run", "--model", str(model.model.relative_to(ROOT)), "--data",
                           str(model.data.relative_to(ROOT)), "--split", "test", *model.options])
        return self.folder / f"{name}.json"


def collect(command: Command) -> Report:
    """All estimates: trained models, shapes with the rates of each, converters, nodes, uniform rates."""
    out: Report = {"trained": {}, "shapes": {}, "options": {}, "rates": []}
    runs: dict[str, Path] = {}
    for model in TRAINED:
        if not (model.data / "images.npy").exists():
            print(f"  {model.name}: left out, there is no data/{model.name}/images.npy")
            continue
        runs[model.name] = command.run_trained(model)
        config = json.loads(runs[model.name].read_text(encoding="utf-8"))["configuration"]
        out["trained"][model.name] = command.energy(
            f"trained-{model.name}", ["--config", config, "--run", str(runs[model.name]), "--inputs",
                                      str(model.inputs)])
    for shape in SHAPES:
        out["shapes"][shape.name] = {
            name: command.energy(f"{shape.name.replace(' ', '-')}-{name}",
                                 [*shape.options(), "--rates", str(run)])
            for name, run in runs.items()}
    # The same size with events that were counted at that size.
    words = ["run", "--random-model", "1", "--config", MAIN.config, "--tokens", str(MAIN.tokens), "--steps",
             str(MAIN.steps)]
    command.report("run-random", words)
    out["shapes"][MAIN.name][RANDOM] = command.energy(
        f"{MAIN.name}-{RANDOM}", ["--config", MAIN.config, "--run", str(command.folder / "run-random.json"),
                                  "--inputs", str(MAIN.inputs)])
    rates = ["--rates", str(runs[HEADLINE])]
    for name, more in {"SAR, 45 nm": ["--converter", "sar"], "MLSA, 32 nm": ["--node", "32"],
                       "MLSA, 22 nm": ["--node", "22"]}.items():
        slug = name.replace(", ", "-").replace(" ", "")
        out["options"][name] = command.energy(f"option-{slug}", [*MAIN.options(), *rates, *more])
    for rate in SWEPT_RATES:
        estimate = command.energy(f"rate-{rate}", [*MAIN.options(), "--rate", str(rate)])
        out["rates"].append({"rate": rate, "estimate": estimate})
    return out
