import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dnacourse import motifs
from dnacourse.datasets import load
from dnacourse.motif_matching import collection
from dnacourse.sequence import PAD, decode, encode, one_hot, reverse_complement

RNG = np.random.default_rng(0)


def test_a_matrix_from_sites_by_hand():
    sites = encode(["ACG", "ACT", "AGN", "CCG"])
    matrix = motifs.matrix_from_sites(sites, pseudocount=0)
    assert matrix.T.tolist() == [[0.75, 0.25, 0, 0], [0, 0.75, 0.25, 0], [0, 0, 2 / 3, 1 / 3]]
    smoothed = motifs.matrix_from_sites(sites, pseudocount=4, background=(0.4, 0.1, 0.1, 0.4))
    assert smoothed[:, 0].tolist() == pytest.approx([(3 + 1.6) / 8, (1 + 0.4) / 8, 0.4 / 8, 1.6 / 8])


def test_log_odds_are_bits_over_the_background():
    matrix = np.array([[0.5], [0.25], [0.125], [0.125]])
    assert motifs.log_odds(matrix).ravel().tolist() == [1, 0, -1, -1]
    assert motifs.log_odds(matrix, (0.125, 0.25, 0.125, 0.5)).ravel().tolist() == [2, 0, 0, -2]


def test_information_and_consensus():
    matrix = np.array([[1, 0.25, 0.5, 0], [0, 0.25, 0.5, 0], [0, 0.25, 0, 0.4], [0, 0.25, 0, 0.6]])
    assert motifs.information(matrix) == pytest.approx([2, 0, 1, 2 + 0.4 * np.log2(0.4) + 0.6 * np.log2(0.6)])
    assert motifs.consensus(matrix) == "AaAT"


def by_hand(text, weights):
    """The score of each window, letter by letter."""
    width = weights.shape[1]
    scores = []
    for i in range(len(text) - width + 1):
        letters = [("ACGT".find(letter), j) for j, letter in enumerate(text[i : i + width])]
        known = all(row >= 0 for row, _ in letters)
        scores.append(sum(weights[row, j] for row, j in letters) if known else -np.inf)
    return scores


@given(st.text("ACGTN", min_size=4, max_size=30), st.integers(1, 4))
def test_scanning_equals_adding_up_by_hand(text, width):
    weights = np.random.default_rng(width).normal(size=(4, width))
    forward = by_hand(text, weights)
    assert motifs.scan(encode(text), weights, both_strands=False) == pytest.approx(forward, abs=1e-5)
    backward = by_hand(reverse_complement(text), weights)[::-1]
    assert motifs.scan(encode(text), weights) == pytest.approx(np.maximum(forward, backward), abs=1e-5)


def test_scanning_many_equals_scanning_each():
    tokens, weights = RNG.integers(0, 4, (20, 50), dtype=np.uint8), RNG.normal(size=(4, 6))
    many = motifs.scan(tokens, weights)
    assert many.shape == (20, 45) and many.dtype == np.float32
    assert all(np.array_equal(many[i], motifs.scan(tokens[i], weights)) for i in range(20))
    assert np.array_equal(motifs.best_hit(tokens, weights), many.max(axis=1))
    turned = motifs.scan(reverse_complement(tokens), weights)[:, ::-1]
    assert np.allclose(turned, many, atol=1e-5), "both strands score alike from either side"
    assert np.allclose(motifs.scan(tokens, motifs.reverse_complement_matrix(weights)), many, atol=1e-5)


def test_padding_never_holds_a_site():
    tokens = np.array([0, 1, PAD, 2, 3, 0], np.uint8)
    scores = motifs.scan(tokens, np.ones((4, 2)))
    assert np.isneginf(scores[1:3]).all() and scores[[0, 3, 4]].tolist() == [2, 2, 2]


def test_jaspar_by_name_and_by_identifier():
    ctcf = motifs.jaspar("CTCF")
    assert ctcf.identifier.startswith("MA0139.") and ctcf.name == "CTCF"
    assert np.array_equal(ctcf.counts, motifs.jaspar("MA0139").counts)
    assert motifs.jaspar("MA0139.1").identifier == "MA0139.1" and motifs.jaspar("MA0139.1").counts.shape == (
        4,
        19,
    )
    assert "ATGC" in motifs.consensus(motifs.jaspar("POU5F1").counts)
    assert "CTCF" in repr(ctcf)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("MA9999", "no motif with the identifier 'MA9999' in JASPAR2024\"$"),
        ("ma0139.9", "identifier 'ma0139.9' in JASPAR2024; of this motif there are MA0139.1, MA0139.2"),
        ("MA139", "'MA139' is no identifier of JASPAR: they look like MA0139 or MA0139.2"),
        ("MA0139.x", "'MA0139.x' is no identifier"),
        ("", "no name and no identifier"),
        ("CTC", "no motif 'CTC' in JASPAR2024; similar names: .*CTCF"),
    ],
)
def test_a_motif_that_is_not_there(name, words):
    with pytest.raises(KeyError, match=words):
        motifs.jaspar(name)


@pytest.mark.parametrize("name", [139, None, ["CTCF"]])
def test_a_name_is_text(name):
    with pytest.raises(TypeError, match="give a name or an identifier as text"):
        motifs.jaspar(name)


def test_the_motif_of_mafk_finds_its_peaks():
    peaks = load("mafk").tokens
    weights = motifs.log_odds(motifs.probabilities(motifs.jaspar("MAFK").counts))
    shuffled = RNG.permuted(peaks, axis=1)
    assert (motifs.best_hit(peaks, weights) > motifs.best_hit(shuffled, weights)).mean() > 0.8


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"sites \(n, w\)"):
        motifs.matrix_from_sites(encode("ACGT"))
    with pytest.raises(ValueError, match="nothing was counted at position 1"):
        motifs.matrix_from_sites(encode(["AN", "AN"]), pseudocount=0)
    with pytest.raises(ValueError, match="minus infinity: give a pseudocount"):
        motifs.log_odds(np.array([[1.0], [0], [0], [0]]))
    with pytest.raises(ValueError, match="four probabilities"):
        motifs.log_odds(np.full((4, 1), 0.25), (1, 0, 0, 0))
    with pytest.raises(ValueError, match="have 3 letters, the motif has 4"):
        motifs.scan(encode("ACG"), np.ones((4, 4)))


@pytest.mark.parametrize(
    ("tokens", "error"),
    [
        (np.array([[0, 1, 2, 9]]), ValueError),
        (np.array([[0, 1, 2, -1]]), ValueError),
        (np.zeros((1, 4)), TypeError),
        (np.zeros((1, 2, 4), np.uint8), ValueError),
    ],
)
def test_what_is_no_token_is_refused(tokens, error):
    with pytest.raises(error):
        motifs.scan(tokens, np.ones((4, 2)))


def test_text_and_lists_can_be_scanned():
    weights = np.eye(4)[:, :2]
    assert np.array_equal(motifs.scan("ACGT", weights), motifs.scan(encode("ACGT"), weights))
    assert np.array_equal(
        motifs.best_hit([[0, 1, 2, 3]], weights), motifs.best_hit(encode(["ACGT"]), weights)
    )
    texts = ["ACGT", "TTTA"]
    assert np.array_equal(motifs.scan(texts, weights), motifs.scan(encode(texts), weights))
    assert np.array_equal(motifs.best_hit([encode("ACGT"), "TTTA"], weights), motifs.best_hit(texts, weights))
    assert np.array_equal(motifs.matrix_from_sites(texts), motifs.matrix_from_sites(encode(texts)))
    with pytest.raises(ValueError, match="have 2 to 4 letters: pad them"):
        motifs.scan(["ACGT", "AC"], weights)
    with pytest.raises(ValueError, match="sequence 1 is missing"):
        motifs.best_hit(["ACGT", None], weights)


@pytest.mark.parametrize("release", ["JASPAR2099", "2024", 2024, None, []])
@pytest.mark.parametrize("function", [lambda x: motifs.jaspar("CTCF", x), lambda x: collection("insects", x)])
def test_a_release_that_is_none_lists_those_there_are(function, release):
    with pytest.raises(KeyError, match=r"no release .* of JASPAR here; there are .*JASPAR2024.*JASPAR2014"):
        function(release)


@pytest.mark.parametrize(
    ("name", "identifier"), [("VSX2", "MA0726"), ("Vsx2", "MA0180"), ("ctcf", "MA0139"), ("CTCF", "MA0139")]
)
def test_a_name_in_the_same_capitals_comes_first(name, identifier):
    assert motifs.jaspar(name).identifier.startswith(identifier)


def test_best_places_are_those_of_the_scan_on_the_better_strand():
    rng = np.random.default_rng(3)
    tokens = rng.integers(0, 5, (50, 60), dtype=np.uint8)
    weights = rng.normal(size=(4, 7))
    found = motifs.best_places(tokens, weights)
    assert np.allclose(found.scores, motifs.best_hit(tokens, weights), atol=1e-5)
    for row, turned, start, score in zip(tokens, *found, strict=True):
        assert np.array_equal(turned, row) or np.array_equal(turned, reverse_complement(row))
        assert motifs.scan(turned, weights, both_strands=False)[start] == score
    same = motifs.best_places("AACCAA", one_hot(encode("AA")).astype(float))
    assert same.starts.tolist() == [0] and decode(same.tokens[0]) == "AACCAA"
