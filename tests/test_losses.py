"""Losses: shapes, values, weights, and torch's own treated as what they are."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from test_training import TRAIN, VALID, X, Y, quiet_fit, sgd, small, weights
from torch import nn

from dnacourse import metrics
from dnacourse.training import TrainingError, Weighted, evaluate, losses, predict
from dnacourse.training.torch_losses import known

RNG = np.random.default_rng(0)


def tensors(*shape, classes=0):
    if classes:
        return torch.as_tensor(RNG.integers(0, classes, shape))
    return torch.as_tensor(RNG.normal(size=shape), dtype=torch.float32)


@pytest.mark.parametrize(
    ("ours", "theirs", "outputs", "labels"),
    [
        (losses.binary, nn.BCEWithLogitsLoss(), tensors(6, 3), tensors(6, 3, classes=2)),
        (losses.binary, nn.BCEWithLogitsLoss(), tensors(6, 3, 5), tensors(6, 3, 5, classes=2)),
        (losses.Binary([1.0, 2.0, 5.0]), nn.BCEWithLogitsLoss(pos_weight=torch.tensor([1.0, 2.0, 5.0])), tensors(6, 3), tensors(6, 3, classes=2)),
        (losses.Binary(logits=False), nn.BCELoss(), tensors(6, 3).sigmoid(), tensors(6, 3, classes=2)),
        (losses.classes, nn.CrossEntropyLoss(), tensors(6, 4), tensors(6, classes=4)),
        (losses.classes, nn.CrossEntropyLoss(), tensors(6, 4, 9), tensors(6, 9, classes=4)),
        (losses.Classes([1.0, 2.0, 0.5, 3.0]), nn.CrossEntropyLoss(torch.tensor([1.0, 2.0, 0.5, 3.0])), tensors(6, 4, 9), tensors(6, 9, classes=4)),
        (losses.Classes(smoothing=0.1), nn.CrossEntropyLoss(label_smoothing=0.1), tensors(6, 4), tensors(6, classes=4)),
        (losses.Classes(log_probabilities=True), nn.NLLLoss(), tensors(6, 4).log_softmax(1), tensors(6, classes=4)),
        (losses.squared, nn.MSELoss(), tensors(6, 3), tensors(6, 3)),
        (losses.absolute, nn.L1Loss(), tensors(6, 3), tensors(6, 3)),
        (losses.poisson, nn.PoissonNLLLoss(), tensors(6, 3), tensors(6, 3, classes=9)),
        (losses.Poisson(log_rate=False), nn.PoissonNLLLoss(log_input=False), tensors(6, 3).exp(), tensors(6, 3, classes=9)),
    ],
)  # fmt: skip
def test_each_loss_is_torchs_and_torchs_is_known(ours, theirs, outputs, labels):
    right = theirs(outputs, labels.long() if outputs.shape != labels.shape else labels.to(outputs.dtype))
    assert ours(outputs, labels).item() == pytest.approx(right.item(), rel=1e-6)
    found = known(theirs)
    assert type(found) is type(ours) and found(outputs, labels).item() == pytest.approx(
        right.item(), rel=1e-6
    )
    assert torch.equal(found.activation(outputs), ours.activation(outputs))


def test_places_without_a_label_do_not_count():
    outputs, labels = tensors(6, 4, 9), tensors(6, 9, classes=4)
    labels[RNG.random((6, 9)) < 0.5] = losses.IGNORED
    right = F.cross_entropy(outputs, labels)
    assert losses.classes(outputs, labels).item() == pytest.approx(right.item(), rel=1e-6)
    assert losses.letters(outputs.movedim(1, 2), labels).item() == pytest.approx(right.item(), rel=1e-6)
    assert float(losses.classes.count(labels)) == (labels != -100).sum()
    with pytest.raises(TrainingError, match="no label of a batch counts"):
        losses.classes(outputs, torch.full_like(labels, -100))
    with pytest.raises(TrainingError, match="a place without a label is -100"):
        losses.classes(outputs, labels.clamp_min(-1))


class NextLetter(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.table = nn.Embedding(6, 4)

    def forward(self, tokens):
        return self.table(tokens.int())


def test_the_next_letter_is_learnt_and_measured_where_there_is_one():
    labels = np.full(X.shape, -100)
    labels[:, :-1] = X[:, 1:]
    labels[::2, :5] = -100
    model = NextLetter()
    options = {"loss": losses.letters, "prepare": lambda tokens: tokens, "metrics": [metrics.perplexity]}
    history = quiet_fit(model, (X[:90], labels[:90]), (X[90:], labels[90:]), epochs=4, **options)
    outputs = torch.as_tensor(predict(model, X[90:], prepare=lambda tokens: tokens))
    mean = F.cross_entropy(outputs.movedim(-1, 1), torch.as_tensor(labels[90:]))
    assert history["valid_loss"].iloc[-1] == pytest.approx(mean.item(), rel=1e-6)
    assert history["valid_perplexity"].iloc[-1] == pytest.approx(mean.exp().item(), rel=1e-6)
    for size in (1, 7, 30):
        again = evaluate(
            model, (X[90:], labels[90:]), batch_size=size, loss=losses.letters, prepare=lambda t: t
        )
        assert again["loss"] == pytest.approx(mean.item(), rel=1e-6), "the mean over places, not over batches"


@pytest.mark.parametrize("size", [90, 16])
def test_a_row_of_weight_two_counts_as_if_it_stood_there_twice(size):
    weight = RNG.integers(0, 4, 90)
    rows = np.repeat(np.arange(90), weight)
    model = small(0)
    one = evaluate(model, (X[:90], Weighted(Y[:90], weight)), batch_size=size)
    two = evaluate(model, (X[rows], Y[rows]), batch_size=size)
    assert one["loss"] == pytest.approx(two["loss"], rel=1e-5)
    weighted, repeated = small(0), small(0)
    quiet_fit(weighted, (X[:90], Weighted(Y[:90], weight)), None, batch_size=90, optimizer=sgd(weighted))
    quiet_fit(repeated, (X[rows], Y[rows]), None, batch_size=len(rows), optimizer=sgd(repeated))
    assert torch.allclose(weights(weighted), weights(repeated), atol=1e-5)
    measured = evaluate(model, (X[:90], Weighted(Y[:90], weight)), {"f1": metrics.f1})
    assert measured["f1"] == metrics.f1(
        Y[:90], torch.sigmoid(torch.as_tensor(predict(model, X[:90]))).numpy()
    )


def test_wrong_weights_are_named():
    for weight, words in (
        (np.ones((90, 1)), r"the weights are \(16, 1\): give one for each row, \(16,\)"),
        (np.full(90, -1.0), "numbers from 0 on"),
        (np.zeros(90), "one of them above 0"),
    ):
        with pytest.raises(TrainingError, match=words):
            quiet_fit(small(), (X[:90], Weighted(Y[:90], weight)), None)
    with pytest.raises(TrainingError, match=r"pos_weight is .*but there are 1 tasks"):
        quiet_fit(small(), loss=losses.Binary([1.0, 2.0]))
    with pytest.raises(TrainingError, match="pos_weight must be above 0"):
        losses.Binary(0)
    with pytest.raises(TrainingError, match="class_weight has 3 numbers, and the model knows 2"):
        quiet_fit(small(tasks=2), (X[:90], Y[:90, 0]), None, loss=losses.Classes([1, 1, 1]))


def test_metrics_see_probabilities_whatever_the_loss():
    seen = {}
    for name, loss in (
        ("ours", losses.binary),
        ("torch's", nn.BCEWithLogitsLoss(pos_weight=torch.tensor(2.0))),
        ("a function", F.binary_cross_entropy_with_logits),
        ("classes", nn.CrossEntropyLoss()),
    ):
        labels = Y[90:, 0] if name == "classes" else Y[90:].astype(np.float32)
        keep = lambda y, p, name=name: seen.update({name: p}) or 0.0  # noqa: E731
        evaluate(small(tasks=2 if name == "classes" else 1), (X[90:], labels), {"keep": keep}, loss=loss)
    assert all(((p > 0) & (p < 1)).all() for p in seen.values())
    assert np.allclose(seen["classes"].sum(1), 1) and np.array_equal(seen["ours"], seen["torch's"])


class Zeros(nn.Module):
    """Answers of a shape."""

    def __init__(self, *shape):
        super().__init__()
        self.shape, self.weight = shape, nn.Parameter(torch.zeros(1))

    def forward(self, X):
        return torch.zeros(len(X), *self.shape) + self.weight


@pytest.mark.parametrize(
    "loss",
    [
        losses.binary, losses.squared, losses.poisson, nn.MSELoss(), nn.BCEWithLogitsLoss(), nn.L1Loss(), nn.HuberLoss(),
        nn.SmoothL1Loss(), F.mse_loss, F.smooth_l1_loss, F.binary_cross_entropy_with_logits,
        lambda outputs, labels: ((outputs - labels) ** 2).mean(),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("shape", "labels"),
    [((1,), (90,)), ((), (90, 1)), ((3,), (90, 1)), ((1,), (90, 3)), ((2, 5), (90, 2, 1))],
)
def test_a_shape_that_would_broadcast_is_refused_by_every_loss(loss, shape, labels):
    with pytest.raises(TrainingError, match=r"the model gives \(16.*but the labels are \(16"):
        quiet_fit(Zeros(*shape), (X[:90], np.zeros(labels, np.float32)), None, loss=loss)


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        (nn.MSELoss, r"loss is the class MSELoss: write loss=MSELoss\(\)"),
        ("mse", "must be a function"),
        (nn.MSELoss(reduction="none"), "gives no mean over the batch: leave reduction out"),
        (nn.MSELoss(reduction="sum"), "gives no mean over the batch"),
        (
            nn.BCEWithLogitsLoss(torch.ones(1)),
            r"give losses\.Binary\(pos_weight=…\), or a weight for each row",
        ),
        (lambda outputs, labels: outputs, r"gives \(16, 1\), and a loss is one number"),
        (lambda outputs, labels: 1.0, "gives float, and a loss is one number"),
    ],
)
def test_a_loss_that_is_none_is_told_what_to_write(loss, words):
    with pytest.raises(TrainingError, match=words):
        quiet_fit(small(), (X[:90], Y[:90].astype(np.float32)), None, loss=loss)


@pytest.mark.parametrize(
    ("loss", "value", "words"),
    [
        (losses.squared, np.nan, "a label is NaN or infinite"),
        (losses.poisson, -1.0, "a label is -1, and counts are not negative"),
        (nn.MSELoss(), np.inf, "a label is NaN or infinite"),
        (nn.BCEWithLogitsLoss(), 2.0, "a label is 2, and yes-or-no labels"),
    ],
)
def test_labels_that_mean_nothing_to_a_loss_are_named(loss, value, words):
    labels = Y[:90].astype(np.float32)
    labels[3] = value
    with pytest.raises(TrainingError, match=words):
        quiet_fit(small(), (X[:90], labels), None, loss=loss)


def test_tracks_are_learnt():
    class Track(nn.Module):
        def __init__(self):
            super().__init__()
            torch.manual_seed(0)
            self.scan = nn.Conv1d(4, 2, 4, stride=4)

        def forward(self, X):
            return self.scan(X)  # (N, 2, 5)

    labels = RNG.poisson(3, (120, 2, 5))
    for loss in (losses.poisson, losses.squared):
        model = Track()
        history = quiet_fit(
            model,
            (X[:90], labels[:90]),
            (X[90:], labels[90:]),
            loss=loss,
            epochs=15,
            optimizer=sgd(model, 0.02),
        )
        assert history["valid_loss"].iloc[-1] < history["valid_loss"].iloc[0]
    binary = losses.Binary([2.0, 1.0])(torch.zeros(3, 2, 5), torch.ones(3, 2, 5))
    assert binary.item() == pytest.approx(1.5 * np.log(2))


def test_frozen_layers_stay_as_they_are():
    model = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(80), nn.Linear(80, 8), nn.ReLU(), nn.Linear(8, 1))
    for frozen in model[1:3]:
        frozen.requires_grad_(False)
    model.train()
    model[1].eval()
    before = {k: v.clone() for k, v in model.state_dict().items()}
    from dnacourse.training import MaxNorm

    quiet_fit(model, TRAIN, VALID, callbacks=MaxNorm(0.01))
    after = model.state_dict()
    assert all(torch.equal(before[k], after[k]) for k in before if not k.startswith("4"))
    assert not torch.equal(before["4.weight"], after["4.weight"])
    with pytest.raises(TrainingError, match="there is nothing to learn"):
        quiet_fit(model.requires_grad_(False))


def test_what_each_loss_gives_as_prediction():
    outputs = tensors(4, 3)
    assert torch.equal(losses.poisson.activation(outputs), outputs.exp())
    assert torch.equal(losses.Poisson(log_rate=False).activation(outputs), outputs)
    assert torch.equal(losses.binary.activation(outputs), outputs.sigmoid())
    assert torch.equal(losses.Binary(logits=False).activation(outputs), outputs)
    assert torch.equal(losses.squared.activation(outputs), outputs)


def test_the_mean_of_a_loss_of_ones_own_is_over_rows_not_over_batches():
    def tenfold(outputs, labels):
        return 10 * ((outputs - labels) ** 2).mean()

    model = nn.Linear(3, 1)
    X, y = tensors(10, 3), tensors(10, 1)
    expected = tenfold(model(X), y).item()
    for batch_size in (10, 4, 3):  # 4 + 4 + 2 rows, 3 + 3 + 3 + 1
        assert evaluate(model, (X, y), loss=tenfold, batch_size=batch_size)["loss"] == pytest.approx(
            expected, rel=1e-5
        )
