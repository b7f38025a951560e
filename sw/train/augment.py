# SPDX-License-Identifier: Apache-2.0
"""Random shift, rotation and zoom of small images; pixels stay integers in their range."""
from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from sw.train.options import Recipe, RowTokenizer, Tokenizer


def augment(images: Tensor, recipe: Recipe, generator: torch.Generator) -> Tensor:
    """Images float [B, h, w] -> same shape, each moved by its own random affine map."""
    batch, height, width = images.shape

    def uniform(bound: float) -> Tensor:
        return (2 * torch.rand(batch, generator=generator) - 1) * bound

    angle = uniform(math.radians(recipe.rotate))
    zoom_x, zoom_y = 1 + uniform(recipe.zoom), 1 + uniform(recipe.zoom)
    shift_x, shift_y = uniform(recipe.shift) * 2 / width, uniform(recipe.shift) * 2 / height
    cos, sin = torch.cos(angle), torch.sin(angle)
    theta = torch.stack((torch.stack((cos * zoom_x, -sin * zoom_y, shift_x), dim=1),
                         torch.stack((sin * zoom_x, cos * zoom_y, shift_y), dim=1)), dim=1)
    grid = functional.affine_grid(theta, [batch, 1, height, width], align_corners=False)
    moved = functional.grid_sample(images[:, None], grid, align_corners=False)
    return moved[:, 0].round_()  # interpolated between pixels, so never outside their range


def tokens(images: Tensor, tok: Tokenizer | RowTokenizer) -> Tensor:
    """Images [B, h, w] -> [B, tokens, pixels]."""
    if isinstance(tok, RowTokenizer):
        return images
    padded = functional.pad(images, (tok.pad,) * 4)
    windows = padded.unfold(1, tok.patch, tok.stride).unfold(2, tok.patch, tok.stride)
    return windows.reshape(len(images), -1, tok.patch * tok.patch)
