# SPDX-License-Identifier: Apache-2.0
"""What the commands share that run `xpike` and report: calls of it, and how they end."""
from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
UNUSABLE = 2  # exit code
NO_PICTURES = "left out: python3-matplotlib is not installed (scripts/install-packages.sh plots)"


class Xpike:
    """Calls `xpike` and reads what it reports; everything goes into one folder."""

    def __init__(self, xpike: Path, folder: Path) -> None:
        self.xpike, self.folder = xpike, folder
        folder.mkdir(parents=True, exist_ok=True)

    def report(self, name: str, words: list[str]) -> dict[str, Any]:
        """Report of one command line. Throws CalledProcessError if it fails, which says why."""
        file = self.folder / f"{name}.json"
        print("  " + " ".join(["xpike", *words]), flush=True)
        subprocess.run([str(self.xpike), *words, "--json", str(file)], check=True, cwd=ROOT,
                       stdout=subprocess.DEVNULL)
        return json.loads(file.read_text(encoding="utf-8"))


def finish(name: str, main: Callable[[], int]) -> None:
    """Runs a command to its exit code; what it cannot use gives one line."""
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:  # it has said why
        sys.exit(error.returncode)
    except (OSError, ValueError, KeyError) as error:
        print(f"{name}: {error}", file=sys.stderr)
        sys.exit(UNUSABLE)
