from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from dnacourse.kmers import count_kmers, kmer_names
from dnacourse.sequence import encode, pad, reverse_complement


def by_hand(sequence, names):
    return [sum(sequence[i : i + len(name)] == name for i in range(len(sequence))) for name in names]


def test_names_are_in_the_order_of_the_columns():
    names = kmer_names()
    assert len(names) == 1364 and names[:6] == ["A", "C", "G", "T", "AA", "AC"] and names[-1] == "TTTTT"
    assert kmer_names((2,)) == ["".join(pair) for pair in product("ACGT", repeat=2)]
    for column, name in enumerate(kmer_names((1, 3))):
        assert np.flatnonzero(count_kmers([name], (len(name),))[0]).tolist() == [
            column - 4 * (len(name) == 3)
        ]


@given(
    st.lists(st.text("ACGTN", max_size=40), max_size=5), st.sampled_from([(1, 2), (3,), (2, 1), (1, 2, 3)])
)
def test_equal_to_counting_by_hand(sequences, ks):
    counts = count_kmers(sequences, ks)
    assert counts.dtype == np.uint16
    assert counts.tolist() == [by_hand(sequence, kmer_names(ks)) for sequence in sequences]


@given(st.lists(st.text("ACGTN", max_size=40), max_size=5), st.sampled_from([(1, 2), (3,), (2, 1), (4,)]))
def test_canonical_counts_are_those_of_both_strands(sequences, ks):
    names, counts = kmer_names(ks, canonical=True), count_kmers(sequences, ks, canonical=True)
    turned = [reverse_complement(sequence) for sequence in sequences]
    assert np.array_equal(counts, count_kmers(turned, ks, canonical=True))
    for sequence, other, row in zip(sequences, turned, counts.tolist(), strict=True):
        twice = np.add(by_hand(sequence, names), by_hand(other, names))
        alone = [name == reverse_complement(name) for name in names]
        assert row == np.where(alone, twice // 2, twice).tolist()
    assert count_kmers(sequences, ks).sum() == counts.sum()


def test_canonical_names_are_the_first_of_each_pair():
    assert kmer_names((1, 2), canonical=True) == [
        "A",
        "C",
        "AA",
        "AC",
        "AG",
        "AT",
        "CA",
        "CC",
        "CG",
        "GA",
        "GC",
        "TA",
    ]
    assert len(kmer_names(canonical=True)) == 692
    assert count_kmers(["A" * 40_000 + "T" * 40_000], (1,), canonical=True).tolist() == [[80_000, 0]]


def test_equal_to_scikit_learn():
    rng = np.random.default_rng(0)
    tokens = rng.integers(0, 4, (200, 100), dtype=np.uint8)
    texts = ["".join("ACGT"[token] for token in row) for row in tokens]
    vectorizer = CountVectorizer(
        analyzer="char", ngram_range=(1, 5), lowercase=False, vocabulary=kmer_names()
    )
    expected = vectorizer.transform(texts).toarray()
    assert np.array_equal(count_kmers(texts), expected) and np.array_equal(count_kmers(tokens), expected)


def test_strings_tokens_padding_and_lower_case_count_alike():
    texts = ["ACGTNACG", "TT", ""]
    expected = count_kmers(texts)
    assert np.array_equal(count_kmers([text.lower() for text in texts]), expected)
    assert np.array_equal(count_kmers([encode(text) for text in texts]), expected)
    for side in ("left", "right"):
        assert np.array_equal(count_kmers(pad([encode(text) for text in texts], side=side)[0]), expected)


def test_counts_are_wider_only_where_one_needs_it():
    assert count_kmers(["A" * 70_000], (1,)).dtype == np.uint32
    assert count_kmers(["A" * 70_000], (1,))[0, 0] == 70_000
    assert count_kmers(["ACGT" * 20_000], (1,)).dtype == np.uint16


def test_no_sequences_and_bad_input():
    assert count_kmers([]).shape == (0, 1364) and count_kmers(np.empty((0, 9), np.uint8)).shape == (0, 1364)
    with pytest.raises(TypeError, match="write \\[sequence\\]"):
        count_kmers("ACGT")
    with pytest.raises(ValueError, match="'X' at position 2"):
        count_kmers(["ACX"])
    for ks in ((), (0,), (11,), (2, 2)):
        with pytest.raises(ValueError, match="different numbers from 1 to 10"):
            count_kmers(["ACGT"], ks)


def test_a_column_of_a_filtered_table_can_be_counted():
    column = pd.Series(["ACGT", "GGG"], index=[5, 6])
    assert np.array_equal(count_kmers(column), count_kmers(["ACGT", "GGG"]))


@given(st.lists(st.text("ACGTN", max_size=30), max_size=6), st.sampled_from([(1,), (2, 3), (4,)]))
def test_a_batch_is_counted_as_its_sequences_are_one_by_one(sequences, ks):
    batch = count_kmers(sequences, ks)
    assert batch.shape == (len(sequences), len(kmer_names(ks)))
    assert [row.tolist() for row in batch] == [count_kmers([one], ks)[0].tolist() for one in sequences]


@given(st.lists(st.text("ACGTN", max_size=30), min_size=1, max_size=4), st.sampled_from([(1,), (2, 3), (4,)]))
def test_the_other_strand_has_the_counts_of_the_other_names(sequences, ks):
    names = kmer_names(ks)
    turned = [names.index(reverse_complement(name)) for name in names]
    other = count_kmers([reverse_complement(one) for one in sequences], ks)
    assert np.array_equal(other, count_kmers(sequences, ks)[:, turned])


def test_ks_are_whole_numbers():
    for wrong in ((2.0,), ("2",), (2.5, 1)):
        with pytest.raises(ValueError, match="different numbers from 1 to 10"):
            count_kmers(["ACGT"], wrong)
    assert np.array_equal(count_kmers(["ACGT"], np.array([2])), count_kmers(["ACGT"], (2,)))


def test_a_single_k_is_no_list():
    with pytest.raises(TypeError, match=r"write \(3,\) for a single one"):
        count_kmers(["ACGT"], 3)
