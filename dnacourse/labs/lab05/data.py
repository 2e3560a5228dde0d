"""The tasks of lab 5: Oct4 against shuffles, and against another protein."""

from functools import cache

import numpy as np

from dnacourse import metrics, peaks
from dnacourse.datasets import Dataset, load
from dnacourse.splits import as_given

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


@cache
def crossed_aurocs() -> dict[str, dict[tuple[str, str], float]]:
    """Part -> (trained against, tested against) -> AUROC, after the recipe of exercise 6."""
    import torch

    from dnacourse import training
    from dnacourse.models.deepbind import DeepBind

    found: dict[str, dict[tuple[str, str], float]] = {"train": {}, "validation": {}, "test": {}}
    for learnt in KINDS:
        task = oct4_tasks()[learnt]
        rows = task.split.train
        torch.manual_seed(0)
        model = DeepBind(motifs=MOTIFS)
        optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
        training.fit(
            model, (task.tokens[rows], task.labels[rows][:, None]), epochs=EPOCHS, optimizer=optimizer, progress=False
        )  # fmt: skip
        for judged in KINDS:
            other = oct4_tasks()[judged]
            for part, values in found.items():
                rows = getattr(other.split, part)
                scores = training.predict(model, other.tokens[rows])[:, 0]
                values[learnt, judged] = float(metrics.auroc(other.labels[rows], scores))
    return found
