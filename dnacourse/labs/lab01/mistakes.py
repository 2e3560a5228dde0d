"""Likely wrong answers to lab 01, as functions that are wrong in one way, and what to say to each."""

from collections.abc import Callable
from typing import Any

from dnacourse import orfs
from dnacourse.datasets import load
from dnacourse.labs.checking import Table
from dnacourse.labs.lab01.data import MIN_LENGTHS
from dnacourse.labs.lab01.finder import Finder, Orf
from dnacourse.sequence import decode, reverse_complement

_COMPLEMENT = str.maketrans("ACGT", "TGCA")


def complement(seq: str) -> str:
    """Each letter's partner, in the same order."""
    return seq.translate(_COMPLEMENT)


def _unknown_becomes(letter: str) -> Callable[[str], str]:
    return lambda seq: reverse_complement(seq).replace("N", letter)


def _one_replace_undoes_another(first: str, second: str) -> Callable[[str], str]:
    merged = str.maketrans({"A": first, "T": first, "C": second, "G": second})
    return lambda seq: seq.translate(merged)[::-1]


OTHER_STRAND: dict[Callable[..., Any], str] = {
    complement: "That is the complement; now read it from its other end.",
    lambda seq: seq[::-1]: "That is reversed only: each letter must also become its partner, A-T and C-G.",
    lambda seq: list(reverse_complement(seq)): 'The letters are right, but in a list: "".join(list) makes the string.',
    lambda seq: reverse_complement(seq)[:1]: "Only one letter came back: is `return` inside the loop?",
    lambda seq: complement(seq)[:1]: "Only one letter came back: is `return` inside the loop?",
    lambda seq: reverse_complement(seq).replace("T", "U"): "U is RNA's letter; the other strand of DNA has T.",
    **{
        _unknown_becomes(letter): f"N is no base, yet it {'became ' + letter if letter else 'has gone'}: keep it N."
        for letter in ("", "A", "C", "G", "T")
    },
    **{
        _one_replace_undoes_another(first, second): "One `replace` undoes the one before: once every A is a T, "
        "old and new T look alike. Go letter by letter, with a dictionary."
        for first in "AT"
        for second in "CG"
    },
}  # fmt: skip


def _whole(letters: str) -> str:
    return letters[: len(letters) // 3 * 3]


def reading_frames(seq: str) -> list[str]:
    """The right answer to exercise 2."""
    return [_whole(strand[shift:]) for strand in (seq, reverse_complement(seq)) for shift in range(3)]


def _frames_of(seq: str, other: str, cut: Callable[[str], str] = _whole) -> list[str]:
    return [cut(strand[shift:]) for strand in (seq, other) for shift in range(3)]


def _frames_cut_first(seq: str) -> list[str]:
    return [_whole(strand)[shift:] for strand in (seq, reverse_complement(seq)) for shift in range(3)]


def _frames_from_the_end(seq: str) -> list[str]:
    return [strand[: len(strand) - shift] for strand in (seq, reverse_complement(seq)) for shift in range(3)]


def _frames_from_one(seq: str) -> list[str]:
    return [_whole(strand[shift:]) for strand in (seq, reverse_complement(seq)) for shift in (1, 2, 3)]


def _frames_as_codons(seq: str) -> list[list[str]]:
    return [[frame[i : i + 3] for i in range(0, len(frame), 3)] for frame in reading_frames(seq)]


FRAMES: dict[Callable[..., Any], str] = {
    lambda seq: _frames_of(seq, reverse_complement(seq), str): "One or two letters at the end do not make a codon: "
    "cut each frame to a multiple of 3.",
    _frames_cut_first: "You cut to a multiple of 3 and then shift, which leaves part of a codon again: cut after the shift.",
    lambda seq: _frames_of(seq, reverse_complement(seq), lambda f: f[: -(len(f) % 3)]): "A frame that is whole already "
    "has come back empty: `text[:-0]` is an empty string. Cut to `len(text) // 3 * 3` instead.",
    lambda seq: _frames_of(seq, reverse_complement(seq), lambda f: _whole(f)[:-3]): "The last codon of each frame is missing.",
    lambda seq: _frames_of(seq, seq[::-1]): "The last three are the strand read backwards: use your reverse_complement, and see that exercise 1 passes.",
    lambda seq: _frames_of(seq, complement(seq)): "The last three are the complement read from the wrong end: use reverse_complement, and see that exercise 1 passes.",
    lambda seq: reading_frames(seq)[:3] + [reverse_complement(f) for f in reading_frames(seq)[:3]]: "The last three are the first "
    "three turned round. Take the reverse complement of the whole of seq first, then shift and cut that.",
    lambda seq: reading_frames(seq)[3:] + reading_frames(seq)[:3]: "The order is the strand itself first, then its reverse complement.",
    lambda seq: reading_frames(seq)[:3]: "Only the strand itself: the other strand has three frames too.",
    lambda seq: [f for f in reading_frames(seq) if f]: "Always six strings: a frame too short for a codon is an empty one.",
    lambda seq: [reading_frames(seq)[i] for i in (0, 3, 1, 4, 2, 5)]: "The order is three frames of the strand itself, then three of the other.",
    lambda seq: [reading_frames(seq)[:3], reading_frames(seq)[3:]]: "Two lists of three: make one list of six.",
    _frames_from_one: "Off by one: the frames begin at letters 0, 1 and 2, not at 1, 2 and 3.",
    _frames_from_the_end: "A frame is shifted by dropping letters at its start, not at its end.",
    _frames_as_codons: "Each frame is a list of codons: leave it one string.",
}  # fmt: skip


def package_orfs(seq: str, min_length: int) -> list[Orf]:
    """The right answer to exercise 3: (start, end, strand) of what dnacourse.orfs.find_orfs finds, sorted."""
    table = orfs.find_orfs(seq, min_length=min_length)
    return sorted(zip(table["start"].tolist(), table["end"].tolist(), table["strand"].tolist(), strict=True))


def _on_minus(by_start: int, by_end: int) -> Callable[[str, int], list[Orf]]:
    """Right on the + strand; on - the borders lie so many letters off."""
    return lambda seq, n: [
        (a + by_start, b + by_end, s) if s == "-" else (a, b, s) for a, b, s in Finder()(seq, n)
    ]


def _stop_outside(seq: str, min_length: int) -> list[Orf]:
    return [(a, b - 3, s) if s == "+" else (a + 3, b, s) for a, b, s in Finder()(seq, min_length)]


_FLIP = "The ORFs of the - strand lie one letter off. Of (a, b) on the reverse complement, b not included, the letters from len(seq) - b to len(seq) - a remain: no further 1 is taken away."
ORFS: dict[Callable[..., Any], str] = {
    Finder(stop_left_out=True): "Each ORF ends one codon early: the stop codon belongs to it, in its borders and in its length.",
    _stop_outside: "The stop codon is counted in the length, but lies outside `start` and `end`. It belongs to the ORF: `end` is behind its last letter.",
    lambda seq, n: Finder()(seq, n + 3): "The stop codon is not counted in the length. It belongs to the ORF: compare end - start with min_length, the stop in it.",
    _on_minus(-1, -1): _FLIP,
    _on_minus(-1, 0): _FLIP,
    _on_minus(0, -1): _FLIP,
    _on_minus(1, 1): "The ORFs of the - strand lie one letter off: from len(seq) - b to len(seq) - a, and no 1 is added.",
    Finder(end_inclusive=True): "`end` is the position behind the last letter, as in a slice: seq[start:end] must hold the stop codon.",
    **{
        Finder(start_zero_is_replaced=first, start_zero_is_not_reported=second): "An ORF that starts at 0 goes wrong: "
        "0 counts as false in `if start` and in `not start`. Ask `start is not None` and `start is None`."
        for first, second in ((True, True), (True, False), (False, True))
    },
    Finder(reset_only_if_reported=True): "After a stop the start must be forgotten even where the ORF was too short to report.",
    Finder(stops=("TAA", "TAG")): "TGA is a stop codon too.",
    Finder(stops=("TAA", "TGA")): "TAG is a stop codon too.",
    Finder(stops=("TAG", "TGA")): "TAA is a stop codon too.",
    Finder(stops=()): 'Every codon has ended an ORF. `codon == "TAA" or "TAG"` is always true: write `codon in ("TAA", "TAG", "TGA")`.',
    Finder(starts=("ATG", "GTG", "TTG")): "Only ATG begins an ORF here, though bacteria use GTG and TTG as well.",
    Finder(starts=("ATG", "GTG")): "Only ATG begins an ORF here, though bacteria use GTG and TTG as well.",
    lambda seq, n: [(a + 1, b, s) for a, b, s in Finder()(seq, n)]: "These are the positions of a GFF file, counted from 1 with the end included; here positions "
    "count from 0, as in Python, and `end` is behind the last letter.",
    Finder(one_based=True): "Positions count from 0, as in Python.",
    Finder(strictly_longer=True): "Too strict: an ORF of exactly min_length letters, stop codon counted, is long enough.",
    Finder(min_in_codons=True): "You compare a number of codons with min_length, which counts letters.",
    Finder(any_length=True): "ORFs shorter than min_length are in the list.",
    Finder(from_last_start=True): "An ORF begins at the first ATG after the previous stop, not at the last.",
    Finder(every_start=True): "Every ATG has begun an ORF of its own. Once one is open, a further ATG is a methionine inside it.",
    Finder(keep_start_after_stop=True): "After a stop the start is not forgotten: set it back to None, so that the next ATG begins a new ORF.",
    Finder(carry_start_to_next_frame=True): "The start of one frame is carried into the next: set it to None when a frame begins.",
    Finder(open_ended=True, open_to_the_last=True): "An ORF without an end is in the list: at the end of a frame the start is still open, and no stop codon has come. Such an ORF is not complete: report at a stop only.",
    Finder(open_ended=True): "An ORF without a stop codon is in the list: one that runs off the end is not complete.",
    Finder(strands="+"): "Only the forward strand is there. Search the reverse complement too, and turn its positions round.",
    Finder(strands="-"): "Only the reverse strand is there. Search seq itself too.",
    Finder(frames=(0,)): "Only frame 0 is searched. Start at letters 0, 1 and 2.",
    Finder(frames=(0,), strands="+"): "Only frame 0 of the forward strand is there. Start at letters 0, 1 and 2 of both strands.",
    Finder(frames=(0, 1)): "Frame 2 is missing: range(2) stops at 1.",
    Finder(frames=(1, 2)): "Frame 0 is missing: Python counts from 0.",
    Finder(unflipped=True): "The ORFs of the - strand are counted on the reverse complement. On the forward strand such an ORF goes "
    "from len(seq) - end to len(seq) - start.",
    Finder(only_swapped=True): "On the - strand start and end have changed places: the smaller number is the start.",
    Finder(other=complement): "The - strand is searched in the complement, but not in reverse: use your reverse_complement.",
    Finder(other=lambda seq: seq[::-1]): "The - strand is searched in seq backwards, without the partners: use your reverse_complement.",
    lambda seq, min_length: []: "The list is empty. Is `append` reached, and the list returned after the loops?",
}  # fmt: skip

Score = tuple[float, float]


def _stops(rows: list[Orf]) -> list[tuple[str, int]]:
    return [(strand, end if strand == "+" else start) for start, end, strand in rows]


def score_calls(calls: list[Orf], genes: list[Orf]) -> Score:
    """The right answer to exercise 4: sensitivity and precision, each stop counted once."""
    called, real = set(_stops(calls)), set(_stops(genes))
    hits = len(called & real)
    return hits / len(real), hits / len(called)


def _score_by(key: Callable[[Orf], Any]) -> Callable[[list[Orf], list[Orf]], Score]:
    def score(calls: list[Orf], genes: list[Orf]) -> Score:
        called, real = {key(call) for call in calls}, {key(gene) for gene in genes}
        return len(called & real) / len(real), len(called & real) / len(called)

    return score


def _hits(calls: list[Orf], genes: list[Orf]) -> int:
    return len(set(_stops(calls)) & set(_stops(genes)))


_NO_STRAND = "The strand is left out: a call on the other strand is no hit, even where the numbers agree."
SCORES: dict[Callable[..., Any], str] = {
    lambda calls, genes: score_calls(calls, genes)[::-1]: "These two have changed places: sensitivity (of the genes) comes first, then precision.",
    _score_by(lambda row: row): "You ask for the same start as well: a call matches when strand and stop agree, whatever its start.",
    _score_by(lambda row: (row[2], row[0] if row[2] == "+" else row[1])): "You compare where genes begin. On + the stop codon lies at `end`, on - at `start`.",
    _score_by(lambda row: (row[2], row[1])): "On the - strand the stop codon lies at `start`, not at `end`.",
    _score_by(lambda row: (row[2], row[0])): "On the + strand the stop codon lies at `end`, not at `start`.",
    _score_by(lambda row: row[1]): _NO_STRAND + " And on - the stop lies at `start`.",
    _score_by(lambda row: row[1] if row[2] == "+" else row[0]): _NO_STRAND,
    lambda c, g: (_hits(c, g) / len(g), _hits(c, g) / len(c)): "Several rows can share one stop. Count each stop once: divide by the sizes of the sets.",
    lambda c, g: (_hits(c, g) / len(set(_stops(g))), _hits(c, g) / len(c)): "Several calls can share one stop. Count each stop once: divide by the size of the set of calls.",
    lambda c, g: (sum(s in _stops(c) for s in _stops(g)) / len(g), sum(s in _stops(g) for s in _stops(c)) / len(c)): "Several rows can share "
    "one stop, and a list counts them all. Make sets of the stops first.",
    lambda c, g: (score_calls(c, g)[0],) * 2: "Both are divided by the number of genes: precision is a share of the calls.",
    lambda c, g: (score_calls(c, g)[1],) * 2: "Both are divided by the number of calls: sensitivity is a share of the genes.",
    lambda c, g: tuple(100 * value for value in score_calls(c, g)): "Give shares between 0 and 1, not per cent.",
    lambda c, g: tuple(round(value, 3) for value in score_calls(c, g)): "Do not round: give the shares as they are.",
    lambda c, g: tuple(round(value, 2) for value in score_calls(c, g)): "Do not round: give the shares as they are.",
    lambda c, g: score_calls(c, g)[0]: "Only the sensitivity came back: `return sensitivity, precision`.",
    lambda c, g: score_calls(c, g)[1]: "Only the precision came back: `return sensitivity, precision`.",
    lambda c, g: (_hits(c, g), _hits(c, g)): "These are counts of hits: divide by the number of genes, and by the number of calls.",
}  # fmt: skip


def virus_table() -> dict[int, tuple[int, int, int]]:
    """The right answer to exercise 6: min_length -> (ORFs on +, ORFs on -, genes of SARS-CoV-2 among them)."""
    virus = load("sars_cov_2")
    real = set(virus.genes["end"])
    table = {}
    for min_length in MIN_LENGTHS:
        found = package_orfs(decode(virus.tokens), min_length)
        plus = [orf for orf in found if orf[2] == "+"]
        table[min_length] = (len(plus), len(found) - len(plus), len({orf[1] for orf in plus} & real))
    return table


def _made_of(change: Callable[[int, int, int], tuple[float, ...]]) -> Callable[[int, Table], Any]:
    return lambda min_length, right: change(*right[min_length])


VIRUS_ROWS: dict[Callable[[int, Table], Any], str] = {
    _made_of(lambda plus, minus, genes: (minus, plus, genes)): "+ and - have changed places.",
    _made_of(lambda plus, minus, genes: (plus, minus, plus)): "not every ORF on + is a gene. Compare stops with the table of genes.",
    _made_of(lambda plus, minus, genes: (plus, minus, genes / 11)): "the third number is how many of the 11 genes were found, not their share.",
    _made_of(lambda plus, minus, genes: (plus, minus, round(11 * genes / (plus + minus)))): "the third number is 11 times the precision. `score_calls` gives sensitivity first: take [0], the share of the genes.",
    _made_of(lambda plus, minus, genes: (plus, minus, 11 * genes / (plus + minus))): "the third number is 11 times the precision. `score_calls` gives sensitivity first: take [0], the share of the genes.",
    _made_of(lambda plus, minus, genes: (plus, minus, genes / (plus + minus))): "the third number is the precision, a share of the calls. Give how many of the 11 genes were found.",
    _made_of(lambda plus, minus, genes: (plus, minus, genes - 1)): "one gene too few. Do you ask for the same start? One gene's first ATG is not its start.",
    _made_of(lambda plus, minus, genes: (plus + minus, plus + minus, genes)): "give + and - apart, not their sum twice.",
}  # fmt: skip
