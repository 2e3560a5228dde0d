# %% [markdown]
# # Lab 6 · Many labels at once
#
# **The question.** Eight tracks, most labels 0, some never measured: what do loss, AUROC, F1 and perplexity mean then? And does one network for all tracks beat one for each?
#
# **Afterwards you can**
# 1. write a loss over many tasks that leaves out what was not measured;
# 2. judge each task by itself, and say when a number does not exist;
# 3. choose thresholds, and work out the perplexity that papers report;
# 4. read DeepSEA's bundle without mixing up its letters;
# 5. compare one shared network with eight separate ones, fairly.
#
# **Before you start.** [Lecture 6](../lectures/06_many_labels_at_once.ipynb). NumPy: masks, means along axes.
#
# **Time.** 88 minutes, exercise by exercise, reading included. {{minutes}}
#
# **Data.**
# {{data}}
#
# **How it works.** Each exercise has a cell that ends in `raise NotImplementedError`: replace that line by your code. Three hints open one after the other. The cell
# after it checks your answer: run it as often as you like. ✓ means done; ✗ tells you which mistake it sees. In exercises 1 to 5 you may use NumPy and scikit-learn, and not the functions of dnacourse: the checks look.

# %%
import numpy as np
import torch
from torch import nn

from dnacourse import metrics, training
from dnacourse.datasets import load
from dnacourse.labs import lab06

torch.set_num_threads(1)
print(load("bushey_tracks"))  # for exercise 6

# %% [markdown]
# ## Exercise 1 · A loss with holes (12 minutes)
#
# Write `loss_of(z, y)`: the mean cross-entropy, in nats, of logits `z` and labels `y`, both (rows, tasks). A label is 1, 0, or NaN where nobody measured; those are left out. Each label that is there counts the same. As in lab 4, a logit of 800 must not break it.
#
# | input | output |
# |---|---|
# | `[[0.0, 3.0]]`, `[[1.0, nan]]`, as arrays | `0.693147…`: one label counts, log 2 |
# | `[[2.0, -1.0]]`, `[[1.0, 0.0]]` | `0.220095…` |
#
# <details><summary>Hint 1</summary>
#
# First the cost of every label, a table of the same shape; then choose, then take the mean.
#
# <details><summary>Hint 2</summary>
#
# One cost is max(z, 0) − z y + log(1 + e^(−|z|)). Where y is NaN the cost is NaN, and `~np.isnan(y)` is a mask of the others.
#
# <details><summary>Hint 3</summary>
#
# `there = ~np.isnan(y)`, then the formula with `z[there]` and `y[there]`, and `.mean()`.
#
# </details></details></details>

# %% solution="loss"
def loss_of(z, y):
    """Mean cross-entropy of the labels that are there, in nats."""
    ### BEGIN SOLUTION
    there = ~np.isnan(y)
    z, y = z[there], y[there]
    return np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))))
    ### END SOLUTION

# %% check="check-loss" points=5
lab06.check_loss(loss_of)

# %% [markdown]
# ## Exercise 2 · Each task by itself (10 minutes)
#
# Write `aurocs_of(y, p)`: the AUROC of each task, for labels and probabilities of shape (rows, tasks). A task whose labels are all 0, or all 1, has none: give NaN, and no warning. `sklearn.metrics.roc_auc_score` may do the rest. (For such a task one version of scikit-learn raises an error and another warns; decide it yourself.)
#
# | input | output |
# |---|---|
# | `[[1, 0], [0, 0]]`, `[[0.9, 0.2], [0.1, 0.3]]`, as arrays | `[1.0, nan]` |
#
# <details><summary>Hint 1</summary>
#
# A task is a column. `for labels, scores in zip(y.T, p.T)` goes through the columns.
#
# <details><summary>Hint 2</summary>
#
# A column has both classes if `0 < labels.sum() < len(labels)`.
#
# <details><summary>Hint 3</summary>
#
# `[roc_auc_score(labels, scores) if 0 < labels.sum() < len(labels) else np.nan for labels, scores in zip(y.T, p.T)]`
#
# </details></details></details>

# %% solution="aurocs"
def aurocs_of(y, p):
    """One AUROC a task, NaN where there is none."""
    ### BEGIN SOLUTION
    from sklearn.metrics import roc_auc_score

    return [roc_auc_score(labels, scores) if 0 < labels.sum() < len(labels) else np.nan
            for labels, scores in zip(y.T, p.T)]
    ### END SOLUTION

# %% check="check-aurocs" points=5
lab06.check_aurocs(aurocs_of)

# %% [markdown]
# ## Exercise 3 · Thresholds (15 minutes)
#
# Write `thresholds_of(y, p)`: for each task the threshold with the best F1. Try the probabilities that occur in its column, and not a grid: where labels are rare, all of them may lie between two points of a grid. A row is called from the threshold on, p ≥ threshold. If several are equally good, any will do.
#
# | input | output |
# |---|---|
# | `[[1], [0], [1], [0]]`, `[[0.4], [0.1], [0.3], [0.35]]`, as arrays | `[0.3]`: three calls, two right, F1 0.8 |
#
# <details><summary>Hint 1</summary>
#
# One task at a time. Try every value in its column as the threshold, work out the F1 of each, and keep the best.
#
# <details><summary>Hint 2</summary>
#
# F1 = 2 × hits / (calls + positives). With `called = scores >= value` the hits are `(labels * called).sum()`.
#
# <details><summary>Hint 3</summary>
#
# ```
# def f1(labels, called):
#     return 2 * (labels * called).sum() / max(labels.sum() + called.sum(), 1)
#
# return [max(np.unique(scores), key=lambda value: f1(labels, scores >= value)) for labels, scores in zip(y.T, p.T)]
# ```
#
# </details></details></details>

# %% solution="thresholds"
def thresholds_of(y, p):
    """For each task the threshold with the best F1."""
    ### BEGIN SOLUTION
    def f1(labels, called):
        return 2 * (labels * called).sum() / max(labels.sum() + called.sum(), 1)

    found = []
    for labels, scores in zip(y.T, p.T):
        values = np.unique(scores)
        found.append(values[np.argmax([f1(labels, scores >= value) for value in values])])
    return found
    ### END SOLUTION

# %% check="check-thresholds" points=5
lab06.check_thresholds(thresholds_of)

# %% [markdown]
# ## Exercise 4 · The perplexity of many tasks (8 minutes)
#
# Write `perplexity_of(y, p)`: the geometric mean over the tasks of each task's perplexity, which is the exponential of its mean cross-entropy in nats. Labels `y` are 0 or 1, probabilities `p` lie between 0 and 1, both (rows, tasks).
#
# | input | output |
# |---|---|
# | `[[1.0, 0.0]]`, `[[0.5, 0.5]]`, as arrays | `2.0`: a coin for each |
# | `[[1.0, 0.0]]`, `[[0.8, 0.1]]` | `1.178511…` |
#
# <details><summary>Hint 1</summary>
#
# The geometric mean of e^a and e^b is e to the power of the mean of a and b.
#
# <details><summary>Hint 2</summary>
#
# So it is the exponential of the mean over the tasks of the mean over the rows; all tasks have the same number of rows, so that is the mean over everything.
#
# <details><summary>Hint 3</summary>
#
# `np.exp(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))`
#
# </details></details></details>

# %% solution="perplexity"
def perplexity_of(y, p):
    """The geometric mean of the tasks' perplexities."""
    ### BEGIN SOLUTION
    return np.exp(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))
    ### END SOLUTION

# %% check="check-perplexity" points=5
lab06.check_perplexity(perplexity_of)

# %% [markdown]
# ## Exercise 5 · The bundle's order (13 minutes)
#
# Write `tokens_of(x)`. `x` is what the file holds: one-hot, shape (L, 4, N), samples last, channels A, G, C, T; where all four are 0 the letter is unknown. Return tokens, shape (N, L), in the course's order: A 0, C 1, G 2, T 3, unknown 4.
#
# | input | output |
# |---|---|
# | `np.eye(4, dtype=np.uint8)[:, :, None]`: one sequence of four letters, A, G, C, T | `[[0, 2, 1, 3]]` |
# | `np.zeros((2, 4, 1), np.uint8)`: two unknown letters | `[[4, 4]]` |
#
# <details><summary>Hint 1</summary>
#
# `x.argmax(axis=1)` gives channel numbers, shape (L, N). What is the token of channel 1?
#
# <details><summary>Hint 2</summary>
#
# `np.array([0, 2, 1, 3])[channels]` turns channels into tokens. And argmax says 0 where all four are 0.
#
# <details><summary>Hint 3</summary>
#
# ```
# tokens = np.array([0, 2, 1, 3])[x.argmax(axis=1)]
# tokens[x.sum(axis=1) == 0] = 4
# return tokens.T
# ```
#
# </details></details></details>

# %% solution="tokens"
def tokens_of(x):
    """Tokens (N, L) of the bundle's planes (L, 4, N)."""
    ### BEGIN SOLUTION
    tokens = np.array([0, 2, 1, 3])[x.argmax(axis=1)]
    tokens[x.sum(axis=1) == 0] = 4
    return tokens.T
    ### END SOLUTION

# %% check="check-tokens" points=5
lab06.check_tokens(tokens_of)

# %% [markdown]
# ## Exercise 6 · One network or eight? (30 minutes, with the claim)
#
# `lab06.fly()` gives the fly's bins in three parts, each with 340 columns (counts of words of 1 to 4 letters, scaled) and eight labels. Most bins without a label are left out, so that 13 % of the labels are 1, and an AUPRC of 0.13 is a guess.
#
# Write `mean_auprc(kind, seed, data)`: train on `data["train"]`, and give the mean over the eight tracks of the AUPRC on `data["test"]`. With `kind` "one network" it is one network with eight outputs, `nn.Linear(340, 32)`, ReLU, `nn.Linear(32, 8)`; with "eight networks" eight with one output each, `nn.Linear(340, 32)`, ReLU, `nn.Linear(32, 1)`, one on each column of the labels. The recipe: `torch.manual_seed(seed)` right before *each* network is made; Adam with learning rate 0.001; `training.fit` with `epochs=6, seed=seed` and nothing else changed.
#
# Then fill in the table for the fly, both kinds with the seeds 0 and 1, not rounded. The check tries your function on a few made-up rows first.
#
# | name | what it holds |
# |---|---|
# | `shared` | `{"one network": [mean AUPRC with seed 0, with seed 1], "eight networks": [the same]}` |
#
# <details><summary>Hint 1</summary>
#
# A function that takes the columns of the labels, as a slice, and the seed, and returns logits for the test part, serves both: `slice(0, 8)` for all, `slice(3, 4)` for the fourth alone, which stays a table of one column.
#
# <details><summary>Hint 2</summary>
#
# `X, y = data["train"]`. Then `training.fit(network, (X, y[:, tracks]), epochs=6, seed=seed, optimizer=torch.optim.Adam(network.parameters(), lr=0.001), progress=False)`, then `training.predict(network, data["test"][0])`.
#
# <details><summary>Hint 3</summary>
#
# `np.concatenate([logits_of(slice(t, t + 1)) for t in range(8)], axis=1)` puts the eight side by side; then `np.mean(metrics.auprc(data["test"][1], logits))`.
#
# </details></details></details>

# %%
bins = lab06.fly()
for name, (columns, labels) in bins.items():
    print(f"{name:10} {columns.shape}, {labels.shape}, {labels.mean():.2f} of the labels are 1")

# %% solution="mean-auprc"
def mean_auprc(kind, seed, data):
    """Mean over the tracks of the AUPRC on the test part, with one network or with eight."""
    ### BEGIN SOLUTION
    def logits_of(tracks):
        X, y = data["train"]
        torch.manual_seed(seed)
        network = nn.Sequential(nn.Linear(340, 32), nn.ReLU(), nn.Linear(32, y[:, tracks].shape[1]))
        training.fit(network, (X, y[:, tracks]), epochs=6, seed=seed, progress=False,
                     optimizer=torch.optim.Adam(network.parameters(), lr=0.001))
        return training.predict(network, data["test"][0])

    if kind == "one network":
        logits = logits_of(slice(0, 8))
    else:
        logits = np.concatenate([logits_of(slice(t, t + 1)) for t in range(8)], axis=1)
    return np.mean(metrics.auprc(data["test"][1], logits))
    ### END SOLUTION

# %% solution="shared"
shared = None
### BEGIN SOLUTION
shared = {kind: [mean_auprc(kind, seed, bins) for seed in (0, 1)]
          for kind in ("one network", "eight networks")}
### END SOLUTION
shared

# %% check="check-shared" points=5
lab06.check_shared(mean_auprc, shared)

# %% [markdown]
# **Your claim.** Somebody writes: "Tasks that are learned together help each other." Answer four questions.
#
# 1. How large is the gain, and how far do the two seeds of a kind lie apart? Are two seeds enough?
# 2. How many parameters have the one network and the eight together? Does that speak for or against the claim?
# 3. On the validation part the gain is 0.005 with one seed and 0.006 with the other. What do you make of it that the gain is larger on the test part, and what would you compute to know how far either figure can be trusted?
# 4. On the *training* part the one network has a mean AUPRC of 0.44 and 0.45 with the two seeds, the eight have 0.60 and 0.56. What does that tell you? The eight were given the same number of epochs as the one: is the comparison fair, and what would make it fairer?

# %% [markdown] answer="claim" points=5
# 1. 0.011 and 0.015, while two seeds of a kind differ by 0.001 to 0.002. The gain is several times that, so it is not the luck of the seeds; two seeds are few for an estimate of a spread, and say nothing about other test arms.
# 2. 340 × 32 + 32 + 32 × 8 + 8 = 11,176 against 8 × (340 × 32 + 32 + 33) = 87,560. The one network is better with an eighth of the parameters, so it is not size. It may be that sharing the hidden layer keeps it from learning each track's accidents by heart, which is help of a kind.
# 3. The two arms differ, and a gain measured on one of them varies with its bins. Both say that the sign is plus. An interval, with neighbouring bins drawn together, would say how far either figure can be trusted.
# 4. The eight overfit: better on what they have seen, worse on what they have not. So they were trained too long, or too freely, for their few labels, and the same recipe was not equally good for both. (With four epochs in place of six the gain on the test part is 0.003 to 0.005, with one epoch the eight are ahead.) Fairer: choose epochs, hidden size and weight decay for each kind on the validation part, and then compare once on the test part.
