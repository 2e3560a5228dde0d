"""A right answer to every exercise of every lab, written without the package, and the mistakes it names."""

import numpy as np

from dnacourse.labs import (
    lab01,
    lab01_mistakes,
    lab02,
    lab02_mistakes,
    lab03,
    lab03_mistakes,
)
from dnacourse.labs.lab01_finder import Finder


def by_hand(seq):
    partner = {"A": "T", "C": "G", "G": "C", "T": "A", "N": "N"}
    return "".join(partner[letter] for letter in reversed(seq))


def frames_by_hand(seq):
    return [s[k:][: (len(s) - k) // 3 * 3] for s in (seq, by_hand(seq)) for k in range(3)]


def pad_by_hand(sequences, length):
    tokens = np.full((len(sequences), length), 5, np.uint8)
    for row, letters in zip(tokens, sequences, strict=True):
        row[: min(len(letters), length)] = letters[:length]
    return tokens, tokens != 5


def auroc(truth, scores):
    positive = [s for t, s in zip(truth, scores, strict=True) if t == 1]
    negative = [s for t, s in zip(truth, scores, strict=True) if t == 0]
    return sum((a > b) + 0.5 * (a == b) for a in positive for b in negative) / len(positive) / len(negative)


def average_precision(truth, scores):
    hits, total = 0, 0.0
    for rank, i in enumerate(np.argsort(-np.asarray(scores)), start=1):
        hits += truth[i]
        total += truth[i] * hits / rank
    return total / hits


ANSWERS = {
    lab01.check_reverse_complement: (by_hand, lab01_mistakes.OTHER_STRAND),
    lab01.check_reading_frames: (frames_by_hand, lab01_mistakes.FRAMES),
    lab01.check_find_orfs: (Finder(other=by_hand), lab01_mistakes.ORFS),
    lab01.check_score_calls: (lab01_mistakes.score_calls, lab01_mistakes.SCORES),
    lab01.check_codon_fractions: (lab01_mistakes.codon_fractions, lab01_mistakes.USAGE),
    lab02.check_encode: (lab02_mistakes.encode, lab02_mistakes.TOKENS),
    lab02.check_one_hot: (lab02_mistakes.one_hot, lab02_mistakes.PLANES),
    lab02.check_other_strand: (lab02_mistakes.other_strand, lab02_mistakes.STRANDS),
    lab02.check_pad: (pad_by_hand, lab02_mistakes.BATCHES),
    lab02.check_gc_of_batch: (lab02_mistakes.gc_of_batch, lab02_mistakes.CONTENTS),
    lab02.check_leaked: (lab02_mistakes.leaked, lab02_mistakes.LEAKS),
    lab03.check_count_words: (lab03_mistakes.count_words, lab03_mistakes.COUNTS),
    lab03.check_f1: (lab03_mistakes.f1_of, lab03_mistakes.F1S),
    lab03.check_auroc: (auroc, lab03_mistakes.RANKS),
    lab03.check_average_precision: (average_precision, lab03_mistakes.AREAS),
    lab03.check_best_score: (lab03_mistakes.best_score, lab03_mistakes.SITES),
    lab03.check_tune: (lab03_mistakes.tune, lab03_mistakes.TUNINGS),
}
"""check -> (a right answer, {wrong answer: what the check says to it})"""
