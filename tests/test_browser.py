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
SECONDS_TO_START = 120
SECONDS_TO_RUN = 240
ANSWERS = {  # what JupyterLab asks where server or browser are slow, and what a learner presses
    "Select kernel for": "Select",  # the list of kernels came after the notebook; Python is chosen in it
    "The loading screen is taking a long time": "Keep Waiting",
    "has changed on disk since the last time": "Overwrite",  # it was still saving when it saved again
    "A connection to the Jupyter server could not be established": "Close",
}
ONE_STEP_DOWN = """panel => new Promise(drawn => {  // or to the top, from the end
    const before = panel.scrollTop;
    panel.scrollBy(0, 300);
    if (panel.scrollTop === before) panel.scrollTo(0, 0);
    requestAnimationFrame(() => requestAnimationFrame(drawn));
})"""
expect.set_options(timeout=SECONDS_TO_START * 1000)


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
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end:
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
        page.set_default_timeout(SECONDS_TO_START * 1000)
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        answer_dialogs(page)
        yield page
        context.close()


def answer_dialogs(page: Page) -> None:
    """Answer a dialog whenever it lies over what is wanted; any other one makes the test fail."""
    for words, button in ANSWERS.items():
        dialog = page.locator(".jp-Dialog").filter(has_text=words)
        answer = dialog.locator(".jp-Dialog-button").filter(has_text=button)
        page.add_locator_handler(dialog, lambda _, answer=answer: answer.click())


def run_to_the_end(page: Page, url: str, path: str) -> nbformat.NotebookNode:
    """Open a notebook, Run All Cells, Save, and return it as the server has it then."""
    page.goto(f"{url}/lab/tree/{path}?reset")
    expect(page.locator(".jp-NotebookPanel:visible .jp-Cell").first).to_be_visible()
    expect(page.locator("#jupyterlab-splash")).to_have_count(0)
    expect(page.locator("#jp-main-statusbar")).to_contain_text("Python 3 (ipykernel) | Idle")
    press(page, "Run", "runmenu:run-all")
    progress = page.locator(".jp-NotebookPanel:visible .jp-Notebook-ExecutionIndicator")
    expect(progress).to_contain_text(re.compile(r"Executed \d+ cell"), timeout=SECONDS_TO_RUN * 1000)
    press(page, "File", "docmanager:save")
    expect(page.locator(".lm-TabBar-tab.jp-mod-dirty")).to_have_count(0)
    with urllib.request.urlopen(f"{url}/api/contents/{path}") as answer:
        notebook = nbformat.from_dict(json.load(answer)["content"])
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code), [
        o for cell in code for o in cell.outputs if "evalue" in o
    ]
    return notebook


def press(page: Page, menu: str, command: str) -> None:
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.locator(f'.lm-Menu-item[data-command="{command}"]').click()


def scroll_to(page: Page, wanted: Locator) -> None:
    """Scroll the notebook until the element is on the screen: cells outside are not drawn."""
    panel = page.locator(".jp-NotebookPanel:visible .jp-WindowedPanel-outer").first
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end:
        if wanted.count() and wanted.first.is_visible():
            wanted.first.scroll_into_view_if_needed()
            return
        panel.evaluate(ONE_STEP_DOWN)
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
    )


@needs_browser
def test_the_front_page_is_rendered_and_the_lecture_is_one_click_away(address, page):
    page.goto(f"{address}/lab/tree/README.md?reset")
    front = page.locator(".jp-MarkdownViewer:visible")
    expect(front.locator("h1").first).to_be_visible()
    wait_for_pictures(page, ".jp-MarkdownViewer img", at_least=3, width=1, words=1)
    front.get_by_role("link", name="Reading DNA").first.click()
    expect(page.locator(".jp-NotebookPanel:visible .jp-Cell").first).to_be_visible()
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
    expect(shown).to_have_attribute("alt", re.compile("frame 0:"))
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(shown).to_have_attribute("alt", re.compile("frame 1:"))
    assert page.problems == []


@needs_browser
def test_the_lab_passes_in_jupyterlab_and_validates(address, page):
    path = "labs/lab01_reading_dna.ipynb"
    notebook = run_to_the_end(page, address, path)
    printed = "".join(o.get("text", "") for c in notebook.cells if c.cell_type == "code" for o in c.outputs)
    assert [f"✓ Exercise {n}" in printed for n in range(1, 7)] == [True] * 6
    page.get_by_role("button", name="Validate").first.click()
    expect(page.locator(".jp-Dialog")).to_contain_text("Success")
    assert page.problems == []
