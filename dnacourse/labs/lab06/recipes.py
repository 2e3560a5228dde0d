"""Exercise 6 of lab 6, one network for eight tracks or eight networks: the right answer, and wrong ones."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from dnacourse import metrics
from dnacourse.labs.lab06.data import KINDS, TRACKS, Part, logits_of, logits_of_kind

Data = Mapping[str, Part]
Judge = Callable[[npt.NDArray, npt.NDArray], Any]


def mean_auprc(kind: str, seed: int, data: Data) -> float:
    """The right answer to exercise 6: of the columns (N, 340) and labels (N, 8) of the test part."""
    return _with()(kind, seed, data)


def _mean(y: npt.NDArray, logits: npt.NDArray) -> float:
    return float(np.mean(metrics.auprc(y, logits)))


def _with(judge: Judge = _mean, judged: str = "test", **changed: Any) -> Callable[..., Any]:
    def answer(kind: str, seed: int, data: Data) -> Any:
        return judge(data[judged][1], logits_of_kind(kind, seed, data, judged=judged, **changed))

    return answer


def _seeded_once(kind: str, seed: int, data: Data) -> float:
    if kind == KINDS[0]:
        return mean_auprc(kind, seed, data)
    logits = [logits_of(slice(t, t + 1), seed, data, seeded=t == 0) for t in range(TRACKS)]
    return _mean(data["test"][1], np.concatenate(logits, axis=1))


def _rounded_to(digits: int) -> Judge:
    return lambda y, logits: round(_mean(y, logits), digits)


def _softmax(y: npt.NDArray, logits: npt.NDArray) -> float:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return _mean(y, powers / powers.sum(axis=1, keepdims=True))


def _one_softmax(kind: str, seed: int, data: Data) -> float:
    if kind == KINDS[0]:
        return _with(_softmax)(kind, seed, data)
    return _mean(data["test"][1], np.ones_like(data["test"][1]))


SEEDED_TOO_LATE = "Two calls with the same seed give two answers: the weights a network begins with are drawn by chance. `torch.manual_seed(seed)` must stand right before *each* network is made, in the function."
_SOFTMAX = "There is a softmax over the outputs. Of a single output it is always 1, and of eight it makes tracks rivals, which they are not. Rank the logits themselves."
RECIPES: dict[Callable[..., Any], str] = {
    _with(judged="validation"): "That is the mean AUPRC on the validation part. The table is about the test part.",
    _with(judged="train"): "That is the mean AUPRC on the training part, which the network has seen. The table is about the test part.",
    _with(fit_seed=0): "`training.fit` is not given the seed: it takes 0 then, and shuffles alike for every seed. Write seed=seed.",
    lambda kind, seed, data: mean_auprc(kind, 0, data): "Every seed gives the result of seed 0: the argument `seed` is not used.",
    _seeded_once: "The eight networks begin with one seed for all: only the first is right. `torch.manual_seed(seed)` belongs before *each* network.",
    lambda kind, seed, data: mean_auprc(KINDS[0], seed, data): "You train one network whatever `kind` is.",
    lambda kind, seed, data: mean_auprc(KINDS[1], seed, data): "You train eight networks whatever `kind` is.",
    lambda kind, seed, data: mean_auprc(KINDS[kind == KINDS[0]], seed, data): "The two kinds have changed places.",
    _with(lambda y, z: float(np.mean(metrics.auroc(y, z)))): "Those are AUROCs. Here the AUPRC of each track is asked for, and their mean.",
    _with(lambda y, z: float(np.squeeze(metrics.auprc(y.ravel(), z.ravel())))): "You rank all labels together. Take the AUPRC of each track, and then the mean.",
    _with(lambda y, z: np.asarray(metrics.auprc(y, z)).tolist()): "That is one AUPRC for each track. Take their mean, one number.",
    _with(lambda y, z: float(np.median(metrics.auprc(y, z)))): "That is the median over the tracks. Take the mean.",
    _with(lambda y, z: _mean(y, z > 0)): "You rank yes and no, cut at a threshold. Rank the logits themselves.",
    _with(_softmax): _SOFTMAX,
    _one_softmax: _SOFTMAX,
    **{_with(epochs=epochs): f"That is what {epochs} epochs give. The recipe says 6." for epochs in (5, 7, 10)},
    _with(optimizer="AdamW"): "That is AdamW, which also shrinks the weights, and which `fit` takes if none is given. The recipe says Adam.",
    _with(rate=0.003): "That is the learning rate 0.003. The recipe says 0.001.",
    _with(batch_size=32): "That is a batch size of 32. The recipe leaves it at what `fit` takes, 64.",
    _with(learnt=("train", "validation")): "You train on the training and the validation part. The recipe says the training part alone.",
    _with(learnt=("train", "test")): "The test part is trained on. Then its AUPRC says nothing: train on the training part alone.",
    _with(rectified=False): "The ReLU between the two layers is missing: two linear layers in a row are one.",
    **{_with(_rounded_to(digits)): "That is rounded. Give what was computed, as it is." for digits in (2, 3, 4)},
    _with(lambda y, z: 100 * _mean(y, z)): "That is in percent. Give a share between 0 and 1.",
}  # fmt: skip
