"""Right answers of lab 5, and wrong ones that its checks can name."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from dnacourse.labs.checking import Table
from dnacourse.labs.lab05.data import MEASURED

Array = npt.NDArray[np.float64]
Tokens = npt.NDArray[np.uint8]
Layer = tuple[Any, ...]
Pair = tuple[str, str]


def scan(planes: Array, kernel: Array) -> list[float]:
    """The right answer to exercise 1: L - w + 1 answers, of planes (4, L) and a kernel (4, w)."""
    width = kernel.shape[1]
    places = range(planes.shape[1] - width + 1)
    return [float((planes[:, i : i + width] * kernel).sum()) for i in places]


def _padded(planes: Array, left: int, right: int) -> Array:
    return np.pad(planes, ((0, 0), (left, right)))


SCANS: dict[Callable[..., Any], str] = {
    lambda X, k: scan(X, k)[:-1]: "The last place is missing: a kernel of w letters fits at L - w + 1 places.",
    lambda X, k: scan(_padded(X, 0, 1), k): "There is one place too many: at the last one the kernel hangs over the end.",
    lambda X, k: scan(X, k[:, ::-1]): "Your kernel is turned round, as np.convolve does it. Lay it on the sequence as it is: its first column on the first letter.",
    lambda X, k: scan(X, k[::-1, ::-1]): "Your kernel is the reverse complement of the one given: that is the other strand, exercise 3.",
    lambda X, k: scan(X, k[::-1]): "The rows of your kernel are turned round: T, G, C, A instead of A, C, G, T.",
    lambda X, k: [value / k.shape[1] for value in scan(X, k)]: "That is the mean over the letters. A convolution adds up.",
    lambda X, k: [float((X[:, i : i + k.shape[1]] * k).max()) for i in range(X.shape[1] - k.shape[1] + 1)]: "You take the largest weight in each window. Add the weights up.",
    lambda X, k: scan(_padded(X, k.shape[1] - 1, k.shape[1] - 1), k): "You let the kernel hang over both ends. Here it is laid only where it fits.",
    lambda X, k: scan(_padded(X, (k.shape[1] - 1) // 2, k.shape[1] // 2), k): "You pad so that there are as many answers as letters. Here the kernel is laid only where it fits.",
    lambda X, k: [value / k.size for value in scan(X, k)]: "That is the mean over the weights. A convolution adds up.",
    lambda X, k: scan(_padded(X, 0, k.shape[1] - 1), k): "You let the kernel hang over the end. Here it is laid only where it fits: at L - w + 1 places.",
    lambda X, k: scan(_padded(X, k.shape[1] - 1, 0), k): "You let the kernel hang over the beginning. Here it is laid only where it fits: at L - w + 1 places.",
    lambda X, k: scan(_padded(X, 1, 0), k): "There is one place too many: at the first one the kernel hangs over the beginning.",
    lambda X, k: scan(X, k)[0]: "That is the answer at the first place alone. Does your function return inside the loop?",
    lambda X, k: scan(X, k)[:1]: "That is the answer at the first place alone. Does your function return inside the loop?",
    lambda X, k: [scan(X, k)]: "The answers stand in a list of one row. Give them as one row of numbers, (L - w + 1,).",
    lambda X, k: max(scan(X, k)): "That is the highest answer. Give the answer at every place.",
    lambda X, k: [(X.T[:, i : i + k.shape[1]] * k).sum() for i in range(X.shape[0] - k.shape[1] + 1)]: "The planes are (4, L), letters in rows, as the kernel is. You have turned them, or count the places along the wrong axis.",
    lambda X, k: [(X[:, i : i + k.shape[1]] * k).sum() for i in range(X.shape[1])]: "There are too many places: at the last ones the kernel hangs over the end. It fits at L - w + 1 places.",
    lambda X, k: scan(X, k)[:: k.shape[1]]: "You step by the width of the kernel. It moves on by one letter at a time.",
}  # fmt: skip


def pooled(answers: Array, thresholds: Array) -> list[float]:
    """The right answer to exercise 2: a number for each kernel, of answers (kernels, places) and thresholds (kernels,)."""
    return [float(value) for value in np.maximum(answers - thresholds[:, None], 0).max(axis=1)]


POOLS: dict[Callable[..., Any], str] = {
    lambda a, t: (a - t[:, None]).max(axis=1).tolist(): "A kernel that reaches its threshold nowhere must give 0, not a negative number: the ReLU is missing.",
    lambda a, t: np.maximum(a + t[:, None], 0).max(axis=1).tolist(): "You add the threshold. Take it away: an answer that does not reach it counts for nothing.",
    lambda a, t: (np.maximum(a, 0) - t[:, None]).max(axis=1).tolist(): "The ReLU comes first and the threshold after it. First take the threshold away, then set to 0 what is negative.",
    lambda a, t: np.maximum(a - t[:, None], 0).mean(axis=1).tolist(): "That is the mean over the places. DeepBind for DNA takes the maximum.",
    lambda a, t: np.maximum(a - t[:, None], 0).sum(axis=1).tolist(): "That is the sum over the places. DeepBind for DNA takes the maximum.",
    lambda a, t: np.maximum(a - t[:, None], 0).max(axis=0).tolist(): "You take the maximum over the kernels. Take it over the places: one number for each kernel.",
    lambda a, t: np.where(a.max(axis=1) >= t, a.max(axis=1), 0).tolist(): "What reaches the threshold comes out whole. Only what is above it counts: take the threshold away.",
    lambda a, t: np.maximum(a, 0).max(axis=1).tolist(): "The threshold is not used.",
    lambda a, t: np.maximum(a - t, 0).max(axis=1).tolist(): "`thresholds` stands one for each row, and NumPy lays it along the columns. Make a column of it: thresholds[:, None].",
    lambda a, t: np.maximum(a - t[0], 0).max(axis=1).tolist(): "You use the first threshold for all kernels. Each has its own.",
    lambda a, t: np.abs(a - t[:, None]).max(axis=1).tolist(): "You take the absolute value. The ReLU sets to 0 what is negative.",
    lambda a, t: np.maximum(a - t[:, None], 0).argmax(axis=1).tolist(): "That is where the maximum stands. Give the maximum itself.",
    lambda a, t: float(np.maximum(a - t[:, None], 0).max()): "You give one number in all. Give one for each kernel.",
    lambda a, t: np.maximum(a - t[:, None], 0).max(axis=1, keepdims=True).tolist(): "Each maximum stands in a list of its own: leave `keepdims` away.",
    lambda a, t: np.maximum(np.maximum(a, 0) - t[:, None], 0).max(axis=1).tolist(): "There is a ReLU before the threshold too. With a negative threshold that makes a difference: take the threshold away first, and rectify once.",
}  # fmt: skip


def _best(tokens: Tokens, kernel: Array) -> float:
    places = range(len(tokens) - kernel.shape[1] + 1)
    columns = np.arange(kernel.shape[1])
    return max(float(kernel[tokens[i : i + len(columns)], columns].sum()) for i in places)


def best_answer(tokens: Tokens, kernel: Array) -> float:
    """The right answer to exercise 3, of tokens (L,) and a kernel (4, w)."""
    return max(_best(tokens, kernel), _best(3 - tokens[::-1], kernel))


def _joined(tokens: Tokens, kernel: Array) -> float:
    return _best(np.concatenate([tokens, 3 - tokens[::-1]]), kernel)


def _with_partner(partner: Callable[[Tokens], Any]) -> Callable[..., float]:
    return lambda x, k: max(_best(x, k), _best(partner(x)[::-1], k))


_PAIRS = "The letters of your other strand are not the partners: A faces T, and C faces G, so 0 and 3 change places, and 1 and 2."
STRANDS: dict[Callable[..., Any], str] = {
    _joined: "You lay the strands end to end, and the kernel can stand half on one and half on the other. Scan each by itself.",
    lambda x, k: max(_best(s, k) for s in (x, x[::-1], 3 - x, 3 - x[::-1])): "You try four readings. Two of them are no strand: the other strand is complemented *and* turned round.",
    _with_partner(lambda x: x ^ 1): _PAIRS,
    _with_partner(lambda x: (x + 2) % 4): _PAIRS,
    _best: "You look at one strand only.",
    lambda x, k: _best(3 - x[::-1], k): "You look at the other strand only. Take the higher of the two.",
    lambda x, k: max(_best(x, k), _best(3 - x, k)): "What you look at besides is complemented but not turned round: turn the sequence (or the columns of the kernel) round as well.",
    lambda x, k: max(_best(x, k), _best(x[::-1], k)): "What you look at besides is turned round but not complemented: A and T, C and G must change places as well.",
    lambda x, k: _best(x, k) + _best(3 - x[::-1], k): "You add the two strands up. A protein sits on one of them: take the higher.",
    lambda x, k: (_best(x, k) + _best(3 - x[::-1], k)) / 2: "You take the mean of the strands. A protein sits on one of them: take the higher.",
    lambda x, k: max(0.0, best_answer(x, k)): "You cut off at 0. There is no ReLU in this exercise: the best answer may be negative.",
}  # fmt: skip


def sizes(length: int, layers: Sequence[Layer]) -> list[Any]:
    """The right answer to exercise 4."""
    return _sizes(length, layers)


def _sizes(
    length: int,
    layers: Sequence[Layer],
    bias: int = 1,
    dense_bias: int = 1,
    same: bool = False,
    missing: int = 1,
    first: int = 4,
    up: bool = False,
    channels_always: int | None = None,
    pooled_by_places: bool = False,
    nearest: bool = False,
    single_bias: bool = False,
    over_channels: bool = False,
) -> list[Any]:
    shape: tuple[int, ...] = (first, length)
    found: list[Any] = []
    for kind, *numbers in layers:
        parameters, before = 0, shape
        if kind == "conv":
            kernels, width = numbers
            parameters = kernels * ((channels_always or shape[0]) * width + bias)
            parameters -= (kernels - 1) * single_bias
            shape = (kernels, shape[1] if same else shape[1] - width + missing)
        elif kind == "pool":
            (pool,) = numbers
            left = -(-shape[1] // pool) if up else shape[1] // pool
            left = round(shape[1] / pool) if nearest else left
            shape = (shape[0], shape[1] - pool + 1 if pooled_by_places else left)
            if over_channels:
                shape = (shape[0] // pool, before[1])
        elif kind == "flatten":
            shape = (shape[0] * shape[1],)
        else:
            (units,) = numbers
            parameters = units * (shape[0] + dense_bias) - (units - 1) * single_bias
            shape = (units,)
        found.append([list(shape), parameters])
    return found


def _places_first(part: list[Any]) -> list[Any]:
    return [part[0][::-1], part[1]]


def _bare(part: list[Any]) -> list[Any]:
    return [part[0][0] if len(part[0]) == 1 else part[0], part[1]]


SIZES: dict[Callable[..., Any], str] = {
    lambda n, layers: _sizes(n, layers, nearest=True): "You round to the nearest. A last pool that is not full is dropped: round down, //.",
    lambda n, layers: _sizes(n, layers, single_bias=True): "You count one bias for each layer. There is one for each kernel, and one for each unit.",
    lambda n, layers: [_places_first(part) for part in _sizes(n, layers)]: "Your shapes are (places, channels), as in Keras. Here channels come first: (channels, places).",
    lambda n, layers: [_bare(part) for part in _sizes(n, layers)]: "A shape of one number is a tuple or list too: (40,), and not 40.",
    lambda n, layers: [[[4, n], 0], *_sizes(n, layers)]: "Your list begins with the input. Give a pair for each layer only.",
    lambda n, layers: _sizes(n, layers, bias=0, dense_bias=0): "The biases are missing: one for each kernel, and one for each unit.",
    lambda n, layers: _sizes(n, layers, bias=0): "The convolutions' biases are missing: one for each kernel.",
    lambda n, layers: _sizes(n, layers, dense_bias=0): "The dense layers' biases are missing: one for each unit.",
    lambda n, layers: _sizes(n, layers, same=True): "Your convolutions keep the length, as with padding. There is none: a kernel fits at L - width + 1 places.",
    lambda n, layers: _sizes(n, layers, missing=0): "A convolution loses one place too many: a kernel of width w fits at L - w + 1 places.",
    lambda n, layers: _sizes(n, layers, up=True): "A last pool that is not full is dropped: round down.",
    lambda n, layers: _sizes(n, layers, channels_always=4): "Every kernel has 4 rows in your count. That holds for the first convolution; the next ones have a row for each kernel of the one before.",
    lambda n, layers: _sizes(n, layers, channels_always=1): "A kernel has a row for each channel of its input, 4 in the first layer. You count one row.",
    lambda n, layers: _sizes(n, layers, pooled_by_places=True): "Pooling here moves on by its own width, so p places become one: divide.",
    lambda n, layers: _sizes(n, layers, over_channels=True): "You pool over the channels. A pool makes one of several neighbouring *places*; every channel stays: (channels, places // p).",
    lambda n, layers: [part[0] for part in _sizes(n, layers)]: "You give the shapes. Give a pair for each layer: shape and number of parameters.",
    lambda n, layers: sum(part[1] for part in _sizes(n, layers)): "That is the sum of all parameters. Give a pair for each layer: shape and number of parameters.",
    lambda n, layers: _sizes(n, layers)[-1]: "That is the last layer alone. Give a pair for each layer.",
}  # fmt: skip


def motif_of(tokens: Tokens, kernel: Array) -> list[list[float]]:
    """The right answer to exercise 5: four rows of w shares, of tokens (N, L) and a kernel (4, w)."""
    return _shares(_sites(tokens, kernel)).tolist()


def _sites(
    tokens: Tokens,
    kernel: Array,
    share: float = 0.5,
    shift: int = 0,
    all_places: bool = False,
    strict: bool = False,
    last: bool = False,
) -> Tokens:
    width = kernel.shape[1]
    windows = np.lib.stride_tricks.sliding_window_view(tokens, width, axis=1)
    answers = kernel[windows, np.arange(width)].sum(axis=2)
    least = share * answers.max()
    if all_places:
        return np.asarray(windows[answers >= least])
    best = answers.max(axis=1)
    rows = np.flatnonzero(best > least if strict else best >= least)
    first = windows.shape[1] - 1 - answers[:, ::-1].argmax(axis=1) if last else answers.argmax(axis=1)
    places = np.minimum(first[rows] + shift, windows.shape[1] - 1)
    return np.asarray(windows[rows, places])


def _shares(sites: Tokens) -> Array:
    return np.stack([(sites == letter).mean(axis=0) for letter in range(4)])


def _of_each(tokens: Tokens, kernel: Array) -> Tokens:
    return np.concatenate([_sites(row[None], kernel, share=-np.inf) for row in tokens])


def _reaching(tokens: Tokens, kernel: Array) -> Tokens:
    """Cut at half of the best answer that the kernel could give."""
    rows = [_sites(row[None], kernel, share=-np.inf) for row in tokens]
    kept = [
        site
        for site in rows
        if kernel[site[0], np.arange(len(site[0]))].sum() >= kernel.max(axis=0).sum() / 2
    ]
    return np.concatenate(kept) if kept else np.empty((0, kernel.shape[1]), np.uint8)


def _on_both_strands(tokens: Tokens, kernel: Array) -> Tokens:
    return _sites(np.concatenate([tokens, 3 - tokens[:, ::-1]]), kernel)


def _with_pseudocount(sites: Tokens, pseudocount: float) -> Array:
    counts = np.stack([(sites == letter).sum(axis=0) for letter in range(4)]) + pseudocount
    return np.asarray(counts / counts.sum(axis=0))


MOTIFS: dict[Callable[..., Any], str] = {
    lambda x, k: _shares(_reaching(x, k)).tolist(): "You compare with half of the best answer that the kernel *could* give. The cut is half of the best answer that it gives to any of these sequences.",
    lambda x, k: _shares(_on_both_strands(x, k)).tolist(): "You look at both strands. In this exercise one strand is enough.",
    lambda x, k: _with_pseudocount(_sites(x, k), 1.0).tolist(): "A pseudocount is added. Give the plain shares.",
    lambda x, k: _with_pseudocount(_sites(x, k), 0.25).tolist(): "A pseudocount is added. Give the plain shares.",
    lambda x, k: _shares(_of_each(x, k)).tolist(): "You take a stretch from every sequence. Leave out those that answer with less than half of the best answer of all.",
    lambda x, k: _shares(_sites(x, k, all_places=True)).tolist(): "You take every place that is good enough. Take at most one from each sequence, its best.",
    lambda x, k: _shares(_sites(x, k, shift=1)).tolist(): "Your stretches begin one letter too late.",
    lambda x, k: _shares(_sites(x, k, strict=True)).tolist(): "A sequence whose best answer is exactly half of the best of all is left out. At least half is enough: >=.",
    lambda x, k: _shares(_sites(x, k, last=True)).tolist(): "Where several places answer alike you take the last. Take the first, as argmax does.",
    lambda x, k: (_shares(_sites(x, k)) * len(_sites(x, k)) / len(x)).tolist(): "You divide by the number of all sequences. Divide by the number of stretches you kept: each column sums to 1.",
    lambda x, k: _shares(_sites(x, k)).T.tolist(): "The matrix is (width, 4). Make it (4, width): a row for each letter.",
    lambda x, k: (_shares(_sites(x, k)) * len(_sites(x, k))).tolist(): "Those are counts. Give shares: each column sums to 1.",
    lambda x, k: _shares(_sites(x, k, share=1.0)).tolist(): "You keep only the sequence with the best answer of all. Half of it is enough.",
    lambda x, k: k.tolist(): "That is the kernel itself. Its motif is made of the stretches that it answers to.",
    lambda x, k: (np.exp(k) / np.exp(k).sum(axis=0)).tolist(): "You have made shares of the kernel's weights. Its motif is made of the stretches that it answers to.",
}  # fmt: skip


CROSSED_ROWS: dict[Callable[[Pair, Table], Any], str] = {
    lambda pair, right: MEASURED["train"][pair]: "Those are the AUROCs on the train parts. The table is about the test parts.",
    lambda pair, right: MEASURED["validation"][pair]: "Those are the AUROCs on the validation parts. The table is about the test parts.",
    lambda pair, right: right[pair[::-1]]: 'The two names have changed places: ("trained against", "tested against").',
    lambda pair, right: right[pair[0], pair[0]]: "Each network is tested against its own kind in both places. Change the task at the test.",
    lambda pair, right: right[pair[1], pair[1]]: "Each task is tested with the network that was trained on it, whatever the first name says. "
    "Keep the network while you change the task at the test.",
    lambda pair, right: 1 - right[pair]: "Those are turned over: 1 minus the AUROC. Labels first, then scores.",
}  # fmt: skip
