# %% [markdown] readme="three tasks and the ladder of cheap rivals; AUROC, AUPRC, calibration, thresholds; a data set in which position alone reaches 0.80"
# # 3 · The k-mer baseline
#
# **The question.** Soon a neural network will report 0.84 on one of these tasks. Should you be impressed? What do the cheap models reach on the same data, and what does such a number
# hide?
#
# **Afterwards you can**
# 1. train logistic regression on the 1,364 k-mer counts, choose its one setting on validation data, and use the test set once;
# 2. build the ladder of rivals for a task: chance, GC content, position, one motif, k-mers;
# 3. say what accuracy, F1, AUROC, AUPRC and calibration measure, and which of them an imbalance of classes fools;
# 4. choose a threshold, and show what a wrong one does to a comparison;
# 5. find a confounder, and read a model's weights without reading too much into them.
#
# **Before you start.** [Lecture 2](02_sequences_as_numbers.ipynb): k-mers, splits, AUROC, logistic regression.
#
# **Time.** {{minutes}}
#
# **Data.**
# {{data}}

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from dnacourse import kmers, metrics, motifs, orfs, plots, results, scale, sequence
from dnacourse.datasets import load

plots.use_style()
pum2 = load("pum2")
words = np.lib.stride_tricks.sliding_window_view(pum2.tokens[rows := pum2.split.train], 4, axis=1)
is_tgta = (words == sequence.encode("TGTA")).all(axis=-1)  # (17713, 98)
fig, ax = plt.subplots(figsize=(8, 3))
for label, colour in ((1, "C0"), (0, "C1")):
    ax.plot(is_tgta[pum2.labels[rows] == label].mean(axis=0), color=colour)
for height, text, colour in ((0.025, "PUM2 binds here", "C0"), (0.002, "the same genes, elsewhere", "C1")):
    ax.text(46, height, text, color=colour)
ax.set(xlabel="position (letters)", ylabel="share of pieces\nwith TGTA here", ylim=(0, None))
plots.show(fig, alt="Share of RNA pieces with TGTA here: bound ones rise to 3 % near 32, others stay at 0.5")

# %% [markdown]
# A protein called Pumilio 2 (PUM2) holds on to messenger RNA and decides how long it lives. The blue line is the pieces of RNA that it was found on, the other line four times as many pieces of the same genes that it was not found on, all of them for training. One short word,
# TGTA, is more frequent in the bound pieces everywhere, and about five times as frequent around position 32, since the pieces were laid out around the site. (RNA has U; the files write T.)
#
# So counting words should tell bound from unbound. How well, and how would you know that it is well?

# %% [markdown]
# ## Where such labels come from
#
# The labels in this course are measurements, and each kind has its habits. **CLIP** shines ultraviolet light on cells, which welds a protein to the RNA that it touches; the protein is pulled out with an antibody, and the RNA that comes along is read. **ChIP-seq** does
# the same for proteins on DNA, with formaldehyde for the light. Either way the result is a pile of short reads, and a program calls a site where the pile is high enough. A **peak** is therefore a place where many cells had the protein *nearby*, to within a hundred letters or
# so. It is not a letter, and the absence of a peak is not proof of absence: genes that are hardly read show no peaks.
#
# And someone has to choose the pieces that are *not* bound. Lecture 2 showed what that choice can do. Here they were taken from elsewhere in the same genes. Remember that.

# %% [markdown]
# ## Three tasks
#
# 1. **PUM2**: bound or not, 101 letters of RNA, split by chromosome as its authors gave it.
# 2. **Coding or not**: 100 letters from inside a gene of *E. coli*, or from between genes, on either strand by the toss of a coin. The first three fifths of the chromosome train, the next fifth validates, the last tests.
# 3. **Fly promoters**: the 250 letters right before a start of transcription, or the 250 letters that begin 2,000 before it, at the same gene. Many genes have several starts close together, so of starts within 500 letters, on either strand, only one is taken, and a far piece is left out where another promoter may reach into it. Split by chromosome arm.
#
# Making the second and third takes a cell each.

# %% tags=["nbval-check-output"]
LENGTH = 100
ecoli = load("ecoli")
in_cds, in_any = np.zeros(len(ecoli.tokens), bool), np.zeros(len(ecoli.tokens), bool)
for table, marks in ((ecoli.genes, (in_cds, in_any)), (ecoli.rna_genes, (in_any,))):
    for start, end in table[["start", "end"]].to_numpy():
        for mark in marks:
            mark[start:end] = True

starts = np.arange(0, len(ecoli.tokens) - LENGTH, LENGTH)
inside = np.array([start for start in starts if in_cds[start : start + LENGTH].all()])
changes = np.diff(np.concatenate([[True], in_any, [True]]).astype(int))  # -1: a gap begins, 1: it ends
edges = np.flatnonzero(changes).reshape(-1, 2)
between = np.array([start for a, b in edges for start in range(a, b - LENGTH + 1, LENGTH)])

rng = np.random.default_rng(0)
inside = rng.choice(inside, len(between), replace=False)
print(f"{len(between):,} windows between genes, as many inside genes")

# %%
def coding_task():
    """Tokens, labels and the rows of the three parts; and the stretch that each window lies in."""
    places = np.concatenate([inside, between])
    tokens = np.stack([ecoli.tokens[place : place + LENGTH] for place in places])
    turned = rng.random(len(tokens)) < 0.5
    tokens[turned] = sequence.reverse_complement(tokens[turned])
    labels = np.repeat([1, 0], [len(inside), len(between)])
    part = np.digitize(places / len(ecoli.tokens), [0.6, 0.8])  # 0 train, 1 validation, 2 test
    return (tokens, labels, [np.flatnonzero(part == number) for number in range(3)]), places // 20_000

# %%
def starts_apart(table, length):
    """Which starts to take, and whose far piece no promoter can reach; boolean arrays."""
    forward = (table["strand"] == "+").to_numpy()
    start = np.where(forward, table["end"], table["start"])
    far = np.where(forward, table["start"], table["end"] - length)  # its first letter
    taken, clean = np.zeros(len(table), bool), np.zeros(len(table), bool)
    for arm in table["chromosome"].unique():
        rows = np.flatnonzero(table["chromosome"] == arm)
        every = np.sort(start[rows])
        before, behind = far[rows] - length, far[rows] + 2 * length
        clean[rows] = np.searchsorted(every, before) == np.searchsorted(every, behind, side="right")
        last = -np.inf
        for row in rows[start[rows].argsort(kind="stable")]:
            if start[row] - last >= 2 * length:  # then no two pieces overlap, whatever their strands
                taken[row], last = True, start[row]
    return taken, clean, start

# %%
def promoter_task(length=250):
    """The same for fly promoters; no piece has an N."""
    fly = load("fly_promoters")
    taken, clean, start = starts_apart(fly.table, length)
    tokens = np.concatenate([fly.tokens[:, -length:], fly.tokens[:, :length]])
    use = np.concatenate([taken, taken & clean]) & (tokens.max(axis=1) < 4)
    part = np.tile(fly.split.part_of_rows(), 2)[use]
    labels = np.repeat([1, 0], len(taken))[use]
    parts = [np.flatnonzero(part == name) for name in ("train", "validation", "test")]
    return (tokens[use], labels, parts), np.tile(start // 100_000, 2)[use]

# %% tags=["nbval-check-output"]
split = pum2.split
fly_task, fly_stretch = promoter_task()
ecoli_task, ecoli_stretch = coding_task()
tasks = {"coding or not": ecoli_task, "fly promoters": fly_task,
         "PUM2": (pum2.tokens, pum2.labels, [split.train, split.validation, split.test])}
for name, (tokens, labels, parts) in tasks.items():
    print(f"{name:14} {tokens.shape}, {labels.mean():.0%} positive, parts {[len(part) for part in parts]}")

# %% [markdown]
# ## The model, by hand
#
# Logistic regression multiplies each of the 1,364 counts by a weight, adds a constant, and sends the sum *z* through 1 / (1 + e⁻ᶻ), which lies between 0 and 1. That is all a trained model *is*; scikit-learn finds the weights.
#
# In the code, `StandardScaler(with_std=False)` takes the mean off each column and leaves its spread: a word that hardly varies should not be blown up to weigh as much as the others. `decision_function` gives *z*, which ranks as the probability does.

# %%
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def train(C, features, labels):
    """Logistic regression on centred features; small C keeps the weights small."""
    model = make_pipeline(StandardScaler(with_std=False), LogisticRegression(C=C, max_iter=1000))
    return model.fit(features, labels)

# %%
coli_tokens, coli_labels, (fit_rows, val_rows, test_rows) = tasks["coding or not"]
coli_counts = kmers.count_kmers(coli_tokens).astype(np.float32)
model = train(0.003, coli_counts[fit_rows], coli_labels[fit_rows])

centre, weights, constant = model[0].mean_, model[1].coef_[0], model[1].intercept_[0]
z = (coli_counts[val_rows] - centre) @ weights + constant
by_hand = 1 / (1 + np.exp(-z))
assert np.allclose(by_hand, model.predict_proba(coli_counts[val_rows])[:, 1], atol=1e-4)
print(coli_counts.shape, "counts;", len(weights), "weights")

# %% [markdown]
# The model has one setting, C: how large the weights may grow. With 1,364 weights and some 4,000 windows a large C lets it learn much of the training set by heart.
#
# **Predict, then run.** Raise C step by step. What happens to the AUROC on the training windows, and what to that on the validation windows?

# %%
def search(features, labels, parts, settings):
    """AUROC on training and validation data for each C."""
    rows = []
    for C in settings:
        scores = train(C, features[parts[0]], labels[parts[0]]).decision_function(features)
        rows.append((C, *(metrics.auroc(labels[part], scores[part]) for part in parts[:2])))
    return pd.DataFrame(rows, columns=["C", "training", "validation"]).set_index("C")

# %%
settings = scale.choose(ci=[1e-4, 1e-2, 1.0], laptop=[1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 1.0])
curve = search(coli_counts, coli_labels, tasks["coding or not"][2], settings)
fig, ax = plt.subplots(figsize=(8, 3))
for column, colour in (("training", "C1"), ("validation", "C0")):
    ax.plot(curve.index, curve[column], "o-", color=colour)
    ax.annotate(column, (curve.index[-1], curve[column].iloc[-1]), (8, 0), color=colour, va="center",
                textcoords="offset points", annotation_clip=False)
ax.set(xscale="log", xlabel="C: how large the weights may grow", ylabel="AUROC")
plots.show(fig, alt=(
    "AUROC against C. On training data it climbs without end towards 1. On validation data it "
    "rises to between 0.95 and 0.96 for C from 0.001 to 0.03, and falls again behind."
))

# %% [markdown]
# <details><summary>Your prediction, and what came out</summary>
#
# On training data it only rises. On validation data it rises, stops, and falls: from there on the model learns the windows and no longer what windows have in common. This is **overfitting**. The C to take is the one at the top of the *validation* curve.
#
# (Where the weights are held small, validation lies a little *above* training. That is no mistake: this stretch of the chromosome happens to be easier than the first three fifths, and the last fifth, the test, will turn out to be harder.)
#
# Why not look at the test set as well? Because then it would help to choose, and the number it gives would be that of the luckiest setting. It is looked at once, at the end.
# </details>

# %%
if scale.current() != "ci":
    assert curve["training"].is_monotonic_increasing and curve["validation"].idxmax() not in (1e-5, 1.0)
    assert curve["validation"].iloc[-1] < curve["validation"].max() - 0.01

# %% [markdown]
# ## The first ladder
#
# Rivals for task 2, from the cheapest. GC content is one number: genes of *E. coli* have more G and C than what lies between them. Then stops: a window inside a gene has one frame, of six, without a stop (lecture 1), and the smallest count among the six frames
# should be 0. Then k-mers, and both together.

# %%
def fewest_stops(window):
    """The number of stop codons in the frame that has fewest."""
    return min(map(len, orfs.codon_positions(window, ("TAA", "TAG", "TGA")).values()))

gc = np.isin(coli_tokens, (1, 2)).mean(axis=1)[:, None]
stops = np.array([[fewest_stops(window)] for window in coli_tokens])
features = {"GC content": gc, "fewest stops of six frames": stops, "k-mers": coli_counts,
            "k-mers and stops": np.hstack([coli_counts, 10 * stops])}  # times 10: a small C curbs it less

def test_once(features, labels, parts, settings):
    """Choose C on validation data, then score the test rows, once."""
    best = search(features, labels, parts, settings)["validation"].idxmax()
    return train(best, features[parts[0]], labels[parts[0]]).predict_proba(features[parts[2]])[:, 1]

few = scale.choose(ci=[3e-3], laptop=[1e-3, 3e-3, 1e-2, 3e-2])
coli_parts = tasks["coding or not"][2]
coding = {name: test_once(table, coli_labels, coli_parts, few) for name, table in features.items()}

# %% [markdown]
# **Predict, then run.** Put the four in order, and write down a number for GC content alone.

# %%
stretch = ecoli_stretch[coli_parts[2]]  # windows of 20,000 letters are drawn together: neighbours are alike
coli_rungs = {name: metrics.interval(metrics.auroc, coli_labels[coli_parts[2]], score, groups=stretch)
         for name, score in coding.items()}
fig, ax = plt.subplots(figsize=(8, 2.8))
plots.ladder(ax, coli_rungs, "AUROC, test windows", chance=0.5)
plots.show(fig, alt=(
    "Four rungs with intervals: GC content 0.83, fewest stops 0.68, k-mers 0.93, k-mers and stops 0.95."
))
results.record("coding_100", coli_rungs, task="Inside a gene of E. coli or between genes, 100 letters",
               data=f"ecoli, {len(coli_parts[2]):,} test windows", split="By position, last fifth",
               metric="AUROC", chance=0.5)

# %% [markdown]
# <details><summary>Your prediction, and what came out</summary>
#
# Stops alone are a weak sign here, 0.68: in 100 letters between genes, too, one of six frames is often free of stops. GC content alone tells five pairs in six. A network that reports 0.84 here need have learned no more than to count G and C. The k-mers have 0.93, and knowing about frames, which no k-mer can know, adds a little. How sure is "a little", when the intervals of the two overlap? They are measured on the same windows, so ask for the interval of the difference:
# </details>

# %%
gain = metrics.interval_of_difference(
    metrics.auroc, coli_labels[coli_parts[2]], coding["k-mers and stops"], coding["k-mers"], groups=stretch)
print(f"k-mers and stops minus k-mers: {gain}")

# %%
if scale.current() != "ci":
    assert abs(coli_rungs["GC content"].value - 0.83) < 0.01
    assert abs(coli_rungs["k-mers"].value - 0.93) < 0.01 and coli_rungs["k-mers and stops"].value > 0.94
    assert coli_rungs["k-mers"].low > coli_rungs["GC content"].high and gain.low > 0

# %% [markdown]
# ## Accuracy, and what it hides
#
# Now PUM2, where one piece in five is bound. Train, choose, and look at the *validation* pieces for a while: the test set stays shut until the ladder at the end.

# %%
tokens, labels, parts = pum2.tokens, pum2.labels, [split.train, split.validation, split.test]
counts = kmers.count_kmers(tokens).astype(np.float32)
best = search(counts, labels, parts, few)["validation"].idxmax()
assert scale.current() == "ci" or min(few) < best < max(few)  # else the list of settings is too short
model = train(best, counts[parts[0]], labels[parts[0]])
p = model.predict_proba(counts[parts[1]])[:, 1]
truth = labels[parts[1]]
called = p >= 0.5
print(f"accuracy of the model {np.mean(called == truth):.3f}, "
      f"of saying 'no' to everything {np.mean(truth == 0):.3f}")

# %% [markdown]
# **Accuracy**, the share of right answers, gives four fifths to a model that never says yes. Where classes are unequal it measures mostly the inequality. Count four things instead of one:

# %%
table = pd.crosstab(pd.Series(truth, name="bound"), pd.Series(called.astype(int), name="called"))
hits, false_calls, missed = table.loc[1, 1], table.loc[0, 1], table.loc[1, 0]
recall, precision = hits / (hits + missed), hits / (hits + false_calls)
f1 = 2 * precision * recall / (precision + recall)
assert np.isclose(f1, metrics.f1(truth, p))
print(table)
print(f"recall {recall:.2f}, precision {precision:.2f}, F1 {f1:.2f}, MCC {metrics.mcc(truth, p):.2f}")

# %% [markdown]
# **Recall** (lecture 1 called it sensitivity) is the share of bound pieces that are called, **precision** the share of calls that are bound. F1 = 2 × precision × recall / (precision + recall) joins them; **MCC**, Matthews' correlation, is the correlation of the calls with the truth, both as 0 and 1; it also counts the right noes, and is 0 for any guess.
#
# All of these depend on 0.5, a threshold that nobody chose. Slide it:

# %%
import ipywidgets


def at_threshold(threshold):
    """What calling everything from this probability upward gives."""
    called = p >= threshold
    hits = (called & (truth == 1)).sum()
    precision = hits / max(called.sum(), 1)
    print(f"{called.sum():,} calls, recall {hits / truth.sum():.2f}, precision {precision:.2f}, "
          f"F1 {metrics.f1(truth, p, threshold):.3f}, accuracy {np.mean(called == truth):.3f}")

slider = ipywidgets.interact(
    at_threshold, threshold=ipywidgets.FloatSlider(value=0.5, min=0.02, max=0.98, step=0.02))

# %% tags=["nbval-check-output"]
chosen = metrics.best_threshold(truth, p)
print(f"the best F1 on validation data is at a threshold below 0.5: {chosen < 0.5}")
print(f"F1 rises from {metrics.f1(truth, p):.2f} to {metrics.f1(truth, p, chosen):.2f}, "
      "on the data that chose it: a flattering figure")

# %% [markdown]
# ## All thresholds at once
#
# Two curves show every threshold. The **ROC** curve: of the positives, how many are called, against how many of the negatives. The area under it is the AUROC. The **precision-recall** curve: how pure the calls are, against how many of the positives they reach. Its area is the **AUPRC**. (The bands are bootstrap intervals, as for the ladders.)
#
# **Predict, then run.** Take the same model, but keep only as many negatives among the validation pieces as there are positives; or keep all negatives and only every tenth positive. Which of the two areas changes?

# %%
chance = np.random.default_rng(0)
positives, negatives = (chance.permutation(np.flatnonzero(truth == side)) for side in (1, 0))
mixtures = {
    "one": np.concatenate([positives, negatives[: len(positives)]]),
    "four, as in the data": np.concatenate([positives, negatives]),
    "forty": np.concatenate([positives[::10], negatives]),
}

# %%
fig, axes = plt.subplots(1, 2, figsize=(8.4, 3.8))
for colour, (name, rows) in zip(("C0", "C1", "C2"), mixtures.items()):
    for ax, kind in zip(axes, ("roc", "precision-recall")):
        plots.ranking_curve(ax, truth[rows], p[rows], name, colour, kind,
                            resamples=scale.choose(20, 100))
axes[0].legend(title="negatives for each positive", loc="lower right")
plots.show(fig, alt=(
    "Left, three ROC curves lie on top of each other. Right, three precision-recall curves far "
    "apart: highest with one negative for each positive, lowest with forty."
))
for name, rows in mixtures.items():
    areas = metrics.auroc(truth[rows], p[rows]), metrics.auprc(truth[rows], p[rows])
    print(f"{name:20} AUROC {areas[0]:.2f}, AUPRC {areas[1]:.2f}")

# %% [markdown]
# <details><summary>Your prediction, and what came out</summary>
#
# AUROC stays near 0.84, for it compares one positive with one negative, and does not care how many negatives wait behind. AUPRC falls from 0.82 to 0.15: among forty times as many negatives, even a small share of wrong calls
# outnumbers the right ones.
#
# Neither is better. Say which world you mean. On a genome real sites are rarer than one in a thousand, so a model with a fine AUROC may still give you mostly wrong calls. Always print AUPRC beside the share of positives, which is what a guess would get.
# </details>

# %%
aurocs = [metrics.auroc(truth[rows], p[rows]) for rows in mixtures.values()]
auprcs = [metrics.auprc(truth[rows], p[rows]) for rows in mixtures.values()]
assert max(aurocs) - min(aurocs) < 0.04 and auprcs[0] - auprcs[2] > 0.35

# %% [markdown]
# ## Do the probabilities mean what they say?
#
# A model is **calibrated** if, of all pieces that it gives 0.3, three in ten are bound. Ranking does not ask for that: double every probability and the AUROC is the same. A popular remedy for imbalance, weighting the rare class up (`class_weight="balanced"`), shows the difference. The **calibration error** is the mean distance between what was predicted and what happened, over ten bins of probability, each weighted by the number of pieces in it; in the picture the area of a dot is that number.

# %%
balanced = make_pipeline(StandardScaler(with_std=False),
                         LogisticRegression(C=best, max_iter=500, class_weight="balanced"))
p_balanced = balanced.fit(counts[parts[0]], labels[parts[0]]).predict_proba(counts[parts[1]])[:, 1]
fig, ax = plt.subplots(figsize=(4.6, 4.2))
ax.text(0.35, 0.66, "as trained", color="C0", ha="right")
ax.text(0.62, 0.3, "balanced", color="C1")
for name, values, colour in (("as trained", p, "C0"), ("balanced", p_balanced, "C1")):
    plots.calibration_curve(ax, metrics.calibration(truth, values), name, colour)
    print(f"{name:11} AUROC {metrics.auroc(truth, values):.3f}, calibration error "
          f"{metrics.calibration_error(truth, values):.3f}")
plots.show(fig, alt=(
    "Observed share against predicted probability. As trained, the dots lie near the diagonal at "
    "both ends and above it in the middle. Balanced, they lie far below it: what is given 0.5 is bound "
    "in one case of four."
))

# %% [markdown]
# The ranking is the same to the third digit or so. As trained, the model is a little too careful in the middle: of the pieces that it gives 0.4 to 0.5, nearly six in ten are bound. The balanced model is far off: it says 0.5 where one piece in four is bound, for it answers for a world in which half of the pieces are. If anyone will act on the probability, do not balance; choose a threshold.

# %%
assert abs(metrics.auroc(truth, p) - metrics.auroc(truth, p_balanced)) < 0.02
assert metrics.calibration_error(truth, p_balanced) > 3 * metrics.calibration_error(truth, p)
if scale.current() != "ci":
    assert metrics.calibration_error(truth, p) < 0.04 and metrics.calibration_error(truth, p_balanced) > 0.14

# %% [markdown]
# ## What a threshold did to a report
#
# A student report on the 919 chromatin labels of lecture 6 (Zhang and Kamath 2016) compared a recurrent network with logistic regression on these same 1,364 counts (all words of one to five letters, as in lecture 2). Mean F1: 0.135 for the network, 0.044 for logistic regression, over the labels with at least 1 % of positives. A factor of three. Both were
# read at a threshold of 0.5.
#
# **Predict, then run.** Eight fly labels with 1 to 3 % of positives, logistic regression on k-mers. What is the F1 at 0.5, and what at a threshold chosen on validation data?

# %%
tracks = load("bushey_tracks")
step = scale.choose(ci=8, laptop=1)
bins = kmers.count_kmers(tracks.tokens, (1, 2, 3, 4)).astype(np.float32)
train_rows, val_rows, test_rows = (tracks.split.train[::step], tracks.split.validation, tracks.split.test)
rows = {}
for column in range(0, 8, scale.choose(ci=4, laptop=1)):
    yes = tracks.labels[:, column]
    trained = [train(C, bins[train_rows], yes[train_rows]).predict_proba(bins)[:, 1] for C in (1e-4, 1e-3)]
    q = max(trained, key=lambda answer: metrics.auroc(yes[val_rows], answer[val_rows]))
    tuned = metrics.best_threshold(yes[val_rows], q[val_rows])
    y, q = yes[test_rows], q[test_rows]
    rows[tracks.tracks[column]] = {
        "positives": y.mean(), "F1 at 0.5": metrics.f1(y, q), "threshold": tuned,
        "F1 there": metrics.f1(y, q, tuned), "AUROC": metrics.auroc(y, q), "AUPRC": metrics.auprc(y, q)}
by_label = pd.DataFrame(rows).T
by_label.round(3)

# %% [markdown]
# <details><summary>Your prediction, and what came out</summary>
#
# At 0.5 almost nothing is called, since hardly a bin is *likelier than not* to be bound, and the F1 is 0 or nearly so for most labels, and 0.13 at best. At thresholds chosen on validation data, 0.02 to 0.23, the same models have up to 0.25. So the report's 0.044 at a threshold of 0.5 (Zhang and Kamath 2016) says next to nothing about a model on such labels. How large the network's lead would have been at
# chosen thresholds, the report does not let us say: its own F1 would have risen as well. AUROC and AUPRC need no threshold; lecture 6 compares both kinds of model by them.
# </details>

# %%
if scale.current() != "ci":
    assert by_label["F1 at 0.5"].median() < 0.02 and by_label["F1 at 0.5"].max() < 0.15
    assert by_label["F1 there"].mean() > by_label["F1 at 0.5"].mean() + 0.1
    assert 0.22 < by_label["F1 there"].max() < 0.28 and by_label["AUROC"].min() > 0.7

# %% [markdown]
# ## The classical rival: one motif
#
# Before machine learning there was the **position weight matrix**, PWM: line up known sites, count each letter at each position, and score a new stretch by how much likelier it is under those counts than under the background, letter by letter, in bits. If a letter stands at a position in the share *p* of the sites and in the share *q* of everything, it adds log₂(*p*/*q*): 1 where it is twice as likely as elsewhere, −1 where half as likely. Such a number is called a **log-odds**. We line up the training pieces at TGTANATA (N for any letter), the word that
# is known for this protein; its first half is in the picture at the top. To each count a quarter is added, a **pseudocount**, so that a letter never seen does not forbid a site for ever.

# %%
bound = pum2.tokens[split.train][pum2.labels[split.train] == 1]
pattern = sequence.encode("TGTANATA")
fixed = pattern < 4
windows = np.lib.stride_tricks.sliding_window_view(bound, 12, axis=1)  # two letters to either side
is_site = (windows[..., 2:10][..., fixed] == pattern[fixed]).all(axis=-1)
sites = windows[is_site]
matrix = motifs.matrix_from_sites(sites)

by_hand = np.stack([(sites == token).sum(axis=0) for token in range(4)]) + 0.25
assert np.allclose(matrix, by_hand / (len(sites) + 1))
print(f"{len(sites)} sites in {len(bound):,} bound pieces")

# %%
fig, ax = plt.subplots(figsize=(6, 2.2))
plots.logo(ax, matrix)
plots.show(fig, alt=(
    "A sequence logo of twelve positions: tall T, G, T, A at 3 to 6, a mixture of A, T and C at 7, "
    "tall A, T, A at 8 to 10, and low letters at both ends."
))

# %% [markdown]
# The height of a stack is its **information** in bits: 2 where one letter is certain, 0 where all four are equally likely. (Seven of the positions are certain because we chose the sites by them; what the data add is position 7 and the low letters around.) A piece's score is that of its best place, `best_hit`. No training beyond counting.

# %%
background = np.bincount(bound.ravel(), minlength=4)[:4] / (bound < 4).sum()
weights_of_motif = motifs.log_odds(matrix, background)
pwm = motifs.best_hit(pum2.tokens, weights_of_motif, both_strands=False)  # RNA has one strand
pwm = np.maximum(pwm, -50)  # the one piece that is all N
print(f"on the validation pieces: AUROC {metrics.auroc(truth, pwm[parts[1]]):.3f}")

# %% [markdown]
# ## A confounder
#
# One motif reaches almost 0.8. Now the question that this data set deserves. For every piece we know how far it lies from the two ends of its gene: from where transcription starts and from where it ends and the message gets its tail, a couple of hundred A's.
#
# **Predict, then run.** Train logistic regression on these two distances and on *no letter at all*. What AUROC will it reach?

# %%
distances = pum2.table[["tss_distance", "polya_distance"]].to_numpy(float)
position = np.log1p(abs(distances))  # they run from 0 to a million
position = (position - position[parts[0]].mean(axis=0)) / position[parts[0]].std(axis=0)
composition = sequence.one_hot(tokens).sum(axis=2)  # how many A, C, G, T
candidates = {
    "letters A, C, G, T": composition,
    "one motif": pwm[:, None],
    "position, no letters": position,
    "k-mers": counts,
    "k-mers and position": np.hstack([counts, position]),
}
answers = {name: test_once(table, labels, parts, [*few, 1.0] if table.shape[1] < 10 else few)
           for name, table in candidates.items()}

# %%
gene = pum2.table["gene_id"].to_numpy()[parts[2]]  # pieces of one gene are drawn together
rungs = {name: metrics.interval(metrics.auroc, labels[parts[2]], answer, groups=gene)
         for name, answer in answers.items()}
far = np.log10(1 + abs(distances[:, 1]))
fig, axes = plt.subplots(1, 2, figsize=(8.6, 3.4), width_ratios=[1, 1.5])
for label, name, colour in ((0, "not bound", "C1"), (1, "bound", "C0")):
    axes[0].hist(far[pum2.labels == label], bins=40, density=True, color=colour, alpha=0.5)
    axes[0].text((4.9, 0.1)[label], (0.55, 0.45)[label], name, color=colour)
axes[0].set(ylim=(0, 0.75), xlabel="distance to the end of the gene,\npowers of ten", ylabel="density")
plots.ladder(axes[1], rungs, "AUROC, test pieces", chance=0.5)
plots.show(fig, alt=(
    "Left, bound pieces lie a few hundred to a few thousand letters from the end of their gene, the "
    "others about eight times as far. Right, a ladder: letters 0.67, one motif and position 0.80, k-mers "
    "0.84, both 0.88."
))

# %%
results.record("pum2", rungs, task="PUM2 binds this piece of RNA or not, 101 letters",
               data=f"pum2, {len(parts[2]):,} test pieces", split="By chromosome, as given",
               metric="AUROC", chance=0.5)

# %% [markdown]
# <details><summary>Your prediction, and what came out</summary>
#
# 0.80, without one letter. PUM2 binds near the ends of genes, in the 3′ UTR; the unbound pieces were drawn from all over the gene, at the median about eight times as far from its end. So "which part of the gene is this?" answers most of "does PUM2 bind here?". Something else that goes with the answer, and lets a model answer without knowing what it should
# know, is a **confounder**.
#
# How much of the k-mers' 0.84 is distance in disguise? Compare only pieces that the two distances take for equally likely: sort all by what the model without letters says of them, cut the list into bands, and ask within each band.
# </details>

# %%
judged, three = labels[parts[2]], ["position, no letters", "one motif", "k-mers"]

def within(bands):
    """Mean AUROC of pieces from one band of what the distances say, where a band has both kinds."""
    band_of = pd.qcut(answers["position, no letters"], bands, labels=False, duplicates="drop")
    both = [band_of == band for band in range(bands) if 0 < judged[band_of == band].mean() < 1]
    return {name: np.mean([metrics.auroc(judged[band], answers[name][band]) for band in both])
            for name in three}

in_bands = pd.DataFrame({f"{bands} bands": within(bands) for bands in (1, 6, 20, 60)}).T
in_bands.round(2)

# %% [markdown]
# How narrow must a band be? With six, pieces of one band still differ in their distances, and position goes on answering. With sixty it is down to a guess, as it must be where position is held still: that is the row to read. There the k-mers have lost a few hundredths: nearly all that they know is in the letters, and not the distance. Whether it is the site, or the A and T of a 3′ UTR against an intron at the same distance, this table cannot say. And the two together reach 0.88, so each knows something that the
# other does not. Whoever publishes 0.84 for a network on this set must show the 0.80 beside it, and a table like this one. A better set would take its negatives from the same region as the positives.

# %%
if scale.current() != "ci":
    assert abs(rungs["position, no letters"].value - 0.805) < 0.01
    assert abs(rungs["k-mers"].value - 0.843) < 0.01
    assert rungs["k-mers and position"].low > rungs["k-mers"].high
    assert abs(rungs["one motif"].value - 0.805) < 0.01
    assert 0.47 < in_bands.loc["60 bands", "position, no letters"] < 0.56
    assert in_bands.loc["60 bands", "k-mers"] > 0.78 and in_bands.loc["60 bands", "one motif"] > 0.7

# %% [markdown]
# ## Reading the weights
#
# A linear model can be read. Which words of five letters pull towards "bound", and which towards "promoter" in the fly?

# %%
names = np.array(kmers.kmer_names())
fly_tokens, fly_labels, fly_parts = tasks["fly promoters"]
fly_counts = kmers.count_kmers(fly_tokens).astype(np.float32)
pum2_model = train(best, counts[split.train], pum2.labels[split.train])
more = scale.choose(ci=[1e-3], laptop=[3e-3, 1e-2, 3e-2, 0.1])
fly_best = search(fly_counts, fly_labels, fly_parts, more)["validation"].idxmax()
assert scale.current() == "ci" or min(more) < fly_best < max(more)
fly_model = train(fly_best, fly_counts[fly_parts[0]], fly_labels[fly_parts[0]])
fives = np.array([len(name) == 5 for name in names])
for what, one, table in (("PUM2", pum2_model, counts), ("fly promoters", fly_model, fly_counts)):
    pull = one[1].coef_[0] * table.std(axis=0)  # a weight matters as far as its count varies
    order = pull[fives].argsort()
    print(f"{what:14} towards: {' '.join(names[fives][order[::-1][:9]])}")
    print(f"{'':14} against: {' '.join(names[fives][order[:9]])}")

# %% [markdown]
# For PUM2 most of the words towards "bound" are pieces of one thing, TGTANATA. (ATATA is a piece of it too and stands under "against": where TGTA, GTATA and TATAT have their weights, ATATA without them speaks for a run of A and T.) For the fly there are several things: TATAA begins the TATA box, which lies some thirty letters before a start; TATCG belongs to TATCGATA, the site of the protein DREF; CTCTC, on the other strand GAGAG, to the GAGA factor. The model found them by counting.
#
# Do not read too much. TGTA, TTGTA and TGTAA occur together, so the model may share the credit among them as it likes: another training set would share it otherwise. And a weight tells what goes with the label *in this data*, confounders included.

# %%
fly_gc = np.isin(fly_tokens, (1, 2)).mean(axis=1)[:, None]
fly_answers = {
    "GC content": test_once(fly_gc, fly_labels, fly_parts, few),
    "letters A, C, G, T": test_once(np.eye(4)[fly_tokens].sum(axis=1), fly_labels, fly_parts, few),
    "k-mers": fly_model.predict_proba(fly_counts[fly_parts[2]])[:, 1],
}
fly_test = fly_parts[2]
fly_rungs = {name: metrics.interval(metrics.auroc, fly_labels[fly_test], answer, groups=fly_stretch[fly_test])
             for name, answer in fly_answers.items()}
results.record("fly_promoters", fly_rungs,
               task="Right before a start of transcription, or 1,750 letters further off, 250 letters",
               data=f"fly_promoters, {len(fly_parts[2]):,} test pieces", split="By chromosome arm, 2L",
               metric="AUROC", chance=0.5)

# %% [markdown]
# These ladders stay. Every model of the course that is trained on one of these tasks will be put into the same table, on the same split, in the [scoreboard](../docs/scoreboard.md). The first rungs of it are yours now, and they cost seconds.

# %%
assert fly_rungs["k-mers"].low > fly_rungs["letters A, C, G, T"].high
if scale.current() != "ci":
    assert abs(fly_rungs["k-mers"].value - 0.80) < 0.01

# %% [markdown]
# ## What you learned
#
# - Logistic regression on 1,364 k-mer counts is a strong model that costs seconds. Choose its C on validation data; use the test set once.
# - Put chance, GC content, position and one motif under every model, in the same table.
# - Accuracy measures imbalance. AUROC ranks and does not feel imbalance; AUPRC does. F1 needs a threshold, and the threshold must be chosen.
# - Balancing the classes leaves the ranking and ruins the probabilities.
# - A confounder can answer for the model. In PUM2 it reaches 0.80 without a letter.
#
# ## Quiz
#
# **1.** Model A has AUROC 0.90 on a set with half positives, model B 0.88 on a set with 1 % positives. Which is better?
# <details><summary>Answer</summary>One cannot say from two data sets. AUROC does not depend on the share of positives, but on how hard the negatives are, and those differ.</details>
#
# **2.** A guess gets an AUPRC of 0.2 on PUM2 and of 0.01 on a fly label. Why?
# <details><summary>Answer</summary>Calls made at random have the precision of the data, the share of positives, at every recall. So the area is that share.</details>
#
# **3.** You tried nine values of C and report the best validation AUROC as the model's quality. What is wrong?
# <details><summary>Answer</summary>The best of nine is partly luck. The validation data chose it, so only data that chose nothing, the test set, can measure it.</details>
#
# **4.** Your PWM gives every bound piece a score above 5 bits, and in the whole genome a million places too. Is it broken?
# <details><summary>Answer</summary>No. TGTANATA has seven fixed letters, and seven letters stand by chance once in 4 to the power of 7, some 16,000, letters on each strand; with one of them allowed to differ, some twenty times as often. Binding needs more than the motif: the site must be open, at the right end of a gene, and so on.</details>
#
# **5.** How would you build negatives for PUM2 that the distances cannot tell from the positives?
# <details><summary>Answer</summary>Take them from 3′ UTRs of genes that are read in the same cells, at the same distances from the end, matched one to one, as GC content was matched in lecture 2.</details>
#
# ## Now you
#
# The exercises are in the lab: [labs/lab03_the_kmer_baseline.ipynb](../labs/lab03_the_kmer_baseline.ipynb). You will count k-mers, write the metrics by hand, tune a model without touching the test set, and take it to the promoters of *E. coli*.
#
# ## Further reading
#
# - Avsec et al. (2018), the PUM2 data, and position as a feature: [doi:10.1093/bioinformatics/btx727](https://doi.org/10.1093/bioinformatics/btx727)
# - Ghandi et al. (2014), gapped k-mers for regulatory sequence: [doi:10.1371/journal.pcbi.1003711](https://doi.org/10.1371/journal.pcbi.1003711)
# - Saito and Rehmsmeier (2015), precision-recall curves for unequal classes: [doi:10.1371/journal.pone.0118432](https://doi.org/10.1371/journal.pone.0118432)
# - Zhang and Kamath (2016), the report on 919 labels: *Learning the language of the genome using RNNs*, CS224d, Stanford
# - Stormo (2000), position weight matrices: [doi:10.1093/bioinformatics/16.1.16](https://doi.org/10.1093/bioinformatics/16.1.16)
# - Schneider and Stephens (1990), sequence logos: [doi:10.1093/nar/18.20.6097](https://doi.org/10.1093/nar/18.20.6097)
