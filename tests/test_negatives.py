import itertools
from collections import Counter

import numpy as np
import pytest
from scipy.stats import chisquare

from dnacourse.datasets import load
from dnacourse.kmers import count_kmers
from dnacourse.negatives import dinucleotide_shuffle, match_gc
from dnacourse.sequence import encode


def test_a_shuffle_keeps_every_pair_and_changes_the_order():
    tokens = load("oct4").tokens[:300]
    shuffled = dinucleotide_shuffle(tokens)
    assert shuffled.shape == tokens.shape and shuffled.dtype == np.uint8
    assert np.array_equal(count_kmers(shuffled, (1, 2)), count_kmers(tokens, (1, 2)))
    assert (shuffled == tokens).mean() < 0.5
    assert not np.array_equal(count_kmers(shuffled, (3,)), count_kmers(tokens, (3,)))
    assert np.array_equal(shuffled, dinucleotide_shuffle(tokens))
    assert not np.array_equal(shuffled, dinucleotide_shuffle(tokens, random_state=1))


def test_many_blocks_are_shuffled_with_different_seeds():
    tokens = np.tile(np.random.default_rng(0).integers(0, 4, 100, dtype=np.uint8), (5000, 1))
    shuffled = dinucleotide_shuffle(tokens)
    assert len(np.unique(shuffled, axis=0)) > 4900


def test_what_cannot_be_shuffled():
    with pytest.raises(ValueError, match="unknown letters or padding"):
        dinucleotide_shuffle(np.full((2, 10), 4, np.uint8))
    with pytest.raises(ValueError, match=r"differ in length: .* tokens \(N, L\)"):
        dinucleotide_shuffle(["ACG", "AC"])
    for one in (np.zeros(10, np.uint8), "ACGT", np.str_("ACGT"), b"ACGT"):
        with pytest.raises(TypeError, match=r"many sequences, not one: write \[sequence\]"):
            dinucleotide_shuffle(one)
    assert dinucleotide_shuffle(np.empty((0, 10), np.uint8)).shape == (0, 10)


def test_matched_candidates_have_the_same_gc_and_none_is_taken_twice():
    rng = np.random.default_rng(0)
    targets, candidates = rng.normal(0.6, 0.05, 500), rng.uniform(0.2, 0.9, 20_000)
    chosen = match_gc(candidates, targets)
    assert len(set(chosen.tolist())) == 500
    assert np.abs(candidates[chosen] - targets).max() <= 0.02
    assert np.array_equal(chosen, match_gc(candidates, targets))
    assert not np.array_equal(chosen, match_gc(candidates, targets, random_state=1))
    assert match_gc([1.0, 0.0], [0.0, 1.0]).tolist() == [1, 0]


def test_too_few_candidates_are_named():
    with pytest.raises(
        ValueError, match=r"2 candidates with a GC content of 0\.60 to 0\.62 are needed and 1 are there"
    ):
        match_gc([0.61, 0.2], [0.61, 0.61])


def test_every_order_with_the_same_pairs_is_equally_likely():
    """All arrangements of a short sequence, found by brute force, come out about equally often."""
    letters = encode("ACGATTCAGC")
    pairs = sorted(itertools.pairwise(letters))
    orders = set()
    for middle in set(itertools.permutations(letters[1:-1].tolist())):
        order = (letters[0], *middle, letters[-1])
        if sorted(itertools.pairwise(order)) == pairs:
            orders.add(tuple(map(int, order)))
    drawn = Counter(map(tuple, dinucleotide_shuffle(np.tile(letters, (40_000, 1))).tolist()))
    assert len(orders) == 20 and set(drawn) == orders
    assert chisquare(list(drawn.values())).pvalue > 0.001


@pytest.mark.parametrize("text", ["A", "AC", "AAAA", "ACACAC", "AAC", "TTTTTTTTTA"])
def test_short_and_monotonous_sequences_can_be_shuffled(text):
    tokens = encode([text])
    shuffled = dinucleotide_shuffle(tokens)
    assert np.array_equal(count_kmers(shuffled, (1, 2)), count_kmers(tokens, (1, 2)))


@pytest.mark.parametrize("wrong", [[50.0], [-0.1], [float("nan")]])
def test_a_gc_content_that_is_none_is_refused(wrong):
    with pytest.raises(ValueError, match="a share, 0 to 1"):
        match_gc([0.5, 0.6], wrong)
    with pytest.raises(ValueError, match="a share, 0 to 1"):
        match_gc(wrong, [0.5])


def test_what_is_no_token_is_not_shuffled():
    with pytest.raises(TypeError, match=r"whole numbers 0\.\.5, not float64"):
        dinucleotide_shuffle(np.zeros((2, 5)))
    with pytest.raises(ValueError, match=r"-1 at place 0, 0 .* is no DNA token"):
        dinucleotide_shuffle(np.full((2, 5), -1))


def test_texts_are_shuffled_as_their_tokens_are():
    texts = ["ACGTTGCAACGT", "TTGACCAGTGAC"]
    assert np.array_equal(dinucleotide_shuffle(texts), dinucleotide_shuffle(encode(texts)))


def test_lists_are_taken_and_no_bin_is_refused():
    assert dinucleotide_shuffle([[0, 1, 2, 3]]).shape == (1, 4)
    with pytest.raises(ValueError, match="bins must be a whole number from 1 on"):
        match_gc([0.5], [0.5], bins=0)
    with pytest.raises(ValueError, match=r"\(n,\), not \(1, 2\)"):
        match_gc([[0.5, 0.5]], [0.5])


def test_a_gc_content_on_an_edge_belongs_to_the_bin_above():
    assert match_gc([0.28, 0.29], [0.29], bins=100).tolist() == [1]
    assert match_gc([0.57, 0.59], [0.58]).tolist() == [1], "0.58 * 50 is less than 29"
    with pytest.raises(ValueError, match=r"content of 0\.58 to 0\.60"):
        match_gc([0.57], [0.58])
