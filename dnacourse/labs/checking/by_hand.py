"""Where an exercise is to be done by hand: which ready-made functions an answer calls."""

import sys
from collections.abc import Callable, Collection
from pathlib import Path
from types import FrameType
from typing import Any

from dnacourse.labs.checking.calling import CheckFailed, call
from dnacourse.labs.checking.describing import name_of

_CONVOLUTIONS = {"convolve", "correlate", "fftconvolve", "oaconvolve", "convolve2d", "correlate2d"}
_LAYERS = {"conv1d", "conv2d", "conv_transpose1d", "one_hot"}
_LOSSES = {"binary_cross_entropy", "binary_cross_entropy_with_logits", "cross_entropy", "soft_margin_loss"}
_SLOPES = {"backward", "grad", "grad_and_value", "vjp", "jacobian", "jacrev", "jacfwd"}
READY_MADE: dict[str, set[str]] = {
    "numpy": _CONVOLUTIONS,
    "scipy": {*_CONVOLUTIONS, "convolve1d", "correlate1d"},
    "torch": _LAYERS | _LOSSES | _SLOPES,
    "pandas": {"get_dummies"},
    "Bio": {"reverse_complement", "complement", "translate"},
    "sklearn": {"*"},
}
"""Package -> its functions that would do an exercise for the learner; `*` means all of them."""
_SPOKEN = {
    "numpy": "NumPy",
    "scipy": "SciPy",
    "torch": "PyTorch",
    "Bio": "Biopython",
    "sklearn": "scikit-learn",
}
_ANYWHERE = ("sklearn.utils", "sklearn.base")  # helpers, which the functions that matter call as well


def written_by_hand(function: Callable[..., Any], *arguments: Any, allowed: Collection[str] = ()) -> None:
    """Fail if the learner's function gets its answer ready-made instead of working it out.

    Args:
        function: the learner's.
        arguments: of the call that is watched.
        allowed: packages of `READY_MADE` that the exercise lets the learner use, such as "sklearn".

    Raises:
        CheckFailed: a function of dnacourse, or a ready-made one of another package, ran during the call.
    """
    used: list[str] = []

    def watch(frame: FrameType, event: str, called: Any) -> None:
        if event == "call":
            module, name = str(frame.f_globals.get("__name__")), frame.f_code.co_name
        elif event == "c_call":
            module, name = str(getattr(called, "__module__", None)), str(getattr(called, "__name__", None))
        else:
            return
        if module.partition(".")[0] not in allowed and _is_ready_made(module, name):
            used.append(_in_words(module, name))

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        call(function, *arguments)
    finally:
        sys.setprofile(before)
    if used:
        raise CheckFailed(
            f"`{name_of(function)}` calls {used[0]}. Here you build it yourself; "
            "use your functions of the earlier exercises as you like."
        )


def _is_ready_made(module: str, name: str) -> bool:
    package = module.partition(".")[0]
    if package == "dnacourse":
        return not module.startswith("dnacourse.labs")
    names = READY_MADE.get(package, set())
    return name in names or ("*" in names and "." in _room(module) and not module.startswith(_ANYWHERE))


def _room(module: str) -> str:
    """The public part of where a function lives, such as `sklearn.metrics`."""
    return ".".join(part for part in module.split(".") if not part.startswith("_"))


def _in_words(module: str, name: str) -> str:
    """Such as `NumPy's own convolve`, or `dnacourse's own motifs.scan`."""
    package, _, rest = module.partition(".")
    if package == "dnacourse":
        return f"dnacourse's own {Path(rest.replace('.', '/')).name}.{name}"
    if package == "sklearn":
        return f"scikit-learn's own functions ({_room(module)})"
    return f"{_SPOKEN.get(package, package)}'s own {name}"
