# SPDX-License-Identifier: Apache-2.0
"""Time per image of the reference and of a network in PyTorch, taken in turn.

Both programs stay alive and run images when told to. Every round runs PyTorch once, then every
level of the reference; a ratio compares two times of one round, so that a busy machine slows both.
"""
from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.spread import spread

SLICE_S = 0.4        # length of one measurement
EQUAL_IMAGES = 24    # images whose scores are compared
SEED = 1


class Refused(Exception):
    """A fair comparison is not possible."""


class Process:
    """One of the two workers: a command in, a line of JSON out."""

    def __init__(self, command: list[str | Path], **environment: str) -> None:
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE, text=True,
                                        stdout=subprocess.PIPE, env=os.environ | environment)
        self.facts = self.answer()
        if "refused" in self.facts:
            raise Refused(self.facts["refused"])

    def answer(self) -> Any:
        line = self.process.stdout.readline()
        if not line:
            raise Refused(f"{self.process.args[0]} ended with code {self.process.wait()}")
        return json.loads(line)

    def ask(self, *words: object) -> Any:
        print(*words, file=self.process.stdin, flush=True)
        return self.answer()

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


@dataclass(frozen=True)
class Work:
    """What both programs run: their last arguments, and how."""

    name: str
    arguments: tuple[str, ...]
    batches: tuple[int, ...]  # that PyTorch may choose from
    warm_images: int          # of the first run of a program
    same_network: bool        # then the scores must be equal


def model_work(name: str, model: Path, data: Path) -> Work:
    """A model file, on both sides."""
    return Work(name, ("model", str(model), str(data), "test"), (1, 4, 16, 32, 64, 128, 256, 512), 200, True)


def workload_work(config: str, tokens: int, steps: int) -> Work:
    """Random networks of one size: the chip's on this side, a float one in PyTorch."""
    return Work(config, ("workload", config, str(tokens), str(steps)), (1, 2, 4, 8), 1, False)


def torch_worker(work: Work, threads: int) -> Process:
    count = str(threads)
    return Process([sys.executable, "-m", "bench.torch_worker", count, str(SEED), *work.arguments],
                   OPENBLAS_NUM_THREADS=count, OMP_NUM_THREADS=count, PYTHONDONTWRITEBYTECODE="1")


def image_worker(build: Path, work: Work, threads: int, level: str | None = None) -> Process:
    environment = {} if level is None else {"XPIKE_SIMD": level}
    return Process([build / "bin" / "xpike_bench_images", str(threads), str(SEED), *work.arguments], **environment)


def per_image(answer: dict[str, float]) -> dict[str, float]:
    times = {"wall_us": 1e6 * answer["wall_s"] / answer["images"], "cpu_us": 1e6 * answer["cpu_s"] / answer["images"]}
    return times | ({"accuracy": answer["right"] / answer["images"]} if "right" in answer else {})


def images_for(process: Process, work: Work, *batch: int) -> int:
    """Images that take about SLICE_S; warms up as well."""
    first = process.ask("run", work.warm_images, *batch)
    return max(1, round(SLICE_S / first["wall_s"] * first["images"]))


def best_batch(torch: Process, work: Work, clock: str) -> tuple[int, dict[int, float]]:
    """The quickest batch size, and the shortest of three times per image of each in us."""
    counts = {batch: images_for(torch, work, batch) for batch in work.batches}
    times: dict[int, float] = {}
    for _ in range(3):
        for batch, count in counts.items():
            time = per_image(torch.ask("run", count, batch))[clock]
            times[batch] = min(time, times.get(batch, time))
    return min(times, key=times.__getitem__), times


def check_equal(torch: Process, reference: Process, work: Work) -> None:
    """With the same random lanes, both give the same scores."""
    if torch.ask("scores", EQUAL_IMAGES) != reference.ask("scores", EQUAL_IMAGES):
        raise Refused(f"{work.name}: PyTorch and the reference give different scores")


def compare(build: Path, work: Work, threads: int, rounds: int) -> dict[str, Any]:
    """The measurement of one model with one number of threads. Raises Refused."""
    clock = "cpu_us" if threads == 1 else "wall_us"
    with ExitStack() as stack:

        def start(process: Process) -> Process:
            return stack.enter_context(closing(process))

        torch = start(torch_worker(work, threads))
        first = start(image_worker(build, work, threads))
        references = {level: start(image_worker(build, work, threads, level)) for level in first.facts["available"]}
        if work.same_network:
            for reference in references.values():
                check_equal(torch, reference, work)
        batch, batch_times = best_batch(torch, work, clock)
        torch_count = images_for(torch, work, batch)
        counts = {level: images_for(reference, work) for level, reference in references.items()}
        samples: dict[str, list[dict[str, float]]] = {name: [] for name in ("pytorch", *references)}
        for _ in range(rounds):
            samples["pytorch"].append(per_image(torch.ask("run", torch_count, batch)))
            for level, reference in references.items():
                samples[level].append(per_image(reference.ask("run", counts[level])))
    return {"model": work.name, "threads": threads, "rounds": rounds, "equal_scores": EQUAL_IMAGES if work.same_network else 0,
            "batch": batch, f"batch_{clock}": batch_times,
            "facts": {"pytorch": torch.facts, "reference": first.facts}, "samples": samples,
            "programs": {name: summary(values) for name, values in samples.items()},
            "ratios": {level: ratio(samples["pytorch"], samples[level]) for level in references}}


def summary(samples: list[dict[str, float]]) -> dict[str, dict[str, float]]:
    return {key: spread([sample[key] for sample in samples]) for key in samples[0]}


def ratio(slow: list[dict[str, float]], quick: list[dict[str, float]]) -> dict[str, dict[str, float]]:
    """How many times quicker, round by round."""
    return {key: spread([a[key] / b[key] for a, b in zip(slow, quick)]) for key in ("cpu_us", "wall_us")}
