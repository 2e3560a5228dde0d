"""The Keras twin of `dnacourse.models.deepsea`, where the paper is named."""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("dnacourse")
def threshold(X: keras.KerasTensor) -> keras.KerasTensor:
    """1e-6 where x <= 0, else x, NaN too: DeepSEA's rectifier; (N, …), and the same back."""
    return ops.where(X <= 0, 1e-6, X)


def deepsea(
    channels: tuple[int, int, int] = (320, 480, 960),
    width: int = 8,
    pool: int = 4,
    hidden: int = 925,
    tasks: int = 919,
    length: int = 1000,
    dropout: tuple[float, float, float] = (0.2, 0.2, 0.5),
) -> keras.Model:
    """DeepSEA. Planes (N, length, 4) in, channels A, C, G, T last; logits (N, tasks) out.

    Arguments as of `dnacourse.models.deepsea.DeepSEA`.
    """
    one, two, three = channels
    return keras.Sequential(
        [
            keras.Input((length, 4)),
            layers.Conv1D(one, width, activation=threshold), layers.MaxPooling1D(pool), layers.Dropout(dropout[0]),
            layers.Conv1D(two, width, activation=threshold), layers.MaxPooling1D(pool), layers.Dropout(dropout[1]),
            layers.Conv1D(three, width, activation=threshold), layers.Dropout(dropout[2]),
            layers.Flatten(), layers.Dense(hidden, activation=threshold), layers.Dense(tasks),
        ]
    )  # fmt: skip
