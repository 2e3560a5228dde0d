"""From letters to what a model takes, for a whole batch at once: one-hot planes, or the tokens themselves."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from dnacourse.alphabets import DNA, Alphabet
from dnacourse.training import structures
from dnacourse.training.errors import TrainingError

_COUNTS = (torch.uint16, torch.uint32, torch.uint64)


@dataclass(frozen=True)
class OneHot:
    """Tokens become planes of zeros and ones, a plane a letter; floats stay as they are, as float32.

    Of a tuple or dictionary each part is treated so; masks, which are bool, stay as they are.

    Args:
        alphabet: of the tokens.
    """

    alphabet: Alphabet = DNA

    def __call__(self, inputs: Any) -> Any:
        """Planes float32 (N, letters, L) of tokens (N, L), whole numbers; unknown and padding are all zeros.

        Raises:
            TrainingError: see `check`. (On an accelerator, where a look would have to wait for the device,
                a token outside the alphabet becomes NaN instead; `fit` and `predict` look before.)
        """
        return structures.each(self._planes, inputs)

    def check(self, inputs: Any) -> str | None:
        """What is wrong with a batch, and the remedy; or None."""
        for place, one in structures.parts(inputs):
            if not one.is_floating_point() and one.dtype != torch.bool and (problem := self._problem(one)):
                return f"inputs{place}: {problem}" if place else problem
        return None

    def _planes(self, inputs: Tensor) -> Tensor:
        if inputs.is_floating_point():
            return inputs.float()
        if inputs.dtype == torch.bool:
            return inputs
        if inputs.device.type == "cpu" and (problem := self._problem(inputs)):
            raise TrainingError(problem)
        letters = torch.arange(self.alphabet.size, dtype=inputs.dtype, device=inputs.device)
        planes = (inputs[:, None, :] == letters[:, None]).float()
        if inputs.device.type == "cpu":
            return planes
        foreign = (inputs > self.alphabet.pad) | (inputs < 0)
        return planes.masked_fill(foreign[:, None, :], torch.nan)

    def _problem(self, tokens: Tensor) -> str | None:
        name, last = self.alphabet.name, self.alphabet.pad
        if tokens.dtype in _COUNTS:
            kind = str(tokens.dtype).removeprefix("torch.")
            return f"{kind} are counts and no tokens, which are uint8: give counts as floats, counts.astype(np.float32)"
        if tokens.ndim != 2:
            return (
                f"whole numbers are taken for tokens, (N, L), and these are {tuple(tokens.shape)}: give tokens, or planes "
                "as floats, planes.astype(np.float32)"
            )
        if not tokens.numel() or (int(tokens.max()) <= last and int(tokens.min()) >= 0):
            return None
        row, place = ((tokens > last) | (tokens < 0)).nonzero()[0].tolist()
        return (
            f"row {row} of a batch has {tokens[row, place].item()} at place {place}, and {name} tokens lie in 0..{last}. "
            "Counts, and whatever else is no sequence, are given as floats, counts.astype(np.float32); tokens of another "
            "alphabet with prepare=OneHot(alphabet), tokens for an embedding with prepare=as_is"
        )


planes = OneHot()
"""DNA tokens (N, L) as planes (N, 4, L), channels A, C, G, T."""


def as_is(inputs: Any) -> Any:
    """Nothing: for models that take tokens, through an embedding."""
    return inputs


def reverse_complement(tokens: Tensor, alphabet: Alphabet = DNA) -> Tensor:
    """The other strand of tokens (N, L), whole numbers.

    Raises:
        TrainingError: an alphabet without complement, such as that of proteins.
    """
    if alphabet.complement is None:
        raise TrainingError(f"{alphabet.name} has no other strand")
    partners = torch.as_tensor(alphabet.complement, device=tokens.device).to(tokens.dtype)
    return partners[tokens.flip(1).int()]
