# SPDX-License-Identifier: Apache-2.0
"""Training on fresh prompts: AdamW, warm-up and cosine, clipping, a checkpoint every few minutes."""
from __future__ import annotations

import math
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from sw.train.icl.channel import PILOTS, Links, draw_links
from sw.train.icl.options import Recipe
from sw.train.icl.parts import SEEDS
from sw.train.icl.prompts import Coding, bit_errors, classes_of, decide, tokens
from sw.train.loop import decay_groups, write_checkpoint, write_log

CHECK_SECONDS = 180.0   # between checkpoints
VALIDATION_LINKS = 256  # of 14 queries each
VALIDATION_BATCH = 64


@dataclass
class Run:
    """One stage of one training, and where it stands."""

    out: Path
    recipe: Recipe
    model: nn.Module
    rng: np.random.Generator         # prompts
    generator: torch.Generator       # spikes
    iteration: int = 0
    cpu: float = 0.0                 # seconds of processor time so far
    optimizer: torch.optim.Optimizer = field(init=False)

    def __post_init__(self) -> None:
        self.optimizer = torch.optim.AdamW(decay_groups(self.model, self.recipe.weight_decay), lr=self.recipe.lr)


def inputs(links: Links, coding: Coding, device: torch.device) -> tuple[Tensor, Tensor]:
    """Counts [B, pilots + queries, rows] and the queries' symbols [B, queries, N]."""
    counts = tokens(links.received, links.symbols, PILOTS, coding)
    return (torch.from_numpy(counts.astype(np.float32)).to(device),
            torch.from_numpy(links.symbols[:, PILOTS:]).to(device))


def loss_of(logits: Tensor, symbols: Tensor, coding: Coding) -> Tensor:
    """Cross-entropy of the class, or of the symbol of each antenna."""
    if coding.joint:
        return functional.cross_entropy(logits.flatten(0, -2), classes_of(symbols).flatten())
    each = logits.view(*logits.shape[:-1], coding.antennas, 4)
    return functional.cross_entropy(each.flatten(0, -2), symbols.flatten())


def rate(recipe: Recipe, iteration: int) -> float:
    """Learning rate: linear warm-up, constant up to `decay_from`, then cosine to zero."""
    start = recipe.decay_from * recipe.iterations
    done = max(iteration - start, 0) / max(recipe.iterations - start, 1)
    return recipe.lr * min(1.0, (iteration + 1) / recipe.warmup) * 0.5 * (1 + math.cos(math.pi * done))


def noise(recipe: Recipe, iteration: int) -> float:
    """Share of Bernoulli spikes in the attention: linear over the stage."""
    return recipe.noise + (recipe.noise_end - recipe.noise) * min(iteration / recipe.iterations, 1.0)


def step(run: Run) -> float:
    """One optimiser step on fresh prompts; returns the loss."""
    recipe = run.recipe
    run.model.train()
    run.model.noise = noise(recipe, run.iteration)
    for group in run.optimizer.param_groups:
        group["lr"] = rate(recipe, run.iteration)
    counts, symbols = inputs(draw_links(run.rng, recipe.batch, recipe.antennas, PILOTS + recipe.queries),
                             recipe.coding, run.generator.device)
    loss = loss_of(run.model(counts, PILOTS, recipe.steps, run.generator), symbols, recipe.coding)
    run.optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(run.model.parameters(), recipe.clip)
    run.optimizer.step()
    run.iteration += 1
    return float(loss.detach())


@torch.no_grad()
def error_rate(model: nn.Module, recipe: Recipe, device: torch.device, links: int = VALIDATION_LINKS) -> float:
    """Bit error rate on validation links with the queries of a training step each."""
    model.eval()
    rng = np.random.default_rng([SEEDS["validation"], recipe.antennas])
    generator = torch.Generator(device).manual_seed(SEEDS["validation"])
    wrong = 0
    for first in range(0, links, VALIDATION_BATCH):
        drawn = draw_links(rng, min(VALIDATION_BATCH, links - first), recipe.antennas, PILOTS + recipe.queries)
        counts, symbols = inputs(drawn, recipe.coding, device)
        scores = model(counts, PILOTS, recipe.steps, generator).cpu().numpy()
        wrong += int(bit_errors(decide(scores, recipe.coding), symbols.cpu().numpy()).sum())
    return wrong / (links * recipe.queries * recipe.antennas * 2)


def save(run: Run) -> None:
    """All that a resumed run needs."""
    state = {"recipe": asdict(run.recipe), "iteration": run.iteration, "cpu": run.cpu,
             "model": run.model.state_dict(), "optimizer": run.optimizer.state_dict(),
             "rng": run.rng.bit_generator.state, "generator": run.generator.get_state()}
    write_checkpoint(run.out, state)


def checkpoint(out: Path) -> dict[str, Any]:
    """The checkpoint of a run, on the CPU, wherever it was made."""
    return torch.load(out / "checkpoint.pt", map_location="cpu")


def restore(run: Run, state: dict[str, Any]) -> None:
    """Go on from a checkpoint of the same recipe."""
    run.iteration, run.cpu = state["iteration"], state["cpu"]
    run.model.load_state_dict(state["model"])
    run.optimizer.load_state_dict(state["optimizer"])
    run.rng.bit_generator.state = state["rng"]
    run.generator.set_state(state["generator"])  # refused where the run was made on another kind of device


def train(run: Run, every: int, until: int) -> None:
    """Train up to iteration `until`; a line each `every` iterations, a checkpoint by the clock and at the end."""
    saved, losses, used = time.monotonic(), [], time.process_time()
    while run.iteration < until:
        losses.append(step(run))
        last = run.iteration == until
        if run.iteration % every == 0 or last:
            run.cpu += time.process_time() - used
            used = time.process_time()
            write_log(run.out, {"iteration": run.iteration, "of": run.recipe.iterations, "cpu": round(run.cpu, 1),
                                "loss": sum(losses) / len(losses), "noise": run.model.noise,
                                "ber": error_rate(run.model, run.recipe, run.generator.device)})
            losses = []
        if last or time.monotonic() - saved > CHECK_SECONDS:
            run.cpu += time.process_time() - used
            used = time.process_time()
            save(run)
            saved = time.monotonic()
