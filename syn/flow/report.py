# SPDX-License-Identifier: Apache-2.0
"""The report as text."""
from __future__ import annotations


def table(found: dict) -> str:
    lines = [f"{found['config']} in {found['library']}, {found['voltage_v']} V; power at "
             f"{found['clock_hz'] / 1e6:g} MHz during {found['images']} inferences of {found['steps']} steps",
             f"{'block':<16}{'cells':>7}{'um2':>10}{'kGE':>8}{'MHz':>6}{'leak nW':>9}{'int uW':>9}{'sw uW':>9}"
             f"{'annot':>7}{'nJ/inf':>9}{'pJ/event':>10}  event"]
    for row in found["blocks"]:
        power = row["power_w"]
        per_event = row["energy_per_event_j"]
        lines.append(
            f"{row['name']:<16}{row['cells']:>7}{row['area_um2']:>10.0f}{row['kge']:>8.2f}{row['fmax_hz'] / 1e6:>6.0f}"
            f"{power['leakage'] * 1e9:>9.1f}{power['internal'] * 1e6:>9.1f}{power['switching'] * 1e6:>9.1f}"
            f"{row['annotated_fraction']:>7.1%}{row['energy_per_inference_j'] * 1e9:>9.2f}"
            f"{per_event * 1e12 if per_event else float('nan'):>10.3f}  {row['event']}")
    if found["compare"]:
        densities = list(found["compare"][0]["energy_per_update_j"])
        lines += ["", f"{'attention cell':<16}{'um2':>8}{'MHz':>6}"
                  + "".join(f"{'pJ at ' + density:>11}" for density in densities)]
        for row in found["compare"]:
            lines.append(f"{row['name']:<16}{row['area_um2']:>8.0f}{row['fmax_hz'] / 1e6:>6.0f}" + "".join(
                f"{row['energy_per_update_j'][density] * 1e12:>11.3f}" for density in densities))
        lines += [f"{name}: {check['value']:.2f} (wanted: at least {check['wanted']}) "
                  f"{'met' if check['value'] >= check['wanted'] else 'MISSED'}"
                  for name, check in found["checks"].items()]
    lines += ["attention engine, pJ per cell update: " + ", ".join(
        f"{part} {joule * 1e12:.2f}" for part, joule in found["engine_parts_j"].items())] if found["engine_parts_j"] else []
    lines += [f"engine of {size['tokens']} tokens, estimate: {size['engine_energy_per_update_j'] * 1e12:.2f} pJ per cell "
              f"update (rows {size['row_energy_per_update_j'] * 1e12:.2f})" for size in found["sizes"][1:]]
    lines += [f"{name}: {aim['value']:.2f} (aim: at most {aim['wanted']}) "
              f"{'met' if aim['value'] <= aim['wanted'] else 'MISSED'}" for name, aim in found["aims"].items()]
    return "\n".join(lines)
