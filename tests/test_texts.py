"""Whatever Biopython, NumPy and pandas give as a sequence is one sequence everywhere, or refused everywhere."""

import inspect
import re

import numpy as np
import pandas as pd
import pytest
import torch
from Bio.Seq import MutableSeq, Seq
from Bio.SeqRecord import SeqRecord

from dnacourse import codons, kmers, negatives, orfs, sequence, similarity, splits
from dnacourse.datasets import fasta
from dnacourse.texts import letters_or_numbers, many, one_text

TEXT = "ATGGTTTACGACTAA"
TEXTS = [TEXT, "ATGCCCAAAGGGTGA", "TTTACGACTAAGCCA"]

ONE = {
    "str": str, "np.str_": np.str_, "bytes": str.encode, "np.bytes_": np.bytes_, "bytearray": lambda text: bytearray(text, "ascii"),
    "array of no dimension": np.array, "bytes of no dimension": lambda text: np.array(text.encode()),
    "object of no dimension": lambda text: np.array(text, dtype=object), "Seq": Seq, "MutableSeq": MutableSeq,
    "SeqRecord": lambda text: SeqRecord(Seq(text), id="x"),
}  # fmt: skip
MANY = {
    "list": list, "tuple": tuple, "generator": iter, "values of a dictionary": lambda texts: dict(zip("abc", texts, strict=True)).values(),
    "Series with odd labels": lambda texts: pd.Series(texts, index=[7, 0, 3]),
    "Series of strings": lambda texts: pd.Series(texts, dtype="string", index=[2, 1, 0]), "Index": pd.Index,
    "array": np.array, "array of objects": lambda texts: np.array(texts, dtype=object),
    "array of bytes": lambda texts: np.array([text.encode() for text in texts]),
    "array of strings": lambda texts: np.array(texts, dtype=np.dtypes.StringDType()),
    "records": lambda texts: [SeqRecord(Seq(text)) for text in texts],
    "all kinds": lambda texts: [Seq(texts[0]), texts[1].encode(), np.str_(texts[2])],
    "tokens": lambda texts: [sequence.encode(text) for text in texts],
    "lists of tokens": lambda texts: [sequence.encode(text).tolist() for text in texts],
    "array of tokens": lambda texts: sequence.encode(texts),
    "tensor of tokens": lambda texts: torch.from_numpy(sequence.encode(texts)),
}  # fmt: skip
OF_ONE = {
    "encode": sequence.encode, "as_tokens": sequence.as_tokens, "reverse_complement": sequence.reverse_complement,
    "gc_content": orfs.gc_content, "gc_skew": orfs.gc_skew, "find_orfs": lambda seq: orfs.find_orfs(seq, min_length=6),
    "codon_positions": lambda seq: orfs.codon_positions(seq, ("TAA",)), "translate": codons.translate,
    "orf_letters": lambda seq: orfs.orf_letters(seq, 3, 9, "-"), "codon_counts": codons.codon_counts, "codon_usage": codons.codon_usage,
}  # fmt: skip
OF_MANY = {
    "many_tokens": sequence.many_tokens, "pad": sequence.pad, "count_kmers": kmers.count_kmers,
    "similarity_clusters": lambda seqs: similarity.similarity_clusters(seqs, k=5),
    "by_similarity": lambda seqs: splits.by_similarity(seqs, k=5).part_of_rows(), "dinucleotide_shuffle": negatives.dinucleotide_shuffle,
    "codon_usage": codons.codon_usage,
}  # fmt: skip


def equal(one, other):
    if isinstance(one, pd.DataFrame):
        return one.equals(other)
    if isinstance(one, dict):
        return all(np.array_equal(one[key], other[key]) for key in one)
    parts = zip(one, other, strict=True) if isinstance(one, tuple) else [(one, other)]
    return all(np.array_equal(*pair) for pair in parts)


@pytest.mark.parametrize("function", OF_ONE)
@pytest.mark.parametrize("kind", ONE)
def test_one_sequence_of_any_kind(function, kind):
    call = OF_ONE[function]
    assert equal(call(TEXT), call(ONE[kind](TEXT)))


@pytest.mark.parametrize("function", OF_MANY)
@pytest.mark.parametrize("kind", MANY)
def test_many_sequences_of_any_kind(function, kind):
    call = OF_MANY[function]
    assert equal(call(TEXTS), call(MANY[kind](TEXTS)))


@pytest.mark.parametrize("kind", [kind for kind in MANY if "tokens" not in kind])
def test_many_texts_of_any_kind_are_encoded(kind):
    assert np.array_equal(sequence.encode(MANY[kind](TEXTS)), sequence.encode(TEXTS))


@pytest.mark.parametrize("function", [name for name in OF_MANY if name != "codon_usage"])
@pytest.mark.parametrize("kind", ONE)
def test_one_in_place_of_many_is_refused(function, kind):
    for one in (ONE[kind](TEXT), sequence.encode(TEXT), sequence.encode(TEXT).tolist()):
        with pytest.raises(TypeError, match=r"many sequences, not one: write \[sequence\]"):
            OF_MANY[function](one)


@pytest.mark.parametrize("function", [name for name in OF_ONE if name not in ("encode", "codon_usage")])
def test_many_in_place_of_one_are_refused(function):
    for kind in ("list", "Series with odd labels", "array", "records"):
        with pytest.raises(
            TypeError, match=r"one sequence, and these are 3|these are 3 sequences of letters"
        ):
            OF_ONE[function](MANY[kind](TEXTS))


@pytest.mark.parametrize("function", [*OF_MANY, "encode"])
@pytest.mark.parametrize("missing", [None, np.nan, float("nan"), pd.NA, pd.NaT])
def test_a_missing_sequence_is_named_by_its_row(function, missing):
    call = OF_MANY.get(function, sequence.encode)
    rows = [TEXT] * 17 + [missing, TEXT]
    for given in (rows, pd.Series(rows, index=range(100, 119), dtype=object), np.array(rows, dtype=object)):
        with pytest.raises(
            ValueError, match=r"sequence 17 is missing \((nan|None|<NA>|NaT)\): leave the row out"
        ):
            call(given)


@pytest.mark.parametrize("function", [*OF_MANY, "encode"])
def test_a_number_among_sequences_is_named_by_its_row(function):
    call = OF_MANY.get(function, sequence.encode)
    with pytest.raises(TypeError, match=r"sequence 1 is a number \(3.5\), and neither letters nor tokens"):
        call([TEXT, 3.5])
    with pytest.raises(TypeError, match=r"sequence 1 is a number \(3\)"):
        call([TEXT, 3])


@pytest.mark.parametrize("function", [*OF_MANY, *OF_ONE])
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (None, "this is None"),
        (5, r"this is a number \(5\)"),
        (np.nan, r"this is a number \(nan\)"),
        ({"a": TEXT}, r"in a dictionary have names: give its values, list\(sequences.values\(\)\)"),
        ({TEXT}, "in a set have no order"),
        (pd.DataFrame({"sequence": TEXTS}), "a table is no list of sequences"),
        (np.array([[TEXT]]), r"a ndarray of shape \(1, 1\)"),
    ],
)
def test_what_is_neither_one_nor_many(function, wrong, words):
    with pytest.raises(TypeError, match=words):
        (OF_MANY | OF_ONE)[function](wrong)


@pytest.mark.parametrize("function", OF_MANY)
def test_the_row_of_a_foreign_letter_is_named(function):
    with pytest.raises(ValueError, match="sequence 1: letter 'X' at position 2"):
        OF_MANY[function](["ACGT", "ACXT"])
    with pytest.raises(ValueError, match="sequence 1: letter 'X' at position 2"):
        OF_MANY[function](["ACG", "ACXTA"])


def test_planes_are_no_tokens():
    with pytest.raises(ValueError, match=r"tokens \(N, L\), not \(1, 4, 4\)"):
        kmers.count_kmers(sequence.one_hot(["ACGT"] and sequence.encode(["ACGT"])))


def test_a_sequence_of_which_only_the_length_is_known():
    with pytest.raises(ValueError, match="only its length is known, 1,000"):
        sequence.encode(Seq(None, length=1000))


def test_nothing_is_no_sequences():
    for empty in ([], (), np.array([]), pd.Series([], dtype=object), iter(())):
        assert len(many(empty)) == 0
    assert one_text([]) is None and letters_or_numbers([]) == []


# What the functions say about wrong input, and no more than they can do.
WRONG = ["AUG", "AXG", "A G", ["AC", "ACG"], ["AUG"], [None], [3], None, {}, np.zeros(3), np.zeros((2, 3)), np.array([9, 1]),
         np.zeros((2, 2, 2), np.uint8), [np.array([0, 9])], np.array([5, 0, 1, 2], np.uint8), "", []]  # fmt: skip
PUBLIC = [
    *(getattr(sequence, name) for name in ("encode", "as_tokens", "many_tokens", "decode", "one_hot", "reverse_complement",
                                           "reverse_complement_one_hot", "pad", "checked_tokens")),
    *(getattr(orfs, name) for name in orfs.__all__ if name not in ("CODONS", "genetic_code")),
    kmers.count_kmers, similarity.similarity_clusters, splits.by_similarity, negatives.dinucleotide_shuffle,
    negatives.match_gc, splits.by_chromosome, splits.by_group, splits.as_given, fasta.read_fasta,
]  # fmt: skip
OTHER_ARGUMENTS = {
    orfs.codon_positions: (("TAA",),), orfs.orf_letters: (0, 2, "+"), negatives.match_gc: ([0.5],), splits.by_chromosome: (["1"], ["2"]),
}  # fmt: skip
CALLS = re.compile(r"\b(\w+)\(([^()]*)\)")
ARGUMENTS = re.compile(r"\b(\w+)=(?!=)")


def arguments_that_nobody_has(function, message):
    """The arguments that a message names, of the function itself or of one that it writes out, and that it has not."""
    advised = {
        argument: inspect.signature(function) for argument in ARGUMENTS.findall(CALLS.sub("", message))
    }
    for name, inside in CALLS.findall(message):
        advised |= {
            one: inspect.signature(getattr(sequence, name, None) or getattr(fasta, name))
            for one in ARGUMENTS.findall(inside)
        }
    return [argument for argument, signature in advised.items() if argument not in signature.parameters]


@pytest.mark.parametrize("function", PUBLIC, ids=lambda one: one.__name__)
def test_no_error_advises_an_argument_that_the_function_does_not_have(function, tmp_path):
    for number, wrong in enumerate(WRONG):
        if function is fasta.read_fasta:
            path = tmp_path / f"{number}.fa"
            path.write_text(f">a\n{wrong}\n")
            wrong = path
        try:
            function(wrong, *OTHER_ARGUMENTS.get(function, ()))
        except (ValueError, TypeError) as error:
            message = str(error)
            assert not arguments_that_nobody_has(function, message), message
            raised_in = inspect.getframeinfo(inspect.getinnerframes(error.__traceback__)[-1].frame).filename
            assert "dnacourse" in raised_in, f"{function.__name__}({wrong!r}): a raw error, {message}"


def test_advice_about_a_missing_argument_would_be_found():
    assert arguments_that_nobody_has(orfs.find_orfs, "this looks like RNA, so pass rna=True") == ["rna"]
    assert arguments_that_nobody_has(orfs.find_orfs, "encode(text, dna=True) reads it") == ["dna"]
    assert not arguments_that_nobody_has(
        orfs.find_orfs, "encode(text, rna=True) reads it, min_length=3 and so on"
    )
