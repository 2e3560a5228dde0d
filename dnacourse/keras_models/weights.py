"""Carrying weights from PyTorch to the Keras twin."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

_KINDS = {"Embedding", "Conv1d", "Linear"}


def carry_weights(torch_model: Any, keras_model: keras.Model) -> keras.Model:
    """Give the Keras model the weights of its PyTorch twin, layer by layer in their order.

    A convolution's kernel is (out, in, width) in PyTorch and (width, in, out) in Keras; a dense layer's is
    (out, in) and (in, out). Behind Flatten, the layer, the inputs stand in another order: PyTorch flattens
    (channels, positions), Keras (positions, channels).

    Args:
        torch_model: embeddings, one-dimensional convolutions and dense layers, with bias or without.
        keras_model: of the same sizes; it is changed, all of it or nothing, and given back.

    Raises:
        ValueError: a layer of another kind has weights (BatchNorm1d, GRU say), or the layers do not correspond;
            the first of which this is so is named.
    """
    sources = list(_with_weights(torch_model))
    targets = [layer for layer in keras_model.layers if layer.get_weights()]
    if len(sources) != len(targets):
        raise ValueError(
            f"the PyTorch model has {len(sources)} layers with weights, the Keras model {len(targets)}"
        )
    carried = []
    for (name, source, flattened), target in zip(sources, targets, strict=True):
        weights = _for_keras(name, source, flattened)
        if [w.shape for w in weights] != [w.shape for w in target.get_weights()]:
            raise ValueError(
                f"{name} does not fit {target.name}: its weights are {[w.shape for w in weights]}, expected "
                f"{[w.shape for w in target.get_weights()]}"
            )
        carried.append(weights)
    for target, weights in zip(targets, carried, strict=True):
        target.set_weights(weights)
    return keras_model


def _with_weights(torch_model: Any) -> Iterator[tuple[str, Any, int]]:
    """Each layer that has weights with its name, and how many channels were flattened right before it, or 0."""
    channels = flattened = 0
    for place, layer in torch_model.named_modules():
        kind = type(layer).__name__
        if kind == "Flatten":
            flattened = channels
        elif _KINDS & {one.__name__ for one in type(layer).__mro__}:
            yield f"{kind} ({place})" if place else kind, layer, flattened
            channels, flattened = len(layer.weight) if layer.weight.ndim == 3 else 0, 0
        elif any(True for _ in layer.parameters(recurse=False)) or any(
            True for _ in layer.buffers(recurse=False)
        ):
            raise ValueError(
                f"the weights of {kind} ({place or 'the model itself'}) cannot be carried: only those of embeddings, "
                "one-dimensional convolutions and dense layers can"
            )


def _for_keras(name: str, layer: Any, flattened: int) -> list[npt.NDArray[np.float32]]:
    """The weights of a layer as Keras wants them: kernel (width, in, out) or (in, out), and bias (out,) if it has one."""
    weight = layer.weight.detach().cpu().numpy()
    if not hasattr(layer, "bias"):
        return [weight]
    if weight.ndim == 3:
        weight = weight.transpose(2, 1, 0)
    elif flattened:
        if weight.shape[1] % flattened:
            raise ValueError(
                f"{name} has {weight.shape[1]} inputs behind Flatten, no multiple of {flattened} channels"
            )
        weight = weight.reshape(len(weight), flattened, -1).transpose(2, 1, 0).reshape(-1, len(weight))
    else:
        weight = weight.T
    return [weight] if layer.bias is None else [weight, layer.bias.detach().cpu().numpy()]
