"""The task of lab 4: exon borders, and stretches without one."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from dnacourse import metrics, splits
from dnacourse.datasets import load
from dnacourse.sequence import one_hot

Part = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]
LETTERS = 60
SEEDS = (0, 1, 2)
HIDDEN = {"neurons": 0, "networks": 32}
"""The rows of exercise 7, and how many hidden neurons each has."""
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


def few_borders(seed: int) -> dict[str, Part]:
    """Made-up parts of the form of `splice`, planes (N, 240) and labels (N, 1), small enough to train on at once.

    Label 1 goes with a G in the middle, in two of three rows. With many rows to judge on, any change of a recipe shows.
    """
    rng = np.random.default_rng(seed)
    found = {}
    for name, number in zip(splits.PARTS, (120, 1500, 1500), strict=True):
        tokens = rng.integers(0, 4, (number, LETTERS), dtype=np.uint8)
        labels = (rng.random((number, 1)) < 0.5).astype(np.float32)
        tokens[(labels[:, 0] == 1) & (rng.random(number) < 0.7), LETTERS // 2] = 2
        found[name] = one_hot(tokens).reshape(number, 4 * LETTERS).astype(np.float32), labels
    return found


def trained(
    hidden: int, seed: int, data: Mapping[str, Part],
    *, epochs: int = 10, batch_size: int = 32, rate: float = 0.003, optimizer: str = "Adam", fit_seed: int | None = None,
    rectified: bool = True, learnt: Sequence[str] = ("train",),
) -> Any:  # fmt: skip
    """A model (N, 240) -> logits (N, 1), after the recipe of exercise 7 or with one thing in it changed."""
    import torch
    from torch import nn

    from dnacourse import training

    torch.manual_seed(seed)
    between = [nn.ReLU()] if rectified else []
    layers = (
        [nn.Linear(4 * LETTERS, hidden), *between, nn.Linear(hidden, 1)]
        if hidden
        else [nn.Linear(4 * LETTERS, 1)]
    )
    model = nn.Sequential(*layers)
    rows = tuple(np.concatenate(both) for both in zip(*(data[name] for name in learnt), strict=True))
    training.fit(
        model, rows, epochs=epochs, batch_size=batch_size, seed=seed if fit_seed is None else fit_seed, progress=False,
        optimizer=getattr(torch.optim, optimizer)(model.parameters(), lr=rate),
    )  # fmt: skip
    return model


def auroc_of(model: Any, part: Part) -> float:
    """Of a model's logits (N, 1) on planes (N, 240) and labels (N, 1)."""
    from dnacourse import training

    X, y = part
    return float(np.squeeze(metrics.auroc(y, training.predict(model, X))))


@cache
def border_aurocs() -> dict[str, list[float]]:
    """ "neurons" and "networks" -> AUROC of each seed on the test part."""
    return {
        name: [auroc_of(trained(hidden, seed, splice()), splice()["test"]) for seed in SEEDS]
        for name, hidden in HIDDEN.items()
    }


MEASURED = {
    "test": {
        "neurons": [0.989005132254244, 0.9891235688906435, 0.9888472167390446],
        "networks": [0.992992499013028, 0.9925582313462298, 0.993505724437426],
    },
    "validation": {
        "neurons": [0.9859897678079498, 0.9857536402990948, 0.9859504132231405],
        "networks": [0.9865013774104683, 0.9922471467926014, 0.9910665092483275],
    },
}
"""What the recipe gave on one machine; a test compares the test part with `border_aurocs`."""


def network_with_dropout(norm: bool) -> Any:
    """A model (N, 6) -> (N, 1) that predicts otherwise in training, for exercise 6: with dropout, or with BatchNorm."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    return nn.Sequential(
        nn.Linear(6, 8), nn.BatchNorm1d(8) if norm else nn.Dropout(0.5), nn.ReLU(), nn.Linear(8, 1)
    )
