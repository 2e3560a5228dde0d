"""The data of lab 6: words near an insulator's site, eight labels; and what one network or eight make of them."""

from functools import cache

import numpy as np
import numpy.typing as npt

from dnacourse import metrics
from dnacourse.datasets import load
from dnacourse.kmers import count_kmers

Part = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]
SEEDS = (0, 1)
KINDS = ("one network", "eight networks")
TRACKS = 8
HIDDEN, EPOCHS, RATE = 32, 6, 0.001


@cache
def fly() -> dict[str, Part]:
    """Bins of the fly's genome: all that have a label, and as many without.

    Returns:
        "train", "validation" and "test": counts (N, 340) of words of 1 to 4 letters in the middle 400, each
        column with mean 0 and spread 1 on training bins, and labels (N, 8).
    """
    data = load("bushey_tracks")
    rng = np.random.default_rng(0)
    rows = {}
    for name in ("train", "validation", "test"):
        part = getattr(data.split, name)
        labelled = data.labels[part].any(axis=1)
        without = rng.permutation(part[~labelled])[: labelled.sum()]
        rows[name] = rng.permutation(np.concatenate([part[labelled], without]))
    counts = {name: count_kmers(data.tokens[part][:, 300:700], (1, 2, 3, 4)) for name, part in rows.items()}
    mean, spread = counts["train"].mean(axis=0), counts["train"].std(axis=0)
    return {
        name: (((counts[name] - mean) / spread).astype(np.float32), data.labels[part].astype(np.float32))
        for name, part in rows.items()
    }


def _trained(tracks: slice, seed: int) -> dict[str, npt.NDArray[np.float32]]:
    """Logits of each part, after the recipe of exercise 6."""
    import torch
    from torch import nn

    from dnacourse import training

    X, y = fly()["train"]
    torch.manual_seed(seed)
    network = nn.Sequential(
        nn.Linear(X.shape[1], HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, y[:, tracks].shape[1])
    )
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
    training.fit(network, (X, y[:, tracks]), epochs=EPOCHS, optimizer=optimizer, seed=seed, progress=False)
    return {name: training.predict(network, X) for name, (X, _) in fly().items()}


def _pooled(labels: npt.NDArray, logits: npt.NDArray) -> float | npt.NDArray:
    return metrics.auprc(labels.ravel(), logits.ravel())


METRICS = {"auprc": metrics.auprc, "auroc": metrics.auroc, "pooled": _pooled}


@cache
def measured() -> dict[tuple[str, str], dict[str, list[float]]]:
    """(part, metric) -> "one network" and "eight networks" -> mean over the tracks, for each seed."""
    found: dict[tuple[str, str], dict[str, list[float]]] = {
        (part, metric): {kind: [] for kind in KINDS} for part in fly() for metric in METRICS
    }
    for seed in SEEDS:
        one = _trained(slice(None), seed)
        eight = [_trained(slice(track, track + 1), seed) for track in range(TRACKS)]
        for (part, metric), by_kind in found.items():
            joined = np.concatenate([logits[part] for logits in eight], axis=1)
            for kind, logits in zip(KINDS, (one[part], joined), strict=True):
                by_kind[kind].append(float(np.mean(METRICS[metric](fly()[part][1], logits))))
    return found
