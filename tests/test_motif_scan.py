"""Looking up words gives what adding letter by letter gives, for one motif and for many."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from dnacourse import motif_scan, motifs
from dnacourse.datasets import load
from dnacourse.metrics import auroc
from dnacourse.sequence import reverse_complement

WIDTHS = (*range(1, 27), 36, 37, 40, 49)


def letter_by_letter(tokens, weights):
    """Scores of the strand as given (N, L - w + 1), column by column in float64."""
    width = weights.shape[1]
    columns = np.vstack([weights, np.full((2, width), -np.inf)])
    windows = sliding_window_view(tokens, width, axis=-1)
    return sum(columns[windows[..., j], j] for j in range(width))


def drawn(seed, rows, length, unknown=0.02):
    rng = np.random.default_rng(seed)
    tokens = rng.integers(0, 4, (rows, length), dtype=np.uint8)
    return np.where(rng.random(tokens.shape) < unknown, rng.integers(4, 6, tokens.shape), tokens).astype(
        np.uint8
    )


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("length", [0, 1, 7, 300])
def test_any_width_equals_adding_letter_by_letter(width, length):
    tokens, weights = drawn(width, 12, width + length), np.random.default_rng(width).normal(0, 2, (4, width))
    forward = letter_by_letter(tokens, weights)
    backward = letter_by_letter(tokens, weights[::-1, ::-1])
    for both, expected in ((False, forward), (True, np.maximum(forward, backward))):
        scores = motifs.scan(tokens, weights, both_strands=both)
        known = np.isfinite(expected)
        assert scores.dtype == np.float32 and np.array_equal(np.isneginf(scores), ~known)
        assert np.abs(scores[known] - expected[known]).max(initial=0) < 1e-5 * width
        assert np.array_equal(motifs.best_hit(tokens, weights, both_strands=both), scores.max(axis=1))


@given(st.integers(0, 10_000), st.integers(1, 40), st.integers(0, 60))
def test_invariants(seed, width, more):
    tokens, rng = drawn(seed, 3, width + more), np.random.default_rng(seed)
    weights = (
        rng.integers(-400, 400, (4, width)) / 64
    )  # nothing is rounded, so the order of adding does not matter
    one_strand, both = motifs.scan(tokens, weights, both_strands=False), motifs.scan(tokens, weights)
    turned = motifs.scan(reverse_complement(tokens), weights, both_strands=False)[:, ::-1]
    assert np.array_equal(both, np.maximum(one_strand, turned)), "of either strand, the better"
    assert np.array_equal(motifs.scan(reverse_complement(tokens), weights)[:, ::-1], both)
    other = motifs.reverse_complement_matrix(weights)
    assert np.array_equal(motifs.scan(tokens, other, both_strands=False), turned)
    assert np.array_equal(motifs.scan(tokens[1], weights), both[1]), "a batch of one"
    assert np.array_equal(motifs.best_hit(tokens, weights), both.max(axis=1))


def test_a_batch_of_1_equals_a_batch_of_64_and_a_stretch_ends_nowhere():
    tokens, weights = drawn(0, 64, 5000, 0.001), np.random.default_rng(0).normal(size=(4, 19))
    together = motifs.scan(tokens, weights)
    assert all(np.array_equal(motifs.scan(tokens[i : i + 1], weights)[0], together[i]) for i in range(64))
    for begin in (2040, 2047, 2048, 4090):
        assert np.array_equal(
            motifs.scan(tokens[:, begin : begin + 60], weights), together[:, begin : begin + 42]
        )
    assert np.array_equal(motifs.best_hit(tokens, weights), together.max(axis=1))
    assert np.array_equal(
        motifs.best_hit(tokens, [weights] * 5), np.stack([together.max(axis=1)] * 5, axis=1)
    )


@pytest.mark.parametrize("both", [False, True])
def test_many_motifs_at_once_equal_one_by_one(both):
    rng, tokens = np.random.default_rng(1), drawn(1, 10, 120)
    widths = [*WIDTHS, *[8] * 37, *[15] * 3]  # more than are looked up together, and fewer than a step
    weights = [rng.normal(size=(4, width)) for width in rng.permutation(widths)]
    many = motifs.best_hit(tokens, weights, both_strands=both)
    one_by_one = [motifs.scan(tokens, one, both_strands=both).max(axis=1) for one in weights]
    assert many.shape == (10, len(weights)) and many.dtype == np.float32
    assert np.array_equal(many, np.stack(one_by_one, axis=1))
    stacked = np.stack([one for one in weights if one.shape[1] == 8])
    assert np.array_equal(
        motifs.best_hit(tokens[0], stacked, both), motifs.best_hit(tokens[:1], list(stacked), both)
    )


def test_the_two_strands_by_hand():
    weights = np.array([[1.0, 0], [0, 2], [0, 0], [0, -4]])  # AC has 3, and GT on the other strand
    assert motifs.scan("ACGTN", weights).tolist() == [3, 0, 3, -np.inf]
    assert motifs.scan("ACGTN", weights, both_strands=False).tolist() == [3, 0, -4, -np.inf]
    assert motifs.best_hit("TTTT", weights, both_strands=False).tolist() == [-4]
    assert motifs.best_hit("NNN", weights).tolist() == [-np.inf]


def test_no_letter_beyond_the_motif_counts():
    """A word lies wholly under the motif, so an unknown letter just beside it does not matter."""
    for width in WIDTHS:
        tokens = np.full(width + 2, 4, np.uint8)
        tokens[1:-1] = 0
        assert motifs.scan(tokens, np.ones((4, width))).tolist() == [-np.inf, width, -np.inf]


def test_no_rows_have_no_scores():
    weights = np.random.default_rng(0).normal(size=(4, 6))
    empty = np.empty((0, 20), np.uint8)
    assert motifs.scan(empty, weights).shape == (0, 15)
    assert motifs.best_hit(empty, weights).shape == (0,) and motifs.best_hit(empty, [weights] * 6).shape == (
        0,
        6,
    )


def test_a_motif_is_cut_into_blocks_that_lie_within_it():
    blocks = motif_scan._in_blocks(np.ones((1, 4, 13), np.float32), True)
    assert blocks.letters == 5 and blocks.starts.tolist() == [0, 5, 8]
    assert blocks.tables.shape == (3, 1025, 1) and blocks.tables[:, 0, 0].real.tolist() == [5, 5, 3]
    assert np.isneginf(blocks.tables[:, -1].real).all() and np.isneginf(blocks.tables[:, -1].imag).all()


def test_one_motif_on_oct4_is_as_good_as_it_was():
    task = load("oct4")
    tokens = np.concatenate([task.tokens, np.random.default_rng(0).permuted(task.tokens, axis=1)])
    labels = np.arange(len(tokens)) < len(task.tokens)
    weights = motifs.log_odds(motifs.probabilities(motifs.jaspar("MA0142.1").counts))
    exact = np.maximum(letter_by_letter(tokens, weights), letter_by_letter(tokens, weights[::-1, ::-1])).max(
        axis=1
    )
    best = motifs.best_hit(tokens, weights)
    assert np.abs(best - exact).max() < 1e-5
    assert auroc(labels, best) == pytest.approx(auroc(labels, exact.astype(np.float32)), abs=1e-6)
