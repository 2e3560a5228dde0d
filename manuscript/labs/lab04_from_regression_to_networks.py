# %% [markdown]
# # Lab 4 · From logistic regression to networks
#
# **The question.** What does a training library do for you, line by line? And when a network is better than a neuron by 0.004, is it better?
#
# **Afterwards you can**
# 1. write a loss that stays finite when a model is sure and wrong;
# 2. work out slopes, of a neuron and through a hidden layer, and check them;
# 3. cut data into mini-batches, and stop a run in time;
# 4. predict with a model so that the answer is the same twice;
# 5. train with `training.fit`, report several seeds, and say what follows from them.
#
# **Before you start.** [Lecture 4](../lectures/04_from_regression_to_networks.ipynb). NumPy: sums along axes, `@`.
#
# **Time.** 90 minutes, exercise by exercise, reading included. {{minutes}}
#
# **Data.**
# {{data}}
#
# **How it works.** Each exercise has a cell that ends in `raise NotImplementedError`: replace that line by your code. Three hints open one after the other. The cell
# after it checks your answer: run it as often as you like. ✓ means done; ✗ tells you which mistake it sees. Exercises 1 to 5 are NumPy and plain Python: PyTorch's losses and its `backward()`, scikit-learn and the functions of `dnacourse` do not count as an answer, and the checks look.

# %%
import numpy as np
import torch
from torch import nn

from dnacourse import metrics, training
from dnacourse.datasets import load
from dnacourse.labs import lab04

torch.set_num_threads(1)
print(load("uci_splice"))  # for exercise 7

# %% [markdown]
# ## Exercise 1 · A loss that does not break (9 minutes)
#
# Write `loss_of(z, y)`: the mean cross-entropy of logits `z`, shape (n,), and labels `y`, 0 or 1, in nats. The formula of the lecture, −y log p − (1 − y) log(1 − p), breaks at z = 800: p is rounded to 1, and log 0 is infinite. Yours must not.
#
# | input | output |
# |---|---|
# | `np.array([0.0]), np.array([1.0])` | `0.693147…` |
# | `np.array([2.0, -1.0]), np.array([1.0, 0.0])` | `0.220095…` |
# | `np.array([800.0]), np.array([0.0])` | `800.0` |
#
# <details><summary>Hint 1</summary>
#
# Put p = 1 / (1 + e⁻ᶻ) into −log p and simplify: log(1 + e⁻ᶻ). And −log(1 − p) becomes log(1 + eᶻ), which is z + log(1 + e⁻ᶻ).
#
# <details><summary>Hint 2</summary>
#
# So the loss of one row is log(1 + eᶻ) − zy. That still overflows for z = 800, where log(1 + eᶻ) is simply z. Write log(1 + eᶻ) = max(z, 0) + log(1 + e^(−|z|)): now the exponent is never positive.
#
# <details><summary>Hint 3</summary>
#
# `np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))`, and the mean of it. (`np.log1p(x)` is log(1 + x), exact for small x.)
#
# </details></details></details>

# %% solution="loss"
def loss_of(z, y):
    """Mean cross-entropy of logits, in nats."""
    ### BEGIN SOLUTION
    return np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))))
    ### END SOLUTION

# %% check="check-loss" points=5
lab04.check_loss(loss_of)

# %% [markdown]
# ## Exercise 2 · Slopes of a neuron (8 minutes)
#
# Write `gradient(w, b, X, y)`: the slopes of the mean cross-entropy of the neuron z = Xw + b along `w`, an array of its shape, and along `b`, a number. `X` is (n, inputs), `y` is (n,).
#
# | input | output |
# |---|---|
# | `np.zeros(2), 0.0, np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, 0.0])` | `(array([0.5, 0.5]), 0.0)` |
#
# <details><summary>Hint 1</summary>
#
# The slope along z of one row is p − y. How much does z grow if w₁ grows by a little?
#
# <details><summary>Hint 2</summary>
#
# By x₁ times as much. So the slope along w₁ is the mean over the rows of (p − y) x₁, and along b the mean of p − y.
#
# <details><summary>Hint 3</summary>
#
# `error = 1 / (1 + np.exp(-(X @ w + b))) - y`; then `X.T @ error / len(y)` and `error.mean()`.
#
# </details></details></details>

# %% solution="gradient"
def gradient(w, b, X, y):
    """Slopes of the loss along w and along b."""
    ### BEGIN SOLUTION
    error = 1 / (1 + np.exp(-(X @ w + b))) - y
    return X.T @ error / len(y), error.mean()
    ### END SOLUTION

# %% check="check-gradient" points=5
lab04.check_gradient(gradient)

# %% [markdown]
# ## Exercise 3 · Mini-batches (9 minutes)
#
# Write `batch_rows(n, size, seed)`: a list of batches, each with `size` row numbers, the last with what is left. Together they hold every row from 0 to n − 1 once, in an order drawn by chance. The same seed gives the same batches, another seed others.
#
# | input | output |
# |---|---|
# | `batch_rows(5, 2, seed=0)` | `[[4, 2], [3, 1], [0]]`, say: the order is yours |
#
# <details><summary>Hint 1</summary>
#
# Shuffle all row numbers first, then cut.
#
# <details><summary>Hint 2</summary>
#
# `np.random.default_rng(seed).permutation(n)` gives the row numbers in an order that depends on the seed alone.
#
# <details><summary>Hint 3</summary>
#
# `[order[start : start + size] for start in range(0, n, size)]`
#
# </details></details></details>

# %% solution="batch-rows"
def batch_rows(n, size, seed):
    """Row numbers in batches, shuffled."""
    ### BEGIN SOLUTION
    order = np.random.default_rng(seed).permutation(n)
    return [order[start : start + size] for start in range(0, n, size)]
    ### END SOLUTION

# %% check="check-batch-rows" points=5
lab04.check_batch_rows(batch_rows)

# %% [markdown]
# ## Exercise 4 · Backpropagation (20 minutes)
#
# A network with one hidden layer: before = XW + c, hidden = max(before, 0), z = hidden v + d. `X` is (n, inputs), `W` is (inputs, hidden), `c` and `v` are (hidden,), `d` is a number; labels `y` are (n,).
#
# Write `backward(X, y, W, c, v, d)`: the slopes of the mean cross-entropy along W, c, v and d, in this order, each of the shape of its weight. (The lecture had W the other way round, as PyTorch keeps it.)
#
# | input | output |
# |---|---|
# | `X=[[1.0]], y=[0.0], W=[[1.0, -1.0]], c=[0.0, 0.0], v=[2.0, 3.0], d=-2.0`, as arrays | `[[1.0, 0.0]], [1.0, 0.0], [0.5, 0.0], 0.5`: z is 0, and the second neuron is off |
#
# <details><summary>Hint 1</summary>
#
# Forward first, and keep `before` and `hidden`. Then the error along z, as in exercise 2, divided by n once and for all. v and d see `hidden` as a neuron sees its inputs.
#
# <details><summary>Hint 2</summary>
#
# The slope along a hidden neuron's output is the error times its weight in v: `np.outer(error, v)`, shape (n, hidden). It passes only where `before > 0`. From there W and c are as in exercise 2, with this in place of the error.
#
# <details><summary>Hint 3</summary>
#
# ```
# error = (1 / (1 + np.exp(-z)) - y) / len(y)
# back = np.outer(error, v) * (before > 0)
# return X.T @ back, back.sum(axis=0), hidden.T @ error, error.sum()
# ```
#
# </details></details></details>

# %% solution="backward"
def backward(X, y, W, c, v, d):
    """Slopes of the loss along W, c, v and d."""
    ### BEGIN SOLUTION
    before = X @ W + c
    hidden = np.maximum(before, 0)
    z = hidden @ v + d
    error = (1 / (1 + np.exp(-z)) - y) / len(y)
    back = np.outer(error, v) * (before > 0)
    return X.T @ back, back.sum(axis=0), hidden.T @ error, error.sum()
    ### END SOLUTION

# %% check="check-backward" points=10
lab04.check_backward(backward)

# %% [markdown]
# ## Exercise 5 · Stopping in time (10 minutes)
#
# Write `stopped(losses, patience)`. `losses` are the validation losses of epoch 1, 2, 3 and so on, as they would come if nobody stopped. Return two numbers: the epoch after which the run stops, and the best epoch it has seen. It stops as soon as `patience` epochs in a row have not been better (lower) than the best so far; if that never happens, at the end. Epochs count from 1.
#
# | input | output |
# |---|---|
# | `[0.9, 0.7, 0.8, 0.75, 0.6], 2` | `(4, 2)`: the 0.6 is never seen |
# | `[0.9, 0.7, 0.8, 0.75, 0.6], 3` | `(5, 5)` |
#
# <details><summary>Hint 1</summary>
#
# Two variables survive the loop: the best epoch so far, and how many epochs ago it was.
#
# <details><summary>Hint 2</summary>
#
# `for epoch, loss in enumerate(losses, start=1)`: if it is lower than the best loss so far, remember epoch and loss; else, if `epoch - best_epoch` has reached the patience, stop.
#
# <details><summary>Hint 3</summary>
#
# ```
# best_epoch, best_loss = 0, np.inf
# for epoch, loss in enumerate(losses, start=1):
#     if loss < best_loss:
#         best_epoch, best_loss = epoch, loss
#     elif epoch - best_epoch >= patience:
#         break
# return epoch, best_epoch
# ```
#
# </details></details></details>

# %% solution="stopped"
def stopped(losses, patience):
    """The last epoch that runs, and the best of those that ran."""
    ### BEGIN SOLUTION
    best_epoch, best_loss = 0, np.inf
    for epoch, loss in enumerate(losses, start=1):
        if loss < best_loss:
            best_epoch, best_loss = epoch, loss
        elif epoch - best_epoch >= patience:
            break
    return epoch, best_epoch
    ### END SOLUTION

# %% check="check-stopped" points=5
lab04.check_stopped(stopped)

# %% [markdown]
# ## Exercise 6 · The same answer twice (8 minutes)
#
# Here is a network with dropout. It gives the same four rows two different answers, although nobody trained it in between.

# %%
torch.manual_seed(0)
shaky = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 1))
rows = torch.randn(4, 6)
print(shaky(rows)[:, 0].tolist(), shaky(rows)[:, 0].tolist(), sep="\n")

# %% [markdown]
# A model is in one of two modes, and `model.training` says in which. While it trains, dropout sets hidden neurons to 0 by chance, and BatchNorm takes its means from the batch at hand; `model.eval()` ends both, `model.train()` begins both again. Besides, PyTorch keeps what every layer gave, in case somebody calls `backward()`; in a block `with torch.no_grad():` it does not.
#
# Write `predict(model, X)`: what the model gives for the rows of `X`, a tensor, without dropout, with BatchNorm's own means, and without gradients. Afterwards the model is in the mode it was in before, whichever that was, and can be trained on.
#
# | input | output |
# |---|---|
# | `shaky, rows` | four numbers, the same every time, and `shaky.training` is True, as before |
#
# <details><summary>Hint 1</summary>
#
# Four steps: remember the mode, switch to eval, ask the model, put the mode back.
#
# <details><summary>Hint 2</summary>
#
# `was_training = model.training` remembers it, and `model.train(was_training)` puts it back: `model.train(False)` is the same as `model.eval()`.
#
# <details><summary>Hint 3</summary>
#
# ```
# model.eval()
# with torch.no_grad():
#     answer = model(X)
# ```
#
# </details></details></details>

# %% solution="predict"
def predict(model, X):
    """What the model gives for the rows of X, in eval mode and without gradients."""
    ### BEGIN SOLUTION
    was_training = model.training
    model.eval()
    with torch.no_grad():
        answer = model(X)
    model.train(was_training)
    return answer
    ### END SOLUTION

# %% check="check-predict" points=5
lab04.check_predict(predict)

# %% [markdown]
# ## Exercise 7 · One of two borders (26 minutes, with the claim)
#
# An exon has two borders, and they look different: GT follows its end, AG stands before its beginning. `lab04.splice()` gives 60 letters around a border of *either* kind (label 1), or none (label 0), as planes laid end to end: 240 zeros and ones for each sequence. "Either of two patterns" sounds like work for a hidden layer.
#
# Write `border_auroc(hidden, seed, data)`: train a model on `data["train"]`, and give its AUROC on `data["test"]`, one number. With `hidden` 0 the model is a neuron, `nn.Sequential(nn.Linear(240, 1))`; otherwise a network, `nn.Linear(240, hidden)`, ReLU, `nn.Linear(hidden, 1)`. The recipe, to the letter: `torch.manual_seed(seed)` right before the model is made; Adam with learning rate 0.003; `training.fit` with 10 epochs, `batch_size=32`, `seed=seed`.
#
# Then fill in the table for the borders: neurons, and networks with 32 hidden neurons, each with the seeds 0, 1, 2, not rounded. (`training.predict` is your exercise 6, batch by batch.) The check tries your function on a few made-up rows first.
#
# | name | what it holds |
# |---|---|
# | `border_table` | `{"neurons": [AUROC of seed 0, of seed 1, of seed 2], "networks": [the same]}` |
#
# <details><summary>Hint 1</summary>
#
# Three steps: make the model, train it, judge it. Only the first depends on `hidden`. Use `data` as it is handed in.
#
# <details><summary>Hint 2</summary>
#
# `training.fit(model, data["train"], epochs=10, batch_size=32, seed=seed, optimizer=torch.optim.Adam(model.parameters(), lr=0.003), progress=False)`. Then `training.predict(model, X)` for the planes of the test part.
#
# <details><summary>Hint 3</summary>
#
# `X, y = data["test"]`, then `metrics.auroc(y, training.predict(model, X))`: an array with one number, so take `[0]`. The table is two lists, `[border_auroc(0, seed, borders) for seed in (0, 1, 2)]` and the same with 32.
#
# </details></details></details>

# %%
borders = lab04.splice()
for name, (X, y) in borders.items():
    print(f"{name:10} {X.shape}, {y.mean():.0%} hold a border")

# %% solution="border-auroc"
def border_auroc(hidden, seed, data):
    """AUROC on the test part, of a model that was trained on the training part."""
    ### BEGIN SOLUTION
    torch.manual_seed(seed)
    layers = [nn.Linear(240, hidden), nn.ReLU(), nn.Linear(hidden, 1)] if hidden else [nn.Linear(240, 1)]
    model = nn.Sequential(*layers)
    training.fit(model, data["train"], epochs=10, batch_size=32, seed=seed, progress=False,
                 optimizer=torch.optim.Adam(model.parameters(), lr=0.003))
    X, y = data["test"]
    return metrics.auroc(y, training.predict(model, X))[0]
    ### END SOLUTION

# %% solution="border-table"
border_table = None
### BEGIN SOLUTION
border_table = {name: [border_auroc(hidden, seed, borders) for seed in (0, 1, 2)]
                for name, hidden in (("neurons", 0), ("networks", 32))}
### END SOLUTION
border_table

# %% check="check-border-table" points=5
lab04.check_border_table(border_auroc, border_table)

# %% [markdown]
# **Your claim.** Somebody writes: "A network recognises exon borders better than logistic regression." Answer four questions.
#
# 1. How far apart are the means of the three networks and the three neurons, and how far do three of a kind lie apart?
# 2. The test part has 319 sequences. Drawing them again and again, the difference between network and neuron of the same seed has 95 % intervals of 0.001 to 0.008, −0.003 to 0.009 and 0.000 to 0.009 for seeds 0, 1, 2. What do these intervals say that the seeds do not, and the other way round?
# 3. Somebody adds two rivals. scikit-learn's logistic regression, which goes on until nothing changes, has 0.986 as it comes (C = 1) and 0.990 with C = 0.03. And your neuron, trained for 30, 100 and 300 epochs, falls from 0.989 to 0.987, 0.986 and 0.985 on the test part, while it rises from 0.992 to 0.994 on the training part. What did stopping after 10 epochs do for the neuron, and what does C do for the regression? What rule for comparing models follows?
# 4. Why can a neuron tell "either of two patterns" so well, when XOR was out of its reach?

# %% [markdown] answer="claim" points=5
# 1. The means are 0.989 and 0.993, 0.004 apart; three of a kind lie within 0.001. The gain is several times the spread of the seeds.
# 2. The intervals say how the difference would vary with other test sequences, for two trained models; the seeds say how it varies with another training run, on the same test sequences. One of the three holds 0 and two just exclude it: a gain is likely, and 319 sequences do not make it sure.
# 3. Both hold the weights back. Trained to the end, the neuron is scikit-learn's regression with hardly any penalty: it fits the training part better and the test part worse, 0.985 and 0.984. Stopping after 10 epochs regularises, as a small C does: the neuron was not unfinished, it was stopped in good time. So the numbers compare a model *and* how it was held back. The network against the regression as it comes is a gain of 0.007, against the one with C = 0.03 of 0.003. The rule: choose epochs, C or weight decay for each rival on the validation part, as carefully for the old model as for the new one, and open the test part once.
# 4. XOR needs the answer "no" when both are there. Here no sequence holds both borders in the middle, so nothing is lost by adding: letters that speak for the one border, and letters that speak for the other, may each raise z. What adding cannot say is "but not both", and nobody asks.
