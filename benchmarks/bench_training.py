"""`fit` beside a bare loop over the same batches, at DeepBind's size: equal losses asserted first."""

import io
from contextlib import redirect_stderr

import numpy as np
import torch
from _timing import best_of, report
from torch.nn.functional import binary_cross_entropy_with_logits

from dnacourse.models.deepbind import DeepBind
from dnacourse.training import fit, planes

ROWS, LENGTH, BATCH, EPOCHS = 6400, 101, 64, 2
rng = np.random.default_rng(0)
TOKENS = rng.integers(0, 4, (ROWS, LENGTH), dtype=np.uint8)
LABELS = rng.integers(0, 2, (ROWS, 1)).astype(np.float32)
torch.set_num_threads(1)


def made() -> tuple[DeepBind, torch.optim.Optimizer]:
    """The same model each time."""
    torch.manual_seed(0)
    model = DeepBind(both_strands=False)
    return model, torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, nesterov=True)


def bare() -> list[float]:
    """What nobody can leave out; mean loss of each epoch."""
    model, optimizer = made()
    losses = []
    for epoch in range(EPOCHS):
        order = np.arange(ROWS)
        np.random.default_rng((0, epoch)).shuffle(order)
        summed = 0.0
        for start in range(0, ROWS, BATCH):
            rows = order[start : start + BATCH]
            tokens, labels = torch.as_tensor(TOKENS[rows]), torch.as_tensor(LABELS[rows])
            loss = binary_cross_entropy_with_logits(model(planes(tokens)), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            summed += loss.item()
        losses.append(summed / (ROWS / BATCH))
    return losses


def ours() -> list[float]:
    """The same with `fit`, its checks, its history and its bar."""
    model, optimizer = made()
    with redirect_stderr(io.StringIO()):  # the bar is drawn, and not shown
        history = fit(
            model, (TOKENS, LABELS), optimizer=optimizer, batch_size=BATCH, epochs=EPOCHS, device="cpu"
        )
    return history["train_loss"].tolist()


assert np.allclose(ours(), bare(), rtol=0, atol=1e-7)
times = [
    (best_of(ours, 1), best_of(bare, 1)) for _ in range(12)
]  # by turns, so that both meet the same disturbances
ours_seconds, bare_seconds = map(min, zip(*times, strict=True))
report("DeepBind, 200 steps of 64", ours_seconds, "a bare loop", bare_seconds)
print(f"fit takes {ours_seconds / bare_seconds:.3f} times as long as the bare loop")
