"""Training: one loop, `fit`, and what stands beside it."""

from dnacourse.training import losses
from dnacourse.training.batches import Arrays, Batches
from dnacourse.training.callbacks import EarlyStopping, KeepPredictions, MaxNorm, Schedule
from dnacourse.training.errors import TrainingError
from dnacourse.training.evaluate import evaluate, predict
from dnacourse.training.inputs import Augment, as_is, planes, reverse_complement
from dnacourse.training.loop import fit
from dnacourse.training.run import Callback, Run

__all__ = [
    "Arrays",
    "Augment",
    "Batches",
    "Callback",
    "EarlyStopping",
    "KeepPredictions",
    "MaxNorm",
    "Run",
    "Schedule",
    "TrainingError",
    "as_is",
    "evaluate",
    "fit",
    "losses",
    "planes",
    "predict",
    "reverse_complement",
]
