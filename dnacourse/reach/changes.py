"""Two looks at what code reaches, compared."""

from collections.abc import Mapping, Sequence

_MOST_NAMED = 3


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The labels that differ: those with another digest, and if there are none, those that came or went."""
    both = sorted(before.keys() & after.keys())
    return [label for label in both if before[label] != after[label]] or sorted(before.keys() ^ after.keys())


def in_words(labels: Sequence[str]) -> str:
    """`a has changed`, `a and b have changed`, `a, b, c and 4 more have changed`."""
    named = [*labels[:_MOST_NAMED], *([f"{len(labels) - _MOST_NAMED} more"] if labels[_MOST_NAMED:] else [])]
    listed = " and ".join(filter(None, [", ".join(named[:-1]), *named[-1:]]))
    return f"{listed} {'has' if len(labels) == 1 else 'have'} changed"
