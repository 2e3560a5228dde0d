"""F1 and perplexity while a Keras model learns.

A model that was compiled and saved with `F1` is loaded again where this module has been imported.
"""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops


@keras.saving.register_keras_serializable("dnacourse")
class F1(keras.metrics.Metric):
    """F1 of calls at a threshold, counted over the whole epoch, all tasks together.

    Much code takes the F1 of each batch and then the mean; in a batch without a positive that is 0 or NaN,
    and the mean is no F1 of anything. So hits, calls and positives are summed, and divided once.

    Args:
        threshold: a logit from which on a row is called: 0 is a probability of one half.
        name: in the history.
        dtype: of the sums; Keras' own if None.
    """

    def __init__(self, threshold: float = 0.0, name: str = "f1", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self.threshold = threshold
        self.hits, self.called, self.positive, self.strange = (
            self.add_weight(name=part, initializer="zeros")
            for part in ("hits", "called", "positive", "strange")
        )

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Count a batch.

        Args:
            y_true: labels, 0 or 1, (N, tasks); or (N,) for one task.
            y_pred: logits of the same shape; or (N, 1) for labels (N,), and the reverse.
            sample_weight: how much each counts: (N,), (N, 1) or (N, tasks).

        Raises:
            ValueError: the shapes do not fit. A label that is neither 0 nor 1: at once, or, where Keras has compiled
                the step, from `result` at the end of the epoch; until then the value is NaN.
        """
        logits = ops.convert_to_tensor(y_pred)
        true = _in_the_shape_of(logits, ops.cast(y_true, "float32"))
        called = ops.where(ops.isnan(logits), np.nan, ops.cast(logits >= self.threshold, "float32"))
        weight = _weights(true, sample_weight)
        self.strange.assign_add(ops.sum(ops.cast((true != 0) & (true != 1), self.dtype)))
        _refuse(self.strange)
        for total, part in ((self.hits, true * called), (self.called, called), (self.positive, true)):
            total.assign_add(ops.cast(ops.sum(weight * part), self.dtype))

    def result(self) -> Any:
        """2 hits / (called + positive), a number; 0 where there is neither, NaN if a logit was.

        Raises:
            ValueError: a label was neither 0 nor 1.
        """
        _refuse(self.strange)
        f1 = ops.divide_no_nan(2 * self.hits, self.called + self.positive)
        return ops.where(self.strange > 0, np.nan, f1)

    def get_config(self) -> dict[str, Any]:
        """What makes another one like this."""
        return super().get_config() | {"threshold": self.threshold}


def _in_the_shape_of(logits: Any, true: Any) -> Any:
    """Labels (N,) of logits (N, 1) and the reverse; else they have one shape."""
    flat, column = sorted((true, logits), key=lambda one: len(one.shape))
    if (len(flat.shape), len(column.shape)) == (1, 2) and column.shape[1] == 1:
        true = ops.reshape(true, ops.shape(logits))
    if not _fits(true.shape, logits.shape):
        raise ValueError(f"labels {tuple(true.shape)} and logits {tuple(logits.shape)} must be of one shape")
    return true


def _weights(true: Any, sample_weight: Any) -> Any:
    """Weights that multiply labels (N, …): those of a row are those of all its tasks."""
    if sample_weight is None:
        return 1.0
    weight = ops.cast(sample_weight, "float32")
    missing = len(true.shape) - len(weight.shape)
    if missing == -1 and weight.shape[-1] == 1:
        weight = ops.squeeze(weight, -1)
    weight = ops.reshape(weight, (*ops.shape(weight), *[1] * missing))
    if not _fits(weight.shape, true.shape, ones=True):
        raise ValueError(
            f"weights {tuple(weight.shape)} do not fit labels {tuple(true.shape)}: give (N,), (N, 1) or (N, tasks)"
        )
    return weight


def _fits(shape: Any, other: Any, ones: bool = False) -> bool:
    """Whether two shapes are the same, as far as they are known before a batch is there; or 1 behind the first."""
    return len(shape) == len(other) and all(
        None in pair or pair[0] == pair[1] or (ones and axis > 0 and pair[0] == 1)
        for axis, pair in enumerate(zip(shape, other, strict=True))
    )


def _refuse(strange: Any) -> None:
    """Raise if there was a strange label; not while Keras compiles a step, where there are no numbers to look at."""
    if tf.executing_eagerly() and (count := float(ops.convert_to_tensor(strange))):
        raise ValueError(f"{count:.0f} labels are neither 0 nor 1, and F1 counts yes and no")


class Perplexity(keras.callbacks.Callback):
    """exp(loss) after every batch and epoch, for a loss that is a mean cross-entropy in nats.

    After an epoch it stands in the logs, and so in the history, as "perplexity" (and "val_perplexity"); the
    batches' of the last `fit` are in `batches`. Keras' loss after a batch is the mean so far in its epoch.
    """

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[float] = []

    def on_train_begin(self, logs: Mapping[str, float] | None = None) -> None:
        """Begin a new list."""
        self.batches = []

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Keep one more."""
        if logs and "loss" in logs:
            self.batches.append(_exp(logs["loss"]))

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Put it into the logs."""
        losses = {name: loss for name, loss in (logs or {}).items() if name in ("loss", "val_loss")}
        if logs is not None:
            logs |= {name.replace("loss", "perplexity"): _exp(loss) for name, loss in losses.items()}


def _exp(loss: float) -> float:
    """exp, infinite where a loss is beyond all numbers, without a warning."""
    with np.errstate(over="ignore"):
        return float(np.exp(np.float64(loss)))
