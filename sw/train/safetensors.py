# SPDX-License-Identifier: Apache-2.0
"""The safetensors container: 8-byte header length, JSON header, raw little-endian data."""
from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np

DTYPES = {"I8": "<i1", "U8": "<u1", "I16": "<i2", "U16": "<u2", "I32": "<i4", "F32": "<f4"}
NAMES = {np.dtype(kind): name for name, kind in DTYPES.items()}


def write(file: Path, tensors: dict[str, np.ndarray], metadata: dict[str, str]) -> None:
    """Write tensors in the given order."""
    header: dict[str, object] = {"__metadata__": metadata}
    offset = 0
    for name, array in tensors.items():
        end = offset + array.nbytes
        header[name] = {"dtype": NAMES[array.dtype], "shape": list(array.shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # data begins on an 8-byte boundary
    data = b"".join(np.ascontiguousarray(array).tobytes() for array in tensors.values())
    file.write_bytes(struct.pack("<Q", len(text)) + text + data)


def read(file: Path) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Tensors and metadata; refuses truncated data, gaps and overlaps."""
    raw = file.read_bytes()
    if len(raw) < 8:
        raise ValueError(f"{file}: too short for a safetensors file")
    (length,) = struct.unpack_from("<Q", raw)
    if length > len(raw) - 8:
        raise ValueError(f"{file}: header is longer than the file")
    header = json.loads(raw[8:8 + length])
    metadata = header.pop("__metadata__", {})
    body, tensors, expected = raw[8 + length:], {}, 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = entry["data_offsets"]
        if entry["dtype"] not in DTYPES:
            raise ValueError(f"{file}: tensor {name} has unknown type {entry['dtype']}")
        kind, shape = np.dtype(DTYPES[entry["dtype"]]), tuple(entry["shape"])
        if begin != expected or end - begin != kind.itemsize * int(np.prod(shape)) or end > len(body):
            raise ValueError(f"{file}: tensor {name} has wrong data offsets")
        tensors[name] = np.frombuffer(body[begin:end], dtype=kind).reshape(shape)
        expected = end
    if expected != len(body):
        raise ValueError(f"{file}: {len(body) - expected} bytes belong to no tensor")
    return tensors, metadata
