import gzip
import shutil
import subprocess
import sys
import textwrap

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from dnacourse import doctor, orfs, splits
from dnacourse.cli import app
from dnacourse.datasets import (
    DamagedFile,
    FaultyDataSet,
    card,
    cards,
    catalog,
    load,
    read_fasta,
    sets,
    verify,
)
from dnacourse.datasets.dashboard import read_dashboard_set
from dnacourse.datasets.deepsea import read_features
from dnacourse.sequence import decode

NAMES = [
    "bushey_tracks", "chr20", "chr20_cdc25b", "ecoli", "falciparum", "fly_promoters", "lambda", "mafk", "mpsa",
    "oct4", "pombe_half_life", "pum2", "sars_cov_2", "sortseq", "uci_splice",
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
    assert (cards.SETS.parents[2] / card(name).recipe).is_file()


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
    around = ("card.toml", "loader.py")
    files = [path for path in cards.SETS.glob("*/*") if path.is_file() and path.name not in around]
    assert sum(path.stat().st_size for path in files) < 36e6
    assert set(files) == {cards.SETS / name / filename for name in NAMES for filename in card(name).files}


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


@pytest.mark.parametrize(
    "folder", ["oct4", "mafk", "chr20", "chr20_cdc25b", "falciparum", "lambda", "sars_cov_2"]
)
def test_files_from_gpl_packages_carry_their_notice(folder):
    assert "gpl" in (cards.SETS / folder / "NOTICE").read_text().lower()


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(KeyError, match=r"no data set 'yeast'; there are .*ecoli"):
        load("yeast")
    with pytest.raises(AttributeError, match="has no 'exons'; it has tokens"):
        _ = load("lambda").exons


@pytest.fixture
def copied_files(tmp_path, monkeypatch):
    folder = tmp_path / "sets"
    shutil.copytree(cards.SETS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(cards, "SETS", folder)
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_one_flipped_byte_is_found_before_use(name, copied_files):
    for path in [copied_files / one / file for one in [name, *card(name).uses] for file in card(one).files]:
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
        (b"\xff\xfe\x00\x01", "bad.fa, line 1: .* UTF-16"),
        (">a\r\nACGT\r\n".encode("utf-16"), "bad.fa, line 1: .* UTF-16, which Windows calls Unicode"),
        (">a\nACGT\n".encode("utf-16-be"), "bad.fa, line 1: .* UTF-16"),
        (b">a\nACGT\n>b\n" + "AC\n".encode("utf-16-le"), "bad.fa, line 4: .* UTF-16"),
        (">a\nAC\n>b gène\nGT\n".encode("latin-1"), "bad.fa, line 3: byte 0xe8 at position 4 is no UTF-8"),
        (">a\rAC\r>b gène\rGT\r".encode("latin-1"), "bad.fa, line 3: byte 0xe8"),
        (b"PK\x03\x04\xf0\x9f", "bad.fa, line 1: byte 0xf0"),
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


def test_fasta_with_accents_in_its_headers(tmp_path):
    for folded in (bytes, gzip.compress):
        path = tmp_path / "accents.fa"
        path.write_bytes(folded(">gène_é première\nACGT\n>Ω\nAA\n".encode()))
        assert {name: decode(tokens) for name, tokens in read_fasta(path).items()} == {
            "gène_é": "ACGT",
            "Ω": "AA",
        }
    path.write_bytes(gzip.compress(">a\nAC\n>gène\nGT\n".encode("latin-1")))
    with pytest.raises(ValueError, match=r"line 3: byte 0xe8"):
        read_fasta(path)


@pytest.mark.parametrize(
    ("encoding", "words"), [("latin-1", "line 2: byte 0xe9"), ("utf-16", "line 1: .* UTF-16")]
)
def test_other_text_files_in_another_encoding_say_which_line(tmp_path, encoding, words):
    for name, read in (
        ("train.fa", read_dashboard_set),
        ("names.txt", read_features),
        ("names.csv", read_features),
    ):
        path = tmp_path / name
        path.write_bytes("cell,TF,treatment\né|CTCF|None\n".encode(encoding))
        with pytest.raises(ValueError, match=rf"{name}, {words}"):
            read(tmp_path if read is read_dashboard_set else path)


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


CARD = """
what = "Two letters"
counts = "2 letters"
source = "typed"
accession = "none"
paper = "none"
licence = "none"
split = "none"
faults = "It is short."
files = { "genome.fa" = "CHECKSUM" }
"""
LOADER = """
from pathlib import Path

from dnacourse.datasets.dataset import Dataset
from dnacourse.datasets.tables import read_sequence


def load():
    return Dataset("yeast", tokens=read_sequence(Path(__file__).parent / "genome.fa"))
"""


@pytest.fixture
def yeast(copied_files, monkeypatch):
    """A data set that somebody has added: a folder, and nothing else."""
    monkeypatch.setattr(sets, "__path__", [str(copied_files)])
    folder = copied_files / "yeast"
    folder.mkdir()
    (folder / "genome.fa").write_text(">yeast\nAC\n")
    checksum = cards.checksum(folder / "genome.fa")
    (folder / "card.toml").write_text(CARD.replace("CHECKSUM", checksum))
    (folder / "loader.py").write_text(LOADER)
    yield folder
    for name in [name for name in sys.modules if name.startswith("dnacourse.datasets.sets.")]:
        del sys.modules[name]


def test_a_new_data_set_is_one_folder(yeast):
    assert decode(load("yeast").tokens) == "AC"
    assert catalog().loc["yeast", "bytes"] == 10 and "yeast" in cards.embedded()
    (yeast / "genome.fa").write_text(">yeast\nAG\n")
    with pytest.raises(DamagedFile, match=r"yeast.genome\.fa is damaged"):
        load("yeast")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("", None, r"'yeast': there is no .*card\.toml"),
        ('split = "none"', "", r"'yeast': in .*card\.toml, split is missing"),
        ('what = "Two', 'colour = "red"\nwhat = "Two', "'yeast': in .*, colour is unknown"),
        ('source = "typed"', "source = 3", "'yeast': in .*, source is no str, but 3"),
        ('source = "typed"', "source = typed", "'yeast': .* is no TOML"),
        ("files = {", 'uses = ["east"]\nfiles = {', "'yeast' uses east, and there is no such data set"),
        ('"genome.fa" =', '"genome.fa" = 7, "other" =', r"'yeast': .* sha256 of genome\.fa is no str, but 7"),
        ("files = {", 'files = { "a" = { url = "b" }, ', "sha256 of a is missing; url of a is unknown"),
    ],
)
def test_a_faulty_card_is_named_and_other_data_sets_go_on_working(yeast, old, new, message):
    path = yeast / "card.toml"
    path.unlink() if new is None else path.write_text(path.read_text().replace(old, new))
    with pytest.raises(FaultyDataSet, match=message):
        load("yeast")
    assert decode(load("lambda").tokens[:4]) == "GGGC"
    if "uses" not in (new or ""):
        with pytest.warns(UserWarning, match=message):
            assert "yeast" not in catalog().index and "ecoli" in catalog().index


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("", None, r"'yeast': there is no .*loader\.py"),
        ("def load()", "def read()", r"'yeast': there is no function load\(\) in .*loader\.py"),
        ('Dataset("yeast"', 'Dataset("lambda"', r"gives lambda: .*, and not Dataset\('yeast', …\)"),
        ("return Dataset", "Dataset", "gives None, and not Dataset"),
    ],
)
def test_a_faulty_loader_is_named(yeast, old, new, message):
    path = yeast / "loader.py"
    path.unlink() if new is None else path.write_text(path.read_text().replace(old, new))
    with pytest.raises(FaultyDataSet, match=message):
        load("yeast")


def test_doctor_and_command_line_name_a_faulty_card_and_go_on(yeast):
    (yeast / "card.toml").unlink()
    result = CliRunner().invoke(app, ["data", "verify"])
    assert result.exit_code == 1 and "OK    lambda" in result.output
    assert "FAIL  data set 'yeast': there is no " in result.output
    ok, detail = doctor._look_at_data()
    assert not ok and "'yeast': there is no " in detail
    result = CliRunner().invoke(app, ["data", "get", "yeast"])
    assert result.exit_code == 1 and "'yeast': there is no " in result.output


def test_what_git_leaves_behind_of_a_data_set_is_none(yeast):
    (yeast.parent / "gone" / "__pycache__").mkdir(parents=True)
    (yeast.parent / "gone" / ".DS_Store").touch()
    assert "gone" not in cards.names()
    yeast.rename(yeast.with_name("yeast.bak"))
    with pytest.raises(
        FaultyDataSet, match=r"'yeast\.bak': rename its folder, with letters, digits and _ only"
    ):
        load("yeast.bak")


def test_a_loader_is_imported_when_it_is_asked_for_and_needs_no_network_library_and_no_torch():
    code = """
        import sys
        from dnacourse.datasets import cards, load
        assert not [name for name in sys.modules if name.startswith("dnacourse.datasets.sets.")]
        for name in cards.embedded():
            load(name)
        print([name for name in ("torch", "tensorflow", "requests", "pooch", "sklearn") if name in sys.modules])
    """
    run = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True)
    assert run.stdout.strip() == "[]", run.stderr
