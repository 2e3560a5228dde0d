"""One motif along E. coli beside MOODS, which reports only scores above a threshold; many motifs along fly tracks.

Along the tracks `best_hit`, which keeps no table of scores, is beside our own `scan` and its maximum: three minutes.
"""

import MOODS.scan
import MOODS.tools
import numpy as np
from _timing import best_of, report

from dnacourse.datasets import load
from dnacourse.motif_matching import collection
from dnacourse.motifs import best_hit, jaspar, log_odds, probabilities, reverse_complement_matrix, scan
from dnacourse.sequence import decode

P = 1e-4


def beside_moods(both_strands: bool) -> None:
    tokens = load("ecoli").tokens
    text = decode(tokens)
    weights = log_odds(probabilities(jaspar("MA0139.1").counts)).round(3)
    threshold = MOODS.tools.threshold_from_p(weights.tolist(), [0.25] * 4, P)
    strands = [weights, reverse_complement_matrix(weights)][: 1 + both_strands]
    scanner = MOODS.scan.Scanner(7)
    scanner.set_motifs([one.tolist() for one in strands], [0.25] * 4, [threshold] * len(strands))

    def by_moods() -> list:
        return scanner.scan(text)

    expected = np.full(len(tokens), -np.inf)
    for hits in by_moods():
        for hit in hits:
            expected[hit.pos] = max(expected[hit.pos], hit.score)
    scores = scan(tokens, weights, both_strands)
    clear = np.abs(scores - threshold) > 1e-3  # float32 against float64 at the very threshold
    found = np.flatnonzero((scores > threshold) & clear)
    assert np.array_equal(found, np.flatnonzero((expected[: len(scores)] > threshold) & clear))
    assert np.allclose(scores[found], expected[found], atol=1e-3)
    ours, theirs = best_of(lambda: scan(tokens, weights, both_strands)), best_of(by_moods)
    strand = "both strands" if both_strands else "one strand"
    report(f"CTCF along E. coli, {strand}, all scores; {len(found):,} hits", ours, "MOODS, hits", theirs)


def best_beside_all() -> None:
    tokens = load("bushey_tracks").tokens[:, 300:700]
    motifs = [log_odds(probabilities(one.counts)) for one in collection("insects")]

    def all_scores() -> np.ndarray:
        return np.stack([scan(tokens, weights).max(axis=1) for weights in motifs], axis=1)

    assert np.array_equal(best_hit(tokens, motifs), all_scores())
    ours, theirs = best_of(lambda: best_hit(tokens, motifs), runs=1), best_of(all_scores, runs=1)
    what = f"best_hit, {len(motifs)} motifs of insects at once, {len(tokens):,} bins of 400 letters"
    report(what, ours, "scan and its maximum", theirs)


def main() -> None:
    beside_moods(both_strands=False)
    beside_moods(both_strands=True)
    best_beside_all()


if __name__ == "__main__":
    main()
