"""Alphabets: letters, and the numbers they get.

A token is a uint8. The letters of an alphabet are 0, 1, 2 and so on in their order; then comes one token for
every letter that is not known for sure (`unknown`), and one for padding (`pad`). DNA: A, C, G, T are 0 to 3,
unknown is 4, padding 5.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from dnacourse.texts import are_texts, letters_or_numbers

Tokens = npt.NDArray[np.uint8]

_FOREIGN = b"\xff"
_LETTERS_AT_ONCE = 2**18  # a list is encoded in blocks that fit in the processor's cache
_PAD_LETTER = "-"


class ForeignLetter(ValueError):
    """A letter that does not belong to the alphabet: `letter`, at `place` of its sequence."""

    def __init__(self, message: str, letter: str = "", place: int = 0) -> None:
        super().__init__(message)
        self.letter, self.place = letter, place


@dataclass(frozen=True)
class Alphabet:
    """Letters, their numbers, and what pairs with what.

    Args:
        name: as it stands in messages.
        letters: their numbers are 0 to n - 1. Capitals; small letters are read alike.
        ambiguous: letters that are read as unknown.
        unknown_letter: what `decode` writes for unknown.
        partners: the letter that pairs with each of `letters`; None where there is no other strand.
        ambiguous_partners: the same for each of `ambiguous`.
        aliases: pairs of a letter that is read as another, and that other: ("T", "U").
        remedies: pairs of a letter that is refused, and what to do about it.

    Raises:
        ValueError: a letter is no capital A to Z or has two meanings, or the partners are not letters that
            pair both ways.
    """

    name: str
    letters: str
    ambiguous: str = ""
    unknown_letter: str = "?"
    partners: str | None = None
    ambiguous_partners: str = ""
    aliases: tuple[tuple[str, str], ...] = ()
    remedies: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        every = self.letters + self.ambiguous + "".join(alias for alias, _ in self.aliases)
        if not self.letters or not (every.isascii() and every.isalpha() and every.isupper()):
            raise ValueError(f"the letters of an alphabet are capitals, A to Z, at least one, not {every!r}")
        if len(set(every)) < len(every):
            raise ValueError(f"a letter of the {self.name} alphabet has two meanings: {every!r}")
        for letters, partners in self._pairs():
            pairs = dict(zip(letters, partners, strict=False))
            if len(letters) != len(partners) or any(pairs.get(pairs[one]) != one for one in pairs):
                raise ValueError(
                    f"the letters {letters!r} and their partners {partners!r} do not pair both ways"
                )

    @property
    def size(self) -> int:
        """How many letters there are, unknown and padding not counted."""
        return len(self.letters)

    @property
    def unknown(self) -> int:
        """The token of every letter that is not known for sure."""
        return self.size

    @property
    def pad(self) -> int:
        """The token of padding."""
        return self.size + 1

    @property
    def complement(self) -> Tokens | None:
        """For each token its partner on the other strand, (size + 2,): unknown and padding stay. None without one."""
        if self.partners is None:
            return None
        of_letters = [self.letters.index(partner) for partner in self.partners]
        return np.array([*of_letters, self.unknown, self.pad], dtype=np.uint8)

    def encode(self, text: Any) -> Tokens:
        """Turn letters into tokens.

        Args:
            text: one sequence, or many of one length: whatever `letters_or_numbers` takes for text.

        Returns:
            uint8 (L,), or (N, L) for many.

        Raises:
            ForeignLetter: a letter is not of the alphabet; a ValueError, with its position.
            ValueError: lengths differ, or a sequence is missing.
            TypeError: no text.
        """
        found = letters_or_numbers(text)
        if isinstance(found, str):
            return self._encode_one(found)
        if isinstance(found, np.ndarray):
            raise TypeError(f"these are numbers ({found.dtype}) and no letters: are they tokens already?")
        if found and not are_texts(found):
            row = next(row for row, one in enumerate(found) if not isinstance(one, str))
            raise TypeError(f"sequence {row} holds numbers and no letters: are they tokens already?")
        return self._encode_many(cast(list[str], found))

    def decode(self, tokens: npt.ArrayLike) -> str:
        """Turn tokens (L,) back into capitals; padding becomes a dash.

        Raises:
            ValueError: the array is not (L,), or holds a value that is no token.
            TypeError: a dtype that is not an integer.
        """
        array = self.check(tokens)
        if array.ndim != 1:
            raise ValueError(f"expected one sequence, tokens of shape (L,), not {array.shape}")
        letters = (self.letters + self.unknown_letter + _PAD_LETTER).encode("ascii")
        return array.tobytes().translate(letters.ljust(256, b"?")).decode("ascii")

    def check(self, tokens: npt.ArrayLike) -> Tokens:
        """Tokens of any shape as uint8, after a look at their values.

        Raises:
            ValueError: a value outside 0 to `pad`; it is named with its place. Or rows of different lengths.
            TypeError: a dtype that is not an integer.
        """
        try:
            array = np.asarray(tokens)
        except ValueError:
            raise ValueError("these make no array of tokens: rows of one length are needed") from None
        if array.size == 0:
            return array.astype(np.uint8)
        if array.dtype.kind not in "iu":
            raise TypeError(
                f"{self.name} tokens are whole numbers 0..{self.pad}, not {array.dtype}: encode letters first"
            )
        if array.max() > self.pad or (array.dtype.kind == "i" and array.min() < 0):
            place = np.unravel_index(int(np.argmax((array < 0) | (array > self.pad))), array.shape)
            raise ValueError(
                f"{array[place]} at place {', '.join(map(str, place))} (counted from 0) is no {self.name} token: "
                f"they lie in 0..{self.pad}, {self.unknown} is unknown and {self.pad} padding"
            )
        return array.astype(np.uint8, copy=False)

    def one_hot(self, tokens: npt.ArrayLike) -> Tokens:
        """A plane of zeros and ones for each letter.

        Args:
            tokens: (L,) or (N, L).

        Returns:
            uint8 (size, L) or (N, size, L). Columns of unknown letters and of padding are all zero.

        Raises:
            ValueError: another number of dimensions, or a value that is no token.
            TypeError: a dtype that is not an integer.
        """
        array = self.check(tokens)
        if array.ndim not in (1, 2):
            raise ValueError(f"expected tokens (L,) or (N, L), not {array.shape}")
        return np.equal(array[..., None, :], np.arange(self.size, dtype=np.uint8)[:, None]).view(np.uint8)

    def reverse_complement(self, seq: Any) -> str | Tokens:
        """The other strand, read in its own 5' to 3' direction.

        Args:
            seq: text of any kind, or tokens (..., L), which are reversed along the last axis.

        Returns:
            A str, in capitals and small letters as it was; or uint8 (..., L).

        Raises:
            ValueError: the alphabet has no other strand, a letter is foreign, or a value no token.
            TypeError: many texts at once.
        """
        partners = self.complement
        if partners is None:
            raise ValueError(f"{self.name} has no other strand")
        found = letters_or_numbers(seq)
        if isinstance(found, str):
            self._encode_one(found)
            return found.translate(self._partner_of_letter)[::-1]
        if isinstance(found, list) and any(isinstance(one, str) for one in found):
            raise TypeError(f"these are {len(found)} sequences of letters: turn one after the other")
        return partners[self.check(found)[..., ::-1]]  # type: ignore[arg-type]

    def _pairs(self) -> Iterable[tuple[str, str]]:
        if self.partners is not None:
            yield self.letters, self.partners
            yield self.ambiguous, self.ambiguous_partners

    @cached_property
    def _table(self) -> bytes:
        """(256,) for each byte its token."""
        table = bytearray(_FOREIGN * 256)
        tokens = dict.fromkeys(self.ambiguous, self.unknown)
        tokens |= {letter: token for token, letter in enumerate(self.letters)}
        tokens |= {alias: tokens[letter] for alias, letter in self.aliases}
        for letter, token in tokens.items():
            table[ord(letter)] = table[ord(letter.lower())] = token
        return bytes(table)

    @cached_property
    def _partner_of_letter(self) -> dict[int, str]:
        pairs = {letter: partner for both in self._pairs() for letter, partner in zip(*both, strict=True)}
        pairs |= {alias: pairs[letter] for alias, letter in self.aliases}
        pairs |= {letter.lower(): partner.lower() for letter, partner in pairs.items()}
        return str.maketrans(pairs)

    def _encode_one(self, text: str) -> Tokens:
        letters = text.encode("latin-1", errors="replace").translate(self._table)
        if (place := letters.find(_FOREIGN)) >= 0:
            raise self._foreign(text, place)
        return np.frombuffer(bytearray(letters), dtype=np.uint8)

    def _encode_many(self, texts: list[str]) -> Tokens:
        lengths = {*map(len, texts)}
        if len(lengths) > 1:
            raise ValueError(
                f"the {len(texts)} sequences have {min(lengths)} to {max(lengths)} letters, and an array needs one "
                "length: encode each by itself, then pad them"
            )
        length = lengths.pop() if lengths else 0
        tokens = np.empty((len(texts), length), dtype=np.uint8)
        block = _LETTERS_AT_ONCE // max(length, 1) + 1
        for first in range(0, len(texts), block):
            rows = texts[first : first + block]
            letters = "".join(rows).encode("latin-1", errors="replace").translate(self._table)
            if (at := letters.find(_FOREIGN)) >= 0:
                row, place = divmod(at, length)
                raise self._foreign(rows[row], place, f"sequence {first + row}: ")
            tokens[first : first + len(rows)] = np.frombuffer(letters, np.uint8).reshape(len(rows), length)
        return tokens

    def _foreign(self, text: str, place: int, where: str = "") -> ForeignLetter:
        letter, remedies = text[place], dict(self.remedies)
        message = f"{where}letter {letter!r} at position {place} (counted from 0) is no {self.name} letter: "
        if letter.upper() in remedies:
            message += remedies[letter.upper()]
        elif letter.isspace():
            message += "remove white space and line ends first"
        else:
            message += f"allowed are {', '.join(self.letters)}"
            message += f" and, as unknown, {', '.join(self.ambiguous)}" if self.ambiguous else ""
        return ForeignLetter(message, letter, place)


_CODES, _THEIR_PARTNERS = "RYSWKMBDHVN", "YRSWMKVHDBN"

DNA = Alphabet(
    "DNA", "ACGT", _CODES, "N", "TGCA", _THEIR_PARTNERS,
    remedies=(("U", 'this looks like RNA: write T for U first, letters.replace("U", "T")'),),
)  # fmt: skip
"""A, C, G, T; the other IUPAC codes are unknown."""

RNA = Alphabet("RNA", "ACGU", _CODES, "N", "UGCA", _THEIR_PARTNERS, aliases=(("T", "U"),))
"""A, C, G, U; T is read as U, since many files of RNA are written so; the other IUPAC codes are unknown."""

PROTEIN = Alphabet(
    "protein", "ACDEFGHIKLMNPQRSTVWY", "BJOUXZ", "X",
    remedies=(("*", "a stop is no amino acid: cut the sequence there"),),
)  # fmt: skip
"""The 20 amino acids in the order of their letters; B, J, O, U, X and Z are unknown. There is no other strand."""
