"""What the checks of all labs share: calling a learner's function, comparing, and saying what went wrong."""

from dnacourse.labs.checking.by_hand import written_by_hand
from dnacourse.labs.checking.calling import Answer, CheckFailed, call, check, passed
from dnacourse.labs.checking.comparing import in_the_form_of, plain, same
from dnacourse.labs.checking.describing import describe
from dnacourse.labs.checking.steps import CountedText, Steps
from dnacourse.labs.checking.tables import Table, TableToFillIn

__all__ = [
    "Answer", "CheckFailed", "CountedText", "Steps", "Table", "TableToFillIn",
    "call", "check", "describe", "in_the_form_of", "passed", "plain", "same", "written_by_hand",
]  # fmt: skip
