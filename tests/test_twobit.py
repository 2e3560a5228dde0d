import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dnacourse.datasets.twobit import read_2bit, read_2bit_masks, write_2bit
from dnacourse.sequence import decode, encode

# Written by hand from UCSC's description: one sequence "x" of 9 letters, TTTTNNACG with its last three masked.
BY_HAND = [0x1A412743, 0, 1, 0]
RECORD = [9, 1, 4, 2, 1, 6, 3, 0]
LETTERS = bytes([0b00000000, 0b00001001, 0b11000000])


def by_hand(order):
    words = lambda numbers: b"".join(number.to_bytes(4, order) for number in numbers)  # noqa: E731
    return words(BY_HAND) + b"\x01x" + words([22]) + words(RECORD) + LETTERS


@pytest.mark.parametrize("order", ["little", "big"])
def test_a_file_written_by_hand(tmp_path, order):
    path = tmp_path / "x.2bit"
    path.write_bytes(by_hand(order))
    assert decode(read_2bit(path)["x"]) == "TTTTNNACG"
    assert read_2bit_masks(path, "x").tolist() == [[6, 9]]


def test_what_is_written_is_what_the_format_says(tmp_path):
    path = tmp_path / "x.2bit"
    write_2bit(path, {"x": encode("TTTTNNACG")}, {"x": np.array([[6, 9]])})
    assert path.read_bytes() == by_hand("little")


@given(st.dictionaries(st.text("abc123", min_size=1, max_size=5), st.text("ACGTN", max_size=50), min_size=1))
def test_writing_and_reading_changes_nothing(tmp_path_factory, sequences):
    path = tmp_path_factory.mktemp("twobit") / "a.2bit"
    write_2bit(path, {name: encode(letters) for name, letters in sequences.items()})
    assert {name: decode(tokens) for name, tokens in read_2bit(path).items()} == sequences


def test_one_sequence_of_many(tmp_path):
    path = tmp_path / "two.2bit"
    write_2bit(path, {"one": encode("ACGT"), "two": encode("NNG")})
    assert list(read_2bit(path, ["two"])) == ["two"]
    assert read_2bit(path, []) == {} and list(read_2bit(path)) == list(read_2bit(path, None)) == [
        "one",
        "two",
    ]
    for name in ("two", np.str_("two"), np.array(["two"])):
        assert {name: decode(tokens) for name, tokens in read_2bit(path, name).items()} == {"two": "NNG"}
    with pytest.raises(KeyError, match=r"no sequence 'tw' "):
        read_2bit(path, "tw")
    with pytest.raises(KeyError, match=r"no sequence 'three' .* there are one, two"):
        read_2bit(path, ["three"])


def test_what_is_no_twobit_file(tmp_path):
    path = tmp_path / "bad.2bit"
    whole = by_hand("little")
    for cut in (0, 3):
        path.write_bytes(whole[:cut])
        with pytest.raises(ValueError, match=r"is no \.2bit file"):
            read_2bit(path)
    for cut in (10, 17, 30, len(whole) - 1):
        path.write_bytes(whole[:cut])
        with pytest.raises(ValueError, match="is cut short"):
            read_2bit(path)
    path.write_bytes(whole[:4] + b"\x07" + whole[5:])
    with pytest.raises(ValueError, match="of version 7"):
        read_2bit(path)
    with pytest.raises(FileNotFoundError):
        read_2bit(tmp_path / "none.2bit")


def test_what_cannot_be_written_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "x.2bit"
    write_2bit(path, {"x": "ACGT"})
    for sequences, masks, words in (
        ({"x" * 256: "ACGT"}, None, "at most 255 ASCII letters"),
        ({"gène": "ACGT"}, None, "at most 255 ASCII letters"),
        ({"x": "ACGT"}, {"y": np.array([[0, 1]])}, "a mask of 'y', and no such sequence"),
        ({"x": np.array([0, 9])}, None, "9 at place 1 .* is no DNA token"),
    ):
        with pytest.raises(ValueError, match=words):
            write_2bit(path, sequences, masks)
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError("the disk is full")))
    with pytest.raises(OSError, match="disk is full"):
        write_2bit(path, {"x": "TTTT"})
    assert decode(read_2bit(path)["x"]) == "ACGT" and [one.name for one in tmp_path.iterdir()] == ["x.2bit"]
