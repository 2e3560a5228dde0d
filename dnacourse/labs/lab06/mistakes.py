"""Right answers of lab 6, and wrong ones that its checks can name."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score, roc_auc_score

from dnacourse.labs.checking import Table
from dnacourse.labs.lab06.data import MEASURED

Array = npt.NDArray[np.float64]
Tokens = npt.NDArray[np.uint8]


def _costs(z: Array, y: Array) -> Array:
    return np.maximum(z, 0) - z * np.nan_to_num(y) + np.log1p(np.exp(-np.abs(z)))


def loss_of(z: Array, y: Array) -> float:
    """The right answer to exercise 1, of logits and labels, both (N, tasks)."""
    return float(_costs(z, y)[~np.isnan(y)].mean())


def _mean_of_tasks(z: Array, y: Array) -> float:
    return float(np.nanmean(np.where(np.isnan(y), np.nan, _costs(z, y)), axis=0).mean())


def _softmax(z: Array, y: Array) -> float:
    log_p = z - np.log(np.exp(z - z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True)) - z.max(axis=1, keepdims=True)  # fmt: skip
    return float(-np.nansum(y * log_p, axis=1).mean())


def _softmax_then_sigmoid(z: Array, y: Array) -> float:
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    return float(np.nanmean(-(y * np.log(p) + (1 - y) * np.log(1 - p))))


def _literal_costs(z: Array, y: Array) -> Array:
    p = 1 / (1 + np.exp(-z))
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def _literal(z: Array, y: Array) -> float:
    return float(_literal_costs(z, y)[~np.isnan(y)].mean())


_OVERFLOW = "With a logit of 800 the probability is rounded to 1, and log(1 - p) is the logarithm of 0. Bring sigmoid and logarithm together first: hint 2."
_CLIPPED = "A probability or a logit is clipped, so that a model that is sure and wrong is charged too little. Bring sigmoid and logarithm together: hint 2."


def _clipped(least: float) -> Callable[..., float]:
    def loss(z: Array, y: Array) -> float:
        p = np.clip(1 / (1 + np.exp(-z)), least, 1 - least)
        return float(-(y * np.log(p) + (1 - y) * np.log(1 - p))[~np.isnan(y)].mean())

    return loss


LOSSES: dict[Callable[..., Any], str] = {
    lambda z, y: float(np.mean(_costs(z, y) + 0 * y)): "A label that was not measured makes the loss NaN. Leave it out: `np.isnan(y)` says where.",
    lambda z, y: float(_costs(z, y).mean()): "A label that was not measured counts as 0, 'not bound'. Leave it out of the mean.",
    lambda z, y: float(np.where(np.isnan(y), 0, _costs(z, y)).mean()): "What was not measured adds nothing to the sum, but is still counted. Divide by the number of labels that are there.",
    _mean_of_tasks: "You take the mean of each task, and then the mean of those: a task with few labels counts as much as one with many. Here each label counts the same.",
    lambda z, y: float(_costs(z, y)[~np.isnan(y).any(axis=1)].mean()): "A row with one label missing is left out whole. Its other labels are good.",
    lambda z, y: float(_costs(z, y)[~np.isnan(y)].sum()): "That is the sum. Take the mean.",
    _literal: _OVERFLOW,
    lambda z, y: float(np.nanmean(_literal_costs(z, y))): _OVERFLOW,
    _clipped(1e-12): _CLIPPED,
    _clipped(1e-7): _CLIPPED,
    _clipped(1e-15): _CLIPPED,
    **{lambda z, y, most=most: loss_of(np.clip(z, -most, most), y): _CLIPPED for most in (20, 30, 50, 500)},
    lambda z, y: float(np.nanmean(np.nanmean(np.where(np.isnan(y), np.nan, _costs(z, y)), axis=1))): "You take the mean of each row, and then the mean of those: a row with holes counts as much as a full one. Here each label counts the same.",
    lambda z, y: float(np.where(np.isnan(y), 0, _costs(z, y)).sum() / len(y)): "You divide by the number of rows. Divide by the number of labels that are there.",
    lambda z, y: np.nanmean(np.where(np.isnan(y), np.nan, _costs(z, y)), axis=0).tolist(): "That is one loss for each task. Take the mean over all labels, one number.",
    lambda z, y: loss_of(z, np.nan_to_num(y, nan=0.5)): "A label that was not measured counts as one half. Leave it out of the mean.",
    lambda z, y: loss_of(z, np.nan_to_num(y, nan=1.0)): "A label that was not measured counts as 1, 'bound'. Leave it out of the mean.",
    lambda z, y: float((np.maximum(z, 0) - z * y + np.log1p(np.exp(z)))[~np.isnan(y)].mean()): "In log(1 + e^(-|z|)) the sign or the bars are missing: e^800 is too large for a number.",
    lambda z, y: float((np.maximum(z, 0) - z * y + np.log1p(np.exp(-z)))[~np.isnan(y)].mean()): "In log(1 + e^(-|z|)) the bars are missing: with z = -800, e^(-z) is too large for a number.",
    lambda z, y: loss_of(z, y) / np.log(2): "That is in bits. Use the natural logarithm.",
    lambda z, y: -loss_of(z, y): "The sign is wrong: a loss is never negative.",
    lambda z, y: loss_of(1 / (1 + np.exp(-z)), y): "The sigmoid is taken twice: the formula of hint 2 has it inside, and wants z itself.",
    lambda z, y: loss_of(z, 1 - y): "The labels are turned round: where y is 1, a high z must cost little.",
    lambda z, y: float(np.nanmean((1 / (1 + np.exp(-z)) - y) ** 2)): "That is the mean squared error. Cross-entropy takes logarithms of probabilities.",
    lambda z, y: float(np.nanmean(np.abs(1 / (1 + np.exp(-z)) - y))): "That is how far the probabilities lie from the labels. Cross-entropy takes logarithms of probabilities.",
    lambda z, y: loss_of(z, y) / (~np.isnan(y)).sum(): "You divide by the number of labels twice: the mean does it already.",
    lambda z, y: _softmax_then_sigmoid(z, y): "A softmax over the tasks makes them share one probability. Here each task has a sigmoid of its own.",
    _softmax: "That is the cross-entropy of a softmax, one answer of several. Here each task has a sigmoid of its own.",
}  # fmt: skip


def aurocs_of(y: Array, p: Array) -> list[float]:
    """The right answer to exercise 2: a number for each task, of labels and probabilities, both (N, tasks)."""
    return [_auroc(labels, scores) for labels, scores in zip(y.T, p.T, strict=True)]


def _auroc(y: Array, p: Array, alone: float = float("nan")) -> float:
    return float(roc_auc_score(y, p)) if 0 < y.sum() < len(y) else alone


def _wins(y: Array, p: Array, tie: float) -> float:
    higher, lower = p[y == 1][:, None], p[y == 0][None]
    return (
        float(((higher > lower) + tie * (higher == lower)).mean()) if 0 < y.sum() < len(y) else float("nan")
    )


def _by_ranks(y: Array, p: Array) -> float:
    if not 0 < y.sum() < len(y):
        return float("nan")
    ranks = np.argsort(np.argsort(p, kind="stable"), kind="stable") + 1
    positives = y.sum()
    return float((ranks[y == 1].sum() - positives * (positives + 1) / 2) / positives / (len(y) - positives))


def _auprc(y: Array, p: Array) -> float:
    return float(average_precision_score(y, p)) if 0 < y.sum() < len(y) else float("nan")


AUROCS: dict[Callable[..., Any], str] = {
    lambda y, p: [_auprc(a, b) for a, b in zip(y.T, p.T, strict=True)]: "Those are AUPRCs. Here the AUROC is asked for.",
    lambda y, p: [_auroc(a, b, 0.5) for a, b in zip(y.T, p.T, strict=True)]: "A task with one class only has no AUROC: give NaN, not 0.5, or the mean over the tasks counts a number that nobody measured.",
    lambda y, p: [_auroc(a, b, 0.0) for a, b in zip(y.T, p.T, strict=True)]: "A task with one class only has no AUROC: give NaN, not 0.",
    lambda y, p: [_auroc(a, b, 1.0) for a, b in zip(y.T, p.T, strict=True)]: "A task with one class only has no AUROC: give NaN, not 1.",
    lambda y, p: [v for v in aurocs_of(y, p) if not np.isnan(v)]: "A task with one class only is gone from your list, and the tasks after it have moved up. Give NaN in its place.",
    lambda y, p: float(roc_auc_score(y.ravel(), p.ravel())): "You lay all tasks end to end and rank them together: a task of many positives then looks good in every column. One AUROC for each task.",
    lambda y, p: float(np.nanmean(aurocs_of(y, p))): "That is the mean. Give one AUROC for each task.",
    lambda y, p: [_auroc(a, b) for a, b in zip(y, p, strict=True)]: "That is one for each row. A task is a column.",
    lambda y, p: [_auroc(a, b >= 0.5) for a, b in zip(y.T, p.T, strict=True)]: "You rank yes and no, cut at 0.5. Rank the probabilities themselves.",
    lambda y, p: [_wins(a, b, 0.0) for a, b in zip(y.T, p.T, strict=True)]: "A tie counts as lost. Where a positive and a negative have the same probability, count one half.",
    lambda y, p: [_wins(a, b, 1.0) for a, b in zip(y.T, p.T, strict=True)]: "A tie counts as won. Where a positive and a negative have the same probability, count one half.",
    lambda y, p: [_by_ranks(a, b) for a, b in zip(y.T, p.T, strict=True)]: "Equal probabilities are ranked in the order of the rows. They must share a rank: scipy.stats.rankdata, or roc_auc_score.",
    lambda y, p: [_auroc(a, np.clip(b, 0.05, 0.5)) for a, b in zip(y.T, p.T, strict=True)]: "The probabilities are clipped, which makes ties of the highest. Rank them as they are.",
    lambda y, p: [1 - v for v in aurocs_of(y, p)]: "Those are turned over: 1 minus the AUROC. Are the labels turned round, or the scores?",
}  # fmt: skip


def thresholds_of(y: Array, p: Array) -> list[float]:
    """The right answer to exercise 3: a number for each task, of labels and probabilities, both (N, tasks)."""
    return [_best(labels, scores) for labels, scores in zip(y.T, p.T, strict=True)]


def _f1(y: Array, called: Array) -> float:
    return float(2 * (y * called).sum() / max(y.sum() + called.sum(), 1))


def _best(y: Array, p: Array, measure: Callable[[Array, Array], float] = _f1) -> float:
    values = np.unique(p)
    return float(values[int(np.argmax([measure(y, p >= value) for value in values]))])


def _accuracy(y: Array, called: Array) -> float:
    return float(np.mean(y == called))


def _youden(y: Array, called: Array) -> float:
    return float((y * called).sum() / max(y.sum(), 1) - ((1 - y) * called).sum() / max((1 - y).sum(), 1))


def _strictly(y: Array, p: Array) -> float:
    values = np.unique(p)
    return float(values[int(np.argmax([_f1(y, p > value) for value in values]))])


def _precision(y: Array, called: Array) -> float:
    return float((y * called).sum() / max(called.sum(), 1))


def _on_a_grid(points: int) -> Callable[..., list[float]]:
    def thresholds(y: Array, p: Array) -> list[float]:
        grid = np.linspace(0, 1, points)
        return [
            float(grid[int(np.argmax([_f1(a, b >= v) for v in grid]))]) for a, b in zip(y.T, p.T, strict=True)
        ]

    return thresholds


_GRID = "You try a grid of thresholds. Where labels are rare all probabilities may lie between two of its points. Try the values of the column itself."
THRESHOLDS: dict[Callable[..., Any], str] = {
    _on_a_grid(101): _GRID,
    _on_a_grid(100): _GRID,
    _on_a_grid(11): _GRID,
    _on_a_grid(21): _GRID,
    _on_a_grid(1001): _GRID,
    lambda y, p: [_best(a, b, _precision) for a, b in zip(y.T, p.T, strict=True)]: "Those are best by precision, which rewards a single sure call. Choose by F1.",
    lambda y, p: [float(np.unique(b)[0]) for b in p.T]: "Those are the lowest values: everything is called. They are best by recall, or by F1 if the labels are turned round; choose by F1 of the class 1.",
    lambda y, p: [int(np.argmax([_f1(a, b >= v) for v in np.unique(b)])) for a, b in zip(y.T, p.T, strict=True)]: "Those are the places of the best thresholds in a list. Give the values that stand there.",
    lambda y, p: [int(np.argmax([_f1(a, b >= v) for v in b])) for a, b in zip(y.T, p.T, strict=True)]: "Those are the rows of the best thresholds. Give their values.",
    lambda y, p: [_best(a, b) for a, b in zip(y, p, strict=True)]: "That is one for each row. A task is a column.",
    lambda y, p: [0.5] * y.shape[1]: "That is 0.5 for every task. Choose for each the threshold with the best F1.",
    lambda y, p: [_best(y.ravel(), p.ravel())] * y.shape[1]: "That is one threshold for all tasks together. Choose one for each.",
    lambda y, p: _best(y.ravel(), p.ravel()): "That is one threshold for all tasks together. Choose one for each.",
    lambda y, p: [_best(a, b, _accuracy) for a, b in zip(y.T, p.T, strict=True)]: "Those are best by accuracy, which with rare labels means: call nothing. Choose by F1.",
    lambda y, p: [_best(a, b, _youden) for a, b in zip(y.T, p.T, strict=True)]: "Those are Youden's thresholds, the best of sensitivity plus specificity, from the ROC curve. Where positives are rare they call far too much: choose by F1.",
    lambda y, p: [_best(a, b, lambda y, called: _f1(1 - y, 1 - called)) for a, b in zip(y.T, p.T, strict=True)]: "The labels are turned round: that is the best F1 of the class 0. F1 is that of the class 1.",
    lambda y, p: [_best(a, np.clip(b, 0.05, 0.95)) for a, b in zip(y.T, p.T, strict=True)]: "The probabilities are clipped, and the best threshold may lie where they were cut. Take them as they are.",
    lambda y, p: [_strictly(a, b) for a, b in zip(y.T, p.T, strict=True)]: "You call what lies *above* the threshold. A row is called from the threshold on: p >= threshold.",
    lambda y, p: [max(_f1(a, b >= value) for value in np.unique(b)) for a, b in zip(y.T, p.T, strict=True)]: "Those are the F1s that were reached. Give the thresholds that reach them.",
}  # fmt: skip


def perplexity_of(y: Array, p: Array) -> float:
    """The right answer to exercise 4, of labels and probabilities, both (N, tasks)."""
    return float(np.exp(_nats(y, p).mean()))


def _nats(y: Array, p: Array) -> Array:
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


PERPLEXITIES: dict[Callable[..., Any], str] = {
    lambda y, p: float(np.exp(_nats(y, p).mean(axis=0)).mean()): "That is the mean of the tasks' perplexities. The geometric mean is asked for: the exponential of the mean of their logarithms.",
    lambda y, p: float(np.exp(_nats(y, p)).mean()): "You take the exponential of each label's cross-entropy first. First the mean, then the exponential.",
    lambda y, p: float(_nats(y, p).mean()): "That is the cross-entropy in nats. Its exponential is the perplexity.",
    lambda y, p: float(2 ** _nats(y, p).mean()): "2 to the power of nats is nothing: with natural logarithms take e, with bits 2.",
    lambda y, p: float(np.exp(_nats(y, p).sum(axis=1).mean())): "You add the tasks up before the exponential, so that it grows with their number. Take the mean over the tasks.",
    lambda y, p: np.exp(_nats(y, p).mean(axis=0)).tolist(): "That is one for each task. Give their geometric mean, one number.",
    **{lambda y, p, least=least: perplexity_of(y, np.clip(p, least, 1 - least)): "The probabilities are clipped. With rare labels most of them are tiny, and a model that is sure and right must not be charged for it: take them as they are." for least in (0.1, 0.05, 0.01, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7)},
    lambda y, p: float(np.exp(_nats(y, p).mean() / np.log(2))): "You take e to the power of bits. With natural logarithms take e, with bits 2.",
    lambda y, p: float(np.exp(-_nats(y, p).mean())): "The sign is wrong: a perplexity is at least 1.",
    lambda y, p: float(np.exp(_nats(y, p).sum())): "That is the exponential of the sum over all labels. Take the mean first.",
    lambda y, p: perplexity_of(y, 1 / (1 + np.exp(-p))): "p is a probability already: no sigmoid is needed.",
    lambda y, p: perplexity_of(1 - y, p): "The labels are turned round: where y is 1 the model pays -log p.",
    lambda y, p: perplexity_of(y, np.exp(p) / np.exp(p).sum(axis=1, keepdims=True)): "p is a probability already: no softmax is needed.",
    lambda y, p: float(np.exp(-(y * np.log(p)).mean())): "The labels that are 0 are not counted: the model must also be charged for them, -log(1 - p).",
}  # fmt: skip


def tokens_of(x: npt.NDArray[np.uint8]) -> list[list[int]]:
    """The right answer to exercise 5: N rows of L tokens, of a bundle (L, 4, N)."""
    return _tokens(x)


def _tokens(
    x: npt.NDArray[np.uint8], order: tuple[int, ...] = (0, 2, 1, 3), unknown: int = 4
) -> list[list[int]]:
    letters = np.array(order)[x.argmax(axis=1)]
    letters[x.sum(axis=1) == 0] = unknown
    return letters.T.tolist()


BUNDLES: dict[Callable[..., Any], str] = {
    lambda x: _tokens(x, (0, 1, 2, 3)): "C and G have changed places: the file's channels are A, G, C, T, the course's letters A, C, G, T.",
    lambda x: _tokens(x, unknown=0): "A place where all four channels are 0 is unknown, token 4. argmax says 0 there, which is A.",
    lambda x: _tokens(x, unknown=5): "An unknown letter has become 5, which is padding. Unknown is 4.",
    lambda x: _tokens(x, unknown=-1): "An unknown letter has become -1. In the course it is token 4.",
    lambda x: np.array(_tokens(x)).T.reshape(x.shape[2], x.shape[0]).tolist(): "`reshape` lays the letters out anew, so that sequences are mixed up. Turn the table with `.T`.",
    lambda x: _tokens(x, (0, 1, 2, 3), 0): "C and G have changed places, and an unknown letter has become an A.",
    lambda x: np.array(_tokens(x)).T.tolist(): "The result is (L, N). Sequences come first: (N, L).",
    lambda x: np.array(_tokens(x, (0, 1, 2, 3))).T.tolist(): "The result is (L, N), and C and G have changed places: the file's channels are A, G, C, T.",
    lambda x: _tokens(x, (0, 1, 1, 3)): "All G have become C: you set 1 to 2, and then every 2, the new ones too, to 1. Look both up at once: np.array([0, 2, 1, 3])[channels].",
    lambda x: _tokens(x, (0, 2, 2, 3)): "All C have become G: you set 2 to 1, and then every 1, the new ones too, to 2. Look both up at once: np.array([0, 2, 1, 3])[channels].",
    lambda x: _tokens(x, (0, 3, 1, 2)): "The channels are A, G, C, T: channel 1 is G, token 2, and channel 2 is C, token 1.",
}  # fmt: skip


def _of_another(part: str, metric: str) -> Callable[[str, Table], Any]:
    return lambda kind, right: MEASURED[part, metric][kind]


METRIC_NAMES = {"auprc": "the AUPRCs", "auroc": "the AUROCs", "pooled": "AUPRCs over all labels together"}
SHARED_ROWS: dict[Callable[[str, Table], Any], str] = {
    **{_of_another(part, metric): f"Those are {what} on the {part} part. The table is about the test part, and the AUPRC of each "
       "track, of which the mean is taken."
       for part in ("train", "validation", "test")
       for metric, what in METRIC_NAMES.items()},
    lambda kind, right: right[kind][::-1]: "The values are right, in another order: seed 0, then seed 1.",
}  # fmt: skip
