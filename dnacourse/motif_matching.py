"""What a kernel looks for: from a kernel to a matrix, and from a matrix to the motif in JASPAR that is most like it."""

import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt
import pandas as pd
from Bio import BiopythonWarning

from dnacourse.jaspar_releases import RELEASE, jaspar_database
from dnacourse.matrices import Matrix, are_many, are_probabilities, checked_matrices, shares_of_letters
from dnacourse.motifs import Motif, matrix_from_sites, motif_of, probabilities, scan
from dnacourse.sequence import Tokens, many_tokens


def sites_of_kernel(tokens: Tokens, kernel: npt.ArrayLike, share: float = 0.5) -> Tokens:
    """The stretches that a kernel answers to most: the best place of each sequence, if it is good enough.

    Args:
        tokens: (N, L), sequences to look through, those that the network was trained on say.
        kernel: (4, w), weights of a convolution.
        share: a place is good enough from this share of the highest answer on.

    Returns:
        (n, w), the sites; n is 0 for a kernel that answers nothing above 0.

    Raises:
        ValueError: share is not between 0 and 1, the kernel is not (4, w) or is counts or probabilities, or the
            sequences differ in length or are shorter than the kernel.
        TypeError: a single sequence in place of many, or neither letters nor tokens.
    """
    if not 0 < share < 1:
        raise ValueError(f"share must lie between 0 and 1, not {share}")
    sequences = many_tokens(tokens)
    answers = scan(sequences, kernel, both_strands=False)
    place, best = answers.argmax(axis=1), answers.max(axis=1)
    rows = np.flatnonzero((best > 0) & (best >= share * best.max(initial=0)))
    width = np.asarray(kernel).shape[1]
    return (
        np.stack([sequences[row][place[row] : place[row] + width] for row in rows])
        if len(rows)
        else np.empty((0, width), dtype=np.uint8)
    )


def matrices_of_kernels(
    tokens: Tokens, kernels: npt.ArrayLike, share: float = 0.5, least: int = 10
) -> dict[str, Matrix]:
    """A probability matrix for each kernel that answers to at least so many sequences.

    Args:
        tokens: (N, L).
        kernels: (kernels, 4, w), `model.scan.weight` of a DeepBind say.
        share: as for `sites_of_kernel`.
        least: kernels with fewer sites are left out.

    Returns:
        "kernel 3 (812 sites)" -> (4, w), as in Alipanahi et al. 2015, supplement.

    Raises:
        ValueError: kernels are not (kernels, 4, w); a kernel that is none is named; and what `sites_of_kernel`
            refuses.
    """
    if not are_many(kernels):
        raise ValueError(f"expected kernels (kernels, 4, w), not {np.shape(kernels)}: of one, kernel[None]")
    found = {}
    for number, kernel in enumerate(checked_matrices(kernels, "weights")):
        sites = sites_of_kernel(tokens, kernel, share)
        if len(sites) >= least:
            found[f"kernel {number} ({len(sites):,} sites)"] = matrix_from_sites(sites)
    return found


def collection(group: str, release: str = RELEASE) -> list[Motif]:
    """All motifs of JASPAR's CORE collection for a group of species.

    Args:
        group: "vertebrates", "insects", "plants", "fungi", "nematodes" or "urochordates".
        release: of JASPAR, as pyjaspar names them.

    Raises:
        ValueError: no such group.
        KeyError: no such release; those that there are are listed.
    """
    database = jaspar_database(release)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", BiopythonWarning)
        motifs = database.fetch_motifs(collection="CORE", tax_group=[group]) or []
    if not motifs:
        raise ValueError(
            f"JASPAR has no group {group!r}: take vertebrates, insects, plants, fungi, nematodes or urochordates"
        )
    return [motif_of(one) for one in motifs]


def nearest(
    matrices: Mapping[str, npt.ArrayLike],
    targets: Sequence[Motif],
    shuffles: int = 199,
    random_state: int = 0,
) -> pd.DataFrame:
    """The motif that is most like each matrix, and how often chance finds one as much alike.

    Alikeness is Tomtom's p-value (Gupta et al. 2007, doi:10.1186/gb-2007-8-2-r24), from memelite. It takes the
    columns of a motif for independent, so vague matrices seem like something far too often. Hence a second
    look: the same matrix with its columns in another order, again and again.

    Args:
        matrices: name -> probabilities (4, w).
        targets: motifs to compare with, 50 or more: Tomtom's p-values depend on all of them.
        shuffles: how many other orders of the columns to try.
        random_state: seed of the orders.

    Returns:
        A row a matrix: matrix; motif and identifier of the target; e, Tomtom's p times the number of targets;
        p, the share of orders, the true one counted, whose best match is as good: at least 1 / (shuffles + 1);
        overlap, columns laid on each other; strand of the target, "+" or "-".

    Raises:
        ValueError: no matrices, or fewer than 50 targets; a matrix or target that is none is named.
        TypeError: matrices have no names, or a target is no Motif.
    """
    if not isinstance(matrices, Mapping):
        raise TypeError('give matrices by their names, {"mine": matrix} for one')
    if not matrices or len(targets) < 50:
        raise ValueError(
            f"give at least one matrix and 50 targets; there are {len(matrices)} and {len(targets)}"
        )
    queries = checked_matrices(matrices, "probabilities")
    rng, known = np.random.default_rng(random_state), [_as_probabilities(one) for one in targets]
    rows = []
    for name, matrix in zip(matrices, queries, strict=True):
        columns = matrix.T
        orders = [columns.T, *(rng.permutation(columns).T for _ in range(shuffles))]
        best, overlap, strand, place = _best_matches(orders, known)
        target = targets[place[0]]
        rows.append(
            {"matrix": name, "motif": target.name, "identifier": target.identifier, "e": best[0] * len(targets),
             "p": float(np.mean(best <= best[0])), "overlap": overlap[0], "strand": "+-"[strand[0]]}
        )  # fmt: skip
    return pd.DataFrame(rows)


def _as_probabilities(target: Motif) -> Matrix:
    """(4, w); counts that are probabilities already stay as they are."""
    if not isinstance(target, Motif):
        raise TypeError(f"targets are Motifs, as collection gives them, and no {type(target).__name__}")
    return target.counts if are_probabilities(target.counts) else probabilities(target.counts)


def _best_matches(queries: list[Matrix], targets: list[Matrix]) -> tuple[npt.NDArray, ...]:
    """For each query the p-value, overlap, strand and number of its nearest target, (queries,) each."""
    from memelite import tomtom

    with _same_threads():
        p, _, _, overlap, strand, place = tomtom(queries, targets, n_nearest=1, n_jobs=1)
    return p[:, 0], *(part[:, 0].astype(int) for part in (overlap, strand, place))


@contextmanager
def _same_threads() -> Iterator[None]:
    """Leave PyTorch, if it is there, the number of threads it had: memelite sets that of the whole process."""
    torch = sys.modules.get("torch")
    before = torch.get_num_threads() if torch else 0
    try:
        yield
    finally:
        if torch:
            torch.set_num_threads(before)


def laid_on(matrix: npt.ArrayLike, target: npt.ArrayLike) -> tuple[Matrix, Matrix]:
    """Two motifs one under the other: the second shifted and, if that fits better, turned to the other strand.

    The best place is that with the largest sum, over the columns laid on each other, of the products of what both
    have above an even mixture of letters.

    Args:
        matrix: counts or probabilities (4, w).
        target: likewise, (4, v).

    Returns:
        Probabilities of both, (4, columns) each; where only one of them is, the other has 0.25 for each letter.

    Raises:
        ValueError: not (4, w), or no counts or probabilities.
        TypeError: no numbers.
    """
    one, other = shares_of_letters(matrix) - 0.25, shares_of_letters(target) - 0.25
    width, length = one.shape[1], other.shape[1]
    room = np.pad(one, ((0, 0), (length, length)))
    best = max(
        (float((room[:, start : start + length] * turned).sum()), -start, strand)
        for strand, turned in enumerate((other[::-1, ::-1], other))
        for start in range(width + length + 1)
    )
    turned, start = other if best[2] else other[::-1, ::-1], -best[1]
    both = np.zeros((2, 4, width + 2 * length))
    both[0], both[1, :, start : start + length] = room, turned
    first, last = min(length, start), max(length + width, start + length)
    return both[0, :, first:last] + 0.25, both[1, :, first:last] + 0.25
