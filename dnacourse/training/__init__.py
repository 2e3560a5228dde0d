"""Training: one loop, `fit`, and what stands beside it."""

from dnacourse.training import losses
from dnacourse.training.augment import Augment
from dnacourse.training.batches import Batches
from dnacourse.training.callbacks import KeepPredictions, MaxNorm, Schedule
from dnacourse.training.early_stopping import EarlyStopping
from dnacourse.training.errors import TrainingError
from dnacourse.training.evaluate import evaluate, predict
from dnacourse.training.inputs import OneHot, as_is, planes, reverse_complement
from dnacourse.training.loop import fit
from dnacourse.training.loss import Weighted
from dnacourse.training.rows import Arrays, Samples, as_batch
from dnacourse.training.run import Callback, Run
from dnacourse.training.sequences import PadAndMask, Sequences

__all__ = [
    "Arrays",
    "Augment",
    "Batches",
    "Callback",
    "EarlyStopping",
    "KeepPredictions",
    "MaxNorm",
    "OneHot",
    "PadAndMask",
    "Run",
    "Samples",
    "Schedule",
    "Sequences",
    "TrainingError",
    "Weighted",
    "as_batch",
    "as_is",
    "evaluate",
    "fit",
    "losses",
    "planes",
    "predict",
    "reverse_complement",
]
