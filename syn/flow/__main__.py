# SPDX-License-Identifier: Apache-2.0
"""Area, timing and power of the chip's blocks: `make ppa CONFIG=tiny`.

Writes build/ppa/CONFIG/LIBRARY/report.json and a table. Exit codes: 0 done, 1 a check failed, 2 unusable
input.
"""
from __future__ import annotations

import argparse
import concurrent.futures
import json
import pathlib
import sys

from scripts.measure_results import commit
from scripts.rtl_sources import rtl_sources

from . import blocks as all_blocks, bounds, cells, compare, parts, report, run as flow, sizes
from .liberty import LibertyError, read
from .netlist import NetlistError
from .tools import ROOT, FlowError, run, say

ROOMS = ("common", "ssa", "aimc", "core")  # the blocks are all in these
MODEL, DATA, SPLIT, STEPS = "models/digits.safetensors", "data/digits", "test", 8
# The smallest configuration has no trained model: its network and images are those of the test vectors.
NANO = ROOT / "docs" / "vectors" / "network-nano.json"
OSU = pathlib.Path("/usr/share/qflow/tech/osu018/osu018_stdcells.lib")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make ppa")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--config", default="tiny")
    parser.add_argument("--liberty", type=pathlib.Path, default=OSU)
    parser.add_argument("--images", type=int, default=2)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--clock-mhz", type=float, default=100.0, help="of the power figures")
    parser.add_argument("--target-ns", type=float, default=5.0, help="period the optimizer aims at")
    parser.add_argument("--blocks", nargs="*", help="these blocks only, and no comparison of cells")
    parser.add_argument("--bounds", action="store_true", help="small blocks against syn/bounds.json, no power")
    return parser.parse_args()


def record(options: argparse.Namespace, setup: flow.Setup, config: dict) -> tuple[pathlib.Path, dict]:
    """The chip at work on digits; the recording is made anew every time."""
    wave = setup.work / "chip.fst"
    steps = min(STEPS, config["steps"])
    model, data, split = MODEL, DATA, SPLIT
    if options.config == "nano":
        vector = json.loads(NANO.read_text())
        model, data, split = str(NANO.with_name(vector["model_file"])), str(setup.work / "images.npy"), "all"
        write_images(pathlib.Path(data), [image["pixels"] for image in vector["images"]])
    text = run([str(setup.programs / "xpk_record"), options.config, model, data, split, str(options.images),
                str(steps), str(wave)], setup.work / "record.log")
    return wave, json.loads(text) | {"model": str(pathlib.Path(model).relative_to(ROOT))
                                     if pathlib.Path(model).is_absolute() else model}


def write_images(path: pathlib.Path, images: list[list[list[int]]]) -> None:
    """An .npy file of bytes, [image][row][column]."""
    shape = (len(images), len(images[0]), len(images[0][0]))
    header = repr({"descr": "|u1", "fortran_order": False, "shape": shape})
    header += " " * (-(len(header) + 11) % 64) + "\n"
    path.write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode()
                     + bytes(pixel for image in images for row in image for pixel in row))


def measure(setup: flow.Setup, block: all_blocks.Block, wave: pathlib.Path, core: str, images: int) -> dict:
    mapped = flow.synthesize(setup, block.name, block.top, block.parameters, block.keep, block.cut)
    period = flow.time(setup, block.name, mapped)
    stimuli, seen = flow.extract(setup, block, mapped, wave, core)
    checked = flow.replay(setup, block.name, mapped, stimuli)
    power = flow.estimate(setup, block.name, mapped)
    seconds = checked["counted"] / setup.clock_hz
    kinds = parts.by_kind(flow.activity(setup, block.name, mapped))
    energy = (power.internal + power.switching + power.leakage) * seconds
    events = seen["events"] * block.per_event
    say(f"  {block.name}: {mapped.area:.0f} um2, {1e-6 / period:.0f} MHz, "
        f"{checked['compared_bits']} output bits equal")
    return {"name": block.name, "module": block.top, "parameters": block.parameters,
            "cells": len(mapped.netlist.instances), "area_um2": mapped.area,
            "kge": mapped.area / cells.nand2_area(setup.library) / 1000, "fmax_hz": 1 / period,
            "power_w": {"leakage": power.leakage, "internal": power.internal, "switching": power.switching},
            "clock_power_w": power.clock, "annotated_fraction": power.annotated,
            "compared_bits": checked["compared_bits"], "cycles_per_inference": checked["counted"] / images,
            "energy_per_inference_j": energy / images, "event": block.event_name,
            "events_per_inference": events / images, "energy_per_event_j": energy / events if events else None,
            "energy_per_inference_by_kind_j": {kind: joule / images for kind, joule in kinds.items()}}


def aims(rows: list[dict]) -> dict[str, dict[str, float]]:
    """Energies that the project aims at; a missed one is a result."""
    found = {row["name"]: row for row in rows}
    if "ssa-engine" not in found:
        return {}
    return {"attention engine, pJ per cell update": {
        "value": found["ssa-engine"]["energy_per_event_j"] * 1e12, "wanted": 0.95}}


def everything(options: argparse.Namespace, setup: flow.Setup, config: dict) -> int:
    flow.prepare(setup)
    say(f"ppa: {options.config}, {setup.library.path}")
    wave, recorded = record(options, setup, config)
    core = f"TOP.xpk_core_{options.config.replace('-', '_')}.u_core"
    wanted = [block for block in all_blocks.blocks(config) if not options.blocks or block.name in options.blocks]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        rows = list(pool.map(lambda block: measure(setup, block, wave, core, recorded["images"]), wanted))
        variants = [] if options.blocks else list(pool.map(lambda v: compare.measure(setup, v), compare.VARIANTS))
        # Test vectors have no spike rates to speak of.
        larger = ([] if options.blocks or options.config == "nano" else
                  sizes.measure(setup, config, wanted, rows, recorded["events"], pool.map))
    found = {"config": options.config, "library": setup.library.name, "liberty": str(setup.library.path),
             "command": f"make ppa CONFIG={options.config}"
                        + ("" if options.liberty == OSU else f" LIBERTY={options.liberty}"), "commit": commit(""),
             "voltage_v": setup.library.voltage, "clock_hz": setup.clock_hz, "target_ns": setup.target_ns,
             "model": recorded["model"], "images": recorded["images"], "steps": recorded["steps"], "blocks": rows,
             "compare": variants, "checks": compare.checks(variants), "aims": aims(rows), "sizes": larger,
             "engine_parts_j": {} if options.blocks else parts.of_engine(config, rows)}
    (setup.work / "report.json").write_text(json.dumps(found, indent=1) + "\n")
    print(report.table(found))
    return 0


def main() -> int:
    options = arguments()
    try:
        config = all_blocks.configuration(options.config)
        library = read(options.liberty)
        setup = flow.Setup(library, options.build / "ppa" / options.config / library.name,
                           rtl_sources(str(options.build / "gen" / "rtl"), ROOMS), options.build / "bin",
                           options.target_ns, options.clock_mhz * 1e6)
        return bounds.check(setup, config, options.jobs) if options.bounds else everything(options, setup, config)
    except (KeyError, LibertyError, OSError) as error:
        say(f"ppa: {error.args[0] if isinstance(error, KeyError) else error}")
        return 2
    except (FlowError, NetlistError) as error:
        say(f"ppa: {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
