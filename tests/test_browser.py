"""One lecture and one lab in a real browser, through `dnacourse start`, as a learner meets them."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from tools.factory.manuscript import ROOT

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER = next((path for name in BROWSERS if (path := shutil.which(name))), None)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SECONDS_TO_RUN = 240


def test_a_browser_is_there_where_it_must_be():
    if BROWSER is None and not os.environ.get("DNACOURSE_NEEDS_BROWSER"):
        pytest.skip("no Chromium here: the tests that drive JupyterLab are left out")
    assert BROWSER, "DNACOURSE_NEEDS_BROWSER is set and no Chromium is installed"


needs_browser = pytest.mark.skipif(
    BROWSER is None, reason="no Chromium here: install one to drive JupyterLab"
)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A JupyterLab on a copy of the course, started as a learner starts it, with a home of its own."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("lectures", "labs", "solutions", "docs"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "README.md", folder)
    fill_in_the_solution(
        folder / "labs" / "lab01_reading_dna.ipynb", folder / "solutions" / "lab01_reading_dna.ipynb"
    )
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    home = tmp_path_factory.mktemp("home")
    options = [
        "--no-browser",
        f"--port={port}",
        "--IdentityProvider.token=",
        "--allow-root",
        "--ServerApp.port_retries=0",
    ]
    environment = {**os.environ, "HOME": str(home), "DNACOURSE_SCALE": "ci", "OMP_NUM_THREADS": "1"}
    log = (home / "log").open("w")
    server = subprocess.Popen(
        [sys.executable, "-c", "from dnacourse.cli import app; app()", "start", *options],
        cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url, server, home / "log")
        yield url
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)
        log.close()


def clear(path):
    """Take all outputs out, so that nothing stored can pass for something run."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(notebook, path)


def fill_in_the_solution(lab, solution):
    notebook = nbformat.read(lab, as_version=4)
    cells = nbformat.read(solution, as_version=4).cells
    answers = {c.metadata.nbgrader.grade_id: c.source for c in cells if "nbgrader" in c.metadata}
    for cell in notebook.cells:
        mark = cell.metadata.get("nbgrader", {})
        if mark.get("solution"):
            cell.source = answers[mark["grade_id"]]
    nbformat.write(notebook, lab)


def wait_for(url, server, log):
    for _ in range(240):
        if server.poll() is not None:
            raise RuntimeError(f"JupyterLab ended with {server.returncode}:\n{log.read_text()[-2000:]}")
        try:
            urllib.request.urlopen(f"{url}/api/status", timeout=2).close()
            return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError(f"JupyterLab did not answer:\n{log.read_text()[-2000:]}")


@pytest.fixture
def page(tmp_path):
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path, executable_path=BROWSER, args=FLAGS, viewport={"width": 1400, "height": 1000}
        )
        page = context.new_page()
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        yield page
        context.close()


def run_to_the_end(page: Page, url: str, path: str) -> nbformat.NotebookNode:
    """Open a notebook, Run All, and return it as JupyterLab saves it once every code cell has run.

    On a busy machine a click can come before the notebook listens, so it is made again while nothing runs.
    """
    page.goto(f"{url}/lab/tree/{path}?reset", timeout=120_000)
    page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell", timeout=120_000)
    end = time.monotonic() + SECONDS_TO_RUN
    while time.monotonic() < end:
        wait_until_idle(page)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.locator('[data-command="runmenu:run-all"]').click()
        page.wait_for_timeout(2000)
        wait_until_idle(page)
        page.keyboard.press("Control+s")
        page.wait_for_timeout(2000)
        with urllib.request.urlopen(f"{url}/api/contents/{path}") as answer:
            notebook = nbformat.from_dict(json.load(answer)["content"])
        if all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code"):
            return notebook
    raise AssertionError(f"{path} did not run to its end in {SECONDS_TO_RUN} seconds")


def wait_until_idle(page: Page) -> None:
    page.wait_for_selector(
        ".jp-Notebook-ExecutionIndicator[data-status=idle]", timeout=SECONDS_TO_RUN * 1000, state="attached"
    )


def scroll_to(page: Page, wanted: Locator) -> None:
    """Scroll the notebook from its top until the element is on the screen: cells outside are not drawn."""
    panel = page.locator(".jp-NotebookPanel:visible .jp-WindowedPanel-outer").first
    panel.evaluate("panel => panel.scrollTo(0, 0)")
    for _ in range(400):
        page.wait_for_timeout(80)
        if wanted.count() and wanted.first.is_visible():
            wanted.first.scroll_into_view_if_needed()
            return
        panel.evaluate("panel => panel.scrollBy(0, 300)")
    raise AssertionError(f"{wanted} is nowhere in the notebook")


def wait_for_pictures(page: Page, selector: str, at_least: int, width: int, words: int) -> None:
    """Wait until every picture on the screen has arrived, is wide enough and carries an alternative text."""
    page.wait_for_function(
        """([selector, atLeast, width, words]) => {
            const all = [...document.querySelectorAll(selector)].filter(one => one.offsetParent);
            return all.length >= atLeast && all.every(
                one => one.complete && one.naturalWidth >= width && one.alt.length >= words);
        }""",
        arg=[selector, at_least, width, words],
        timeout=60_000,
    )


@needs_browser
def test_the_front_page_is_rendered_and_the_lecture_is_one_click_away(address, page):
    page.goto(f"{address}/lab/tree/README.md?reset", timeout=120_000)
    front = page.locator(".jp-MarkdownViewer:visible")
    front.wait_for(timeout=120_000)
    expect(front.locator("h1").first).to_be_visible()
    wait_for_pictures(page, ".jp-MarkdownViewer img", at_least=3, width=1, words=1)
    front.get_by_role("link", name="Reading DNA").first.click()
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=60_000)
    assert page.locator(".jp-Notification, .Toastify__toast").filter(has_text="news").count() == 0
    assert page.problems == []


@needs_browser
def test_the_lecture_runs_shows_its_pictures_and_its_slider_moves(address, page):
    path = "lectures/01_reading_dna.ipynb"
    notebook = run_to_the_end(page, address, path)
    outputs = [o for cell in notebook.cells if cell.cell_type == "code" for o in cell.outputs]
    assert not [o.evalue for o in outputs if o.output_type == "error"]
    scroll_to(page, page.locator(".jp-OutputArea-output img"))
    wait_for_pictures(page, ".jp-OutputArea-output img", at_least=1, width=101, words=21)

    slider = page.locator(".widget-slider .noUi-handle")
    scroll_to(page, slider)
    slider = slider.first
    shown = page.locator(".widget-interact img").first
    expect(shown).to_have_attribute("alt", re.compile("frame 0:"), timeout=30_000)
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(shown).to_have_attribute("alt", re.compile("frame 1:"), timeout=30_000)
    assert page.problems == []


@needs_browser
def test_the_lab_passes_in_jupyterlab_and_validates(address, page):
    path = "labs/lab01_reading_dna.ipynb"
    notebook = run_to_the_end(page, address, path)
    printed = "".join(o.get("text", "") for c in notebook.cells if c.cell_type == "code" for o in c.outputs)
    assert [f"✓ Exercise {n}" in printed for n in range(1, 7)] == [True] * 6
    page.get_by_role("button", name="Validate").first.click()
    expect(page.locator(".jp-Dialog")).to_contain_text("Success", timeout=120_000)
    assert page.problems == []
