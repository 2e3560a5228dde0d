"""The first network of many tutorials: embedding, convolution, max-pooling, flatten, dense.

No paper has it; it is the text classifier of the Keras documentation, given letters for words. Here it takes
sequences of one length, padded with a token of its own, since Flatten needs to know how much there is to
flatten.
"""

import torch
from torch import Tensor, nn

from dnacourse.models.layers import length_after
from dnacourse.sequence import PAD


class EmbeddingCNN(nn.Module):
    """A vector for each token, learned; one convolution; dense layers over all positions.

    Args:
        length: letters of a sequence, padding included.
        dimensions: of the vectors.
        kernels: of the convolution.
        width: tokens a kernel sees.
        pool: positions joined by max-pooling.
        hidden: units of the dense layer.
        tasks: outputs.

    Raises:
        ValueError: the sequences are too short for these layers.
    """

    def __init__(
        self,
        length: int = 101,
        dimensions: int = 8,
        kernels: int = 32,
        width: int = 8,
        pool: int = 4,
        hidden: int = 32,
        tasks: int = 1,
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(PAD + 1, dimensions)
        self.scan = nn.Sequential(nn.Conv1d(dimensions, kernels, width), nn.ReLU(), nn.MaxPool1d(pool))
        flat = kernels * length_after(length, [(width, pool)])
        self.dense = nn.Sequential(nn.Flatten(), nn.Linear(flat, hidden), nn.ReLU(), nn.Linear(hidden, tasks))

    def forward(self, tokens: Tensor) -> Tensor:
        """Logits (N, tasks) of tokens (N, length), integers 0 to 5.

        Raises:
            TypeError: planes in place of tokens.
        """
        if tokens.is_floating_point() or tokens.ndim != 2:
            raise TypeError(
                f"expected tokens (N, L), integers, not {tokens.dtype} {tuple(tokens.shape)}: fit(…, prepare=training.as_is)"
            )
        vectors = self.embedding(tokens.to(torch.int32))  # (N, length, dimensions)
        return self.dense(self.scan(vectors.transpose(1, 2)))
