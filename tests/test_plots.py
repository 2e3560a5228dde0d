import base64
import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from dnacourse import orfs, plots
from dnacourse.datasets import load
from dnacourse.plots import figure, palette


@pytest.fixture
def shown(monkeypatch):
    calls = []
    monkeypatch.setattr(figure, "display", lambda data, **options: calls.append((data, options)))
    return calls


def test_the_letters_have_the_published_colours():
    assert {letter: plots.LETTER_COLOURS[letter] for letter in "ACGT"} == {
        "A": "#009E73",
        "C": "#0072B2",
        "G": "#E69F00",
        "T": "#D55E00",
    }
    assert plots.colours("acguNR") == [palette.LETTER_COLOURS[x] for x in "ACGTNN"]


def test_show_carries_the_alternative_text_for_every_kind_of_viewer(shown):
    fig, ax = plt.subplots()
    ax.plot([0, 1])
    plots.show(ax, alt='A rising line, "one" long & thin')
    data, options = shown[0]
    assert 'alt="A rising line, &quot;one&quot; long &amp; thin"' in data["text/html"]
    assert options["metadata"]["alt"] == data["text/plain"] == 'A rising line, "one" long & thin'
    assert Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).size == tuple(
        fig.get_size_inches() * 100
    )
    assert not plt.fignum_exists(fig.number)


def test_show_refuses_a_figure_without_a_description(shown):
    with pytest.raises(ValueError, match="in a sentence"):
        plots.show(plt.figure(), alt="plot")
    assert not shown
    plt.close("all")


def test_the_same_figure_gives_the_same_bytes():
    def draw():
        fig, ax = plt.subplots()
        plots.six_frames(ax, load("lambda").tokens[:900])
        png = figure._png(fig)
        plt.close(fig)
        return png

    assert draw() == draw()


def test_six_frames_draws_a_tick_for_every_stop_and_a_bar_for_every_orf():
    tokens = load("lambda").tokens[:3000]
    found = orfs.find_orfs(tokens, min_length=150)
    _, ax = plt.subplots()
    assert plots.six_frames(ax, tokens, found) is ax
    ticks = sum(len(lines.get_segments()) for lines in ax.collections)
    assert ticks == sum(map(len, orfs.codon_positions(tokens, ("TAA", "TAG", "TGA")).values()))
    bars = {
        (bar.get_x(), bar.get_x() + bar.get_width(), bar.get_y() + bar.get_height() / 2) for bar in ax.patches
    }
    expected = {(r.start, r.end, r.frame if r.strand == "+" else 3 + r.frame) for r in found.itertuples()}
    assert bars == expected
    plt.close("all")


def test_letter_tiles_and_codon_strip_write_what_they_are_given():
    _, ax = plt.subplots()
    plots.letter_tiles(ax, ["ACGT", "TG"], ["top", "bottom"])
    assert [text.get_text() for text in ax.texts] == list("ACGTTG")
    _, ax = plt.subplots()
    plots.codon_strip(ax, "CATGTAAC", frame=1)
    assert [text.get_text() for text in ax.texts] == [*"CATGTAAC", "M", "*"]
    plt.close("all")


def test_tracks_share_one_axis_and_carry_the_landmarks():
    fig = plots.tracks(
        np.arange(5), {"a": np.zeros(5), "b": np.ones(5)}, {"here": 2.0}, xlabel="position (kb)"
    )
    assert [ax.get_ylabel() for ax in fig.axes] == ["a", "b"]
    assert fig.axes[0].texts[0].get_text() == "here" and fig.axes[1].get_xlabel() == "position (kb)"
    assert all(len(ax.lines) == 2 for ax in fig.axes)
    plt.close("all")
