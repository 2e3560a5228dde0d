import pytest

from dnacourse import scale


def test_the_laptop_is_the_default(monkeypatch):
    monkeypatch.delenv(scale.VARIABLE, raising=False)
    assert scale.current() == "laptop"
    assert scale.choose(ci=1, laptop=2, gpu=3) == 2


@pytest.mark.parametrize(("name", "chosen"), [("ci", 1), ("laptop", 2), ("gpu", 3)])
def test_the_variable_chooses(monkeypatch, name, chosen):
    monkeypatch.setenv(scale.VARIABLE, name)
    assert scale.choose(ci=1, laptop=2, gpu=3) == chosen
    assert scale.choose(ci=1, laptop=2) == min(chosen, 2)


def test_a_papermill_parameter_wins_over_the_variable(monkeypatch):
    monkeypatch.setenv(scale.VARIABLE, "ci")
    assert scale.use(None) == "ci"
    assert scale.use("gpu") == "gpu" == scale.current()


def test_a_wrong_scale_is_named(monkeypatch):
    monkeypatch.setenv(scale.VARIABLE, "huge")
    with pytest.raises(ValueError, match="'huge'; it must be one of ci, laptop, gpu"):
        scale.current()
    with pytest.raises(ValueError, match="no scale 'tiny'"):
        scale.use("tiny")
