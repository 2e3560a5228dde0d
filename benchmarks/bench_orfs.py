"""All ORFs of E. coli and of phage lambda: dnacourse beside orfipy, identical sets asserted first.

Both start from the same string. orfipy counts its minimum length without the stop codon, and unless
told otherwise it begins at TTG and CTG too. `--freeze` writes orfipy's sets, as counts and checksums,
to tests/golden/orfipy.json, so that the tests need no compiler.
"""

import hashlib
import json
import sys
from pathlib import Path

import orfipy_core
from _timing import best_of, report

from dnacourse.datasets import load
from dnacourse.orfs import find_orfs
from dnacourse.sequence import decode

MIN_LENGTH = 90
GOLDEN = Path(__file__).parents[1] / "tests" / "golden" / "orfipy.json"


def with_orfipy(letters: str) -> list[tuple[int, int, str, str]]:
    return orfipy_core.orfs(letters, minlen=MIN_LENGTH - 3, starts=["ATG"], include_stop=True)


def orfipy_set(letters: str) -> set[tuple[int, int, str]]:
    return {(start, end, strand) for start, end, strand, _ in with_orfipy(letters)}


def our_set(letters: str) -> set[tuple[int, int, str]]:
    orfs = find_orfs(letters, min_length=MIN_LENGTH)
    return set(zip(orfs["start"], orfs["end"], orfs["strand"], strict=True))


if __name__ == "__main__":
    golden = {}
    for name in ("lambda", "ecoli"):
        letters = decode(load(name).tokens)
        ours, theirs = our_set(letters), orfipy_set(letters)
        assert ours == theirs, (name, sorted(ours ^ theirs)[:5])
        lines = "\n".join(sorted(f"{start} {end} {strand}" for start, end, strand in theirs))
        golden[name] = {"count": len(theirs), "sha256": hashlib.sha256(lines.encode()).hexdigest()}
        seconds = best_of(lambda letters=letters: find_orfs(letters, min_length=MIN_LENGTH))
        their_seconds = best_of(lambda letters=letters: with_orfipy(letters))
        report(f"{len(ours):,} ORFs of {name}", seconds, "orfipy", their_seconds)
    if "--freeze" in sys.argv:
        GOLDEN.write_text(json.dumps(golden, indent=2) + "\n")
