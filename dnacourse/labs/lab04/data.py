"""The task of lab 4: exon borders, and stretches without one."""

from functools import cache

import numpy as np
import numpy.typing as npt

from dnacourse import metrics, splits
from dnacourse.datasets import load
from dnacourse.sequence import one_hot

Part = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]
LETTERS = 60
SEEDS = (0, 1, 2)
HIDDEN = {"neurons": 0, "networks": 32}
"""The rows of exercise 6, and how many hidden neurons each has."""
STOPPING = [
    ([1.5, 1.4, 1.3, 1.2], 2),
    *(([0.9, 0.7, 0.6, 0.65, 0.62, 0.61, 0.5, 0.4], patience) for patience in (3, 4, 1)),
    ([0.5, 0.5, 0.5, 0.4], 2), ([0.5, 0.4, 0.3], 2), ([0.3, 0.6, 0.5, 0.4, 0.35, 0.2], 3), ([0.8], 1),
    ([0.5, 0.9, 0.4, 0.9, 0.9, 0.1], 2), ([0.5, 0.4, 0.45], 3), ([0.2, 0.6, 0.5], 4),
]  # fmt: skip
"""Losses of epochs, and patience."""


@cache
def splice() -> dict[str, Part]:
    """Stretches with an exon's border in the middle, of either kind (1), or without (0): `uci_splice`.

    Returns:
        "train", "validation" and "test": planes (N, 240), the four of each sequence laid end to end, and
        labels (N, 1), both float32. No sequence shares 30 letters with one of another part.
    """
    data = load("uci_splice")
    labels = (data.labels != data.classes.index("N")).astype(np.float32)[:, None]
    planes = one_hot(data.tokens).reshape(len(data.tokens), 4 * LETTERS).astype(np.float32)
    split = splits.as_given(np.select([data.folds == 0, data.folds == 1], ["test", "validation"], "train"))
    return {name: (planes[rows], labels[rows]) for name in splits.PARTS for rows in [getattr(split, name)]}


def _trained(hidden: int, seed: int) -> dict[str, float]:
    """AUROC on validation and test part, after the recipe of exercise 6."""
    import torch
    from torch import nn

    from dnacourse import training

    torch.manual_seed(seed)
    layers = (
        [nn.Linear(4 * LETTERS, hidden), nn.ReLU(), nn.Linear(hidden, 1)]
        if hidden
        else [nn.Linear(4 * LETTERS, 1)]
    )
    model = nn.Sequential(*layers)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    training.fit(
        model, splice()["train"], epochs=10, batch_size=32, optimizer=optimizer, seed=seed, progress=False
    )
    return {
        name: float(np.squeeze(metrics.auroc(y, training.predict(model, X))))
        for name, (X, y) in splice().items()
        if name != "train"
    }


@cache
def border_aurocs() -> dict[str, dict[str, list[float]]]:
    """ "neurons" and "networks" -> part -> AUROC of each seed."""
    found = {}
    for name, hidden in HIDDEN.items():
        by_seed = [_trained(hidden, seed) for seed in SEEDS]
        found[name] = {part: [one[part] for one in by_seed] for part in by_seed[0]}
    return found
