"""What tells one run from another: the settings of models, optimizers, losses and data, in plain values."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import partial
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType
from typing import Any

import numpy as np
from torch import Tensor, dtype, nn
from torch.optim import Optimizer
from torch.utils.data import DataLoader

Plain = dict[str, Any] | list[Any] | str | int | float | bool | None
_DEEPEST = 8
_ALL_OF_IT = 1 << 30  # bytes: larger arrays, which lie on disk most often, are looked at here and there
_MOST_LOOKED_AT = 4096
_OF_A_MODULE = set(vars(nn.Module()))


def identity(value: Any, depth: int = 0) -> Plain:
    """Plain values that are the same for what was made in the same way, and differ where that differs.

    Arrays and tensors count by their content, functions by their code and what they hold, objects by their
    type and attributes; an object with a method `identity` says itself what it is known by. Nothing is drawn
    from data, so that data which change at random are recognised.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic):
        return value.item()  # type: ignore[no-any-return]
    if isinstance(value, np.ndarray | Tensor):
        return _of_array(value)
    if depth > _DEEPEST:
        return _name(value)
    if isinstance(value, Mapping):
        return {str(key): identity(one, depth + 1) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [identity(value[number], depth + 1) for number in _spread(len(value))] + [len(value)]
    if isinstance(value, set | frozenset):
        return sorted(str(identity(one, depth + 1)) for one in value)
    return _of_object(value, depth + 1)


def _of_object(value: Any, depth: int) -> Plain:
    if hasattr(value, "identity") and not isinstance(value, type):
        return identity(value.identity(), depth)
    if isinstance(value, FunctionType):
        held = [cell.cell_contents for cell in value.__closure__ or ()]
        return {
            "name": value.__qualname__, "code": _of_code(value.__code__),
            "holds": identity([held, value.__defaults__, value.__kwdefaults__], depth),
        }  # fmt: skip
    if isinstance(value, partial):
        return identity([value.func, value.args, value.keywords], depth)
    if isinstance(value, MethodType):
        return {"name": value.__qualname__, "of": identity(value.__self__, depth)}
    if isinstance(value, type | BuiltinFunctionType | dtype):
        return _name(value)
    if isinstance(value, nn.Module):
        return of_model(value)
    if isinstance(value, DataLoader):
        kept = ("dataset", "batch_size", "drop_last", "collate_fn")
        return {name: identity(getattr(value, name), depth) for name in kept} | {
            "sampler": _name(value.sampler)
        }
    if is_dataclass(value):
        return {"type": _name(value)} | {
            one.name: identity(getattr(value, one.name), depth) for one in fields(value)
        }
    attributes = {
        name: identity(one, depth)
        for name, one in getattr(value, "__dict__", {}).items()
        if not name.startswith("_")
        or isinstance(one, np.ndarray | Tensor)  # the rest may be opened on the way
    }
    return {"type": _name(value), **attributes}


def of_model(model: nn.Module) -> dict[str, Any]:
    """Module -> its type and settings (dropout, dilation, activation …); and the shapes of the weights."""
    found: dict[str, Any] = {}
    for place, module in model.named_modules():
        settings = {
            name: identity(one)
            for name, one in vars(module).items()
            if name not in _OF_A_MODULE and not name.startswith("_") and _is_setting(one)
        }
        found[place or "the model"] = {"type": _name(module), **settings}
    return found | {"weights": {name: list(one.shape) for name, one in model.state_dict().items()}}


def _is_setting(value: Any) -> bool:
    if isinstance(value, tuple | list):
        return all(map(_is_setting, value))
    return value is None or isinstance(value, bool | int | float | str | FunctionType | BuiltinFunctionType)


def of_optimizer(optimizer: Optimizer) -> dict[str, Any]:
    """Its type, and the settings of each group of weights: learning rate, weight decay, betas …"""
    groups = [
        {name: identity(one) for name, one in group.items() if name != "params"}
        | {"weights": len(group["params"])}
        for group in optimizer.param_groups
    ]
    return {"type": _name(optimizer), "groups": groups}


def differences(there: Any, here: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two identities differ: place, the value there, the value here."""
    if isinstance(there, dict) and isinstance(here, dict):
        for key in [*there, *(key for key in here if key not in there)]:
            yield from differences(there.get(key), here.get(key), f"{place}.{key}" if place else str(key))
    elif isinstance(there, list) and isinstance(here, list) and len(there) == len(here):
        for number, pair in enumerate(zip(there, here, strict=True)):
            yield from differences(*pair, f"{place}[{number}]")
    elif there != here and not (there != there and here != here):  # NaN is itself
        yield place, there, here


def _of_array(array: Any) -> str:
    values = array.detach().cpu() if isinstance(array, Tensor) else array
    kind = f"{values.dtype} {tuple(values.shape)}"
    if isinstance(values, Tensor):
        values = (
            values.float().numpy()
            if values.dtype.itemsize == 2 and values.is_floating_point()
            else values.numpy()
        )
    if values.dtype == object:
        return f"{kind} {hashlib.sha256(repr(values.tolist()).encode()).hexdigest()[:16]}"
    if values.nbytes > _ALL_OF_IT:
        values = values[_spread(len(values))]
    content = np.ascontiguousarray(values).view(np.uint8).data if values.ndim else values.tobytes()
    return f"{kind} {hashlib.sha256(content).hexdigest()[:16]}"


def _spread(length: int) -> list[int]:
    """All places of a list, or of a long one so many."""
    if length <= _MOST_LOOKED_AT:
        return list(range(length))
    return np.unique(np.linspace(0, length - 1, _MOST_LOOKED_AT).astype(int)).tolist()


def _of_code(code: CodeType) -> str:
    """A hash of what a function does, and those inside it; not of where it stands."""
    inner = [_of_code(one) if isinstance(one, CodeType) else repr(one) for one in code.co_consts]
    return hashlib.sha256(repr([code.co_code, code.co_names, inner]).encode()).hexdigest()[:16]


def _name(value: Any) -> str:
    kind = value if isinstance(value, type | FunctionType | BuiltinFunctionType) else type(value)
    if isinstance(value, dtype):
        return str(value)
    return str(getattr(kind, "__qualname__", kind))
