"""Downloads against a server on this machine that is slow, breaks off, lies, refuses, or is not there."""

import hashlib
import io
import re
import socket
import subprocess
import sys
import tarfile
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from dnacourse import datasets
from dnacourse.cli import app
from dnacourse.datasets import cards, download, remote, transfer
from dnacourse.datasets.dashboard import read_dashboard_set
from dnacourse.datasets.download import DownloadFailed, fetch
from dnacourse.sequence import decode

CONTENT = bytes(range(256)) * 4000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Server(ThreadingHTTPServer):
    """Serves CONTENT under several names, each with a fault of its own; notes every request."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests, self.files = [], {}
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def handle_error(self, *_):
        """A client that leaves early is no news here."""

    def url(self, name):
        return f"http://127.0.0.1:{self.server_port}/{name}"


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        name = self.path.strip("/").split("?")[0]
        asked = begin = int((self.headers.get("Range") or "bytes=0-")[6:-1])
        self.server.requests.append((name, begin))
        times = sum(1 for one, _ in self.server.requests if one == name)
        content = self.server.files.get(name, CONTENT)
        if name == "missing":
            return self.send_error(404)
        if name == "wrong":
            content = b"an error page, sent as if it were the file"
        tag = f'"{times // 2 if name == "replaced" else 0}"'
        if name == "replaced" and times == 1:
            content = CONTENT[::-1]
        if name in ("norange", "elsewhere") or self.headers.get("If-Range", tag) != tag:
            begin = 0
        if begin >= len(content):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(content)}")
            return self.end_headers()
        pieces = name.startswith("pieces")
        self.send_response(206 if begin or pieces or (asked and name == "elsewhere") else 200)
        end = min(begin + 300_000, len(content)) if pieces else len(content)
        self.send_header("Content-Range", f"bytes {begin}-{end - 1}/{len(content)}")
        if name in ("tagged", "replaced", "pieces-tagged"):
            self.send_header("ETag", tag)
        if name == "packed.tar.gz":
            self.send_header("Content-Encoding", "x-gzip")
        if name != "endless":
            self.send_header("Content-Length", str(end - begin))
        self.end_headers()
        stop = len(content)
        if name.startswith("pieces"):
            stop = min(begin + 300_000, stop)
        if name in ("cut", "norange", "tagged", "untagged", "replaced") and times < 3:
            stop = begin + (len(content) - begin) // 2
        if name == "always-cut":
            stop = begin
        if name == "half":
            stop = len(content) // 2
        if name == "silent" and times == 1:
            self.wfile.write(content[:200_000])
            self.wfile.flush()
            time.sleep(1.5)
            stop = 0
        self.wfile.write(content[begin:stop])
        self.close_connection = True


@pytest.fixture
def server(monkeypatch, tmp_path):
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv(download.OFFLINE, raising=False)
    monkeypatch.setenv(download.CACHE, str(tmp_path / "cache"))
    one = Server()
    yield one
    one.shutdown()
    one.server_close()


@pytest.fixture
def target(tmp_path):
    return tmp_path / "cache" / "set" / "file.bin"


def left_behind(target):
    if not target.parent.exists():
        return []
    return sorted(path.name for path in target.parent.iterdir() if path.suffix != ".lock")


def test_a_download_is_whole_and_not_repeated(server, target):
    assert fetch(target, [server.url("good")], SHA256).read_bytes() == CONTENT
    fetch(target, [server.url("good")], SHA256)
    assert len(server.requests) == 1 and left_behind(target) == ["file.bin"]


@pytest.mark.parametrize("name", ["cut", "norange"])
def test_a_connection_that_breaks_off_is_taken_up_again(server, target, name):
    assert fetch(target, [server.url(name)], SHA256).read_bytes() == CONTENT
    _, second, third = (begin for _, begin in server.requests)
    assert 0.4 * len(CONTENT) < second <= len(CONTENT) // 2
    assert third > 1.4 * second if name == "cut" else third <= second


def test_a_server_that_falls_silent_is_left_after_a_while(server, target, monkeypatch):
    monkeypatch.setattr(transfer, "SILENCE_SECONDS", 0.3)
    assert fetch(target, [server.url("silent")], SHA256).read_bytes() == CONTENT
    assert 100_000 < server.requests[1][1] <= 200_000


def test_an_interrupted_run_goes_on_the_next_time(server, target):
    target.parent.mkdir(parents=True)
    target.with_name("file.bin.part").write_bytes(CONTENT[:12345])
    fetch(target, [server.url("good")], SHA256)
    assert server.requests == [("good", 12345)] and left_behind(target) == ["file.bin"]


def test_a_part_that_was_already_whole_needs_nothing(server, target):
    target.parent.mkdir(parents=True)
    target.with_name("file.bin.part").write_bytes(CONTENT)
    assert fetch(target, [server.url("good")], SHA256).read_bytes() == CONTENT


@pytest.mark.parametrize("beginning", [b"of another file", CONTENT + b"and more"])
def test_a_beginning_that_belongs_to_another_file_is_given_up(server, target, beginning):
    target.parent.mkdir(parents=True)
    target.with_name("file.bin.part").write_bytes(beginning)
    assert fetch(target, [server.url("good")], SHA256).read_bytes() == CONTENT
    assert server.requests == [("good", len(beginning)), ("good", 0)]


def test_a_rest_that_begins_elsewhere_is_not_appended(server, target):
    target.parent.mkdir(parents=True)
    target.with_name("file.bin.part").write_bytes(CONTENT[:12345])
    assert fetch(target, [server.url("elsewhere")], SHA256).read_bytes() == CONTENT
    assert server.requests == [("elsewhere", 12345), ("elsewhere", 0)]


@pytest.mark.parametrize("name", ["pieces", "pieces-tagged"])
@pytest.mark.parametrize("sha256", [SHA256, ""])
def test_a_server_that_gives_less_than_the_rest_is_asked_again(server, target, name, sha256):
    """Without a checksum and an ETag nobody can tell whether the pieces are of one file."""
    if sha256 or name == "pieces-tagged":
        assert fetch(target, [server.url(name)], sha256).read_bytes() == CONTENT
        assert [begin for _, begin in server.requests] == [0, 300_000, 600_000, 900_000]
    else:
        with pytest.raises(DownloadFailed, match="it gave a piece"):
            fetch(target, [server.url(name)], sha256)
        assert not target.exists()


@pytest.mark.parametrize("answer", ["wrong", "missing", "norange"])
@pytest.mark.parametrize("size", [0, len(CONTENT)])
def test_what_has_arrived_outlives_a_bad_answer(server, target, answer, size):
    target.parent.mkdir(parents=True)
    part = target.with_name("file.bin.part")
    part.write_bytes(CONTENT[:900_000])
    if answer != "norange":  # that one sends the whole, in the end
        with pytest.raises(DownloadFailed):
            fetch(target, [server.url(answer)], SHA256, size=size)
        assert part.read_bytes() == CONTENT[:900_000] and left_behind(target) == ["file.bin.part"]
    assert fetch(target, [server.url(answer), server.url("good")], SHA256, size=size).read_bytes() == CONTENT
    assert server.requests[-1] == ("good", 900_000) or answer == "norange"
    assert left_behind(target) == ["file.bin"]


def test_a_file_of_another_size_is_not_begun(server, target):
    with pytest.raises(DownloadFailed, match="1,024,000 bytes, expected 17"):
        fetch(target, [server.url("good"), server.url("pieces")], SHA256, size=17)
    assert left_behind(target) == []


@pytest.mark.parametrize("written", [SHA256.upper(), f"{SHA256}  file.bin\n"])
def test_a_stored_checksum_may_be_written_by_other_programs(server, target, written):
    fetch(target, [server.url("good")])
    download.stored_checksum(target).write_text(written)
    assert fetch(target, [server.url("good")]) == target
    download.stored_checksum(target).write_bytes(b"\xff\x00 nothing")
    with pytest.raises(DownloadFailed, match=r"sha256 holds no SHA-256: delete it"):
        fetch(target, [server.url("good")])


def test_a_cache_in_nobodys_home_is_named(monkeypatch):
    monkeypatch.setenv(download.CACHE, "~nobody-of-this-name/cache")
    with pytest.raises(DownloadFailed, match="there is no such home"):
        download.cache_folder()


def test_without_a_published_checksum_an_old_beginning_is_not_trusted(server, target):
    target.parent.mkdir(parents=True)
    target.with_name("file.bin.part").write_bytes(b"of another file")
    assert fetch(target, [server.url("tagged")]).read_bytes() == CONTENT
    assert server.requests[0] == ("tagged", 0)


@pytest.mark.parametrize(("name", "goes_on"), [("tagged", True), ("untagged", False), ("replaced", True)])
def test_without_a_published_checksum_only_the_servers_word_lets_it_go_on(server, target, name, goes_on):
    """`replaced` is another file from the second request on, and the server, asked with If-Range, says so."""
    assert fetch(target, [server.url(name)]).read_bytes() == CONTENT
    assert len(server.requests) == 3 and (server.requests[1][1] > 0) == goes_on


def test_without_a_published_checksum_a_file_without_an_end_is_refused(server, target):
    with pytest.raises(DownloadFailed, match="does not say how long the file is"):
        fetch(target, [server.url("endless")])
    assert left_behind(target) == []
    assert fetch(target, [server.url("endless")], SHA256).read_bytes() == CONTENT


def test_an_archive_that_the_server_calls_encoded_is_left_packed(server, target):
    server.files["packed.tar.gz"] = content = packed({"one": b"1"})
    sha256 = hashlib.sha256(content).hexdigest()
    assert fetch(target, [server.url("packed.tar.gz")], sha256).read_bytes() == content


def test_a_second_process_waits_and_uses_the_file_of_the_first(server, target):
    code = "import sys, pathlib; from dnacourse.datasets.download import fetch; "
    code += "fetch(pathlib.Path(sys.argv[1]), [sys.argv[2]], sys.argv[3])"
    command = [sys.executable, "-c", code, str(target), server.url("good"), SHA256]
    target.parent.mkdir(parents=True)
    with download.alone(target):
        second = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert "another program that fetches file.bin" in second.stderr.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(0.5)
        target.write_bytes(CONTENT)
    assert second.wait(60) == 0 and server.requests == []


def test_a_folder_that_cannot_be_used_is_named_with_the_remedy(server, target, tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    with pytest.raises(DownloadFailed, match=r"cache.*set DNACOURSE_CACHE to a folder"):
        fetch(target, [server.url("good")], SHA256)
    (tmp_path / "cache").unlink()
    target.mkdir(parents=True)
    with pytest.raises(DownloadFailed, match=r"file\.bin.*in the way"):
        fetch(target, [server.url("good")], SHA256)


def test_a_folder_that_cannot_be_written_to_is_named_with_the_remedy(server, target, monkeypatch):
    def refuse(path, *_, **__):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(DownloadFailed, match=r"Permission denied.*set DNACOURSE_CACHE to a folder"):
        fetch(target, [server.url("good")], SHA256)


def test_a_file_in_a_cache_that_cannot_be_written_to_is_used(server, target, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    target.parent.mkdir(parents=True)
    target.write_bytes(CONTENT)
    for name in ("write_text", "mkdir", "touch"):
        monkeypatch.setattr(Path, name, refuse)
    assert fetch(target, [server.url("good")]) == target and left_behind(target) == ["file.bin"]


def nobody():
    with socket.create_server(("127.0.0.1", 0)) as door:
        return f"http://127.0.0.1:{door.getsockname()[1]}/file"


def test_the_second_address_is_tried_and_every_failure_is_named(server, target):
    bad = [nobody(), server.url("missing"), server.url("wrong"), server.url("always-cut")]
    with pytest.raises(DownloadFailed) as failure:
        fetch(target, bad, SHA256)
    text = str(failure.value)
    assert all(url in text for url in bad)
    assert "no connection" in text and "the server answered 404 Not Found" in text
    assert "its SHA-256 is not the expected" in text
    assert f"download it elsewhere and put it at {target}" in text
    assert not target.exists() and [name for name in left_behind(target) if not name.endswith(".part")] == []
    assert fetch(target, [*bad, server.url("good")], SHA256).read_bytes() == CONTENT


def test_wrong_bytes_do_not_poison_the_next_try(server, target):
    with pytest.raises(DownloadFailed):
        fetch(target, [server.url("wrong")], SHA256)
    assert fetch(target, [server.url("good")], SHA256).read_bytes() == CONTENT
    assert server.requests[-1] == ("good", 0)


def test_a_file_put_there_by_hand_is_checked(server, target):
    target.parent.mkdir(parents=True)
    target.write_bytes(CONTENT)
    assert fetch(target, [server.url("good")], SHA256) == target and server.requests == []
    target.write_bytes(CONTENT[:-1] + b"!")
    with pytest.raises(DownloadFailed, match="has changed or is damaged"):
        fetch(target, [server.url("good")], SHA256)


def test_without_a_published_checksum_the_first_download_counts(server, target):
    fetch(target, [server.url("good")])
    assert download.stored_checksum(target).read_text().strip() == SHA256
    target.write_bytes(CONTENT[:-1])
    with pytest.raises(DownloadFailed, match=r"Delete it \(and file\.bin\.sha256"):
        fetch(target, [server.url("good")])


def test_offline_says_where_to_put_the_file(server, target, monkeypatch):
    monkeypatch.setenv(download.OFFLINE, "1")
    with pytest.raises(DownloadFailed, match=rf"DNACOURSE_OFFLINE is set.*{target}.*from http"):
        fetch(target, [server.url("good")], SHA256)
    assert server.requests == []


@pytest.mark.parametrize("setting", ["", "0", "false", "No"])
def test_a_setting_that_says_no_does_not_forbid_downloads(server, target, monkeypatch, setting):
    monkeypatch.setenv(download.OFFLINE, setting)
    assert fetch(target, [server.url("good")], SHA256).read_bytes() == CONTENT


def test_no_room_on_the_disk(server, target, monkeypatch):
    usage = transfer.shutil.disk_usage("/")
    monkeypatch.setattr(transfer.shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(DownloadFailed, match=r"are needed and 0\.0 GB are free.*set DNACOURSE_CACHE"):
        fetch(target, [server.url("good")], SHA256)
    assert left_behind(target) == []


def use(monkeypatch, server, name, filename, content, sha256=None):
    """Let a data set come from the server."""
    server.files[filename] = content
    file = cards.File(
        bytes=0 if sha256 == "" else len(content),
        sha256=hashlib.sha256(content).hexdigest() if sha256 is None else sha256,
        urls=[server.url(filename)],
    )
    changed, read = replace(cards.card(name), files={filename: file}), cards._read
    monkeypatch.setattr(cards, "_read", lambda folder: changed if folder.name == name else read(folder))


def packed(files):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


@pytest.mark.parametrize("damage", ["cut in half", "a flipped byte"])
def test_an_archive_is_read_to_its_end_before_it_is_accepted(server, monkeypatch, damage):
    content = packed({"one": np.random.default_rng(0).bytes(50_000), "two": b"2"})
    at = len(content) // 2
    bad = content[:at] + (b"" if damage == "cut in half" else bytes([content[at] ^ 1]) + content[at + 1 :])
    use(monkeypatch, server, "deepsea", "bundle.tar.gz", bad, sha256="")
    path = remote.path_of("deepsea", "bundle.tar.gz")
    path.parent.mkdir(parents=True)
    path.write_bytes(bad)  # by hand
    with pytest.raises(DownloadFailed, match="or damaged"):
        remote.get("deepsea")
    assert not download.stored_checksum(path).exists()


def test_names_that_are_nearly_right_are_told_what_is_missing():
    with pytest.raises(KeyError, match="comes with the course"):
        remote.get("ecoli")
    with pytest.raises(KeyError, match="in capitals with its version"):
        remote.get("U00096")


def test_the_dashboard_is_downloaded_unpacked_and_read(server, monkeypatch):
    """Synthetic: the real archive, of 107 MB, cannot be shipped."""
    files = {
        f"deepbind/GATA1_K562/{part}.fa": b">1\nACGTN\n>0\nTTTTT\n" for part in ("train", "valid", "test")
    }
    use(monkeypatch, server, "dashboard", "deepbind.tar.gz", packed(files))
    everything = datasets.load("dashboard")
    one = read_dashboard_set(everything.sets["GATA1_K562"])
    assert [decode(row) for row in one.tokens] == ["ACGTN", "TTTTT"] * 3 and one.labels.tolist() == [1, 0] * 3
    assert one.split.validation.tolist() == [2, 3] and "108 sets" in one.card.counts
    datasets.load("dashboard")
    assert len(server.requests) == 1


def test_an_unpacked_file_that_has_changed_is_unpacked_again(server, monkeypatch):
    files = {f"deepbind/GATA1_K562/{part}.fa": b">1\nACGTN\n" for part in ("train", "valid", "test")}
    use(monkeypatch, server, "dashboard", "deepbind.tar.gz", packed(files))
    left = remote.path_of("dashboard", "deepbind.unpacking") / "deepbind" / "left" / "train.fa"
    left.parent.mkdir(parents=True)
    left.write_text("what an interrupted process left")
    folder = datasets.load("dashboard").sets["GATA1_K562"]
    (folder / "train.fa").write_text(">1\nAAAAA\n")
    (folder / "test.fa").unlink()
    sets = datasets.load("dashboard").sets
    assert [decode(row) for row in read_dashboard_set(sets["GATA1_K562"]).tokens] == ["ACGTN"] * 3
    assert list(sets) == ["GATA1_K562"] and len(server.requests) == 1


def test_a_page_in_place_of_an_archive_is_refused(server, monkeypatch):
    use(monkeypatch, server, "deepsea", "bundle.tar.gz", b"<html>log in to the hotel's network</html>", "")
    with pytest.raises(DownloadFailed, match="no gzipped tar archive"):
        datasets.load("deepsea")
    server.files["bundle.tar.gz"] = packed({})
    with pytest.raises(DownloadFailed, match="nothing in it"):
        datasets.load("deepsea")
    server.files["bundle.tar.gz"] = content = packed({"deepsea_train/train.mat": b"data"})
    assert datasets.load("deepsea").path.read_bytes() == content


def test_a_dashboard_set_that_is_none(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_dashboard_set(tmp_path)
    for part in ("train", "valid", "test"):
        (tmp_path / f"{part}.fa").write_text(">1\nACGT\n")
    for text, message in (
        (">1\nACGT\n>0\n", "cut short"),
        (">1\nACGT\n>0\nAC\n", r"valid\.fa, record 1: 2 letters, not 4"),
        ("", r"valid\.fa is empty"),
        (">2\nAC\n", "label is '>2'"),
        (">1\nAX\n", "record 0: letter 'X'"),
    ):
        (tmp_path / "valid.fa").write_text(text)
        with pytest.raises(ValueError, match=message):
            read_dashboard_set(tmp_path)


def test_a_genbank_accession(server, monkeypatch):
    server.files["refused"] = b"<html>too many requests</html>"
    server.files["ena"] = b">ENA|U00096|U00096.3 Escherichia coli\nACGT\nAC\n"
    monkeypatch.setattr(remote, "GENBANK", (server.url("refused"), server.url("ena")))
    assert decode(datasets.load_genbank("U00096.3")) == "ACGTAC"
    datasets.load_genbank("U00096.3")
    assert len(server.requests) == 2, "the second time from the cache"
    with pytest.raises(DownloadFailed, match=r"is not the one sequence NC_000913\.3"):
        datasets.load_genbank("NC_000913.3")
    for wrong in ("U00096", "../U00096.3", "ecoli"):
        with pytest.raises(ValueError, match="is no accession with a version"):
            datasets.load_genbank(wrong)


def test_a_sequence_goes_on_from_no_other_address(server, monkeypatch):
    """The two servers break the lines at different lengths, so that the middle of one file is not the other's."""
    letters = "ACGGT" * 40_000
    for name, width in (("half", 70), ("ena", 60)):
        lines = [letters[begin : begin + width] for begin in range(0, len(letters), width)]
        server.files[name] = "\n".join([">U00096.3", *lines, ""]).encode()
    monkeypatch.setattr(remote, "GENBANK", (server.url("half"), server.url("ena")))
    assert decode(datasets.load_genbank("U00096.3")) == letters


@pytest.mark.parametrize("record", [b">AU00096.31\nACGT\n", b">U00096.3\n"])
def test_a_record_that_only_resembles_the_accession_is_refused(server, monkeypatch, record):
    server.files["other"] = record
    monkeypatch.setattr(remote, "GENBANK", (server.url("other"),))
    with pytest.raises(DownloadFailed, match=r"is not the one sequence U00096\.3"):
        datasets.load_genbank("U00096.3")


def test_a_wrong_sequence_put_there_by_hand_is_not_recorded(server):
    path = remote.cache_folder() / "genbank" / "U00096.3.fa"
    path.parent.mkdir(parents=True)
    path.write_text(">U00096.2\nACGT\n")
    with pytest.raises(DownloadFailed, match=r"is not the one sequence U00096\.3.*Delete it"):
        datasets.load_genbank("U00096.3")
    assert left_behind(path) == ["U00096.3.fa"]


@pytest.mark.parametrize(
    "accession", ["NZ_CP009273.1", "NZ_JAAABB010000001.1", "NC_000913.3", "AAAA02000001.1"]
)
def test_every_kind_of_accession_is_known(accession):
    assert remote.ACCESSION.fullmatch(accession)


def test_the_command_line_gets_verifies_and_says_where(server, monkeypatch, tmp_path):
    run = CliRunner().invoke
    use(monkeypatch, server, "hg19", "hg19.2bit", b"not really the genome")
    assert str(tmp_path / "cache") in run(app, ["data", "where"]).output
    assert "hg19" not in run(app, ["data", "verify"]).output
    result = run(app, ["data", "get", "hg19"])
    assert result.exit_code == 0 and result.output.strip() == str(remote.path_of("hg19", "hg19.2bit"))
    assert "OK    hg19" in run(app, ["data", "verify"]).output
    remote.path_of("hg19", "hg19.2bit").write_bytes(b"not really the genomE")
    result = run(app, ["data", "verify"])
    assert result.exit_code == 1 and "has changed or is damaged" in result.output
    sequence = tmp_path / "cache" / "genbank" / "U00096.3.fa"
    sequence.parent.mkdir()
    sequence.write_text(">U00096.3\nACGT\n")
    assert "OK    genbank/U00096.3.fa" in run(app, ["data", "verify"]).output
    sequence.write_text(">U00096.3\nACGG\n")
    assert re.search(r"FAIL .*U00096\.3\.fa has changed", run(app, ["data", "verify"]).output)
    result = run(app, ["data", "get", "hg99"])
    assert (
        result.exit_code == 1
        and "no data set 'hg99' to download; there are dashboard, deepsea, hg19" in result.output
    )
    assert "to download" in run(app, ["data", "list"]).output


def test_cards_of_what_is_to_download():
    assert cards.to_download() == ["dashboard", "deepsea", "hg19"]
    for name, card in ((name, cards.card(name)) for name in cards.to_download()):
        assert all(
            len(text) > 3 for key, text in vars(card).items() if isinstance(text, str) and key != "recipe"
        ), name
        for file in card.files.values():
            assert len(file.sha256) in (0, 64) and (len(file.urls) >= 2 or "One host only" in card.faults)
            assert all(url.startswith("https://") for url in file.urls)
    table = datasets.catalog()
    assert not table.loc["hg19", "embedded"] and table.loc["ecoli", "embedded"]
    assert np.issubdtype(table["bytes"].dtype, np.integer)
