"""Take the README's pictures out of the built lectures, so that they never differ from what a reader will see."""

import base64
from pathlib import Path

import nbformat

from dnacourse import files

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "images"
PICTURES = {  # file -> notebook, and how the picture's alternative text begins
    "six_frames.png": ("lectures/01_reading_dna.ipynb", "Six rows, one for each reading frame"),
    "gene_finders.png": ("lectures/01_reading_dna.ipynb", "F1 of six gene finders"),
    "human_genes.png": ("lectures/01_reading_dna.ipynb", "Exons of SPEF1, CENPB, CDC25B and AP5S1"),
}


def picture(notebook: str, alt: str) -> bytes:
    """The PNG whose alternative text begins with `alt`.

    Raises:
        LookupError: there is not exactly one such picture.
    """
    cells = nbformat.read(ROOT / notebook, as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    found = [o.data["text/html"] for o in outputs if o.get("metadata", {}).get("alt", "").startswith(alt)]
    if len(found) != 1:
        raise LookupError(f"{len(found)} pictures in {notebook} begin with {alt!r}; one is expected")
    return png(found[0])


def png(image: str) -> bytes:
    """The bytes of the PNG that an `<img>` made by `plots.show` holds."""
    return base64.b64decode(image.partition('src="data:image/png;base64,')[2].partition('"')[0])


if __name__ == "__main__":
    for name, (notebook, alt) in PICTURES.items():
        files.write_bytes(FOLDER / name, picture(notebook, alt))
