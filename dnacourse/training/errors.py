"""What goes wrong while a network learns, in words that say what to do."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch

from dnacourse import device as devices


class TrainingError(RuntimeError):
    """Training cannot go on; the message names the cause and a remedy."""


@contextmanager
def explained(device: torch.device, batch_size: int | None, training: bool = False) -> Iterator[None]:
    """Turn torch's own words for common failures into a cause and a remedy.

    Args:
        device: where is computed.
        batch_size: rows of a batch, if that is known.
        training: what `fit` alone can be told may be advised.

    Raises:
        TrainingError: the memory is full, BatchNorm was given a batch of one row, or a class number is too high.
    """
    try:
        yield
    except (RuntimeError, MemoryError, ValueError) as error:
        if _is_out_of_memory(error):
            batch = f"a batch of {batch_size} rows" if batch_size else "one batch"
            raise TrainingError(
                f"{batch} did not fit into the memory of {devices.describe(device)} "
                f"({devices.memory(device).free:.1f} GB free): take half the batch_size, or a smaller model"
                + (", or mixed_precision=True where there is a GPU" if training else "")
                + "; close other notebooks that hold memory"
            ) from error
        if "more than 1 value per channel" in str(error):
            raise TrainingError(
                "a batch held a single row, and BatchNorm needs two to take a mean: pass drop_last=True, "
                "or a batch_size that does not leave one row over"
            ) from error
        if "device-side assert" in str(error):
            raise TrainingError(
                "the GPU met a number outside its table: a class number, or a token for an embedding, that is too high. "
                'Restart the kernel, and run it once with device="cpu", which says where'
            ) from error
        raise


def _is_out_of_memory(error: Exception) -> bool:
    words = ("out of memory", "can't allocate memory", "not enough memory")
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or any(w in str(error) for w in words)


def not_a_number(
    place: str, model: torch.nn.Module, inputs: Iterable[torch.Tensor], learning_rate: float
) -> TrainingError:
    """The error for a loss that is NaN or infinite, with the likeliest cause.

    Args:
        place: epoch and step.
        model: what was trained.
        inputs: tensors (N, …) of the batch at hand, as far as it is known.
        learning_rate: of the first group of weights.
    """
    if not all(torch.isfinite(one).all() for one in inputs if one.is_floating_point()):
        cause = "the batch itself holds NaN or infinite numbers: clean the inputs first"
    else:
        broken = [name for name, weight in model.named_parameters() if not torch.isfinite(weight).all()]
        where = f" ({broken[0]} is no longer finite)" if broken else ""
        cause = (
            f"the weights ran away{where}: take a smaller learning rate than {learning_rate:g}, or clip_norm=1; "
            "if it happens at once, look for NaN in the labels"
        )
    return TrainingError(
        f"the loss is no number at {place}: {cause}. The checkpoint, if you keep one, is as it was before."
    )
