"""A matrix is what it is meant to be, in every function that takes one."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from dnacourse import motifs, plots
from dnacourse.matrices import are_many, checked_matrices, checked_matrix, shares_of_letters
from dnacourse.motif_matching import collection, matrices_of_kernels, nearest, sites_of_kernel
from dnacourse.sequence import encode

TOKENS = encode(["ACGTACGTAC", "GGGTTTACCA"])
COUNTS = np.array([[8, 0, 3], [0, 1, 3], [1, 8, 3], [1, 1, 1]])
PROBABILITIES = motifs.probabilities(COUNTS)
WEIGHTS = motifs.log_odds(PROBABILITIES)


def draw(matrix):
    _, ax = plt.subplots()
    try:
        plots.logo(ax, matrix)
    finally:
        plt.close("all")


OF_COUNTS = (
    motifs.probabilities,
    motifs.information,
    motifs.consensus,
    shares_of_letters,
    draw,
    lambda matrix: motifs.Motif("mine", "M1", matrix),
)
OF_PROBABILITIES = (motifs.log_odds, lambda matrix: nearest({"mine": matrix}, collection("insects"), 1))
OF_WEIGHTS = (
    lambda matrix: motifs.scan(TOKENS, matrix),
    lambda matrix: motifs.best_hit(TOKENS, matrix),
    lambda matrix: motifs.best_hit(TOKENS, [WEIGHTS, matrix]),
    lambda matrix: sites_of_kernel(TOKENS, matrix),
    lambda matrix: matrices_of_kernels(TOKENS, [matrix]),
)
OF_ANY = (motifs.reverse_complement_matrix, *OF_COUNTS, *OF_PROBABILITIES, *OF_WEIGHTS)


@pytest.mark.parametrize("function", OF_ANY)
@pytest.mark.parametrize(
    ("matrix", "error", "words"),
    [
        (COUNTS.T, ValueError, r"rows A, C, G, T, not \(3, 4\).*give its transpose, matrix.T"),
        (np.ones((5, 3)), ValueError, r"expected a matrix \(4, w\), rows A, C, G, T, not \(5, 3\)$"),
        (np.ones((4, 0)), ValueError, r"not \(4, 0\)"),
        (np.where(COUNTS == 8, np.nan, COUNTS), ValueError, "nan for A at position 0"),
        (np.where(COUNTS == 8, np.inf, COUNTS), ValueError, "inf for A at position 0.*must be finite"),
        (np.where(COUNTS == 0, -np.inf, WEIGHTS), ValueError, "-inf for A at position 1.*give a pseudocount"),
        ([["A", "C"]] * 4, TypeError, "expected a matrix of numbers"),
        ([[1, 2], [1], [1, 2], [3, 4]], TypeError, "expected a matrix of numbers"),
    ],
)
def test_what_is_no_matrix_is_refused_by_all(function, matrix, error, words):
    with pytest.raises(error, match=words):
        function(matrix)


@pytest.mark.parametrize("function", OF_ANY[:4])
def test_a_motif_in_place_of_its_counts(function):
    with pytest.raises(TypeError, match=r"no Motif .*give its counts"):
        function(motifs.Motif("mine", "M1", COUNTS))


@pytest.mark.parametrize("function", [*OF_COUNTS, *OF_PROBABILITIES])
def test_log_odds_are_no_counts_and_no_probabilities(function):
    with pytest.raises(ValueError, match=r"for A at position 1.*from 0 on; are these log-odds already"):
        function(WEIGHTS)


@pytest.mark.parametrize("function", OF_PROBABILITIES)
def test_counts_are_no_probabilities(function):
    with pytest.raises(ValueError, match=r"position 0 has 10\. .*call probabilities\(counts\) first"):
        function(COUNTS)
    with pytest.raises(ValueError, match=r"position 2 has 0.9"):
        function(PROBABILITIES * [1, 1, 0.9])


@pytest.mark.parametrize("function", OF_WEIGHTS)
def test_counts_and_probabilities_are_no_weights(function):
    with pytest.raises(ValueError, match=r"these are probabilities.*give log_odds\(matrix\)"):
        function(PROBABILITIES)
    for counts in (COUNTS, COUNTS + np.array([0, 0, 5])[None], COUNTS * 1.3):
        with pytest.raises(ValueError, match=r"these are counts.*log_odds\(probabilities\(counts\)\)"):
            function(counts)


def test_what_a_kernel_may_be():
    rng = np.random.default_rng(0)
    word = np.eye(4)[:, [2, 0, 3]]
    for kernel in (WEIGHTS, rng.normal(size=(4, 8)), rng.random((4, 8)), word, 2 * word, np.zeros((4, 3)),
                   np.ones((4, 3)), -COUNTS, COUNTS - 2.0, PROBABILITIES - 0.25, [[0.1], [3], [2], [0.5]]):  # fmt: skip
        assert np.array_equal(checked_matrix(kernel, "weights"), kernel)
    with pytest.raises(ValueError, match="does not fit"):
        checked_matrix(np.full((4, 3), -1e38), "weights")
    lower = motifs.scan(TOKENS, PROBABILITIES - 0.25)
    by_hand = PROBABILITIES[0, 0] + PROBABILITIES[1, 1] + PROBABILITIES[2, 2]  # ACG, its other strand is CGT
    assert lower[0, 0] + 3 / 4 == pytest.approx(by_hand, abs=1e-6)


def test_a_square_on_its_side_is_known_by_its_sums():
    square = motifs.probabilities([[8, 0, 3, 1], [0, 1, 3, 2], [1, 8, 3, 3], [1, 1, 1, 4]])
    assert motifs.log_odds(square).shape == (4, 4)
    for function in (*OF_COUNTS, *OF_PROBABILITIES):
        with pytest.raises(ValueError, match=r"four rows sum to 1 each, and the columns do not.*transpose"):
            function(square.T)
    with pytest.raises(ValueError, match="four rows sum to 10 each"):
        motifs.consensus(np.array([[8, 0, 3, 1], [0, 1, 3, 2], [1, 8, 3, 3], [1, 1, 1, 4]]).T)
    assert motifs.consensus(np.eye(4)) == "ACGT"


@pytest.mark.parametrize("function", [motifs.information, motifs.consensus, shares_of_letters, draw])
def test_a_column_of_zeros(function):
    with pytest.raises(ValueError, match="nothing was counted at position 1: leave the position out"):
        function(COUNTS * [1, 0, 1])


def test_counts_are_as_good_as_probabilities_where_only_shares_count():
    shares = COUNTS / COUNTS.sum(axis=0)
    assert np.allclose(motifs.information(COUNTS), motifs.information(shares))
    assert motifs.consensus(COUNTS) == motifs.consensus(shares) == "AGa"


def test_a_logo_of_counts_is_that_of_their_shares():
    axes = plt.subplots(1, 2)[1]
    for ax, matrix in zip(axes, (COUNTS, COUNTS / COUNTS.sum(axis=0)), strict=True):
        plots.logo(ax, matrix)
    tops = [[patch.get_extents().y1 for patch in ax.patches] for ax in axes]
    assert tops[0] == pytest.approx(tops[1])
    plt.close("all")


def test_probabilities_are_no_counts():
    with pytest.raises(ValueError, match=r"these are probabilities already.*leave this step out"):
        motifs.probabilities(PROBABILITIES)
    assert np.allclose(motifs.probabilities(PROBABILITIES, pseudocount=0), PROBABILITIES)
    assert motifs.probabilities(np.eye(4))[0].tolist() == [0.625, 0.125, 0.125, 0.125], "counts of one site"
    for pseudocount in (-1, np.nan, np.inf):
        with pytest.raises(ValueError, match="pseudocount must be a number from 0 on"):
            motifs.probabilities(COUNTS, pseudocount)


def test_a_background_is_four_probabilities():
    with pytest.raises(TypeError, match="expected four probabilities"):
        motifs.log_odds(PROBABILITIES, {"A": 0.25})
    for background in ((0.5, 0.5), (0.3, 0.3, 0.3, 0.3), (1.2, -0.2, 0, 0), (np.nan, 0.5, 0.25, 0.25)):
        with pytest.raises(ValueError, match="four probabilities above 0"):
            motifs.log_odds(PROBABILITIES, background)


def test_of_many_the_one_that_is_wrong_is_named():
    with pytest.raises(ValueError, match=r"matrix 1: expected a matrix \(4, w\)"):
        motifs.best_hit(TOKENS, [WEIGHTS, WEIGHTS.T])
    with pytest.raises(ValueError, match="matrix 'mine': the columns do not sum to 1"):
        nearest({"good": PROBABILITIES, "mine": COUNTS}, collection("insects"), 1)
    with pytest.raises(TypeError, match="matrix 'b': expected a matrix of numbers"):
        checked_matrices({"a": COUNTS, "b": "ACGT"})
    assert (
        not are_many(COUNTS)
        and not are_many(COUNTS.tolist())
        and are_many([COUNTS])
        and are_many(COUNTS[None])
    )
    with pytest.raises(ValueError, match="no matrix in this list"):
        motifs.best_hit(TOKENS, [])
