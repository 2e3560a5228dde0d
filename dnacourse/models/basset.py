"""Basset: three convolutions and two dense layers for the open chromatin of 164 kinds of cells.

Kelley, Snoek and Rinn (2016), Basset: learning the regulatory code of the accessible genome with deep
convolutional neural networks, doi:10.1101/gr.200535.115.

The weights that were released come from convolutions without padding, which leave 2,000 features to the
dense layers; the code as it is today pads, and leaves 2,600. Here is the first. The paper trains with RMSprop
(learning rate 0.002, decay 0.98), batches of 128, and the weights into each unit held to a norm of 7.
"""

from torch import Tensor, nn

from dnacourse.models.layers import check_planes, length_after


class Basset(nn.Module):
    """Convolutions with batch normalisation, then dense layers.

    Args:
        channels: kernels of each convolution.
        widths: letters or positions that a kernel of each convolution sees.
        pools: positions joined by max-pooling behind each.
        hidden: units of both dense layers.
        tasks: outputs.
        length: letters of a sequence.
        dropout: share of dense units left out in training.

    Raises:
        ValueError: the sequences are too short for these layers.
    """

    def __init__(
        self,
        channels: tuple[int, ...] = (300, 200, 200),
        widths: tuple[int, ...] = (19, 11, 7),
        pools: tuple[int, ...] = (3, 4, 4),
        hidden: int = 1000,
        tasks: int = 164,
        length: int = 600,
        dropout: float = 0.3,
    ) -> None:
        super().__init__()
        self.length = length
        convolutions: list[nn.Module] = []
        before = 4
        for number, width, pool in zip(channels, widths, pools, strict=True):
            convolutions += [
                nn.Conv1d(before, number, width),
                nn.BatchNorm1d(number),
                nn.ReLU(),
                nn.MaxPool1d(pool),
            ]
            before = number
        self.convolutions = nn.Sequential(*convolutions)
        flat = before * length_after(length, zip(widths, pools, strict=True))
        self.dense = nn.Sequential(
            nn.Flatten(),
            nn.Linear(flat, hidden), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Dropout(dropout),
            nn.Linear(hidden, hidden), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Dropout(dropout),
            nn.Linear(hidden, tasks),
        )  # fmt: skip

    def forward(self, X: Tensor) -> Tensor:
        """Logits (N, tasks) of one-hot planes (N, 4, length).

        Raises:
            ValueError: other planes than these.
        """
        check_planes(X, self.length)
        return self.dense(self.convolutions(X))  # (N, 200, 10) -> (N, tasks)
