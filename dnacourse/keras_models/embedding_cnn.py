"""The Keras twin of `dnacourse.models.embedding_cnn`."""

import keras
from keras import layers

from dnacourse.sequence import PAD


def embedding_cnn(
    length: int = 101,
    dimensions: int = 8,
    kernels: int = 32,
    width: int = 8,
    pool: int = 4,
    hidden: int = 32,
    tasks: int = 1,
) -> keras.Model:
    """Embedding, Conv1D, MaxPooling1D, Flatten, Dense. Tokens (N, length) in, logits (N, tasks) out.

    Arguments as of `dnacourse.models.embedding_cnn.EmbeddingCNN`.
    """
    return keras.Sequential(
        [
            keras.Input((length,), dtype="uint8"),
            layers.Embedding(PAD + 1, dimensions),
            layers.Conv1D(kernels, width, activation="relu"),
            layers.MaxPooling1D(pool),
            layers.Flatten(),
            layers.Dense(hidden, activation="relu"),
            layers.Dense(tasks),
        ]
    )
