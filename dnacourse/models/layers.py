"""Layers that several papers share and torch does not have, and the arithmetic of lengths."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

EVEN = 0.25


def length_after(length: int, steps: Iterable[tuple[int, int]]) -> int:
    """Positions left after valid convolutions, each followed by pooling.

    Args:
        length: letters of the input.
        steps: (kernel width, pooling width) of each convolution.

    Raises:
        ValueError: nothing is left.
    """
    left = length
    for width, pool in steps:
        left = (left - width + 1) // pool
        if left < 1:
            raise ValueError(
                f"a sequence of {length} letters is too short for these convolutions and poolings: give "
                "longer sequences, narrower kernels or less pooling"
            )
    return left


def check_planes(X: Tensor, length: int | None = None) -> None:
    """Fail, in words, on anything but one-hot planes.

    Raises:
        ValueError: not (N, 4, L), another length than the model was made for, or no floating-point numbers.
    """
    if X.ndim != 3 or X.shape[1] != 4:
        hint = (
            ": the channels belong in the middle, X.transpose(1, 2)"
            if X.ndim == 3 and X.shape[2] == 4
            else ""
        )
        raise ValueError(
            f"expected one-hot planes (N, 4, L), channels A, C, G, T, not {tuple(X.shape)}{hint}"
        )
    if not X.is_floating_point():
        raise ValueError(f"expected floating-point planes, not {X.dtype}: X.float()")
    if length is not None and X.shape[2] != length:
        raise ValueError(
            f"this model was made for {length} letters, and these have {X.shape[2]}: length={X.shape[2]}"
        )


def other_strand(X: Tensor) -> Tensor:
    """The reverse complement of one-hot planes (N, 4, L), channels A, C, G, T."""
    return X.flip(1, 2)


class Threshold(nn.Module):
    """1e-6 where x <= 0, else x, NaN too: what DeepSEA has in place of a rectifier (Torch7's Threshold(0, 1e-6))."""

    def forward(self, X: Tensor) -> Tensor:
        """Any shape, and the same back."""
        return torch.where(X <= 0, 1e-6, X)
