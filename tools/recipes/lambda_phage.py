"""Build `lambda`: the genome of the bacteriophage."""

from _packages import compare_with_card, debian, write_fasta

from dnacourse.datasets.cards import SETS
from dnacourse.datasets.fasta import read_fasta
from dnacourse.sequence import decode

DEB = "bowtie2-examples_2.5.0-3_all.deb"
SHA256 = "9f9f580954187e501102b13484bdecdc2725155e0b8020e7a056a48a06642118"


def main() -> None:
    folder = debian("bowtie2-examples", DEB, SHA256) / "usr/share/doc/bowtie2/examples/reference"
    (tokens,) = read_fasta(folder / "lambda_virus.fa.gz").values()
    write_fasta(SETS / "lambda/genome.fa.gz", "NC_001416.1", decode(tokens))
    compare_with_card("lambda")


if __name__ == "__main__":
    main()
