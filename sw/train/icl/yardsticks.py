# SPDX-License-Identifier: Apache-2.0
"""Bit error rates of the classical detectors on the queries of the test part, as table and JSON.

    python3 -m sw.train.icl.yardsticks --json build/icl-yardsticks.json
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from sw.train.icl import detectors
from sw.train.icl.channel import PILOTS, SNR_DB, Links, noise_power
from sw.train.icl.make_data import PROMPTS
from sw.train.icl.parts import blocks
from sw.train.icl.prompts import bit_errors

Z = 1.959964  # 95 %


def errors_of(links: Links, pilots: int) -> dict[str, np.ndarray]:
    """Wrong bits of each query, by detector."""
    noise = noise_power(links.antennas)
    past, sent = links.received[:, :pilots], links.symbols[:, :pilots]
    query = links.received[:, -1]
    estimate = detectors.estimate_ls(past, sent)
    decided = {
        "mmse known": detectors.detect_mmse(query, links.channel, noise),
        "mmse ls": detectors.detect_mmse(query, estimate, noise),
        "ml known": detectors.detect_ml(query, links.channel),
        "ml ls": detectors.detect_ml(query, estimate),
        "bayes": detectors.detect_bayes(query, past, sent, noise),
    }
    truth = links.symbols[:, -1]
    return {name: bit_errors(found, truth) for name, found in decided.items()}


def interval(wrong: np.ndarray, bits: int) -> tuple[float, float, float]:
    """Error rate and its 95 % interval: the prompts are independent, the bits of a prompt are not."""
    rates = wrong / bits
    half = Z * rates.std(ddof=1) / np.sqrt(len(rates))
    return float(rates.mean()), float(rates.mean() - half), float(rates.mean() + half)


def measure(antennas: int, prompts: int, part: str = "test") -> dict[str, tuple[float, float, float]]:
    found = [errors_of(links, PILOTS) for links in blocks(part, antennas, prompts)]
    return {name: interval(np.concatenate([f[name] for f in found]), 2 * antennas) for name in found[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--prompts", type=int, help="default: as many as make 100,000 symbols")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    report = {}
    for antennas, usual in PROMPTS.items():
        prompts = args.prompts or usual
        rates = measure(antennas, prompts)
        report[f"{antennas}x{antennas}"] = {"prompts": prompts, "symbols": prompts * antennas, "snr_db": SNR_DB,
                                            "bit_error_rate": rates}
        print(f"{antennas}x{antennas}, {prompts * antennas} symbols")
        for name, (rate, low, high) in rates.items():
            print(f"  {name:12} {rate:.4f}  ({low:.4f} .. {high:.4f})", flush=True)
    if args.json:
        args.json.parent.mkdir(parents=True, exist_ok=True)
        args.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
