# SPDX-License-Identifier: Apache-2.0
"""Files of docs/numerics.md, section 10, in plain Python: safetensors, .npy, tokenizers."""
from __future__ import annotations

import ast
import json
import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Sequence

# Letters of the struct module by type name.
SAFETENSORS = {"I8": "b", "U8": "B", "I16": "h", "U16": "H"}
NPY = {"|u1": "B", "|b1": "B", "<i4": "i", "<i8": "q"}


@dataclass
class Array:
    """A tensor: type name of its file format, shape, values in C order."""
    dtype: str
    shape: tuple[int, ...]
    values: Sequence[int]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Array) and (self.dtype, tuple(self.shape), list(self.values)) == (
            other.dtype, tuple(other.shape), list(other.values))


def read_safetensors(path: Path) -> tuple[dict[str, Array], dict[str, str]]:
    """Tensors and metadata. Eight bytes of header length, header in JSON, data."""
    raw = path.read_bytes()
    (length,) = struct.unpack_from("<Q", raw)
    header: dict[str, Any] = json.loads(raw[8:8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        code, count = SAFETENSORS[entry["dtype"]], math.prod(entry["shape"])
        if end - begin != count * struct.calcsize("<" + code):
            raise ValueError(f"{path}: {name}: {end - begin} bytes for shape {entry['shape']}")
        values = struct.unpack_from(f"<{count}{code}", raw, 8 + length + begin)
        tensors[name] = Array(entry["dtype"], tuple(entry["shape"]), values)
    return tensors, metadata


def safetensors_bytes(tensors: dict[str, Array], metadata: dict[str, str]) -> bytes:
    header: dict[str, Any] = {"__metadata__": metadata}
    data = b""
    for name, array in tensors.items():
        packed = struct.pack(f"<{len(array.values)}{SAFETENSORS[array.dtype]}", *array.values)
        header[name] = {"dtype": array.dtype, "shape": list(array.shape),
                        "data_offsets": [len(data), len(data) + len(packed)]}
        data += packed
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def read_npy(path: Path) -> Array:
    """Format version 1.0, C order."""
    raw = path.read_bytes()
    if raw[:8] != b"\x93NUMPY\x01\x00":
        raise ValueError(f"{path}: not a .npy file of version 1.0")
    (length,) = struct.unpack_from("<H", raw, 8)
    header = ast.literal_eval(raw[10:10 + length].decode("ascii"))
    if header["fortran_order"]:
        raise ValueError(f"{path}: Fortran order")
    code, count = NPY[header["descr"]], math.prod(header["shape"])
    if len(raw) != 10 + length + count * struct.calcsize("<" + code):
        raise ValueError(f"{path}: {len(raw)} bytes for shape {header['shape']}")
    return Array(header["descr"], header["shape"],
                 struct.unpack_from(f"<{count}{code}", raw, 10 + length))


def npy_bytes(array: Array) -> bytes:
    header = str({"descr": array.dtype, "fortran_order": False, "shape": tuple(array.shape)})
    header = header[:-1] + ", }"
    # The header ends in a newline and is padded so that the data start at a multiple of 64.
    header += " " * (-(10 + len(header) + 1) % 64) + "\n"
    return (b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode("ascii")
            + struct.pack(f"<{len(array.values)}{NPY[array.dtype]}", *array.values))


def write_npy(path: Path, array: Array) -> None:
    path.write_bytes(npy_bytes(array))


def tokenize(pixels: Sequence[int], tokenizer: dict[str, Any]) -> list[list[int]]:
    """Windows of the padded image: tokens of patch * patch values."""
    height, width, patch, stride, pad = (
        tokenizer[name] for name in ("height", "width", "patch", "stride", "pad"))

    def pixel(y: int, x: int) -> int:
        inside = 0 <= y < height and 0 <= x < width
        return pixels[y * width + x] if inside else 0

    tops = range(-pad, height + pad - patch + 1, stride)
    lefts = range(-pad, width + pad - patch + 1, stride)
    return [[pixel(top + y, left + x) for y in range(patch) for x in range(patch)]
            for top in tops for left in lefts]


def stream(values: Sequence[int], steps: int, tokens: int, rows: int) -> list[list[int]]:
    """Values [t][n][f] as words [t][n] with bit f for row f."""
    words = [sum(values[first + f] << f for f in range(rows))
             for first in range(0, steps * tokens * rows, rows)]
    return [words[t * tokens:(t + 1) * tokens] for t in range(steps)]


def image_of(data: Array, index: int, tokenizer: dict[str, Any]) -> list[list[int]]:
    """One image of images.npy as tokens of integers, or of spikes.npy as a stream."""
    rows = data.shape[-1]
    size = math.prod(data.shape[1:])
    values = data.values[index * size:(index + 1) * size]
    if tokenizer["kind"] == "patch":
        return tokenize(values, tokenizer)
    if tokenizer["kind"] == "tokens":
        return [list(values[first:first + rows]) for first in range(0, size, rows)]
    return stream(values, *data.shape[1:])
