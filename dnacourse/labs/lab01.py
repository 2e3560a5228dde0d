"""Checks of lab 01, reading DNA."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from dnacourse import orfs
from dnacourse.datasets import load
from dnacourse.labs.checks import CheckFailed, call, compare, passed, same, written_by_hand
from dnacourse.sequence import decode, reverse_complement

Orf = tuple[int, int, str]

_COMPLEMENT = str.maketrans("ACGT", "TGCA")


def check_reverse_complement(function: Callable[[str], str]) -> None:
    """Exercise 1: the other strand, as a string."""
    for seq in ("ATTCGGA", "AACCN", "", "NATG"):
        mistakes = [
            (seq.translate(_COMPLEMENT), "That is the complement; now read it from its other end."),
            (seq[::-1], "That is reversed only: each letter must also become its partner, A-T and C-G."),
            (reverse_complement(seq).replace("N", ""), "The N has gone: an unknown letter stays unknown."),
            *[
                (reverse_complement(seq).replace("N", letter), f"N is no base, yet it became {letter}: keep it N.")
                for letter in "ACGT"
            ],
            (list(reverse_complement(seq)), 'The letters are right, but in a list: "".join(list) makes the string.'),
        ]
        compare(function, (seq,), reverse_complement(seq), mistakes)
    written_by_hand(function, "ATGC")
    passed("Exercise 1: reverse_complement gives the other strand, N included.")


def reading_frames(seq: str) -> list[str]:
    """Three frames of the strand, then three of the other, each cut to whole codons."""
    strands = (seq, reverse_complement(seq))
    frames = [strand[shift:] for strand in strands for shift in range(3)]
    return [frame[: len(frame) // 3 * 3] for frame in frames]


def check_reading_frames(function: Callable[[str], list[str]]) -> None:
    """Exercise 2: six strings."""
    for seq in ("ATGAAACCCGGG", "ATGAAACCCGG", "ATGAAACCCG"):
        other = reverse_complement(seq)
        uncut = [strand[shift:] for strand in (seq, other) for shift in range(3)]
        right = reading_frames(seq)
        backwards = reading_frames(seq)[:3] + reading_frames(seq[::-1])[:3]
        complement = reading_frames(seq)[:3] + reading_frames(seq.translate(_COMPLEMENT))[:3]
        shifted = [strand[shift:] for strand in (seq, other) for shift in (1, 2, 3)]
        shifted = [frame[: len(frame) // 3 * 3] for frame in shifted]
        ends = [strand[: len(strand) - shift] for strand in (seq, other) for shift in range(3)]
        mistakes = [
            (uncut, "One or two letters at the end do not make a codon: cut each frame to a multiple of 3."),
            (backwards, "The last three are the strand read backwards: use your reverse_complement."),
            (complement, "The last three are the complement read from the wrong end: use reverse_complement."),
            (right[3:] + right[:3], "The order is the strand itself first, then its reverse complement."),
            (right[:3], "Only the strand itself: the other strand has three frames too."),
            (shifted, "Off by one: the frames begin at letters 0, 1 and 2, not at 1, 2 and 3."),
            (ends, "A frame is shifted by dropping letters at its start, not at its end."),
        ]
        compare(function, (seq,), right, mistakes)
    written_by_hand(function, "ATGAAACCC")
    passed("Exercise 2: six frames, whole codons only.")


def package_orfs(seq: str, min_length: int) -> list[Orf]:
    """What dnacourse.orfs.find_orfs finds, as a sorted list of (start, end, strand)."""
    table = orfs.find_orfs(seq, min_length=min_length)
    return sorted(zip(table["start"].tolist(), table["end"].tolist(), table["strand"].tolist(), strict=True))


def check_find_orfs(function: Callable[[str, int], Iterable[Orf]]) -> None:
    """Exercise 3: on small cases that each show one mistake, then on phage lambda."""
    small = "CCATGAAAATGTTTTAACC"
    for seq in (small, reverse_complement(small), "ATGAAACCC", "ATGTAAATGNNNTAG", "TTAATGTAA"):
        _compare_orfs(function, seq, 6)
    for min_length in (14, 15, 16, 18):
        _compare_orfs(function, small, min_length)
    written_by_hand(function, small, 9)
    genome = decode(load("lambda").tokens)
    _compare_orfs(function, genome, 90)
    passed(f"Exercise 3: all {len(package_orfs(genome, 90)):,} ORFs of phage lambda, none more.")


def _compare_orfs(function: Callable[[str, int], Iterable[Orf]], seq: str, min_length: int) -> None:
    answer = call(function, seq, min_length)
    try:
        found = sorted((int(start), int(end), str(strand)) for start, end, strand in answer)
    except (TypeError, ValueError):
        raise CheckFailed("find_orfs must return a list of (start, end, strand), like (2, 17, '+').") from None
    expected = package_orfs(seq, min_length)
    if found == expected:
        return
    where = f"In {seq}" if len(seq) < 30 else f"In a genome of {len(seq):,} letters"
    for wrong, diagnosis in _orf_mistakes(seq, min_length):
        if found == wrong:
            raise CheckFailed(f"{where}, min_length={min_length}: {diagnosis}")
    missing, extra = sorted(set(expected) - set(found)), sorted(set(found) - set(expected))
    problems = [f"{orf} is missing" for orf in missing[:1]] + [f"{orf} is no ORF" for orf in extra[:1]]
    if not problems:
        problems = ["an ORF is listed twice"]
    raise CheckFailed(
        f"{where}, min_length={min_length}: {' and '.join(problems)} "
        f"({len(missing)} missing, {len(extra)} too many)."
    )


def _orf_mistakes(seq: str, min_length: int) -> list[tuple[list[Orf], str]]:
    """The answers that known mistakes give for this sequence, with what to say to each."""
    right = package_orfs(seq, min_length)
    longer = package_orfs(seq, min_length + 3)
    everything = package_orfs(seq, 0)
    plus = [orf for orf in right if orf[2] == "+"]
    early = [(start, end - 3, "+") if strand == "+" else (start + 3, end, "-") for start, end, strand in right]
    wrong_end = [(start, end - 3, strand) for start, end, strand in right]
    unflipped = [
        (start, end, strand) if strand == "+" else (len(seq) - end, len(seq) - start, strand)
        for start, end, strand in right
    ]
    unflipped_start = [
        (start, end, strand) if strand == "+" else (len(seq) - start, len(seq) - end, strand)
        for start, end, strand in right
    ]
    longest = [orf for orf in right if not _inside_another(orf, right)]
    first_frame = [orf for orf in plus if orf[0] % 3 == 0]
    early_message = "each ORF ends one codon early: the stop codon belongs to it, as in the GFF row of a gene."
    return [
        (sorted(early), early_message),
        (sorted(wrong_end), early_message),
        (plus, "only the forward strand is there. Search the reverse complement too, and turn its positions round."),
        (first_frame, "only frame 0 of the forward strand is there. Start at letters 0, 1 and 2 of both strands."),
        (sorted(unflipped), "the ORFs of the - strand are counted on the reverse complement. On the forward strand "
         "such an ORF goes from len(seq) - end to len(seq) - start."),
        (sorted(unflipped_start), "on the - strand start and end have changed places: the smaller number is the start."),
        (longer, f"too strict: an ORF of exactly {min_length} letters, stop codon counted, is long enough."),
        (everything, "ORFs shorter than min_length are in the list."),
        (_from_last_start(seq, min_length), "an ORF begins at the first ATG after the previous stop, not at the last."),
        (_every_start(seq, min_length), "every ATG has begun an ORF of its own. Once one is open, a further ATG is "
         "a methionine inside it."),
        (_open_ended(seq, min_length), "an ORF without a stop codon is in the list: one that runs off the end is not complete."),
        (longest, "an ORF that overlaps a longer one is missing: two frames can be open at the same place."),
    ]  # fmt: skip


def _inside_another(orf: Orf, others: list[Orf]) -> bool:
    return any(other != orf and other[0] <= orf[0] and orf[1] <= other[1] for other in others)


def _codon_walk(seq: str, begin: Callable[[int | None, int], int | None], min_length: int, open_ended: bool) -> list[Orf]:
    """A naive finder whose treatment of a start codon, and of the sequence's end, can be chosen."""
    found: list[Orf] = []
    for strand, letters in (("+", seq), ("-", reverse_complement(seq))):
        for frame in range(3):
            first, position = None, frame
            for position in range(frame, len(letters) - 2, 3):
                codon = letters[position : position + 3]
                if codon == "ATG":
                    first = begin(first, position)
                elif codon in ("TAA", "TAG", "TGA"):
                    if first is not None and position + 3 - first >= min_length:
                        found.append(_on_forward_strand(first, position + 3, strand, len(seq)))
                    first = None
            if open_ended and first is not None and position + 3 - first >= min_length:
                found.append(_on_forward_strand(first, position + 3, strand, len(seq)))
    return sorted(found)


def _on_forward_strand(start: int, end: int, strand: str, length: int) -> Orf:
    return (start, end, strand) if strand == "+" else (length - end, length - start, strand)


def _from_last_start(seq: str, min_length: int) -> list[Orf]:
    return _codon_walk(seq, lambda _, position: position, min_length, open_ended=False)


def _open_ended(seq: str, min_length: int) -> list[Orf]:
    return _codon_walk(seq, lambda first, position: position if first is None else first, min_length, open_ended=True)


def _every_start(seq: str, min_length: int) -> list[Orf]:
    """Each ATG up to its next stop: nested ORFs that share an end."""
    found = []
    for strand, letters in (("+", seq), ("-", reverse_complement(seq))):
        for first in range(len(letters) - 2):
            if letters[first : first + 3] != "ATG":
                continue
            for position in range(first, len(letters) - 2, 3):
                if letters[position : position + 3] in ("TAA", "TAG", "TGA"):
                    if position + 3 - first >= min_length:
                        found.append(_on_forward_strand(first, position + 3, strand, len(seq)))
                    break
    return sorted(found)


def stop_of(start: int, end: int, strand: str) -> tuple[str, int]:
    """Strand and the end at which the stop codon lies: what identifies a gene call."""
    return (strand, end if strand == "+" else start)


def score_calls(calls: Iterable[Orf], genes: Iterable[Orf]) -> tuple[float, float]:
    """Sensitivity and precision; a call matches a gene when strand and stop agree."""
    called, real = {stop_of(*call) for call in calls}, {stop_of(*gene) for gene in genes}
    hits = len(called & real)
    return hits / len(real), hits / len(called)


def check_score_calls(function: Callable[[list[Orf], list[Orf]], tuple[float, float]]) -> None:
    """Exercise 4: sensitivity and precision of gene calls."""
    genes: list[Orf] = [(0, 90, "+"), (100, 400, "-"), (500, 800, "+"), (900, 1200, "-"), (1300, 1600, "+")]
    calls: list[Orf] = [(30, 90, "+"), (100, 340, "-"), (500, 800, "-"), (900, 1200, "-"),
                        (950, 1200, "-"), (2000, 2300, "+"), (1400, 1600, "+"), (3000, 3300, "-")]  # fmt: skip
    right = score_calls(calls, genes)
    exact = len(set(calls) & set(genes))
    ends = len({call[1] for call in calls} & {gene[1] for gene in genes})
    right_ends = len({(c[2], c[1]) for c in calls} & {(g[2], g[1]) for g in genes})
    mistakes = [
        (right[::-1], "These two have changed places: sensitivity (of the genes) comes first, then precision."),
        ((exact / len(genes), exact / len(calls)), "You ask for the same start as well: a call matches when strand "
         "and stop agree, whatever its start."),
        ((ends / len(genes), ends / len({c[1] for c in calls})), "You compare `end` on both strands and leave the strand out. "
         "On the - strand the stop codon lies at `start`."),
        ((ends / len(genes), ends / len(calls)), "You compare `end` on both strands and leave the strand out. "
         "On the - strand the stop codon lies at `start`."),
        ((right_ends / len(genes), right_ends / len(calls)), "On the - strand the stop codon lies at `start`, not at `end`."),
        ((right[0], right[0]), "Both are divided by the number of genes: precision is a share of the calls."),
        ((right[1], right[1]), "Both are divided by the number of calls: sensitivity is a share of the genes."),
        (tuple(100 * value for value in right), "Give shares between 0 and 1, not per cent."),
    ]  # fmt: skip
    compare(function, (calls, genes), right, mistakes)
    ecoli = load("ecoli")
    annotated = list(zip(ecoli.genes["start"], ecoli.genes["end"], ecoli.genes["strand"], strict=True))
    called = package_orfs(decode(ecoli.tokens), 300)
    answer, expected = call(function, called, annotated), score_calls(called, annotated)
    if not same(answer, expected):
        raise CheckFailed(
            f"Right on the small example, but on E. coli you get {answer}, not {expected}. "
            "Several rows can share one stop: count each stop once, with sets."
        )
    written_by_hand(function, calls, genes)
    passed(f"Exercise 4: ORFs of 300 letters and more: sensitivity {expected[0]:.3f}, precision {expected[1]:.3f}.")


def codon_fractions(sequences: Iterable[str]) -> dict[str, float]:
    """Codon -> its share among the codons for the same amino acid, over all sequences together."""
    usage = orfs.codon_usage(list(sequences))
    return {codon: float(share) for codon, share in usage["fraction"].items() if share == share}


def check_codon_fractions(function: Callable[[list[str], dict[str, str]], dict[str, float]]) -> None:
    """Exercise 5: codon usage."""
    code = orfs.genetic_code(11)
    genes = ["ATGTTATTACTGGAAAAAAAGTAA", "ATGCTGCTGCTGGGNGAAGAGTGA"]
    right = codon_fractions(genes)
    counts = {codon: sum(_codons(gene).count(codon) for gene in genes) for codon in code}
    total = sum(counts.values())
    of_all = {codon: count / total for codon, count in counts.items() if codon in right}
    sliding = codon_fractions([gene[i : i + 3] for gene in genes for i in range(len(gene) - 2)])
    each = [codon_fractions([gene]) for gene in genes]
    averaged = {codon: float(np.mean([one[codon] for one in each if codon in one])) for codon in right}
    zero_filled = {codon: right.get(codon, 0.0) for codon in code}
    mistakes = [
        (of_all, "These are shares of all codons. Divide by the number of codons for the same amino acid."),
        (counts, "These are counts: divide each by the number of codons for the same amino acid."),
        ({codon: count for codon, count in counts.items() if count}, "These are counts: divide each by the number "
         "of codons for the same amino acid."),
        (sliding, "You step by one letter. A reading frame steps by three: positions 0, 3, 6 …"),
        (averaged, "You average over genes. Count all genes together first, then divide once."),
        (zero_filled, "An amino acid that never occurs has no shares: leave its codons out."),
    ]  # fmt: skip
    answer = call(function, genes, code)
    if isinstance(answer, dict) and any("N" in codon for codon in answer):
        raise CheckFailed("A codon with N is counted. N is no base: pass over every codon that is not in `code`.")
    compare(function, (genes, code), right, mistakes)
    written_by_hand(function, genes, code)
    passed("Exercise 5: each codon as a share of its amino acid.")


def _codons(gene: str) -> list[str]:
    return [gene[i : i + 3] for i in range(0, len(gene) - 2, 3)]


def virus_table() -> dict[int, tuple[int, int, int]]:
    """min_length -> (ORFs on +, ORFs on -, genes of SARS-CoV-2 among them)."""
    virus = load("sars_cov_2")
    real = {stop_of(start, end, "+") for start, end in zip(virus.genes["start"], virus.genes["end"], strict=True)}
    table = {}
    for min_length in (90, 180, 300):
        found = package_orfs(decode(virus.tokens), min_length)
        strands = [orf[2] for orf in found]
        table[min_length] = (strands.count("+"), strands.count("-"), len({stop_of(*orf) for orf in found} & real))
    return table


def check_virus_table(answer: Any) -> None:
    """Exercise 6: the table of ORFs in SARS-CoV-2."""
    if answer is None:
        raise CheckFailed("The table is not filled in yet: `virus_table` must be a dictionary.")
    expected = virus_table()
    if not isinstance(answer, dict) or set(answer) != set(expected):
        raise CheckFailed("`virus_table` must be a dictionary with the keys 90, 180 and 300.")
    for min_length, right in expected.items():
        given = answer[min_length]
        if not isinstance(given, list | tuple) or len(given) != 3:
            raise CheckFailed(f"virus_table[{min_length}] must be three numbers: ORFs on +, ORFs on -, genes found.")
        if tuple(given) == (right[1], right[0], right[2]):
            raise CheckFailed(f"virus_table[{min_length}]: + and - have changed places.")
        if tuple(given) == (right[0], right[1], right[0]):
            raise CheckFailed(f"virus_table[{min_length}]: not every ORF on + is a gene. Compare stops with the table.")
        if tuple(given) != right:
            raise CheckFailed(f"virus_table[{min_length}] is {tuple(given)}, but {right} is right.")
    passed("Exercise 6: the table is right. The claim beneath it is yours.")
