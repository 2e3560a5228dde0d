"""Lab 04: mistakes written anew, right answers in another form, and the table of borders."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from lab_answers import gradient_by_nudging, loss_by_hand
from torch.nn.functional import binary_cross_entropy_with_logits, softplus

from dnacourse import training
from dnacourse.labs import lab04
from dnacourse.labs.checking import CheckFailed
from dnacourse.labs.lab04 import data, recipes
from dnacourse.labs.lab04 import mistakes as known


def message(check, *answers):
    with pytest.raises(CheckFailed) as failure:
        check(*answers)
    return str(failure.value)


def test_the_right_answers_are_those_of_torch():
    rng = np.random.default_rng(0)
    z, y = rng.normal(size=20) * 300, rng.integers(0, 2, 20).astype(float)
    expected = binary_cross_entropy_with_logits(torch.tensor(z), torch.tensor(y)).item()
    assert known.loss_of(z, y) == pytest.approx(expected) == loss_by_hand(z, y)
    X, w = rng.normal(size=(20, 3)), rng.normal(size=3)
    by_formula, by_nudging = known.gradient(w, 0.2, X, y), gradient_by_nudging(w, 0.2, X, y)
    assert np.allclose(by_formula[0], by_nudging[0], atol=1e-7) and by_formula[1] == pytest.approx(
        by_nudging[1], abs=1e-7
    )


def test_right_answers_in_another_form_pass():
    lab04.check_loss(lambda z, y: np.mean(np.logaddexp(0, z) - z * y))
    lab04.check_loss(lambda z, y: softplus(torch.tensor(z) * (1 - 2 * torch.tensor(y))).mean().numpy())
    lab04.check_loss(lambda z, y: np.float32(known.loss_of(z, y)))
    lab04.check_gradient(lambda w, b, X, y: tuple(known.gradient(w, b, X, y)))
    lab04.check_gradient(lambda w, b, X, y: [np.float32(part) for part in known.gradient(w, b, X, y)])
    lab04.check_batch_rows(
        lambda n, size, seed: np.split(np.random.default_rng(seed).permutation(n), range(size, n, size))
    )
    lab04.check_stopped(lambda losses, patience: np.array(known.stopped(losses, patience)))


@pytest.mark.parametrize(
    ("check", "answer", "words"),
    [
        (lab04.check_loss, lambda z, y: np.logaddexp(0, z) - z * y, "one number for the whole batch"),
        (lab04.check_loss, lambda z, y: -np.mean(np.log(np.where(y == 1, 1 / (1 + np.exp(-z)), 1 - 1 / (1 + np.exp(-z))))), "rounded to 1"),
        (lab04.check_gradient, lambda w, b, X, y: X.T @ (1 / (1 + np.exp(-X @ w - b)) - y) / len(y), "2 things"),
        (lab04.check_batch_rows, lambda n, size, seed: [np.arange(n)[::-1]], "each holds 16"),
        (lab04.check_batch_rows, lambda n, size, seed: [np.arange(1, n + 1)], "There is no row 200"),
        (lab04.check_batch_rows, lambda n, size, seed: np.random.default_rng(seed).permutation(n), "a list of batches"),
        (lab04.check_batch_rows, lambda n, size, seed: [np.random.default_rng(seed).permutation(np.arange(n)[i : i + size]) for i in range(0, n, size)], "neighbours still"),
        (lab04.check_batch_rows, lambda n, size, seed: [[float(row) for row in batch] for batch in known.batch_rows(n, size, seed)], "whole numbers"),
        (lab04.check_backward, lambda *a: known.backward(*a)[:2], "4 things"),
        (lab04.check_stopped, lambda losses, patience: 3, "two numbers"),
        (lab04.check_stopped, lambda losses, patience: (len(losses), 1), "is right"),
    ],
)  # fmt: skip
def test_a_mistake_written_anew_gets_the_right_words(check, answer, words):
    assert words in message(check, answer)


def order_of(n, seed):
    return np.random.default_rng(seed).permutation(n)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda n, size, seed: [order_of(n, seed)[i : i + size - 1] for i in range(0, n, size)], "is missing; the batches have [15,"),
        (lambda n, size, seed: [order_of(n, seed)[i : i + size] for i in range(0, n, size + 1)], "is missing; the batches have [16,"),
        (lambda n, size, seed: [order_of(n - 1, seed)[i : i + size] for i in range(0, n, size)], "row 199 is missing"),
        (lambda n, size, seed: [order_of(n, seed)[i : i + size] for i in range(0, n, size - 1)], "comes more than once"),
        (lambda n, size, seed: [order_of(n, seed)[i : i + size] for i in range(size, n, size)], "is missing"),
        (lambda n, size, seed: [order_of(n, seed)[:size]], "is missing"),
        (lambda n, size, seed: [[]], "row 0 is missing"),
        (lambda n, size, seed: [[], *known.batch_rows(n, size, seed)], "each holds 16, the last what is left"),
        (lambda n, size, seed: [[[row] for row in batch] for batch in known.batch_rows(n, size, seed)], "not rows in rows"),
        (lambda n, size, seed: [[[1, 2], [3]]], "not rows in rows"),
        (lambda n, size, seed: [order_of(n, seed) < size], "yes or no"),
        (lambda n, size, seed: (batch for batch in [1, 2]), "a list of batches"),
    ],
)  # fmt: skip
def test_common_slips_in_cutting_batches_are_told_without_a_crash(answer, words):
    assert words in message(lab04.check_batch_rows, answer)


@given(st.lists(st.lists(st.integers(-1, 200), max_size=20), max_size=20))
def test_any_batches_get_a_sentence(batches):
    assert message(lab04.check_batch_rows, lambda n, size, seed: batches)


@pytest.mark.parametrize(
    ("check", "cheat", "said"),
    [
        (lab04.check_loss, lambda z, y: binary_cross_entropy_with_logits(torch.tensor(z), torch.tensor(y)), "PyTorch's own binary_cross"),
        (lab04.check_gradient, lambda *a: slopes_by_torch(*a), "PyTorch's own"),
        (lab04.check_backward, lambda *a: backward_by_torch(*a), "PyTorch's own"),
        (lab04.check_predict, training.predict, "dnacourse's own"),
    ],
)  # fmt: skip
def test_ready_made_functions_are_noticed(check, cheat, said):
    assert said in message(check, cheat)


def slopes_by_torch(w, b, X, y):
    w, b = torch.tensor(w, requires_grad=True), torch.tensor(b, dtype=torch.float64, requires_grad=True)
    z, y = torch.tensor(X) @ w + b, torch.tensor(y)
    return torch.autograd.grad((softplus(z) - z * y).mean(), (w, b))


def backward_by_torch(X, y, W, c, v, d):
    weights = [torch.tensor(part, requires_grad=True) for part in (W, c, v, np.float64(d))]
    z = (torch.tensor(X) @ weights[0] + weights[1]).relu() @ weights[2] + weights[3]
    (softplus(z) - z * torch.tensor(y)).mean().backward()
    return tuple(weight.grad.numpy() for weight in weights)


def test_one_wrong_slope_is_named_and_shown_alone():
    def forgetful(*arguments):
        along = known.backward(*arguments)
        return [along[0], (2 * np.array(along[1])).tolist(), *along[2:]]

    said = message(lab04.check_backward, forgetful)
    assert "the slopes along c: you give" in said and said.count("array") < 8


RIGHT, VALIDATION = data.border_aurocs(), data.MEASURED["validation"]
RECIPE = recipes.border_auroc


def test_what_was_measured_once_is_still_what_the_recipe_gives():
    for name, values in data.MEASURED["test"].items():
        assert np.allclose(RIGHT[name], values, atol=0.001)


@pytest.mark.parametrize(("wrong", "said"), recipes.RECIPES.items())
def test_a_recipe_that_was_changed_is_named(wrong, said):
    assert message(lab04.check_border_table, wrong, RIGHT).startswith(said)


def test_a_seed_that_is_missing_or_too_late_is_named():
    def unseeded(hidden, seed, data):
        torch.manual_seed(torch.initial_seed() + 1)
        return recipes.auroc_of(data_trained(hidden, seed, data), data["test"])

    def data_trained(hidden, seed, rows):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(torch, "manual_seed", lambda seed: None)
            return data.trained(hidden, seed, rows)

    assert message(lab04.check_border_table, unseeded, RIGHT) == recipes.SEEDED_TOO_LATE


def test_typed_in_numbers_and_data_from_outside_do_not_pass():
    assert "made-up rows" in message(lab04.check_border_table, lambda hidden, seed, data: 0.99, RIGHT)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "not filled in yet"),
        ({"neurons": 0.9}, "with the keys 'neurons', 'networks'"),
        (RIGHT | {"networks": 0.98}, "a list of 3 AUROCs"),
        (RIGHT | {"networks": RIGHT["networks"][:1] * 3}, "did each get its own seed"),
        (VALIDATION, "on the validation part"),
        ({name: np.round(values, 3) for name, values in RIGHT.items()}, "is rounded"),
        ({name: np.round(values, 4) for name, values in RIGHT.items()}, "is rounded"),
        ({name: [100 * value for value in values] for name, values in RIGHT.items()}, "not in percent"),
        ({name: [1 - value for value in values] for name, values in RIGHT.items()}, "below one half"),
        (RIGHT | {"networks": RIGHT["networks"][::-1]}, "in another order"),
        (RIGHT | {"neurons": [0.9, 0.91, 0.92]}, "border_table['neurons'] is [0.9, 0.91, 0.92]"),
        (RIGHT | {"neurons": ["0.98 or so", 1, 2]}, "must be a list of 3 AUROCs"),
    ],
)  # fmt: skip
def test_the_table_names_its_mistakes(answer, words):
    assert words in message(lab04.check_border_table, RECIPE, answer)


def test_no_sequence_of_a_part_is_in_another():
    parts = [{row.tobytes() for row in X} for X, _ in lab04.splice().values()]
    assert not parts[0] & parts[1] and not parts[0] & parts[2] and not parts[1] & parts[2]
