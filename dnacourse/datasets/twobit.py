"""Reading .2bit files, the UCSC genome browser's format: four letters a byte, N and lower case as lists.

Format: https://genome.ucsc.edu/FAQ/FAQformat.html#format7
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dnacourse.files import write_bytes
from dnacourse.sequence import UNKNOWN, Tokens, as_tokens
from dnacourse.texts import one_text

SIGNATURE = 0x1A412743
_TOKENS_OF_CODES = np.array([3, 1, 0, 2], dtype=np.uint8)  # the format's T, C, A, G
_CODES_OF_TOKENS = np.array([2, 1, 3, 0, 0], dtype=np.uint8)
_UNPACK = _TOKENS_OF_CODES[(np.arange(256)[:, None] >> np.array([6, 4, 2, 0])) & 3]


@dataclass(frozen=True)
class _Reader:
    """The numbers of a file, in the byte order that its signature shows."""

    content: npt.NDArray[np.uint8]
    word: str
    path: Path

    def words(self, offset: int, count: int) -> npt.NDArray[np.int64]:
        return np.frombuffer(self.bytes(offset, 4 * count), dtype=self.word).astype(np.int64)

    def bytes(self, offset: int, count: int) -> npt.NDArray[np.uint8]:
        piece = self.content[offset : offset + count]
        if len(piece) < count:
            raise ValueError(f"{self.path} is cut short at {len(self.content):,} bytes: fetch the file again")
        return piece

    def blocks(self, offset: int) -> tuple[npt.NDArray[np.int64], int]:
        """Rows of start, end; and the offset behind them."""
        count = int(self.words(offset, 1)[0])
        starts, lengths = self.words(offset + 4, 2 * count).reshape(2, count)
        return np.stack([starts, starts + lengths], axis=1), offset + 4 + 8 * count


def read_2bit(path: str | Path, names: str | Sequence[str] | None = None) -> dict[str, Tokens]:
    """Read sequences of a .2bit file; lower case (soft-masking) is not kept, see `read_2bit_masks`.

    Args:
        path: the file.
        names: sequences to read, or one; all if None, none if the list is empty. The rest is not decoded, so
            a chromosome of a whole genome costs the memory of the chromosome.

    Returns:
        Name -> tokens (L,), N as 4, in the order of the file or of `names`.

    Raises:
        FileNotFoundError: no such file.
        ValueError: the file is cut short or is no .2bit file.
        KeyError: no sequence of that name; the message lists some that there are.
    """
    reader, offsets = _open(Path(path))
    one = one_text(names)
    wanted = [one] if one is not None else offsets if names is None else map(str, names)
    return {name: _tokens(reader, _offset(offsets, name, path)) for name in wanted}


def read_2bit_masks(path: str | Path, name: str) -> npt.NDArray[np.int64]:
    """The soft-masked (lower-case) stretches of one sequence, (n, 2): start, end. Raises as `read_2bit`."""
    reader, offsets = _open(Path(path))
    _, after_unknown = reader.blocks(_offset(offsets, name, path) + 4)
    return reader.blocks(after_unknown)[0]


def _open(path: Path) -> tuple[_Reader, dict[str, int]]:
    with path.open("rb") as stream:
        signature = stream.read(4)
    orders = {SIGNATURE.to_bytes(4, "little"): "<u4", SIGNATURE.to_bytes(4, "big"): ">u4"}
    if signature not in orders:
        raise ValueError(f"{path} is no .2bit file: it begins with {signature!r}")
    reader = _Reader(np.memmap(path, np.uint8, mode="r"), orders[signature], path)
    version, count, _ = reader.words(4, 3)
    if version != 0:
        raise ValueError(f"{path} is of version {version} of the .2bit format; only 0 can be read")
    offsets, place = {}, 16
    for _ in range(count):
        length = int(reader.bytes(place, 1)[0])
        name = reader.bytes(place + 1, length).tobytes().decode("ascii", "replace")
        if "\N{REPLACEMENT CHARACTER}" in name:
            raise ValueError(f"{path} is damaged: a sequence's name is no text. Fetch the file again")
        offsets[name] = int(reader.words(place + 1 + length, 1)[0])
        place += 5 + length
    return reader, offsets


def _offset(offsets: dict[str, int], name: str, path: str | Path) -> int:
    if name not in offsets:
        raise KeyError(f"no sequence {name!r} in {path}; there are {', '.join([*offsets][:30])}")
    return offsets[name]


def _tokens(reader: _Reader, offset: int) -> Tokens:
    length = int(reader.words(offset, 1)[0])
    unknown, after_unknown = reader.blocks(offset + 4)
    _, after_masks = reader.blocks(after_unknown)
    packed = reader.bytes(after_masks + 4, -(-length // 4))
    tokens: Tokens = np.take(_UNPACK, packed, axis=0).reshape(-1)[:length]
    for start, end in unknown:
        tokens[start:end] = UNKNOWN
    return tokens


def write_2bit(
    path: str | Path, sequences: dict[str, Tokens], masks: dict[str, npt.NDArray] | None = None
) -> None:
    """Write a .2bit file, little-endian, whole or not at all; every token above 3 becomes N.

    Args:
        path: the file; an existing one is replaced.
        sequences: name (at most 255 ASCII letters) -> tokens (L,), or text.
        masks: name -> rows of start, end of the soft-masked stretches, (n, 2).

    Raises:
        ValueError: a name that does not fit, a mask of a sequence that is not there, a foreign letter or token,
            or more than the 4 GiB that the format can count.
    """
    masks = masks or {}
    if strange := masks.keys() - sequences.keys():
        raise ValueError(f"there is a mask of {strange.pop()!r}, and no such sequence")
    records = [_record(as_tokens(seq), masks.get(name, np.empty((0, 2)))) for name, seq in sequences.items()]
    place = 16 + sum(5 + len(name) for name in sequences)
    if place + sum(map(len, records)) >= 2**32:
        raise ValueError("a .2bit file of this version holds at most 4 GiB: write several")
    index = b""
    for name, record in zip(sequences, records, strict=True):
        if len(name) > 255 or not name.isascii():
            raise ValueError(f"a name has at most 255 ASCII letters, and {name[:60]!r} does not fit")
        index += bytes([len(name)]) + name.encode("ascii") + place.to_bytes(4, "little")
        place += len(record)
    header = np.array([SIGNATURE, 0, len(sequences), 0], dtype="<u4").tobytes()
    write_bytes(path, header + index + b"".join(records))


def _record(tokens: Tokens, masks: npt.NDArray) -> bytes:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], (tokens > 3).astype(np.int8), [0]])))
    codes = np.zeros(-(-len(tokens) // 4) * 4, dtype=np.uint8)
    codes[: len(tokens)] = _CODES_OF_TOKENS[np.minimum(tokens, UNKNOWN)]
    packed = (codes.reshape(-1, 4) << np.array([6, 4, 2, 0], dtype=np.uint8)).sum(axis=1, dtype=np.uint8)
    numbers = [len(tokens), *_block_words(edges.reshape(-1, 2)), *_block_words(masks), 0]
    return np.array(numbers, dtype="<u4").tobytes() + packed.tobytes()


def _block_words(blocks: npt.NDArray) -> list[int]:
    starts, ends = np.asarray(blocks, dtype=np.int64).T
    return [len(starts), *starts.tolist(), *(ends - starts).tolist()]
