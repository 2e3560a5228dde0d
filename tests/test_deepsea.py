"""The DeepSEA store: what goes in comes out, from files laid out as the authors' are."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap

import h5py
import numpy as np
import pandas as pd
import psutil
import pytest
import scipy.io
from torch.utils.data import DataLoader

from dnacourse.datasets import deepsea, matfiles, origin
from dnacourse.datasets.deepsea import convert, open_store, write_store
from dnacourse.sequence import UNKNOWN, reverse_complement

AGCT = [0, 2, 1, 3]


def some_rows(n=300, length=101, tasks=19, unknown=40, seed=0):
    rng = np.random.default_rng(seed)
    tokens = rng.integers(0, 4, (n, length), dtype=np.uint8)
    tokens[rng.integers(0, n, unknown), rng.integers(0, length, unknown)] = UNKNOWN
    return tokens, (rng.random((n, tasks)) < 0.2).astype(np.uint8)


def planes_of(tokens):
    """(rows, 4, letters), channels A, G, C, T, as the authors have them."""
    return (tokens[:, None, :] == np.array(AGCT)[:, None]).astype(np.uint8)


def write_v73(path, tokens, labels, name="train", **options):
    with h5py.File(path, "w") as file:
        file.create_dataset(f"{name}xdata", data=planes_of(tokens).transpose(2, 1, 0), **options)
        file.create_dataset(f"{name}data", data=labels.T)
    return path


def write_v5(path, tokens, labels, name="valid", dtype=np.uint8, compressed=True):
    arrays = {f"{name}xdata": planes_of(tokens).astype(dtype), f"{name}data": labels.astype(dtype)}
    scipy.io.savemat(path, arrays, do_compression=compressed)
    return path


def assert_holds(store, tokens, labels):
    rows = np.random.default_rng(1).permutation(len(tokens))
    for wanted in (rows, rows[:7], rows[:0], rows - len(rows)):
        given = store[wanted]
        assert np.array_equal(given[0], tokens[wanted]) and np.array_equal(given[1], labels[wanted])
        assert given[0].dtype == given[1].dtype == np.uint8


@pytest.fixture(autouse=True)
def small_slabs(monkeypatch):
    monkeypatch.setattr(matfiles.MatFile, "rows_at_once", 64)
    monkeypatch.setattr(matfiles, "ROWS_AT_ONCE", 64)
    monkeypatch.setattr(deepsea, "ROWS_AT_ONCE", 64)


@pytest.mark.parametrize(("length", "tasks"), [(101, 19), (1, 1), (8, 16), (1000, 919)])
@pytest.mark.parametrize("options", [{}, {"chunks": True, "compression": "gzip"}])
def test_train_mat(tmp_path, length, tasks, options):
    tokens, labels = some_rows(150, length, tasks)
    store = convert(write_v73(tmp_path / "train.mat", tokens, labels, **options), tmp_path / "store")
    assert len(store) == 150 and repr(store) == f"Store(150 rows x {length:,} letters, {tasks} tasks)"
    assert_holds(store, tokens, labels)
    assert_holds(open_store(tmp_path / "store"), tokens, labels)


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.float64, np.int32])
@pytest.mark.parametrize("compressed", [True, False])
def test_valid_and_test_mat(tmp_path, dtype, compressed):
    tokens, labels = some_rows()
    path = write_v5(tmp_path / "valid.mat", tokens, labels, dtype=dtype, compressed=compressed)
    assert_holds(convert(path, tmp_path / "store"), tokens, labels)


def test_a_version_5_file_whose_arrays_are_tiny(tmp_path):
    """Numbers of four bytes or less stand in the tag itself."""
    tokens, labels = np.array([[2]], np.uint8), np.array([[1]], np.uint8)
    assert_holds(
        convert(write_v5(tmp_path / "valid.mat", tokens, labels), tmp_path / "store"), tokens, labels
    )


@pytest.mark.parametrize("layout", ["halves", "neighbours"])
@pytest.mark.parametrize("writer", [write_v73, write_v5])
def test_pairs_of_strands_are_found_and_stored_once(tmp_path, layout, writer):
    tokens, labels = some_rows(150)
    other = reverse_complement(tokens)
    if layout == "halves":
        tokens, labels = np.concatenate([tokens, other]), np.concatenate([labels, labels])
    else:
        tokens, labels = np.stack([tokens, other], 1).reshape(300, -1), labels.repeat(2, axis=0)
    store = convert(writer(tmp_path / "train.mat", tokens, labels), tmp_path / "store")
    assert store.other_strands == layout and f"other strands in {layout}" in repr(store)
    assert_holds(store, tokens, labels)
    on_disk = sum(path.stat().st_size for path in (tmp_path / "store").rglob("*.2bit"))
    assert on_disk == 150 * 26


@pytest.mark.parametrize("change", ["a letter", "a label", "an unknown letter"])
@pytest.mark.parametrize("row", [150, 299])
def test_pairs_are_no_pairs_if_one_letter_or_label_differs(tmp_path, change, row):
    tokens, labels = some_rows(150)
    tokens[row - 150] = np.arange(101) % 4
    tokens, labels = np.concatenate([tokens, reverse_complement(tokens)]), np.concatenate([labels, labels])
    if change == "a label":
        labels[row, 3] ^= 1
    else:
        tokens[row, 50] = (tokens[row, 50] + 1) % 4 if change == "a letter" else UNKNOWN
    store = convert(write_v73(tmp_path / "train.mat", tokens, labels), tmp_path / "store")
    assert store.other_strands == "none"
    assert_holds(store, tokens, labels)


def test_a_conversion_that_is_killed_goes_on(tmp_path):
    tokens, labels = some_rows(2000)
    path = write_v73(tmp_path / "train.mat", tokens, labels)
    code = textwrap.dedent("""
        import os, signal, sys
        from dnacourse.datasets import deepsea, matfiles, origin
        matfiles.ROWS_AT_ONCE = matfiles.MatFile.rows_at_once = 64
        read, left = matfiles._Version73.read, int(sys.argv[3])
        def dying(self, first, behind):
            global left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return read(self, first, behind)
        matfiles._Version73.read = dying
        deepsea.convert(sys.argv[1], sys.argv[2], progress=False)
    """)
    for slabs in (0, 3, 10):
        killed = subprocess.run([sys.executable, "-c", code, path, tmp_path / "store", str(slabs)])
        assert killed.returncode == -signal.SIGKILL
        with pytest.raises(
            FileNotFoundError, match=r"holds [\d,]+ of 2,000 rows: call convert, which goes on"
        ):
            open_store(tmp_path / "store")
    read = []
    original = matfiles._Version73.read
    matfiles._Version73.read = lambda self, first, behind: read.append(first) or original(self, first, behind)
    try:
        store = convert(path, tmp_path / "store")
    finally:
        matfiles._Version73.read = original
    assert read[0] == 13 * 64
    assert_holds(store, tokens, labels)


def test_another_file_is_not_put_over_a_store(tmp_path):
    tokens, labels = some_rows()
    convert(write_v73(tmp_path / "train.mat", tokens, labels), tmp_path / "store")
    other = write_v73(tmp_path / "other.mat", tokens[:200], labels[:200])
    with pytest.raises(FileExistsError, match="the store of another file"):
        convert(other, tmp_path / "store")
    assert_holds(open_store(tmp_path / "store"), tokens, labels)


@pytest.fixture
def settled(monkeypatch):
    """As if every file had been written long ago."""
    monkeypatch.setattr(origin, "TICK_NANOSECONDS", -(10**18))


@pytest.fixture
def hashed(monkeypatch):
    """The names of the files that are read as a whole."""
    names = []

    def checksum(path):
        names.append(path.name)
        return hashlib.sha256(path.read_bytes()).hexdigest()

    monkeypatch.setattr(origin, "checksum", checksum)
    return names


def changed_in_one_letter(path, row):
    """The same size, and the times set back."""
    before = path.stat()
    with h5py.File(path, "r+") as file:
        letter = file["trainxdata"][50, :, row]
        file["trainxdata"][50, :, row] = np.roll(letter, 1) if letter.any() else [1, 0, 0, 0]
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size and path.stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize("row", [0, 777, 2999])
def test_a_file_that_is_changed_in_one_letter_is_another_file(tmp_path, settled, row):
    path = write_v73(tmp_path / "train.mat", *some_rows(3000))
    convert(path, tmp_path / "store")
    changed_in_one_letter(path, row)
    with pytest.raises(FileExistsError, match="the store of another file"):
        convert(path, tmp_path / "store")


def test_a_file_put_in_the_place_of_another_is_another_file(tmp_path, settled):
    tokens, labels = some_rows()
    path = write_v73(tmp_path / "train.mat", tokens, labels)
    convert(path, tmp_path / "store")
    before = path.stat()
    write_v73(tmp_path / "new.mat", tokens[::-1], labels).replace(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(FileExistsError, match="the store of another file"):
        convert(path, tmp_path / "store")


def test_a_file_with_new_times_and_the_same_content_is_read_once_more_and_no_second_time(
    tmp_path, settled, hashed
):
    tokens, labels = some_rows()
    path = write_v5(tmp_path / "valid.mat", tokens, labels)
    convert(path, tmp_path / "store")
    convert(path, tmp_path / "store")
    assert hashed == ["valid.mat"]
    for touch in (lambda: os.utime(path), lambda: shutil.copy(path, tmp_path / "copy").replace(path)):
        touch()
        hashed.clear()
        assert_holds(convert(path, tmp_path / "store"), tokens, labels)
        convert(path, tmp_path / "store")
        assert hashed == ["valid.mat"]


def test_a_file_that_may_have_changed_within_one_tick_of_the_clock_is_read(tmp_path, monkeypatch):
    tokens, labels = some_rows()
    path = write_v73(tmp_path / "train.mat", tokens, labels)
    convert(path, tmp_path / "store")
    looks = origin.FileOrigin(path)._looks()
    monkeypatch.setattr(origin.FileOrigin, "_looks", lambda self: looks)
    convert(path, tmp_path / "store")
    write_v73(path, tokens[::-1], labels)
    with pytest.raises(FileExistsError, match="the store of another file"):
        convert(path, tmp_path / "store")


def interrupted(path, folder, after):
    """A conversion that ends when so many rows are noted."""
    original = deepsea.put_state

    def dying(place, state):
        original(place, state)
        if state["done"] >= after:
            raise KeyboardInterrupt

    deepsea.put_state = dying
    try:
        with pytest.raises(KeyboardInterrupt):
            convert(path, folder)
    finally:
        deepsea.put_state = original


def test_an_interrupted_conversion_goes_on_from_the_same_content_only(tmp_path, settled):
    tokens, labels = some_rows(1000)
    path = write_v73(tmp_path / "train.mat", tokens, labels)
    interrupted(path, tmp_path / "store", 320)
    os.utime(path)
    interrupted(path, tmp_path / "store", 640)
    changed_in_one_letter(path, 10)
    with pytest.raises(FileExistsError, match="the store of another file"):
        convert(path, tmp_path / "store")
    write_v73(path, tokens, labels)
    assert_holds(convert(path, tmp_path / "store"), tokens, labels)


@pytest.mark.parametrize("changed_back", [False, True])
def test_a_file_that_changes_while_it_is_read_leaves_no_store(tmp_path, settled, monkeypatch, changed_back):
    tokens, labels = some_rows(1000)
    path, original = write_v73(tmp_path / "train.mat", tokens, labels), matfiles._Version73.read
    content = path.read_bytes()

    def read(self, first, behind):
        if first == 256:
            os.utime(path)
        if first == 512 or (first == 576 and changed_back):
            self.close()
            changed_in_one_letter(path, 520) if first == 512 else path.write_bytes(content)
            self.__init__(path)
        return original(self, first, behind)

    with monkeypatch.context() as patch:
        patch.setattr(matfiles._Version73, "read", read)
        with pytest.raises(
            ValueError, match=r"store is made from changed while it was read: convert it again"
        ):
            convert(path, tmp_path / "store")
    assert not list((tmp_path / "store").iterdir())
    path.write_bytes(content)
    assert_holds(convert(path, tmp_path / "store"), tokens, labels)


@pytest.mark.parametrize("note", ['{"rows": 2', '{"rows": 2}', "[]", "{}", None])
def test_a_damaged_note_of_what_is_done_is_named(tmp_path, note):
    rows = some_rows(20)
    write_store(*rows, tmp_path / "store")
    path = tmp_path / "store" / "store.json"
    path.write_text(note or json.dumps({**json.loads(path.read_text()), "source": "a hash of pieces"}))
    for read in (open_store, lambda folder: write_store(*rows, folder)):
        with pytest.raises(
            ValueError, match=r"store\.json is damaged, or of an earlier version.*: delete the folder"
        ):
            read(tmp_path / "store")


def test_the_checksum_at_the_end_of_an_array_is_looked_at(tmp_path):
    """A wrong byte may unpack to as many, other, zeros and ones; and the last bytes hold no number."""
    whole = write_v5(tmp_path / "valid.mat", *some_rows()).read_bytes()
    for damaged in (whole[:-2], whole[:-1] + bytes([whole[-1] ^ 1])):
        (tmp_path / "valid.mat").write_bytes(damaged)
        with pytest.raises(ValueError, match=r"valid\.mat is (cut short|damaged)"):
            convert(tmp_path / "valid.mat", tmp_path / "store")


def test_a_file_that_is_missing_foreign_or_cut_short_is_named(tmp_path):
    tokens, labels = some_rows()
    with pytest.raises(FileNotFoundError, match=r"nowhere\.mat"):
        convert(tmp_path / "nowhere.mat", tmp_path / "store")
    for name, content in (("page.mat", b"<html>log in</html>" * 50), ("empty.mat", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ValueError, match=rf"{name} is no MATLAB file of version 5 or 7\.3"):
            convert(tmp_path / name, tmp_path / "store")
    whole = write_v73(tmp_path / "train.mat", tokens, labels).read_bytes()
    for cut in (1000, len(whole) // 2, len(whole) - 1):
        (tmp_path / "cut.mat").write_bytes(whole[:cut])
        with pytest.raises(ValueError, match=r"cut\.mat .*cut short"):
            convert(tmp_path / "cut.mat", tmp_path / "store")
    for compressed in (True, False):
        whole = write_v5(tmp_path / "valid.mat", tokens, labels, compressed=compressed).read_bytes()
        for cut in range(129, len(whole), len(whole) // 40):
            (tmp_path / "cut.mat").write_bytes(whole[:cut])
            with pytest.raises(ValueError, match=r"cut\.mat"):
                convert(tmp_path / "cut.mat", tmp_path / "store")
    assert not (tmp_path / "store").exists()


def test_a_damaged_version_5_file_is_named(tmp_path):
    whole = bytearray(write_v5(tmp_path / "valid.mat", *some_rows()).read_bytes())
    whole[2000] ^= 255
    (tmp_path / "valid.mat").write_bytes(whole)
    with pytest.raises(ValueError, match=r"valid\.mat.* damaged"):
        convert(tmp_path / "valid.mat", tmp_path / "store")


def test_arrays_that_do_not_fit_into_memory_are_not_begun(tmp_path, monkeypatch):
    tokens, labels = some_rows()
    path = write_v5(tmp_path / "valid.mat", tokens, labels, dtype=np.float64)
    least = 8 * (300 * 4 * 101 + 300 * 19) * 4 // 3  # so that a quarter stays free
    memory = psutil.virtual_memory()
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory._replace(available=least - 1))
    with pytest.raises(MemoryError, match=r"valid\.mat needs 0\.0 GB of memory, and 0\.0 GB are free: close"):
        convert(path, tmp_path / "store")
    assert not (tmp_path / "store").exists()
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory._replace(available=least))
    assert_holds(convert(path, tmp_path / "store"), tokens, labels)


def test_other_arrays_are_refused(tmp_path):
    tokens, labels = some_rows(20)
    with h5py.File(tmp_path / "a.mat", "w") as file:
        file["weights"] = np.zeros(3)
    with pytest.raises(
        ValueError, match=r"a\.mat holds weights, and not two arrays like trainxdata and traindata"
    ):
        convert(tmp_path / "a.mat", tmp_path / "store")
    scipy.io.savemat(tmp_path / "b.mat", {"words": np.zeros((3, 3))})
    with pytest.raises(ValueError, match=r"b\.mat holds words"):
        convert(tmp_path / "b.mat", tmp_path / "store")
    with h5py.File(tmp_path / "groups.mat", "w") as file:
        file.create_group("trainxdata")
        file.create_group("traindata")
    with pytest.raises(ValueError, match=r"groups\.mat holds nothing"):
        convert(tmp_path / "groups.mat", tmp_path / "store")
    mixed = {"names": np.array([], object), "validxdata": planes_of(tokens), "validdata": labels}
    scipy.io.savemat(tmp_path / "mixed.mat", mixed, do_compression=True)
    assert_holds(convert(tmp_path / "mixed.mat", tmp_path / "mixed"), tokens, labels)
    with h5py.File(tmp_path / "c.mat", "w") as file:
        file["trainxdata"], file["traindata"] = planes_of(tokens).transpose(2, 1, 0), labels.T[:, :5]
    with pytest.raises(ValueError, match=r"found \(20, 4, 101\) and \(5, 19\)"):
        convert(tmp_path / "c.mat", tmp_path / "store")
    with h5py.File(tmp_path / "d.mat", "w") as file:
        file["trainxdata"], file["traindata"] = np.ones((101, 4, 20), np.uint8), labels.T
    with pytest.raises(ValueError, match=r"d\.mat, rows 0 to 20: a letter has more than one 1"):
        convert(tmp_path / "d.mat", tmp_path / "store")


def test_rows_that_are_not_there(tmp_path):
    store = write_store(*some_rows(20), tmp_path / "store")
    for wrong in ([20], [-21], [0, 5, 99]):
        with pytest.raises(IndexError, match="the store has 20 rows"):
            store[np.array(wrong)]
    with pytest.raises(IndexError, match="the mask has 3 rows, the store 20"):
        store[np.array([True, False, True])]
    with pytest.raises(IndexError, match="by whole numbers or a mask, not by float64"):
        store[np.array([0.7, 1.9])]


def test_slices_masks_and_single_rows(tmp_path):
    tokens, labels = some_rows(20)
    store = write_store(tokens, labels, tmp_path / "store")
    mask = labels[:, 0] == 1
    for wanted in (slice(3, 9), slice(None, None, -2), mask):
        assert np.array_equal(store[wanted][0], tokens[wanted]) and np.array_equal(
            store[wanted][1], labels[wanted]
        )
    assert np.array_equal(store[7][0], tokens[7:8])


def test_a_loader_with_an_identity_collate(tmp_path):
    tokens, labels = some_rows(50)
    store = write_store(tokens, labels, tmp_path / "store")
    loader = DataLoader(store, batch_size=20, collate_fn=lambda batch: batch)
    batches = list(loader)
    assert np.array_equal(np.concatenate([batch[0] for batch in batches]), tokens)
    assert np.array_equal(np.concatenate([batch[1] for batch in batches]), labels)


def test_the_fly_tracks_fit_the_same_store(tmp_path):
    from dnacourse.datasets import load

    fly = load("bushey_tracks")
    store = write_store(fly.tokens[:500], fly.labels[:500], tmp_path / "store")
    assert (store.length, store.tasks) == (1000, 8)
    assert_holds(store, fly.tokens[:500], fly.labels[:500])
    with pytest.raises(ValueError, match="expected tokens"):
        write_store(fly.tokens[:5], fly.labels[:4], tmp_path / "other")


def test_a_store_that_is_cut_short_is_named(tmp_path):
    write_store(*some_rows(20), tmp_path / "store")
    path = next((tmp_path / "store").rglob("*.2bit"))
    os.truncate(path, 100)
    with pytest.raises(ValueError, match=r"bases\.2bit is cut short: 100 bytes, 520 are needed"):
        open_store(tmp_path / "store")


NAMES = """8988T|DNase|None
GM12878|CTCF|None
A549|GR|Dex_50nM
H1-hESC|H3K27ac|None
K562|H2A.Z|None
K562|H4K20me1|None
HeLa-S3|HA-E2F1|None
"""


def test_the_list_of_names_becomes_a_table(tmp_path):
    (tmp_path / "predictor.names").write_text(NAMES)
    features = deepsea.read_features(tmp_path / "predictor.names")
    assert features["kind"].tolist() == ["DNase", "TF", "TF", "histone", "histone", "histone", "TF"]
    assert features.loc[2].tolist() == ["A549", "GR", "Dex_50nM", "TF"] and features.loc[0, "treatment"] == ""
    table = "Cell Type\tTF/DNase/HistoneMark\tTreatment\n" + NAMES.replace("|", "\t")
    (tmp_path / "table.tsv").write_text(table)
    assert deepsea.read_features(tmp_path / "table.tsv").equals(features)
    (tmp_path / "table.csv").write_text("Supplementary Table 1,,\n" + table.replace("\t", ","))
    assert deepsea.read_features(tmp_path / "table.csv").equals(features)


def test_the_supplements_workbook_is_read_as_it_was_published(tmp_path):
    (tmp_path / "predictor.names").write_text(NAMES)
    rows = [line.split("|") for line in NAMES.split()]
    published = [
        ["Chromatin features", None, None],
        ["Cell Type", "TF/DNase/HistoneMark", "Treatment"],
        *rows,
        [None, None, "919 in all"],
    ]
    pd.DataFrame(published).to_excel(tmp_path / "table.xlsx", header=False, index=False)
    features = deepsea.read_features(tmp_path / "table.xlsx")
    assert features.equals(deepsea.read_features(tmp_path / "predictor.names"))
    whole = (tmp_path / "table.xlsx").read_bytes()
    (tmp_path / "short.xlsx").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(
        ValueError, match=r"short\.xlsx is no \.xlsx workbook, or is cut short: fetch it again"
    ):
        deepsea.read_features(tmp_path / "short.xlsx")


def test_a_list_that_is_none_is_refused(tmp_path):
    (tmp_path / "names").write_text("8988T|DNase|None\nGM12878 CTCF\n")
    with pytest.raises(ValueError, match=r"expected cell\|mark\|treatment, found 'GM12878 CTCF'"):
        deepsea.read_features(tmp_path / "names")
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    with pytest.raises(
        ValueError, match=r"no row of columns whose names begin with cell, .*; its first row is: a, b"
    ):
        deepsea.read_features(tmp_path / "table.csv")


def test_memory_stays_bounded_whatever_the_file(tmp_path):
    """A file four times as long needs hardly more memory to convert."""
    code = textwrap.dedent("""
        import resource, sys
        from dnacourse.datasets import matfiles
        matfiles.MatFile.rows_at_once = 1024
        from dnacourse.datasets.deepsea import convert
        convert(sys.argv[1], sys.argv[2], progress=False)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    """)
    highest = []
    for rows in (2_000, 30_000):
        with h5py.File(tmp_path / f"{rows}.mat", "w") as file:
            planes = file.create_dataset("trainxdata", (1000, 4, rows), np.uint8)
            planes[:, 0] = 1
            file["traindata"] = np.zeros((19, rows), np.uint8)
        arguments = [sys.executable, "-c", code, tmp_path / f"{rows}.mat", tmp_path / f"{rows}"]
        highest.append(int(subprocess.run(arguments, capture_output=True, text=True, check=True).stdout))
    assert highest[1] < highest[0] + 60, f"{highest} MB; the larger file has 120 MB"


def test_what_is_no_letter_or_no_label_is_refused(tmp_path):
    tokens, labels = some_rows(20)
    for wrong, words in (
        ((np.full_like(tokens, 5), labels), "padding cannot be stored"),
        ((tokens.astype(int) - 1, labels), "whole numbers from 0 to 4"),
        ((tokens * 0.5, labels), "whole numbers from 0 to 4, not float64"),
        ((tokens, labels.astype(int) - 1), "neither 0 nor 1"),
        ((tokens, labels * 0.5), "neither 0 nor 1"),
    ):
        with pytest.raises(ValueError, match=words):
            write_store(*wrong, tmp_path / "store")
    with h5py.File(tmp_path / "soft.mat", "w") as file:
        file["trainxdata"], file["traindata"] = np.full((101, 4, 20), 0.25), labels.T
    with pytest.raises(ValueError, match=r"soft\.mat.* no zeros and ones"):
        convert(tmp_path / "soft.mat", tmp_path / "other")
    scipy.io.savemat(
        tmp_path / "minus.mat", {"validxdata": planes_of(tokens), "validdata": labels.astype(float) - 1}
    )
    with pytest.raises(ValueError, match=r"minus\.mat: a label is neither 0 nor 1"):
        convert(tmp_path / "minus.mat", tmp_path / "other")


def test_other_values_of_the_same_size_are_not_taken_for_the_same(tmp_path):
    tokens, labels = some_rows(20)
    write_store(tokens, labels, tmp_path / "store")
    assert_holds(write_store(tokens.astype(int), labels == 1, tmp_path / "store"), tokens, labels)
    with pytest.raises(FileExistsError, match="or of other arrays"):
        write_store(tokens.reshape(10, -1), labels.reshape(10, -1), tmp_path / "store")
    with pytest.raises(FileExistsError, match="the store of another file"):
        write_store(tokens[::-1], labels, tmp_path / "store")


def test_no_unknown_letter_is_lost_when_a_slab_is_written_in_part(tmp_path):
    """The rows of a slab are on disk, or a part of them, and the note that they are is not."""
    tokens, labels = some_rows(200, unknown=3000)
    path = write_v73(tmp_path / "train.mat", tokens, labels)
    original = deepsea.put_state

    def dying(folder, state):
        if state["done"] >= 128:
            raise KeyboardInterrupt
        original(folder, state)

    deepsea.put_state = dying
    try:
        with pytest.raises(KeyboardInterrupt):
            convert(path, tmp_path / "store")
    finally:
        deepsea.put_state = original
    os.truncate(tmp_path / "store" / "rows" / "unknown.int64", 16 * 1200)
    assert_holds(convert(path, tmp_path / "store"), tokens, labels)


def test_a_full_disk_is_named_and_the_conversion_goes_on_later(tmp_path):
    tokens, labels = some_rows(400)
    path = write_v73(tmp_path / "train.mat", tokens, labels)
    code = textwrap.dedent("""
        import resource, signal, sys
        from dnacourse.datasets import matfiles
        matfiles.ROWS_AT_ONCE = matfiles.MatFile.rows_at_once = 64
        from dnacourse.datasets.deepsea import convert
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
        convert(sys.argv[1], sys.argv[2], progress=False)
    """)
    full = subprocess.run(
        [sys.executable, "-c", code, path, tmp_path / "store"], capture_output=True, text=True
    )
    assert full.returncode == 1 and "make room and call again, it goes on at row 192" in full.stderr
    assert_holds(convert(path, tmp_path / "store"), tokens, labels)


def test_a_store_is_sent_to_another_process_by_its_folder(tmp_path):
    import pickle

    tokens, labels = some_rows(200)
    store = write_store(tokens, labels, tmp_path / "store")
    assert len(pickle.dumps(store)) < 500
    assert_holds(pickle.loads(pickle.dumps(store)), tokens, labels)
