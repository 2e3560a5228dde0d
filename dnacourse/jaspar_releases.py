"""JASPAR's releases, by way of pyjaspar: which there are, and one motif of them."""

import re
import warnings
from typing import Any

from Bio import BiopythonWarning

RELEASE = "JASPAR2024"
_BEGINS_AN_IDENTIFIER, _IDENTIFIER = r"(MA|UN)\d", r"(MA|UN)\d{4}(\.\d+)?"


def jaspar_database(release: str) -> Any:
    """pyjaspar's database of one release of JASPAR: what every function that takes a release calls.

    Raises:
        KeyError: no such release; those that there are are listed.
    """
    from pyjaspar import jaspar_releases, jaspardb

    if release not in list(jaspar_releases):
        raise KeyError(f"no release {release!r} of JASPAR here; there are {', '.join(jaspar_releases)}")
    return jaspardb(release=release)


def found_in_jaspar(name: str, release: str) -> Any:
    """pyjaspar's motif of an identifier or a name; which it is, and what is raised, says `motifs.jaspar`."""
    if not isinstance(name, str):
        raise TypeError(f'give a name or an identifier as text, "CTCF" or "MA0139", not {name!r}')
    if not name:
        raise KeyError("no name and no identifier of a motif was given")
    database = jaspar_database(release)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", BiopythonWarning)  # "zero motifs": said here, and in better words
        if re.match(_BEGINS_AN_IDENTIFIER, name, re.IGNORECASE):
            return _by_identifier(database, name)
        return _by_name(database, name)


def _by_identifier(database: Any, name: str) -> Any:
    if not re.fullmatch(_IDENTIFIER, name, re.IGNORECASE):
        raise KeyError(f"{name!r} is no identifier of JASPAR: they look like MA0139 or MA0139.2")
    found = database.fetch_motif_by_id(name.upper())
    if found is not None:
        return found
    known = database.fetch_motifs(matrix_id=[name.upper().partition(".")[0]], all_versions=True) or []
    versions = ", ".join(motif.matrix_id for motif in known)
    there = f"; of this motif there are {versions}" if versions else ""
    raise KeyError(f"no motif with the identifier {name!r} in {database.release}{there}")


def _by_name(database: Any, name: str) -> Any:
    motifs = database.fetch_motifs_by_name(name) or []
    motifs = [motif for motif in motifs if motif.name == name] or motifs
    first = min((motif.base_id for motif in motifs), default="")
    of_first = [motif for motif in motifs if motif.base_id == first]
    if of_first:
        return max(of_first, key=lambda motif: int(motif.version))
    every = database.fetch_motifs(collection="CORE")
    near = sorted({motif.name for motif in every if name.lower() in motif.name.lower()})
    raise KeyError(
        f"no motif {name!r} in {database.release}; similar names: {', '.join(near[:10]) or 'none'}"
    )
