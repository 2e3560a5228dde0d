"""The data of lab 03, in three parts, of which the test part notes how often it is opened."""

from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from dnacourse.datasets import load
from dnacourse.kmers import count_kmers
from dnacourse.sequence import Tokens, reverse_complement

Part = tuple[npt.NDArray, npt.NDArray]
SETTINGS = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1]
LENGTH = 100
WEIGHTS = np.array([[-1.0, 1.5, 0.2], [0.5, -2.0, 0.1], [1.0, 0.5, -1.0], [-0.5, -0.25, 1.2]])
"""A motif (4, 3) of exercise 5, rows A, C, G, T."""
TRUTH = [1, 0, 0, 1, 0, 1, 0, 0, 0, 0]
SCORES = [0.9, 0.8, 0.3, 0.7, 0.45, 0.2, 0.1, 0.35, 0.6, 0.05]
CALLED = [
    ([1, 1, 1, 0, 0, 0, 0, 0, 0, 0], [1, 1, 0, 1, 0, 0, 0, 0, 0, 0]),
    ([1, 0, 0, 0, 1], [1, 1, 1, 1, 1]),
    ([1, 1, 0, 0], [0, 0, 0, 0]),
    ([0, 1, 1], [0, 1, 1]),
    ([0, 1, 0], [1, 0, 0]),
    ([0, 0], [0, 0]),
    ([1, 1, 1, 1, 0, 0], [1, 0, 0, 0, 0, 0]),
]
"""Truth and calls."""
TUNED_ON = [(SETTINGS, 27), ([1.0, 3e-3, 1e-2, 3e-4], 32)]
"""Settings, and the number of made-up data; the second shows whether `tune` uses what it is given."""
LADDER = ("A and T", "k-mers", "C")
"""The rows of exercise 7."""


class Held:
    """`train`, `validation` and `test`, each features (N, columns) and labels (N,).

    `opened` counts how often `test` was read.
    """

    def __init__(self, train: Part, validation: Part, test: Part) -> None:
        self.train, self.validation = train, validation
        self._test = test
        self.opened = 0

    @property
    def test(self) -> Part:
        """The test part, features (N, columns) and labels (N,); each look is counted."""
        self.opened += 1
        return self._test

    def peek(self, name: str) -> Part:
        """A part by name, features (N, columns) and labels (N,), without counting: for the checks."""
        return {"train": self.train, "validation": self.validation, "test": self._test}[name]

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name} {len(self.peek(name)[1]):,}" for name in ("train", "validation", "test"))
        return f"Held({sizes}; the test part was opened {self.opened} times)"


def fit(C: float, features: npt.NDArray, labels: npt.NDArray) -> Pipeline:
    """Logistic regression on centred features (N, columns) and labels (N,), as in lecture 3."""
    return make_pipeline(StandardScaler(with_std=False), LogisticRegression(C=C, max_iter=500)).fit(
        features, labels
    )


def pum2_held(step: int = 12) -> Held:
    """Every twelfth piece of PUM2, as counts of words of 1 to 4 letters, (N, 340): few enough to overfit."""
    pum2 = load("pum2")
    rows = [part[::step] for part in (pum2.split.train, pum2.split.validation, pum2.split.test)]
    return Held(
        *(
            (count_kmers(pum2.tokens[part], (1, 2, 3, 4)).astype(np.float32), pum2.labels[part])
            for part in rows
        )
    )


def made_up_held(number: int) -> Held:
    """Made-up parts of counts (N, 60), so few that a fit takes milliseconds, and each part prefers another C.

    Nearly all columns say nothing about the label, so that a model with a large C learns them by heart.
    """
    rng = np.random.default_rng(number)
    weights = rng.normal(size=60) * (np.arange(60) < 6)
    parts = []
    for rows in (80, 160, 160):
        features = rng.poisson(2, (rows, 60)).astype(np.float32)
        chances = 1 / (1 + np.exp(-(features - 2) @ weights / 2 + rng.normal(size=rows)))
        parts.append((features, (rng.random(rows) < chances).astype(np.int64)))
    return Held(*parts)


@cache
def _ecoli_windows() -> tuple[Tokens, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Tokens, labels and the first letter of each window between genes of E. coli."""
    ecoli = load("ecoli")
    columns = ["start", "end", "strand"]
    genes = pd.concat([ecoli.genes[columns], ecoli.rna_genes[columns]]).sort_values("start")
    found: dict[int, list[int]] = {0: [], 1: []}  # label -> where its windows begin
    end, strand = 0, ""
    for gene in genes.itertuples():
        label = {("-", "+"): 1, ("+", "-"): 0}.get((strand, gene.strand))
        room = (gene.start - end) // LENGTH
        if label is not None and room > 0:
            first = end + (gene.start - end - LENGTH * room) // 2
            found[label] += [first + LENGTH * i for i in range(room)]
        if gene.end > end:
            end, strand = gene.end, gene.strand
    places = np.array(found[1] + found[0])
    labels = np.repeat([1, 0], [len(found[1]), len(found[0])])
    tokens = np.stack([ecoli.tokens[place : place + LENGTH] for place in places])
    turned = np.random.default_rng(0).random(len(tokens)) < 0.5
    tokens[turned] = reverse_complement(tokens[turned])
    return tokens, labels, places


def ecoli_promoters() -> tuple[Tokens, npt.NDArray[np.int64], list[npt.NDArray[np.int64]]]:
    """Windows between genes of E. coli that point away from each other, or towards each other, on either strand.

    Returns:
        Tokens (N, 100), labels (N,) (1 where the genes point apart: promoters lie there; 0 where none is
        needed), and the rows of the three parts.
    """
    tokens, labels, places = _ecoli_windows()
    part = np.digitize(places / len(load("ecoli").tokens), [0.6, 0.8])
    return tokens.copy(), labels.copy(), [np.flatnonzero(part == number) for number in range(3)]


def ecoli_gaps() -> npt.NDArray[np.int64]:
    """For each of the N windows of `ecoli_promoters` the number of the gap it lies in, (N,): windows of one gap touch."""
    _, _, places = _ecoli_windows()
    order = np.argsort(places)
    gaps = np.empty(len(places), np.int64)
    gaps[order] = np.cumsum(np.diff(places[order], prepend=-LENGTH) != LENGTH)
    return gaps


def ecoli_held() -> Held:
    """The windows of `ecoli_promoters` as counts of words of 1 to 5 letters, (N, 1364)."""
    tokens, labels, rows = ecoli_promoters()
    counts = count_kmers(tokens).astype(np.float32)
    return Held(*((counts[part], labels[part]) for part in rows))
