"""The sequences of lab 01: short ones that each show one rule, rows of genes and calls, and three genes."""

import numpy as np

from dnacourse.labs.lab01.finder import Orf
from dnacourse.sequence import reverse_complement

MIN_LENGTHS = (90, 180, 300)
"""The rows of exercise 6."""
GENES: list[Orf] = [
    (0, 90, "+"), (100, 400, "-"), (500, 800, "+"), (900, 1200, "-"), (1300, 1600, "+"), (1330, 1600, "+"),
]  # fmt: skip
CALLS: list[Orf] = [
    (30, 90, "+"), (100, 340, "-"), (500, 800, "-"), (900, 1200, "-"), (2000, 2300, "+"), (1400, 1600, "+"),
    (1450, 1600, "+"), (3000, 3300, "-"), (1000, 1200, "-"), (500, 700, "+"), (700, 800, "-"), (50, 400, "-"),
]  # fmt: skip
CODING = ["ATGTTATTACTGGAAAAAAAGTAA", "ATGCTGCTGCTGGGNGAAGAGTGAC", "ATGGAATTATAGAAATAA"]
"""Genes with an N, with a letter too many and with a stop codon on the way."""


def orf_cases() -> list[tuple[str, int]]:
    """Sequence and least length: short ones that each show one rule, then random ones in which every rule matters."""
    small = "CCATGAAAATGTTTTAACCGG"
    cases = [(small, 6), (reverse_complement(small), 6), (small, 15), (small, 16), ("ATGAAACCC", 6)]
    cases += [("ATGAAATAG", 9), ("ATGAAAATGTAA", 6), ("ATGCCATGCCCTAAC", 6), ("ATGAAATAAATGTAA", 6)]
    cases += [("ATGAAAAAAAAAAAATAG", 16), ("ATGAAACCCA", 6), ("CATGAAACCCAA", 6)]
    cases += [("ATGTAAATGNNNTAG", 6), ("ATGCCCTGA", 6), ("GTGCCCTAGCTACCCCAC", 6), ("ATGTAACCCTTAA", 9)]
    rng = np.random.default_rng(1)
    words = ["ATG", "CAT", "TAA", "TTA", "TAG", "CTA", "TGA", "TCA", *"ACGT"]
    return cases + [("".join(rng.choice(words, 22)), 9) for _ in range(12)]
