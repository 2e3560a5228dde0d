"""A run on disk: written whole or not at all, and read without running any code that is in it."""

import os
from pathlib import Path
from typing import Any

import torch

from dnacourse.training.errors import TrainingError


def write(path: Path, state: dict[str, Any]) -> None:
    """Put a state in place of the one before; a run that is killed while writing leaves the old one.

    Raises:
        TrainingError: the disk is full or cannot be written to.
    """
    scratch = path.with_name(f"{path.name}.{os.getpid()}.writing")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with scratch.open("wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    except (OSError, RuntimeError) as error:  # torch turns a full disk into a RuntimeError
        raise TrainingError(
            f"the checkpoint {path} could not be written ({error}): make room, or choose another place; "
            "the one written before is untouched"
        ) from error
    finally:
        scratch.unlink(missing_ok=True)


def read(path: Path) -> dict[str, Any]:
    """The state in a file, on the CPU.

    Raises:
        TrainingError: the file is damaged, or is not a checkpoint.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a damaged file makes torch raise many kinds
        raise TrainingError(
            f"{path} is damaged or is no checkpoint ({type(error).__name__}): delete it to begin anew"
        ) from error
    if not isinstance(state, dict) or "signature" not in state:
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
