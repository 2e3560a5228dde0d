import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sklearn import metrics as sk

from dnacourse import metrics
from dnacourse.probabilities import equal_bins

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
        (lambda: metrics.calibration([0, 1], [0.1, 0.2], bins=0), "bins must be a whole number from 1 on"),
    ],
)  # fmt: skip
def test_settings_that_mean_nothing_are_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()


numbers_of_any_size = st.sampled_from(
    [-np.inf, -1e308, -1e300, -1.0, -5e-324, 0.0, 1e-300, 0.1, 0.3, 0.7, 1.0, 1e17, 1e17 + 16, 1e308, np.inf]
) | st.floats(allow_nan=False)
rows_with_both_classes = st.lists(
    st.tuples(st.booleans(), numbers_of_any_size), min_size=2, max_size=30
).filter(lambda rows: len({label for label, _ in rows}) == 2)


@given(rows_with_both_classes, st.sampled_from([np.float64, np.float32, np.float16]))
@example([(True, 1e17), (False, np.inf)], np.float64)
@example([(True, -1e300), (False, -np.inf)], np.float64)
def test_best_threshold_keeps_its_promise_whatever_the_scores(rows, dtype):
    with np.errstate(over="ignore"):
        true, score = (
            np.array([label for label, _ in rows]),
            np.array([value for _, value in rows]).astype(dtype),
        )
    best = metrics.best_threshold(true, score)
    promised = max(2 * (true & (score >= one)).sum() / ((score >= one).sum() + true.sum()) for one in score)
    assert metrics.f1(true, score, best) == promised
    assert metrics.f1(true, score, float(repr(best))) == promised


@given(rows_with_both_classes)
@example([(True, 1e17), (False, np.inf)])
@example([(True, -1e300), (False, -np.inf)])
@example([(True, 1e308), (False, -1e308)])
def test_auroc_counts_pairs_whatever_the_scores(rows):
    true, score = np.array([label for label, _ in rows]), np.array([value for _, value in rows])
    up, down = score[true][:, None], score[~true]
    wins = (up > down).sum() + (up == down).sum() / 2
    assert metrics.auroc(true, score) == pytest.approx(wins / (up.size * down.size))
    ranks = np.searchsorted(np.unique(score), score)
    assert metrics.auprc(true, score) == pytest.approx(metrics.auprc(true, ranks))


def test_large_and_infinite_scores_differ():
    assert metrics.auroc([1, 0, 0], [1e17, np.inf, 0]) == 0.5
    assert metrics.auroc([1, 0], [-1e300, -np.inf]) == 1 and metrics.auroc([0, 1], [1e300, np.inf]) == 1
    two = np.array([[1e17, -np.inf], [np.inf, -1e300]])
    assert metrics.auroc([[0, 0], [1, 1]], two).tolist() == [1, 1]
    assert metrics.f1([1, 0], np.float32([0, -np.inf]), -1e300) == 1


def test_a_float32_score_is_called_at_the_number_that_it_is_printed_as():
    score = np.float32([0.7, 0.2])
    assert metrics.f1([1, 0], score, 0.7) == metrics.mcc([1, 0], score, 0.7) == 1


@pytest.mark.parametrize(
    "metric",
    [metrics.auroc, metrics.auprc, metrics.f1, metrics.mcc, metrics.best_threshold, metrics.calibration,
     lambda y, s: metrics.interval(metrics.auroc, y, s),
     lambda y, s: metrics.interval_of_difference(metrics.auroc, y, s, s)],
)  # fmt: skip
def test_one_task_in_two_shapes_is_explained_by_every_metric(metric):
    true, score = TRUE[:, 0], SCORE[:, 0]
    with pytest.raises(ValueError, match=r"one task: give the first column of the truth, \[:, 0\]"):
        metric(true[:, None], score)
    with pytest.raises(ValueError, match=r"one task: give the first column of the predictions, \[:, 0\]"):
        metric(true, score[:, None])


def test_perplexity_explains_classes_in_a_column():
    with pytest.raises(ValueError, match=r"For classes give y_true\[:, 0\]"):
        metrics.perplexity([[0], [1]], [[0.9, 0.1], [0.1, 0.9]])


def test_columns_lists_text_and_yes_and_no_are_numbers():
    true, score = [0, 1, 1], [0.1, 0.7, 0.4]
    expected = metrics.f1(true, score)
    for same_true in (
        pd.Series(true, index=[5, 6, 7]),
        [False, True, True],
        ["0", "1", "1"],
        np.float32(true),
    ):
        assert metrics.f1(same_true, pd.Series(score, index=[9, 8, 7])) == expected
    assert (
        metrics.f1(true, np.array(score, dtype=object)) == metrics.f1(true, ["0.1", "0.7", "0.4"]) == expected
    )
    assert metrics.auroc(true, [False, True, True]) == 1
    assert metrics.auroc(pd.DataFrame({"a": true}), pd.DataFrame({"a": score})).tolist() == [1]


@pytest.mark.parametrize(
    ("true", "score", "words"),
    [
        (["no", "yes"], [0.1, 0.2], "the truth must be numbers, and 'no' is none"),
        ([0, 1], ["0.1", "high"], "the predictions must be numbers, and 'high' is none"),
        ([0, pd.NA], [0.1, 0.2], "the truth must be numbers, and <NA> is none"),
        ([0, None], [0.1, 0.2], "the truth must be 0 or 1"),
        ([0, 1], [0.1, None], "1 predictions are NaN"),
        ([0, 1], [[0.1], [0.2, 0.3]], "the predictions make no array"),
        ([0, 1], np.array([1j, 2]), "the predictions must be numbers"),
        ([0, 1], np.array(["2020-01-01"] * 2, "M8[D]"), "the predictions must be numbers"),
        ([0, 1], {"a": 1}, "the predictions must be numbers"),
    ],
)
def test_what_is_no_number_is_named(true, score, words):
    for metric in (metrics.auroc, metrics.f1, metrics.best_threshold, metrics.calibration):
        with pytest.raises(ValueError, match=words):
            metric(true, score)


@pytest.mark.parametrize(
    ("share", "bins", "expected"), [(0.29, 100, 29), (0.58, 50, 29), (0.57, 100, 57), (1.0, 10, 9)]
)
def test_a_bin_begins_at_its_edge(share, bins, expected):
    for value in (share, np.float32(share)):
        assert metrics.calibration([1], [value], bins).index.tolist() == [expected]


@given(st.integers(1, 200), st.data())
def test_every_edge_belongs_to_the_bin_above(bins, data):
    number = data.draw(st.integers(0, bins - 1))
    below = np.nextafter(number / bins, 0)
    assert equal_bins([number / bins, below], bins).tolist() == [number, max(number - 1, 0)]


def test_every_metric_says_which_way_it_goes():
    for metric in (metrics.auroc, metrics.auprc, metrics.f1, metrics.mcc):
        assert metric.higher_is_better is True
    assert metrics.perplexity.higher_is_better is metrics.calibration_error.higher_is_better is False
