"""Lab 06: right answers in another form, mistakes written anew, and the shared network."""

import warnings

import numpy as np
import pytest
import torch
from sklearn.exceptions import UndefinedMetricWarning
from torch.nn.functional import binary_cross_entropy_with_logits

from dnacourse import metrics
from dnacourse.datasets.matfiles import tokens_of
from dnacourse.labs import lab06
from dnacourse.labs.checking import CheckFailed
from dnacourse.labs.lab06 import data, recipes
from dnacourse.labs.lab06 import mistakes as known


def message(check, *answers):
    with pytest.raises(CheckFailed) as failure:
        check(*answers)
    return str(failure.value)


def test_the_right_answers_are_those_of_the_package_and_of_torch():
    rng = np.random.default_rng(0)
    y, p = (rng.random((300, 4)) < 0.3).astype(int), rng.random((300, 4))
    assert known.aurocs_of(y, p) == pytest.approx(metrics.auroc(y, p))
    assert known.perplexity_of(y, p) == pytest.approx(np.exp(np.log(metrics.perplexity(y, p)).mean()))
    assert known.thresholds_of(y, p)[2] == pytest.approx(metrics.best_threshold(y[:, 2], p[:, 2]))
    z = rng.normal(size=(30, 4))
    expected = binary_cross_entropy_with_logits(torch.tensor(z), torch.tensor(y[:30], dtype=torch.float64))
    assert known.loss_of(z, y[:30].astype(float)) == pytest.approx(expected.item())


def test_the_bundles_order_is_that_of_the_reader():
    x = np.zeros((9, 4, 6), np.uint8)
    channels = np.random.default_rng(0).integers(0, 4, (9, 6))
    x[np.arange(9)[:, None], channels, np.arange(6)] = 1
    x[2, :, 3] = 0
    assert known.tokens_of(x) == tokens_of(x.transpose(1, 2, 0), "here").tolist()


def test_right_answers_in_another_form_pass():
    def by_torch(z, y):
        there = ~torch.isnan(torch.tensor(y))
        return binary_cross_entropy_with_logits(torch.tensor(z)[there], torch.tensor(y)[there])

    lab06.check_loss(by_torch)
    lab06.check_aurocs(lambda y, p: np.array(known.aurocs_of(y, p), np.float32))
    lab06.check_perplexity(lambda y, p: np.array([known.perplexity_of(y, p)]))
    lab06.check_tokens(lambda x: np.array(known.tokens_of(x), np.uint8))


def test_any_threshold_that_is_as_good_passes():
    def halfway(y, p):
        """Between the chosen probability and the one below it: the same calls."""
        chosen = known.thresholds_of(y, p)
        return np.array([(t + max(c[c < t], default=t)) / 2 for t, c in zip(chosen, p.T, strict=True)])

    lab06.check_thresholds(halfway)


@pytest.mark.parametrize(
    ("check", "answer", "words"),
    [
        (lab06.check_loss, lambda z, y: np.nan_to_num(y) * 0, "is right"),
        (lab06.check_loss, lambda z, y: "low", "Give one number"),
        (lab06.check_aurocs, lambda y, p: [0.5] * y.shape[1], "is right"),
        (lab06.check_thresholds, lambda y, p: [0.3] * y.shape[1], "is right"),
        (lab06.check_thresholds, lambda y, p: 0.4, "is right"),
        (lab06.check_perplexity, lambda y, p: np.exp(-np.mean(y * np.log(p))), "not counted"),
        (lab06.check_tokens, lambda x: x.argmax(axis=1).T, "an unknown letter has become an A"),
    ],
)  # fmt: skip
def test_a_mistake_written_anew_gets_the_right_words(check, answer, words):
    assert words in message(check, answer)


def test_the_package_is_not_a_way_round_the_exercise():
    def with_package(y, p):
        return [metrics.best_threshold(a, b) for a, b in zip(y.T, p.T, strict=True)]

    assert "calls dnacourse's own" in message(lab06.check_thresholds, with_package)


RIGHT, VALIDATION = data.shared_auprcs(), data.MEASURED["validation", "auprc"]
RECIPE = recipes.mean_auprc


def test_what_was_measured_once_is_still_what_the_recipe_gives():
    for name, values in data.MEASURED["test", "auprc"].items():
        assert np.allclose(RIGHT[name], values, atol=0.003)


@pytest.mark.parametrize(("wrong", "said"), recipes.RECIPES.items())
def test_a_recipe_that_was_changed_is_named(wrong, said):
    assert message(lab06.check_shared, wrong, RIGHT).startswith(said)


def test_a_seed_that_is_missing_is_named():
    def unseeded(kind, seed, rows):
        return float(
            np.mean(metrics.auprc(rows["test"][1], data.logits_of_kind(kind, seed, rows, seeded=False)))
        )

    assert message(lab06.check_shared, unseeded, RIGHT) == recipes.SEEDED_TOO_LATE


def test_what_warns_does_not_pass_even_where_its_numbers_are_right():
    def careless(y, p):
        warnings.warn("Only one class is present", UndefinedMetricWarning, stacklevel=1)
        return known.aurocs_of(y, p)

    assert "scikit-learn warns" in message(lab06.check_aurocs, careless)


def test_large_losses_may_be_computed_in_32_bits():
    lab06.check_loss(lambda z, y: np.float32(known.loss_of(z, y)))


def test_the_right_table_passes_in_any_form():
    lab06.check_shared(RECIPE, RIGHT)
    lab06.check_shared(
        RECIPE, {kind: np.array(values)[:, None] for kind, values in RIGHT.items()} | {"more": 1}
    )


def test_what_the_lab_claims_of_its_table():
    for part, low, high in ((RIGHT, 0.005, 0.025), (VALIDATION, 0.001, 0.012)):
        gains = np.subtract(part["one network"], part["eight networks"])
        assert (gains > low).all() and (gains < high).all()
    assert max(np.ptp(RIGHT[kind]) for kind in RIGHT) < 0.005


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "not filled in yet"),
        ({"one network": [0.2, 0.2]}, "with the keys 'one network', 'eight networks'"),
        (RIGHT | {"one network": 0.28}, "a list of 2 mean AUPRCs"),
        (VALIDATION, "the AUPRCs on the validation part"),
        (data.MEASURED["train", "auprc"], "the AUPRCs on the train part"),
        (data.MEASURED["test", "auroc"], "the AUROCs on the test part"),
        (data.MEASURED["test", "pooled"], "over all labels together on the test part"),
        ({kind: np.round(values, 3) for kind, values in RIGHT.items()}, "is rounded"),
        ({kind: np.round(values, 2) for kind, values in RIGHT.items()}, "is rounded"),
        ({kind: [values[0]] * 2 for kind, values in RIGHT.items()}, "the same number twice"),
        ({kind: [np.mean(values)] * 2 for kind, values in RIGHT.items()}, "the same number twice"),
        (RIGHT | {"one network": [RIGHT["one network"][0], RIGHT["one network"][0] + 1e-4]}, "which is near"),
        ({kind: np.array(values) - 0.003 for kind, values in RIGHT.items()}, "which is near"),
        (RIGHT | {"one network": np.full((2, 8), 0.28)}, "take the mean; yours has the shape (2, 8)"),
        (RIGHT | {"one network": [[0.2, 0.3, 0.4], [0.2, 0.3, 0.4]]}, "one number for each seed"),
        ({kind: values[::-1] for kind, values in RIGHT.items()}, "in another order"),
        (dict(zip(RIGHT, list(RIGHT.values())[::-1], strict=True)), "changed places"),
        (RIGHT | {"eight networks": [0.2, 0.21]}, "shared['eight networks'] is [0.2, 0.21]"),
        (RIGHT | {"eight networks": ["low", 0.2]}, "must be a list of 2 mean AUPRCs"),
    ],
)  # fmt: skip
def test_the_table_names_its_mistakes(answer, words):
    assert words in message(lab06.check_shared, RECIPE, answer)


def test_no_bin_is_in_two_parts_and_columns_are_scaled_on_training_bins():
    X, _ = lab06.fly()["train"]
    assert np.allclose(X.mean(axis=0), 0, atol=1e-3) and np.allclose(X.std(axis=0), 1, atol=1e-3)
    assert not np.allclose(lab06.fly()["test"][0].mean(axis=0), 0, atol=1e-3)
