"""DeepBind: motifs, their best place, a verdict.

Alipanahi, Delong, Weirauch and Frey (2015), Predicting the sequence specificities of DNA- and RNA-binding
proteins by deep learning, doi:10.1038/nbt.3300, and its supplement.

The released program only scores with models that were trained before, and a longer sequence window by window;
its scores have no common scale, so those of two models cannot be compared. The paper's training draws the
learning rate, the first weights, dropout and the hidden layer by chance, 30 times, keeps what is best in a
threefold cross-validation, and trains that anew.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dnacourse.models.layers import EVEN, check_planes, other_strand


class DeepBind(nn.Module):
    """Convolution, rectifier, pooling over the whole sequence, and one or two dense layers.

    Args:
        motifs: number of kernels.
        width: letters a kernel; the paper has 24 for DNA and 16 for RNA.
        hidden: units between pooling and output; the paper has 0 or 32, whichever validates better.
        tasks: outputs.
        average: pool by the mean as well as the maximum, as the paper does for RNA.
        both_strands: score the sequence and its other strand, and take the higher; for DNA.
        dropout: share of pooled features left out in training; the paper has 0, 0.25 or 0.5.
    """

    def __init__(
        self,
        motifs: int = 16,
        width: int = 24,
        hidden: int = 0,
        tasks: int = 1,
        average: bool = False,
        both_strands: bool = True,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.average, self.both_strands = average, both_strands
        self.scan = nn.Conv1d(4, motifs, width)  # its bias is minus the paper's threshold b
        self.dropout = nn.Dropout(dropout)
        pooled = motifs * (2 if average else 1)
        dense = [nn.Linear(pooled, hidden), nn.ReLU()] if hidden else []
        self.verdict = nn.Sequential(*dense, nn.Linear(hidden or pooled, tasks))

    def forward(self, X: Tensor) -> Tensor:
        """Logits (N, tasks) of one-hot planes (N, 4, L).

        Raises:
            ValueError: other planes than these.
        """
        check_planes(X)
        score = self.score_strand(X)
        return torch.maximum(score, self.score_strand(other_strand(X))) if self.both_strands else score

    def score_strand(self, X: Tensor) -> Tensor:
        """The score of one strand, (N, tasks)."""
        margin = self.scan.kernel_size[0] - 1
        X = F.pad(X, (margin, margin), value=EVEN)  # (N, 4, L + 2 margin): a motif may hang over either end
        found = self.scan(X).relu()  # (N, motifs, L + margin)
        pooled = found.amax(2)  # (N, motifs)
        if self.average:
            pooled = torch.cat([pooled, found.mean(2)], dim=1)  # (N, 2 motifs)
        return self.verdict(self.dropout(pooled))
