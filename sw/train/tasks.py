# SPDX-License-Identifier: Apache-2.0
"""What is trained: data set, hardware configuration, and the recipes of both networks."""
from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from sw.train.data import ROOT, Split, load_split
from sw.train.options import Recipe, RowTokenizer, Shape, Tokenizer, config_shape


@dataclass(frozen=True)
class Task:
    """A data folder and what is trained on it; the name is that of the model file."""

    name: str
    data: str        # folder below data/
    source: str      # what the model file says about the data
    height: int
    width: int
    classes: int
    spiking: Recipe
    ann: Recipe      # the ordinary transformer: same tokens and augmentation, own length and rate
    config: str = "tiny"

    @property
    def folder(self) -> Path:
        return ROOT / "data" / self.data

    def split(self, part: str) -> Split:
        return load_split(part, self.folder)

    def recipe(self, model: str) -> Recipe:
        return self.ann if model == "ann" else self.spiking

    def tokenizer(self, recipe: Recipe) -> Tokenizer | RowTokenizer:
        if recipe.tokenizer == "rows":
            return RowTokenizer(self.height, self.width)
        return Tokenizer(self.height, self.width, recipe.patch, recipe.stride, recipe.pad)

    def shape(self, recipe: Recipe) -> Shape:
        """A row per pixel of a window and one per position; every token of the chip is used."""
        tokenizer = self.tokenizer(recipe)
        shape = config_shape(self.config, tokenizer.pixels + tokenizer.tokens, self.classes)
        if tokenizer.tokens != shape.tokens:
            raise ValueError(f"{tokenizer} makes {tokenizer.tokens} tokens, {self.config} has {shape.tokens}")
        return shape


DIGITS = Recipe()
MNIST = Recipe(patch=10, stride=6, pad=0, input_exponent=8, epochs_float=20, epochs_quantised=5, warmup=1.0,
               shift=2.0)

MNIST_NARROW = replace(MNIST, k_s=4, epochs_quantised=15)

DIGIT_ROWS = Recipe(tokenizer="rows", k_s=4, k_a=3, epochs_float=300)

DIGITS_SOURCE = "UCI handwritten digits, 1,797 images, training part of data/digits"
MNIST_SOURCE = "MNIST, 10,000 images, training part of data/mnist"

TASKS = {task.name: task for task in (
    Task("digits", "digits", DIGITS_SOURCE, 8, 8, 10, DIGITS, replace(DIGITS, epochs_float=120, lr_float=1e-3)),
    Task("digits-micro", "digits", DIGITS_SOURCE, 8, 8, 10, DIGIT_ROWS, replace(DIGIT_ROWS, lr_float=1e-3), "micro"),
    Task("mnist", "mnist", MNIST_SOURCE, 28, 28, 10,
         MNIST, replace(MNIST, lr_float=1e-3)),
    Task("mnist-narrow", "mnist", MNIST_SOURCE, 28, 28, 10, MNIST_NARROW, replace(MNIST_NARROW, lr_float=1e-3), "narrow"),
)}
