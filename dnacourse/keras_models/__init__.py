"""The TensorFlow twins of some of the models, in Keras 3: channels last, logits out."""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow greets with a page about processors
