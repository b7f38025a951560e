# SPDX-License-Identifier: Apache-2.0
"""Which BLAS this process computes with, once PyTorch is loaded."""
from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class OpenBlas:
    """Build and kernels of the library, and the threads that it uses."""

    config: str
    core: str
    threads: int


def library_in(maps: str) -> str | None:
    """Path of OpenBLAS in the text of /proc/PID/maps; None if another BLAS, or none, is mapped."""
    paths = {fields[5] for line in maps.splitlines() if len(fields := line.split(maxsplit=5)) == 6}
    found = sorted(path for path in paths if re.search(r"/libopenblas[^/]*\.so", path))
    return found[0] if found else None


def find() -> OpenBlas | None:
    """OpenBLAS of this process, or None."""
    path = library_in(Path("/proc/self/maps").read_text())
    if path is None:
        return None
    library = ctypes.CDLL(path)
    library.openblas_get_config.restype = ctypes.c_char_p
    library.openblas_get_corename.restype = ctypes.c_char_p
    return OpenBlas(library.openblas_get_config().decode(), library.openblas_get_corename().decode(),
                    library.openblas_get_num_threads())
