"""The training loop: one batch, one loss, one step; again until it is done."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from torch import Tensor, nn
from tqdm.auto import tqdm

from dnacourse.interrupts import deferred
from dnacourse.training.batches import batches
from dnacourse.training.checks import as_callbacks, as_optimizer, no_class
from dnacourse.training.errors import explained
from dnacourse.training.evaluate import evaluate
from dnacourse.training.inputs import planes
from dnacourse.training.loss import Activation
from dnacourse.training.losses import binary
from dnacourse.training.measures import Metrics, named
from dnacourse.training.processes import own_random_numbers, processes
from dnacourse.training.run import Callback, Run
from dnacourse.training.structures import call
from dnacourse.training.torch_losses import known


def fit(
    model: nn.Module,
    train: Any,
    valid: Any = None,
    *,
    epochs: int = 10,
    batch_size: int = 64,
    loss: Callable[[Any, Any], Tensor] = binary,
    optimizer: torch.optim.Optimizer | None = None,
    metrics: Metrics = None,
    prepare: Activation = planes,
    augment: Callable[[Any, torch.Generator], Any] | None = None,
    callbacks: Sequence[Callback] | Callback = (),
    clip_norm: float | None = None,
    drop_last: bool = False,
    mixed_precision: bool = False,
    sync_batchnorm: bool = False,
    checkpoint: str | Path | None = None,
    checkpoint_every: int | None = None,
    device: str | torch.device | None = None,
    seed: int = 0,
    progress: bool = True,
) -> pd.DataFrame:
    """Train a model, which is changed in place.

    The same call runs on the CPU, on a GPU, and, started by `accelerate launch` or `torchrun`, in several
    processes that share each batch; they end with the weights of one process, but for BatchNorm, which takes
    its means over each process's share of a batch, and whose running means are those of the first process.
    Ctrl-C, or a notebook's Stop, ends the run in order after the step at hand; a second one ends it at once.

    Args:
        model: any module; it knows nothing of this loop. A tuple of inputs becomes its arguments, a dictionary
            its arguments by name. It gives a tensor, or a tuple or dictionary whose first part is the prediction.
        train: a pair (inputs, labels) of arrays (N, …), or of tuples or dictionaries of arrays; `Sequences` of
            different lengths; a store, with `len` and `[indices]`; one of torch's data sets; or a loader of
            pairs, dictionaries or named tuples, which makes its own batches.
        valid: the same, measured after each epoch and never learnt from; None measures nothing.
        epochs: times through the training rows.
        batch_size: rows a step, over all processes together.
        loss: loss(outputs, labels), the mean over a batch: one of `dnacourse.training.losses`, which check
            shapes, one of torch's, or a function.
        optimizer: over the model's parameters; None takes AdamW with learning rate 0.001.
        metrics: name -> metric(labels, predictions), or a list of metrics, measured on `valid` as "valid_" and
            the name. Predictions are probabilities where the loss knows how outputs become such.
        prepare: makes of a batch, on the device, what the model takes: tokens (N, L) become planes (N, 4, L).
        augment: augment(inputs, generator) changes each training batch at random, before `prepare`.
        callbacks: early stopping and the like, one or several.
        clip_norm: shorten the gradient to this norm where it is longer.
        drop_last: leave out a last batch that is not full.
        mixed_precision: compute in 16-bit numbers, where the device has them; elsewhere it changes nothing.
        sync_batchnorm: with several processes on accelerators take BatchNorm's means over the whole batch.
        checkpoint: a file. What is done is kept in it after each epoch; if it is there, the run goes on from
            it, and ends with the weights that it would have had without the interruption. (Of a loader with
            a random generator of its own, that generator is not kept.)
        checkpoint_every: keep it after so many steps within an epoch, too.
        device: where to compute, "cpu", "gpu", "cuda:1" …; None takes the best there is.
        seed: of the batches' order, of augmentation and of dropout. The first weights are the model's affair.
        progress: show a bar.

    Returns:
        The history, a row an epoch: epoch, train_loss, valid_loss and valid metrics, learning_rate, seconds.

    Raises:
        TrainingError: a loss that is no number, labels that do not fit, no rows, a full memory, a checkpoint
            that is damaged or of another run. The message says what to do.
    """
    no_class(model=model, prepare=prepare, augment=augment)
    loss, metrics, callbacks, together = (
        known(loss),
        named(metrics),
        as_callbacks(callbacks),
        processes(device),
    )
    optimizer = as_optimizer(optimizer, model.to(together.device))
    rows = batches(train, size=batch_size, shuffle=True, seed=seed, drop_last=drop_last)
    judge = None if valid is None else batches(valid, size=batch_size)
    bar = tqdm(total=epochs * len(rows), leave=False, disable=not progress or together.number > 0)
    with (
        own_random_numbers(seed, together),
        explained(together.device, rows.size, training=True),
        bar,
        deferred() as asked,
    ):
        run = Run(
            model=model, optimizer=optimizer, train=rows, loss=loss, metrics=metrics, prepare=prepare,
            augment=augment, callbacks=callbacks, processes=together, seed=int(seed), bar=bar, interrupt=asked,
            mixed_precision=mixed_precision, checkpoint=Path(checkpoint) if checkpoint else None,
            checkpoint_every=checkpoint_every,
            settings={"drop_last": drop_last, "clip_norm": clip_norm, "sync_batchnorm": sync_batchnorm,
                      "validation data": judge.identity if judge and checkpoint else None},
        )  # fmt: skip
        run.begin()
        network = together.wrap(model, sync_batchnorm)
        while run.epochs_done < epochs and not run.stop and not run.interrupted:
            run.learn(network)
            for batch in run.batches():
                with run.precision():
                    cost = loss(call(network, prepare(batch.inputs)), batch.labels)
                optimizer.zero_grad()
                run.backward(cost, batch)
                if clip_norm:
                    run.scaler.unscale_(optimizer)
                    nn.utils.clip_grad_norm_(model.parameters(), clip_norm)
                run.scaler.step(optimizer)
                run.scaler.update()
                run.step_done(cost, batch)
            if run.interrupted:
                break
            train_loss, measured = run.train_loss(), {}
            if judge is not None:
                with own_random_numbers(seed, together):  # a look at them must not change what is learnt
                    measured = evaluate(model, judge, metrics, loss=loss, prepare=prepare, processes=together)
            run.epoch_done(train_loss, measured)
        run.end()
    return pd.DataFrame(run.history)
