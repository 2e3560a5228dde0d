"""The command behind `make notebooks`: build what is stale, check, carry an edit back, or keep outputs."""

import re
import sys
from pathlib import Path
from typing import Annotated

import typer
from nbclient.exceptions import CellExecutionError

from tools.factory import build, check, readme
from tools.factory.carry import Conflict, carry
from tools.factory.keep import keep
from tools.factory.manuscript import ROOT, ManuscriptError, manuscripts

ANSI_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def main(
    only: Annotated[list[str] | None, typer.Argument(help="names of manuscripts; all if none")] = None,
    check_only: Annotated[bool, typer.Option("--check", help="execute nothing, name what is stale")] = False,
    carry_path: Annotated[Path | None, typer.Option("--carry", help="built notebook with an edit")] = None,
    keep_paths: Annotated[
        list[Path] | None,
        typer.Option("--keep", help="built notebook whose outputs no change has changed: renew its hashes"),
    ] = None,
    discard: Annotated[bool, typer.Option(help="overwrite edits made in built notebooks")] = False,
    force: Annotated[bool, typer.Option(help="build even what is up to date")] = False,
    root: Annotated[Path, typer.Option(help="course folder", hidden=True)] = ROOT,
) -> None:
    """Build the course's notebooks from manuscript/."""
    try:
        if carry_path:
            print("\n".join(carry(carry_path.resolve(), root)) or "nothing to carry")
        elif keep_paths:
            print("\n".join(line for path in keep_paths for line in keep(path.resolve(), root)))
        elif check_only:
            problems = check.problems(root)
            print("\n".join(problems) or "every notebook is up to date")
            sys.exit(bool(problems))
        else:
            build_stale(only or [], discard, force, root)
    except CellExecutionError as error:
        sys.exit(f"A cell failed; nothing was written.\n{ANSI_COLOUR.sub('', str(error))}")
    except (Conflict, ManuscriptError, ValueError, OSError) as error:
        sys.exit(str(error))


def build_stale(only: list[str], discard: bool, force: bool, root: Path) -> None:
    """Build what is stale, in the order of the course; refuse where somebody's work would be lost."""
    chosen = [m for m in manuscripts(root) if not only or m.name in only]
    if unknown := set(only) - {m.name for m in chosen}:
        sys.exit(f"no manuscript called {', '.join(sorted(unknown))}")
    if not discard and (edits := [line for m in chosen for line in check.edits(m)]):
        sys.exit("\n".join(edits))
    for manuscript in chosen:
        if force or check.stale(manuscript) or check.edits(manuscript):
            print(f"building {manuscript.built.relative_to(root)}", flush=True)
            build.build(manuscript)
        if manuscript.handed_out and check.stale_hand_out(manuscript):
            if not discard and check.holds_answers(manuscript.handed_out):
                sys.exit(
                    f"{manuscript.handed_out.relative_to(root)} holds answers, and its lab has changed: "
                    "move it to another folder, then run `make notebooks` again"
                )
            print(f"writing {manuscript.handed_out.relative_to(root)}", flush=True)
            build.write(build.hand_out(manuscript), manuscript.handed_out)
    if any(check.SCOREBOARD in line for line in check.stale_results(root)):
        print(f"writing {check.SCOREBOARD}", flush=True)
        build.write_scoreboard(root / check.SCOREBOARD, root / "results")
    if check.stale_readme(root):
        print("writing README.md", flush=True)
        readme.write(root)


if __name__ == "__main__":
    typer.run(main)
