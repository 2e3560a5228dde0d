"""Build `fly_promoters`, the 2,000 letters before every transcription start of Drosophila, and
`bushey_tracks`, eight ChIP tracks over 200-letter bins in them."""

import re

import numpy as np
import pandas as pd
from _packages import compare_with_card, debian, pypi, write_2bit_file, write_table

from dnacourse.datasets.cards import SETS
from dnacourse.datasets.fasta import read_fasta
from dnacourse.sequence import Tokens, reverse_complement

DEB = "r-bioc-biostrings_2.66.0-1_amd64.deb"
DEB_SHA256 = "94ba289411284aaf42501357cac6f50b559d23d5f9c1300fa1e4f2e91cd4fa12"
SDIST = "pybedtools-0.12.1.tar.gz"
SDIST_SHA256 = "f459def3b430b4de6689a800d5d7b38beb313436cfb9d5e966600afca909415a"
ARMS = {"chr2R": "train", "chr3L": "train", "chr3R": "train", "chr4": "train", "chrX": "validation", "chr2L": "test"}  # fmt: skip
TRACKS = [(protein, cell) for protein in ("BEAF", "CTCF", "Cp190", "SuHw") for cell in ("Kc", "Mbn2")]
BIN, CONTEXT = 200, 1000
FLANK = (CONTEXT - BIN) // 2


def records() -> pd.DataFrame:
    """One row a record on the assembled arms: transcript, place (0-based, half-open), strand, forward letters."""
    folder = debian("r-bioc-biostrings", DEB, DEB_SHA256) / "usr/lib/R/site-library/Biostrings/extdata"
    pattern = re.compile(r"(\w+)_up_2000_\w+?_(\d+)_([fr])$")
    rows = []
    for header, tokens in read_fasta(folder / "dm3_upstream2000.fa.gz").items():
        match = pattern.match(header)
        arm = re.search(r"_up_2000_(chr\w+?)_", header)
        if match is None or arm is None or arm[1] not in ARMS:
            continue  # two records begin before the first letter of the chromosome; others lie on unplaced pieces
        strand = "+" if match[3] == "f" else "-"
        start = int(match[2]) - 1
        forward = tokens if strand == "+" else reverse_complement(tokens)
        rows.append((match[1], arm[1], start, start + len(tokens), strand, forward))
    return pd.DataFrame(rows, columns=["transcript", "chromosome", "start", "end", "strand", "tokens"])


def merge(table: pd.DataFrame) -> tuple[pd.DataFrame, Tokens]:
    """The regions that the records cover together, and their letters end to end."""
    regions, letters, offset = [], [], 0
    for chromosome, arm in table.groupby("chromosome"):
        arm = arm.sort_values(["start", "end"])
        covered = np.full(arm["end"].max(), 255, dtype=np.uint8)
        for start, end, tokens in zip(arm["start"], arm["end"], arm["tokens"], strict=True):
            before = covered[start:end]
            assert np.all((before == 255) | (before == tokens)), "records disagree where they overlap"
            covered[start:end] = tokens
        edges = np.flatnonzero(np.diff(np.concatenate([[0], (covered < 255).astype(np.int8), [0]])))
        for start, end in edges.reshape(-1, 2):
            regions.append((chromosome, start, end, offset))
            letters.append(covered[start:end])
            offset += end - start
    return pd.DataFrame(regions, columns=["chromosome", "start", "end", "offset"]), np.concatenate(letters)


def offsets_in(regions: pd.DataFrame, chromosomes: pd.Series, starts: pd.Series) -> list[int]:
    """Where places on the chromosomes stand in the letters end to end."""
    found = np.empty(len(starts), dtype=np.int64)
    for chromosome, arm in regions.groupby("chromosome"):
        here = (chromosomes == chromosome).to_numpy()
        row = np.searchsorted(arm["start"], starts[here], side="right") - 1
        found[here] = arm["offset"].to_numpy()[row] + starts[here] - arm["start"].to_numpy()[row]
    return found.tolist()


def bins(table: pd.DataFrame) -> pd.DataFrame:
    """Bins on a grid of 200 letters whose 1,000 letters of context lie within one record."""
    places = set()
    for chromosome, start, end in table[["chromosome", "start", "end"]].itertuples(index=False):
        first = -(-(start + FLANK) // BIN) * BIN
        places |= {(chromosome, place) for place in range(first, end - FLANK - BIN + 1, BIN)}
    return pd.DataFrame(sorted(places), columns=["chromosome", "start"])


def labels(grid: pd.DataFrame, protein: str, cell: str) -> np.ndarray:
    """1 where peaks cover more than half of the bin."""
    data = pypi("pybedtools==0.12.1", SDIST, SDIST_SHA256) / "pybedtools-0.12.1/pybedtools/test/data"
    peaks = pd.read_csv(
        data / f"{protein}_{cell}_Bushey_2009.bed", sep="\t", skiprows=1, names=["chromosome", "start", "end"]
    )
    label = np.zeros(len(grid), dtype=np.uint8)
    for chromosome, arm in peaks.groupby("chromosome"):
        here = (grid["chromosome"] == chromosome).to_numpy()
        depth = np.zeros(max(arm["end"].max(), grid.loc[here, "start"].max() + BIN) + 1, dtype=np.int32)
        for start, end in zip(arm["start"], arm["end"], strict=True):
            depth[start:end] = 1
        total = np.concatenate([[0], np.cumsum(depth)])
        starts = grid.loc[here, "start"].to_numpy()
        label[here] = total[starts + BIN] - total[starts] > BIN // 2
    return label


def main() -> None:
    table = records()
    regions, letters = merge(table)
    write_2bit_file(SETS / "fly_promoters/regions.2bit", {"regions": letters})

    key = ["chromosome", "start", "end", "strand"]
    promoters = table.groupby(key, as_index=False)["transcript"].agg(" ".join).sort_values(key)
    promoters["offset"] = offsets_in(regions, promoters["chromosome"], promoters["start"])
    promoters["split"] = promoters["chromosome"].map(ARMS)
    write_table(SETS / "fly_promoters/promoters.csv.gz", promoters)

    grid = bins(table)
    grid["offset"] = offsets_in(regions, grid["chromosome"], grid["start"] - FLANK)
    grid["split"] = grid["chromosome"].map(ARMS)
    names = {"BEAF": "BEAF-32", "Cp190": "CP190", "SuHw": "Su(Hw)"}
    for protein, cell in TRACKS:
        grid[f"{names.get(protein, protein)} {cell}"] = labels(grid, protein, cell)
    write_table(SETS / "bushey_tracks/bins.csv.gz", grid)
    compare_with_card("fly_promoters")
    compare_with_card("bushey_tracks")


if __name__ == "__main__":
    main()
