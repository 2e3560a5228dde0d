"""F1 and perplexity while a Keras model learns."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import ops


class F1(keras.metrics.Metric):
    """F1 of calls at a threshold, counted over the whole epoch.

    Much code takes the F1 of each batch and then the mean; in a batch without a positive that is 0 or NaN,
    and the mean is no F1 of anything. So hits, false calls and misses are summed, and divided once.

    Args:
        threshold: a logit from which on a row is called: 0 is a probability of one half.
    """

    def __init__(self, threshold: float = 0.0, name: str = "f1") -> None:
        super().__init__(name=name)
        self.threshold = threshold
        self.hits, self.called, self.positive = (
            self.add_weight(name=part, initializer="zeros") for part in ("hits", "called", "positive")
        )

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Count a batch: labels and logits of one shape."""
        true = ops.cast(ops.reshape(y_true, ops.shape(y_pred)), "float32")
        called = ops.cast(y_pred >= self.threshold, "float32")
        self.hits.assign_add(ops.sum(true * called))
        self.called.assign_add(ops.sum(called))
        self.positive.assign_add(ops.sum(true))

    def result(self) -> Any:
        """2 hits / (called + positive), 0 where there is neither."""
        return 2 * self.hits / ops.maximum(self.called + self.positive, 1.0)

    def get_config(self) -> dict[str, Any]:
        """What makes another one like this."""
        return {"threshold": self.threshold, "name": self.name}


class Perplexity(keras.callbacks.Callback):
    """exp(loss) after every batch and epoch, for a loss that is a mean cross-entropy in nats.

    After an epoch it stands in the logs, and so in the history, as "perplexity" (and "val_perplexity"); the
    batches' are in `batches`. Keras' loss after a batch is the mean so far in its epoch.
    """

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[float] = []

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Keep one more."""
        self.batches.append(float(np.exp((logs or {})["loss"])))

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Put it into the logs."""
        if logs is not None:
            logs |= {
                name.replace("loss", "perplexity"): float(np.exp(logs[name]))
                for name in ("loss", "val_loss")
                if name in logs
            }
