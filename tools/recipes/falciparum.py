"""Build `falciparum`: the fourteen chromosomes of the malaria parasite."""

from _packages import compare_with_card, debian, split_table, write_2bit_file, write_table

from dnacourse.datasets.cards import SETS
from dnacourse.datasets.fasta import read_fasta

DEB = "smalt-examples_0.7.6-12_all.deb"
SHA256 = "ffb01b7ff91cd29bd45c980cdeea90d986146dd2e907fd9e365d3a8fa75b0751"
VALIDATION, TEST = ("MAL10",), ("MAL11",)


def main() -> None:
    folder = debian("smalt-examples", DEB, SHA256) / "usr/share/doc/smalt/test/data"
    chromosomes = read_fasta(folder / "genome_1.fa.gz")
    write_2bit_file(SETS / "falciparum/genome.2bit", chromosomes)
    write_table(SETS / "falciparum/chromosomes.csv.gz", split_table(chromosomes, VALIDATION, TEST))
    compare_with_card("falciparum")


if __name__ == "__main__":
    main()
