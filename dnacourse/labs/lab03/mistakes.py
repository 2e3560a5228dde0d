"""Right answers to lab 03, likely wrong ones as functions that are wrong in one way, and what to say to each."""

from collections.abc import Callable, Sequence
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score, roc_auc_score

from dnacourse.labs.checking import Table
from dnacourse.labs.lab03.data import SETTINGS, Held, ecoli_held, ecoli_promoters, fit
from dnacourse.sequence import reverse_complement


def words_of(k: int, letters: str = "ACGT") -> list[str]:
    """All words of k letters, in the order of the alphabet given."""
    return ["".join(word) for word in product(letters, repeat=k)]


def count_words(letters: str, k: int) -> list[int]:
    """The right answer to exercise 1."""
    return [sum(letters[i : i + k] == word for i in range(len(letters) - k + 1)) for word in words_of(k)]


def _without_overlap(letters: str, k: int) -> list[int]:
    return [letters.count(word) for word in words_of(k)]


def _step_k(letters: str, k: int) -> list[int]:
    return [sum(letters[i : i + k] == word for i in range(0, len(letters), k)) for word in words_of(k)]


def _folded(letters: str, k: int) -> list[int]:
    counts = dict(zip(words_of(k), count_words(letters, k), strict=True))
    pairs = ((word, reverse_complement(word)) for word in counts)
    return [counts[one] + (counts[other] if other != one else 0) for one, other in pairs if one <= other]


COUNTS: dict[Callable[..., Any], str] = {
    _without_overlap: "`str.count` passes over overlaps: AAAA holds AA three times, and it says two. Look at every place.",
    _step_k: "You step by k. Words overlap: look at every place, one letter further each time.",
    lambda s, k: [sum(s[i : i + k] == w for i in range(len(s) - k)) for w in words_of(k)]: "The last word is missing: there are len(letters) - k + 1 places.",
    lambda s, k: [sum(s[i : i + k] == w for i in range(len(s) - k + 1)) for w in words_of(k, "ATGC")]: "The order is wrong: alphabetical, AA, AC, AG, AT, CA, …",
    lambda s, k: [sum(s[i : i + k] == w for i in range(len(s) - k + 1)) for w in words_of(k, "ATCG")]: "The order is wrong: alphabetical, AA, AC, AG, AT, CA, …",
    lambda s, k: count_words(s.replace("N", ""), k): "The N is gone, and the letters around it have become neighbours. A word with N is not counted, and no new word is made.",
    lambda s, k: count_words(s.replace("N", "A"), k): "N has become A. A word with N is not counted.",
    lambda s, k: dict(zip(words_of(k), count_words(s, k), strict=True)): "That is a dictionary. Give its values alone, in a list: list(counts.values()).",
    lambda s, k: {word: n for word, n in zip(words_of(k), count_words(s, k), strict=True) if n}: "That is a dictionary, and the words that do not occur are missing in it. Give a list of 4**k numbers, in the order of the alphabet.",
    lambda s, k: words_of(k): "Those are the words. Give how often each stands in the text.",
    lambda s, k: [n / max(sum(count_words(s, k)), 1) for n in count_words(s, k)]: "These are shares. Give counts.",
    lambda s, k: [100 * n / max(sum(count_words(s, k)), 1) for n in count_words(s, k)]: "These are per cent. Give counts.",
    lambda s, k: [a + b for a, b in zip(count_words(s, k), count_words(reverse_complement(s), k), strict=True)]: "Both strands are counted. Here only the strand that is given counts.",
    lambda s, k: _folded(s, k): "A word and its reverse complement are counted as one. Here only the strand that is given counts, and there are 4**k numbers.",
    lambda s, k: count_words(reverse_complement(s), k): "The other strand is counted. Here only the strand that is given counts.",
    lambda s, k: [min(1, count) for count in count_words(s, k)]: "You say whether a word occurs. Count how often.",
    lambda s, k: [count for count in count_words(s, k) if count]: "Words that do not occur are missing: they have a 0, so that every sequence has 4**k numbers.",
    lambda s, k: [count / max(len(s) - k + 1, 1) for count in count_words(s, k)]: "These are shares. Give counts.",
}  # fmt: skip


def f1_of(truth: Sequence[int], called: Sequence[int]) -> float:
    """The right answer to exercise 2."""
    hits, false_calls, missed = _table(truth, called)
    return 2 * hits / (2 * hits + false_calls + missed) if hits else 0.0


def _table(truth: Sequence[int], called: Sequence[int]) -> tuple[int, int, int]:
    pairs = list(zip(truth, called, strict=True))
    return pairs.count((1, 1)), pairs.count((0, 1)), pairs.count((1, 0))


def _f1_from(rate: Callable[[int, int, int], float]) -> Callable[..., float]:
    return lambda t, c: rate(*_table(t, c)) if _table(t, c)[0] else 0.0


F1S: dict[Callable[..., Any], str] = {
    lambda t, c: float(np.mean(np.array(t) == np.array(c))): "That is accuracy: it counts the right noes too, and there are many.",
    _f1_from(lambda h, f, m: h / (h + f)): "That is precision. F1 is the harmonic mean of precision and recall.",
    _f1_from(lambda h, f, m: h / (h + m)): "That is recall. F1 is the harmonic mean of precision and recall.",
    _f1_from(lambda h, f, m: (h / (h + f) + h / (h + m)) / 2): "That is the ordinary mean of precision and recall. The harmonic mean is 2 * p * r / (p + r): it is low if either is.",
    _f1_from(lambda h, f, m: h / (h + f + m)): "The hits count twice, above and below: 2 * hits / (2 * hits + false calls + missed). Without it, this is the Jaccard index.",
    _f1_from(lambda h, f, m: (h / (h + f)) * (h / (h + m)) / (h / (h + f) + h / (h + m))): "The factor 2 is missing: 2 * p * r / (p + r).",
    lambda t, c: f1_of([1 - x for x in t], [1 - x for x in c]): "That is the F1 of the class 0.",
}  # fmt: skip


def auroc(truth: npt.ArrayLike, scores: npt.ArrayLike) -> float:
    """The right answer to exercise 3, of truth and scores, both (N,)."""
    return float(roc_auc_score(truth, scores))


def _pairs(truth: Sequence[int], scores: Sequence[float], tie: float) -> float:
    true, score = np.array(truth), np.array(scores)
    positive, negative = score[true == 1][:, None], score[true == 0]
    return float(np.mean(positive > negative) + tie * np.mean(positive == negative))


RANKS: dict[Callable[..., Any], str] = {
    lambda t, s: _pairs(t, s, 0): "A tie counts nothing. It is worth half a win: the model cannot tell the two apart, and a coin would be right half of the time.",
    lambda t, s: _pairs(t, s, 1): "A tie counts as a win. It is worth half a win.",
    lambda t, s: 1 - auroc(t, s): "That is upside down: a positive wins if its score is the *higher* one.",
    lambda t, s: max(auroc(t, s), 1 - auroc(t, s)): "An AUROC below one half was turned over. It must stay: such a model ranks the wrong way round, and that should be seen.",
    lambda t, s: auroc(t, np.array(s) >= 0.5): "You turned the scores into yes and no first. Compare the scores themselves.",
    lambda t, s: float(np.mean((np.array(s) >= 0.5) == np.array(t))): "That is accuracy at a threshold of 0.5. AUROC has no threshold: compare each positive with each negative.",
    lambda t, s: _pairs(t, s, 0.5) * np.mean(t) * (1 - np.mean(t)): "You divide by all pairs of sequences. Divide by the pairs of one positive and one negative.",
}  # fmt: skip


def average_precision(truth: npt.ArrayLike, scores: npt.ArrayLike) -> float:
    """The right answer to exercise 4, of truth and scores, both (N,)."""
    return float(average_precision_score(truth, scores))


def _precisions(truth: Sequence[int], scores: Sequence[float]) -> tuple[npt.NDArray, npt.NDArray]:
    ranked = np.array(truth)[np.argsort(-np.array(scores), kind="stable")]
    return np.cumsum(ranked) / np.arange(1, len(ranked) + 1), ranked == 1


AREAS: dict[Callable[..., Any], str] = {
    lambda t, s: float(_precisions(t, s)[0].mean()): "The mean goes over the ranks of the positives only, not over all ranks.",
    lambda t, s: average_precision(t, -np.array(s)): "The ranking is upside down: the highest score comes first.",
    lambda t, s: float(_precisions(t, s)[0][_precisions(t, s)[1]].sum()): "That is the sum. Divide by the number of positives.",
    lambda t, s: float(_precisions(t, s)[0][_precisions(t, s)[1]].sum() / len(t)): "You divide by the number of all sequences. Divide by the number of positives.",
    lambda t, s: auroc(t, s): "That is the AUROC.",
    lambda t, s: average_precision(t, -np.arange(len(t))): "You go through the sequences in the order in which they come. Rank them first, by their score.",
    lambda t, s: float((np.cumsum(np.array(t)[np.argsort(-np.array(s))]) / np.arange(len(t)).clip(1))[_precisions(t, s)[1]].mean()): "The first rank is 1, not 0: the precision there is hits so far / 1.",
}  # fmt: skip


def best_score(letters: str, weights: npt.NDArray) -> float:
    """The right answer to exercise 5, for a matrix (4, w)."""
    return max(_scores(letters, weights), default=-np.inf)


def _scores(letters: str, weights: npt.NDArray) -> list[float]:
    width = weights.shape[1]
    places = [letters[i : i + width] for i in range(len(letters) - width + 1)]
    return [
        float(sum(weights["ACGT".index(letter), j] for j, letter in enumerate(place)))
        for place in places
        if "N" not in place
    ]


def _n_adds_nothing(letters: str, weights: npt.NDArray) -> float:
    padded = np.vstack([weights, np.zeros(weights.shape[1])])
    width = weights.shape[1]
    places = [letters[i : i + width] for i in range(len(letters) - width + 1)]
    return max(
        (float(sum(padded["ACGTN".index(x), j] for j, x in enumerate(p))) for p in places), default=-np.inf
    )


SITES: dict[Callable[..., Any], str] = {
    lambda s, w: sum(_scores(s, w)): "That is the sum over all places. A site is one place: take the best.",
    lambda s, w: float(np.mean(_scores(s, w) or [-np.inf])): "That is the mean over all places. A site is one place: take the best.",
    lambda s, w: (_scores(s, w) or [-np.inf])[0]: "Only the first place is scored. Go through all of them, and take the best.",
    lambda s, w: min(_scores(s, w), default=-np.inf): "That is the lowest score. Take the highest.",
    lambda s, w: max(_scores(s[:-1], w), default=-np.inf): "The last place is missing: there are len(letters) - w + 1 of them.",
    lambda s, w: best_score(s, w[::-1]): "The rows of the matrix are A, C, G, T, from top to bottom.",
    lambda s, w: best_score(s, w[:, ::-1]): "The motif is read backwards: column 0 belongs to the first letter of the place.",
    lambda s, w: max(best_score(s, w), best_score(s, w[::-1, ::-1])): "The other strand is scored too. This is RNA: it has one.",
    _n_adds_nothing: "A place with N is scored as if N added nothing. Nobody knows that letter: pass over such places.",
    lambda s, w: max([0, *_scores(s, w)]) : "The best so far begins at 0, so a text whose places all score below 0, or that has none, gets 0. Begin with -np.inf.",
    lambda s, w: max([0, *_scores(s, w)]) if _scores(s, w) else -np.inf: "The best so far begins at 0, so a text whose places all score below 0 gets 0. Begin with -np.inf.",
    lambda s, w: max([-1, *_scores(s, w)]): "The best so far begins at -1, but scores may lie below that. Begin with -np.inf.",
    lambda s, w: max([-100, *_scores(s, w)]): "The best so far begins at -100, but scores may lie below that. Begin with -np.inf.",
    lambda s, w: best_score(s, w) if _scores(s, w) else np.nan: "A text without any place for the motif gets NaN, which no comparison can use. Give -np.inf.",
    lambda s, w: best_score(s, w) if _scores(s, w) else None: "A text without any place for the motif gets None. Give -np.inf: begin with it, and return the best after the loop.",
    lambda s, w: best_score(s, w) if _scores(s, w) else 0.0: "A text without any place for the motif gets 0, which is a score like another. Give -np.inf.",
}  # fmt: skip


def tune(settings: Sequence[float], data: Held) -> tuple[float, float]:
    """The right answer to exercise 6, on parts that are features (N, columns) and labels (N,)."""
    return _tuned(settings, data, chosen_on="validation", told_of="test")


def _area(model: Any, part: tuple[npt.NDArray, npt.NDArray]) -> float:
    return auroc(part[1], model.decision_function(part[0]))


def _tuned(
    settings: Sequence[float], data: Held, chosen_on: str, told_of: str, join: bool = False
) -> tuple[float, float]:
    judges = data.peek(chosen_on)
    best = max(settings, key=lambda C: _area(fit(C, *data.train), judges))
    features, labels = data.train
    if join:
        features = np.concatenate([features, data.validation[0]])
        labels = np.concatenate([labels, data.validation[1]])
    return best, _area(fit(best, features, labels), data.peek(told_of))


def _scored_with_the_last_model(settings: Sequence[float], data: Held) -> tuple[float, float]:
    return tune(settings, data)[0], _area(fit(settings[-1], *data.train), data.peek("test"))


def _with_calls_for_scores(settings: Sequence[float], data: Held) -> tuple[float, float]:
    def area(C: float, part: str) -> float:
        features, labels = data.peek(part)
        return auroc(labels, fit(C, *data.train).predict(features))

    best = max(settings, key=lambda C: area(C, "validation"))
    return best, area(best, "test")


def _chosen_by(
    measure: Callable[[Any, npt.NDArray, npt.NDArray], float],
) -> Callable[..., tuple[float, float]]:
    def tune_by(settings: Sequence[float], data: Held) -> tuple[float, float]:
        models = {C: fit(C, *data.train) for C in settings}
        best = max(settings, key=lambda C: measure(models[C], *data.validation))
        return best, _area(models[best], data.peek("test"))

    return tune_by


def _of_the_class_0(settings: Sequence[float], data: Held) -> tuple[float, float]:
    models = {C: fit(C, *data.train) for C in settings}
    best = min(settings, key=lambda C: _area(models[C], data.validation))
    return best, 1 - _area(models[best], data.peek("test"))


def _mean_over_settings(settings: Sequence[float], data: Held) -> tuple[float, float]:
    return tune(settings, data)[0], float(
        np.mean([_area(fit(C, *data.train), data.peek("test")) for C in settings])
    )


TUNINGS: dict[Callable[..., Any], str] = {
    _chosen_by(lambda model, X, y: auroc(y, model.predict(X))): "C was chosen on validation data, but not by the AUROC of the scores: by `predict`, which gives 0 or 1, or by average precision. Rank by decision_function, and take the AUROC.",
    _chosen_by(lambda model, X, y: float(model.score(X, y))): "C was chosen on validation data, but by accuracy. The task asks for the AUROC.",
    _mean_over_settings: "C is right, but the AUROC is the mean over all settings. Give that of the chosen model.",
    lambda s, d: _tuned(s, d, "test", "test"): "C was chosen on the test set, so its number is that of the luckiest C. Choose on validation data.",
    lambda s, d: _tuned(s, d, "train", "test"): "C is the one that is best on the training set, where the largest looks best. Choose on validation data.",
    lambda s, d: (s[-1], _area(fit(s[-1], *d.train), d.peek("test"))): "The last setting of the loop came back. Keep the best so far in a variable of its own.",
    lambda s, d: _tuned(s, d, "validation", "validation"): "C is right, but the AUROC is that of the validation set, which chose it. Give the one of the test set.",
    lambda s, d: _tuned(s, d, "validation", "train"): "C is right, but the AUROC is that of the training set. Give the one of the test set.",
    _scored_with_the_last_model: "C is right, but the test was scored with the model of the last C. Keep the best model in a variable of its own.",
    _with_calls_for_scores: "You ranked by `predict`, which gives 0 or 1. AUROC needs the scores: decision_function.",
    _of_the_class_0: "The scores are those of the class 0, such as predict_proba(...)[:, 0], so the ranking is upside down. Take the class 1: column 1, or decision_function.",
    lambda s, d: (tune(s, d)[0], 1 - tune(s, d)[1]): "C is right, but the AUROC is turned over. Are the test scores those of the class 0, predict_proba(...)[:, 0]?",
    lambda s, d: tune(s, d)[::-1]: "The two have changed places: first C, then the AUROC.",
    lambda s, d: _tuned(s, d, "validation", "test", join=True): "You trained again on training and validation data together. Many do, but then it is another model than the one you chose: here train on `data.train` alone.",
    lambda s, d: (s[0], _area(fit(s[0], *d.train), d.peek("test"))): "The first setting came back. Compare all of them on validation data, by AUROC.",
}  # fmt: skip


@cache
def promoter_table() -> dict[str, float]:
    """The right answer to exercise 7."""
    tokens, labels, parts = ecoli_promoters()
    at = np.isin(tokens[parts[2]], (0, 3)).mean(axis=1)
    best, area = tune(SETTINGS, ecoli_held())
    return {"A and T": auroc(labels[parts[2]], at), "k-mers": area, "C": best}


def _gc_for_at(row: str, right: Table) -> float | None:
    return 1 - right["A and T"] if row == "A and T" else None


PROMOTER_ROWS: dict[Callable[[str, Table], Any], str] = {
    _gc_for_at: "it is below one half: that is the AUROC of G and C.",
}
