# SPDX-License-Identifier: Apache-2.0
"""Runs images through a PyTorch network when told to; the counterpart of image_worker.cpp.

    python3 -m bench.torch_worker THREADS SEED model MODEL DATA SPLIT       the quantised network of a model file
    python3 -m bench.torch_worker THREADS SEED workload CONFIG TOKENS STEPS a float network (float_network.py)

First line on stdout: what computes, or {"refused": why}. Then commands on stdin, answers of JSON:
    run COUNT BATCH   runs at least COUNT images in whole batches: {"images", "wall_s", "cpu_s"},
                      and "right" if the images have labels
    scores COUNT      [[score of every class] of COUNT images], with the chip's random lanes; of a model file
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
from bench.float_network import random_counts, random_float_network
from bench.torch_network import Unsupported, integer_scores, lane_draws, network_of, tokenizer_of
from sw.train.augment import tokens
from sw.train.bit_sources import Hardware, LaneBits
from sw.train.data import load_split
from sw.train.model_file import read_model
from sw.train.network import SpikingNetwork, TorchDraws

CONFIG = "tiny"  # leaps and tile size of the lanes
RANDOM_IMAGES = 32


class Worker:
    """A network, and images that batches go round."""

    def __init__(self, network: SpikingNetwork, steps: int, counts: torch.Tensor, labels: np.ndarray | None,
                 seed: int) -> None:
        self.network, self.steps, self.counts, self.labels, self.seed = network, steps, counts, labels, seed
        self.draws = TorchDraws(torch.Generator().manual_seed(seed))

    def run(self, count: int, batch: int) -> dict[str, float]:
        order = np.arange(-(-count // batch) * batch) % len(self.counts)
        batches = [self.counts[part] for part in order.reshape(-1, batch)]
        answers = []
        wall, cpu = time.perf_counter(), time.process_time()
        with torch.no_grad():
            for counts in batches:
                answers.append(self.network(counts, self.steps, self.draws))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        result = {"images": len(order), "wall_s": wall, "cpu_s": cpu}
        if self.labels is not None:
            result["right"] = int((torch.cat(answers).argmax(dim=1).numpy() == self.labels[order]).sum())
        return result

    def scores(self, count: int) -> list[list[int]]:
        images = list(range(count))
        draws = lane_draws(self.network, LaneBits(self.seed, Hardware.named(CONFIG)), images, self.steps)
        return integer_scores(self.network, self.counts[:count], self.steps, draws).tolist()


def model_worker(seed: int, model_file: str, data: str, split: str) -> Worker:
    model = read_model(Path(model_file))
    part = load_split(split, Path(data))
    counts = tokens(torch.from_numpy(part.images).float(), tokenizer_of(model))
    return Worker(network_of(model), model.meta["network"]["steps"], counts, part.labels, seed)


def workload_worker(seed: int, config: str, tokens_: str, steps: str) -> Worker:
    network = random_float_network(config, int(tokens_), int(steps), seed)
    return Worker(network, int(steps), random_counts(config, int(tokens_), RANDOM_IMAGES, seed), None, seed)


def say(answer: object) -> None:
    print(json.dumps(answer), flush=True)


def main() -> None:
    threads, seed, kind, *work = sys.argv[1:]
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
        worker = {"model": model_worker, "workload": workload_worker}[kind](int(seed), *work)
    except Unsupported as why:
        say({"refused": f"{work[0]}: {why}"})
        return
    say({"torch": torch.__version__, "numpy": np.__version__, "openblas": asdict(blas)})
    for line in sys.stdin:
        command, *numbers = line.split()
        say({"run": worker.run, "scores": worker.scores}[command](*map(int, numbers)))


if __name__ == "__main__":
    main()
