# SPDX-License-Identifier: Apache-2.0
"""The tables that `make energy` prints."""
from __future__ import annotations

from typing import Any

from scripts.energy.cases import HEADLINE, MAIN, SHAPES, Report
from scripts.energy.comparison import BASELINES, energy_shares, headline


def spread(value: dict[str, float], scale: float = 1.0, digits: int = 3) -> str:
    low, mid, high = (f"{scale * value[key]:.{digits}f}" for key in ("low", "mid", "high"))
    return f"{mid} ({low} .. {high})"


def cell(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def table_vi(cases: Report, paper: Report) -> list[str]:
    lines = [f"Table VI: {paper['table_vi']['network']}; ours: {MAIN.tokens} tokens, {MAIN.steps} steps, "
             f"spike rates of the trained {HEADLINE}",
             f"  {'design':34s}{'nm':>4s}{'MHz':>6s}{'mm2':>24s}{'mJ':>24s}{'ms':>8s}"]
    for row in paper["table_vi"]["rows"]:
        lines.append(f"  {row['design'] + ', as published':34s}{row['node_nm']:>4d}{row['clock_mhz']:>6d}"
                     f"{cell(row['area_mm2'], 0):>24s}{cell(row['energy_mj'], 2):>24s}"
                     f"{cell(row['latency_ms'], 2):>8s}")
    ours = {"ours, MLSA (estimate)": headline(cases)}
    ours |= {f"ours, {name} (estimate)": estimate for name, estimate in cases["options"].items()}
    for name, estimate in ours.items():
        lines.append(f"  {name:34s}{estimate['node_nm']:>4d}{200:>6d}"
                     f"{spread(estimate['area']['total_mm2'], digits=0):>24s}"
                     f"{spread(estimate['energy']['total_j'], 1e3):>24s}"
                     f"{1e3 * estimate['latency']['seconds']:>8.2f}")
    one = 1e3 * headline(cases)["latency"]["seconds_one"]
    lines.append(f"  with conversions of one cycle, which no 45 nm converter here does: {one:.2f} ms")
    return lines


def aim_table(rows: list[dict[str, Any]]) -> list[str]:
    lines = ["Aims for ViT-8-768 (45 nm, MLSA, spike-only transport)",
             f"  {'':24s}{'aim':>8s}  {'reached, mid (low .. high)':28s}{'':8s}decided by"]
    for row in rows:
        word = "met by" if row["met"] else "missed by"
        deciding = row["deciding"]
        lines.append(f"  {row['name']:24s}{row['aim']:>6.2f} {row['unit']:2s} "
                     f"{spread(row['reached'], digits=3 if row['unit'] == 'mJ' else 2):28s}"
                     f"{word} {abs(row['margin_percent']):.0f} %; {deciding['largest']} "
                     f"({100 * deciding['largest_share']:.0f} %); least certain: "
                     f"{deciding['least_certain']}")
    return lines


def ratio_table(cases: Report, paper: Report) -> list[str]:
    lines = ["Ratios of Figures 8 to 10 (energy of the baseline over ours), mid (low .. high)",
             f"  {'network':16s}{'rates of':10s}{'ours, mJ':>26s}"
             + "".join(f"{name:>26s}" for name in BASELINES.values())]
    for shape in SHAPES:
        for rates, estimate in cases["shapes"][shape.name].items():
            line = f"  {shape.name:16s}{rates:10s}{spread(estimate['energy']['total_j'], 1e3):>26s}"
            line += "".join(f"{spread(estimate['baselines'][key]['ratio'], digits=2):>26s}"
                            for key in BASELINES)
            lines.append(line)
    for task, ratios in paper["ratios"].items():
        line = f"  {'the paper, ' + task.replace('_', ' '):52s}"
        line += "".join(f"{f'{low} .. {high}':>26s}" for low, high in (ratios[key] for key in BASELINES))
        lines.append(line)
    return lines


def share_table(cases: Report, paper: Report) -> list[str]:
    ours, sar = energy_shares(headline(cases)), energy_shares(cases["options"]["SAR, 45 nm"])
    theirs = {**paper["energy_shares"], **{f"aimc {k}": v for k, v in paper["aimc_shares"].items()}}
    lines = ["Energy split, % (the last three: of AIMC)",
             f"  {'':20s}{'paper':>8s}{'MLSA':>8s}{'SAR':>8s}"]
    for name, share in ours.items():
        lines.append(f"  {name:20s}{100 * theirs[name]:>8.1f}{100 * share:>8.1f}{100 * sar[name]:>8.1f}")
    return lines


def attention_line(attention: dict[str, float]) -> list[str]:
    return [f"Attention, for each of {attention['updates']:.4g} cell updates: paper {attention['paper_fj']:.1f} fJ, "
            f"ours {attention['ours_mid_fj']:.1f} fJ ({attention['ours_low_fj']:.1f} .. "
            f"{attention['ours_high_fj']:.1f})"]


def rate_table(cases: Report) -> list[str]:
    lines = ["ViT-8-768 with one spike rate everywhere: ours in mJ, then ratios",
             f"  {'rate':6s}{'ours, mJ':>26s}" + "".join(f"{name:>26s}" for name in BASELINES.values())]
    for entry in cases["rates"]:
        estimate = entry["estimate"]
        line = f"  {entry['rate']:<6.2f}{spread(estimate['energy']['total_j'], 1e3):>26s}"
        lines.append(line + "".join(f"{spread(estimate['baselines'][key]['ratio'], digits=2):>26s}"
                                    for key in BASELINES))
    return lines


def not_reproduced(comparison: dict[str, Any], paper: Report) -> list[str]:
    converter, shares = comparison["converter"], comparison["shares"]
    return [
        "What cannot be reproduced, and why",
        f"  converter share of 2 %: leaves {converter['paper_fj']:.1f} fJ for a conversion of 5 bits; the public "
        f"45 nm model needs {converter['ours_fj']:.0f} fJ (voltage mode {converter['ours_low_fj']:.0f}). Ours is "
        f"{100 * shares['aimc converter']:.0f} % of AIMC.",
        "  split of the latency (92 % periphery, 0.3 % AIMC compute): 0.3 % of 2.18 ms is 0.5 ns per token-step, "
        "less than one clock; here a token-step takes eight conversions, and data moves meanwhile.",
        "  all three ratios at once: one price per byte for all baselines, everything else at mid, gives "
        + "; ".join(f"{row['pj_per_byte']:g} pJ: " + ", ".join(f"{row[key]:.1f}" for key in BASELINES)
                    for row in comparison["memory_prices"]) + " x.",
        f"  speed-up over GPUs ({paper['speedup_over_gpu']['ann_rtx_a2000']} x, "
        f"{paper['speedup_over_gpu']['snn_gpu']} x): depends on the GPU and its software, which are not part of "
        "this repository.",
        f"  SwiftTron's 3.97 mJ: its own paper states {paper['swifttron_own']['power_mw']} mW, which over 2.26 ms is "
        f"{1e-3 * paper['swifttron_own']['power_mw'] * 2.26:.3f} mJ; Table VI is quoted as it stands.",
    ]


def all_tables(cases: Report, comparison: dict[str, Any], paper: Report) -> str:
    parts = [table_vi(cases, paper), aim_table(comparison["aims"]), ratio_table(cases, paper),
             share_table(cases, paper),
             attention_line(comparison["attention"]), rate_table(cases), not_reproduced(comparison, paper)]
    return "\n\n".join("\n".join(lines) for lines in parts)
