"""The command `dnacourse`: each subcommand hands over to the module that does the work."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="The helper of the course.", no_args_is_help=True, add_completion=False)

data_app = typer.Typer(help="The data sets.", no_args_is_help=True)
app.add_typer(data_app, name="data")


def _say_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"dnacourse {version('dnacourse')}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_say_version, is_eager=True, help="Say which version this is."),
    ] = False,
) -> None:
    """The helper of the course."""


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
    """List the data sets: those that come with the course, and those to download."""
    from dnacourse.datasets import catalog

    for name, row in catalog().iterrows():
        size = f"{row['bytes'] / 1e6:,.2f} MB" if row["bytes"] else "size unknown"
        typer.echo(f"{name}  ({size}{'' if row['embedded'] else ', to download'})")
        typer.echo(f"    {row['what']}\n    {row['counts']}")


@data_app.command("get")
def data_get(names: Annotated[list[str], typer.Argument(help="data sets, or GenBank accessions")]) -> None:
    """Download data sets that do not come with the course, or sequences by accession (U00096.3)."""
    from dnacourse.datasets import FaultyDataSet, remote
    from dnacourse.datasets.download import DownloadFailed

    for name in names:
        try:
            if remote.ACCESSION.fullmatch(name):
                typer.echo(f"{name}: {len(remote.load_genbank(name)):,} letters")
            else:
                typer.echo("\n".join(map(str, remote.get(name))))
        except (DownloadFailed, FaultyDataSet, KeyError, ValueError) as error:
            raise _failure(error) from None
        except KeyboardInterrupt:
            typer.echo(f"interrupted: `dnacourse data get {name}` goes on where this stopped", err=True)
            raise typer.Exit(130) from None


@data_app.command("verify")
def data_verify() -> None:
    """Compare every file of data, embedded or downloaded, with its checksum."""
    from dnacourse.datasets import DamagedFile, FaultyDataSet, cards, remote, verify
    from dnacourse.datasets.download import DownloadFailed

    damaged = False
    for name, look in ({name: partial(verify, name) for name in cards.embedded()} | remote.checks()).items():
        try:
            look()
            typer.echo(f"OK    {name}")
        except (DamagedFile, DownloadFailed, FaultyDataSet) as error:
            typer.echo("\n".join(f"FAIL  {line}" for line in str(error).splitlines()))
            damaged = True
    raise typer.Exit(int(damaged))


@data_app.command("where")
def data_where() -> None:
    """Say in which folders the data lies."""
    from dnacourse.datasets.cards import SETS
    from dnacourse.datasets.download import CACHE, cache_folder

    typer.echo(f"with the course:  {SETS}")
    typer.echo(f"downloaded:       {cache_folder()}  (set {CACHE} to change it)")


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
    typer.echo(error.args[0] if isinstance(error, KeyError) else str(error), err=True)
    return typer.Exit(1)
