# SPDX-License-Identifier: Apache-2.0
"""Runs images through the quantised PyTorch network when told to; the counterpart of image_worker.cpp.

    python3 -m bench.torch_worker MODEL DATA SPLIT SEED THREADS

First line on stdout: what computes, or {"refused": why}. Then commands on stdin, answers of JSON:
    run COUNT BATCH   runs at least COUNT images in whole batches: {"images", "wall_s", "cpu_s", "right"}
    scores COUNT      [[score of every class] of COUNT images], with the chip's random lanes
OPENBLAS_NUM_THREADS must be THREADS in the environment: OpenBLAS does not listen to PyTorch.
"""
from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from bench import openblas
from bench.torch_network import Unsupported, integer_scores, lane_draws, network_of, tokenizer_of
from sw.train.augment import tokens
from sw.train.bit_sources import Hardware, LaneBits
from sw.train.data import load_split
from sw.train.model_file import read_model
from sw.train.network import TorchDraws

CONFIG = "tiny"  # leaps and tile size of the lanes


class Worker:
    def __init__(self, model_file: Path, data: Path, split: str, seed: int) -> None:
        model = read_model(model_file)
        self.network = network_of(model)
        self.steps = model.meta["network"]["steps"]
        part = load_split(split, data)
        self.counts = tokens(torch.from_numpy(part.images).float(), tokenizer_of(model))
        self.labels = part.labels
        self.seed = seed
        self.draws = TorchDraws(torch.Generator().manual_seed(seed))

    def run(self, count: int, batch: int) -> dict[str, float]:
        """Batches go round the images of the split."""
        order = np.arange(-(-count // batch) * batch) % len(self.labels)
        batches = [(self.counts[part], self.labels[part]) for part in order.reshape(-1, batch)]
        answers = []
        wall, cpu = time.perf_counter(), time.process_time()
        with torch.no_grad():
            for counts, _ in batches:
                answers.append(self.network(counts, self.steps, self.draws))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        right = sum(int((a.argmax(dim=1).numpy() == labels).sum()) for a, (_, labels) in zip(answers, batches))
        return {"images": len(order), "wall_s": wall, "cpu_s": cpu, "right": right}

    def scores(self, count: int) -> list[list[int]]:
        images = list(range(count))
        draws = lane_draws(self.network, LaneBits(self.seed, Hardware.named(CONFIG)), images, self.steps)
        return integer_scores(self.network, self.counts[:count], self.steps, draws).tolist()


def say(answer: object) -> None:
    print(json.dumps(answer), flush=True)


def main() -> None:
    model, data, split, seed, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    torch.ones(64, 64) @ torch.ones(64, 64)  # the library is mapped at its first use
    blas = openblas.find()
    if blas is None:
        say({"refused": "PyTorch does not compute with OpenBLAS here (Debian: libopenblas0-pthread)"})
        return
    if blas.threads != int(threads):
        say({"refused": f"OpenBLAS uses {blas.threads} threads instead of {threads}"})
        return
    try:
        worker = Worker(Path(model), Path(data), split, int(seed))
    except Unsupported as why:
        say({"refused": f"{model}: {why}"})
        return
    say({"torch": torch.__version__, "numpy": np.__version__, "openblas": asdict(blas)})
    for line in sys.stdin:
        command, *numbers = line.split()
        say({"run": worker.run, "scores": worker.scores}[command](*map(int, numbers)))


if __name__ == "__main__":
    main()
