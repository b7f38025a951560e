#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that every figure quoted in a page is the one recorded in docs/results.json.

A page quotes a figure as  <!-- result:ID -->97.2 %<!-- /result -->  and the file records it as
{"id": ID, "value": "97.2", "unit": "%", "command": ..., "commit": ..., "date": ...}:
the text between the marks is the value, or the value, a space and the unit.
"""

import json
import pathlib
import re
import sys

KEYS = {"id", "value", "unit", "command", "commit", "date"}
PATTERNS = {
    "id": r"[a-z0-9][a-z0-9._-]*",
    "value": r"\S(.*\S)?",
    "command": r"\S.*",
    "commit": r"[0-9a-f]{7,40}",
    "date": r"\d{4}-\d{2}-\d{2}",
}
OPEN = re.compile(r"<!--\s*result:\s*(\S+?)\s*-->")
QUOTE = re.compile(r"<!--\s*result:\s*(\S+?)\s*-->(.*?)<!--\s*/result\s*-->", re.DOTALL)


def read_results(text, complain):
    """Returns id -> entry of the well-formed entries; reports the others."""
    try:
        entries = json.loads(text)
    except ValueError as error:
        complain(f"docs/results.json: {error}")
        return {}
    if not isinstance(entries, list):
        complain("docs/results.json: must be a list")
        return {}
    results = {}
    for index, entry in enumerate(entries):
        where = f"docs/results.json[{index}]"
        if not isinstance(entry, dict) or set(entry) != KEYS:
            complain(f"{where}: must be an object with exactly the keys {', '.join(sorted(KEYS))}")
        elif not all(isinstance(value, str) for value in entry.values()):
            complain(f"{where}: every value must be a string")
        elif bad := [key for key, form in PATTERNS.items() if not re.fullmatch(form, entry[key])]:
            complain(f"{where}: malformed {', '.join(bad)}")
        elif entry["id"] in results:
            complain(f"{where}: id {entry['id']} appears twice")
        else:
            results[entry["id"]] = entry
    return results


def check_page(name, text, results, complain):
    quotes = list(QUOTE.finditer(text))
    if len(OPEN.findall(text)) != len(quotes):
        complain(f"{name}: a result mark has no end")
    for quote in quotes:
        line = text.count("\n", 0, quote.start()) + 1
        identity, shown = quote.group(1), quote.group(2)
        entry = results.get(identity)
        if entry is None:
            complain(f"{name}:{line}: result {identity} is unknown")
        elif shown not in (entry["value"], f"{entry['value']} {entry['unit']}"):
            complain(f"{name}:{line}: result {identity} reads '{shown}', recorded is "
                     f"'{entry['value']} {entry['unit']}'")


def main(root):
    problems = []
    results_file = root / "docs" / "results.json"
    text = results_file.read_text(encoding="utf-8") if results_file.exists() else "[]"
    results = read_results(text, problems.append)
    for page in [root / "README.md", *sorted(root.glob("docs/**/*.md"))]:
        if page.exists():
            check_page(page.relative_to(root), page.read_text(encoding="utf-8"), results,
                       problems.append)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(__file__).resolve().parents[2]))
