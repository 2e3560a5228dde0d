"""When to stop, which way is better, and what was kept."""

import pytest
import torch
from sklearn.metrics import log_loss, roc_auc_score
from test_training import Recorder, quiet_fit, sgd, small, weights

from dnacourse import metrics
from dnacourse.training import EarlyStopping, TrainingError


def stopped(values, **options):
    """Epochs done, the stopper, and the weights after each epoch, for these validation values."""
    given, recorder, model = iter(values), Recorder(), small()
    stop = EarlyStopping("valid_it", **{"higher_is_better": True} | options)
    history = quiet_fit(
        model, epochs=len(values), metrics={"it": lambda *_: next(given)}, callbacks=[stop, recorder]
    )
    assert torch.equal(weights(model), recorder.values[stop.best_epoch - 1])
    return len(history), stop


def test_a_plateau_at_the_beginning_is_waited_for():
    plateau = [0.5, 0.5, 0.5, 0.5, 0.5, 0.6, 0.7, 0.7, 0.7, 0.7]
    assert stopped(plateau, patience=2)[0] == 3
    done, stop = stopped(plateau, patience=2, min_epochs=6)
    assert done == 9 and stop.best_epoch == 7


def test_a_gain_may_have_to_be_more_than_nothing():
    slow = [0.500, 0.501, 0.502, 0.503, 0.504, 0.505]
    assert stopped(slow, patience=2)[0] == 6
    done, stop = stopped(slow, patience=2, min_gain=0.01)
    assert done == 3 and stop.best_epoch == 3, "the weights kept are the best all the same"
    down, stop = stopped([1.0, 0.995, 0.98, 0.979, 0.978], patience=2, min_gain=0.01, higher_is_better=False)
    assert down == 5 and stop.best_epoch == 5


@pytest.mark.parametrize(
    ("metric", "higher"),
    [
        (metrics.auroc, True), (metrics.auprc, True), (metrics.f1, True), (metrics.mcc, True),
        (metrics.perplexity, False), (metrics.calibration_error, False),
        (roc_auc_score, True), (log_loss, False),
    ],
)  # fmt: skip
def test_a_metric_says_itself_which_way_it_goes(metric, higher):
    stop = EarlyStopping(f"valid_{metric.__name__}")
    flat = lambda y, p: metric(y[:, 0], p[:, 0]) if metric is metrics.calibration_error else metric(y, p)  # noqa: E731
    flat.__name__ = metric.__name__
    if hasattr(metric, "higher_is_better"):
        flat.higher_is_better = metric.higher_is_better
    quiet_fit(small(), metrics=[flat], callbacks=stop)
    assert stop._up is higher


def test_a_name_that_nobody_knows_must_be_given_a_direction():
    with pytest.raises(TrainingError, match=r"is a higher valid_it better, or a lower one\? EarlyStopping\('valid_it', higher_is_better=True\)"):  # fmt: skip
        quiet_fit(small(), metrics={"it": lambda y, p: 0.0}, callbacks=[EarlyStopping("valid_it")])


def test_afterwards_it_says_which_epoch_was_kept(capsys):
    model, stop = small(), EarlyStopping(patience=3)
    assert repr(stop) == "EarlyStopping('valid_loss', patience=3)"
    history = quiet_fit(model, epochs=60, optimizer=sgd(model, 0.3), callbacks=stop, progress=True)
    best = int(history["valid_loss"].argmin())
    said = f"epoch {best + 1} of {len(history)}, valid_loss {history['valid_loss'].min():.4g}"
    assert str(stop) == said and f"The weights are those of {said}\n" in capsys.readouterr().out
    quiet_fit(small(), callbacks=stop)
    assert capsys.readouterr().out == "", "without a bar nothing is said"


def test_settings_that_mean_nothing():
    for options in ({"patience": 0}, {"min_epochs": -1}, {"min_gain": -0.1}):
        with pytest.raises(ValueError, match="patience is a number from 1 on"):
            EarlyStopping(**options)


def test_a_stopper_used_twice_begins_anew():
    stop = EarlyStopping(patience=2)
    for _ in range(2):
        model = small()
        history = quiet_fit(model, epochs=30, optimizer=sgd(model, 0.3), callbacks=stop)
        assert stop.epochs == len(history) and stop.best_epoch == int(history["valid_loss"].argmin()) + 1
