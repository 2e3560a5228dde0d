"""The training loop: one batch, one loss, one step; again until it is done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from torch import Tensor, nn
from tqdm.auto import tqdm

from dnacourse.training.batches import batches
from dnacourse.training.errors import explained
from dnacourse.training.evaluate import Metric, evaluate
from dnacourse.training.inputs import planes
from dnacourse.training.losses import Activation, binary
from dnacourse.training.processes import own_random_numbers, processes
from dnacourse.training.run import Callback, Run


def fit(
    model: nn.Module,
    train: Any,
    valid: Any = None,
    *,
    epochs: int = 10,
    batch_size: int = 64,
    loss: Callable[[Tensor, Tensor], Tensor] = binary,
    optimizer: torch.optim.Optimizer | None = None,
    metrics: Mapping[str, Metric] | None = None,
    prepare: Activation = planes,
    augment: Callable[[Tensor, torch.Generator], Tensor] | None = None,
    callbacks: Sequence[Callback] = (),
    clip_norm: float | None = None,
    drop_last: bool = False,
    mixed_precision: bool = False,
    checkpoint: str | Path | None = None,
    checkpoint_every: int | None = None,
    device: str | torch.device | None = None,
    seed: int = 0,
    progress: bool = True,
) -> pd.DataFrame:
    """Train a model, which is changed in place.

    The same call runs on the CPU, on a GPU, and, started by `accelerate launch` or `torchrun`, in several
    processes that share each batch.

    Args:
        model: any module; it knows nothing of this loop.
        train: a pair (inputs, labels) of arrays; a store, with `len` and `[indices]`; or a loader that gives
            pairs, which then makes its own batches.
        valid: the same, measured after each epoch and never learnt from; None measures nothing.
        epochs: times through the training rows.
        batch_size: rows a step, over all processes together.
        loss: loss(outputs, labels), the mean over a batch; those of `dnacourse.training.losses` check shapes.
        optimizer: over the model's parameters; None takes AdamW with learning rate 0.001.
        metrics: name -> metric(labels, predictions), measured on `valid` as "valid_" and the name.
        prepare: makes of a batch, on the device, what the model takes: tokens become one-hot planes.
        augment: augment(inputs, generator) changes each training batch at random, before `prepare`.
        callbacks: early stopping and the like.
        clip_norm: shorten the gradient to this norm where it is longer.
        drop_last: leave out a last batch that is not full.
        mixed_precision: compute in 16-bit numbers, where the device has them; elsewhere it changes nothing.
        checkpoint: a file. What is done is kept in it after each epoch; if it is there, the run goes on from
            it, and ends with the weights that it would have had without the interruption. (Of a loader with
            a random generator of its own, that generator is not kept.)
        checkpoint_every: keep it after so many steps within an epoch, too.
        device: where to compute; None takes the best there is.
        seed: of the batches' order, of augmentation and of dropout. The first weights are the model's affair.
        progress: show a bar.

    Returns:
        The history, a row an epoch: epoch, train_loss, valid_loss and valid metrics, learning_rate, seconds.

    Raises:
        TrainingError: a loss that is no number, labels that do not fit, no rows, a full memory, a checkpoint
            that is damaged or of another run. The message says what to do.
    """
    together = processes(device)
    model.to(together.device)
    optimizer = optimizer or torch.optim.AdamW(model.parameters(), lr=1e-3)
    rows = batches(train, size=batch_size, shuffle=True, seed=seed, drop_last=drop_last)
    bar = tqdm(total=epochs * len(rows), leave=False, disable=not progress or together.number > 0)
    path = Path(checkpoint) if checkpoint else None
    with own_random_numbers(seed, together), explained(together.device, rows.size), bar:
        run = Run(
            model,
            optimizer,
            rows,
            callbacks,
            together,
            int(seed),
            loss,
            {"drop_last": drop_last, "clip_norm": clip_norm, "augment": _in_words(augment)},
            mixed_precision,
            path,
            checkpoint_every,
            bar,
        )
        run.begin()
        network = together.wrap(model)
        while run.epochs_done < epochs and not run.stop:
            network.train()
            for batch in run.batches():
                inputs = augment(batch.inputs, run.generator()) if augment else batch.inputs
                with run.precision():
                    cost = loss(network(prepare(inputs)), batch.labels)
                optimizer.zero_grad()
                run.scaler.scale(cost * batch.weight).backward()
                if clip_norm:
                    run.scaler.unscale_(optimizer)
                    nn.utils.clip_grad_norm_(model.parameters(), clip_norm)
                run.scaler.step(optimizer)
                run.scaler.update()
                run.step_done(cost, batch)
            train_loss = run.train_loss()
            measured = {}
            if valid is not None:
                with own_random_numbers(seed, together):  # a look at them must not change what is learnt
                    measured = evaluate(
                        model, valid, metrics, loss=loss, batch_size=batch_size, prepare=prepare, processes=together
                    )  # fmt: skip
            run.epoch_done(train_loss, measured)
        run.end()
    return pd.DataFrame(run.history)


def _in_words(augment: Callable[..., Any] | None) -> str:
    """What tells one augmentation from another: its settings, or its name."""
    return repr(augment) if is_dataclass(augment) else getattr(augment, "__qualname__", str(type(augment)))
