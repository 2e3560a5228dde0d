"""Checks of lab 01, reading DNA."""

from collections.abc import Callable
from typing import Any

from dnacourse import orfs
from dnacourse.datasets import load
from dnacourse.labs.checking import (
    CheckFailed,
    TableToFillIn,
    call,
    check,
    describe,
    in_the_form_of,
    passed,
    plain,
    same,
    written_by_hand,
)
from dnacourse.labs.lab01 import mistakes as known
from dnacourse.labs.lab01 import usage
from dnacourse.labs.lab01.data import CALLS, CODING, GENES, MIN_LENGTHS, orf_cases
from dnacourse.labs.lab01.finder import Orf
from dnacourse.sequence import decode, reverse_complement


def check_reverse_complement(function: Callable[[str], str]) -> None:
    """Exercise 1: the other strand, as a string."""
    cases = [("ATTCGGA",), ("AACCN",), ("",), ("NATG",)]
    check(function, cases, reverse_complement, known.OTHER_STRAND, returns="one string")
    written_by_hand(function, "ATGC")
    passed("Exercise 1: reverse_complement gives the other strand, N included.")


def check_reading_frames(function: Callable[[str], list[str]]) -> None:
    """Exercise 2: six strings."""
    cases = [("ATGAAACCCG",), ("ATGAAACCCGG",), ("ATGAAACCCGGG",), ("ATGA",), ("A",), ("",)]
    check(function, cases, known.reading_frames, known.FRAMES, returns="a list of six strings")
    written_by_hand(function, "ATGAAACCC")
    passed("Exercise 2: six frames, whole codons only.")


def _sorted_orfs(answer: Any) -> list[list[Any]]:
    """A plain list of (start, end, strand) in their order, which is free."""
    if isinstance(answer, list) and all(map(_is_orf, answer)):
        return sorted(answer)
    if isinstance(answer, list) and any(isinstance(row, list) and None in row for row in answer):
        raise CheckFailed(
            "An ORF in your list has None for a border. One that runs off the end has no stop codon, so it is not complete: "
            "leave it out."
        )
    raise CheckFailed(
        f'find_orfs must return a list of (start, end, strand), like [(2, 17, "+")], not {describe(answer)}.'
    )


def _is_orf(row: Any) -> bool:
    if not isinstance(row, list) or len(row) != 3:
        return False
    return all(isinstance(place, int | float) for place in row[:2]) and isinstance(row[2], str)


def check_find_orfs(function: Callable[[str, int], list[Orf]]) -> None:
    """Exercise 3: on small cases that each show one mistake, then on phage lambda."""
    cases = orf_cases()
    check(function, cases, known.package_orfs, known.ORFS, returns="a list of ORFs", tidy=_sorted_orfs)
    written_by_hand(function, *cases[0])
    genome = decode(load("lambda").tokens)
    found = [tuple(orf) for orf in _sorted_orfs(plain(call(function, genome, 90)))]
    expected = known.package_orfs(genome, 90)
    if found != expected:
        missing, extra = sorted(set(expected) - set(found)), sorted(set(found) - set(expected))
        first = (
            f"{missing[0]} is missing"
            if missing
            else f"{extra[0]} is no ORF"
            if extra
            else "one is there twice"
        )
        raise CheckFailed(
            f"Right on the small cases, but on phage lambda {first} ({len(missing)} missing, {len(extra)} too many)."
        )
    passed(f"Exercise 3: all {len(expected):,} ORFs of phage lambda, none more.")


def check_score_calls(function: Callable[[list[Orf], list[Orf]], tuple[float, float]]) -> None:
    """Exercise 4: sensitivity and precision of gene calls."""
    cases = [(CALLS, GENES), (CALLS[:5], GENES[:4])]
    returns = "two numbers, sensitivity and precision"
    check(function, cases, known.score_calls, known.SCORES, returns=returns)
    written_by_hand(function, CALLS, GENES)
    ecoli = load("ecoli")
    annotated = list(zip(ecoli.genes["start"], ecoli.genes["end"], ecoli.genes["strand"], strict=True))
    called = known.package_orfs(decode(ecoli.tokens), 300)
    answer, expected = plain(call(function, called, annotated)), list(known.score_calls(called, annotated))
    if not same(answer, expected):
        raise CheckFailed(
            f"Right on the small example, but on E. coli you get {describe(answer)}, not {describe(expected)}."
        )
    passed(
        f"Exercise 4: ORFs of 300 letters and more: sensitivity {expected[0]:.3f}, precision {expected[1]:.3f}."
    )


def check_codon_fractions(function: Callable[[list[str], dict[str, str]], dict[str, float]]) -> None:
    """Exercise 5: codon usage."""
    code = orfs.genetic_code(11)
    answer = in_the_form_of({}, call(function, CODING, code))
    if isinstance(answer, dict) and (strange := [key for key in answer if key not in code]):
        if strange[0] in code.values():
            raise CheckFailed(f"{strange[0]!r} is an amino acid: the keys are codons.")
        raise CheckFailed(
            f"{strange[0]!r} is counted. N is no base, and a codon has three letters: pass over what is not in `code`."
        )
    cases = [(CODING, code), (CODING[:2], code), (CODING, orfs.genetic_code(4))]  # in 4, TGA is tryptophan
    returns = "a dictionary, codon -> share"
    check(function, cases, usage.codon_fractions, usage.USAGE, returns=returns)
    written_by_hand(function, CODING, code)
    passed("Exercise 5: each codon as a share of its amino acid.")


VIRUS = TableToFillIn(
    name="virus_table",
    rows=MIN_LENGTHS,
    holds="three numbers: ORFs on +, ORFs on -, genes found",
    parts=("number of ORFs on +", "number of ORFs on -", "number of genes found"),
    mistakes=known.VIRUS_ROWS,
)


def check_virus_table(answer: Any) -> None:
    """Exercise 6: the table of ORFs in SARS-CoV-2."""
    VIRUS.check(answer, known.virus_table)
    passed("Exercise 6: the table is right. The claim beneath it is yours.")
