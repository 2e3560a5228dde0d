"""The tasks of lab 5: Oct4 against shuffles, and against another protein."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from dnacourse import metrics, peaks
from dnacourse.datasets import Dataset, load
from dnacourse.splits import PARTS, as_given

KINDS = ("shuffles", "mafk")
CROSSED = tuple((learnt, judged) for learnt in KINDS for judged in KINDS)
"""The rows of exercise 6: trained against, tested against."""
MOTIFS, EPOCHS, RATE = 4, 6, 0.003
BASSET = [("conv", 300, 19), ("pool", 3), ("conv", 200, 11), ("pool", 4), ("conv", 200, 7), ("pool", 4),
          ("flatten",), ("dense", 1000), ("dense", 1000), ("dense", 164)]  # fmt: skip
DEEPSEA = [("conv", 320, 8), ("pool", 4), ("conv", 480, 8), ("pool", 4), ("conv", 960, 8), ("flatten",),
           ("dense", 925), ("dense", 919)]  # fmt: skip
NETWORKS = [
    (20, [("conv", 8, 5), ("pool", 3), ("flatten",), ("dense", 2)]),
    (101, [("conv", 16, 24), ("conv", 4, 3), ("pool", 4), ("flatten",), ("dense", 10), ("dense", 1)]),
    (21, [("conv", 2, 5), ("pool", 3), ("pool", 3), ("flatten",), ("dense", 1)]),
    (600, BASSET),
    (1000, DEEPSEA),
]
"""Letters of a sequence, and layers; the last two are the published ones."""


@cache
def oct4_tasks() -> dict[str, Dataset]:
    """ "shuffles" and "mafk": Oct4's peaks (1) against their shuffles, and against the peaks of MafK (0).

    Returns:
        Data sets with `tokens` (N, L), `labels` (N,) and `split`.
    """
    oct4, mafk = load("oct4"), load("mafk")
    parts = np.concatenate([oct4.split.part_of_rows(), mafk.split.part_of_rows()])
    against_mafk = Dataset(
        "oct4",
        tokens=np.concatenate([oct4.tokens, mafk.tokens]),
        labels=np.repeat(np.array([1, 0], np.uint8), [len(oct4.tokens), len(mafk.tokens)]),
        split=as_given(parts),
    )
    return {"shuffles": peaks.against_shuffles("oct4"), "mafk": against_mafk}


def few_sequences(seed: int) -> Dataset:
    """A made-up task of the form of `oct4_tasks`, tokens (400, 101) and labels (400,), small enough to train on at once."""
    rng = np.random.default_rng(seed)
    tokens, labels = rng.integers(0, 4, (400, 101), dtype=np.uint8), rng.integers(0, 2, 400).astype(np.uint8)
    tokens[labels == 1, 40:48] = [0, 3, 2, 1, 0, 0, 0, 3]
    return Dataset("oct4", tokens=tokens, labels=labels, split=as_given(np.repeat(PARTS, [200, 100, 100])))


def trained_on(
    task: Dataset,
    *, epochs: int = EPOCHS, rate: float = RATE, motifs: int = MOTIFS, optimizer: str = "Adam", batch_size: int = 64,
    learnt: Sequence[str] = ("train",), first: int = 0, shuffled: int = 0,
) -> Any:  # fmt: skip
    """A model, tokens (N, L) -> logits (N, 1), after the recipe of exercise 6 or with one thing in it changed."""
    import torch

    from dnacourse import training
    from dnacourse.models.deepbind import DeepBind

    rows = np.concatenate([getattr(task.split, part) for part in learnt])
    torch.manual_seed(first)
    model = DeepBind(motifs=motifs)
    training.fit(
        model, (task.tokens[rows], task.labels[rows][:, None]), epochs=epochs, batch_size=batch_size, seed=shuffled,
        optimizer=getattr(torch.optim, optimizer)(model.parameters(), lr=rate), progress=False,
    )  # fmt: skip
    return model


@cache
def crossed_aurocs() -> dict[tuple[str, str], float]:
    """(trained against, tested against) -> AUROC on the test part, after the recipe of exercise 6."""
    from dnacourse import training

    found = {}
    for learnt in KINDS:
        model = trained_on(oct4_tasks()[learnt])
        for judged in KINDS:
            other = oct4_tasks()[judged]
            rows = other.split.test
            scores = training.predict(model, other.tokens[rows])[:, 0]
            found[learnt, judged] = float(metrics.auroc(other.labels[rows], scores))
    return found


MEASURED: dict[str, dict[tuple[str, str], float]] = {
    "train": {
        ("shuffles", "shuffles"): 0.9244330816125901,
        ("shuffles", "mafk"): 0.8855336331338444,
        ("mafk", "shuffles"): 0.5357360951376512,
        ("mafk", "mafk"): 0.9924398937919399,
    },
    "validation": {
        ("shuffles", "shuffles"): 0.9423717387989632,
        ("shuffles", "mafk"): 0.9239054217036434,
        ("mafk", "shuffles"): 0.5567013618598977,
        ("mafk", "mafk"): 0.9898746248562533,
    },
    "test": {
        ("shuffles", "shuffles"): 0.9445890470783476,
        ("shuffles", "mafk"): 0.910882998825392,
        ("mafk", "shuffles"): 0.5523940955541968,
        ("mafk", "mafk"): 0.9901332924774016,
    },
}
"""Part -> what the recipe gave on one machine; a test compares the test part with `crossed_aurocs`."""
