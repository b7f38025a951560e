# SPDX-License-Identifier: Apache-2.0
"""Draws all pictures of the digits, and of MNIST where it is there.

    make plots                          (or: python3 -m scripts.plots --build build)
    make plots MODEL=my.safetensors DATA=my/folder

Runs `xpike`, then draws from what it wrote: BUILD/plots/TASK/*.svg and *.png. Without MODEL also
drift.png and encoding-length.png, from the record of `make robustness`.
"""
from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from matplotlib.figure import Figure

from scripts.command_line import ROOT, finish
from scripts.plots import (accuracy, attention_maps, confusion, drift, runs, spike_raster,
                           spike_rates, style, timeline)
from scripts.plots.material import Material, read_material

LARGEST_DOCS_FILE = 150_000  # bytes

PICTURES: dict[str, Callable[[Material], Figure]] = {
    "spike-raster": spike_raster.draw,
    "attention-maps": attention_maps.draw,
    "accuracy": accuracy.draw,
    "confusion": confusion.draw,
    "spike-rates": spike_rates.draw,
    "timeline": timeline.draw,
}
SHOWN_IMAGE = 6  # a 3 among the digits
TASKS = {"digits": "data/digits", "mnist": "data/mnist"}


def draw_all(material: Material, folder: Path) -> None:
    for name, draw in PICTURES.items():
        figure = draw(material)
        style.save(figure, folder / name)
        print(f"  {folder / name}.svg, .png", flush=True)


def copy_to_docs(task: str, folder: Path) -> None:
    for name in PICTURES:
        content = (folder / f"{name}.png").read_bytes()
        if len(content) > LARGEST_DOCS_FILE:
            raise ValueError(f"{name}.png: {len(content)} bytes, at most {LARGEST_DOCS_FILE} belong "
                             "into docs/images")
        (ROOT / "docs" / "images" / f"{task}-{name}.png").write_bytes(content)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make plots", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="build folder")
    parser.add_argument("--model", type=Path, help="model file, instead of the shipped ones")
    parser.add_argument("--data", type=Path, help="data folder of that model")
    parser.add_argument("--image", type=int, default=SHOWN_IMAGE,
                        help=f"the one that raster and attention maps show (default {SHOWN_IMAGE})")
    parser.add_argument("--draw-only", action="store_true", help="from the runs of the last time")
    parser.add_argument("--docs", action="store_true", help="also refresh docs/images")
    options = parser.parse_args()
    if (options.model is None) != (options.data is None):
        raise ValueError("--model and --data (MODEL and DATA) belong together")
    if not 0 <= options.image < runs.DUMPED_IMAGES:
        raise ValueError(f"--image (IMAGE): {options.image} is outside 0..{runs.DUMPED_IMAGES - 1}")
    tasks = {name: (ROOT / "models" / f"{name}.safetensors", ROOT / folder)
             for name, folder in TASKS.items()}
    if options.model:
        tasks = {options.model.stem: (options.model, options.data)}

    style.apply()
    for name, (model, data) in tasks.items():
        missing = [file for file in (model, data / "images.npy", data / "labels.npy")
                   if not file.exists()]
        if missing and options.model:
            raise ValueError(f"{missing[0]}: is not there; the pictures need a model file, and a "
                             "folder with images.npy and labels.npy")
        if missing:
            print(f"{name}: left out, there is no {os.path.relpath(missing[0], ROOT)}")
            continue
        print(f"{name}:")
        folder = options.build.resolve() / "plots" / name
        if not options.draw_only:
            runs.run_all(options.build.resolve() / "bin" / "xpike", model, data, folder / "data")
        draw_all(read_material(name, model, data, folder / "data", options.image), folder)
        if options.docs:
            copy_to_docs(name, folder)
    if not options.model:
        print("recorded studies:")
        folder = options.build.resolve() / "plots"
        for name in drift.draw_all(folder):
            print(f"  {folder / name}.svg, .png", flush=True)
            if options.docs:
                shutil.copy(folder / f"{name}.png", ROOT / "docs" / "images")
    return 0


if __name__ == "__main__":
    finish("plots", main)
