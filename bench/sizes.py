# SPDX-License-Identifier: Apache-2.0
"""Images per second of the reference at the paper's sizes, with one and with two threads."""
from __future__ import annotations

from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from bench.side_by_side import Work, image_worker, images_for, per_image, workload_work
from bench.spread import spread, text

# Configuration, tokens, time steps of the paper's networks.
SIZES = (("vit-4-384", 65, 11), ("vit-6-512", 65, 10), ("vit-8-768", 197, 7))
ROUNDS = 5


def works() -> list[Work]:
    return [workload_work(*size) for size in SIZES]


def measure(build: Path, work: Work, cpus: int) -> list[dict[str, Any]]:
    """One entry per number of threads; they take turns.

    `busy` is images per second of CPU time and thread, times threads: what the threads reach when
    each has a processor of its own. `wall` counts the time on the clock.
    """
    with ExitStack() as stack:
        workers = {threads: stack.enter_context(closing(image_worker(build, work, threads)))
                   for threads in (1, 2) if threads <= cpus}
        counts = {threads: threads * images_for(worker, work) for threads, worker in workers.items()}
        samples: dict[int, list[dict[str, float]]] = {threads: [] for threads in workers}
        for _ in range(ROUNDS):
            for threads, worker in workers.items():
                samples[threads].append(per_image(worker.ask("run", counts[threads])))
    return [{"config": work.name, "tokens": int(work.arguments[2]), "steps": int(work.arguments[3]),
             "threads": threads, **{key: workers[1].facts[key] for key in ("level", "lowest", "highest")},
             "busy": spread([1e6 * threads / sample["cpu_us"] for sample in samples[threads]]),
             "wall": spread([1e6 / sample["wall_us"] for sample in samples[threads]])} for threads in workers]


def table(entries: list[dict[str, Any]]) -> str:
    lines = ["images/s of the reference  level    threads  by CPU time            by the clock           spike rates"]
    for entry in entries:
        size = f"{entry['config']}, {entry['tokens']} tokens, T = {entry['steps']}"
        rates = f"{entry['lowest']['rate']:.2f}..{entry['highest']['rate']:.2f}"
        lines.append(f"{size:33s}  {entry['level']:7s}  {entry['threads']:7d}  {text(entry['busy']):21s}  "
                     f"{text(entry['wall']):21s}  {rates}")
    return "\n".join(lines)
