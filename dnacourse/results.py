"""What the notebooks measured: a JSON file for each task, and the scoreboard that is made from them all.

A lecture calls `record`, a reproduction `report`. They show the table, and write it only where
$DNACOURSE_RESULTS names a folder, which `make notebooks` does; so running a notebook changes no file of the
course.
"""

import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from dnacourse import files, scale
from dnacourse.metrics import Interval
from dnacourse.plain import number, plain

FOLDER = "DNACOURSE_RESULTS"
NOTEBOOK = "DNACOURSE_NOTEBOOK"
_NAME = re.compile(r"[a-z0-9_]+")


def record(
    name: str,
    rungs: Mapping[str, Interval],
    *,
    task: str,
    data: str,
    split: str,
    metric: str,
    chance: float,
) -> pd.DataFrame:
    """Put down what models reached on a task.

    Args:
        name: of the file, in small letters, digits and underscores.
        rungs: model -> value on the test set, with its interval; the cheapest first. Numbers of Python, NumPy
            or torch.
        task: what is to be told or predicted, in words.
        data: name of the data set, and how many rows the test set has.
        split: the rule, and which part the values are for.
        metric: what is measured.
        chance: its value for a guess.

    Returns:
        A table of the rungs: model, value, low, high.

    Raises:
        ValueError: a name that is none, no rungs, or a value that is NaN or infinite; it is named.
        TypeError: a value that is no number.
        OSError: the file cannot be written.
    """
    rows = [
        {
            "model": model,
            **{key: _number(one, f"{key} of {model} on {task}") for key, one in rung._asdict().items()},
        }
        for model, rung in rungs.items()
    ]
    chance = round(_number(chance, f"chance on {task}"), 4)
    about = {"task": task, "data": data, "split": split, "metric": metric, "chance": chance}
    _write(name, about, rows)
    return pd.DataFrame(rows).round(4)


class Reached(NamedTuple):
    """What a model reached on a task, in a reproduction."""

    task: str
    model: str
    values: Sequence[float]
    """On the test set, one for each seed, (seeds,); a single one where nothing is left to chance."""
    setting: str
    """What a reader needs to train it again."""
    minutes: float
    """Of all seeds together, the choice of settings included."""
    paper: str = "none"
    """What the paper has for this setting, with what differs."""


def report(
    name: str, rows: Sequence[Reached], *, title: str, paper: str, metric: str, hardware: str
) -> pd.DataFrame:
    """Put down what a reproduction found, beside what the paper says.

    Args:
        name: of the file, in small letters, digits and underscores.
        rows: the cheapest model of a task first.
        title: what is reproduced.
        paper: authors, year and DOI.
        metric: what is measured.
        hardware: what it ran on, `device.describe()` say.

    Returns:
        A row a model: task, model, paper, mean, sd (NaN for a single value), seeds, setting, minutes.

    Raises:
        ValueError: a name that is none, no rows, a row without values, or a value that is NaN or infinite; it
            is named with model and task.
        TypeError: a value that is no number.
        OSError: the file cannot be written.
    """
    kept = [_row(row) for row in rows]
    about = {"reproduction": title, "paper": paper, "metric": metric, "hardware": hardware}
    _write(name, about, kept)
    return pd.DataFrame(
        [
            {"task": one["task"], "model": one["model"], "paper": one["paper"], "mean": np.mean(one["values"]),
             "sd": _sd(one["values"]), "seeds": len(one["values"]), "setting": one["setting"],
             "minutes": one["minutes"]}
            for one in kept
        ]
    )  # fmt: skip


def _row(row: Reached) -> dict[str, Any]:
    """A row as it is kept, to six digits."""
    where = f"{row.model} on {row.task}"
    values = plain(row.values, f"values of {where}")
    if not isinstance(values, list):
        raise TypeError(f"values of {where} are no list of numbers, one a seed, but {values!r}")
    if not values:
        raise ValueError(f"no values for {where}")
    numbers = [_number(one, f"value {seed} of {where}") for seed, one in enumerate(values)]
    minutes = round(_number(row.minutes, f"minutes of {where}"), 1)
    return {**row._asdict(), "values": numbers, "minutes": minutes}


def _number(value: Any, place: str) -> float:
    return round(number(value, place), 6)


def _sd(values: Sequence[float]) -> float:
    """The spread over seeds; NaN for a single one."""
    return float(np.std(values, ddof=1)) if len(values) > 1 else float("nan")


def _write(name: str, about: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """A result as a file, if a folder is named, whole or not at all.

    Raises:
        ValueError: a name that is none, or no rows.
        OSError: the file cannot be written; the message names the variable to change.
    """
    if not _NAME.fullmatch(name) or not rows:
        raise ValueError(
            f"give a name of small letters, digits and underscores (not {name!r}), and at least one rung"
        )
    if folder := os.environ.get(FOLDER):
        content = {
            **about, "notebook": os.environ.get(NOTEBOOK, ""), "scale": scale.current(), "rows": list(rows),
        }  # fmt: skip
        path = Path(folder, f"{name}.json")
        try:
            files.write_text(path, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
        except OSError as error:
            raise OSError(f"{path} cannot be written ({error}): name another folder in {FOLDER}") from None


def read(folder: Path) -> dict[str, dict[str, Any]]:
    """All results in a folder, by name.

    Raises:
        ValueError: a file is no JSON; it is named.
    """
    found = {}
    for path in sorted(folder.glob("*.json")):
        try:
            found[path.stem] = json.loads(path.read_text(encoding="utf-8"))
        except json.JSONDecodeError as error:
            raise ValueError(
                f"{path} is damaged ({error}): run `make notebooks`, which writes it anew"
            ) from None
    return found


def reproduced(name: str) -> pd.DataFrame:
    """What a reproduction found, from the course's folder `results`, which is looked for here and above.

    Args:
        name: of the reproduction.

    Returns:
        A row a model and seed: task, model, seed, value, setting, minutes.

    Raises:
        FileNotFoundError: there is no such file.
    """
    here = Path.cwd()
    paths = [folder / "results" / f"{name}.json" for folder in (here, *here.parents)]
    path = next((path for path in paths if path.exists()), None)
    if path is None:
        raise FileNotFoundError(
            f"results/{name}.json is neither in {here} nor above it: open the notebook in the course's own folder"
        )
    rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
    return pd.DataFrame(
        [
            {"task": row["task"], "model": row["model"], "seed": seed, "value": value, "setting": row["setting"],
             "minutes": row["minutes"]}
            for row in rows
            for seed, value in enumerate(row["values"])
        ]
    )  # fmt: skip


def scoreboard(results: Mapping[str, Mapping[str, Any]]) -> str:
    """The page, in Markdown: a section a task, a row a model.

    Raises:
        ValueError: two notebooks measured one task on different data.
    """
    lines = [
        "# Scoreboard",
        "",
        "Every number was measured by the notebook named with it, at the scale named there, on a part of the data that was held out from training and from the choice of settings; held out is not unlike (on PUM2 a tenth of the test pieces share 30 letters with a training piece). Lectures give a bootstrap interval of 95 %, for other test data; reproductions, where there are several seeds, mean and standard deviation over them.",
        "The tables are made from the files in `results/`.",
    ]
    tasks = [one for one in results.values() if "reproduction" not in one]
    of_task: dict[str, list[Mapping[str, Any]]] = {}
    for one in sorted(tasks, key=lambda one: (one["notebook"], one["task"])):
        of_task.setdefault(one["task"], []).append(one)
    for task, parts in of_task.items():
        if len({(one["data"], one["split"], one["metric"]) for one in parts}) > 1:
            raise ValueError(f"{task!r} was measured on different rows or by different metrics: see results/")
        first = parts[0]
        lines += [
            "",
            f"## {task}",
            "",
            f"{first['data']}. {first['split']}.",
            "",
            f"| model | {first['metric']} | interval | measured in |",
            "|---|---|---|---|",
            f"| chance | {first['chance']:.3f} | | |",
        ]
        for one in parts:
            source = f"[{Path(one['notebook']).stem}](../{one['notebook']}), `{one['scale']}`"
            for row in one["rows"]:
                interval = f"{row['low']:.3f} to {row['high']:.3f}"
                lines.append(f"| {row['model']} | {row['value']:.3f} | {interval} | {source} |")
    for one in sorted(results.values(), key=lambda one: one["notebook"]):
        lines += _section(one) if "reproduction" in one else []
    return "\n".join(lines) + "\n"


def _section(one: Mapping[str, Any]) -> list[str]:
    """A reproduction's part of the page."""
    lines = [
        "",
        f"## Reproduced: {one['reproduction']}",
        "",
        f"{one['paper']}. Measured in [{Path(one['notebook']).stem}](../{one['notebook']}) at scale "
        f"`{one['scale']}` on {one['hardware']}; several seeds as mean ± standard deviation.",
        "",
        f"| task | model | the paper, on its own data | ours, {one['metric']} | seeds | setting | minutes |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in one["rows"]:
        values = row["values"]
        ours = f"{np.mean(values):.3f}" + (f" ± {_sd(values):.3f}" if len(values) > 1 else "")
        cells = [row["task"], row["model"], row["paper"], ours, len(values), row["setting"], row["minutes"]]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return lines
