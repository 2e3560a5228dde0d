"""Lab 05: right answers in another form, mistakes written anew, and the crossed table."""

import numpy as np
import pytest
import torch
from scipy.signal import correlate

from dnacourse.labs import lab05
from dnacourse.labs.checking import CheckFailed
from dnacourse.labs.lab05 import data, recipes
from dnacourse.labs.lab05 import mistakes as known
from dnacourse.models.basset import Basset
from dnacourse.models.deepbind import DeepBind
from dnacourse.models.deepsea import DeepSEA


def message(check, *answers):
    with pytest.raises(CheckFailed) as failure:
        check(*answers)
    return str(failure.value)


def test_the_sizes_are_those_of_the_models():
    deepsea = sum(parameters for _, parameters in known.sizes(1000, data.DEEPSEA))
    assert deepsea == sum(p.numel() for p in DeepSEA().parameters()) == 52_843_119
    basset = known.sizes(600, data.BASSET)
    norms = 2 * (300 + 200 + 200 + 1000 + 1000)  # batch normalisation, which the exercise leaves out
    assert sum(p for _, p in basset) + norms == sum(p.numel() for p in Basset().parameters())
    assert [2000] in [shape for shape, _ in basset]


def test_right_answers_in_another_form_pass():
    lab05.check_scan(
        lambda X, k: np.array(
            [np.sum(X[:, i : i + k.shape[1]] * k) for i in range(X.shape[1] - k.shape[1] + 1)], np.float32
        )
    )
    lab05.check_pooled(lambda a, t: tuple(max(0, *(a[i] - t[i])) for i in range(len(t))))
    lab05.check_pooled(lambda a, t: torch.relu(torch.tensor(a) - torch.tensor(t)[:, None]).amax(1))
    lab05.check_best_answer(lambda x, k: np.array([max(known._best(x, k), known._best(x, k[::-1, ::-1]))]))
    lab05.check_sizes(lambda n, layers: [(tuple(shape), np.int64(p)) for shape, p in known.sizes(n, layers)])
    lab05.check_motif_of(lambda x, k: torch.tensor(known.motif_of(x, k)))


@pytest.mark.parametrize(
    ("check", "answer", "words"),
    [
        (lab05.check_scan, lambda X, k: np.correlate(X.ravel(), k.ravel(), "valid"), "but there are 4"),
        (lab05.check_scan, lambda X, k: [sum(np.convolve(X[r], k[r], "valid")[i] for r in range(4)) for i in range(X.shape[1] - k.shape[1] + 1)], "turned round"),
        (lab05.check_pooled, lambda a, t: np.clip(a.T - t, 0, None).max(axis=1), "over the kernels"),
        (lab05.check_pooled, lambda a, t: np.maximum(a - t, 0).max(1), "Make a column of it: thresholds[:, None]."),
        (lab05.check_scan, lambda X, k: [(X[:, i : i + k.shape[1]] * k).sum() for i in range(X.shape[1])], "hangs over the end"),
        (lab05.check_sizes, lambda n, layers: [*known.sizes(n, layers)[:-1], ((2,), 82)], "at place 5, counted from 0"),
        (lab05.check_best_answer, lambda x, k: 7.5, "take the higher of the two best answers"),
        (lab05.check_best_answer, lambda x, k: "high", "Give one number"),
        (lab05.check_best_answer, lambda x, k: [1.0, 2.0], "Give one number"),
        (lab05.check_sizes, lambda n, layers: [((4, n), 0) for _ in layers], "is right"),
        (lab05.check_motif_of, lambda x, k: np.full_like(k, 0.25), "is right"),
    ],
)  # fmt: skip
def test_a_mistake_written_anew_gets_the_right_words(check, answer, words):
    assert words in message(check, answer)


def test_the_package_is_not_a_way_round_the_exercise():
    from dnacourse.motifs import scan

    def with_package(X, k):
        return scan(X.argmax(axis=0)[None].astype(np.uint8), k, both_strands=False)[0]

    assert "calls dnacourse's own motifs.scan" in message(lab05.check_scan, with_package)


def scan_by_torch(X, k):
    return torch.conv1d(torch.tensor(X)[None], torch.tensor(k)[None])[0, 0].numpy()


@pytest.mark.parametrize(
    ("cheat", "said"),
    [
        (lambda X, k: np.sum([np.correlate(X[row], k[row], "valid") for row in range(4)], axis=0), "NumPy's own correlate"),
        (lambda X, k: np.sum([np.convolve(X[row], k[row][::-1], "valid") for row in range(4)], axis=0), "NumPy's own convolve"),
        (scan_by_torch, "PyTorch's own conv1d"),
        (lambda X, k: correlate(X, k, "valid")[0], "SciPy's own correlate"),
    ],
)  # fmt: skip
def test_a_ready_made_convolution_is_noticed(cheat, said):
    assert said in message(lab05.check_scan, cheat)


RIGHT, RECIPE = data.crossed_aurocs(), recipes.train_on


def test_what_was_measured_once_is_still_what_the_recipe_gives():
    assert all(abs(RIGHT[pair] - value) < 0.03 for pair, value in data.MEASURED["test"].items())


@pytest.mark.parametrize(("wrong", "said"), recipes.RECIPES.items())
def test_a_recipe_that_was_changed_is_named(wrong, said):
    assert message(lab05.check_crossed, wrong, RIGHT).startswith(said)


def test_no_model_and_no_seed_are_named():
    assert message(lab05.check_crossed, lambda task: 0.9, RIGHT) == recipes.NO_MODEL
    assert message(lab05.check_crossed, lambda task: DeepBind(motifs=4), RIGHT) == recipes.SEEDED_TOO_LATE


def test_the_right_table_passes_in_any_form():
    lab05.check_crossed(RECIPE, RIGHT)
    lab05.check_crossed(RECIPE, {key: np.array([value]) for key, value in RIGHT.items()} | {"more": 1})


def test_what_the_lab_claims_of_its_table():
    assert RIGHT["mafk", "mafk"] > 0.98 and RIGHT["mafk", "shuffles"] < 0.65
    assert RIGHT["shuffles", "mafk"] > RIGHT["shuffles", "shuffles"] - 0.06


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "not filled in yet"),
        ({("shuffles", "shuffles"): 0.9}, "with the keys ('shuffles', 'shuffles')"),
        (data.MEASURED["validation"], "on the validation parts"),
        (data.MEASURED["train"], "on the train parts"),
        ({(a, b): RIGHT[b, b] for a, b in RIGHT}, "with the network that was trained on it"),
        ({key: round(value, 3) for key, value in RIGHT.items()}, "is rounded"),
        ({"shuffles": {"shuffles": 0.9}}, "('shuffles', 'mafk') is missing"),
        ({key: 100 * value for key, value in RIGHT.items()}, "not in percent"),
        ({key: 1 - value for key, value in RIGHT.items()}, "1 minus the AUROC"),
        ({(b, a): value for (a, b), value in RIGHT.items()}, "have changed places"),
        ({(a, b): RIGHT[a, a] for a, b in RIGHT}, "its own kind in both places"),
        (RIGHT | {("mafk", "shuffles"): 0.7}, "crossed[('mafk', 'shuffles')] is 0.7"),
        (RIGHT | {("mafk", "shuffles"): "low"}, "crossed[('mafk', 'shuffles')] must be an AUROC"),
    ],
)  # fmt: skip
def test_the_table_names_its_mistakes(answer, words):
    assert words in message(lab05.check_crossed, RECIPE, answer)
