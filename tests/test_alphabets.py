import pickle
import string

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dnacourse import sequence
from dnacourse.alphabets import DNA, PROTEIN, RNA, Alphabet, ForeignLetter

ALPHABETS = [DNA, RNA, PROTEIN]
each_alphabet = pytest.mark.parametrize("alphabet", ALPHABETS, ids=lambda one: one.name)


def texts(alphabet):
    capitals = alphabet.letters + alphabet.ambiguous
    return st.text(capitals + capitals.lower(), max_size=60)


def tokens_of(alphabet):
    return st.lists(st.integers(0, alphabet.pad), max_size=40).map(lambda values: np.array(values, np.uint8))


def test_the_three_alphabets_by_hand():
    assert (DNA.size, DNA.unknown, DNA.pad, DNA.letters, DNA.name) == (4, 4, 5, "ACGT", "DNA")
    assert (RNA.size, RNA.unknown, RNA.pad, RNA.letters) == (4, 4, 5, "ACGU")
    assert (PROTEIN.size, PROTEIN.unknown, PROTEIN.pad) == (20, 20, 21)
    assert PROTEIN.letters == "ACDEFGHIKLMNPQRSTVWY" == "".join(sorted(PROTEIN.letters))
    assert DNA.complement.tolist() == RNA.complement.tolist() == [3, 2, 1, 0, 4, 5]
    assert DNA.complement.dtype == np.uint8 and PROTEIN.complement is None
    assert PROTEIN.encode("MKwBX").tolist() == [10, 8, 18, 20, 20]
    assert RNA.encode("ACGUacgtN").tolist() == [0, 1, 2, 3, 0, 1, 2, 3, 4]
    assert RNA.decode(DNA.encode("TTAC")) == "UUAC" and PROTEIN.decode([0, 20, 21]) == "AX-"


@pytest.mark.parametrize("letter", "BJOUXZ")
def test_what_is_no_certain_amino_acid_is_unknown(letter):
    assert PROTEIN.encode(letter).tolist() == PROTEIN.encode(letter.lower()).tolist() == [20]


def test_a_stop_is_refused_with_a_sentence():
    with pytest.raises(
        ForeignLetter, match=r"'\*' at position 2 .* a stop is no amino acid: cut the sequence there"
    ):
        PROTEIN.encode("MK*")


def test_the_mapping_of_sequence_is_that_of_the_alphabet():
    assert (DNA.letters, DNA.unknown, DNA.pad) == (sequence.LETTERS, sequence.UNKNOWN, sequence.PAD)
    text = "ACGTRYSWKMBDHVN"
    assert np.array_equal(sequence.encode(text), DNA.encode(text))
    assert np.array_equal(sequence.encode(text.replace("T", "U"), rna=True), RNA.encode(text))


@each_alphabet
@given(data=st.data())
def test_decode_undoes_encode_up_to_what_is_unknown(alphabet, data):
    text = data.draw(texts(alphabet))
    known = "".join(
        letter if letter in alphabet.letters else alphabet.unknown_letter for letter in text.upper()
    )
    tokens = alphabet.encode(text)
    assert tokens.dtype == np.uint8 and alphabet.decode(tokens) == known
    assert np.array_equal(alphabet.encode(alphabet.decode(tokens)), tokens)


@each_alphabet
@given(data=st.data())
def test_many_at_once_equal_one_by_one(alphabet, data):
    length = data.draw(st.integers(0, 20))
    rows = st.text(alphabet.letters + alphabet.ambiguous, min_size=length, max_size=length)
    many = data.draw(st.lists(rows, max_size=5))
    assert alphabet.encode(many).tolist() == [alphabet.encode(one).tolist() for one in many]


def test_more_letters_than_one_block_holds():
    long = ["ACGT" * 50_000, "TTTT" * 50_000, "GGGC" * 50_000]
    assert np.array_equal(DNA.encode(long), np.stack([DNA.encode(one) for one in long]))
    with pytest.raises(ForeignLetter, match="sequence 2: letter '!' at position 199999 "):
        DNA.encode([*long[:2], long[2][:-1] + "!"])
    with pytest.raises(ForeignLetter, match="sequence 1: letter '!' at position 3 "):
        DNA.encode(["ACGT", "ACG!", "ACGT"])


@each_alphabet
@given(data=st.data())
def test_a_plane_is_one_where_its_letter_stands(alphabet, data):
    tokens = data.draw(tokens_of(alphabet))
    planes = alphabet.one_hot(tokens)
    assert planes.shape == (alphabet.size, len(tokens)) and planes.dtype == np.uint8
    for letter in range(alphabet.size):
        assert np.array_equal(planes[letter], tokens == letter)
    assert np.array_equal(alphabet.one_hot(tokens[None])[0], planes)


@pytest.mark.parametrize("alphabet", [DNA, RNA], ids=["DNA", "RNA"])
@given(data=st.data())
def test_the_other_strand_of_the_other_strand(alphabet, data):
    tokens, text = data.draw(tokens_of(alphabet)), data.draw(texts(alphabet))
    other = alphabet.reverse_complement(tokens)
    assert np.array_equal(alphabet.reverse_complement(other), tokens)
    assert alphabet.reverse_complement(alphabet.reverse_complement(text)) == text
    assert np.array_equal(
        alphabet.encode(alphabet.reverse_complement(text)), alphabet.reverse_complement(alphabet.encode(text))
    )
    partners = alphabet.complement[: alphabet.size]
    assert np.array_equal(alphabet.one_hot(other), alphabet.one_hot(tokens)[partners][:, ::-1])


def test_proteins_have_no_other_strand():
    with pytest.raises(ValueError, match="protein has no other strand"):
        PROTEIN.reverse_complement("MK")


@each_alphabet
def test_check_names_the_value_its_place_and_the_alphabet(alphabet):
    last = alphabet.pad
    assert alphabet.check([[0, last]]).tolist() == [[0, last]] and alphabet.check([]).dtype == np.uint8
    with pytest.raises(
        ValueError, match=rf"{last + 1} at place 1, 0 .* is no {alphabet.name} token: .* 0\.\.{last}"
    ):
        alphabet.check([[0, 1], [last + 1, 2]])
    with pytest.raises(ValueError, match=rf"-1 at place 2 .* is no {alphabet.name} token"):
        alphabet.check(np.array([0, 1, -1]))
    for wrong in (np.zeros(3), np.zeros(3, bool), np.array(["A"]), [None]):
        with pytest.raises(TypeError, match=rf"{alphabet.name} tokens are whole numbers 0\.\.{last}, not "):
            alphabet.check(wrong)
    with pytest.raises(ValueError, match="rows of one length"):
        alphabet.check([[0], [1, 2]])


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint16, np.int64, np.uint64])
def test_tokens_of_any_whole_type_become_uint8(dtype):
    assert DNA.check(np.array([0, 5], dtype)).dtype == np.uint8


def test_numbers_are_no_letters():
    with pytest.raises(TypeError, match="are they tokens already"):
        DNA.encode(np.array([0, 1, 2]))
    with pytest.raises(TypeError, match="sequence 1 holds numbers and no letters"):
        DNA.encode(["ACG", np.array([0, 1, 2])])


def test_every_other_letter_is_named():
    for alphabet in ALPHABETS:
        known = alphabet.letters + alphabet.ambiguous + "".join(alias for alias, _ in alphabet.aliases)
        for letter in set(string.printable) - set(known) - set(known.lower()):
            with pytest.raises(ForeignLetter) as caught:
                alphabet.encode("A" + letter)
            assert (caught.value.letter, caught.value.place) == (letter, 1)
            assert f"{letter!r} at position 1 (counted from 0) is no {alphabet.name} letter" in str(
                caught.value
            )


def test_an_alphabet_of_ones_own():
    folds = Alphabet("fold", "HEC", partners=None)
    assert folds.encode("hecH").tolist() == [0, 1, 2, 0] and folds.decode([2, 3, 4]) == "C?-"
    for wrong, words in (
        (("x", ""), "capitals, A to Z, at least one"), (("x", "Ab"), "capitals"), (("x", "A*"), "capitals"),
        (("x", "AÄ"), "capitals"), (("x", "AA"), "two meanings"), (("x", "AC", "C"), "two meanings"),
        (("x", "AC", "", "?", "CG"), "pair both ways"), (("x", "AC", "", "?", "C"), "pair both ways"),
        (("x", "ACG", "", "?", "CGA"), "pair both ways"), (("x", "AC", "N", "N", "CA"), "pair both ways"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=words):
            Alphabet(*wrong)


def test_alphabets_travel_to_other_processes_and_cannot_be_changed():
    for alphabet in ALPHABETS:
        assert pickle.loads(pickle.dumps(alphabet)) == alphabet and hash(alphabet) == hash(
            pickle.loads(pickle.dumps(alphabet))
        )
    DNA.complement[0] = 0
    assert DNA.complement[0] == 3
    with pytest.raises(AttributeError):
        DNA.letters = "TGCA"
    error = pickle.loads(pickle.dumps(ForeignLetter("words", "U", 3)))
    assert str(error) == "words"
