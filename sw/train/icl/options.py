# SPDX-License-Identifier: Apache-2.0
"""Everything that was tuned for symbol detection, on the validation part or on fresh prompts only."""
from __future__ import annotations

from dataclasses import dataclass

from sw.train.configs import build_config
from sw.train.icl.prompts import CODINGS, Coding
from sw.train.options import Shape

CONFIG = "icl"


@dataclass(frozen=True)
class Recipe:
    """Sizes, attention and schedule of one stage. Width, heads, FF width and depth: the configuration's."""

    antennas: int = 2
    dim: int = 128
    heads: int = 4
    ff: int = 512
    depth: int = 4
    steps: int = 4                # time steps T
    attention: str = "mean"       # "mean": probabilities; "lif": LIF neurons; "bernoulli": as on the chip
    noise: float = 0.0            # share of Bernoulli spikes in the attention at the start of the stage, ..
    noise_end: float = 0.0        # .. and at its end; "bernoulli" is both 1
    k_s: int = 3                  # S = Bernoulli(QK / 2^k_s)
    row_offset: int = -3          # A = Bernoulli(SV / 2^(ceil_log2(row + 1) + row_offset))
    res1: str = "or"            # with "iand" the attention could only take away
    res2: str = "iand"
    batch: int = 32               # links of a training step
    queries: int = 14             # queries of each, that share its pilots
    iterations: int = 4000
    warmup: int = 100             # iterations
    decay_from: float = 0.0       # share of the iterations with constant rate, then cosine to zero
    lr: float = 2e-3
    weight_decay: float = 0.01
    clip: float = 1.0
    head_gain: float = 8.0        # logits per unit of the float head
    range_quantile: float = 0.995  # converter range covers this share of the sums
    device_noise: float = 0.0     # share of the products that meet PCM devices, quantised stage

    @property
    def coding(self) -> Coding:
        return CODINGS[self.antennas]

    @property
    def shape(self) -> Shape:
        """Network of these sizes on the arrays of configuration `icl`."""
        c = build_config(CONFIG)
        return Shape(tokens=c["tokens"], heads=self.heads, head_dim=self.dim // self.heads, dim=self.dim, ff=self.ff,
                     depth=self.depth, input_rows=self.coding.rows, classes=self.coding.classes,
                     array_rows=c["array_rows"], array_cols=c["array_cols"])
