# SPDX-License-Identifier: Apache-2.0
"""Our estimates against the paper's figures and the aims."""
from __future__ import annotations

from typing import Any

from scripts.energy.cases import HEADLINE, MAIN, Report

AIMC_PERIPHERY = ("drive", "buffers", "spike transport", "code transport")
ACCUMULATION = "accumulation and LIF"
MEMORY_PRICES = (1.25, 2.5, 12.5)  # pJ per byte of 8 KB, 32 KB and 1 MB
MIDDLE_PRICE = MEMORY_PRICES[1]    # the table's mid
BASELINES = {"ann_quant": "ANN-Quant", "ann_quant_aimc": "ANN-Quant+AIMC",
             "snn_digi_opt": "SNN-Digi-Opt"}


def headline(cases: Report) -> Report:
    return cases["shapes"][MAIN.name][HEADLINE]


def energy_shares(estimate: Report) -> dict[str, float]:
    """The paper's two splits: of the whole, and within AIMC."""
    groups = {name: value["mid"] for name, value in estimate["energy"]["groups_j"].items()}
    periphery = sum(groups[name] for name in AIMC_PERIPHERY)
    aimc = periphery + groups["converter"] + groups[ACCUMULATION]
    total = sum(groups.values())
    return {"aimc": aimc / total, "ssa": groups["attention"] / total,
            "other": (total - aimc - groups["attention"]) / total,
            "aimc periphery": periphery / aimc, "aimc accumulation": groups[ACCUMULATION] / aimc,
            "aimc converter": groups["converter"] / aimc}


def deciding(breakdown: Report) -> dict[str, Any]:
    """The group that costs most, and the item whose bounds move the total most."""
    groups, items = breakdown["groups_j"], breakdown["items"]
    largest = max(groups, key=lambda name: groups[name]["mid"])
    widest = max(items, key=lambda item: item["energy_j"]["high"] - item["energy_j"]["low"])
    return {"largest": largest,
            "largest_share": groups[largest]["mid"] / breakdown["total_j"]["mid"],
            "least_certain": f"{widest['group']}: {widest['name']}",
            "least_certain_j": widest["energy_j"]}


def aims(cases: Report, paper: Report) -> list[dict[str, Any]]:
    """Every aim: what it is, what we reach, and by how much it is met (positive) or missed."""
    estimate, wanted = headline(cases), paper["aims_vit_8_768"]
    total = {key: 1e3 * value for key, value in estimate["energy"]["total_j"].items()}
    rows = [{"name": "energy of an image", "unit": "mJ", "aim": wanted["energy_mj"], "reached": total,
             "met": total["mid"] <= wanted["energy_mj"],
             "margin_percent": 100 * (1 - total["mid"] / wanted["energy_mj"]),
             "deciding": deciding(estimate["energy"])}]
    for key, name in BASELINES.items():
        baseline = estimate["baselines"][key]
        ratio = baseline["ratio"]
        rows.append({"name": f"{name} / ours", "unit": "x", "aim": wanted[key], "reached": ratio,
                     "met": ratio["mid"] >= wanted[key],
                     "margin_percent": 100 * (ratio["mid"] / wanted[key] - 1),
                     "needed_baseline_mj": wanted[key] * total["mid"],
                     "baseline_mj": {k: 1e3 * v for k, v in baseline["total_j"].items()},
                     "deciding": deciding(baseline)})
    return rows


def converter_share(estimate: Report, paper: Report) -> dict[str, float]:
    """What the paper's 2 % would leave for a conversion."""
    table = {row["design"]: row for row in paper["table_vi"]["rows"]}
    aimc_j = 1e-3 * table["Xpikeformer"]["energy_mj"] * paper["energy_shares"]["aimc"]
    conversions = estimate["activity"]["events"]["conversions"]
    ours = next(item for item in estimate["energy"]["items"] if item["name"] == "conversions")
    return {"paper_fj": 1e15 * aimc_j * paper["aimc_shares"]["converter"] / conversions,
            "ours_fj": 1e15 * ours["energy_j"]["mid"] / conversions,
            "ours_low_fj": 1e15 * ours["energy_j"]["low"] / conversions}


def attention_per_update(estimate: Report, paper: Report) -> dict[str, float]:
    """Energy of the attention for each cell and column (a score and a value gate), in fJ."""
    events, activity = estimate["activity"]["events"], estimate["activity"]
    heads = MAIN.heads
    updates = events["ssa_columns"] * heads * activity["tokens"] ** 2
    table = {row["design"]: row for row in paper["table_vi"]["rows"]}
    theirs = 1e-3 * table["Xpikeformer"]["energy_mj"] * paper["energy_shares"]["ssa"]
    ours = {key: 1e15 * value / updates for key, value in estimate["energy"]["groups_j"]["attention"].items()}
    return {"updates": updates, "paper_fj": 1e15 * theirs / updates,
            **{f"ours_{key}_fj": value for key, value in ours.items()}}


def memory_prices(estimate: Report) -> list[dict[str, float]]:
    """Ratios with one price per byte for all baselines, everything else at its middle estimate."""
    rows = []
    ours = estimate["energy"]["total_j"]["mid"]
    for price in MEMORY_PRICES:
        row = {"pj_per_byte": price}
        for key in BASELINES:
            total, traffic = (estimate["baselines"][key][name]
                              for name in ("total_j", "groups_j"))
            memory = traffic["activation memory"]["mid"]
            row[key] = (total["mid"] + (price / MIDDLE_PRICE - 1) * memory) / ours
        rows.append(row)
    return rows


def compare(cases: Report, paper: Report) -> dict[str, Any]:
    estimate = headline(cases)
    latency = estimate["latency"]
    whole = latency["ideal_aimc_cycles"] + latency["ideal_ssa_cycles"]
    areas = {item["name"]: item["mm2"]["mid"] for item in estimate["area"]["items"]}
    total = estimate["area"]["total_mm2"]["mid"]
    return {"aims": aims(cases, paper),
            "shares": energy_shares(estimate),
            "converter": converter_share(estimate, paper),
            "memory_prices": memory_prices(estimate),
            "attention": attention_per_update(estimate, paper),
            "latency_shares": {"aimc phases": latency["ideal_aimc_cycles"] / whole,
                               "ssa phases": latency["ideal_ssa_cycles"] / whole},
            "area_shares": {"aimc": areas["synaptic arrays"] / total,
                            "ssa": areas["attention cells"] / total,
                            "periphery": 1 - (areas["synaptic arrays"] + areas["attention cells"]) / total}}
