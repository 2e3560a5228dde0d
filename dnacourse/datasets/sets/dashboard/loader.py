"""The 108 sets of the Deep Motif Dashboard, to download."""

from dnacourse.datasets import archives, remote
from dnacourse.datasets.dataset import Dataset


def load() -> Dataset:
    """`path` of the archive; `sets`, name -> folder, for `dashboard.read_dashboard_set`."""
    (path,) = remote.get("dashboard")
    folders = sorted(file.parent for file in archives.unpacked(path).rglob("train.fa"))
    return Dataset("dashboard", path=path, sets={folder.name: folder for folder in folders})
