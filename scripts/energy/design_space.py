# SPDX-License-Identifier: Apache-2.0
"""Area, energy, latency and accuracy over the choices of the design.

    make design-space            (or: python3 -m scripts.energy.design_space --build build)

For the digits model on `tiny`, and for ViT-8-768 with the same spike rates. Writes
BUILD/energy/design-space.json and, with matplotlib, a picture. Accuracy needs PyTorch (group train);
without it that column is empty.
"""
from __future__ import annotations

import argparse
import datetime
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.command_line import NO_PICTURES, ROOT, finish
from scripts.energy import record
from scripts.energy.cases import MAIN, TRAINED, Command
from scripts.measure_results import commit

BITS = (4, 5, 6, 7, 8)
COLUMNS_PER_CONVERTER = (1, 2, 4, 8, 16)
BUILT_BITS, BUILT_COLUMNS = 5, 8
ARRAY_COLUMNS = 128


@dataclass(frozen=True)
class Space:
    """A network and the values of each axis; the built one is among them."""

    name: str
    base: tuple[str, ...]  # options of `xpike energy`
    dim: int
    head_dim: int
    tokens: int
    tiles: tuple[int, ...]
    head_dims: tuple[int, ...]
    score_bytes: tuple[int, ...]


SPACES = (
    Space("digits", ("--config", "tiny", "--tokens", "16", "--steps", "8", "--inputs", "36"), 128, 32, 16,
          (16, 32, 64), (8, 16, 32, 64, 128), (4, 8, 16, 256)),
    Space(MAIN.name, tuple(MAIN.options()), 768, 64, 256, (197, 256), (32, 64, 128),
          (64, 128, 256, 256 * 256)),
)


@dataclass(frozen=True)
class Point:
    """One design. None: as built."""

    axis: str
    bits: int = BUILT_BITS
    columns: int = BUILT_COLUMNS
    tile: int | None = None
    head_dim: int | None = None
    score_bytes: int | None = None

    def options(self, space: Space) -> list[str]:
        words = ["--bits", str(self.bits), "--set", f"converters={ARRAY_COLUMNS // self.columns}"]
        if self.tile is not None:
            words += ["--set", f"tokens={self.tile}"]
        if self.head_dim is not None:
            words += ["--set", f"head_dim={self.head_dim}", "--set", f"heads={space.dim // self.head_dim}"]
        if self.score_bytes is not None:
            words += ["--score-bytes", str(self.score_bytes)]
        return words

    def buildable(self, space: Space) -> bool:
        """Whether the RTL takes these sizes today."""
        built = self.bits == BUILT_BITS and self.score_bytes in (None, space.tokens)
        return built and (self.head_dim or space.head_dim) % (ARRAY_COLUMNS // self.columns) == 0


def points(space: Space) -> list[Point]:
    grid = [Point("converters", bits, columns) for columns in COLUMNS_PER_CONVERTER for bits in BITS]
    return (grid + [Point("tile", tile=tile) for tile in space.tiles]
            + [Point("head", head_dim=width) for width in space.head_dims]
            + [Point("sharing", score_bytes=count) for count in space.score_bytes])


def estimate(command: Command, space: Space, rates: Path) -> list[dict[str, Any]]:
    rows = []
    for number, point in enumerate(points(space)):
        report = command.energy(f"space-{space.name}-{number}",
                                [*space.base, "--rates", str(rates), *point.options(space)])
        rows.append({"axis": point.axis, "bits": point.bits, "columns_per_converter": point.columns,
                     "tile": point.tile or space.tokens, "head_dim": point.head_dim or space.head_dim,
                     "score_bytes": point.score_bytes or point.tile or space.tokens,
                     "buildable": point.buildable(space),
                     "area_mm2": report["area"]["total_mm2"], "energy_j": report["energy"]["total_j"],
                     "latency_s": report["latency"]["seconds"], "accuracy": None})
    return rows


def add_accuracy(rows: list[dict[str, Any]]) -> None:
    """Tile and columns per converter change no bit; other heads would be another network."""
    from scripts.energy.accuracy import Accuracy
    source = Accuracy()
    known: dict[tuple[int, int], dict[str, Any]] = {}
    tokens = source.hardware.tokens
    for row in rows:
        key = (row["bits"], min(row["score_bytes"], tokens) if row["axis"] == "sharing" else tokens)
        own_bytes = row["axis"] == "sharing" and row["score_bytes"] > tokens
        if row["axis"] == "head" and row["head_dim"] != SPACES[0].head_dim or own_bytes:
            continue
        if key not in known:
            known[key] = source.measure(*key).report()
            print(f"  converters of {key[0]} bits, {key[1]} random bytes: "
                  f"{100 * known[key]['mean']:.2f} % of {known[key]['images']} images", flush=True)
        row["accuracy"] = known[key]


def mark_front(rows: list[dict[str, Any]]) -> None:
    """Of the converter grid: designs that no other one of equal resolution beats in area and energy."""
    def cost(row: dict[str, Any]) -> tuple[float, float]:
        return row["area_mm2"]["mid"], row["energy_j"]["mid"]
    for row in rows:
        others = [cost(other) for other in rows
                  if other["axis"] == row["axis"] == "converters" and other["bits"] == row["bits"]]
        area, energy = cost(row)
        row["front"] = bool(others) and not any(
            other != (area, energy) and other[0] <= area and other[1] <= energy for other in others)


def table(name: str, rows: list[dict[str, Any]]) -> str:
    lines = [f"{name}: estimates, 45 nm, MLSA; * = no design of equal bits is better in area and energy",
             f"  {'axis':11s}{'bits':>5s}{'cols/conv':>10s}{'tile':>5s}{'dK':>5s}{'bytes':>7s}{'mm2':>9s}  "
             f"{'energy, uJ (low .. high)':>30s}{'us':>9s}{'accuracy, %':>13s}  RTL"]
    for row in rows:
        energy = {key: 1e6 * value for key, value in row["energy_j"].items()}
        accuracy = "-" if row["accuracy"] is None else f"{100 * row['accuracy']['mean']:.2f}"
        digits = 3 if energy["mid"] < 10 else 1
        spread = f"{energy['mid']:.{digits}f} ({energy['low']:.{digits}f} .. {energy['high']:.{digits}f})"
        lines.append(f"{'* ' if row['front'] else '  '}{row['axis']:11s}{row['bits']:>5d}"
                     f"{row['columns_per_converter']:>10d}{row['tile']:>5d}{row['head_dim']:>5d}"
                     f"{row['score_bytes']:>7d}{row['area_mm2']['mid']:>9.2f}  {spread:>30s}"
                     f"{1e6 * row['latency_s']:>9.1f}{accuracy:>13s}  {'yes' if row['buildable'] else 'no'}")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make design-space", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="build folder")
    parser.add_argument("--out", type=Path, help="folder of the report (default BUILD/energy)")
    parser.add_argument("--no-accuracy", action="store_true", help="estimates only")
    parser.add_argument("--record", action="store_true", help="also refresh docs")
    options = parser.parse_args()
    folder = (options.out or options.build / "energy").resolve()
    command = Command(options.build.resolve() / "bin" / "xpike", folder / "data")
    rates = command.run_trained(TRAINED[0])
    spaces = {space.name: estimate(command, space, rates) for space in SPACES}
    if options.no_accuracy or not importlib.util.find_spec("torch"):
        print("accuracy      left out: needs python3-torch (scripts/install-packages.sh train)")
    else:
        add_accuracy(spaces["digits"])
    for name, rows in spaces.items():
        mark_front(rows)
        print("\n" + table(name, rows))
    report = {"command": "make design-space", "commit": commit("unknown"),
              "date": datetime.date.today().isoformat(), "spaces": spaces}
    file = folder / "design-space.json"
    file.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"\nreport        {file}")
    if importlib.util.find_spec("matplotlib") and importlib.util.find_spec("numpy"):
        from scripts.energy import pictures
        print(f"picture       {pictures.draw_design_space(report, folder, options.record)}")
    else:
        print(f"picture       {NO_PICTURES}")
    if options.record:
        print(f"recorded      {record.record_design_space(report)} figures")
    return 0


if __name__ == "__main__":
    finish("design-space", main)
