"""Exercise 5 of lab 1, codon usage: the right answer, and likely wrong ones with what to say to each."""

from collections.abc import Callable
from typing import Any

from dnacourse.codons import genetic_code

Code = dict[str, str]


def _count(genes: list[str], code: Code, step: int = 3, short: int = 2) -> dict[str, int]:
    counts = dict.fromkeys(code, 0)
    for gene in genes:
        for i in range(0, len(gene) - short, step):
            if gene[i : i + 3] in counts:
                counts[gene[i : i + 3]] += 1
    return counts


def _shares(counts: dict[str, int], code: Code) -> dict[str, float]:
    total = dict.fromkeys(code.values(), 0)
    for codon, count in counts.items():
        total[code[codon]] += count
    return {codon: count / total[code[codon]] for codon, count in counts.items() if total[code[codon]]}


def codon_fractions(genes: list[str], code: Code) -> dict[str, float]:
    """The right answer to exercise 5."""
    return _shares(_count(genes, code), code)


def _of_all_codons(genes: list[str], code: Code) -> dict[str, float]:
    counts = _count(genes, code)
    return {codon: counts[codon] / sum(counts.values()) for codon in codon_fractions(genes, code)}


def _mean_over_genes(genes: list[str], code: Code) -> dict[str, float]:
    each = [codon_fractions([gene], code) for gene in genes]
    values = {codon: [one[codon] for one in each if codon in one] for codon in codon_fractions(genes, code)}
    return {codon: sum(shares) / len(shares) for codon, shares in values.items()}


def _counted_anywhere(genes: list[str], code: Code) -> dict[str, float]:
    return _shares({codon: sum(gene.count(codon) for gene in genes) for codon in code}, code)


def _up_to_stop(gene: str, code: Code) -> str:
    codons = [gene[i : i + 3] for i in range(0, len(gene) - 2, 3)]
    first = next((i for i, codon in enumerate(codons) if code.get(codon) == "*"), len(codons))
    return "".join(codons[: first + 1])


_DIVIDE = "These are counts: divide each by the number of codons for the same amino acid."
_ALL = "These are shares of all codons. Divide by the number of codons for the same amino acid."
USAGE: dict[Callable[..., Any], str] = {
    _of_all_codons: _ALL,
    lambda g, c: {codon: n / sum(_count(g, c).values()) for codon, n in _count(g, c).items()}: _ALL,
    lambda g, c: {codon: n / sum(_count(g, c).values()) for codon, n in _count(g, c).items() if n}: _ALL,
    _count: _DIVIDE,
    lambda g, c: {codon: n for codon, n in _count(g, c).items() if n}: _DIVIDE,
    lambda g, c: _shares(_count(g, c, step=1), c): "You step by one letter. A reading frame steps by three: positions 0, 3, 6 …",
    _counted_anywhere: "`count` finds a codon at any place, in frame or not. Step through the gene by three.",
    lambda g, c: _shares(_count(g, c, short=3), c): "The last codon of a gene is passed over: range must go to len(gene) - 2.",
    lambda g, c: codon_fractions(g, genetic_code(11)): "The argument `code` is not used: another organism may have another code.",
    lambda g, c: codon_fractions([_up_to_stop(gene, c) for gene in g], c): "Counting ends at the first stop codon: read each gene to its end.",
    lambda g, c: codon_fractions(["".join(g)], c): "The genes are joined before they are read: each begins a frame of its own.",
    lambda g, c: codon_fractions(g[-1:], c): "Only the last gene is counted: is the dictionary of counts made anew for each gene?",
    lambda g, c: codon_fractions(g[:1], c): "Only the first gene is counted: is `return` inside the loop?",
    _mean_over_genes: "You average over genes. Count all genes together first, then divide once.",
    lambda g, c: {k: v for k, v in codon_fractions(g, c).items() if v}: "Codons that never occur are missing. Where their amino acid occurs, their share is 0.0.",
    lambda g, c: {k: codon_fractions(g, c).get(k, 0.0) for k in c}: "An amino acid that never occurs has no shares: leave its codons out.",
    lambda g, c: {k: v for k, v in codon_fractions(g, c).items() if c[k] != "*"}: "The stops are left out: here they count as one more group, `*`.",
    lambda g, c: {k: 100 * v for k, v in codon_fractions(g, c).items()}: "Give shares between 0 and 1, not per cent.",
    lambda g, c: {k: round(v, 3) for k, v in codon_fractions(g, c).items()}: "Do not round: give the shares as they are.",
    lambda g, c: {k: round(v, 2) for k, v in codon_fractions(g, c).items()}: "Do not round: give the shares as they are.",
}  # fmt: skip
