"""Checks of lab 01, reading DNA."""

from collections.abc import Callable
from typing import Any

import numpy as np

from dnacourse import orfs
from dnacourse.datasets import load
from dnacourse.labs import lab01_mistakes as known
from dnacourse.labs.checks import (
    CheckFailed,
    as_list,
    call,
    check,
    describe,
    filled_in,
    passed,
    same,
    written_by_hand,
)
from dnacourse.labs.lab01_finder import Orf
from dnacourse.labs.lab01_mistakes import codon_fractions, reading_frames, score_calls
from dnacourse.sequence import decode, reverse_complement


def check_reverse_complement(function: Callable[[str], str]) -> None:
    """Exercise 1: the other strand, as a string."""
    cases = [("ATTCGGA",), ("AACCN",), ("",), ("NATG",)]
    check(function, cases, reverse_complement, known.OTHER_STRAND)
    written_by_hand(function, "ATGC")
    passed("Exercise 1: reverse_complement gives the other strand, N included.")


def check_reading_frames(function: Callable[[str], list[str]]) -> None:
    """Exercise 2: six strings."""
    cases = [("ATGAAACCCG",), ("ATGAAACCCGG",), ("ATGAAACCCGGG",), ("ATGA",), ("A",), ("",)]
    check(function, cases, reading_frames, known.FRAMES, tidy=as_list)
    written_by_hand(function, "ATGAAACCC")
    passed("Exercise 2: six frames, whole codons only.")


def package_orfs(seq: str, min_length: int) -> list[Orf]:
    """What dnacourse.orfs.find_orfs finds, as a sorted list of (start, end, strand)."""
    table = orfs.find_orfs(seq, min_length=min_length)
    return sorted(zip(table["start"].tolist(), table["end"].tolist(), table["strand"].tolist(), strict=True))


def _orf_cases() -> list[tuple[str, int]]:
    """Short sequences that each show one rule, then random ones in which every rule matters."""
    small = "CCATGAAAATGTTTTAACCGG"
    cases = [(small, 6), (reverse_complement(small), 6), (small, 15), (small, 16), ("ATGAAACCC", 6)]
    cases += [("ATGAAATAG", 9), ("ATGAAAATGTAA", 6), ("ATGCCATGCCCTAAC", 6), ("ATGAAATAAATGTAA", 6)]
    cases += [("ATGTAAATGNNNTAG", 6), ("ATGCCCTGA", 6), ("GTGCCCTAGCTACCCCAC", 6), ("ATGTAACCCTTAA", 9)]
    rng = np.random.default_rng(1)
    words = ["ATG", "CAT", "TAA", "TTA", "TAG", "CTA", "TGA", "TCA", *"ACGT"]
    return cases + [("".join(rng.choice(words, 22)), 9) for _ in range(12)]


def _as_orfs(answer: Any) -> list[Orf]:
    try:
        return sorted((int(start), int(end), str(strand)) for start, end, strand in answer)
    except (TypeError, ValueError):
        raise CheckFailed(
            f'find_orfs must return a list of (start, end, strand), like [(2, 17, "+")], not {describe(answer)}.'
        ) from None


def check_find_orfs(function: Callable[[str, int], list[Orf]]) -> None:
    """Exercise 3: on small cases that each show one mistake, then on phage lambda."""
    cases = _orf_cases()
    check(function, cases, package_orfs, known.ORFS, tidy=_as_orfs)
    written_by_hand(function, *cases[0])
    genome = decode(load("lambda").tokens)
    found, expected = _as_orfs(call(function, genome, 90)), package_orfs(genome, 90)
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


GENES: list[Orf] = [
    (0, 90, "+"), (100, 400, "-"), (500, 800, "+"), (900, 1200, "-"), (1300, 1600, "+"), (1330, 1600, "+"),
]  # fmt: skip
CALLS: list[Orf] = [
    (30, 90, "+"), (100, 340, "-"), (500, 800, "-"), (900, 1200, "-"), (2000, 2300, "+"), (1400, 1600, "+"),
    (1450, 1600, "+"), (3000, 3300, "-"), (1000, 1200, "-"), (500, 700, "+"), (700, 800, "-"), (50, 400, "-"),
]  # fmt: skip


def check_score_calls(function: Callable[[list[Orf], list[Orf]], tuple[float, float]]) -> None:
    """Exercise 4: sensitivity and precision of gene calls."""
    check(function, [(CALLS, GENES), (CALLS[:5], GENES[:4])], score_calls, known.SCORES, tidy=as_list)
    written_by_hand(function, CALLS, GENES)
    ecoli = load("ecoli")
    annotated = list(zip(ecoli.genes["start"], ecoli.genes["end"], ecoli.genes["strand"], strict=True))
    called = package_orfs(decode(ecoli.tokens), 300)
    answer, expected = as_list(call(function, called, annotated)), score_calls(called, annotated)
    if not same(answer, expected):
        raise CheckFailed(f"Right on the small example, but on E. coli you get {answer}, not {expected}.")
    passed(
        f"Exercise 4: ORFs of 300 letters and more: sensitivity {expected[0]:.3f}, precision {expected[1]:.3f}."
    )


def check_codon_fractions(function: Callable[[list[str], dict[str, str]], dict[str, float]]) -> None:
    """Exercise 5: codon usage."""
    code = orfs.genetic_code(11)
    genes = ["ATGTTATTACTGGAAAAAAAGTAA", "ATGCTGCTGCTGGGNGAAGAGTGAC", "ATGGAATTATAGAAATAA"]
    answer = call(function, genes, code)
    if isinstance(answer, dict) and (strange := [key for key in answer if key not in code]):
        if strange[0] in code.values():
            raise CheckFailed(f"{strange[0]!r} is an amino acid: the keys are codons.")
        raise CheckFailed(
            f"{strange[0]!r} is counted. N is no base, and a codon has three letters: pass over what is not in `code`."
        )
    cases = [(genes, code), (genes[:2], code), (genes, orfs.genetic_code(4))]  # in 4, TGA is tryptophan
    check(function, cases, codon_fractions, known.USAGE)
    written_by_hand(function, genes, code)
    passed("Exercise 5: each codon as a share of its amino acid.")


def virus_table() -> dict[int, tuple[int, int, int]]:
    """min_length -> (ORFs on +, ORFs on -, genes of SARS-CoV-2 among them)."""
    virus = load("sars_cov_2")
    real = set(virus.genes["end"])
    table = {}
    for min_length in (90, 180, 300):
        found = package_orfs(decode(virus.tokens), min_length)
        plus = [orf for orf in found if orf[2] == "+"]
        table[min_length] = (len(plus), len(found) - len(plus), len({orf[1] for orf in plus} & real))
    return table


def check_virus_table(answer: Any) -> None:
    """Exercise 6: the table of ORFs in SARS-CoV-2."""
    expected = virus_table()
    filled_in("virus_table", answer, expected)
    for min_length, right in expected.items():
        given = as_list(answer[min_length])
        if not isinstance(given, list) or len(given) != 3:
            raise CheckFailed(
                f"virus_table[{min_length}] must be three numbers: ORFs on +, ORFs on -, genes found."
            )
        for mistake, diagnosis in _table_mistakes(right):
            if same(given, mistake):
                raise CheckFailed(f"virus_table[{min_length}]: {diagnosis}")
        names = ("number of ORFs on +", "number of ORFs on -", "number of genes found")
        wrong = [name for name, value, good in zip(names, given, right, strict=True) if not same(value, good)]
        if wrong:
            raise CheckFailed(f"virus_table[{min_length}]: the {' and the '.join(wrong)} is not right yet.")
    passed("Exercise 6: the table is right. The claim beneath it is yours.")


def _table_mistakes(right: tuple[int, int, int]) -> list[tuple[tuple[float, ...], str]]:
    plus, minus, genes = right
    return [
        ((minus, plus, genes), "+ and - have changed places."),
        ((plus, minus, plus), "not every ORF on + is a gene. Compare stops with the table of genes."),
        (
            (plus, minus, genes / 11),
            "the third number is how many of the 11 genes were found, not their share.",
        ),
        (
            (plus, minus, genes - 1),
            "one gene too few. Do you ask for the same start? One gene's first ATG is not its start.",
        ),
        ((plus + minus, plus + minus, genes), "give + and - apart, not their sum twice."),
    ]
