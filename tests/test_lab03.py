"""Each check passes the right answer, fails the stub, and names each mistake it claims to know."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from dnacourse import kmers, metrics
from dnacourse.labs import lab03
from dnacourse.labs import lab03_mistakes as known
from dnacourse.labs.checks import CheckFailed


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


RIGHT = {
    lab03.check_count_words: known.count_words,
    lab03.check_f1: known.f1_of,
    lab03.check_auroc: auroc,
    lab03.check_average_precision: average_precision,
    lab03.check_best_score: known.best_score,
    lab03.check_tune: known.tune,
}
MISTAKES = [
    (check, wrong, diagnosis)
    for check, mistakes in {
        lab03.check_count_words: known.COUNTS,
        lab03.check_f1: known.F1S,
        lab03.check_auroc: known.RANKS,
        lab03.check_average_precision: known.AREAS,
        lab03.check_best_score: known.SITES,
        lab03.check_tune: known.TUNINGS,
    }.items()
    for wrong, diagnosis in mistakes.items()
]


def message(check, answer):
    with pytest.raises(CheckFailed) as failure:
        check(answer)
    return str(failure.value)


@pytest.mark.parametrize("check", RIGHT)
def test_the_right_answer_passes(check, capsys):
    check(RIGHT[check])
    assert capsys.readouterr().out.startswith("✓ Exercise")


@pytest.mark.parametrize("check", RIGHT)
def test_the_stub_is_told_to_be_written(check):
    def stub(*arguments):
        raise NotImplementedError

    assert "`stub` is not written yet" in message(check, stub)


@pytest.mark.parametrize(("check", "wrong", "diagnosis"), MISTAKES)
def test_each_mistake_is_named(check, wrong, diagnosis):
    assert message(check, wrong).endswith(diagnosis)


@pytest.mark.parametrize(
    ("check", "answer", "words"),
    [
        (lab03.check_count_words, lambda s, k: [s.count(w) for w in known.words_of(k)], "passes over overlaps"),
        (lab03.check_count_words, lambda s, k: kmers.count_kmers([s], (k,))[0], "calls dnacourse's own"),
        (lab03.check_f1, lambda t, c: f1_score(t, c, average="macro"), "but"),
        (lab03.check_f1, lambda t, c: sum(a == b == 1 for a, b in zip(t, c, strict=True)) / sum(c), "ZeroDivisionError"),
        (lab03.check_auroc, lambda t, s: metrics.auroc(t, s), "calls dnacourse's own"),
        (lab03.check_auroc, lambda t, s: 0.5, "you give 0.5, but"),
        (lab03.check_best_score, lambda s, w: max(s), "you give 'T'"),
        (lab03.check_tune, lambda settings, data: 3, "must return two numbers"),
        (lab03.check_tune, lambda s, d: (known.tune(s, d), [d.test for _ in s])[0], "was opened 5 times"),
        (lab03.check_tune, lambda settings, data: (0.5, 0.7), "is not right yet"),
    ],
)  # fmt: skip
def test_a_mistake_written_anew_gets_the_right_words(check, answer, words):
    assert words in message(check, answer)


def test_right_answers_in_another_form_pass():
    lab03.check_count_words(lambda s, k: np.array(known.count_words(s, k)))
    lab03.check_f1(lambda t, c: f1_score(t, c, zero_division=0))
    lab03.check_auroc(lambda t, s: roc_auc_score(t, s))
    lab03.check_average_precision(lambda t, s: np.float64(average_precision_score(t, s)))
    lab03.check_tune(lambda settings, data: np.array(known.tune(settings, data)))


def test_the_three_parts_of_exercise_6_choose_differently():
    """Else a C that was chosen on the wrong part could not be told from the right one."""
    data = lab03.pum2_held()
    best = {
        name: max(lab03.SETTINGS, key=lambda C: known._area(lab03.fit(C, *data.train), data.peek(name)))
        for name in ("train", "validation", "test")
    }
    assert len(set(best.values())) == 3 and best["validation"] not in (lab03.SETTINGS[0], lab03.SETTINGS[-1])


def test_looks_at_the_test_part_are_counted():
    data = lab03.pum2_held()
    assert data.opened == 0 and data.test[0].shape[1] == 340 and data.opened == 1
    assert "opened 1 times" in repr(data)


def test_promoter_windows_lie_between_genes_that_point_apart():
    tokens, labels, parts = lab03.ecoli_promoters()
    assert (
        tokens.shape == (1665, 100)
        and labels.sum() == 1268
        and [len(part) for part in parts] == [966, 319, 380]
    )


TABLE = lab03.promoter_table()


def test_the_right_table_passes():
    assert TABLE["C"] == 0.01 and round(TABLE["A and T"], 2) == 0.70 and round(TABLE["k-mers"], 2) == 0.76
    lab03.check_promoter_table(TABLE)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "not filled in yet"),
        ({"k-mers": 0.7}, "with the keys 'A and T', 'k-mers', 'C'"),
        (TABLE | {"A and T": 1 - TABLE["A and T"]}, "the AUROC of G and C"),
        (TABLE | {"A and T": 0.6}, "is not right yet: the share of A and T"),
        (TABLE | {"C": 0.1}, "C or the AUROC of the k-mers is not right yet"),
    ],
)
def test_the_promoter_table_names_its_mistakes(answer, words):
    assert words in message(lab03.check_promoter_table, answer)
