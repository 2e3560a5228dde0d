"""One switch for how much a notebook computes: `ci` (seconds), `laptop` (the default) or `gpu`.

The environment variable DNACOURSE_SCALE sets it; a notebook run by papermill passes its parameter to `use`.
"""

import os
from typing import TypeVar

SCALES = ("ci", "laptop", "gpu")
VARIABLE = "DNACOURSE_SCALE"

T = TypeVar("T")


def current() -> str:
    """The scale in force.

    Raises:
        ValueError: DNACOURSE_SCALE holds something else than `ci`, `laptop` or `gpu`.
    """
    scale = os.environ.get(VARIABLE, "laptop")
    if scale not in SCALES:
        raise ValueError(f"{VARIABLE} is {scale!r}; it must be one of {', '.join(SCALES)}")
    return scale


def use(scale: str | None) -> str:
    """Set the scale for this process, unless `scale` is None; return the one in force.

    Raises:
        ValueError: no such scale.
    """
    if scale is not None:
        if scale not in SCALES:
            raise ValueError(f"no scale {scale!r}; it must be one of {', '.join(SCALES)}")
        os.environ[VARIABLE] = scale
    return current()


def choose(ci: T, laptop: T, gpu: T | None = None) -> T:
    """The value for the scale in force; without one for `gpu`, the laptop's serves there too."""
    chosen = {"ci": ci, "laptop": laptop, "gpu": laptop if gpu is None else gpu}
    return chosen[current()]
