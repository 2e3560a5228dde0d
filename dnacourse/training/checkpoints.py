"""A run on disk: written whole or not at all, and read without running any code that is in it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from dnacourse import files
from dnacourse.training.errors import TrainingError


def write(path: Path, state: dict[str, Any]) -> None:
    """Put a state in place of the one before; a run that is killed while writing leaves the old one.

    Raises:
        TrainingError: the disk is full or cannot be written to.
    """
    plain = _plain(state, "")
    try:
        with files.whole(path) as stream:
            torch.save(plain, stream)
    except (OSError, RuntimeError) as error:  # torch turns a full disk into a RuntimeError
        raise TrainingError(
            f"the checkpoint {path} could not be written ({error}): make room, or choose another place; "
            "the one written before is untouched"
        ) from error


def _plain(value: Any, place: str) -> Any:
    """The same with NumPy's numbers and arrays as Python's and torch's: nothing else is read back.

    Raises:
        TrainingError: something else is in the state; where it stands is said.
    """
    if isinstance(value, Mapping):
        return {_plain(key, place): _plain(one, f"{place}.{key}") for key, one in value.items()}
    if isinstance(value, list | tuple):  # a named tuple comes back as a plain one
        kind = list if isinstance(value, list) else tuple
        return kind(_plain(one, f"{place}[{i}]") for i, one in enumerate(value))
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return torch.as_tensor(value)
    if value is None or isinstance(value, torch.Tensor | str | bytes | bool | int | float):
        return value
    raise TrainingError(
        f"a {type(value).__name__} cannot be kept in a checkpoint (it stands at {place.lstrip('.')}): give "
        "numbers, texts, lists, dictionaries, arrays or tensors"
    )


def read(path: Path) -> dict[str, Any]:
    """The state in a file, on the CPU.

    Raises:
        TrainingError: the file is damaged, or is not a checkpoint.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (IsADirectoryError, PermissionError) as error:
        raise TrainingError(
            f"the checkpoint {path} cannot be read ({error}): give the path of a file"
        ) from error
    except Exception as error:  # a damaged file makes torch raise many kinds
        raise TrainingError(
            f"{path} is damaged or is no checkpoint ({type(error).__name__}): delete it to begin anew"
        ) from error
    if not isinstance(state, dict) or "identity" not in state:
        raise TrainingError(f"{path} was not written by `fit`: give another path")
    return state


def random_state() -> dict[str, Any]:
    """Where the random numbers of this process stand."""
    states: dict[str, Any] = {"cpu": torch.get_rng_state()}
    if torch.cuda.is_available():
        states["cuda"] = torch.cuda.get_rng_state_all()
    return states


def set_random_state(states: dict[str, Any]) -> None:
    """Go on with random numbers from there; a device that is not here is left out."""
    torch.set_rng_state(states["cpu"].cpu())
    if "cuda" in states and torch.cuda.is_available() and len(states["cuda"]) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all([state.cpu() for state in states["cuda"]])
