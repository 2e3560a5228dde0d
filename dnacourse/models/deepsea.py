"""DeepSEA: 919 chromatin features from 1,000 letters.

Zhou and Troyanskaya (2015), Predicting effects of noncoding variants with deep learning-based sequence
model, doi:10.1038/nmeth.3547, and its supplement.

The paper and the released weights have 925 units in the hidden layer. The training script that circulates, and the
class in Selene (Chen et al. 2019, doi:10.1038/s41592-019-0360-8), have 919; `hidden=919` makes that network.
The released network averages its predictions for a sequence and for the other strand:
`training.predict(…, both_strands=True)`.
"""

from torch import Tensor, nn

from dnacourse.models.layers import Threshold, check_planes, length_after


class DeepSEA(nn.Module):
    """Three convolutions, of which two are pooled, and one hidden layer.

    Args:
        channels: kernels of the three convolutions.
        width: letters or positions that a kernel sees.
        pool: positions joined by max-pooling behind the first and the second.
        hidden: units of the hidden layer.
        tasks: outputs.
        length: letters of a sequence.
        dropout: share left out in training, behind each convolution.

    Raises:
        ValueError: the sequences are too short for these layers.
    """

    def __init__(
        self,
        channels: tuple[int, int, int] = (320, 480, 960),
        width: int = 8,
        pool: int = 4,
        hidden: int = 925,
        tasks: int = 919,
        length: int = 1000,
        dropout: tuple[float, float, float] = (0.2, 0.2, 0.5),
    ) -> None:
        super().__init__()
        self.length = length
        one, two, three = channels
        self.convolutions = nn.Sequential(
            nn.Conv1d(4, one, width), Threshold(), nn.MaxPool1d(pool), nn.Dropout(dropout[0]),
            nn.Conv1d(one, two, width), Threshold(), nn.MaxPool1d(pool), nn.Dropout(dropout[1]),
            nn.Conv1d(two, three, width), Threshold(), nn.Dropout(dropout[2]),
        )  # fmt: skip
        flat = three * length_after(length, ((width, pool), (width, pool), (width, 1)))
        self.dense = nn.Sequential(
            nn.Flatten(), nn.Linear(flat, hidden), Threshold(), nn.Linear(hidden, tasks)
        )

    def forward(self, X: Tensor) -> Tensor:
        """Logits (N, tasks) of one-hot planes (N, 4, length).

        Raises:
            ValueError: other planes than these.
        """
        check_planes(X, self.length)
        # lengths 1000, 993, 248, 241, 60, 53: (N, 960, 53) -> (N, 50880) -> (N, tasks)
        return self.dense(self.convolutions(X))
