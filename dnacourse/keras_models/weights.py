"""Carrying weights from PyTorch to the Keras twin."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import numpy.typing as npt


def carry_weights(torch_model: Any, keras_model: keras.Model) -> keras.Model:
    """Give the Keras model the weights of its PyTorch twin, layer by layer in their order.

    A convolution's kernel is (out, in, width) in PyTorch and (width, in, out) in Keras; a dense layer's is
    (out, in) and (in, out). Behind Flatten the inputs stand in another order: PyTorch flattens (channels,
    positions), Keras (positions, channels).

    Args:
        torch_model: embeddings, one-dimensional convolutions and dense layers.
        keras_model: of the same sizes; it is changed, and given back.

    Raises:
        ValueError: the layers do not correspond; the first that does not is named.
    """
    sources = list(_with_weights(torch_model))
    targets = [layer for layer in keras_model.layers if layer.get_weights()]
    if len(sources) != len(targets):
        raise ValueError(
            f"the PyTorch model has {len(sources)} layers with weights, the Keras model {len(targets)}"
        )
    for (source, flattened), target in zip(sources, targets, strict=True):
        weights = _for_keras(source, flattened)
        if [w.shape for w in weights] != [w.shape for w in target.get_weights()]:
            raise ValueError(
                f"{type(source).__name__} does not fit {target.name}: its weights are "
                f"{[w.shape for w in weights]}, expected {[w.shape for w in target.get_weights()]}"
            )
        target.set_weights(weights)
    return keras_model


def _with_weights(torch_model: Any) -> Iterator[tuple[Any, int]]:
    """The layers that have weights, and how many channels were flattened right before each, or 0."""
    channels = flattened = 0
    for layer in torch_model.modules():
        if type(layer).__name__ == "Flatten":
            flattened = channels
        elif hasattr(layer, "weight"):
            yield layer, flattened
            channels, flattened = len(layer.weight), 0


def _for_keras(layer: Any, flattened: int) -> list[npt.NDArray[np.float32]]:
    """The weights of a layer as Keras wants them."""
    weight = layer.weight.detach().cpu().numpy()
    if type(layer).__name__ == "Embedding":
        return [weight]
    if weight.ndim == 3:
        weight = weight.transpose(2, 1, 0)
    elif flattened:
        weight = weight.reshape(len(weight), flattened, -1).transpose(2, 1, 0).reshape(-1, len(weight))
    else:
        weight = weight.T
    return [weight, layer.bias.detach().cpu().numpy()]
