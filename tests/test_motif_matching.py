"""Kernels become matrices, and matrices find their motif."""

import numpy as np
import pytest

from dnacourse import motif_matching, motifs
from dnacourse.motif_matching import (
    _as_probabilities,
    collection,
    matrices_of_kernels,
    nearest,
    sites_of_kernel,
)
from dnacourse.sequence import UNKNOWN, decode, encode

VERTEBRATES = collection("vertebrates")


def planted(motif, n=400, length=80, seed=0):
    """Random sequences, each with a site drawn from the motif at a place drawn by chance."""
    rng = np.random.default_rng(seed)
    tokens = rng.integers(0, 4, (n, length), dtype=np.uint8)
    columns = motifs.probabilities(motif.counts)
    places = rng.integers(0, length - columns.shape[1], n)
    for row, place in enumerate(places):
        for j, column in enumerate(columns.T):
            tokens[row, place + j] = rng.choice(4, p=column)
    return tokens, places


def test_a_kernel_that_is_a_motifs_log_odds_finds_its_sites_and_its_name():
    ctcf = motifs.jaspar("CTCF")
    tokens, _ = planted(ctcf)
    kernel = motifs.log_odds(motifs.probabilities(ctcf.counts))
    matrices = matrices_of_kernels(tokens, kernel[None], share=0.4)
    ((name, matrix),) = matrices.items()
    assert name.startswith("kernel 0 (") and matrix.shape == ctcf.counts.shape
    match = nearest(matrices, VERTEBRATES).iloc[0]
    assert (
        match["motif"].startswith("CTCF")
        and match["e"] < 1e-6
        and match["p"] <= 1 / 200
        and match["overlap"] >= 15
    )


def test_the_other_strand_is_recognised():
    ctcf = motifs.jaspar("CTCF")
    turned = {"turned": motifs.reverse_complement_matrix(motifs.probabilities(ctcf.counts))}
    straight = {"straight": motifs.probabilities(ctcf.counts)}
    one, two = nearest(turned, VERTEBRATES).iloc[0], nearest(straight, VERTEBRATES).iloc[0]
    assert one["motif"] == two["motif"] and {one["strand"], two["strand"]} == {"+", "-"}


def test_random_matrices_are_seldom_like_anything():
    """Tomtom's own value is too hopeful for vague matrices; shuffled columns are not."""
    rng = np.random.default_rng(0)
    noise = {str(i): rng.dirichlet(np.ones(4), 10).T for i in range(60)}
    table = nearest(noise, VERTEBRATES, shuffles=59)
    assert (table["e"] < 0.05).mean() > 0.4
    assert (table["p"] <= 0.05).mean() <= 0.15 and table["p"].mean() == pytest.approx(0.5, abs=0.12)


def test_sites_by_hand():
    kernel = np.zeros((4, 3))
    kernel[[2, 0, 3], [0, 1, 2]] = 1  # GAT
    tokens = encode(["CCGATCC", "GACCCCC", "CCCCCCC", "CCGNTGA"])
    assert [decode(site) for site in sites_of_kernel(tokens, kernel)] == ["GAT", "GAC"]
    assert [decode(site) for site in sites_of_kernel(tokens, kernel, share=0.9)] == ["GAT"]
    assert sites_of_kernel(tokens, -kernel).shape == (0, 3)
    assert (sites_of_kernel(tokens, kernel) < UNKNOWN).all()


def test_kernels_with_too_few_sites_are_left_out():
    tokens = np.random.default_rng(0).integers(0, 4, (50, 30), dtype=np.uint8)
    kernels = np.stack([np.random.default_rng(1).normal(size=(4, 6)), -np.ones((4, 6))])
    assert [name.split(" (")[0] for name in matrices_of_kernels(tokens, kernels)] == ["kernel 0"]


def test_what_cannot_be_matched():
    with pytest.raises(ValueError, match="no group 'fish'"):
        collection("fish")
    with pytest.raises(ValueError, match="there are 1 and 3"):
        nearest({"a": np.full((4, 5), 0.25)}, VERTEBRATES[:3])
    with pytest.raises(ValueError, match="share must lie"):
        sites_of_kernel(np.zeros((1, 9), np.uint8), np.ones((4, 3)), share=1.5)
    with pytest.raises(
        ValueError, match=r"expected kernels \(kernels, 4, w\), not \(4, 3\): of one, kernel\[None\]"
    ):
        matrices_of_kernels(np.zeros((1, 9), np.uint8), np.ones((4, 3)))
    with pytest.raises(TypeError, match="expected many sequences"):
        sites_of_kernel(np.zeros(9, np.uint8), np.ones((4, 3)))
    with pytest.raises(TypeError, match="give matrices by their names"):
        nearest(np.full((4, 5), 0.25), VERTEBRATES)
    with pytest.raises(TypeError, match=r"targets are Motifs.*no ndarray"):
        nearest({"a": np.full((4, 5), 0.25)}, [one.counts for one in VERTEBRATES])


def test_sites_of_texts_are_those_of_tokens():
    kernel = np.eye(4)[:, [2, 0, 3]]
    texts = ["CCGATCC", "GACCCCC"]
    assert np.array_equal(sites_of_kernel(texts, kernel), sites_of_kernel(encode(texts), kernel))
    assert sites_of_kernel(texts, -kernel).shape == (0, 3)


def test_a_target_whose_counts_are_probabilities_gets_no_pseudocount():
    counts = motifs.jaspar("CTCF").counts
    mine = motifs.Motif("mine", "M1", counts / counts.sum(axis=0))
    targets = [mine, *collection("insects")]
    assert nearest({"it": mine.counts}, targets, shuffles=1).loc[0, "identifier"] == "M1"
    assert np.array_equal(_as_probabilities(mine), mine.counts)


def test_pytorch_keeps_its_number_of_threads():
    torch = pytest.importorskip("torch")
    before = torch.get_num_threads()
    for count in (1, 2):
        torch.set_num_threads(count)
        nearest({"one": np.full((4, 8), 0.25)}, collection("insects"), 3)
        assert torch.get_num_threads() == count
    torch.set_num_threads(before)


@pytest.mark.parametrize("shift", [0, 2, 4])
@pytest.mark.parametrize("turned", [False, True])
def test_two_motifs_are_laid_on_each_other(shift, turned):
    rng = np.random.default_rng(5)
    long = rng.dirichlet([0.2] * 4, size=14).T
    part = long[:, shift : shift + 10]
    other = part[::-1, ::-1] if turned else part
    one, two = motif_matching.laid_on(long[:, 0:9], other)
    assert one.shape == two.shape and np.allclose(one.sum(axis=0), 1) and np.allclose(two.sum(axis=0), 1)
    both = (one != 0.25).any(axis=0) & (two != 0.25).any(axis=0)
    assert np.allclose(one[:, both], two[:, both]) and both.sum() == 9 - shift
    assert one.shape[1] == shift + 10
