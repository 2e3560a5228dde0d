"""One-hot of 10,000 x 1,000 letters: dnacourse beside tangermeme, equal results asserted first.

Both start from the same list of strings and end in one contiguous int8/uint8 array (N, 4, L).
"""

import numpy as np
import torch
from _timing import best_of, report
from tangermeme.utils import one_hot_encode

from dnacourse.sequence import encode, one_hot

rng = np.random.default_rng(0)
SEQUENCES = ["".join(row) for row in rng.choice(list("ACGTN"), size=(10_000, 1_000), p=[0.249] * 4 + [0.004])]


def with_dnacourse() -> np.ndarray:
    return one_hot(encode(SEQUENCES))


def with_tangermeme() -> torch.Tensor:
    return torch.stack([one_hot_encode(sequence) for sequence in SEQUENCES]).contiguous()


if __name__ == "__main__":
    ours, theirs = with_dnacourse(), with_tangermeme().numpy()
    assert ours.shape == theirs.shape == (10_000, 4, 1_000)
    assert ours.flags.c_contiguous and np.array_equal(ours, theirs.view(np.uint8))
    theirs_seconds = best_of(with_tangermeme)
    report("letters to one-hot, 10,000 x 1,000", best_of(with_dnacourse), "tangermeme", theirs_seconds)
