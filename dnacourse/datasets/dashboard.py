"""The sets of the Deep Motif Dashboard: text files that look like FASTA and are none.

The sets are those of Lanchantin et al. 2017 (doi:10.1142/9789813207813_0025).
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from dnacourse.datasets.dataset import Dataset
from dnacourse.datasets.lines import text_lines
from dnacourse.sequence import Tokens, as_tokens
from dnacourse.splits import as_given

PARTS = {"train": "train.fa", "validation": "valid.fa", "test": "test.fa"}


def read_dashboard_set(folder: str | Path) -> Dataset:
    """One of the 108 sets: `tokens` (N, 101), `labels` (N,), `split` as the files have it.

    The files look like FASTA, but the header is the label: `>1`, then the letters in one line.

    Raises:
        FileNotFoundError: train.fa, valid.fa or test.fa is not in the folder.
        ValueError: a file is empty or cut short, sequences differ in length, a label is neither 0 nor 1,
            or a letter is foreign (with the record).
    """
    tokens: list[Tokens] = []
    labels: list[int] = []
    parts: list[str] = []
    for part, filename in PARTS.items():
        path = Path(folder) / filename
        for number, (label, sequence) in enumerate(_records(path)):
            if tokens and len(sequence) != len(tokens[0]):
                raise ValueError(
                    f"{path}, record {number}: {len(sequence)} letters, not {len(tokens[0])} as in the first: "
                    "the file is cut short or damaged"
                )
            tokens.append(sequence)
            labels.append(label)
            parts.append(part)
    split = as_given(parts)
    return Dataset("dashboard", tokens=np.stack(tokens), labels=np.array(labels, np.uint8), split=split)


def _records(path: Path) -> Iterator[tuple[int, Tokens]]:
    lines = [word for line in text_lines(path) for word in line.split()]
    if not lines:
        raise ValueError(f"{path} is empty")
    if len(lines) % 2:
        raise ValueError(f"{path} is cut short: a label without its sequence at the end")
    for number, (header, letters) in enumerate(zip(lines[::2], lines[1::2], strict=True)):
        if header not in (">0", ">1"):
            raise ValueError(f"{path}, record {number}: the label is {header!r}, expected >0 or >1")
        try:
            yield int(header[1]), as_tokens(letters)
        except ValueError as error:
            raise ValueError(f"{path}, record {number}: {error}") from None
