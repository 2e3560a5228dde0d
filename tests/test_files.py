"""A file is written whole or not at all."""

import os
import signal
import subprocess
import sys

import pytest

from dnacourse import files


def test_what_is_written_is_there_and_nothing_beside_it(tmp_path):
    path = tmp_path / "new" / "a.txt"
    files.write_text(path, "é\n")
    assert path.read_bytes() == "é\n".encode()
    files.write_bytes(path, b"\x00\x01")
    assert path.read_bytes() == b"\x00\x01"
    assert list(path.parent.iterdir()) == [path]


def test_a_block_that_raises_leaves_the_old_file(tmp_path):
    path = tmp_path / "a[1].txt"
    files.write_text(path, "old")
    with pytest.raises(RuntimeError), files.whole(path, "w") as stream:
        stream.write("half")
        raise RuntimeError
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_what_a_killed_program_left_is_taken_away_and_a_running_ones_is_not(tmp_path):
    path = tmp_path / "a.txt"
    code = (
        "import os, signal, sys; from dnacourse import files\n"
        "with files.whole(sys.argv[1]) as stream:\n"
        "    stream.write(b'half'); stream.flush(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", code, path])
    assert killed.returncode == -signal.SIGKILL and not path.exists()
    assert len(list(tmp_path.iterdir())) == 1
    other = tmp_path / f"a.txt.{os.getppid()}.writing"
    other.write_text("of a program that is still at it")
    files.write_text(path, "whole")
    assert sorted(tmp_path.iterdir()) == sorted([path, other])


def test_a_full_disk_is_an_error_and_the_old_file_stays(tmp_path):
    resource = pytest.importorskip("resource")
    path = tmp_path / "a.txt"
    path.write_text("old")
    code = (
        "import resource, signal, sys; from dnacourse import files\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "files.write_bytes(sys.argv[1], b'x' * 5000)"
    )
    full = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True)
    assert full.returncode == 1 and "OSError" in full.stderr and resource
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_another_mode_is_refused(tmp_path):
    with pytest.raises(ValueError, match='"wb" or "w"'), files.whole(tmp_path / "a", "a"):
        pass


def test_a_folder_is_tried_before_long_work(tmp_path):
    files.try_writing(tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OSError):
        files.try_writing(tmp_path / "file")
