"""The bundle that DeepSEA was trained on, to download."""

from dnacourse.datasets import remote
from dnacourse.datasets.dataset import Dataset


def load() -> Dataset:
    """`path` of the archive with train.mat, valid.mat and test.mat, for `deepsea.convert`."""
    (path,) = remote.get("deepsea")
    return Dataset("deepsea", path=path)
