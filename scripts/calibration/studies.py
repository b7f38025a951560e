# SPDX-License-Identifier: Apache-2.0
"""What is run: the command line of every study, without the program."""
from __future__ import annotations

CHIPS = "5"
IMAGES = "10"  # at every age, on the chip's RTL
USUAL = 64  # vectors of a pass, as `xpike` has it without --vectors
VECTORS = (16, 32, USUAL, 128, 256)
DENSITIES = (26, 51, 128, 256)
MODELS = ("digits", "mnist", "icl-2x2")
CONFIGS = ("tiny", "icl", "vit-4-384", "vit-8-768")  # whose cost is estimated


def files(names: tuple[str, ...]) -> list[str]:
    return [word for name in names for word in ("--model", f"models/{name}.safetensors")]


def repeated(option: str, values: tuple[int, ...]) -> list[str]:
    return [word for value in values for word in (option, str(value))]


PARTS: dict[str, list[str]] = {
    "vectors": ["calibrate", *files(MODELS), "--chips", CHIPS, *repeated("--vectors", VECTORS)],
    "densities": ["calibrate", *files(MODELS), "--chips", CHIPS, *repeated("--density", DENSITIES)],
    "engines": ["drift", *files(MODELS[:1]), "--data", "data/digits", "--split", "test", "--chips", CHIPS,
                "--limit", IMAGES, "--compensation", "gain", "--engine", "both"],
    **{f"energy-{config}": ["energy", "--config", config] for config in CONFIGS},
}
