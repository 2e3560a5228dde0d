"""Peaks against shuffles and against the genome: what is kept equal is equal, and nothing is in two parts."""

import numpy as np
import pytest

from dnacourse import peaks
from dnacourse.datasets import load
from dnacourse.kmers import count_kmers
from dnacourse.similarity import shares_kmer
from dnacourse.splits import PARTS


@pytest.fixture(scope="module", params=["shuffles", "genome"])
def task(request):
    return getattr(peaks, f"against_{request.param}")("oct4")


def test_half_are_the_peaks_and_each_has_a_partner_in_its_own_part(task):
    known = load("oct4")
    n = len(known.tokens)
    assert np.array_equal(task.tokens[:n], known.tokens) and len(task.tokens) == 2 * n
    assert np.array_equal(task.labels, np.repeat([1, 0], n)) and np.array_equal(task.pairs, [*range(n)] * 2)
    part = task.split.part_of_rows()
    assert np.array_equal(part[:n], known.split.part_of_rows()) and np.array_equal(part[:n], part[n:])
    assert "each row once" in task.split.prove()


def test_shuffles_keep_pairs_of_neighbours_and_another_seed_gives_others():
    task = peaks.against_shuffles("mafk")
    pairs = count_kmers(task.tokens, (2,))
    n = len(task.tokens) // 2
    assert np.array_equal(pairs[:n], pairs[n:]) and not np.array_equal(task.tokens[:n], task.tokens[n:])
    other = peaks.against_shuffles("mafk", random_state=1)
    assert not np.array_equal(task.tokens[n:], other.tokens[n:])


def test_stretches_of_the_genome_are_real_matched_parted_and_far_from_peaks():
    task, genome = peaks.against_genome("mafk"), load("chr20")
    n = len(task.tokens) // 2
    gc = np.isin(task.tokens, (1, 2)).mean(axis=1)
    assert abs(gc[:n] - gc[n:]).max() <= 0.02 + 1e-9 and task.tokens.max() < 4
    letters, part = genome.tokens.tobytes(), task.split.part_of_rows()[n:]
    there = load("mafk").table.query("chromosome == 'chr20'")
    for name in PARTS:
        region = genome.regions.set_index("split").loc[name]
        for row in np.flatnonzero(part == name)[:40]:
            place = letters.find(task.tokens[n + row].tobytes(), region.start, region.end)
            assert place >= 0
    unbound = {row.tobytes() for row in task.tokens[n:]}
    for start in there["start"]:
        near = range(start - 500, start + 500)
        assert not any(letters[i : i + 200] in unbound for i in near)


def test_no_stretch_shares_25_letters_with_an_earlier_part_unless_that_is_wanted():
    with_repeats = peaks.against_genome("oct4", repeats=True)
    for task, shared in ((peaks.against_genome("oct4"), False), (with_repeats, True)):
        split, unbound = task.split, np.flatnonzero(task.labels == 0)
        later, between = (np.intersect1d(unbound, part) for part in (split.test, split.validation))
        assert shares_kmer(task.tokens[later], task.tokens[split.train], 25).any() == shared
        assert shares_kmer(task.tokens[later], task.tokens[split.validation], 25).any() == shared
        assert shares_kmer(task.tokens[between], task.tokens[split.train], 25).any() == shared
