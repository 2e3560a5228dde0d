"""Build `mpsa` and `sortseq`: two assays that measured the effect of thousands of variants at once."""

import pandas as pd
from _packages import compare_with_card, pypi, write_table

from dnacourse.datasets.cards import SETS

SDIST = "mavenn-1.1.4.tar.gz"
SHA256 = "8de191f10d0940f07a14fb8abb2a2d1d66eb1830d10cba12bc2d051086f849bd"


def main() -> None:
    folder = pypi("mavenn==1.1.4", SDIST, SHA256) / "mavenn-1.1.4/mavenn/examples/datasets"
    mpsa = pd.read_csv(folder / "mpsa_data.csv.gz")
    names = {
        "set": "split",
        "tot_ct": "total_reads",
        "ex_ct": "exon_reads",
        "y": "log10_psi",
        "x": "sequence",
    }
    mpsa["x"] = mpsa["x"].str.replace("U", "T")
    write_table(
        SETS / "mpsa/variants.csv.gz", mpsa.rename(columns=names).replace({"split": {"training": "train"}})
    )

    sortseq = pd.read_csv(folder / "sortseq_data.csv.gz")
    names = {"set": "split", "x": "sequence"} | {f"ct_{i}": f"bin_{i}" for i in range(10)}
    write_table(
        SETS / "sortseq/variants.csv.gz",
        sortseq.rename(columns=names).replace({"split": {"training": "train"}}),
    )
    for name in ("mpsa", "sortseq"):
        compare_with_card(name)


if __name__ == "__main__":
    main()
