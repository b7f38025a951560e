# SPDX-License-Identifier: Apache-2.0
"""What the pictures are drawn from: reports, dumps and the trace of `xpike`, model and data."""
from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scripts.plots.trace import Trace, read_trace
from sw.train import safetensors
from sw.train.data import load_split

Tensors = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Material:
    """Everything about one task.

    images, labels   of the split that was run, in its order
    report           of the whole split at the model's own number of time steps, lane seed 1
    by_seed          reports of the whole split at the configuration's largest number of time steps
    dumps            tensors of the first images, from the simulated chip (numerics, section 10)
    trace            of the engines during image 0
    shown            number of the image that the pictures of one image show
    """

    name: str
    meta: dict[str, Any]
    images: NDArray[Any]
    labels: NDArray[Any]
    report: dict[str, Any]
    by_seed: list[dict[str, Any]]
    dumps: list[Tensors]
    trace: Trace
    shown: int

    @property
    def network(self) -> dict[str, Any]:
        return self.meta["network"]

    @property
    def depth(self) -> int:
        return int(self.network["depth"])

    @property
    def shown_image(self) -> NDArray[Any]:
        return self.images[self.shown]

    @property
    def shown_label(self) -> int:
        return int(self.labels[self.shown])

    @property
    def shown_dump(self) -> Tensors:
        return self.dumps[self.shown]

    @property
    def title(self) -> str:
        """Which image it is, for headings."""
        return f"{self.name}, {self.report['split']} image {self.shown}"

    @property
    def predictions(self) -> NDArray[Any]:
        return np.array(self.report["predictions"])


def read_json(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def read_dump(folder: Path) -> Tensors:
    """Tensor name ("layer0.q") -> array."""
    return {file.stem: np.load(file) for file in sorted(folder.glob("*.npy"))}


def read_material(name: str, model: Path, data: Path, folder: Path, shown: int) -> Material:
    """Reads what runs.py has left in `folder`."""
    meta = json.loads(safetensors.read(model)[1]["xpikeformer"])
    report = read_json(folder / "report.json")
    split = load_split(report["split"], data)
    count = report["images"]
    if shown >= count:
        raise ValueError(f"--image: there is no image {shown}, only 0..{count - 1}")
    return Material(
        name=name,
        meta=meta,
        images=split.images[:count],
        labels=split.labels[:count],
        report=report,
        by_seed=[read_json(file) for file in sorted(folder.glob("seed*.json"))],
        dumps=[read_dump(image) for image in sorted((folder / "spikes").iterdir())],
        trace=read_trace(folder / "timeline.json"),
        shown=shown,
    )
