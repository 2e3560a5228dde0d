import gzip
import shutil

import numpy as np
import pandas as pd
import pytest

from dnacourse import datasets, orfs, splits
from dnacourse.datasets import DamagedFile, catalog, load, read_fasta, store, verify
from dnacourse.sequence import decode

NAMES = [
    "ecoli", "lambda", "sars_cov_2", "chr20_cdc25b", "falciparum", "chr20", "fly_promoters", "bushey_tracks", "pum2",
    "oct4", "mafk", "uci_splice", "pombe_half_life", "mpsa", "sortseq",
]  # fmt: skip


def test_the_catalog_has_a_full_card_for_every_data_set():
    everything = catalog()
    table = everything[everything["embedded"]]
    assert list(table.index) == NAMES and table.index.name == "name"
    for column in ("what", "counts", "source", "accession", "paper", "licence", "split", "faults", "recipe"):
        assert (table[column].str.len() > 5).all(), column
    for checksums in table["checksums"]:
        assert checksums and all(len(digest) == 64 for digest in checksums.values())
    assert (table["bytes"] > 0).all()


@pytest.mark.parametrize("name", NAMES)
def test_every_recipe_exists(name):
    assert (store.FILES.parents[2] / catalog().loc[name, "recipe"]).is_file()


@pytest.mark.parametrize(
    ("name", "length"),
    [("ecoli", 4_641_652), ("lambda", 48_502), ("sars_cov_2", 29_903), ("chr20_cdc25b", 55_000)],
)
def test_lengths_as_on_the_cards(name, length):
    data = load(name)
    assert data.tokens.shape == (length,) and f"{length:,}" in data.card.counts
    assert name in repr(data) and "tokens" in repr(data)


def test_ecoli_annotation():
    ecoli = load("ecoli")
    genes = ecoli.genes
    assert len(genes) == 4379
    letters = [orfs.orf_letters(ecoli.tokens, r.start, r.end, r.strand) for r in genes.itertuples()]
    starts = [text[:3] for text in letters]
    assert [starts.count(codon) for codon in ("ATG", "GTG", "TTG")] == [3912, 343, 78]
    assert sum(text[-3:] in ("TAA", "TAG", "TGA") for text in letters) == 4351
    assert ecoli.rna_genes["type"].value_counts().to_dict() == {"tRNA": 86, "ncRNA": 72, "rRNA": 22}


def test_virus_genes_are_whole():
    virus = load("sars_cov_2")
    for row in virus.genes.itertuples():
        protein = orfs.translate(virus.tokens[row.start : row.end])
        assert protein.startswith("M") and protein.find("*") == len(protein) - 1


def test_chr20_exons_join_to_the_known_protein():
    human = load("chr20_cdc25b")
    exons = human.exons[human.exons["gene"] == "CDC25B"]
    message = "".join(decode(human.tokens[a:b]) for a, b in zip(exons["start"], exons["end"], strict=True))
    longest = (
        orfs.find_orfs(message).assign(length=lambda t: t["end"] - t["start"]).nlargest(1, "length").iloc[0]
    )
    assert len(exons) == 16 and longest["length"] == 1743 and longest["strand"] == "+"
    introns = [decode(human.tokens[end : end + 2]) for end in exons["end"].iloc[:-1]]
    assert introns == ["GT"] * 15
    assert human.genes.loc["CDC25B", "start"] - human.offset == exons["start"].iloc[0]


def test_all_embedded_data_is_small_and_listed():
    files = [path for path in store.FILES.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 36e6
    listed = {store.FILES / filename for one in store.read_cards().values() for filename in one.files}
    assert set(files) == listed


@pytest.mark.parametrize("name", NAMES)
def test_a_data_set_is_arrays_and_tables_and_never_loose_text(name):
    data = load(name)
    for value in (getattr(data, content) for content in data._contents):
        first = next(iter(value.values())) if isinstance(value, dict) else value
        assert isinstance(first, np.ndarray | pd.DataFrame | splits.Split | list | int)
        if isinstance(first, np.ndarray):
            assert first.dtype.kind in "uif"
        if isinstance(first, pd.DataFrame):
            assert "sequence" not in first.columns and "offset" not in first.columns
    assert (
        len(repr(data).splitlines()) == 1 + len(data._contents)
        and max(map(len, repr(data).splitlines())) < 400
    )


@pytest.mark.parametrize("folder", ["gpl", "chr20", "chr20_cdc25b", "falciparum", "lambda", "sars_cov_2"])
def test_files_from_gpl_packages_carry_their_notice(folder):
    assert "gpl" in (store.FILES / folder / "NOTICE").read_text().lower()


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(KeyError, match=r"no data set 'yeast'; there are .*ecoli"):
        load("yeast")
    with pytest.raises(AttributeError, match="has no 'exons'; it has tokens"):
        _ = load("lambda").exons


@pytest.fixture
def copied_files(tmp_path, monkeypatch):
    folder = tmp_path / "files"
    shutil.copytree(store.FILES, folder)
    monkeypatch.setattr(store, "FILES", folder)
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_one_flipped_byte_is_found_before_use(name, copied_files):
    for filename in store.read_cards()[name].files:
        path = copied_files / filename
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        with pytest.raises(DamagedFile, match=r"is damaged.*git checkout"):
            load(name)
        path.write_bytes(content)
        verify(name)


def test_a_missing_file_is_found_before_use(copied_files):
    (copied_files / "lambda" / "genome.fa.gz").unlink()
    with pytest.raises(DamagedFile, match=r"is missing.*Restore it"):
        load("lambda")


def test_fasta_with_crlf_blank_lines_and_several_records(tmp_path):
    path = tmp_path / "many.fa"
    path.write_bytes(b">one first\r\nACGT\r\n\r\nac\r\n>two\r\n\r\nNN\r\n>three\r\n")
    records = read_fasta(path)
    assert {name: decode(tokens) for name, tokens in records.items()} == {
        "one": "ACGTAC",
        "two": "NN",
        "three": "",
    }


def test_fasta_gzipped_and_cut_short(tmp_path):
    whole = gzip.compress(b">one\n" + b"ACGT" * 5000)
    path = tmp_path / "one.fa.gz"
    path.write_bytes(whole)
    assert read_fasta(path)["one"].shape == (20_000,)
    for cut in (len(whole) // 2, len(whole) - 3):
        path.write_bytes(whole[:cut])
        with pytest.raises(ValueError, match=r"one\.fa\.gz is cut short or damaged"):
            read_fasta(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds no FASTA record"),
        (b" \n", "holds no FASTA record"),
        (b"\nACGT\n>a\nAC\n", "before the first line with > stands 'ACGT'"),
        (b">a\nAC7T\n", "record 'a': letter '7' at position 2"),
        (b">a\nACGU\n", "rna=True"),
        (b">a\nAC\n>a\nGG\n", "two records are called 'a'"),
        (b"\xff\xfe\x00\x01", "not a text file"),
    ],
)
def test_fasta_that_is_none(tmp_path, content, message):
    path = tmp_path / "bad.fa"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        read_fasta(path)


def test_fasta_with_spaces_and_a_byte_order_mark(tmp_path):
    path = tmp_path / "typed.fa"
    path.write_bytes(b"\xef\xbb\xbf\n>a typed\nACG T\tAC\n")
    assert {name: decode(tokens) for name, tokens in read_fasta(path).items()} == {"a": "ACGTAC"}


def test_gzip_that_is_damaged_inside(tmp_path):
    whole = bytearray(gzip.compress(b">one\n" + np.random.default_rng(0).bytes(3000).hex().encode()))
    for place in (3, 200, len(whole) - 6):  # flags of the header, the compressed letters, the checksum
        damaged = whole.copy()
        damaged[place] ^= 0xFF
        path = tmp_path / "one.fa.gz"
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=r"is cut short or damaged"):
            read_fasta(path)


def test_fasta_of_rna_and_no_file(tmp_path):
    path = tmp_path / "rna.fa"
    path.write_text(">a\nACGU\n")
    assert decode(read_fasta(path, rna=True)["a"]) == "ACGT"
    with pytest.raises(FileNotFoundError):
        read_fasta(tmp_path / "nothing.fa")


def test_every_loader_has_a_card_and_every_card_a_loader():
    assert set(datasets._LOADERS) == set(store.read_cards())
