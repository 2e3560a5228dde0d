import pytest
from IPython.core.interactiveshell import InteractiveShell

from dnacourse import needs


@pytest.fixture
def shell(monkeypatch):
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)  # IPython warns if another environment is active
    shell = InteractiveShell()
    needs.load_ipython_extension(shell)
    return shell


def test_a_cell_runs_where_its_module_is_there(shell):
    shell.run_cell_magic("needs", "json", "value = 6 * 7\n")
    assert shell.user_ns["value"] == 42


def test_a_cell_is_skipped_with_the_reason_where_it_is_not(shell, capsys):
    shell.run_cell_magic("needs", "json no_such_module", "value = 1 / 0\n")
    assert "needs no_such_module, which is not installed here, so it is skipped" in capsys.readouterr().out
    assert "value" not in shell.user_ns


def test_an_error_in_the_cell_is_still_an_error(shell):
    with pytest.raises(ZeroDivisionError):
        shell.run_cell_magic("needs", "json", "1 / 0\n")


def test_the_remedy_for_tensorflow_is_given(shell, capsys, monkeypatch):
    monkeypatch.setattr(needs, "missing", lambda modules: modules)
    shell.run_cell_magic("needs", "tensorflow", "pass\n")
    assert "pip install tensorflow" in capsys.readouterr().out
