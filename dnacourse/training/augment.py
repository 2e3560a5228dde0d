"""Changing sequences at random in ways that leave their labels true."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from dnacourse.alphabets import DNA, Alphabet
from dnacourse.training import structures
from dnacourse.training.errors import TrainingError
from dnacourse.training.inputs import reverse_complement


@dataclass(frozen=True)
class Augment:
    """Change each sequence of a batch at random in ways that leave its label true.

    It knows tokens (N, L) of its alphabet, and planes (N, letters, L) as floats; what is laid bare by a shift
    is padding, in planes four zeros. For anything else, a table beside a sequence say, write a function
    augment(inputs, generator) of your own.

    Args:
        other_strand: turn half of the sequences to their other strand.
        shift: move each by up to so many letters to either side.
        alphabet: of the sequences.

    Raises:
        TrainingError: an other strand is asked for that the alphabet does not have.
    """

    other_strand: bool = True
    shift: int = 0
    alphabet: Alphabet = DNA

    def __post_init__(self) -> None:
        if self.other_strand and self.alphabet.complement is None:
            raise TrainingError(f"{self.alphabet.name} has no other strand: Augment(other_strand=False, …)")
        if self.shift < 0:
            raise TrainingError(f"shift is a number of letters, from 0 on, not {self.shift}")

    def check(self, inputs: Any, labels: Any) -> str | None:
        """Why these cannot be changed so, and the remedy; or None."""
        own = "write a function augment(inputs, generator) of your own"
        if not isinstance(inputs, Tensor):
            return (
                f"Augment changes one array of sequences, and the inputs are a {type(inputs).__name__}: {own}"
            )
        letters = self.alphabet.size
        if inputs.is_floating_point():
            if inputs.ndim != 3 or inputs.shape[1] != letters:
                return (
                    f"Augment changes tokens (N, L), or planes (N, {letters}, L), and these are floats "
                    f"{tuple(inputs.shape)}: {own}, or leave it out"
                )
        elif inputs.ndim != 2 or inputs.dtype == torch.bool:
            return f"Augment changes tokens (N, L), and these are {inputs.dtype} {tuple(inputs.shape)}: {own}"
        for place, one in structures.parts(labels):
            if one.ndim > 2 or (one.ndim == 2 and one.shape[1] == inputs.shape[-1] > 1):
                return (
                    f"labels{place} {tuple(one.shape)} follow the sequence letter by letter or bin by bin, and would have to "
                    "be turned and moved with it, which Augment does not do: turn the rows before training, or leave it out"
                )
        return None

    def __call__(self, sequences: Tensor, generator: torch.Generator) -> Tensor:
        """Changed sequences, of the same shape and type.

        Args:
            sequences: tokens (N, L), or planes float (N, letters, L).
            generator: on the CPU, so that every device draws the same.

        Raises:
            TrainingError: they are neither.
        """
        if problem := self.check(sequences, None):
            raise TrainingError(problem)
        if self.other_strand:
            turned = torch.rand(len(sequences), generator=generator) < 0.5
            where = turned.to(sequences.device).reshape(-1, *[1] * (sequences.ndim - 1))
            sequences = torch.where(where, self._other_strand(sequences), sequences)
        return self._moved(sequences, generator) if self.shift else sequences

    def _other_strand(self, sequences: Tensor) -> Tensor:
        if sequences.ndim == 2:
            return reverse_complement(sequences, self.alphabet)
        assert self.alphabet.complement is not None
        partners = torch.as_tensor(self.alphabet.complement[: self.alphabet.size].astype(int))
        return sequences.flip(2)[:, partners.to(sequences.device)]

    def _moved(self, sequences: Tensor, generator: torch.Generator) -> Tensor:
        moves = torch.randint(-self.shift, self.shift + 1, (len(sequences), 1), generator=generator)
        length = sequences.shape[-1]
        places = torch.arange(length, device=sequences.device) - moves.to(sequences.device)  # (N, L)
        outside, places = (places < 0) | (places >= length), places.clamp(0, length - 1)
        if sequences.ndim == 2:
            return sequences.gather(1, places).masked_fill(outside, self.alphabet.pad)
        wide = places[:, None].expand_as(sequences)
        return sequences.gather(2, wide).masked_fill(outside[:, None], 0)
