"""The human genome, GRCh37, to download."""

from dnacourse.datasets import remote
from dnacourse.datasets.dataset import Dataset


def load() -> Dataset:
    """`path` of the .2bit file, for `read_2bit`."""
    (path,) = remote.get("hg19")
    return Dataset("hg19", path=path)
