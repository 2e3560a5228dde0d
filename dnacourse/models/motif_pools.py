"""Kernels that may start from known motifs, and two questions about each: is it there, and how often?

The course's own network for many tracks at once. Three ideas of others are in it: first kernels that are motifs of
a database (Quang and Xie 2016, DanQ-JASPAR, doi:10.1093/nar/gkw226); both strands scored with the same kernels
(Alipanahi et al. 2015, doi:10.1038/nbt.3300, who score the whole network twice; Shrikumar, Greenside and Kundaje 2017,
doi:10.1101/103663); and the mean over the sequence beside the maximum (DeepBind's for RNA), which is what a count of
words is.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from dnacourse.models.layers import check_planes, other_strand

THRESHOLD = 0.6
"""A kernel that starts from a motif answers from this share of the motif's best score on."""
SMALLER = 4.0
"""Log-odds are divided by this, so that such a kernel starts about as large as torch draws the others."""


class MotifPools(nn.Module):
    """One convolution over both strands, pooled by maximum and mean over the middle and over all, and dense layers.

    Args:
        kernels: number of kernels.
        width: letters a kernel.
        middle: letters in the middle of the sequence over which is pooled as well.
        hidden: units between pooling and output.
        tasks: outputs.
        mean: pool by the mean as well as by the maximum.
        dropout: share left out in training, of what is pooled and of the hidden units.
    """

    def __init__(
        self,
        kernels: int = 64,
        width: int = 15,
        middle: int = 200,
        hidden: int = 128,
        tasks: int = 8,
        mean: bool = True,
        dropout: tuple[float, float] = (0.3, 0.5),
    ) -> None:
        super().__init__()
        self.middle, self.mean = middle, mean
        self.scan = nn.Conv1d(4, kernels, width, padding=width // 2)
        pooled = kernels * (4 if mean else 2)
        self.norm = nn.BatchNorm1d(pooled)
        self.dense = nn.Sequential(
            nn.Dropout(dropout[0]), nn.Linear(pooled, hidden), nn.ReLU(),
            nn.Dropout(dropout[1]), nn.Linear(hidden, tasks),
        )  # fmt: skip

    @torch.no_grad()
    def start_from(self, motifs: Sequence[npt.ArrayLike]) -> None:
        """Put known motifs into the first kernels; the others stay as they are.

        Args:
            motifs: log-odds (4, w_i). Of one that is wider than the kernels the stretch with the largest
                scores is taken.

        Raises:
            ValueError: more motifs than kernels.
        """
        kernels, _, width = self.scan.weight.shape
        if len(motifs) > kernels:
            raise ValueError(f"there are {len(motifs)} motifs and {kernels} kernels: kernels={len(motifs)}")
        for number, motif in enumerate(motifs):
            core = torch.from_numpy(_core(np.asarray(motif, dtype=np.float32), width)) / SMALLER
            left = (width - core.shape[1]) // 2
            self.scan.weight[number] = 0
            self.scan.weight[number, :, left : left + core.shape[1]] = core
            self.scan.bias[number] = -THRESHOLD * core.amax(0).sum()  # type: ignore[index]

    def forward(self, X: Tensor) -> Tensor:
        """Logits (N, tasks) of one-hot planes (N, 4, L).

        Raises:
            ValueError: other planes than these.
        """
        check_planes(X)
        turned = self.scan(other_strand(X)).flip(2)  # what the other strand has at the same place
        found = torch.maximum(self.scan(X), turned).relu()  # (N, kernels, L)
        left = max(0, (found.shape[2] - self.middle) // 2)
        pooled = []
        for places in (found[:, :, left : left + self.middle], found):
            pooled += [places.amax(2), places.mean(2)] if self.mean else [places.amax(2)]  # (N, kernels) each
        return self.dense(self.norm(torch.cat(pooled, dim=1)))


def _core(motif: npt.NDArray[np.float32], width: int) -> npt.NDArray[np.float32]:
    """The columns of a motif (4, w) that fit into so many and whose best scores sum to the most."""
    extra = max(0, motif.shape[1] - width)
    best = motif.max(axis=0)
    start = int(np.argmax([best[i : i + width].sum() for i in range(extra + 1)]))
    return np.ascontiguousarray(motif[:, start : start + width])
