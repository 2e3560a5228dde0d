"""What a trained model says about rows, and how right it is."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from tqdm.auto import tqdm

from dnacourse.training.batches import Arrays, Batches, Loader, batches
from dnacourse.training.errors import TrainingError, explained
from dnacourse.training.inputs import planes, reverse_complement
from dnacourse.training.losses import Activation, binary, unchanged
from dnacourse.training.processes import Alone, Processes

Metric = Callable[[npt.NDArray, npt.NDArray], Any]
"""metric(labels, predictions), as those of `dnacourse.metrics`"""


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
) -> npt.NDArray[np.float32]:
    """Run a model over rows, without dropout and without gradients.

    Args:
        model: takes what `prepare` gives.
        data: inputs (N, …), most often tokens uint8 (N, L); or what `fit` can be trained on, whose labels
            are then not used.
        batch_size: rows at once; it changes the memory needed, not the answer.
        activation: applied to the model's output: `torch.sigmoid` makes logits probabilities. None leaves
            them as they are.
        both_strands: the mean of the answers for each sequence and for its other strand; tokens only.
        prepare: makes of the batch, on the device, what the model takes.
        device: where to compute; None takes the best there is.
        progress: show a bar.

    Returns:
        float32 (N, …), what the model gives for each row.

    Raises:
        TrainingError: no rows, or the memory is full.
    """
    rows = batches(data if _has_labels(data) else (data, data), size=batch_size)
    link = activation or unchanged

    def answer(inputs: Tensor) -> Tensor:
        forward = link(model(prepare(inputs)))
        return (forward + link(model(prepare(_turned(inputs))))) / 2 if both_strands else forward

    answers: list[Tensor] = []
    _each_batch(model, rows, Alone(device), answer, lambda outputs, *_: answers.append(outputs), progress)
    return torch.cat(answers).numpy()


def evaluate(
    model: nn.Module,
    data: Any,
    metrics: Mapping[str, Metric] | None = None,
    *,
    loss: Callable[[Tensor, Tensor], Tensor] = binary,
    batch_size: int = 256,
    prepare: Activation = planes,
    device: str | torch.device | None = None,
    processes: Processes | None = None,
) -> dict[str, Any]:
    """Measure a model on rows that have labels.

    Args:
        model: as for `predict`.
        data: as for `fit`: a pair (inputs, labels), a store or a loader.
        metrics: name -> metric(labels, predictions); predictions are the model's output after the loss's own
            activation, so probabilities for `losses.binary`.
        loss: measured too, under the name "loss".
        batch_size: rows at once.
        prepare: as for `predict`.
        device: where to compute; None takes the best there is.
        processes: share the rows with these, if all of them call; None computes alone.

    Returns:
        "loss" and each metric's value.

    Raises:
        TrainingError: no rows, labels that do not fit the outputs, or the memory is full.
    """
    together = processes or Alone(device)
    link = getattr(loss, "activation", unchanged)
    sums, kept = np.zeros(2), []

    def measure(outputs: Tensor, labels: Tensor, rows: int) -> None:
        if rows:
            sums[:] += float(loss(outputs, labels)) * rows, rows
        if metrics:
            kept.append((labels, link(outputs)))

    _each_batch(
        model, batches(data, size=batch_size), together, lambda inputs: model(prepare(inputs)), measure
    )
    lost, count = np.sum(together.gather(sums), axis=0)
    measured: dict[str, Any] = {"loss": float(lost / count)}
    if metrics:
        truth, predictions = _in_order(together.gather(kept))
        measured |= {name: metric(truth, predictions) for name, metric in metrics.items()}
    return measured


def _has_labels(data: Any) -> bool:
    """A pair, a store or a loader, against a plain array of inputs."""
    return isinstance(data, tuple | Arrays | Batches | Loader) or not hasattr(data, "dtype")


def _each_batch(
    model: nn.Module,
    rows: Batches | Loader,
    processes: Processes,
    answer: Activation,
    use: Callable[[Tensor, Tensor, int], object],
    progress: bool = False,
) -> None:
    """Hand outputs, labels and number of rows of each batch, this process's share of it, to `use`."""
    modes = [(module, module.training) for module in model.modules()]
    before = next((weight.device for weight in model.parameters()), processes.device)
    model.to(processes.device).eval()
    share = (processes.number, processes.count)
    try:
        with torch.inference_mode(), explained(processes.device, rows.size):
            for batch in tqdm(rows.epoch(share=share), total=len(rows), leave=False, disable=not progress):
                outputs = answer(batch.inputs.to(processes.device)).float().cpu()
                use(outputs[: batch.rows], batch.labels[: batch.rows], batch.rows)
    finally:
        model.to(before)
        for module, was_training in modes:
            module.training = was_training


def _turned(tokens: Tensor) -> Tensor:
    if tokens.dtype != torch.uint8:
        raise TrainingError(f"both_strands=True needs tokens, uint8 (N, L), not {tokens.dtype}")
    return reverse_complement(tokens)


def _in_order(shares: list[list[tuple[Tensor, Tensor]]]) -> tuple[npt.NDArray, npt.NDArray]:
    """Labels and predictions of all processes: process p had every count-th row of each batch, from p on."""
    labels: list[Tensor] = []
    predictions: list[Tensor] = []
    for parts in zip(*shares, strict=True):
        for whole, pieces in zip((labels, predictions), zip(*parts, strict=True), strict=True):
            batch = pieces[0].new_empty((sum(map(len, pieces)), *pieces[0].shape[1:]))
            for process, piece in enumerate(pieces):
                batch[process :: len(pieces)] = piece
            whole.append(batch)
    return torch.cat(labels).numpy(), torch.cat(predictions).numpy()
