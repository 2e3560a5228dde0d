"""Lab 03: mistakes written anew, cheating, and right answers in another form."""

import numpy as np
import pytest
from lab_answers import auroc, average_precision, tune_by_hand
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from dnacourse import kmers, metrics
from dnacourse.labs import lab03
from dnacourse.labs.checking import CheckFailed
from dnacourse.labs.lab03 import data
from dnacourse.labs.lab03 import mistakes as known


def message(check, answer):
    with pytest.raises(CheckFailed) as failure:
        check(answer)
    return str(failure.value)


@pytest.mark.parametrize(
    ("check", "answer", "words"),
    [
        (lab03.check_count_words, lambda s, k: [s.count(w) for w in known.words_of(k)], "passes over overlaps"),
        (lab03.check_count_words, lambda s, k: CountVectorizer(analyzer="char", ngram_range=(k, k), lowercase=False, vocabulary=known.words_of(k)).transform([s]).toarray()[0], "scikit-learn's own functions (sklearn.feature_extraction"),
        (lab03.check_count_words, lambda s, k: kmers.count_kmers([s], (k,))[0], "calls dnacourse's own"),
        (lab03.check_f1, lambda t, c: f1_score(t, c, average="macro"), "but"),
        (lab03.check_f1, lambda t, c: sum(a == b == 1 for a, b in zip(t, c, strict=True)) / sum(c), "ZeroDivisionError"),
        (lab03.check_auroc, lambda t, s: metrics.auroc(t, s), "calls dnacourse's own"),
        (lab03.check_auroc, lambda t, s: 0.5, "you give 0.5, but"),
        (lab03.check_best_score, lambda s, w: max(s), "you give 'T'"),
        (lab03.check_tune, lambda settings, data: 3, "must return two numbers"),
        (lab03.check_tune, lambda s, d: (known.tune(s, d), [d.test for _ in s])[0], "was opened 5 times"),
        (lab03.check_tune, lambda s, d: known.tune(s, d), "was not opened"),
        (lab03.check_tune, lambda s, d: tune_by_hand(lab03.SETTINGS, data.made_up_held(27)), "no names from outside"),
        (lab03.check_f1, lambda t, c: f1_score(t, c, zero_division=0), "calls scikit-learn's own functions (sklearn.metrics"),
        (lab03.check_tune, lambda settings, data: (0.5, 0.7), "is not right yet"),
    ],
)  # fmt: skip
def test_a_mistake_written_anew_gets_the_right_words(check, answer, words):
    assert words in message(check, answer)


def test_right_answers_in_another_form_pass():
    lab03.check_count_words(lambda s, k: np.array(known.count_words(s, k)))
    lab03.check_f1(lambda t, c: np.float32(2 * np.dot(t, c) / max(sum(t) + sum(c), 1)))
    lab03.check_auroc(lambda t, s: np.float32(auroc(t, s)))
    lab03.check_average_precision(lambda t, s: np.array(average_precision(t, s)))
    lab03.check_tune(lambda settings, data: np.array(tune_by_hand(settings, data)))


def test_the_right_answers_are_scikit_learns():
    rng = np.random.default_rng(0)
    truth, scores = rng.integers(0, 2, 60).tolist(), rng.random(60).round(1).tolist()
    called = [int(score > 0.6) for score in scores]
    assert known.f1_of(truth, called) == pytest.approx(f1_score(truth, called))
    assert auroc(truth, scores) == pytest.approx(roc_auc_score(truth, scores))
    spread = rng.permutation(60).tolist()
    assert average_precision(truth, spread) == pytest.approx(average_precision_score(truth, spread))


@pytest.mark.parametrize(("settings", "number"), data.TUNED_ON)
def test_the_three_parts_of_exercise_6_choose_differently(settings, number):
    """Else a C that was chosen on the wrong part could not be told from the right one."""
    held = data.made_up_held(number)
    models = {C: lab03.fit(C, *held.train) for C in settings}
    areas = {
        name: [known._area(model, held.peek(name)) for model in models.values()]
        for name in ("train", "validation", "test")
    }
    best = {name: settings[int(np.argmax(values))] for name, values in areas.items()}
    assert len(set(best.values())) == 3 and best["validation"] not in (settings[0], settings[-1])
    first, second = sorted(areas["validation"])[:-3:-1]
    assert first > second + 0.002


def test_looks_at_the_test_part_are_counted():
    held = lab03.pum2_held()
    assert held.opened == 0 and held.test[0].shape[1] == 340 and held.opened == 1
    assert "opened 1 times" in repr(held)


def test_promoter_windows_lie_between_genes_that_point_apart():
    tokens, labels, parts = lab03.ecoli_promoters()
    assert (
        tokens.shape == (1665, 100)
        and labels.sum() == 1268
        and [len(part) for part in parts] == [966, 319, 380]
    )


TABLE = known.promoter_table()


def test_the_right_table_passes():
    assert TABLE["C"] == 0.01 and round(TABLE["A and T"], 2) == 0.70 and round(TABLE["k-mers"], 2) == 0.76
    lab03.check_promoter_table(TABLE)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "not filled in yet"),
        ({"k-mers": 0.7}, "with the keys 'A and T', 'k-mers', 'C'"),
        (TABLE | {"A and T": 1 - TABLE["A and T"]}, "the AUROC of G and C"),
        (TABLE | {"A and T": 0.6}, "is 0.6, which is not right yet. The share of A and T"),
        (TABLE | {"C": 0.1}, "promoter_table['C'] is 0.1, which is not right yet. It comes with the AUROC"),
    ],
)
def test_the_promoter_table_names_its_mistakes(answer, words):
    assert words in message(lab03.check_promoter_table, answer)
