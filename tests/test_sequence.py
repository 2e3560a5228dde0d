import numpy as np
import pandas as pd
import pytest
from Bio.Seq import Seq
from hypothesis import given
from hypothesis import strategies as st

from dnacourse import sequence
from dnacourse.alphabets import ForeignLetter
from dnacourse.sequence import (
    PAD,
    as_tokens,
    decode,
    encode,
    many_tokens,
    one_hot,
    pad,
    reverse_complement,
    reverse_complement_one_hot,
)

IUPAC = "ACGTRYSWKMBDHVN"
dna = st.text(IUPAC, max_size=200)


def test_encode_gives_the_documented_tokens():
    tokens = encode("ACGTNacgtn")
    assert tokens.tolist() == [0, 1, 2, 3, 4, 0, 1, 2, 3, 4]
    assert tokens.dtype == np.uint8 and tokens.flags.writeable
    assert encode(b"ACGT").tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("code", "RYSWKMBDHVN")
def test_every_ambiguity_code_is_unknown(code):
    assert encode(code).tolist() == encode(code.lower()).tolist() == [4]


@pytest.mark.parametrize("seq", ["", "A", "t"])
def test_empty_and_single_letters(seq):
    assert len(encode(seq)) == len(seq)
    assert one_hot(encode(seq)).shape == (4, len(seq))
    assert decode(encode(seq)) == seq.upper()
    assert reverse_complement(reverse_complement(seq)) == seq


def test_rna_needs_rna_true():
    assert encode("ACGU", rna=True).tolist() == [0, 1, 2, 3]
    assert encode(["AU", "UG"], rna=True).tolist() == [[0, 3], [3, 2]]
    with pytest.raises(ValueError, match=r"sequence 1: letter 'U' at position 0"):
        encode(["AC", "UG"])
    with pytest.raises(ValueError, match=r"'U' at position 3 .* rna=True"):
        encode("ACGU")


@pytest.mark.parametrize(
    ("seq", "letter", "position"),
    [
        ("ACG7A", "'7'", 3),
        ("-ACG", "'-'", 0),
        ("ACGTX", "'X'", 4),
        ("AC GT", "' '", 2),
        ("Aé", "'é'", 1),
        ("AΩ", "'Ω'", 1),
    ],
)
def test_a_foreign_letter_is_named_with_its_position(seq, letter, position):
    with pytest.raises(ValueError, match=f"{letter} at position {position} "):
        encode(seq)


def test_white_space_gets_its_own_remedy():
    with pytest.raises(ValueError, match="remove white space"):
        encode("ACGT\r\n")


def test_a_list_of_equal_lengths_becomes_a_matrix():
    many = ["ACGTN" * 3] * 700
    assert np.array_equal(encode(many), np.stack([encode(s) for s in many]))
    assert np.array_equal(encode(pd.Series(many, index=range(1, 701))), encode(many))
    assert encode([]).shape == (0, 0) and encode(["", ""]).shape == (2, 0)


def test_a_list_says_which_sequence_is_wrong():
    with pytest.raises(ValueError, match=r"sequence 300: letter 'X' at position 1"):
        encode(["AC"] * 300 + ["AX"])
    with pytest.raises(ValueError, match=r"2 to 3 letters.*pad"):
        encode(["AC", "ACG"])


@given(dna)
def test_decode_undoes_encode_up_to_ambiguity(seq):
    expected = "".join(letter if letter in "ACGT" else "N" for letter in seq)
    assert decode(encode(seq)) == expected


def test_decode_writes_padding_as_a_dash_and_refuses_what_is_no_token():
    assert decode(np.array([0, PAD, 4], np.uint8)) == "A-N"
    with pytest.raises(ValueError, match=r"0\.\.5"):
        decode(np.array([0, 6]))
    with pytest.raises(ValueError, match=r"-1 at place 1 .* no DNA token"):
        decode(np.array([0, -1]))
    with pytest.raises(ValueError, match=r"shape \(L,\)"):
        decode(np.zeros((2, 3), np.uint8))


def test_one_hot_by_hand():
    assert one_hot(encode("ACGTN")).tolist() == [
        [1, 0, 0, 0, 0],
        [0, 1, 0, 0, 0],
        [0, 0, 1, 0, 0],
        [0, 0, 0, 1, 0],
    ]
    tokens, _ = pad([encode("AC"), encode("T")])
    planes = one_hot(tokens)
    assert planes.shape == (2, 4, 2) and planes.dtype == np.uint8 and planes.flags.c_contiguous
    assert planes[1, :, 1].sum() == 0


@given(st.lists(st.integers(0, 5), max_size=50))
def test_one_hot_columns_sum_to_one_for_bases_only(values):
    tokens = np.array(values, np.uint8)
    assert np.array_equal(one_hot(tokens).sum(axis=0), tokens < 4)


def test_one_hot_refuses_one_hot():
    with pytest.raises(ValueError, match=r"\(L,\) or \(N, L\)"):
        one_hot(np.zeros((2, 4, 3), np.uint8))
    with pytest.raises(TypeError, match=r"whole numbers 0\.\.5, not float64"):
        one_hot(np.zeros(3))


@given(dna)
def test_reverse_complement_of_text_equals_biopython(seq):
    assert reverse_complement(seq) == str(Seq(seq).reverse_complement())
    assert reverse_complement(seq.lower()) == str(Seq(seq.lower()).reverse_complement())


@given(st.text("ACGTN", max_size=100))
def test_reverse_complement_agrees_on_text_tokens_and_planes(seq):
    tokens = encode(seq)
    assert decode(reverse_complement(tokens)) == reverse_complement(seq)
    assert np.array_equal(one_hot(reverse_complement(tokens)), reverse_complement_one_hot(one_hot(tokens)))
    assert np.array_equal(reverse_complement(reverse_complement(tokens)), tokens)


def test_reverse_complement_of_a_batch_and_of_rna():
    batch = encode(["AACG", "TTTA"])
    assert [decode(row) for row in reverse_complement(batch)] == ["CGTT", "TAAA"]
    assert reverse_complement("AUGC", rna=True) == "GCAU"
    assert reverse_complement("ATTc", rna=True) == "gAAU", "T is read as U"
    assert reverse_complement(np.array([0, PAD, 4], np.uint8)).tolist() == [4, PAD, 3]
    with pytest.raises(ValueError, match="rna=True"):
        reverse_complement("AUGC")
    with pytest.raises(ValueError, match="4, L"):
        reverse_complement_one_hot(np.zeros((3, 5)))


@given(st.lists(st.text("ACGTN", max_size=12), max_size=5), st.sampled_from(["left", "right"]))
def test_padding_loses_nothing(sequences, side):
    tokens, mask = pad(sequences, side=side)
    assert [decode(row[real]) for row, real in zip(tokens, mask, strict=True)] == sequences


def test_many_tokens_are_one_array_where_they_can_be():
    assert many_tokens(["AC", "GT"]).tolist() == [[0, 1], [2, 3]]
    assert [one.tolist() for one in many_tokens(["AC", "G"])] == [[0, 1], [2]]
    assert many_tokens(np.array([[0, 5]])).dtype == np.uint8 and len(many_tokens([])) == 0


def test_a_letter_u_is_met_with_what_helps_in_each_function():
    for call, words in (
        (
            lambda: encode("ACu"),
            r'write T for U first, letters.replace\("U", "T"\), or pass rna=True to read U as T',
        ),
        (lambda: reverse_complement("ACU"), "or pass rna=True"),
        (lambda: as_tokens("ACU"), r'this looks like RNA: write T for U first, letters.replace\("U", "T"\)$'),
    ):
        with pytest.raises(ForeignLetter, match=words):
            call()


def test_pad_on_both_sides():
    arrays = [encode("ACG"), encode(""), encode("T")]
    right, mask = pad(arrays)
    assert [decode(row) for row in right] == ["ACG", "---", "T--"]
    assert mask.tolist() == [[True] * 3, [False] * 3, [True, False, False]]
    left, _ = pad(arrays, length=4, side="left")
    assert [decode(row) for row in left] == ["-ACG", "----", "---T"]
    assert pad([])[0].shape == (0, 0)


def test_pad_refuses_to_cut():
    with pytest.raises(ValueError, match=r"sequence 1 has 3 letters, more than length=2"):
        pad([encode("A"), encode("ACG")], length=2)
    with pytest.raises(ValueError, match="whole number from 0 on, not -1"):
        pad([], length=-1)
    with pytest.raises(ValueError, match="side"):
        pad([encode("A")], side="middle")


def test_unknown_stays_unknown_in_the_mask():
    _, mask = pad([encode("AN")], length=3)
    assert mask.tolist() == [[True, True, False]]


def test_constants():
    assert (sequence.LETTERS, sequence.UNKNOWN, PAD) == ("ACGT", 4, 5)


def test_windows_are_cut_and_padded_beyond_the_ends():
    tokens = np.stack([encode("ACGTA"), encode("TTTTT")])
    assert sequence.windows(tokens, [-2, 3], 4).tolist() == [[5, 5, 0, 1], [3, 3, 5, 5]]
    assert sequence.windows(tokens, [0, 0], 5).dtype == np.uint8
    with pytest.raises(ValueError, match=r"starts \(N,\), not \(2, 5\) and \(1,\)"):
        sequence.windows(tokens, [0], 2)
