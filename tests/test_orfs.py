import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dnacourse import orfs
from dnacourse.datasets import load
from dnacourse.orfs import find_orfs
from dnacourse.sequence import decode, encode, reverse_complement

GOLDEN = json.loads((Path(__file__).parent / "golden" / "orfipy.json").read_text())


# Random letters seldom hold an ORF; random words that start and stop one on either strand often do.
WORDS = ["ATG", "TAA", "TAG", "TGA", "CAT", "TTA", "CTA", "TCA", "GTG", "TTG", *"ACGTN"]
dna = st.lists(st.sampled_from(WORDS), max_size=60).map("".join)


def rows(table):
    return list(
        zip(
            table["start"].tolist(),
            table["end"].tolist(),
            table["strand"],
            table["frame"].tolist(),
            strict=True,
        )
    )


def slow_orfs(seq, starts, min_length, stops=("TAA", "TAG", "TGA")):
    """The definition, word for word."""
    found = set()
    for strand, letters in (("+", seq), ("-", reverse_complement(seq))):
        for frame in range(3):
            begin = None
            for i in range(frame, len(letters) - 2, 3):
                codon = letters[i : i + 3]
                if codon in starts and begin is None:
                    begin = i
                if codon in stops:
                    if begin is not None and i + 3 - begin >= min_length:
                        a, b = (begin, i + 3) if strand == "+" else (len(seq) - i - 3, len(seq) - begin)
                        found.add((a, b, strand, frame))
                    begin = None
    return found


def test_one_orf_on_each_strand():
    seq = "CCATGAAAATGTTTTAACC"
    assert rows(find_orfs(seq, min_length=15)) == [(2, 17, "+", 2)]
    assert rows(find_orfs(reverse_complement(seq), min_length=15)) == [(2, 17, "-", 2)]
    assert len(find_orfs(seq, min_length=16)) == 0


def test_min_length_counts_the_stop_codon():
    seq = "ATG" + "AAA" * 28 + "TAA"
    assert len(seq) == 90
    assert len(find_orfs(seq)) == 1 and len(find_orfs(seq, min_length=91)) == 0


def test_shortest_orf_by_default_and_the_order_of_rows():
    assert len(find_orfs("ATG" + "AAA" * 27 + "TAA")) == 0, "87 letters"
    assert find_orfs(load("lambda").tokens)["start"].is_monotonic_increasing


def test_an_orf_without_stop_is_not_complete():
    assert len(find_orfs("ATGAAAAAA", min_length=0)) == 0


def test_a_codon_with_n_is_neither_start_nor_stop():
    assert rows(find_orfs("ATGTANAAATAA", min_length=0)) == [(0, 12, "+", 0)]
    assert len(find_orfs("ANGAAATAA", min_length=0)) == 0
    assert len(find_orfs("ANTGAAATAA", min_length=0)) == 0, "letters on both sides of an N make no codon"
    assert len(find_orfs("TTANATATTCAT", min_length=0)) == 1


@pytest.mark.parametrize("seq", ["", "A", "AT", "ATG", "TAA", "ACGT" * 50, "N" * 100])
def test_no_orf_at_all_gives_an_empty_table_with_the_columns(seq):
    table = find_orfs(seq)
    assert len(table) == 0 and list(table.columns) == ["start", "end", "strand", "frame"]


@given(dna, st.sampled_from([0, 6, 9, 12, 30]))
def test_equal_to_the_definition_on_any_sequence(seq, min_length):
    assert set(rows(find_orfs(seq, min_length=min_length))) == slow_orfs(seq, {"ATG"}, min_length)


@given(dna)
def test_equal_to_the_definition_with_more_starts(seq):
    starts = ("ATG", "GTG", "TTG")
    assert set(rows(find_orfs(seq, starts, 6))) == slow_orfs(seq, set(starts), 6)


@given(dna)
def test_the_other_strand_mirrors_every_orf(seq):
    here = {(a, b, s) for a, b, s, _ in rows(find_orfs(seq, min_length=0))}
    there = {
        (len(seq) - b, len(seq) - a, "-" if s == "+" else "+")
        for a, b, s, _ in rows(find_orfs(reverse_complement(seq), min_length=0))
    }
    assert here == there


def test_the_frame_of_each_strand_is_counted_from_its_own_end():
    seq = "CCATGAAAATGTTTTAACCG"
    assert rows(find_orfs(seq, min_length=15)) == [(2, 17, "+", 2)]
    assert rows(find_orfs(reverse_complement(seq), min_length=15)) == [(3, 18, "-", 2)]


def test_lower_case_tokens_and_bytes_are_the_same():
    seq = "CCATGAAAATGTTTTAACC"
    for same in (seq.lower(), encode(seq), seq.encode()):
        assert find_orfs(same, min_length=6).equals(find_orfs(seq, min_length=6))


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="'U' at position 1"):
        find_orfs("AUG")
    with pytest.raises(ValueError, match="'5' at position 2"):
        find_orfs("AT5")
    with pytest.raises(ValueError, match="expected a list of codons"):
        find_orfs("ATG", starts="ATG")
    with pytest.raises(ValueError, match="'AT' is no codon: write three of the letters"):
        find_orfs("ATG", starts=("AT",))
    with pytest.raises(ValueError, match="so not -1"):
        find_orfs("ATG", min_length=-1)
    with pytest.raises(TypeError):
        find_orfs("ATG", min_length=None)
    with pytest.raises(ValueError, match="TAA is a stop"):
        find_orfs("ATG", starts=("TAA",))
    with pytest.raises(ValueError, match="no NCBI translation table 99"):
        find_orfs("ATG", table=99)
    with pytest.raises(ValueError, match=r"shape \(L,\)"):
        find_orfs(np.zeros((4, 10), np.uint8))


def test_genetic_codes():
    code = orfs.genetic_code()
    assert len(code) == 64 and code["TGA"] == "*" and orfs.genetic_code(4)["TGA"] == "W"
    code["ATG"] = "?"
    assert orfs.genetic_code()["ATG"] == "M", "a copy is given out"
    for table in (27, 28, 31):
        with pytest.raises(ValueError, match=r"is now a stop and now an amino acid"):
            orfs.genetic_code(table)
    for table in sorted({1, 2, 11, 12, 25, 33}):
        assert "".join(orfs.genetic_code(table).values()) == orfs.translate("".join(orfs.CODONS), table)


def test_table_4_reads_tga_as_tryptophan():
    seq = "ATGTGAAAATAA"
    assert rows(find_orfs(seq, min_length=0, table=4)) == [(0, 12, "+", 0)]
    assert orfs.translate(seq, table=4) == "MWK*"


@pytest.mark.parametrize("name", ["ecoli", "lambda"])
def test_the_set_that_orfipy_finds(name):
    """Frozen from orfipy 0.0.4 by `benchmarks/bench_orfs.py --freeze`, which compares live as well."""
    found = find_orfs(load(name).tokens, min_length=90)
    lines = sorted(f"{row.start} {row.end} {row.strand}" for row in found.itertuples())
    assert len(lines) == GOLDEN[name]["count"]
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest() == GOLDEN[name]["sha256"]


def test_letters_of_an_orf_begin_with_a_start_and_end_with_a_stop():
    tokens = load("lambda").tokens
    for row in find_orfs(tokens, min_length=300).itertuples():
        letters = orfs.orf_letters(tokens, row.start, row.end, row.strand)
        assert letters == orfs.orf_letters(decode(tokens), row.start, row.end, row.strand)
        assert letters.startswith("ATG") and orfs.translate(letters).find("*") == len(letters) // 3 - 1
    with pytest.raises(ValueError, match="not inside"):
        orfs.orf_letters("ACGT", 2, 9, "+")
    with pytest.raises(ValueError, match="strand"):
        orfs.orf_letters("ACGT", 0, 3, "plus")
    with pytest.raises(ValueError, match="not inside"):
        orfs.orf_letters("ACGT", -1, 3, "+")
    with pytest.raises(ValueError, match="letter 'X'"):
        orfs.orf_letters("AXGT", 0, 3, "+")


def test_codon_positions_by_hand():
    found = orfs.codon_positions("ATAACTTA", ("TAA",))
    assert found["+", 1].tolist() == [1] and found["-", 0].tolist() == [5]
    assert sum(len(at) for at in found.values()) == 2
    assert all(len(at) == 0 for at in orfs.codon_positions("AT", ("TAA",)).values())
    for wrong in ("TA", "TAN", "TAAA", ""):
        with pytest.raises(ValueError, match="is no codon"):
            orfs.codon_positions("ATAA", ("TAA", wrong))
    with pytest.raises(ValueError, match="expected a list of codons"):
        orfs.codon_positions("ATAA", "TAA")


def test_gc_content_and_skew():
    assert orfs.gc_content("GGCA") == 0.75 and orfs.gc_skew("GGCA") == pytest.approx(1 / 3)
    assert orfs.gc_content("GCNN") == 1.0, "N is not counted as a letter"
    assert orfs.gc_content(np.array([2, 0, 5, 5], np.uint8)) == 0.5, "nor is padding"
    assert np.isnan(orfs.gc_content("")) and np.isnan(orfs.gc_content("NNN")) and np.isnan(orfs.gc_skew("AT"))
    assert orfs.gc_content("GGAACCTTG", window=2).tolist() == [1, 0, 1, 0]
    windows = orfs.gc_skew("GGNNCC", window=2)
    assert windows[0] == 1 and np.isnan(windows[1]) and windows[2] == -1
    with pytest.raises(ValueError, match="window"):
        orfs.gc_content("ACGT", window=0)


def test_gc_of_the_genomes_on_their_cards():
    for name, expected in (("ecoli", 0.508), ("lambda", 0.499), ("sars_cov_2", 0.380)):
        assert round(orfs.gc_content(load(name).tokens), 3) == expected


def test_codon_usage():
    usage = orfs.codon_usage(["ATGTTATTACTG", "ATGNNNCT"])
    assert usage.loc["TTA", "count"] == 2 and usage.loc["TTA", "fraction"] == pytest.approx(2 / 3)
    assert usage["count"].sum() == 5 and usage["per_thousand"].sum() == pytest.approx(1000)
    assert np.isnan(usage.loc["AAA", "fraction"])
    assert orfs.codon_usage("ATGTTATTACTG").equals(orfs.codon_usage([encode("ATGTTATTACTG")]))
    assert orfs.codon_usage([])["count"].sum() == 0


def test_padding_behind_is_dropped_and_padding_before_is_refused():
    assert orfs.codon_counts(np.array([0, 3, 2, 5, 5], np.uint8)).sum() == 1
    with pytest.raises(ValueError, match="padding before a letter shifts the frame"):
        orfs.codon_counts(np.array([5, 0, 3, 2], np.uint8))
    with pytest.raises(ValueError, match="padding before a letter"):
        orfs.codon_usage(np.array([[5, 0, 3, 2]], np.uint8))


@given(st.lists(dna, max_size=4))
def test_codon_counts_of_many_are_the_sums(sequences):
    total = sum((orfs.codon_counts(one) for one in sequences), np.zeros(64, int))
    assert orfs.codon_usage(sequences)["count"].tolist() == total.tolist()


@given(dna)
def test_gc_is_the_same_on_the_other_strand_and_the_skew_is_turned(seq):
    other = reverse_complement(seq)
    assert np.array_equal(orfs.gc_content(seq), orfs.gc_content(other), equal_nan=True)
    assert np.array_equal(orfs.gc_skew(seq), -orfs.gc_skew(other), equal_nan=True)


@pytest.mark.parametrize(
    "call", [lambda: find_orfs("ATG", min_length=90.0), lambda: orfs.gc_content("ACGT", window=2.0),
             lambda: orfs.orf_letters("ACGTAC", 1.0, 4, "+"), lambda: orfs.orf_letters("ACGTAC", 1, "4", "+")]
)  # fmt: skip
def test_what_is_counted_in_letters_is_a_whole_number(call):
    with pytest.raises(TypeError, match="is a whole number, not "):
        call()


def test_starts_in_a_set_are_taken_and_a_single_number_is_not():
    seq = "CCATGAAAATGTTTTAACC"
    assert find_orfs(seq, {"ATG"}, 6).equals(find_orfs(seq, ("ATG",), 6))
    for wrong in (None, 3):
        with pytest.raises(ValueError, match="expected a list of codons"):
            find_orfs(seq, wrong)


def test_translate():
    assert orfs.translate("ATGAAATAA") == "MK*" and orfs.translate("ATGAAATAA", to_stop=True) == "MK"
    assert orfs.translate("ATGANN") == "MX" and orfs.translate("AT") == "" and orfs.translate("") == ""
    assert orfs.translate(encode("ATGAA")) == "M" and orfs.translate("CTN") == "L", "every CTN is leucine"
    with pytest.raises(ValueError, match="there is padding"):
        orfs.translate(np.array([0, 3, 2, 5, 5, 5], np.uint8))
