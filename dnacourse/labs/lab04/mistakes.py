"""Right answers of lab 4, and wrong ones that its checks can name."""

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

import numpy as np
import numpy.typing as npt

from dnacourse.labs.checking import Table
from dnacourse.labs.lab04.data import MEASURED, SEEDS

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


def loss_of(z: Array, y: Array) -> float:
    """The right answer to exercise 1, of logits and labels, both (N,)."""
    return float(np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))))


def _sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def _nats(p: Array, y: Array) -> float:
    return float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))


def _literal(z: Array, y: Array) -> float:
    return _nats(_sigmoid(z), y)


_OVERFLOW = "With a logit of 800 the probability is rounded to 1, and log(1 - p) is the logarithm of 0. Bring sigmoid and logarithm together first: hint 2."
_CLIPPED = "The probability is clipped, so a model that is sure and wrong is charged 20 or 30 nats and not the hundreds that it deserves, and its slope is lost. Bring sigmoid and logarithm together: hint 2."


def _clipped(least: float) -> Callable[..., float]:
    def loss(z: Array, y: Array) -> float:
        return _nats(np.clip(_sigmoid(z), least, 1 - least), y)

    return loss


LOSSES: dict[Callable[..., Any], str] = {
    _literal: _OVERFLOW,
    lambda z, y: float(-np.mean(np.log(np.where(y == 1, _sigmoid(z), 1 - _sigmoid(z))))): _OVERFLOW,
    lambda z, y: float(np.nan_to_num(_literal(z, y), posinf=0, neginf=0)): "An infinite or missing loss was made 0. A model that is sure and wrong must be charged most of all.",
    _clipped(1e-12): _CLIPPED,
    _clipped(1e-7): _CLIPPED,
    _clipped(1e-15): _CLIPPED,
    _clipped(1e-9): _CLIPPED,
    lambda z, y: float(np.mean(np.log(1 + np.exp(z)) - z * y)): "e to the power of 800 overflows, and the loss is infinite. Write log(1 + e^z) so that the exponent is never positive: hint 2.",
    lambda z, y: loss_of(_sigmoid(z), y): "The sigmoid is taken twice: the formula of hint 3 has it inside, and wants z itself.",
    lambda z, y: _nats(z, y): "You take the logarithm of z, as if it were a probability. z is a logit: p = 1 / (1 + e^-z).",
    lambda z, y: float(np.nan_to_num(_nats(z, y))): "You take the logarithm of z, as if it were a probability. z is a logit: p = 1 / (1 + e^-z).",
    lambda z, y: loss_of(z, y) / len(z): "You divide by the number of rows twice: the mean does it already.",
    lambda z, y: loss_of(z, y) * len(z): "That is the sum. Take the mean, so that the loss does not grow with the batch.",
    lambda z, y: -loss_of(z, y): "The sign is wrong: a loss is never negative, and is small where the model is right.",
    lambda z, y: loss_of(z, 1 - y): "The labels are turned round: where y is 1, a high z must cost little.",
    lambda z, y: float(np.mean((_sigmoid(z) - y) ** 2)): "That is the mean squared error. Cross-entropy takes logarithms of probabilities.",
    lambda z, y: loss_of(z, y) / np.log(2): "That is in bits. Use the natural logarithm, as PyTorch does.",
    lambda z, y: float(np.mean(np.maximum(z, 0) - z * y)): "The logarithm is missing: max(z, 0) - zy is only the part that grows with z.",
}  # fmt: skip


def gradient(w: Array, b: float, X: Array, y: Array) -> list[Any]:
    """The right answer to exercise 2: slopes along w (inputs,) as a list, and along b, for X (N, inputs) and y (N,)."""
    error = _sigmoid(X @ w + b) - y
    return [(X.T @ error / len(y)).tolist(), float(error.mean())]


def _gradient_from(change: Callable[[Array, Array, Array], tuple[Array, float]]) -> Callable[..., list[Any]]:
    def slopes(w: Array, b: float, X: Array, y: Array) -> list[Any]:
        along_w, along_b = change(_sigmoid(X @ w + b), X, y)
        return [np.asarray(along_w).tolist(), float(along_b)]

    return slopes


GRADIENTS: dict[Callable[..., Any], str] = {
    _gradient_from(lambda p, X, y: (X.T @ (y - p) / len(y), (y - p).mean())): "The sign is turned: the slope is prediction minus truth. With this one every step would go uphill.",
    _gradient_from(lambda p, X, y: (X.T @ (p - y), (p - y).sum())): "Those are sums over the rows. The loss is a mean, so its slopes are means.",
    _gradient_from(lambda p, X, y: (X.T @ (p - y) / len(y), (p - y).sum())): "The slope along b is a sum over the rows. Take the mean.",
    _gradient_from(lambda p, X, y: (X.T @ (p - y), (p - y).mean())): "The slopes along w are sums over the rows. Divide by their number.",
    _gradient_from(lambda p, X, y: (X.T @ ((p - y) * p * (1 - p)) / len(y), ((p - y) * p * (1 - p)).mean())): "The factor p (1 - p) belongs to the squared error. In the cross-entropy it cancels: the slope along z is p - y.",
    lambda w, b, X, y: [(X.T @ (X @ w + b - y) / len(y)).tolist(), float((X @ w + b - y).mean())]: "You compare z with y. Take the sigmoid of z first.",
    _gradient_from(lambda p, X, y: (X.T @ (p - y) / len(y) ** 2, (p - y).mean() / len(y))): "You divide by the number of rows twice. Once is the mean.",
    _gradient_from(lambda p, X, y: (X.T @ (p - y) / len(y) ** 2, (p - y).mean())): "The slopes along w are divided by the number of rows twice. Once is the mean.",
    _gradient_from(lambda p, X, y: (X.T @ (_sigmoid(p) - y) / len(y), (_sigmoid(p) - y).mean())): "The sigmoid is taken twice: p is a probability already.",
    _gradient_from(lambda p, X, y: (X.T @ (p * (1 - p)) / len(y), (p * (1 - p)).mean())): "p (1 - p) is the slope of the sigmoid alone. The slope of the cross-entropy along z is p - y.",
    lambda w, b, X, y: gradient(w, 0.0, X, y): "b is left out of z.",
    lambda w, b, X, y: gradient(w, b, X, y)[::-1]: "The two have changed places: first the slopes along w, then the one along b.",
}  # fmt: skip


def batch_rows(n: int, size: int, seed: int) -> list[list[int]]:
    """A right answer to exercise 3; any other order of the rows is right as well."""
    order = np.random.default_rng(seed).permutation(n)
    return [order[start : start + size].tolist() for start in range(0, n, size)]


def _in_order(n: int, size: int, seed: int) -> list[list[int]]:
    return [list(range(start, min(start + size, n))) for start in range(0, n, size)]


def _drawn_again(n: int, size: int, seed: int) -> list[list[int]]:
    rng = np.random.default_rng(seed)
    return [rng.integers(0, n, len(rows)).tolist() for rows in _in_order(n, size, seed)]


def _whole_batches_only(n: int, size: int, seed: int) -> list[list[int]]:
    return [rows for rows in batch_rows(n, size, seed) if len(rows) == size]


def _always_the_same(n: int, size: int, seed: int) -> list[list[int]]:
    return batch_rows(n, size, 0)


def _never_the_same(n: int, size: int, seed: int) -> list[list[int]]:
    return batch_rows(n, size, int(np.random.default_rng().integers(1 << 30)))


def _batches_shuffled(n: int, size: int, seed: int) -> list[list[int]]:
    batches = _in_order(n, size, seed)
    return [batches[i] for i in np.random.default_rng(seed).permutation(len(batches))]


IN_ORDER = (
    "The rows come in their order. Files are often sorted, all positives first: shuffle the row numbers."
)
DRAWN_AGAIN = "Some rows come twice and others never: they are drawn with replacement. Shuffle all row numbers, then cut."
WHOLE_BATCHES_ONLY = (
    "The last rows are left out because they do not fill a batch. Give the last batch fewer rows."
)
EMPTY_BATCH = (
    "A batch is empty. Where size divides n the last batch is a full one: stop at n, range(0, n, size)."
)
ALWAYS_THE_SAME = "Two seeds give the same order. Pass the seed to np.random.default_rng."
NEVER_THE_SAME = "The same seed gives another order each time. Draw from np.random.default_rng(seed), and from nothing else."
BATCHES_SHUFFLED = (
    "The rows of each batch are neighbours still, such as 0 to 15. Shuffle all rows before you cut."
)
BATCHES: dict[Callable[..., Any], str] = {
    lambda n, size, seed: [*batch_rows(n, size, seed), *([[]] if n % size == 0 else [])]: EMPTY_BATCH,
    _in_order: IN_ORDER,
    _drawn_again: DRAWN_AGAIN,
    _whole_batches_only: WHOLE_BATCHES_ONLY,
    _always_the_same: ALWAYS_THE_SAME,
    _never_the_same: NEVER_THE_SAME,
    _batches_shuffled: BATCHES_SHUFFLED,
}
"""Any order of the rows is right, so these are not compared with an answer: each is told by what it does."""


def backward(X: Array, y: Array, W: Array, c: Array, v: Array, d: float) -> list[Any]:
    """The right answer to exercise 4: slopes along W (inputs, hidden), c (hidden,), v (hidden,) and d, for X (N, inputs)."""
    return _backward(X, y, W, c, v, d)


def _backward(
    X: Array, y: Array, W: Array, c: Array, v: Array, d: float,
    *, gate: bool = True, through: bool = True, relu: bool = True, passed_on: bool = True, prediction: bool = True, mean: int = 1,
    squared: bool = False, zero_passes: bool = False, again: bool = False,
) -> list[Any]:  # fmt: skip
    before = X @ W + c
    hidden = np.maximum(before, 0) if relu else before
    z = hidden @ v + d
    error = (_sigmoid(z) if prediction else z) - y
    error = error / len(y) ** mean
    error = error * _sigmoid(z) * (1 - _sigmoid(z)) if squared else error
    sent_back = np.outer(error, v if through else np.ones_like(v))
    if gate:
        sent_back = sent_back * (before >= 0 if zero_passes else before > 0)
    if again:
        return [
            (X.T @ sent_back / len(y)).tolist(),
            sent_back.mean(axis=0).tolist(),
            (hidden.T @ error / len(y)).tolist(),
            float(error.mean()),
        ]
    return [
        (X.T @ sent_back).tolist(),
        sent_back.sum(axis=0).tolist(),
        ((hidden if passed_on else before).T @ error).tolist(),
        float(error.sum()),
    ]


SLOPES: dict[Callable[..., Any], str] = {
    lambda *a: _backward(*a, gate=False): "The error passes where the ReLU was 0. A neuron that gave 0 did not matter for the answer: multiply by (before > 0).",
    lambda *a: _backward(*a, through=False): "The error goes back to each hidden neuron through its weight in v: multiply by v.",
    lambda *a: _backward(*a, prediction=False): "The error is taken from z. It is p - y: take the sigmoid first.",
    lambda *a: _backward(*a, mean=0): "Those are sums over the rows. The loss is a mean: divide the error by the number of rows once, at the start.",
    lambda *a: [(-np.array(part)).tolist() if isinstance(part, list) else -part for part in backward(*a)]: "All signs are turned: the error is p - y.",
    lambda *a: _backward(*a, zero_passes=True): "Where `before` is exactly 0 the neuron gave 0, and nothing passes: before > 0, not >= 0.",
    lambda *a: _backward(*a, again=True): "You divide by the number of rows twice. Divide the error once, at the start, and add up after that.",
    lambda *a: _backward(*a, squared=True): "The factor p (1 - p) belongs to the squared error. In the cross-entropy it cancels: the error is p - y.",
    lambda *a: _backward(*a, relu=False): "The ReLU is missing on the way forward: hidden is max(before, 0).",
    lambda *a: _backward(*a, relu=False, gate=False): "The ReLU is missing on the way forward: hidden is max(before, 0).",
    lambda *a: _backward(*a, passed_on=False): "The slopes along v take what the hidden neurons passed on, after the ReLU, not what they had added up.",
    lambda *a: [np.array(backward(*a)[0]).T.tolist(), *backward(*a)[1:]]: "The slopes along W are turned on their side: they must have the shape of W, (inputs, hidden).",
    lambda *a: backward(*a)[::-1]: "The order is W, c, v, d.",
}  # fmt: skip


def stopped(losses: Sequence[float], patience: int) -> tuple[int, int]:
    """The right answer to exercise 5."""
    return _stopped(losses, patience)


def _stopped(
    losses: Sequence[float],
    patience: int,
    *,
    ties_improve: bool = False,
    by_last: bool = False,
    slack: int = 0,
) -> tuple[int, int]:
    best, since = 0, 0
    for epoch in range(1, len(losses)):
        against = losses[epoch - 1] if by_last else losses[best]
        better = losses[epoch] <= against if ties_improve else losses[epoch] < against
        since = 0 if better else since + 1
        if losses[epoch] < losses[best]:
            best = epoch
        if since >= patience + slack:
            return epoch + 1, best + 1
    return len(losses), best + 1


def _starting_from_one(losses: Sequence[float], patience: int) -> tuple[int, int]:
    epoch, best_epoch, best = 0, 1, 1.0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best_epoch, best = epoch, loss
        elif epoch - best_epoch >= patience:
            break
    return epoch, best_epoch


def _last_is_best(losses: Sequence[float], patience: int) -> tuple[int, int]:
    last, best = stopped(losses, patience)
    ran_out = last == len(losses) and last - best < patience
    return last, last if ran_out else best


def _never_reset(losses: Sequence[float], patience: int) -> tuple[int, int]:
    best, waited = 0, 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[best]:
            best = epoch
        else:
            waited += 1
        if waited >= patience:
            return epoch + 1, best + 1
    return len(losses), best + 1


def _better_than_before(losses: Sequence[float], patience: int) -> tuple[int, int]:
    best_epoch, before = 0, float("inf")
    for epoch, loss in enumerate(losses, start=1):
        if loss < before:
            best_epoch = epoch
        elif epoch - best_epoch >= patience:
            break
        before = loss
    return epoch, best_epoch


STOPS: dict[Callable[..., Any], str] = {
    _last_is_best: "Where the epochs are over before patience ends, you give the last epoch as the best. Keep the number of the best one as you go.",
    _starting_from_one: "The best loss starts at 1, but losses may lie above that. Start from infinity, or from the first loss.",
    lambda s, k: _stopped(s, k, slack=-1) if k > 1 else stopped(s, k): "You stop an epoch too early: with patience 2, the second epoch in a row without improvement is the last.",
    lambda s, k: _stopped(s, k, by_last=True): "You compare with the epoch before. Compare with the best so far: a loss that goes down again after a jump is no improvement yet.",
    _better_than_before: "You compare with the epoch before. Compare with the best so far: a loss that goes down again after a jump is no improvement yet.",
    _never_reset: "Patience is never reset: the epochs without improvement must come in a row. When a better one comes, count from 0 again.",
    lambda s, k: _stopped(s, k, slack=1): "You wait an epoch too long: with patience 1, the first epoch without improvement is the last.",
    lambda s, k: _stopped(s, k, ties_improve=True): "An equal loss counts as an improvement. It must be lower.",
    lambda s, k: (stopped(s, k)[0] - 1, stopped(s, k)[1] - 1): "You count epochs from 0. The first one is epoch 1.",
    lambda s, k: stopped(s, k)[::-1]: "The two have changed places: first the last epoch that ran, then the best.",
    lambda s, k: (len(s), int(np.argmin(s)) + 1): "You look at all losses. A run that has stopped never sees those behind: the best must be found among the epochs that ran.",
    lambda s, k: (stopped(s, k)[0], stopped(s, k)[0] - k): "You count back from the end. A run that ends because the epochs are over may have had its best one anywhere.",
}  # fmt: skip


def _in_another_order(order: Sequence[int]) -> Callable[[str, Table], Any]:
    return lambda name, right: [right[name][i] for i in order]


BORDER_ROWS: dict[Callable[[str, Table], Any], str] = {
    lambda name, right: MEASURED["validation"][name]: "Those are the AUROCs on the validation part. The table is about the test part.",
    lambda name, right: [1 - value for value in right[name]]: "Those are below one half: labels and scores have changed places, or the score is that of 'no border'.",
    **{_in_another_order(order): "the values are right, but in another order: seed 0, 1, 2." for order in permutations(range(len(SEEDS)))},
}  # fmt: skip
