"""The command `dnacourse`: each subcommand hands over to the module that does the work."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="The helper of the course.", no_args_is_help=True, add_completion=False)

data_app = typer.Typer(help="The data sets.", no_args_is_help=True)
app.add_typer(data_app, name="data")

PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


@app.command(context_settings=PASS_ON)
def start(context: typer.Context) -> None:
    """Open the course in JupyterLab; what follows is passed on to it (--no-browser --port 8890)."""
    from dnacourse import jupyter

    try:
        status = jupyter.start(context.args)
    except jupyter.CourseNotFound as error:
        raise _failure(error) from None
    raise typer.Exit(status)


@app.command()
def doctor() -> None:
    """Examine the installation: OK or FAIL a line, with the remedy."""
    from dnacourse.doctor import examine

    failed = False
    for finding in examine():
        typer.echo(f"{'OK  ' if finding.ok else 'FAIL'}  {finding.topic:<11} {finding.detail}")
        failed |= not finding.ok
    raise typer.Exit(int(failed))


@data_app.command("list")
def data_list() -> None:
    """List the data sets that come with the course."""
    from dnacourse.datasets import catalog

    for name, row in catalog().iterrows():
        typer.echo(f"{name}  ({row['bytes'] / 1e6:.2f} MB)\n    {row['what']}\n    {row['counts']}")


@data_app.command("verify")
def data_verify() -> None:
    """Compare every embedded file with its checksum."""
    from dnacourse.datasets import DamagedFile, catalog, verify

    damaged = False
    for name in catalog().index:
        try:
            verify(name)
            typer.echo(f"OK    {name}")
        except DamagedFile as error:
            typer.echo(f"FAIL  {error}")
            damaged = True
    raise typer.Exit(int(damaged))


@app.command()
def grade(
    lab: Annotated[str, typer.Argument(help="lab01, or the lab's full name")],
    folder: Annotated[Path, typer.Argument(help="submissions: NAME.ipynb, or NAME/anything.ipynb")],
    out: Annotated[
        Path | None, typer.Option(help="course folder to write; FOLDER-graded if not given")
    ] = None,
    source: Annotated[
        Path | None, typer.Option(help="your own variant of the lab, hidden tests and all")
    ] = None,
) -> None:
    """Grade a folder of submissions with nbgrader: grades.csv, feedback pages, a course folder."""
    from dnacourse import grading

    try:
        table = grading.grade(lab, folder, out, source)
    except grading.CannotGrade as error:
        raise _failure(error) from None
    typer.echo(table.drop(columns="feedback").to_string(index=False))


def _failure(error: Exception) -> typer.Exit:
    typer.echo(str(error), err=True)
    return typer.Exit(1)
