"""An ORF finder that can make every mistake a learner is likely to make in lab 01."""

from collections.abc import Callable
from dataclasses import dataclass

from dnacourse.sequence import reverse_complement

Orf = tuple[int, int, str]
STOPS = ("TAA", "TAG", "TGA")


@dataclass(frozen=True)
class Finder:
    """An ORF finder with a switch for every mistake; with none turned, it is right."""

    start_zero_is_replaced: bool = False
    start_zero_is_not_reported: bool = False
    reset_only_if_reported: bool = False
    starts: tuple[str, ...] = ("ATG",)
    stops: tuple[str, ...] = STOPS
    one_based: bool = False
    keep_start_after_stop: bool = False
    carry_start_to_next_frame: bool = False
    from_last_start: bool = False
    every_start: bool = False
    open_ended: bool = False
    open_to_the_last: bool = False
    strictly_longer: bool = False
    min_in_codons: bool = False
    any_length: bool = False
    stop_left_out: bool = False
    end_inclusive: bool = False
    frames: tuple[int, ...] = (0, 1, 2)
    strands: str = "+-"
    unflipped: bool = False
    only_swapped: bool = False
    other: Callable[[str], str] = reverse_complement

    def __call__(self, seq: str, min_length: int) -> list[Orf]:
        """(start, end, strand) of every ORF, mistakes included, in a sorted list."""
        found = []
        for strand, letters in (("+", seq), ("-", self.other(seq))):
            if strand in self.strands:
                pairs = self._on_one_strand(letters, min_length)
                found += [self._on_plus(start, end, strand, len(seq)) for start, end in pairs]
        return sorted(found)

    def _on_one_strand(self, letters: str, min_length: int) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        open_starts: list[int] = []
        for frame in self.frames:
            if not self.carry_start_to_next_frame:
                open_starts = []
            i = frame
            for i in range(frame, len(letters) - 2, 3):
                codon = letters[i : i + 3]
                if codon in self.starts:
                    open_starts = self._after_start(open_starts, i)
                elif codon in self.stops or not self.stops:
                    reported = [(a, i + 3) for a in open_starts if self._long_enough(a, i + 3, min_length)]
                    found += reported
                    keep = self.keep_start_after_stop or (self.reset_only_if_reported and not reported)
                    open_starts = open_starts if keep else []
            if self.open_ended:
                end = len(letters) if self.open_to_the_last else i + 3
                found += [(a, end) for a in open_starts if self._long_enough(a, end, min_length)]
        return found

    def _after_start(self, open_starts: list[int], i: int) -> list[int]:
        if self.every_start:
            return [*open_starts, i]
        if self.from_last_start or not open_starts or (self.start_zero_is_replaced and open_starts == [0]):
            return [i]
        return open_starts

    def _long_enough(self, start: int, end: int, min_length: int) -> bool:
        if self.any_length:
            return True
        if self.start_zero_is_not_reported and start == 0:
            return False
        length = end - start
        length = length // 3 if self.min_in_codons else length
        length = length - 3 if self.stop_left_out else length
        return length > min_length if self.strictly_longer else length >= min_length

    def _on_plus(self, start: int, end: int, strand: str, length: int) -> Orf:
        end -= 3 * self.stop_left_out + self.end_inclusive
        if strand == "-" and not self.unflipped:
            start, end = length - end, length - start
            if self.only_swapped:
                start, end = end, start
        return start + self.one_based, end + self.one_based, strand
