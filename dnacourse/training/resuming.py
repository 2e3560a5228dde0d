"""A run on its way into a checkpoint and out of it; and what must be the same for it to go on."""

from typing import TYPE_CHECKING, Any

from dnacourse.training import checkpoints
from dnacourse.training.errors import TrainingError
from dnacourse.training.identity import differences, identity, of_model, of_optimizer

if TYPE_CHECKING:
    from dnacourse.training.run import Run

_LONGEST_SHOWN = 80


def identity_of(run: "Run") -> dict[str, Any]:
    """What must not change between two parts of one run, as it is before the first step."""
    return {
        "model": of_model(run.model),
        "optimizer": of_optimizer(run.optimizer),
        "loss": identity(run.loss),
        "prepare": identity(run.prepare),
        "augment": identity(run.augment),
        "training data": run.train.identity,
        "batch size": run.train.size,
        "seed": run.seed,
        "metrics": list(run.metrics),
        "callbacks": [{"type": type(one).__name__, **identity(one.settings())} for one in run.callbacks],  # type: ignore[dict-item]
        **identity(run.settings),  # type: ignore[dict-item]
    }


def state_of(run: "Run", seconds: float) -> dict[str, Any]:
    """Everything that the run needs to go on; asked of all processes, the same in each."""
    return {
        "identity": run.identity,
        "model": run.model.state_dict(),
        "optimizer": run.optimizer.state_dict(),
        "scaler": run.scaler.state_dict(),
        "callbacks": [callback.state_dict() for callback in run.callbacks],
        "history": run.history,
        "done": [run.epochs_done, run.steps_done, run.stop],
        "summed": run.processes.gather(run.sums()),
        "random": run.processes.gather((checkpoints.random_state(), run.order_state)),
        "seconds": seconds,
    }


def restore(run: "Run", state: dict[str, Any]) -> None:
    """Take up what a checkpoint holds.

    Raises:
        TrainingError: it is of another run; what differs is named.
    """
    found = list(differences(state["identity"], run.identity))
    if found:
        raise TrainingError(
            f"the checkpoint {run.checkpoint} is of another run, with {_in_words(found)}. Give this run a checkpoint of its "
            "own, or delete that one"
        )
    run.model.load_state_dict(state["model"])
    run.optimizer.load_state_dict(state["optimizer"])
    run.scaler.load_state_dict(state["scaler"])
    for callback, kept in zip(run.callbacks, state["callbacks"], strict=True):
        callback.load_state_dict(kept)
    run.history = state["history"]
    run.epochs_done, run.steps_done, run.stop = state["done"]
    run.seconds_before = state["seconds"]
    if len(state["random"]) == run.processes.count:
        now, run.order_state = state["random"][run.processes.number]
        checkpoints.set_random_state(now)
    if run.processes.number == 0:  # sums over all processes that there were
        run.add_sums(*(sum(part) for part in zip(*state["summed"], strict=True)))
    run.bar.update(run.epochs_done * len(run.train) + run.steps_done)


def _in_words(found: list[tuple[str, Any, Any]]) -> str:
    """The first differences: "other model.2.p: 0.3 there, 0.5 here"."""
    shown = []
    for place, there, here in found[:3]:
        values = f"{there!r} there, {here!r} here"
        hashes = "data" in place.split(".")[0] or len(values) > _LONGEST_SHOWN
        shown.append(f"other {place}" if hashes else f"other {place} ({values})")
    more = f", and {len(found) - 3} more" if len(found) > 3 else ""
    return ", ".join(shown) + more
