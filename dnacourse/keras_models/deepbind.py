"""The Keras twin of `dnacourse.models.deepbind`, where the paper is named."""

import keras
from keras import layers, ops

EVEN = 0.25


def deepbind(
    motifs: int = 16,
    width: int = 24,
    hidden: int = 0,
    tasks: int = 1,
    average: bool = False,
    both_strands: bool = True,
    dropout: float = 0.0,
) -> keras.Model:
    """DeepBind. Planes (N, L, 4) in, channels A, C, G, T last; logits (N, tasks) out.

    Arguments as of `dnacourse.models.deepbind.DeepBind`.
    """
    scan = layers.Conv1D(motifs, width, activation="relu")
    out = layers.Dropout(dropout)
    dense = [layers.Dense(hidden, activation="relu")] if hidden else []
    verdict = [*dense, layers.Dense(tasks)]

    def score(X: keras.KerasTensor) -> keras.KerasTensor:
        X = ops.pad(X, ((0, 0), (width - 1, width - 1), (0, 0)), constant_values=EVEN)
        found = scan(X)
        pooled = ops.max(found, axis=1)
        if average:
            pooled = ops.concatenate([pooled, ops.mean(found, axis=1)], axis=1)
        pooled = out(pooled)
        for layer in verdict:
            pooled = layer(pooled)
        return pooled

    planes = keras.Input((None, 4))
    forward = score(planes)
    return keras.Model(
        planes, ops.maximum(forward, score(ops.flip(planes, (1, 2)))) if both_strands else forward
    )
