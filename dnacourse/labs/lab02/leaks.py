"""Right answers to exercises 6 and 7 of lab 2, how much of a test set leaks, and likely wrong ones with what to say."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from dnacourse import sequence
from dnacourse.labs.checking import Table
from dnacourse.labs.lab02.data import three_splits


def words_of(text: str, k: int, step: int = 1, with_n: bool = False) -> set[str]:
    """The words of k letters in a text; those with N only if asked for."""
    words = {text[i : i + k] for i in range(0, len(text) - k + 1, step)}
    return words if with_n else {word for word in words if "N" not in word}


def _short_tails(text: str, k: int) -> set[str]:
    return {text[i : i + k] for i in range(len(text)) if "N" not in text[i : i + k]}


def _with_short_tails(train: Sequence[str], test: Sequence[str], k: int) -> float:
    seen = set().union(*(_short_tails(text, k) for text in train))
    return sum(not seen.isdisjoint(_short_tails(text, k)) for text in test) / len(test)


def leaked(train: Sequence[str], test: Sequence[str], k: int, **options: Any) -> float:
    """The right answer to exercise 6."""
    seen = set().union(*(words_of(text, k, **options) for text in train))
    return sum(not seen.isdisjoint(words_of(text, k, **options)) for text in test) / len(test)


def _share_of_words(train: Sequence[str], test: Sequence[str], k: int) -> float:
    seen = set().union(*(words_of(text, k) for text in train))
    every = set().union(*(words_of(text, k) for text in test))
    return len(seen & every) / len(every)


def _all_seen(train: Sequence[str], text: str, k: int) -> bool:
    return words_of(text, k) <= set().union(*(words_of(other, k) for other in train))


def _without_the_ns(train: Sequence[str], test: Sequence[str], k: int) -> float:
    return leaked([x.replace("N", "") for x in train], [x.replace("N", "") for x in test], k)


def _before_the_first_n(train: Sequence[str], test: Sequence[str], k: int) -> float:
    return leaked([x.partition("N")[0] for x in train], [x.partition("N")[0] for x in test], k)


def _turned(texts: Sequence[str]) -> list[str]:
    return [sequence.reverse_complement(text) for text in texts]


COMPARED_ONE_BY_ONE = "Right, but far too many comparisons: exercise 7 would take an hour. Is each word looked up in a list, or searched in every training sequence, or are the training words collected anew for each test sequence? Collect them once, in one set, and look up there: `in` takes the same time however large a set is."


def _in_a_list(train: Sequence[str], test: Sequence[str], k: int) -> float:
    seen: list[str] = []
    for text in train:
        seen += [text[i : i + k] for i in range(len(text) - k + 1) if "N" not in text[i : i + k]]
    return sum(any(text[i : i + k] in seen for i in range(len(text) - k + 1)) for text in test) / len(test)


def _in_every_sequence(train: Sequence[str], test: Sequence[str], k: int) -> float:
    hits = 0
    for text in test:
        words = [text[i : i + k] for i in range(len(text) - k + 1)]
        hits += any("N" not in word and any(word in other for other in train) for word in words)
    return hits / len(test)


def _pair_by_pair(train: Sequence[str], test: Sequence[str], k: int) -> float:
    return sum(any(words_of(text, k) & words_of(other, k) for other in train) for text in test) / len(test)


def _collected_anew(train: Sequence[str], test: Sequence[str], k: int) -> float:
    return sum(leaked(train, [text], k) for text in test) / len(test)


LEAKS: dict[Callable[..., Any], str] = {
    _pair_by_pair: COMPARED_ONE_BY_ONE,
    _collected_anew: COMPARED_ONE_BY_ONE,
    _in_a_list: COMPARED_ONE_BY_ONE,
    _in_every_sequence: COMPARED_ONE_BY_ONE,
    lambda a, b, k: leaked([*a, *_turned(a)], b, k): "Words of the other strand count as shared. Here only the strand that is given counts: the pieces are RNA, or stand as they are read.",
    lambda a, b, k: sum(_all_seen(a, text, k) for text in b) / len(b): "You ask whether *all* words of a test sequence are in training. One is enough: any, not all.",
    lambda a, b, k: sum(_all_seen(a, text, k) and bool(words_of(text, k)) for text in b) / len(b): "You ask whether *all* words of a test sequence are in training. One is enough: any, not all.",
    _without_the_ns: "The N's are gone, and the letters around them have become neighbours: that makes words which nobody has read. Leave out the words that hold an N, not the N.",
    _before_the_first_n: "Only what stands before the first N is looked at. Behind it there are words without N as well.",
    _with_short_tails: "Words shorter than k are counted: the last ones of each sequence. Stop at len(text) - k + 1.",
    lambda a, b, k: leaked(["".join(a)], b, k): "A word that is in no training sequence counts as shared: joined end to end, two sequences make words across the border.",
    lambda a, b, k: leaked(a, sorted(set(b)), k): "A sequence that stands twice in the test set counts twice: do not make a set of it.",
    lambda a, b, k: sum(leaked(a, [t], k) for t in set(b)) / len(b): "A sequence that stands twice in the test set counts twice: do not make a set of it.",
    lambda a, b, k: sum(leaked(a, [t], k) for t in b) / len(set(b)): "You divide by the number of *different* test sequences. One that stands twice counts twice.",
    lambda a, b, k: leaked([t for t in a if "N" not in t] or [""], [t if "N" not in t else "" for t in b], k): "You leave out whole sequences that hold an N. Only their words with N do not count.",
    lambda a, b, k: len(set(a) & set(b)) / len(set(b)): "You compare whole sequences. One that is shifted by a letter is no copy, and leaks all the same: compare words of k letters.",
    lambda a, b, k: sum(text in set(a) for text in b) / len(b): "You compare whole sequences. One that is shifted by a letter is no copy, and leaks all the same: compare words of k letters.",
    lambda a, b, k: leaked(b, a, k): "The share is taken over the training sequences. The question is how many of the *test* sequences leak.",
    lambda a, b, k: leaked(a, b, k) * len(b): "That is the number of test sequences that leak. Divide by how many test sequences there are.",
    lambda a, b, k: 1 - leaked(a, b, k): "That is the share that does not leak.",
    _share_of_words: "That is the share of words. Count sequences: one shared word is enough to leak.",
    lambda a, b, k: leaked(a, b, k, with_n=True): "A word with N counts as shared. Nobody knows those letters, so they prove nothing: leave such words out.",
    lambda a, b, k: leaked(a, b, k, step=k): "You cut the sequences into words one behind the other. Shift by a single letter and no word is the same: take the word at every place.",
    lambda a, b, k: sum(t[:k] in {x[:k] for x in a} for t in b) / len(b): "Only the first words are compared. Any word of the one may stand anywhere in the other.",
    lambda a, b, k: leaked([x[:-1] for x in a], [x[:-1] for x in b], k): "The last word of each sequence is missing: there are len(text) - k + 1 of them.",
    lambda a, b, k: 100 * leaked(a, b, k): "Give a share between 0 and 1, not per cent.",
    lambda a, b, k: sum(any(w in x for x in a for w in [t[:k]]) for t in b) / len(b): "Only the first word of each test sequence is looked up. Any of its words may be shared.",
}  # fmt: skip


@cache
def leak_table() -> dict[str, float]:
    """The right answer to exercise 7."""
    return {name: leaked(*split) for name, split in three_splits().items()}


def _turned_round(name: str, right: Table) -> float:
    train, test, k = three_splits()[name]
    return leaked(test, train, k)


def _with_words_of(k: int) -> Callable[[str, Table], float]:
    return lambda name, right: leaked(*three_splits()[name][:2], k)


SPLIT_ROWS: dict[Callable[[str, Table], Any], str] = {
    _turned_round: "training and test have changed places.",
    _with_words_of(30): "that is for words of 30 letters, this split comes with 40.",
    _with_words_of(40): "that is for words of 40 letters, this split comes with 30.",
}
