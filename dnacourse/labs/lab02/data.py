"""The sequences of lab 02: a few tokens of every kind, pairs of training and test sets, and three splits."""

from functools import cache

import numpy as np

from dnacourse import splits
from dnacourse.datasets import load
from dnacourse.sequence import PAD, decode

TEXTS = [("GATTACA",), ("acgtnACGTN",), ("NNANN",), ("T",), ("",)]
TOKENS = [
    (np.array([[0, 1, 2], [3, 4, PAD]], np.uint8),),
    (np.array([[2, 2, 0, 1, 3, 4, PAD]], np.uint8),),
    (np.array([[3, 1, 1], [1, 0, 2], [4, 4, 0], [0, 0, 0]], np.uint8),),
]
SEQUENCES = [np.array(one, np.uint8) for one in ([0, 1, 2], [3, 4], [2, 1, 0, 3, 3], [])]
UNEVEN = [
    np.array(one, np.uint8)
    for one in ([4, 4], [1, 4, 0, 2], [0, 0, 0, 3], [1, 1, 0], [2, 3, 3, 3], [0, 2, 2, 2, 1])
]
"""Of each letter another number."""
SETS = [
    (["ACGTACGGTT", "TTTTCCCCAA"], ["GGTACGGTAA", "CATCATCATC", "CCCCAATTTT"], 5),
    (["ACGTNNNNAC"], ["GGTNNNNACC", "TTTTTTTTTT"], 4),
    (["GATTACAGAT"], ["TGATTACAGA", "CCCATTACCC", "GATTACAGAT", "GGGGGGGGGG"], 6),
    (["AAAACCCCGG", "CTCTCTCTCT"], ["TTTTTTCCGG", "GAGAGAGAGA"], 4),
    (["CCCCCAAACC", "GTTTCCCCCC"], ["TTAACCGTTT", "GGGGGGGGGG"], 8),
    (["CCCCCCCCAAAC", "GTTTCCCCCCCC"], ["TTAAACGTTAAT", "GAGAGAGAGAGA"], 7),
    (["ACGTACGTAC"], ["TTTACGTACG", "TTTACGTACG", "CACACACACA"], 6),
    (["ACGTACGGTN", "NTTTTCCAAG"], ["NACGTACGNN", "CCTTTTCCNN", "NNNNNNNNNN"], 6),
    (["AAAAAAAAAC"], ["GGGGGGGGGC"], 5),
    (["ACGTTGGCAT"], ["ACGTTCCCCC", "TACGTTCCCC"], 5),
    (["CCCCCAAAGG"], ["TTTTTAAAGG", "GTGTGTGTGT"], 5),
    (["ACGNTACC"], ["TTACGTAC", "GGGGGGGG"], 5),
    (["ACGTTNCCCCC"], ["AACGTTGGG", "GGGGGGGGG"], 5),
    (["ACNGGTTGG"], ["GGTTGCCCC", "AAAAAAAAA"], 5),
    (["AAACCCGGGT", "CCCCCCCCCC", "TTTTTTTTTT"], ["CCCGGGTAAA"], 7),
]
"""Training sequences, test sequences, word length."""
SPLITS = ("splice by chance", "splice by fold", "pum2 as given")


@cache
def three_splits() -> dict[str, tuple[list[str], list[str], int]]:
    """Name -> training sequences, test sequences, word length: the three splits of exercise 7."""
    splice, pum2 = load("uci_splice"), load("pum2")
    texts = [decode(row) for row in splice.tokens]
    by_chance = splits.random(len(texts), (0.8, 0.0, 0.2))
    sites = [decode(row) for row in pum2.tokens]
    rows = (
        (texts, by_chance.train, by_chance.test, 30),
        (texts, np.flatnonzero(splice.folds > 1), np.flatnonzero(splice.folds <= 1), 30),
        (sites, pum2.split.train, pum2.split.test, 40),
    )
    return {
        name: ([t[i] for i in train], [t[i] for i in test], k)
        for name, (t, train, test, k) in zip(SPLITS, rows, strict=True)
    }
