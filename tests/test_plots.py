import io
import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import torch
from matplotlib.colors import to_hex
from PIL import Image
from sklearn import metrics as sk
from torch import nn

from dnacourse import metrics, orfs, plots
from dnacourse.datasets import load
from dnacourse.models.deepbind import DeepBind
from dnacourse.models.deepsea import DeepSEA
from dnacourse.plots import figure, palette
from dnacourse.sequence import decode, encode, one_hot
from tools.pictures import png


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


def test_show_carries_the_alternative_text_and_stores_the_picture_once(shown):
    fig, ax = plt.subplots()
    ax.plot([0, 1])
    plots.show(ax, alt='A rising line, "one" long & thin')
    data, options = shown[0]
    assert set(data) == {"text/html", "text/plain"} and data["text/html"].count("base64,") == 1
    assert 'alt="A rising line, &quot;one&quot; long &amp; thin"' in data["text/html"]
    assert options["metadata"]["alt"] == data["text/plain"] == 'A rising line, "one" long & thin'
    assert Image.open(io.BytesIO(png(data["text/html"]))).size == tuple(fig.get_size_inches() * 100)
    assert not plt.fignum_exists(fig.number)


def test_show_refuses_a_figure_without_a_description(shown):
    with pytest.raises(ValueError, match="in a sentence"):
        plots.show(plt.figure(), alt="plot")
    with pytest.raises(ValueError, match="in a sentence"):
        plots.show(plt.figure(), alt="   nineteen letters    ")
    assert not shown
    plt.close("all")


def test_show_takes_any_part_of_a_figure(shown):
    whole = plt.figure()
    part = whole.subfigures(1, 2)[0]
    ax = part.subplots()
    ax.plot([0, 1])
    for piece in (whole, part, ax):
        plots.show(piece, alt="One line in the left half of the figure")
    assert len({data["text/html"] for data, _ in shown}) == 1


def test_the_same_figure_gives_the_same_bytes():
    def draw():
        fig, ax = plt.subplots()
        plots.six_frames(ax, load("lambda").tokens[:900])
        png = figure._png(fig)
        plt.close(fig)
        return png

    assert draw() == draw()


@pytest.mark.parametrize("offset", [0, 500])
def test_six_frames_puts_every_stop_and_every_orf_in_its_row(offset):
    tokens = load("lambda").tokens[:3001]  # 3001: the frames of the two strands do not coincide
    found = orfs.find_orfs(tokens, min_length=150)
    _, ax = plt.subplots()
    assert plots.six_frames(ax, tokens, found, offset) is ax
    ticks = {row: set() for row in range(6)}
    for lines in ax.collections:
        for (x, low), (_, high) in lines.get_segments():
            ticks[round((low + high) / 2)].add(x - offset)
    letters = decode(tokens)
    for strand, text in (
        ("+", letters),
        ("-", decode(tokens[::-1]).translate(str.maketrans("ACGT", "TGCA"))),
    ):
        for frame in range(3):
            at = {i for i in range(frame, len(text) - 2, 3) if text[i : i + 3] in ("TAA", "TAG", "TGA")}
            on_plus = at if strand == "+" else {len(text) - 3 - i for i in at}
            assert ticks[frame + 3 * (strand == "-")] == on_plus
    bars = {
        (bar.get_x(), bar.get_x() + bar.get_width(), bar.get_y() + bar.get_height() / 2) for bar in ax.patches
    }
    expected = {
        (offset + row.start, offset + row.end, row.frame if row.strand == "+" else 3 + row.frame)
        for row in found.itertuples()
    }
    assert bars == expected and len({y > 2.5 for _, _, y in bars}) == 2
    assert ax.get_xlim() == (offset, offset + 3001)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["+0", "+1", "+2", "−0", "−1", "−2"]
    plt.close("all")


def test_six_frames_marks_starts_when_asked():
    _, ax = plt.subplots()
    plots.six_frames(ax, encode("CATGAA"), starts=True)
    drawn = {tuple(map(tuple, segment)) for lines in ax.collections for segment in lines.get_segments()}
    assert ((1, 1 - 0.32), (1, 1)) in drawn and ((0, 3 - 0.32), (0, 3)) in drawn
    plt.close("all")


def test_letter_tiles_and_codon_strip_colour_what_they_write():
    _, ax = plt.subplots()
    plots.letter_tiles(ax, ["ACGT", "TG"], ["top", "bottom"])
    assert [text.get_text() for text in ax.texts] == list("ACGTTG")
    faces = [to_hex(tile.get_facecolor()).upper() for tile in ax.patches]
    assert faces == [plots.LETTER_COLOURS[letter] for letter in "ACGTTG"]
    assert [(tile.get_x(), tile.get_y()) for tile in ax.patches][3:5] == [(3, 0), (0, 1)]
    _, ax = plt.subplots()
    plots.codon_strip(ax, "CATGTAACAA", frame=1)
    assert [text.get_text() for text in ax.texts] == [*"CATGTAACAA", "M", "*", "Q"]
    codons = [tile for tile in ax.patches if tile.get_y() == 1]
    assert [tile.get_x() for tile in codons] == [1, 4, 7]
    faces = [to_hex(tile.get_facecolor()).upper() for tile in codons]
    assert faces == [plots.LETTER_COLOURS["A"], palette.BLACK, "#EEEEEE"]
    plt.close("all")


def test_tracks_share_one_axis_and_carry_the_landmarks():
    fig = plots.tracks(
        np.arange(5), {"a": np.zeros(5), "b": np.ones(5)}, {"here": 2.0}, xlabel="position (kb)"
    )
    assert [ax.get_ylabel() for ax in fig.axes] == ["a", "b"]
    assert fig.axes[0].texts[0].get_text() == "here" and fig.axes[1].get_xlabel() == "position (kb)"
    assert all(len(ax.lines) == 2 for ax in fig.axes)
    assert all(list(ax.lines[1].get_xdata()) == [2.0, 2.0] for ax in fig.axes)
    assert fig.axes[0].texts[0].xy[0] == 2.0 and list(fig.axes[1].lines[0].get_ydata()) == [1] * 5
    plt.close("all")


def test_letter_barcode_gives_each_token_its_colour():
    _, ax = plt.subplots()
    plots.letter_barcode(ax, np.array([[0, 1, 2], [3, 4, 5]], np.uint8), first=10)
    image = ax.images[0]
    shown = [to_hex(image.cmap(image.norm(token))).upper() for token in range(6)]
    assert shown == [plots.LETTER_COLOURS[letter] for letter in "ACGTN-"]
    assert ax.get_xlim() == (10, 13) and ax.get_ylim() == (2, 0)
    plt.close("all")


def test_plane_barcode_is_the_one_hot_array():
    _, ax = plt.subplots()
    planes = one_hot(encode("ACGTN"))
    plots.plane_barcode(ax, planes)
    assert np.array_equal(ax.images[0].get_array(), planes)
    assert [label.get_text() for label in ax.get_yticklabels()] == list("ACGT")
    assert to_hex(ax.images[0].cmap(ax.images[0].norm(1))) == "#000000"
    plt.close("all")


def test_label_barcode_has_a_row_a_task():
    _, (ax, other) = plt.subplots(1, 2)
    labels = np.array([[1, 0], [0, 0], [1, 1]])
    plots.label_barcode(ax, labels, ["CTCF", "GAF"])
    assert np.array_equal(ax.images[0].get_array(), labels.T)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["CTCF", "GAF"]
    plots.label_barcode(other, labels - 0.5, ["CTCF", "GAF"], signed=True)
    assert other.images[0].get_clim() == (-1, 1) and ax.images[0].get_clim() == (0, 1)
    plt.close("all")


def test_a_logo_is_as_high_as_its_information():
    matrix = np.array([[1, 0.25], [0, 0.25], [0, 0.25], [0, 0.25]])
    _, (ax, other) = plt.subplots(1, 2)
    assert plots.logo(ax, matrix) is ax
    tops = [patch.get_extents().transformed(ax.transData.inverted()).y1 for patch in ax.patches]
    assert max(tops) == pytest.approx(2, abs=0.05)
    assert plots.LETTER_COLOURS["A"] in {to_hex(patch.get_facecolor()).upper() for patch in ax.patches}
    plots.logo(other, np.array([[1.5], [-0.5], [0], [0]]), heights=True)
    assert other.get_ylim()[0] < 0 < other.get_ylim()[1]
    plt.close("all")


def test_ranking_curves_are_scikit_learns_within_their_bands():
    rng = np.random.default_rng(0)
    true = rng.integers(0, 2, 300)
    score = true + rng.normal(0, 1, 300)
    for kind, sharing in (("roc", sk.roc_curve), ("precision-recall", sk.precision_recall_curve)):
        _, ax = plt.subplots()
        plots.ranking_curve(ax, true, score, "model", "#0072B2", kind=kind)
        line = ax.lines[0]
        x, y = (sharing(true, score)[i] for i in ((0, 1) if kind == "roc" else (1, 0)))
        order = np.argsort(x, kind="stable")
        assert np.allclose(
            line.get_ydata()[20:180], np.interp(line.get_xdata()[20:180], x[order], y[order]), atol=0.05
        )
        vertices = ax.collections[0].get_paths()[0].vertices
        middle = vertices[np.isclose(vertices[:, 0], 0.5)][:, 1]
        assert middle.min() < line.get_ydata()[100] < middle.max()
    plt.close("all")


def test_calibration_curve_and_band():
    _, ax = plt.subplots()
    table = metrics.calibration([0, 1, 1, 1], [0.1, 0.1, 0.9, 0.9])
    plots.calibration_curve(ax, table, "model", "#0072B2")
    assert ax.lines[1].get_xydata().tolist() == [[0.1, 0.5], [0.9, 1.0]]
    _, ax = plt.subplots()
    plots.band(ax, [0, 1], [1, 2], [0.5, 1.5], [1.5, 2.5], "growth", "#0072B2")
    assert ax.texts[0].get_text() == "growth" and ax.texts[0].xy == (1, 2)
    assert ax.collections[0].get_paths()[0].vertices[:, 1].min() == 0.5
    plt.close("all")


def test_the_ladder_shows_value_interval_and_chance():
    _, ax = plt.subplots()
    rungs = {"GC": metrics.Interval(0.6, 0.55, 0.65), "k-mers": metrics.Interval(0.8, 0.78, 0.82)}
    plots.ladder(ax, rungs, "AUROC", chance=0.5)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["GC", "k-mers"]
    drawn = [line.get_xydata().tolist() for line in ax.lines]
    assert [[0.55, 0], [0.65, 0]] in drawn and [[0.8, 1]] in drawn and ax.lines[0].get_xdata()[0] == 0.5
    assert {"0.600", "0.800", "chance"} <= {text.get_text() for text in ax.texts}
    plt.close("all")


def test_a_table_becomes_a_pdf_of_as_many_pages_as_it_needs(tmp_path):
    table = pd.DataFrame({"cell": ["K562"] * 91, "probability": np.linspace(1, 0, 91)})
    path = tmp_path / "new folder" / "table.pdf"
    assert plots.table_pdf(table, path, "Predictions") == 3
    content = path.read_bytes()
    assert content.startswith(b"%PDF") and len(re.findall(rb"/Type /Page\b", content)) == 3
    assert b"Predictions" in content and [p.name for p in path.parent.iterdir()] == ["table.pdf"]
    plots.table_pdf(table, path, "Predictions")
    assert path.read_bytes() == content, "the same table gives the same file"
    with pytest.raises(ValueError, match="no rows"):
        plots.table_pdf(table.iloc[:0], path, "Predictions")
    assert plt.get_fignums() == []


def test_a_networks_steps_are_what_its_layers_got_and_gave():
    assert plots.network_steps(DeepBind(hidden=32, dropout=0.5), torch.zeros(3, 4, 101)) == [
        ("Conv1d 4 → 16, width 24", (4, 147), (16, 124), 16 * 4 * 24 + 16, 2),
        ("Dropout 0.5", (16,), (16,), 0, 2),
        ("Linear 16 → 32 · ReLU", (16,), (32,), 16 * 32 + 32, 2),
        ("Linear 32 → 1", (32,), (1,), 33, 2),
    ]
    steps = plots.network_steps(DeepSEA(), torch.zeros(1, 4, 1000))
    assert [one.gives for one in steps[:3]] == [(320, 993), (320, 248), (480, 241)]
    assert steps[5] == ("Flatten", (960, 53), (50880,), 0, 1)
    assert sum(one.parameters for one in steps) == 52_843_119


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.letters, self.gru = nn.Embedding(6, 3), nn.GRU(3, 5, batch_first=True)
        self.attention = nn.MultiheadAttention(5, 1, batch_first=True)
        self.norm = nn.BatchNorm1d(5).eval()  # frozen: in evaluation while the rest is trained
        self.verdict = nn.Linear(5, 2)

    def forward(self, X):
        answers, _ = self.gru(self.letters(X["tokens"]))
        return self.verdict(self.norm(self.attention(answers, answers, answers)[0].amax(1)))


def test_layers_that_give_several_things_are_drawn_and_the_model_is_left_as_it_was():
    model = Recurrent()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    steps = plots.network_steps(model, {"tokens": torch.zeros(2, 7, dtype=torch.long)})
    assert [one.text for one in steps] == [
        "Embedding 6 → 3", "GRU 3 → 5", "MultiheadAttention", "BatchNorm1d", "Linear 5 → 2",
    ]  # fmt: skip
    assert steps[1][1:4] == ((7, 3), (7, 5), 3 * 5 * 3 + 3 * 5 * 5 + 2 * 15)
    assert sum(one.parameters for one in steps) == sum(one.numel() for one in model.parameters())
    assert model.training and not model.norm.training and model.gru.training
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert not any(module._forward_hooks for module in model.modules())


def test_a_network_is_drawn_with_shapes_between_boxes_and_bars_of_parameters():
    _, ax = plt.subplots()
    assert plots.network(ax, DeepBind(), torch.zeros(1, 4, 101)) is ax
    texts = [one.get_text() for one in ax.texts]
    for text in ("↓ 4 × 101", "↓ 16 × 124  ⇢  16", "↓ 1", "parameters, 1,569 in all", "1,552", "17"):
        assert text in texts
    assert "Conv1d 4 → 16, width 24   (asked twice)" in texts
    bars = [one for one in ax.patches if one.get_height() and one.get_x() > 0.6]
    assert bars[0].get_width() / bars[1].get_width() == pytest.approx(1552 / 17)
    plots.network(ax, nn.Flatten(), torch.zeros(1, 4, 5))  # nothing to train
    plt.close("all")


def test_a_model_without_layers_cannot_be_drawn():
    class Sum(nn.Module):
        def __init__(self):
            super().__init__()
            self.unused = nn.Linear(2, 2)

        def forward(self, X):
            return X.sum()

    with pytest.raises(ValueError, match="Sum calls no layer"):
        plots.network_steps(Sum(), torch.zeros(1, 4))
