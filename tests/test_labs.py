"""Each check of each lab passes the right answer, fails the stub, and names the mistakes it knows."""

import re
from pathlib import Path

import pytest
from lab_answers import ANSWERS

from dnacourse.labs.checking import CheckFailed

MISTAKES = [(check, wrong, said) for check, (_, known) in ANSWERS.items() for wrong, said in known.items()]


def named(value):
    return f"{value.__module__.split('.')[2]}-{value.__name__}" if hasattr(value, "__name__") else ""


def test_every_check_of_a_function_is_here():
    written = {
        f"{path.parent.name}.{name}"
        for path in Path("dnacourse/labs").glob("lab*/*.py")
        for name in re.findall(r"^def (check_\w+)\(function", path.read_text(), re.MULTILINE)
    }
    assert written == {named(check).replace("-", ".") for check in ANSWERS}


@pytest.mark.parametrize("check", ANSWERS, ids=named)
def test_the_right_answer_passes(check, capsys):
    check(ANSWERS[check][0])
    assert capsys.readouterr().out.startswith("✓ Exercise")


@pytest.mark.parametrize("check", ANSWERS, ids=named)
def test_the_stub_is_told_to_be_written(check):
    def stub(*arguments):
        raise NotImplementedError

    with pytest.raises(CheckFailed, match="`stub` is not written yet"):
        check(stub)


@pytest.mark.parametrize(("check", "wrong", "said"), MISTAKES, ids=named)
def test_each_mistake_is_named(check, wrong, said):
    with pytest.raises(CheckFailed) as failure:
        check(wrong)
    assert str(failure.value).startswith(said)
