"""Running a submission so that a bad cell costs its own points and no others."""

import copy
import time
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute
from traitlets import Integer

DIED = "KernelDied"
NO_TIME = "NoTimeLeft"
NOT_RUN = "NotRun"
HUNG = "CellTimeoutError"
LONGEST_MESSAGE = 1000


class ExecuteSubmission(Execute):
    """nbgrader's Execute, for programs by somebody else.

    After a cell that kills the kernel, or hangs and cannot be interrupted, a new kernel is started, the
    cells before it are run again (but for the checks, whose results stand), and the rest goes on. Of a
    cell that prints without end only the beginning is kept.
    """

    seconds_in_all = Integer(600, help="after so many seconds no further cell is begun").tag(config=True)
    largest_output = Integer(1_000_000, help="characters of output kept of one cell").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any = None, **options: Any) -> Any:
        """Run the notebook; see the class."""
        self._fatal: set[int] = set()
        self._printed: dict[int, int] = {}
        self._deadline = time.monotonic() + self.seconds_in_all
        done, resources = super().preprocess(nb, resources, **options)
        for cell in done.cells:  # nbgrader gives points to a check without an error, also if it did not run
            if _is_check(cell) and cell.get("execution_count") is None and not cell.outputs:
                cell.outputs = [_error(NOT_RUN, "this check was not run")]
        return done, resources

    def preprocess_cell(self, cell: NotebookNode, resources: Any, index: int) -> Any:
        """Run one cell, and get over its death."""
        if cell.cell_type == "code" and time.monotonic() > self._deadline:
            cell.outputs = [_error(NO_TIME, f"{self.seconds_in_all} seconds were used up before this cell")]
            return cell, resources
        try:
            return super().preprocess_cell(cell, resources, index)
        except DeadKernelError:
            problem = _error(DIED, "this cell ended the Python process")
        except CellTimeoutError:
            problem = _error(HUNG, f"this cell ran for more than {self.timeout} seconds")
        cell.outputs = [*cell.get("outputs", []), problem]
        self._fatal.add(index)
        self._begin_again(index)
        return cell, resources

    def _begin_again(self, index: int) -> None:
        """A new kernel in the state it had before the cell at `index`."""
        self._cleanup_kernel()
        self.km = self.create_kernel_manager()
        self.start_new_kernel()
        self.start_new_kernel_client()
        for earlier, cell in enumerate(self.nb.cells[:index]):
            if earlier not in self._fatal and not _is_check(cell):
                stored = copy.deepcopy(cell)
                self.execute_cell(copy.deepcopy(cell), earlier, store_history=True)
                self.nb.cells[earlier] = stored

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> Any:
        """Keep an output, unless the cell has printed enough."""
        if msg["msg_type"] not in {
            "stream",
            "display_data",
            "execute_result",
            "update_display_data",
            "error",
        }:
            return super().process_message(msg, cell, cell_index)
        before = self._printed.get(cell_index, 0)
        self._printed[cell_index] = before + len(repr(msg["content"]))
        if self._printed[cell_index] <= self.largest_output:
            return super().process_message(msg, cell, cell_index)
        if msg["msg_type"] == "error":  # without it the cell would count as passed
            cell.outputs.append(_error(msg["content"]["ename"], msg["content"]["evalue"][:LONGEST_MESSAGE]))
        elif before <= self.largest_output:
            text = f"… the rest is not kept: more than {self.largest_output} characters of output\n"
            cell.outputs.append(new_output("stream", name="stderr", text=text))
        return None


def _is_check(cell: NotebookNode) -> bool:
    mark = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and bool(mark.get("grade")) and not mark.get("solution")


def _error(name: str, value: str) -> NotebookNode:
    return new_output("error", ename=name, evalue=value, traceback=[f"{name}: {value}"])
