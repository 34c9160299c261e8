"""Bytes of files: compressed once, twice or not, and pipes, which every reader refuses in the same words."""

import bz2
import gzip
import io
import json
import lzma
import os
import subprocess
import sys
import zipfile

import numpy as np
import pyarrow as pa
import pytest

from lattice.data.tables.compressed import PEEK, read_bytes
from lattice.errors import InputError
from tests.data.test_cases import PAIRS, TEXT, pairs

A_PIPE = "is a pipe or a device, not a file; write what it gives to a file first"


def zipped(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("x", data)
    return file.getvalue()


PACK = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zip": zipped,
    "zstd": lambda data: pa.compress(data, codec="zstd", asbytes=True),
}


@pytest.mark.parametrize("inner", PACK)
@pytest.mark.parametrize("outer", PACK)
def test_a_table_compressed_twice_is_read(tmp_path, reported, inner, outer):
    (tmp_path / "x.csv.gz").write_bytes(PACK[outer](PACK[inner](TEXT.encode())))
    dataset, report, _ = reported(tmp_path / "x.csv.gz")
    assert pairs(dataset) == set(PAIRS)
    assert f"{inner} in {outer}" in report.files[0]["as"]


@pytest.mark.parametrize("packs", [[], *([name] for name in PACK), ["zstd", "gzip", "zstd"]], ids=lambda p: "-".join(p))
def test_all_bytes_come_or_the_first_ones(tmp_path, packs):
    content = np.random.default_rng(1).integers(32, 127, PEEK + 10_000, dtype=np.uint8).tobytes()
    packed = content
    for name in packs:
        packed = PACK[name](packed)
    (tmp_path / "x").write_bytes(packed)
    assert read_bytes(tmp_path / "x")[0] == content
    assert read_bytes(tmp_path / "x", PEEK)[0] == content[:PEEK]
    assert read_bytes(tmp_path / "x")[1] == " in ".join(packs)


def test_a_nest_of_compressions_and_a_torn_one_are_refused(tmp_path):
    packed = TEXT.encode()
    for _ in range(9):
        packed = gzip.compress(packed)
    (tmp_path / "x").write_bytes(packed)
    with pytest.raises(InputError, match="is compressed more than 3 times over; decompress it"):
        read_bytes(tmp_path / "x")
    (tmp_path / "x").write_bytes(gzip.compress(gzip.compress(TEXT.encode() * 50)[:-20]))
    with pytest.raises(InputError, match="x: can't be read to its end as gzip"):
        read_bytes(tmp_path / "x")


@pytest.fixture
def pipe(tmp_path):
    path = tmp_path / "elsewhere" / "pipe"
    path.parent.mkdir()
    os.mkfifo(path)
    return path


FORMATS = ["auto", "table", "sequences", "mmrec", "lattice-json", "amazon", "dataset"]


@pytest.mark.parametrize("format", FORMATS)
def test_a_pipe_as_the_source_is_refused(pipe, refusal, format):
    assert refusal(pipe, format).startswith(f"{pipe}: {A_PIPE}")


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("option", ["interactions", "items", "modalities", "feature_ids", "image_folder"])
def test_a_pipe_that_an_option_names_is_refused(tmp_path, pipe, refusal, format, option):
    (tmp_path / "interactions.csv").write_text(TEXT)
    value = {"visual": str(pipe)} if option in ("modalities", "feature_ids") else str(pipe)
    assert refusal(tmp_path, format, **{option: value}).startswith(f"{pipe}: {A_PIPE}")
    relative = "elsewhere/pipe"
    value = {"visual": relative} if option in ("modalities", "feature_ids") else relative
    assert A_PIPE in refusal(tmp_path, format, **{option: value})


def test_image_features_from_a_pipe_are_refused(tmp_path, pipe, refusal):
    assert A_PIPE in refusal(tmp_path, "amazon", image_features=str(pipe))


@pytest.mark.parametrize("name", ["x.csv", "x.inter", "train.json", "x.npy", "x.txt", "items.csv", "meta_x.json"])
def test_a_pipe_in_a_folder_holds_nothing_up(tmp_path, reported, name):
    (tmp_path / "sales.csv").write_text(TEXT)
    os.mkfifo(tmp_path / name)
    assert pairs(reported(tmp_path)[0]) == set(PAIRS)


def test_process_substitution_is_refused_by_the_commands(tmp_path):
    (tmp_path / "x.csv").write_text(TEXT)
    for command in ("inspect <(cat x.csv)", "prepare <(cat x.csv) --out y", "inspect x.csv --items <(cat x.csv)"):
        python = json.dumps(sys.executable)
        run = subprocess.run(
            ["bash", "-c", f"{python} -m lattice {command}"],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 2, run.stderr
        assert A_PIPE in run.stderr
        assert run.stderr.count("\n") == 1
        assert not (tmp_path / "y").exists()
