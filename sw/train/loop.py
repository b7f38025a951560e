# SPDX-License-Identifier: Apache-2.0
"""One training stage: AdamW, warm-up and cosine, clipping, averaged weights, a checkpoint every epoch.

A checkpoint holds the state of the one random generator as well, so a resumed run continues
with the same numbers as an uninterrupted one.
"""
from __future__ import annotations

import json
import math
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Callable

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel

from sw.train.augment import augment, tokens
from sw.train.data import Split
from sw.train.network import TorchDraws
from sw.train.options import Recipe, RowTokenizer, Tokenizer
from sw.train.tasks import Task

VALIDATION_SEED = 12345  # the validation passes use their own generator


@dataclass(frozen=True)
class Stage:
    """Name, length, learning rate, warm-up (epochs), time steps and averaging of one stage."""

    name: str
    epochs: int
    lr: float
    warmup: float
    steps: int
    average: float = 0.0


class Stopped(Exception):
    """Raised when the epochs allowed by --stop-after are used up."""


def write_log(out: Path, facts: dict[str, Any]) -> None:
    """One line more in log.jsonl, and for people."""
    with (out / "log.jsonl").open("a") as file:
        file.write(json.dumps(facts) + "\n")
    print("  ".join(f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in facts.items()), flush=True)


def write_checkpoint(out: Path, state: dict[str, Any]) -> None:
    """Write checkpoint.pt in one step, so that an interrupted write leaves the old one."""
    torch.save(state, out / "checkpoint.tmp")
    (out / "checkpoint.tmp").replace(out / "checkpoint.pt")


@dataclass
class Run:
    """What the stages of one run share."""

    out: Path
    task: Task
    recipe: Recipe
    seed: int
    generator: torch.Generator
    train: Split
    validation: Split
    epochs_left: float = math.inf
    float_stage: Path | None = None  # trained before, by another run

    @property
    def tokenizer(self) -> Tokenizer | RowTokenizer:
        return self.task.tokenizer(self.recipe)

    def log(self, **facts: Any) -> None:
        write_log(self.out, facts)

    def progress(self, stage: Stage, epoch: int, share: float) -> None:
        """How far an epoch is, on a terminal."""
        if sys.stderr.isatty():
            print(f"\r{stage.name} epoch {epoch + 1} of {stage.epochs}: {share:4.0%} ", end="\r", file=sys.stderr,
                  flush=True)


def deterministic() -> None:
    """One thread and deterministic kernels; run with OPENBLAS_NUM_THREADS=1 as well."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)


def save(run: Run, stage: Stage, epoch: int, model: nn.Module, averaged: AveragedModel | None,
         optimizer: torch.optim.Optimizer) -> None:
    """All that a resumed run needs."""
    state = {"task": run.task.name, "stage": stage.name, "epoch": epoch, "seed": run.seed,
             "recipe": asdict(run.recipe), "model": model.state_dict(),
             "average": averaged.state_dict() if averaged else None,
             "optimizer": optimizer.state_dict(), "generator": run.generator.get_state()}
    write_checkpoint(run.out, state)


def averaged_model(model: nn.Module, decay: float) -> AveragedModel | None:
    """A copy of `model` that follows it, or None without averaging; buffers stay as they are."""
    if not decay:
        return None
    return AveragedModel(model, avg_fn=lambda average, new, _: decay * average + (1 - decay) * new)


def load_weights(state: dict[str, Any], model: nn.Module) -> None:
    """The weights of a checkpoint that count: the averaged ones where there are any."""
    if state["average"] is None:
        model.load_state_dict(state["model"])
    else:
        averaged = AveragedModel(model)
        averaged.load_state_dict(state["average"])
        model.load_state_dict(averaged.module.state_dict())


def rate(stage: Stage, position: float) -> float:
    """Learning rate at `position` epochs: linear warm-up, then cosine to zero."""
    if position < stage.warmup:
        return stage.lr * position / stage.warmup
    done = (position - stage.warmup) / max(stage.epochs - stage.warmup, 1e-9)
    return stage.lr * 0.5 * (1 + math.cos(math.pi * done))


@torch.no_grad()
def accuracy(model: nn.Module, split: Split, tokenizer: Tokenizer | RowTokenizer, steps: int,
             seed: int = VALIDATION_SEED) -> float:
    """Share of right answers, with a fresh generator of the given seed."""
    model.eval()
    draws = TorchDraws(torch.Generator().manual_seed(seed))
    counts = tokens(torch.from_numpy(split.images).float(), tokenizer)
    answers = [model(part, steps, draws).argmax(dim=1) for part in counts.split(120)]
    return float((torch.cat(answers).numpy() == split.labels).mean())


def train_epoch(run: Run, stage: Stage, epoch: int, model: nn.Module, averaged: AveragedModel | None,
                optimizer: torch.optim.Optimizer) -> float:
    """One pass over the training part; returns the mean loss."""
    model.train()
    images, labels = torch.from_numpy(run.train.images).float(), torch.from_numpy(run.train.labels)
    order = torch.randperm(len(labels), generator=run.generator)
    batches = order.split(run.recipe.batch)
    draws = TorchDraws(run.generator)
    total = 0.0
    for number, index in enumerate(batches):
        for group in optimizer.param_groups:
            group["lr"] = rate(stage, epoch + (number + 1) / len(batches))
        counts = tokens(augment(images[index], run.recipe, run.generator), run.tokenizer)
        logits = model(counts, stage.steps, draws)
        loss = functional.cross_entropy(logits, labels[index], label_smoothing=run.recipe.smoothing)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), run.recipe.clip)
        optimizer.step()
        if averaged:
            averaged.update_parameters(model)
        total += float(loss) * len(index)
        run.progress(stage, epoch, (number + 1) / len(batches))
    return total / len(order)


def run_stage(run: Run, stage: Stage, model: nn.Module, resume: dict[str, Any] | None,
              groups: Callable[[nn.Module, float], list[dict[str, Any]]]) -> None:
    """Train `model` in place; `resume` is a checkpoint of this stage, or None."""
    optimizer = torch.optim.AdamW(groups(model, run.recipe.weight_decay), lr=stage.lr)
    averaged = averaged_model(model, stage.average)
    first = 0
    if resume is not None:
        model.load_state_dict(resume["model"])
        if averaged:
            averaged.load_state_dict(resume["average"])
        optimizer.load_state_dict(resume["optimizer"])
        run.generator.set_state(resume["generator"])
        first = resume["epoch"]
    for epoch in range(first, stage.epochs):
        if run.epochs_left <= 0:
            raise Stopped
        run.epochs_left -= 1
        start = time.monotonic()
        loss = train_epoch(run, stage, epoch, model, averaged, optimizer)
        seconds = time.monotonic() - start
        value = accuracy(averaged or model, run.validation, run.tokenizer, stage.steps)
        save(run, stage, epoch + 1, model, averaged, optimizer)
        run.log(stage=stage.name, epoch=epoch + 1, of=stage.epochs, loss=loss, validation=value,
                seconds=seconds)


def decay_groups(model: nn.Module, decay: float) -> list[dict[str, Any]]:
    """Weight decay for matrices only."""
    matrices = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() <= 1]
    return [{"params": matrices, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]


def calibration(run: Run, count: int) -> Tensor:
    """The first `count` training images as pixel counts."""
    return tokens(torch.from_numpy(run.train.images[:count]).float(), run.tokenizer)


def new_run(out: Path, task: Task, recipe: Recipe, seed: int, train: Split, validation: Split) -> Run:
    """A run whose initialisation and draws follow from the seed alone."""
    torch.manual_seed(seed)
    out.mkdir(parents=True, exist_ok=True)
    generator = torch.Generator().manual_seed(seed)
    return Run(out, task, recipe, seed, generator, train, validation)
