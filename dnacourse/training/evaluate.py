"""What a trained model says about rows, and how right it is."""

from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from tqdm.auto import tqdm

from dnacourse.alphabets import DNA
from dnacourse.training import structures
from dnacourse.training.arrays import names_labels
from dnacourse.training.batches import Batches, Loader, batches
from dnacourse.training.checks import no_class
from dnacourse.training.errors import TrainingError, explained
from dnacourse.training.inputs import planes, reverse_complement
from dnacourse.training.loss import Activation, Weighted, unchanged
from dnacourse.training.losses import binary
from dnacourse.training.measures import Metrics, named
from dnacourse.training.processes import Alone, Processes
from dnacourse.training.rows import Arrays
from dnacourse.training.sequences import Sequences
from dnacourse.training.torch_losses import known


def predict(
    model: nn.Module,
    data: Any,
    *,
    batch_size: int = 256,
    activation: Activation | None = None,
    both_strands: bool = False,
    prepare: Activation = planes,
    device: str | torch.device | None = None,
    progress: bool = False,
) -> Any:
    """Run a model over rows, without dropout and without gradients.

    Args:
        model: takes what `prepare` gives, as for `fit`.
        data: inputs (N, …), most often tokens uint8 (N, L); a dictionary of inputs; or what `fit` can be
            trained on, whose labels are then not used. A tuple of two is such a pair, (inputs, labels).
        batch_size: rows at once; it changes the memory needed, not the answer.
        activation: applied to the model's output: `torch.sigmoid` makes logits probabilities. None leaves
            them as they are.
        both_strands: the mean of the answers (N, tasks) for each sequence and for its other strand; tokens only.
        prepare: makes of the batch, on the device, what the model takes.
        device: where to compute; None takes the best there is.
        progress: show a bar.

    Returns:
        float32 (N, …), what the model gives for each row; where it gives a tuple or dictionary, the same of
        arrays, with the activation applied to the first.

    Raises:
        TrainingError: no rows, other inputs than `prepare` or the model takes, or the memory is full.
    """
    no_class(model=model, prepare=prepare, activation=activation)
    rows = batches(data if _has_labels(data) else Arrays(data, None), size=batch_size)
    link, alphabet = activation or unchanged, getattr(prepare, "alphabet", DNA)

    def linked(inputs: Any) -> Any:
        outputs = structures.call(model, prepare(inputs))
        return structures.with_first(outputs, link(structures.first(outputs)))

    def answer(inputs: Any) -> Any:
        if not both_strands:
            return linked(inputs)
        _check_for_both_strands(inputs)
        return _mean(linked(inputs), linked(reverse_complement(inputs, alphabet)))

    each = _each_batch(model, rows, prepare, Alone(device), answer, progress)
    outputs = structures.joined([given for given, _, _ in each])
    return structures.each(lambda one: one.numpy(), outputs)


def evaluate(
    model: nn.Module,
    data: Any,
    metrics: Metrics = None,
    *,
    loss: Callable[[Any, Any], Tensor] = binary,
    batch_size: int = 256,
    prepare: Activation = planes,
    device: str | torch.device | None = None,
    processes: Processes | None = None,
) -> dict[str, Any]:
    """Measure a model on rows that have labels.

    Args:
        model: as for `predict`.
        data: as for `fit`: a pair (inputs, labels), a store or a loader.
        metrics: name -> metric(labels, predictions), or a list of metrics; predictions are the first part of
            the model's output after the loss's own activation, so probabilities for `losses.binary`. With
            classes, places without a label are left out: labels (n,), probabilities (n, classes).
        loss: measured too, under the name "loss"; as for `fit`.
        batch_size: rows at once.
        prepare: as for `predict`.
        device: where to compute; None takes the best there is.
        processes: share the rows with these, if all of them call; None computes alone.

    Returns:
        "loss" and each metric's value.

    Raises:
        TrainingError: no rows, labels that do not fit the outputs, or the memory is full.
    """
    no_class(model=model, prepare=prepare)
    loss, metrics, together = known(loss), named(metrics), processes or Alone(device)
    sums, kept = np.zeros(2), []
    rows = batches(data, size=batch_size)
    each = _each_batch(model, rows, prepare, together, lambda inputs: structures.call(model, prepare(inputs)))
    with closing(each):  # so that the model is itself again when a loss raises
        for outputs, labels, count in each:
            if count:
                counts = float(loss.count(labels))
                sums += float(loss(outputs, labels)) * counts, counts
            if metrics:
                kept.append(_for_metrics(loss, labels, outputs))
    lost, counted = np.sum(together.gather(sums), axis=0)
    measured: dict[str, Any] = {"loss": float(lost / counted)}
    if metrics:
        truth, predictions = _in_order(together.gather(kept))
        measured |= {name: metric(truth, predictions) for name, metric in metrics.items()}
    return measured


def _has_labels(data: Any) -> bool:
    """A pair, a store or a loader, against an array or a dictionary of inputs."""
    if isinstance(data, Mapping):
        return names_labels(data)
    return isinstance(data, tuple | Arrays | Sequences | Batches | Loader) or not _is_array(data)


def _is_array(data: Any) -> bool:
    return hasattr(data, "dtype") or isinstance(data, list) or hasattr(data, "to_numpy")


def _each_batch(
    model: nn.Module,
    rows: Batches | Loader,
    prepare: Activation,
    processes: Processes,
    answer: Activation,
    progress: bool = False,
) -> Generator[tuple[Any, Any, int]]:
    """Outputs, labels and number of rows of each batch, this process's share of it, in the machine's memory."""
    modes = [(module, module.training) for module in model.modules()]
    before = next((weight.device for weight in model.parameters()), processes.device)
    model.to(processes.device).eval()
    share, check = (processes.number, processes.count), getattr(prepare, "check", None)
    try:
        for batch in tqdm(rows.epoch(share=share), total=len(rows), leave=False, disable=not progress):
            if check and (problem := check(batch.inputs)):
                raise TrainingError(problem)
            with torch.inference_mode(), explained(processes.device, rows.size):
                given = answer(structures.each(lambda one: one.to(processes.device), batch.inputs))
            count = batch.rows
            outputs = structures.each(lambda one: _at_home(one)[:count], given)  # noqa: B023
            yield outputs, structures.each(lambda one: one[:count], batch.labels), count  # noqa: B023
    finally:
        model.to(before)
        for module, was_training in modes:
            module.training = was_training


def _at_home(part: Tensor) -> Tensor:
    """In the machine's own memory, floats of any precision as float32."""
    return (part.float() if part.is_floating_point() else part).cpu()


def _check_for_both_strands(inputs: Any) -> None:
    if not isinstance(inputs, Tensor) or inputs.dtype != torch.uint8:
        what = inputs.dtype if isinstance(inputs, Tensor) else f"a {type(inputs).__name__}"
        raise TrainingError(f"both_strands=True needs tokens, uint8 (N, L), not {what}")


def _mean(one: Any, other: Any) -> Any:
    if not isinstance(one, Tensor) or one.ndim > 2:
        shape = tuple(one.shape) if isinstance(one, Tensor) else f"a {type(one).__name__}"
        raise TrainingError(
            f"both_strands=True needs answers (N, tasks), and the model gives {shape}: what it says place by place runs the "
            "other way on the other strand. Predict both, turn one, and take the mean yourself"
        )
    return (one + other) / 2


def _for_metrics(loss: Any, labels: Any, outputs: Any) -> tuple[Any, Any]:
    """Labels and predictions of a batch as arrays."""
    predictions = loss.activation(structures.first(outputs)).numpy()
    truth = structures.each(
        lambda one: one.numpy(), labels.labels if isinstance(labels, Weighted) else labels
    )
    return loss.for_metrics(truth, predictions) if isinstance(truth, np.ndarray) else (truth, predictions)


def _in_order(shares: list[list[tuple[Any, Any]]]) -> tuple[Any, Any]:
    """Labels and predictions of all processes: process p had every count-th row of each batch, from p on."""
    batches = [structures.merged(_interleaved, list(pieces)) for pieces in zip(*shares, strict=True)]
    return structures.merged(np.concatenate, batches)


def _interleaved(pieces: list[Any]) -> Any:
    """Pieces (n_p, …) of one batch as (n, …), in the order of its rows."""
    if len(pieces) == 1:
        return pieces[0]
    whole = np.empty((sum(map(len, pieces)), *pieces[0].shape[1:]), pieces[0].dtype)
    for process, piece in enumerate(pieces):
        rows = whole[process :: len(pieces)]
        if len(rows) != len(
            piece
        ):  # places without a label were left out, so there are no rows to put in order
            return np.concatenate(pieces)
        rows[:] = piece
    return whole
