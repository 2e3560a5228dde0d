import matplotlib.pyplot as plt
import numpy as np
import pytest

from dnacourse import plots


def test_ranking_curves_of_infinite_scores_are_those_of_their_ranks():
    truth, score = np.array([0, 1, 0, 1, 1]), np.array([-np.inf, 1e17, np.inf, np.inf, 3])
    for kind in ("roc", "precision-recall"):
        _, axes = plt.subplots(1, 2)
        for ax, one in zip(axes, (score, [0, 2, 3, 3, 1]), strict=True):
            plots.ranking_curve(ax, truth, one, "x", "black", kind, resamples=3)
        assert np.array_equal(axes[0].lines[0].get_ydata(), axes[1].lines[0].get_ydata())
    for wrong in ([1, 1], [[0, 1], [1, 0]]):
        with pytest.raises(ValueError, match="a curve is of one task"):
            plots.ranking_curve(axes[0], wrong, np.array(wrong) * 0.5, "x", "black")
    plt.close("all")
