"""The counts on the cards, and what each data set is known to show."""

import numpy as np
import pytest

from dnacourse.datasets import load
from dnacourse.orfs import gc_content
from dnacourse.sequence import decode, encode, reverse_complement


def share_with(tokens, *patterns):
    texts = [decode(row) for row in tokens]
    return np.mean([any(pattern in text for pattern in patterns) for text in texts])


def sizes(split):
    return len(split.train), len(split.validation), len(split.test)


def test_falciparum():
    malaria = load("falciparum")
    assert len(malaria.chromosomes) == 14
    assert {name: len(tokens) for name, tokens in malaria.chromosomes.items()} == malaria.table[
        "length"
    ].to_dict()
    assert sum(malaria.table["length"]) == 23_264_425
    assert round(gc_content(np.concatenate(list(malaria.chromosomes.values()))), 3) == 0.194
    assert malaria.table.query("split == 'validation'").index.tolist() == ["MAL10"]
    assert malaria.table.query("split == 'test'").index.tolist() == ["MAL11"]


@pytest.fixture(scope="module")
def chr20():
    return load("chr20")


def test_chr20_counts(chr20):
    assert chr20.tokens.shape == (63_025_520,) and (chr20.tokens == 4).sum() == 3_520_000
    counts = {name: len(getattr(chr20, name)) for name in chr20._contents if name != "tokens"}
    assert counts == {
        "genes": 544, "exons": 5077, "introns": 4533, "tss": 889, "cpg_islands": 801, "dnase": 47_941, "ctcf": 1341,
        "promoters": 564, "regions": 3,
    }  # fmt: skip
    cells = chr20.dnase["cell_types"]
    assert (cells == 1).sum() == 17_440 and (cells >= 50).sum() == 1850 and cells.max() == 85
    assert (chr20.dnase["end"] - chr20.dnase["start"] == 150).sum() == 47_881
    assert chr20.regions["start"].tolist()[1:] == chr20.regions["end"].tolist()[:-1]
    assert chr20.regions["end"].iloc[-1] == len(chr20.tokens)


def test_introns_begin_with_gt_and_end_with_ag(chr20):
    def first_and_last(row):
        ends = [chr20.tokens[row.start : row.start + 2], chr20.tokens[row.end - 2 : row.end]]
        return ends if row.strand == "+" else [reverse_complement(ends[1]), reverse_complement(ends[0])]

    ends = [[decode(end) for end in first_and_last(row)] for row in chr20.introns.itertuples()]
    assert round(np.mean([first == "GT" for first, _ in ends]), 3) == 0.991
    assert round(np.mean([last == "AG" for _, last in ends]), 3) == 0.997


def test_marks_on_chr20_show_what_they_are_known_for(chr20):
    def content(table):
        return np.nanmean(
            [gc_content(chr20.tokens[a:b]) for a, b in zip(table["start"], table["end"], strict=True)]
        )

    assert round(gc_content(chr20.tokens), 3) == 0.441
    assert content(chr20.cpg_islands) > 0.6 and content(chr20.promoters) > 0.55
    middles = ((chr20.ctcf["start"] + chr20.ctcf["end"]) // 2).to_numpy()
    core = ("CCACTAG", "CCAGCAG", "CTAGTGG", "CTGCTGG")
    near = [
        share_with(np.stack([chr20.tokens[m + by - 100 : m + by + 100] for m in middles]), *core)
        for by in (0, 5000)
    ]
    assert near[0] > 2 * near[1]


def test_fly_promoters():
    fly = load("fly_promoters")
    assert fly.tokens.shape == (17_167, 2000) and sizes(fly.split) == (11_147, 2865, 3155)
    assert fly.table["transcript"].str.split().str.len().sum() == 26_153
    assert "no chromosome arm is in two parts" in fly.split.prove()
    near, far = fly.tokens[:, -200:], fly.tokens[:, 800:1000]
    assert gc_content(near.reshape(-1)) != gc_content(far.reshape(-1))
    minus = (fly.table["strand"] == "-").to_numpy()
    tata = [share_with(fly.tokens[rows, -45:-15], "TATAAA") for rows in (minus, ~minus)]
    assert min(tata) > 0.03 and share_with(fly.tokens[:, 800:830], "TATAAA") < 0.02, (
        "TATA stands where it belongs, on both strands"
    )


def test_bushey_tracks():
    tracks = load("bushey_tracks")
    assert tracks.tokens.shape == (71_622, 1000) and sizes(tracks.split) == (46_593, 11_798, 13_231)
    assert dict(zip(tracks.tracks, tracks.labels.sum(axis=0).tolist(), strict=True)) == {
        "BEAF-32 Kc": 2419, "BEAF-32 Mbn2": 2255, "CTCF Kc": 912, "CTCF Mbn2": 1550,
        "CP190 Kc": 2086, "CP190 Mbn2": 2179, "Su(Hw) Kc": 772, "Su(Hw) Mbn2": 721,
    }  # fmt: skip
    assert tracks.labels.any(axis=1).sum() == 6196
    assert "no chromosome arm is in two parts" in tracks.split.prove()
    bound = tracks.labels[:, 0] == 1
    middle = tracks.tokens[:, 400:600]
    assert share_with(middle[bound], "CGATA", "TATCG") > 1.5 * share_with(
        middle[~bound][:5000], "CGATA", "TATCG"
    )


def test_bins_lie_in_the_promoters_they_were_cut_from():
    fly, tracks = load("fly_promoters"), load("bushey_tracks")
    row = fly.table.query("strand == '+'").index[100]
    place = fly.table.loc[row]
    inside = tracks.table.query(
        "chromosome == @place.chromosome and start >= @place.start + 400 and start < @place.end - 600"
    )
    assert len(inside) >= 4
    for index, start in inside["start"].items():
        first = start - 400 - place.start
        assert np.array_equal(tracks.tokens[index], fly.tokens[row, first : first + 1000])


def test_pum2():
    pum2 = load("pum2")
    assert pum2.tokens.shape == (30_069, 101) and sizes(pum2.split) == (17_713, 4881, 7475)
    assert [
        int(pum2.labels[part].sum()) for part in (pum2.split.train, pum2.split.validation, pum2.split.test)
    ] == [3616, 981, 1515]
    assert "no chromosome is in two parts" in pum2.split.prove()
    motif = ("TGTAAATA", "TGTATATA", "TGTACATA")
    assert round(share_with(pum2.tokens[pum2.labels == 1], *motif), 3) == 0.241
    assert share_with(pum2.tokens[pum2.labels == 0], *motif) < 0.011


@pytest.mark.parametrize(
    ("name", "count", "motif", "least"), [("oct4", 3897, "ATGCAAAT", 0.1), ("mafk", 3900, "TGCTGA", 0.5)]
)
def test_peaks(name, count, motif, least):
    peaks = load(name)
    assert peaks.tokens.shape == (count, 200) and (peaks.table["end"] - peaks.table["start"] == 200).all()
    assert "no chromosome is in two parts" in peaks.split.prove()
    both = (motif, reverse_complement(motif))
    assert share_with(peaks.tokens, *both) > least > share_with(peaks.tokens[:, ::-1], *both)


def test_uci_splice():
    splice = load("uci_splice")
    assert splice.tokens.shape == (3190, 60) and np.bincount(splice.labels).tolist() == [767, 768, 1655]
    assert np.bincount(splice.folds).tolist() == [319] * 10 and (splice.tokens == 4).any(axis=1).sum() == 15
    assert share_with(splice.tokens[splice.labels == 0][:, 30:32], "GT") > 0.98
    assert share_with(splice.tokens[splice.labels == 1][:, 28:30], "AG") > 0.98
    seen = {}
    for fold, row in zip(splice.folds, splice.tokens, strict=True):
        for i in range(31):
            piece = row[i : i + 30]
            if piece.max() < 4:
                assert seen.setdefault(piece.tobytes(), fold) == fold


def test_pombe_half_life():
    yeast = load("pombe_half_life")
    lengths = list(map(len, yeast.tokens))
    assert (len(lengths), min(lengths), max(lengths), np.median(lengths)) == (3713, 6, 5162, 223)
    assert round(yeast.targets.mean(), 2) == 1.07 and round(yeast.targets.std(), 2) == 0.42
    assert (yeast.table["end"] - yeast.table["start"]).tolist() == lengths
    has = np.array(["TATTTAT" in decode(tokens) for tokens in yeast.tokens])
    assert (round(yeast.targets[has].mean(), 2), round(yeast.targets[~has].mean(), 2)) == (0.89, 1.12)
    assert set(np.bincount(yeast.folds).tolist()) == {742, 743}


def test_mpsa_and_sortseq():
    mpsa, sortseq = load("mpsa"), load("sortseq")
    assert mpsa.tokens.shape == (30_483, 9) and sizes(mpsa.split) == (18_469, 5936, 6078)
    assert {decode(column) for column in np.unique(mpsa.tokens[:, 3:5], axis=0)} == {"GC", "GT"}
    assert sortseq.tokens.shape == (50_518, 75) and sortseq.counts.shape == (50_518, 9)
    assert (
        sizes(sortseq.split) == (30_516, 10_067, 9935)
        and round(((sortseq.counts.sum(axis=1) + sortseq.library_counts) == 1).mean(), 2) == 0.97
    )


def test_brighter_bins_of_sortseq_hold_fewer_mutants_of_the_minus_10_box_and_the_library_all():
    data = load("sortseq")
    wild = np.bincount(data.tokens[:, 64]).argmax()
    mutated = (data.tokens[:, 64] != wild).astype(float)
    by_bin = mutated @ data.counts / data.counts.sum(axis=0)
    assert (np.diff(by_bin) < 0).all() and by_bin[0] > 0.2 and by_bin[-1] < 0.02
    assert mutated @ data.library_counts / data.library_counts.sum() == pytest.approx(by_bin.mean(), abs=0.02)


def test_mpsa_is_relative_to_the_consensus():
    data = load("mpsa")
    ratio = np.log10((data.table["exon_reads"] + 1) / (data.table["total_reads"] + 1))
    offset = data.targets - ratio
    assert offset.std() < 1e-3 and offset.mean() == pytest.approx(1.0087, abs=1e-3)
    consensus = (data.tokens == encode("CAGGTAAGT")).all(axis=1)
    assert data.targets[consensus] == pytest.approx([2.0], abs=1e-3)
    assert (data.targets > 2).sum() == 323 + consensus.sum() * (data.targets[consensus][0] > 2)
    assert (data.table["exon_reads"] > data.table["total_reads"]).sum() == 1480


def test_promoters_of_chr20_hold_the_gc_that_the_card_says():
    data = load("chr20")
    gc = [np.isin(data.tokens[a:b], (1, 2)).mean() for a, b in data.promoters[["start", "end"]].to_numpy()]
    assert np.mean(gc) == pytest.approx(0.57, abs=0.01) and "GC 57 %" in data.card.faults
