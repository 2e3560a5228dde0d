"""Tokens on the device: one-hot planes, the other strand, shifts. All of it for a whole batch at once."""

from dataclasses import dataclass

import torch
from torch import Tensor

from dnacourse.sequence import PAD
from dnacourse.training.errors import TrainingError

_COMPLEMENT = torch.tensor([3, 2, 1, 0, 4, 5], dtype=torch.uint8)


def planes(inputs: Tensor) -> Tensor:
    """Tokens become four planes of zeros and ones; other numbers are left as they are, floats as float32.

    Args:
        inputs: tokens uint8 (N, L), or what a model takes as it comes.

    Returns:
        float32 (N, 4, L), channels A, C, G, T; unknown letters and padding are four zeros.

    Raises:
        TrainingError: uint8 that is no table of tokens, such as one-hot planes that are no floats yet.
    """
    if inputs.dtype != torch.uint8:
        return inputs.float() if inputs.is_floating_point() else inputs
    if inputs.ndim != 2:
        raise TrainingError(
            f"uint8 is taken for tokens, (N, L), and these are {tuple(inputs.shape)}: give tokens, or planes as "
            "floats, planes.astype(np.float32)"
        )
    channels = torch.arange(4, dtype=torch.uint8, device=inputs.device)
    return (inputs[:, None, :] == channels[:, None]).float()


def as_is(inputs: Tensor) -> Tensor:
    """Nothing: for models that take tokens, through an embedding."""
    return inputs


def reverse_complement(tokens: Tensor) -> Tensor:
    """The other strand of tokens uint8 (N, L)."""
    return _COMPLEMENT.to(tokens.device)[tokens.flip(1).int()]


@dataclass(frozen=True)
class Augment:
    """Change each sequence of a batch at random in ways that leave its label true.

    Args:
        other_strand: turn half of the sequences to their other strand.
        shift: move each by up to so many letters to either side; what is laid bare is padding.
    """

    other_strand: bool = True
    shift: int = 0

    def __call__(self, tokens: Tensor, generator: torch.Generator) -> Tensor:
        """Changed tokens.

        Args:
            tokens: uint8 (N, L).
            generator: on the CPU, so that every device draws the same.
        """
        if self.other_strand:
            turned = torch.rand(len(tokens), generator=generator) < 0.5
            tokens = torch.where(turned.to(tokens.device)[:, None], reverse_complement(tokens), tokens)
        if self.shift:
            moves = torch.randint(-self.shift, self.shift + 1, (len(tokens), 1), generator=generator)
            places = torch.arange(tokens.shape[1], device=tokens.device) - moves.to(tokens.device)
            outside = (places < 0) | (places >= tokens.shape[1])
            tokens = tokens.gather(1, places.clamp(0, tokens.shape[1] - 1)).masked_fill(outside, PAD)
        return tokens
