"""Lab 01: mistakes written anew, cheating, and right answers in another form."""

import sys
from fractions import Fraction

import numpy as np
import pytest
from lab_answers import by_hand, frames_by_hand

from dnacourse import orfs, sequence
from dnacourse.labs import lab01
from dnacourse.labs.checking import CheckFailed
from dnacourse.labs.lab01 import mistakes as known
from dnacourse.labs.lab01 import usage
from dnacourse.labs.lab01.finder import Finder


@pytest.mark.parametrize(
    ("check", "cheat"),
    [
        (lab01.check_reverse_complement, sequence.reverse_complement),
        (lab01.check_find_orfs, lambda seq, n: known.package_orfs(seq, n)),
        (
            lab01.check_reading_frames,
            lambda seq: [
                s[k:][: (len(s) - k) // 3 * 3]
                for s in (seq, sequence.reverse_complement(seq))
                for k in range(3)
            ],
        ),
        (
            lab01.check_codon_fractions,
            lambda genes, code: (
                orfs.codon_usage(genes, 4 if code["TGA"] == "W" else 11)["fraction"].dropna().to_dict()
            ),
        ),
        (lab01.check_score_calls, lambda c, g: (orfs.translate("ATG"), known.score_calls(c, g))[1]),
    ],
)
def test_calling_the_package_is_noticed(check, cheat):
    with pytest.raises(CheckFailed, match="calls dnacourse's own"):
        check(cheat)


def genes_by_start(calls, genes):
    found = {(start, strand) for start, _, strand in calls} & {(start, strand) for start, _, strand in genes}
    return len(found) / len(genes), len(found) / len(calls)


@pytest.mark.parametrize(
    ("check", "wrong", "words"),
    [
        (lab01.check_reverse_complement, lambda seq: seq[::-1], "reversed"),
        (lab01.check_reverse_complement, lambda seq: by_hand(seq)[::-1], "from its other end"),
        (lab01.check_reading_frames, lambda seq: frames_by_hand(seq)[:3], "strand"),
        (lab01.check_reading_frames, lambda seq: [s[k:] for s in (seq, by_hand(seq)) for k in range(3)], "codon"),
        (lab01.check_find_orfs, lambda seq, n: [o for o in known.package_orfs(seq, n) if o[2] == "+"], "Only the forward strand"),
        (lab01.check_find_orfs, lambda seq, n: [(a + 1, b, s) for a, b, s in known.package_orfs(seq, n)], "a GFF file"),
        (lab01.check_find_orfs, lambda seq, n: known.package_orfs(seq, n + 1), "exactly min_length letters"),
        (lab01.check_score_calls, lambda c, g: known.score_calls(c, g)[::-1], "changed places"),
        (lab01.check_score_calls, genes_by_start, "stop"),
        (lab01.check_codon_fractions, lambda g, c: {k: 100 * v for k, v in usage.codon_fractions(g, c).items()}, "per cent"),
    ],
)  # fmt: skip
def test_a_mistake_written_anew_gets_the_right_words(check, wrong, words):
    with pytest.raises(CheckFailed) as failure:
        check(wrong)
    assert words in str(failure.value), str(failure.value)


def test_a_function_that_changes_its_input_is_told():
    def score_in_place(calls, genes):
        answer = known.score_calls(calls, genes)
        genes.reverse()
        return answer

    def fractions_in_place(genes, code):
        answer = usage.codon_fractions(genes, code)
        code.clear()
        return answer

    for _ in range(2):
        with pytest.raises(CheckFailed, match="`score_in_place` changes `genes`"):
            lab01.check_score_calls(score_in_place)
        with pytest.raises(CheckFailed, match="`fractions_in_place` changes `code`"):
            lab01.check_codon_fractions(fractions_in_place)


def test_right_on_the_small_example_but_wrong_on_the_genome():
    with pytest.raises(CheckFailed, match=r"on E\. coli you get"):
        lab01.check_score_calls(lambda c, g: known.score_calls(c, g) if len(g) < 100 else (0.5, 0.5))


def test_watching_for_the_package_ends_with_the_check():
    before = sys.getprofile()
    with pytest.raises(CheckFailed):
        lab01.check_reverse_complement(sequence.reverse_complement)
    assert sys.getprofile() is before


def test_an_earlier_stub_is_named_by_its_own_name():
    def reverse_complement(seq):
        raise NotImplementedError

    with pytest.raises(CheckFailed, match="`reverse_complement` is not written yet"):
        lab01.check_reading_frames(lambda seq: [reverse_complement(seq)])


def test_an_error_shows_the_learners_line():
    with pytest.raises(CheckFailed, match=r"raised KeyError: 'N' \(your line: `lambda seq: .*`\)"):
        lab01.check_reverse_complement(
            lambda seq: "".join({"A": "T", "C": "G", "G": "C", "T": "A"}[x] for x in seq[::-1])
        )


def test_a_forgotten_return_is_named():
    with pytest.raises(CheckFailed, match="returned None"):
        lab01.check_reverse_complement(lambda seq: None)


def test_a_wrong_answer_without_a_name_is_shown_beside_the_right_one():
    with pytest.raises(CheckFailed, match=r"you give 'XXX', but 'TCCGAAT' is right"):
        lab01.check_reverse_complement(lambda seq: "XXX")
    with pytest.raises(CheckFailed, match=r"for '(CTA|AAA)'"):
        lab01.check_codon_fractions(lambda g, c: {k: v / 2 for k, v in usage.codon_fractions(g, c).items()})
    with pytest.raises(CheckFailed, match="'NNN' is counted"):
        lab01.check_codon_fractions(lambda g, c: {"NNN": 1.0})
    with pytest.raises(CheckFailed, match="has None for a border"):
        lab01.check_find_orfs(lambda seq, n: [*known.package_orfs(seq, n), (0, None, "+")])
    with pytest.raises(CheckFailed, match="must return a list of"):
        lab01.check_find_orfs(lambda seq, n: [1, 2])


def test_an_error_only_on_the_whole_phage_is_found():
    with pytest.raises(CheckFailed, match=r"on phage lambda .* is missing \(1 missing, 0 too many\)"):
        lab01.check_find_orfs(
            lambda seq, n: Finder(other=by_hand)(seq, n)[: -1 if len(seq) > 40_000 else None]
        )


VIRUS = known.virus_table()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (None, "not filled in yet"),
        ({90: VIRUS[90]}, "keys 90, 180, 300"),
        ({**VIRUS, 300: (1, 2)}, "must be three numbers"),
        ({**VIRUS, 180: (12, 18, 9)}, r"virus_table\[180\]: \+ and - have changed places"),
        ({**VIRUS, 180: (18, 12, 18)}, "not every ORF"),
        ({**VIRUS, 180: (18, 12, 9 / 11)}, "not their share"),
        ({**VIRUS, 180: (30, 30, 9)}, "not their sum"),
        ({**VIRUS, 180: (18, 12, 3)}, "11 times the precision"),
        ({**VIRUS, 180: (18, 12, 9 / 30)}, "the third number is the precision"),
        ({**VIRUS, 300: (8, 1, 6)}, "Do you ask for the same start"),
        ({**VIRUS, 300: (9, 2, 7)}, r"the number of ORFs on \+ and the number of ORFs on - is not right yet"),
    ],
)
def test_the_virus_table_names_its_mistakes(answer, message):
    with pytest.raises(CheckFailed, match=message):
        lab01.check_virus_table(answer)


def test_the_right_virus_table_passes():
    assert VIRUS == {90: (62, 64, 11), 180: (18, 12, 9), 300: (8, 1, 7)}
    lab01.check_virus_table(VIRUS)
    lab01.check_virus_table({key: np.array(row) for key, row in VIRUS.items()} | {60: None})


def test_right_answers_in_another_form_pass():
    lab01.check_reading_frames(lambda seq: (frame for frame in frames_by_hand(seq)))
    lab01.check_score_calls(lambda calls, genes: np.array(known.score_calls(calls, genes)))
    lab01.check_score_calls(
        lambda c, g: [Fraction(x).limit_denominator(10**6) for x in known.score_calls(c, g)]
    )
    lab01.check_find_orfs(lambda seq, n: {(np.int64(a), b, s) for a, b, s in Finder(other=by_hand)(seq, n)})
