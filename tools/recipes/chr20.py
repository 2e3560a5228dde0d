"""Build `chr20`: human chromosome 20 (GRCh37) with genes, exons, introns, transcription starts, CpG
islands, DNase I hypersensitive sites and CTCF sites. Besides the network it needs `pip install rdata`."""

import bz2
import gzip
import json

import numpy as np
import pandas as pd
import rdata
from _packages import compare_with_card, debian, pypi, write_2bit_file, write_table

from dnacourse.datasets.cards import SETS
from dnacourse.datasets.fasta import read_fasta

REFERENCE = ("vt-examples", "vt-examples_0.57721+ds-3_all.deb", "277c0ef50f4cda40f2dd837f90b6d837155ecd5b8889797683fe63375b017b56")  # fmt: skip
CHROMHMM = ("chromhmm-example", "chromhmm-example_1.24+dfsg-1_all.deb", "dbae0d605001ba3e4a5a55c2159444ad8ee83001dddb77fab4d14185b9bf2825")  # fmt: skip
BEDOPS = ("bedops-doc", "bedops-doc_2.4.41+dfsg-1_all.deb", "9cb5f2253f31a956f59e0981fc4f8cecfe562f96ea95f5acb677c6717c4cb4a3")  # fmt: skip
PATTERNS = ("r-bioc-mutationalpatterns", "r-bioc-mutationalpatterns_3.8.1+dfsg-1_all.deb", "c48d114a9c556ee2c141ca16e73e1d38018d8857f8a7a2a1743a79c783acc36d")  # fmt: skip
WHEEL = "spliceai-1.3.1-py2.py3-none-any.whl"
WHEEL_SHA256 = "63c633b8de6803d4ffb613e6ef62f1a896fec9fc13245c0f000ff7adea279776"
REGIONS = [("train", 0, 40_000_000), ("validation", 40_000_000, 47_000_000), ("test", 47_000_000, 63_025_520)]


def annotation() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Genes, exons and introns from the table of GENCODE transcripts that SpliceAI ships."""
    package = pypi("spliceai==1.3.1", WHEEL, WHEEL_SHA256)
    table = pd.read_csv(package / "spliceai/annotations/grch37.txt", sep="\t", dtype={"CHROM": str})
    table = table[table["CHROM"] == "20"].sort_values(["TX_START", "TX_END"])
    genes, exons, introns = [], [], []
    for name, _, strand, start, end, exon_starts, exon_ends in table.itertuples(index=False):
        starts, ends = ([int(x) for x in text.split(",") if x] for text in (exon_starts, exon_ends))
        genes.append((name, strand, start, end, len(starts)))
        exons += [(name, strand, *exon) for exon in zip(starts, ends, strict=True)]
        introns += [(name, strand, a, b) for a, b in zip(ends[:-1], starts[1:], strict=True)]
    columns = ["gene", "strand", "start", "end"]
    return (
        pd.DataFrame(genes, columns=[*columns, "exons"]),
        pd.DataFrame(exons, columns=columns),
        pd.DataFrame(introns, columns=columns),
    )


def refseq(name: str) -> pd.DataFrame:
    folder = debian(*CHROMHMM) / "usr/share/doc/chromhmm/examples/COORDS/hg19"
    table = pd.read_csv(folder / f"{name}.hg19.bed.gz", sep="\t", names=["chromosome", "start", "end"])
    table = table[table["chromosome"] == "chr20"].sort_values(["start", "end"])
    return table[["start", "end"]]


def starts() -> pd.DataFrame:
    """Transcription starts with their strand, which the anchor file of the same package has."""
    folder = debian(*CHROMHMM) / "usr/share/doc/chromhmm/examples/ANCHORFILES/hg19"
    names = ["chromosome", "position", "strand"]
    table = pd.read_csv(folder / "RefSeqTSS.hg19.txt.gz", sep="\t", names=names)
    return table[table["chromosome"] == "chr20"].sort_values(["position", "strand"])[["position", "strand"]]


def dnase() -> pd.DataFrame:
    """Decode the starch archive: a JSON header, then a bzip2 block a chromosome, positions as differences."""
    page = debian(*BEDOPS) / "usr/share/doc/bedops/html/_static/usage-examples/Frequencies-DHSs.bed.starch.gz"
    content = gzip.decompress(page.read_bytes())
    first = content.index(b"BZh")
    header, place, block = json.loads(content[content.index(b"{") : first].decode()), first, b""
    for stream in header["streams"]:
        if stream["chromosome"] == "chr20":
            block = bz2.decompress(content[place : place + int(stream["size"])])
        place += int(stream["size"])
    rows, length, previous = [], 0, 0
    for line in block.decode().splitlines():
        if line.startswith("p"):
            length = int(line[1:])
            continue
        step, rest = line.split("\t", 1)
        start = previous + (int(step) - 2**64 if int(step) >= 2**63 else int(step))
        previous = start + length
        rows.append((start, previous, *rest.split("\t")))
    table = pd.DataFrame(rows, columns=["start", "end", "cell_types", "signal"])
    table["cell_types"] = table["cell_types"].str.removeprefix("MCV-").astype(int)
    return table


def ensembl(kind: str) -> pd.DataFrame:
    """Sites on chromosome 20 from an R object of GRanges."""
    path = debian(*PATTERNS) / f"usr/lib/R/site-library/MutationalPatterns/states/{kind}_g_data.rds"
    ranges = rdata.parser.parse_file(path)
    converted = rdata.conversion.convert(ranges, default_encoding="utf-8")
    names = np.repeat(np.asarray(converted.seqnames.values), np.asarray(converted.seqnames.lengths))
    on_20 = names == "20"
    start = np.asarray(converted.ranges.start)[on_20].astype(int) - 1
    width = np.asarray(converted.ranges.width)[on_20].astype(int)
    return pd.DataFrame({"start": start, "end": start + width}).sort_values(["start", "end"])


def main() -> None:
    reference = debian(*REFERENCE) / "usr/share/doc/vt/examples/ref/20.fa.gz"
    (tokens,) = read_fasta(reference).values()
    write_2bit_file(SETS / "chr20/chr20.2bit", {"chr20": tokens})
    genes, exons, introns = annotation()
    tables = {
        "genes": genes, "exons": exons, "introns": introns, "tss": starts(), "cpg_islands": refseq("CpGIsland"),
        "dnase": dnase(), "ctcf": ensembl("CTCF"), "promoters": ensembl("promoter"),
        "regions": pd.DataFrame(REGIONS, columns=["split", "start", "end"]),
    }  # fmt: skip
    for name, table in tables.items():
        write_table(SETS / f"chr20/{name}.csv.gz", table)
    compare_with_card("chr20")


if __name__ == "__main__":
    main()
