"""The data of lab 6: words near an insulator's site, eight labels; and what one network or eight make of them."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

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


def few_bins(seed: int) -> dict[str, Part]:
    """Made-up parts of the form of `fly`, columns (N, 340) and labels (N, 8), small enough to train on at once."""
    rng = np.random.default_rng(seed)
    weights = rng.normal(size=(340, TRACKS)) * (rng.random((340, TRACKS)) < 0.05)
    found = {}
    for name, rows in (("train", 200), ("validation", 400), ("test", 400)):
        X = rng.normal(size=(rows, 340)).astype(np.float32)
        y = X @ weights + rng.normal(0, 2, (rows, TRACKS)) > 4 - np.arange(TRACKS) / 2
        found[name] = X, y.astype(np.float32)
    return found


def logits_of(
    tracks: slice, seed: int, data: Mapping[str, Part],
    *, epochs: int = EPOCHS, rate: float = RATE, optimizer: str = "Adam", batch_size: int = 64, fit_seed: int | None = None,
    seeded: bool = True, rectified: bool = True, learnt: Sequence[str] = ("train",), judged: str = "test",
) -> npt.NDArray[np.float32]:  # fmt: skip
    """Logits (N, tracks) of a part, after the recipe of exercise 6 or with one thing in it changed."""
    import torch
    from torch import nn

    from dnacourse import training

    X, y = (np.concatenate(both) for both in zip(*(data[name] for name in learnt), strict=True))
    if seeded:
        torch.manual_seed(seed)
    between = [nn.ReLU()] if rectified else []
    network = nn.Sequential(nn.Linear(340, HIDDEN), *between, nn.Linear(HIDDEN, y[:, tracks].shape[1]))
    training.fit(
        network, (X, y[:, tracks]), epochs=epochs, batch_size=batch_size, progress=False,
        seed=seed if fit_seed is None else fit_seed, optimizer=getattr(torch.optim, optimizer)(network.parameters(), lr=rate),
    )  # fmt: skip
    return training.predict(network, data[judged][0])


def logits_of_kind(kind: str, seed: int, data: Mapping[str, Part], **changed: Any) -> npt.NDArray[np.float32]:
    """Logits (N, 8) of one network for eight tracks, or of eight networks side by side."""
    if kind == KINDS[0]:
        return logits_of(slice(None), seed, data, **changed)
    each = [logits_of(slice(track, track + 1), seed, data, **changed) for track in range(TRACKS)]
    return np.concatenate(each, axis=1)


@cache
def shared_auprcs() -> dict[str, list[float]]:
    """ "one network" and "eight networks" -> mean AUPRC over the tracks on the test part, for each seed."""
    labels = fly()["test"][1]
    return {
        kind: [float(np.mean(metrics.auprc(labels, logits_of_kind(kind, seed, fly())))) for seed in SEEDS]
        for kind in KINDS
    }


MEASURED: dict[tuple[str, str], dict[str, list[float]]] = {
    ("train", "auprc"): {"one network": [0.4420660550711092, 0.454943894882893], "eight networks": [0.5953394060157162, 0.5609154832568858]},
    ("train", "auroc"): {"one network": [0.8223506731068337, 0.8295028407617691], "eight networks": [0.885267270540292, 0.8741455572670833]},
    ("train", "pooled"): {"one network": [0.5046003936870231, 0.5089988231515223], "eight networks": [0.6246336621817824, 0.6011613760643528]},
    ("validation", "auprc"): {"one network": [0.28610222838720284, 0.2886190674013298], "eight networks": [0.2814263975664407, 0.28226763333937177]},
    ("validation", "auroc"): {"one network": [0.7098758511449589, 0.714023733016964], "eight networks": [0.7117996759802367, 0.70600268582435]},
    ("validation", "pooled"): {"one network": [0.37179983210137435, 0.37312738805382883], "eight networks": [0.35880471475191267, 0.35704103715054103]},
    ("test", "auprc"): {"one network": [0.28922377377826763, 0.2877354648849098], "eight networks": [0.2747011428977262, 0.2769114016345043]},
    ("test", "auroc"): {"one network": [0.7230525363904056, 0.7155421471525562], "eight networks": [0.7057391371375412, 0.7075192222463852]},
    ("test", "pooled"): {"one network": [0.3609820801375029, 0.3597945285416262], "eight networks": [0.3423233819245746, 0.3424092072892641]},
}  # fmt: skip
"""(part, metric) -> what the recipe gave on one machine; a test compares the test part's AUPRCs with `shared_auprcs`."""
