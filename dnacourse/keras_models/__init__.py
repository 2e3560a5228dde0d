"""The TensorFlow twins of some of the models, in Keras 3: channels last, logits out.

`from dnacourse.keras_models import keras` imports Keras without TensorFlow's page about processors.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


@contextmanager
def _silence() -> Iterator[None]:
    """Nothing goes to standard error: TensorFlow's C++ greets there before it reads any setting."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


with _silence():
    import keras

__all__ = ["keras"]
