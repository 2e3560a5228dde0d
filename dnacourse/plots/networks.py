"""A network as boxes: its layers, the shapes that flow between them, and where its parameters are.

Nothing is typed in: the model is given a batch, and each layer that is called says what it got and what it gave.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from dnacourse.plots.palette import BLACK, GREY

Shape = tuple[int, ...]
LEFT, WIDTH, BARS, LONGEST = 0.0, 0.6, 0.64, 0.2
HEIGHT = 0.62


class Step(NamedTuple):
    """A layer with weights or another shape behind it, and what follows it and changes neither.

    Attributes:
        text: the layers' names and settings.
        given: shape of what it got, without the batch; () where that is no tensor.
        gives: shape of what it gave, without the batch.
        parameters: numbers that training may change.
        calls: how often it was asked, such as once for each strand.
    """

    text: str
    given: Shape
    gives: Shape
    parameters: int
    calls: int


def network(ax: Axes, model: Any, inputs: Any) -> Axes:
    """The layers of a model from the top down, in the order in which it calls them.

    A box is a layer, joined by those behind it that change no shape and have no weights. Between boxes stands
    the shape of what flows, without the batch; where the model itself does something in between (a maximum over
    places, two things put side by side), both shapes. Bars at the right are the parameters.

    Args:
        ax: where to draw; it should be about 0.4 inches high for each box.
        model: a torch module. It is asked once, as in evaluation, and left in the mode it was in.
        inputs: a batch as the model takes it; one row is enough.

    Raises:
        ValueError: the model calls no layer.
    """
    steps = network_steps(model, inputs)
    most = max(one.parameters for one in steps)
    _write_shape(ax, 0, _shape_of(inputs))
    for row, step in enumerate(steps):
        _box(ax, row, step, most)
        following = steps[row + 1].given if row + 1 < len(steps) else ()
        _write_shape(ax, row + 1, step.gives, following)
    total = sum(weights.numel() for weights in model.parameters())
    ax.text(BARS, 0.0, f"parameters, {total:,} in all", size=8, color=BLACK, va="center")
    ax.set(xlim=(LEFT - 0.01, 1.0), ylim=(len(steps) + 0.3, -0.3))
    ax.axis("off")
    return ax


def network_steps(model: Any, inputs: Any) -> list[Step]:
    """What `network` draws, a step a box; arguments and errors as there."""
    layers, calls = _asked(model, inputs)
    steps: list[Step] = []
    for module, given, gives in layers:
        count = sum(weights.numel() for weights in module.parameters())
        if _text(module) == "Dropout 0":  # leaves nothing out
            continue
        if steps and not count and given == gives == steps[-1].gives:
            steps[-1] = steps[-1]._replace(text=f"{steps[-1].text} · {_text(module)}")
        else:
            steps.append(Step(_text(module), given, gives, count, calls[module]))
    if not steps:
        raise ValueError(f"{type(model).__name__} calls no layer: give a torch.nn.Module made of modules")
    return steps


def _asked(model: Any, inputs: Any) -> tuple[list[tuple[Any, Shape, Shape]], Counter[Any]]:
    """Each layer with the shapes of its first call, in the order of the calls, and how often each was called."""
    first: list[tuple[Any, Shape, Shape]] = []
    calls: Counter[Any] = Counter()

    def note(module: Any, given: Any, gives: Any) -> None:
        calls[module] += 1
        if calls[module] == 1:
            first.append((module, _shape_of(given), _shape_of(gives)))

    hooks = [module.register_forward_hook(note) for module in _layers(model)]
    modes = [(module, module.training) for module in model.modules()]
    try:
        model.eval()
        model(inputs)
    finally:
        for module, mode in modes:
            module.training = mode
        for hook in hooks:
            hook.remove()
    return first, calls


def _layers(module: Any) -> Iterator[Any]:
    """The modules that hold weights of their own, or nothing smaller: what is within such a one is part of it."""
    children = list(module.children())
    if not children or list(module.parameters(recurse=False)):
        yield module
    else:
        for child in children:
            yield from _layers(child)


def _shape_of(value: Any) -> Shape:
    """The shape of a tensor, or of the first one in a structure, without the batch."""
    while isinstance(value, tuple | list | dict) and value:
        value = next(iter(value.values() if isinstance(value, dict) else value))
    return tuple(value.shape[1:]) if hasattr(value, "shape") else ()


def _text(module: Any) -> str:
    """A layer's name, and the numbers that a reader asks for."""
    name, about = type(module).__name__, vars(module)
    if "in_channels" in about:
        return f"{name} {module.in_channels} → {module.out_channels}, width {_one(module.kernel_size)}"
    if "in_features" in about:
        return f"{name} {module.in_features} → {module.out_features}"
    if "hidden_size" in about:
        return f"{name} {module.input_size} → {module.hidden_size}"
    if "num_embeddings" in about:
        return f"{name} {module.num_embeddings} → {module.embedding_dim}"
    if "kernel_size" in about:
        return f"{name} {_one(module.kernel_size)}"
    return f"{name} {module.p:g}" if name.startswith("Dropout") else name


def _one(size: int | tuple[int, ...]) -> str:
    return " × ".join(map(str, size)) if isinstance(size, tuple) else str(size)


def _box(ax: Axes, row: int, step: Step, most: int) -> None:
    """One layer's box, and the bar of its parameters."""
    top = row + (1 - HEIGHT) / 2
    face = "#d8e6f3" if step.parameters else "#f2f2f2"
    ax.add_patch(
        FancyBboxPatch(
            (LEFT, top),
            WIDTH,
            HEIGHT,
            boxstyle="round,pad=0,rounding_size=0.01",
            facecolor=face,
            edgecolor=GREY,
        )
    )
    times = {1: "", 2: "   (asked twice)"}.get(step.calls, f"   (asked {step.calls} times)")
    ax.text(LEFT + WIDTH / 2, row + 0.5, step.text + times, size=8, ha="center", va="center")
    if step.parameters:
        length = LONGEST * step.parameters / most
        ax.barh(row + 0.5, length, HEIGHT, left=BARS, color="C0")
        ax.text(BARS + length + 0.01, row + 0.5, f"{step.parameters:,}", size=8, va="center")


def _write_shape(ax: Axes, row: int, shape: Shape, following: Shape = ()) -> None:
    """What flows out of one box, and what the model made of it before the next."""
    text = "↓ " + (_one(shape) or "1")
    if following and following != shape:
        text += f"  ⇢  {_one(following)}"
    ax.text(LEFT + WIDTH / 2, row, text, size=8, color="#555555", ha="center", va="center")
