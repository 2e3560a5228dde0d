import warnings

import numpy as np
import pytest
from sklearn import metrics as sk

from dnacourse import metrics

RNG = np.random.default_rng(0)
TRUE = RNG.integers(0, 2, (300, 3))
SCORE = np.clip(TRUE * 0.3 + RNG.random((300, 3)) * 0.7, 0, 1)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (metrics.auroc, sk.roc_auc_score),
        (metrics.auprc, sk.average_precision_score),
        (metrics.f1, lambda y, s: sk.f1_score(y, s >= 0.5)),
        (metrics.mcc, lambda y, s: sk.matthews_corrcoef(y, s >= 0.5)),
    ],
)
def test_one_task_or_many_equal_scikit_learn(ours, theirs):
    many = ours(TRUE, SCORE)
    assert many.shape == (3,) and many.tolist() == [theirs(TRUE[:, i], SCORE[:, i]) for i in range(3)]
    one = ours(TRUE[:, 0], SCORE[:, 0])
    assert isinstance(one, float) and one == many[0]


def test_auroc_by_counting_pairs():
    positive, negative = SCORE[TRUE[:, 0] == 1, 0], SCORE[TRUE[:, 0] == 0, 0]
    wins = np.mean(positive[:, None] > negative) + 0.5 * np.mean(positive[:, None] == negative)
    assert metrics.auroc(TRUE[:, 0], SCORE[:, 0]) == pytest.approx(wins)


def test_a_threshold_for_each_task():
    values = metrics.f1(TRUE, SCORE, threshold=[0.2, 0.5, 0.9])
    assert values[1] == metrics.f1(TRUE[:, 1], SCORE[:, 1]) and values[0] != metrics.f1(
        TRUE[:, 0], SCORE[:, 0]
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert metrics.f1([0, 1], [0.1, 0.2]) == 0, "nothing called is no warning"


@pytest.mark.parametrize("metric", [metrics.auroc, metrics.auprc, metrics.f1, metrics.mcc])
def test_a_task_with_one_class_is_nan_and_says_so(metric):
    true = TRUE.copy()
    true[:, 1] = 0
    with pytest.warns(metrics.OneClass, match=r"is NaN: tasks \[1\] hold one class only"):
        values = metric(true, SCORE)
    assert np.isnan(values[1]) and not np.isnan(values[[0, 2]]).any()
    with pytest.warns(metrics.OneClass, match="the truth holds one class only"):
        assert np.isnan(metric(np.ones(5), np.zeros(5)))


def test_best_threshold_has_the_highest_f1_of_all():
    true, score = TRUE[:, 0], SCORE[:, 0]
    best = metrics.best_threshold(true, score)
    assert metrics.f1(true, score, best) == max(metrics.f1(true, score, one) for one in score)
    with pytest.raises(ValueError, match="at least one positive"):
        metrics.best_threshold([0, 0], [0.1, 0.2])


def test_perplexity_of_letters_and_of_tasks():
    assert metrics.perplexity([0, 1, 2, 3], np.full((4, 4), 0.25)) == pytest.approx(4)
    assert metrics.perplexity([0, 1], [[1, 0, 0, 0], [0, 1, 0, 0]]) == pytest.approx(1)
    assert metrics.perplexity([0, 1], [[0.5, 0.5, 0, 0], [0, 0.125, 0.875, 0]]) == pytest.approx(4)
    values = metrics.perplexity(TRUE, np.clip(SCORE, 0.01, 0.99))
    expected = [np.exp(sk.log_loss(TRUE[:, i], np.clip(SCORE[:, i], 0.01, 0.99))) for i in range(3)]
    assert values == pytest.approx(expected)
    assert np.isfinite(metrics.perplexity([1], [[1.0, 0.0]])), "certain and wrong is bad, but a number"
    with pytest.raises(ValueError, match="Are these logits"):
        metrics.perplexity([0], [[2.0, -1.0]])
    with pytest.raises(ValueError, match="fit neither"):
        metrics.perplexity([0, 1], [[0.5, 0.5]])


def test_calibration():
    p = np.repeat([0.05, 0.15, 0.95], [100, 100, 50])
    true = np.concatenate([np.arange(100) < 5, np.arange(100) < 35, np.ones(50)]).astype(int)
    table = metrics.calibration(true, p)
    assert table.index.tolist() == [0, 1, 9] and table["count"].tolist() == [100, 100, 50]
    assert table["observed"].tolist() == [0.05, 0.35, 1] and table["predicted"].tolist() == pytest.approx(
        [0.05, 0.15, 0.95]
    )
    assert metrics.calibration_error(true, p) == pytest.approx((100 * 0 + 100 * 0.2 + 50 * 0.05) / 250)
    assert metrics.calibration([1], [1.0]).index.tolist() == [9]


def test_an_interval_holds_the_value_and_shrinks_with_the_data():
    small = metrics.interval(metrics.auroc, TRUE[:50, 0], SCORE[:50, 0])
    large = metrics.interval(metrics.auroc, TRUE[:, 0], SCORE[:, 0])
    for one in (small, large):
        assert one.low < one.value < one.high
    assert large.high - large.low < 0.6 * (small.high - small.low)
    assert large == metrics.interval(metrics.auroc, TRUE[:, 0], SCORE[:, 0])
    assert large != metrics.interval(metrics.auroc, TRUE[:, 0], SCORE[:, 0], random_state=1)
    assert str(large) == f"{large.value:.3f} ({large.low:.3f} to {large.high:.3f})"
    many = metrics.interval(metrics.auroc, TRUE, SCORE)
    assert many.value == pytest.approx(metrics.auroc(TRUE, SCORE).mean())


def test_the_interval_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(1)
    hits = 0
    for seed in range(60):
        true = rng.integers(0, 2, 200)
        score = true + rng.normal(0, 1, 200)  # the true AUROC is Phi(1 / sqrt 2)
        found = metrics.interval(metrics.auroc, true, score, resamples=100, random_state=seed)
        hits += found.low <= 0.7602 <= found.high
    assert 52 <= hits < 60


def test_the_interval_of_a_mean_is_the_one_of_the_textbook():
    values = np.random.default_rng(2).normal(0, 1, 1500)
    found = metrics.interval(lambda y, s: float(s.mean()), np.zeros(1500), values, resamples=3000)
    half = 1.96 * values.std() / np.sqrt(1500)
    assert found.high - found.value == pytest.approx(half, rel=0.08)
    assert found.value - found.low == pytest.approx(half, rel=0.08)


def test_rows_of_a_group_are_drawn_together():
    """Each row written ten times over is no more evidence than once."""
    true, score = np.repeat(TRUE[:50, 0], 10), np.repeat(SCORE[:50, 0], 10)
    single = metrics.interval(metrics.auroc, TRUE[:50, 0], SCORE[:50, 0])
    naive = metrics.interval(metrics.auroc, true, score)
    grouped = metrics.interval(metrics.auroc, true, score, groups=np.repeat(np.arange(50), 10))
    assert naive.high - naive.low < 0.5 * (single.high - single.low)
    assert grouped.high - grouped.low == pytest.approx(single.high - single.low, rel=0.2)


def test_the_difference_is_measured_on_the_same_rows():
    true, score = TRUE[:, 0], SCORE[:, 0]
    other = score + RNG.normal(0, 0.02, 300)
    found = metrics.interval_of_difference(metrics.auroc, true, score, other)
    assert found.value == pytest.approx(metrics.auroc(true, score) - metrics.auroc(true, other))
    alone = metrics.interval(metrics.auroc, true, score)
    assert found.high - found.low < 0.3 * (alone.high - alone.low)
    assert metrics.interval_of_difference(metrics.auroc, true, score, score) == (0, 0, 0)


def test_drawn_test_sets_without_positives_are_left_out():
    true = np.zeros(30, int)
    true[0] = 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = metrics.interval(metrics.auroc, true, np.linspace(1, 0, 30))
    assert list(found) == pytest.approx([1, 1, 1])
    with pytest.warns(metrics.OneClass):
        assert np.isnan(metrics.interval(metrics.auroc, np.zeros(5), np.arange(5))).all()


@pytest.mark.parametrize(
    ("true", "score", "message"),
    [
        ([0, 1], [0.1], "must both be"),
        ([0, 2], [0.1, 0.2], "must be 0 or 1"),
        ([0, 1], [0.1, np.nan], "1 predictions are NaN"),
        (np.zeros((2, 2, 2)), np.zeros((2, 2, 2)), "must both be"),
    ],
)
def test_bad_input_is_named(true, score, message):
    with pytest.raises(ValueError, match=message):
        metrics.auroc(true, score)


def test_infinite_scores_rank_first_and_last():
    truth = [0, 1, 0, 1]
    assert metrics.auroc(truth, [-np.inf, 3, 2, np.inf]) == 1
    assert metrics.auprc(truth, [-np.inf, 3, 2, -np.inf]) == metrics.auprc(truth, [1, 3, 2, 1])


@pytest.mark.parametrize("metric", [metrics.f1, metrics.mcc, metrics.auroc, metrics.auprc])
def test_nan_is_no_prediction(metric):
    with pytest.raises(ValueError, match="1 predictions are NaN"):
        metric([0, 1, 1], [0.1, np.nan, 0.9])


def test_groups_must_fit_the_rows():
    truth = [0, 1] * 50
    for groups in (np.arange(50), np.arange(150)):
        with pytest.raises(ValueError, match="100 rows, but groups of shape"):
            metrics.interval(metrics.auroc, truth, np.arange(100), groups=groups)


def test_a_task_that_a_resample_lost_is_not_replaced_by_the_others():
    rng = np.random.default_rng(0)
    truth = np.zeros((100, 2), int)
    truth[:50, 0], truth[[3, 60], 1] = 1, 1
    score = np.column_stack([truth[:, 0], rng.random(100)])
    lone = metrics.interval(metrics.auroc, truth[:, 1], score[:, 1])
    both = metrics.interval(metrics.auroc, truth, score)
    assert both.high == pytest.approx((1 + lone.high) / 2, abs=0.02) and both.high < 1


@pytest.mark.parametrize(
    ("truth", "p", "words"),
    [
        ([0, -1], [[0.9, 0.1]] * 2, "whole numbers, 0 to 1"),
        ([0, 4], [[0.9, 0.1]] * 2, "unknown letter"),
        ([0.5, 1], [[0.9, 0.1]] * 2, "whole numbers"),
        ([0, 1], [[1.0, 1.0]] * 2, "must sum to 1"),
        ([[0, 2]], [[0.9, 0.1]], "truth must be 0 or 1"),
        ([], [], "no predictions"),
        ([0, 1], [[3.0], [0.1]], "logits"),
    ],
)
def test_perplexity_refuses_what_is_no_class_or_no_probability(truth, p, words):
    with pytest.raises(ValueError, match=words):
        metrics.perplexity(truth, p)


def test_perplexity_takes_true_and_false_for_classes():
    assert metrics.perplexity([False, True], [[0.9, 0.1], [0.1, 0.9]]) == pytest.approx(1 / 0.9)


def test_calibration_refuses_logits():
    with pytest.raises(ValueError, match="logits"):
        metrics.calibration_error([0, 1], [-3.0, 2.0])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: metrics.interval(metrics.auroc, [0, 1], [0.1, 0.2], confidence=95), "confidence is a share"),
        (lambda: metrics.interval(metrics.auroc, [0, 1], [0.1, 0.2], resamples=0), "a number from 1 on"),
        (lambda: metrics.interval(metrics.auroc, [0, 1], [0.1, 0.2], groups=[1.0, np.nan]), "has no group"),
        (lambda: metrics.f1([0, 1], [0.1, 0.2], np.nan), "a threshold is a number"),
        (lambda: metrics.f1([0, 1], [0.1, 0.2], [0.1, 0.2, 0.3]), "a threshold is a number"),
        (lambda: metrics.calibration([[0, 1]], [[0.1, 0.2]]), "calibration is of one task"),
        (lambda: metrics.calibration_error([], []), "calibration is of one task"),
        (lambda: metrics.calibration([0, 1], [0.1, 0.2], bins=0), "in one bin or more"),
    ],
)  # fmt: skip
def test_settings_that_mean_nothing_are_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
