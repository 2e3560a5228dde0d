"""What the notebooks measured: a JSON file for each task, and the scoreboard that is made from them all.

A notebook calls `record`. It shows the table, and writes it only where $DNACOURSE_RESULTS names a folder,
which `make notebooks` does; so running a lecture changes no file of the course.
"""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from dnacourse import scale
from dnacourse.metrics import Interval

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
        rungs: model -> value on the test set, with its interval; the cheapest first.
        task: what is to be told or predicted, in words.
        data: name of the data set, and how many rows the test set has.
        split: the rule, and which part the values are for.
        metric: what is measured.
        chance: its value for a guess.

    Returns:
        A table of the rungs: model, value, low, high.

    Raises:
        ValueError: a name that is none, or no rungs.
    """
    if not _NAME.fullmatch(name) or not rungs:
        raise ValueError(
            f"give a name of small letters, digits and underscores (not {name!r}), and at least one rung"
        )
    rows = [
        {"model": model, **{key: round(value, 4) for key, value in rung._asdict().items()}}
        for model, rung in rungs.items()
    ]
    if folder := os.environ.get(FOLDER):
        content = {
            "task": task, "data": data, "split": split, "metric": metric, "chance": round(chance, 4),
            "notebook": os.environ.get(NOTEBOOK, ""), "scale": scale.current(), "rows": rows,
        }  # fmt: skip
        text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        path = Path(folder, f"{name}.json")
        scratch = path.with_suffix(".writing")
        scratch.write_text(text, encoding="utf-8")
        scratch.replace(path)
    return pd.DataFrame(rows)


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


def scoreboard(results: Mapping[str, Mapping[str, Any]]) -> str:
    """The page, in Markdown: a section a task, a row a model.

    Raises:
        ValueError: two notebooks measured one task on different data.
    """
    lines = [
        "# Scoreboard",
        "",
        "Every number was measured by the notebook named in its row, at the scale named there, on data that the model and its settings had not seen, with a bootstrap interval of 95 %.",
        "The tables are made from the files in `results/`.",
    ]
    of_task: dict[str, list[Mapping[str, Any]]] = {}
    for one in sorted(results.values(), key=lambda one: (one["notebook"], one["task"])):
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
    return "\n".join(lines) + "\n"
