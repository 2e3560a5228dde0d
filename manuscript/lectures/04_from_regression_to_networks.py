# %% [markdown] readme="a neuron trained by hand, autograd, mini-batches, the training loop; what a hidden layer can say that a neuron cannot; overfitting, and how far seeds lie apart"
# # 4 · From logistic regression to networks
#
# **The question.** Logistic regression has one weight for each thing it is told. Is there anything about a sequence that it cannot say, whatever its weights? And what
# does a network do about that?
#
# **Afterwards you can**
# 1. train a neuron by hand: loss, gradient, steps, and say what a learning rate that is too large looks like;
# 2. let autograd find the gradients, and check them;
# 3. write the training loop with mini-batches, and use `training.fit` in its place;
# 4. say what a hidden layer adds, and show a task that is out of reach without one;
# 5. tell overfitting in a pair of curves, hold it down, and report a result with the spread of its seeds.
#
# **Before you start.** [Lecture 3](03_the_kmer_baseline.ipynb): logistic regression, AUROC, validation and test. Derivatives.
#
# **Time.** {{minutes}}
#
# **Data.**
# {{data}}

# %%
import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn

from dnacourse import kmers, metrics, plots, results, scale, training
from dnacourse.datasets import load

plots.use_style()
pum2 = load("pum2")
places = np.log10(1 + abs(pum2.table[["tss_distance", "polya_distance"]].to_numpy()))
(to_start, to_end), bound = places[pum2.split.train].T, pum2.labels[pum2.split.train]
fig, ax = plt.subplots(figsize=(6.4, 3.8))
cells = ax.hexbin(to_start, to_end, C=bound, gridsize=26, mincnt=8, cmap="cividis", vmin=0, vmax=1)
fig.colorbar(cells, label="share bound by PUM2")
ax.set(xlabel="distance to the start of the gene, powers of ten", xlim=(1.2, 6),
       ylabel="distance to its end,\npowers of ten", ylim=(1, 6))
plots.show(fig, alt="RNA pieces by distance to both ends of their gene: bright, bound, low down on the right")

# %% [markdown]
# Each cell holds the training pieces of RNA that lie so far from the start of their gene and so far from its end; 3 means a thousand letters. Where the cell is bright, the protein PUM2 binds most of them.
#
# In lecture 3 these two numbers alone told bound from unbound with an AUROC of 0.80. The model was logistic regression: it adds the two, each with a weight, and compares the sum with a threshold. That is a straight line through this picture. Is the border straight? Look at the lower right.

# %% [markdown]
# ## A neuron, and what it gets wrong
#
# Write the two numbers of a piece as *x*. A **neuron** computes z = w₁x₁ + w₂x₂ + b and sends it through the **sigmoid**, p = 1 / (1 + e⁻ᶻ). That *is* logistic regression; the word is new, the formula is not. In lecture 3 scikit-learn found the weights. Now we find them.
#
# For that we need one number that says how wrong the neuron is. For a bound piece take −log p, for an unbound one −log(1 − p): nothing if it was sure and right, much if it was sure and wrong. The mean over all pieces is the **loss**, the *cross-entropy*.

# %% tags=["nbval-check-output"]
torch.set_num_threads(1)  # small models: more threads cost more than they bring
split, labels = pum2.split, pum2.labels.astype(float)
X = (places - places[split.train].mean(axis=0)) / places[split.train].std(axis=0)
fit_X, fit_y = X[split.train], labels[split.train]

def probability(w, b, X):
    """The neuron: one probability for each row."""
    return 1 / (1 + np.exp(-(X @ w + b)))

def loss(w, b, X, y):
    """Mean cross-entropy, in nats."""
    p = probability(w, b, X)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

share = fit_y.mean()
print(f"all weights 0, so p = 0.5 for every piece: loss {loss(np.zeros(2), 0.0, fit_X, fit_y):.3f}")
print(f"p = {share:.2f} for every piece, the share that is bound: "
      f"{loss(np.zeros(2), np.log(share / (1 - share)), fit_X, fit_y):.3f}")

# %% [markdown]
# The logarithm is the natural one, and its unit is called a **nat**; with the logarithm to the base 2 it would be bits, and a nat is nearly one and a half of them. 0.693 is log 2, what a coin costs: one bit. Knowing how many are bound brings it to 0.5. The distances must bring it lower.
#
# Which way should each weight move? The slope of the loss says. For one piece the slope along z is p − y: prediction minus truth, nothing more (work it out once with a pencil). And z grows with w₁ as fast as x₁ says. So the slope along w₁ is the mean of (p − y) x₁, and along b the mean of p − y. All slopes together are the **gradient**.
#
# A formula worked out by pencil is checked by nudging: move one weight by a millionth and see how the loss moves.

# %% tags=["nbval-check-output"]
def gradient(w, b, X, y):
    """Slopes of the loss along w, (2,), and along b."""
    error = probability(w, b, X) - y
    return X.T @ error / len(y), error.mean()

w, b, nudge = np.array([0.3, -0.2]), 0.1, 1e-6
slope_w, slope_b = gradient(w, b, fit_X, fit_y)
nudged = (loss(w + [nudge, 0], b, fit_X, fit_y) - loss(w - [nudge, 0], b, fit_X, fit_y)) / (2 * nudge)
assert np.isclose(slope_w[0], nudged, rtol=1e-5)
print(f"slope along the first weight: {slope_w[0]:.6f} by formula, {nudged:.6f} by nudging")

# %% [markdown]
# **Gradient descent**: start anywhere, take a step against the slope, again and again. How long a step? Slope times **learning rate**.
#
# **Predict, then run.** Sixty steps with learning rates of 0.03, 1 and 20. What will the three curves look like?

# %%
def descend(learning_rate, steps):
    """The loss before each step, and the weights at the end."""
    w, b, losses = np.zeros(2), 0.0, []
    for _ in range(steps):
        losses.append(loss(w, b, fit_X, fit_y))
        slope_w, slope_b = gradient(w, b, fit_X, fit_y)
        w, b = w - learning_rate * slope_w, b - learning_rate * slope_b
    return losses, w, b

def name_at_end(ax, x, y, name, colour):
    """Write the name of a line behind its last point."""
    ax.annotate(name, (x, y), (8, 0), textcoords="offset points", color=colour, va="center",
                annotation_clip=False)

# %%
fig, ax = plt.subplots(figsize=(8, 3.2))
for rate, colour in ((0.03, "C1"), (1, "C0"), (20, "C3")):
    losses, _, _ = descend(rate, 60)
    ax.plot(losses, color=colour)
    name_at_end(ax, 59, losses[-1], f"rate {rate}", colour)
ax.set(xlabel="step", ylabel="loss on training pieces (nats)", ylim=(0.35, 1.0))
plots.show(fig, alt=(
    "Loss against step. With rate 0.03 it falls slowly and has not arrived after sixty steps, with "
    "rate 1 it is flat after thirty, with rate 20 it jumps up, dips once, and then "
    "zigzags between two heights without end."
))

# %% [markdown]
# <details><summary>Your prediction, and what came out</summary>
#
# Too small: still under way after sixty steps. Right: there after thirty. Too large: each step jumps across the valley and lands high up on the other side, to and fro for ever. A loss that jumps, or becomes `nan`, is the first sign to look for; the remedy is nearly always a smaller learning rate.
#
# Is the bottom of the valley the same that scikit-learn found? There is only one, for a neuron: the valley has no side valleys.
# </details>

# %%
from sklearn.linear_model import LogisticRegression

losses, w, b = descend(1, 2000)
library = LogisticRegression(C=1e9).fit(fit_X, fit_y)
assert np.allclose(w, library.coef_[0], atol=2e-3) and np.isclose(b, library.intercept_[0], atol=2e-3)
print(f"by hand {w.round(3)}, scikit-learn {library.coef_[0].round(3)}; loss {losses[-1]:.4f}")
assert descend(0.03, 60)[0][-1] > losses[-1] + 0.02 and min(descend(20, 60)[0][40:]) > losses[-1] + 0.1

# %% [markdown]
# ## Slopes for nothing: autograd
#
# For a neuron a pencil is enough. For a network with a million weights nobody wants to. A **tensor** is PyTorch's array. Of one made with `requires_grad=True`, PyTorch records every operation, and `backward()` goes through the record from the loss to the weights, by the chain rule. That is **backpropagation**.

# %%
start_w, start_b = np.array([0.3, -0.2]), 0.1
weight = torch.tensor(start_w, requires_grad=True)
bias = torch.tensor(start_b, dtype=torch.float64, requires_grad=True)
z = torch.tensor(fit_X) @ weight + bias
cost = nn.functional.binary_cross_entropy_with_logits(z, torch.tensor(fit_y))
cost.backward()
slope_w, slope_b = gradient(start_w, start_b, fit_X, fit_y)
assert np.allclose(weight.grad.numpy(), slope_w) and np.isclose(bias.grad.item(), slope_b)
print("autograd", weight.grad.numpy().round(6), " by hand", slope_w.round(6))

# %% [markdown]
# `binary_cross_entropy_with_logits` takes z, the **logit**, and not p. Sigmoid and logarithm in one formula stay exact where p is so near to 1 that a computer rounds it up and log(1 − p) would be infinite. So all models of this course put out logits, and whoever wants a probability takes the sigmoid at the end.

# %% [markdown]
# ## Small batches, many steps: the loop
#
# Each step so far used all 17,713 training pieces. A slope from 64 of them is rougher, but costs a 277th, so for the price of one careful step we get 277 rough ones.
#
# In PyTorch the neuron is called `nn.Linear(2, 1)`: two numbers in, one out, two weights and a bias, and no sigmoid, which the loss brings along.
#
# **Predict, then run.** The same model, the same ten passes through the data (**epochs**), batches of 64 and a single batch of everything. Which has the lower loss after one epoch?

# %%
def train_in_the_open(model, X, y, optimizer, batch_size, epochs, seed=0):
    """Every step of a training run; the mean loss of each epoch."""
    history = []
    for epoch in range(epochs):
        order = np.arange(len(X))
        np.random.default_rng((seed, epoch)).shuffle(order)
        summed = 0.0
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            cost = nn.functional.binary_cross_entropy_with_logits(model(X[rows]), y[rows])
            optimizer.zero_grad()  # forget the slopes of the step before
            cost.backward()        # find the slopes
            optimizer.step()       # change the weights
            summed += cost.item() * len(rows)
        history.append(summed / len(X))
    return history

# %%
as_tensors = torch.tensor(fit_X, dtype=torch.float32), torch.tensor(fit_y[:, None], dtype=torch.float32)
curves = {}
for batch_size in (64, len(fit_X)):
    torch.manual_seed(0)
    neuron = nn.Linear(2, 1)
    sgd = torch.optim.SGD(neuron.parameters(), lr=0.1)
    curves[batch_size] = train_in_the_open(neuron, *as_tensors, sgd, batch_size, epochs=10)
print(f"{len(fit_X):,} pieces are {-(-len(fit_X) // 64)} batches of 64")
fig, ax = plt.subplots(figsize=(8, 3))
for (batch_size, curve), colour in zip(curves.items(), ("C0", "C1")):
    ax.plot(range(1, 11), curve, "o-", color=colour)
    name_at_end(ax, 10, curve[-1], f"batches of {batch_size:,}", colour)
ax.set(xlabel="epoch", ylabel="mean loss during\nthe epoch (nats)", xticks=range(1, 11))
plots.show(fig, alt=(
    "Mean loss by epoch. With batches of 64 it is at the bottom in the second epoch; with all rows in "
    "one batch it has come a quarter of the way after ten."
))

# %% [markdown]
# <details><summary>Your prediction, and what came out</summary>
#
# After one epoch the small batches are practically done: 277 steps against one. Rough slopes point the right way on average, and that is enough. Every network of this course is trained so; the name is stochastic gradient descent, SGD.
#
# How small? A batch of one wastes the processor, which multiplies many rows as fast as a few. Some dozens to some hundreds is usual.
# </details>

# %%
assert curves[64][0] < curves[len(fit_X)][-1] and curves[64][-1] < losses[-1] + 0.01

# %% [markdown]
# ## The loop of the course
#
# That loop lacks what one comes to miss: a look at validation data after each epoch, a bar, a way to stop, a checkpoint, a graphics card. `training.fit` has these and is the same loop. Here is its body.

# %%
import copy
import inspect

from IPython.display import Code

name_and_arguments, docstring, body = inspect.getsource(training.fit).split('"""', 2)
Code(body, language="python")

# %% [markdown]
# Find the four lines that do the work, the same as above:
#
# - the one with `loss(call(network, …), …)`, where `call` matters only to models that read several things at once;
# - `zero_grad()`;
# - `backward(…)`;
# - `step(optimizer)`, which is `optimizer.step()` with a look at 16-bit numbers.
#
# Do not mind the rest today. `run` keeps what an interrupted run needs to go on, and `prepare` makes planes of tokens, on the device that computes. With the same batches it takes the same steps:

# %%
torch.manual_seed(0)
by_hand = nn.Linear(2, 1)
train_in_the_open(by_hand, *as_tensors, torch.optim.SGD(by_hand.parameters(), lr=0.1), 64, epochs=2)
torch.manual_seed(0)
by_fit = nn.Linear(2, 1)
history = training.fit(by_fit, as_tensors, epochs=2, batch_size=64, progress=False,
                       optimizer=torch.optim.SGD(by_fit.parameters(), lr=0.1))
assert all(torch.equal(a, b) for a, b in zip(by_hand.parameters(), by_fit.parameters(), strict=True))
history.drop(columns="seconds").round(4)

# %% [markdown]
# ## A task that no neuron can do
#
# Now a planted world, so that the truth is known. 4,000 random sequences of 60 letters; into half of them, by chance, the word TGACTCA is put, and into half of them, by another toss, CACGTG. The label is 1 if *exactly one* of the two is there: two proteins, each of which switches a gene on, and which block each other.
#
# The model is told both counts, and it is trained with **Adam**: gradient descent that gives every weight a step length of its own, by how large and how steady its slopes have been.
#
# **Predict, then run.** What AUROC does a neuron reach? (Try to find weights on paper: with none of the words z must be low, with one high, with both low.)

# %%
rng = np.random.default_rng(0)
letters = rng.choice(list("ACGT"), (4000, 60))
first, second = rng.random(4000) < 0.5, rng.random(4000) < 0.5
for has, word, left in ((first, "TGACTCA", 5), (second, "CACGTG", 35)):
    for row, place in zip(np.flatnonzero(has), rng.integers(left, left + 15, has.sum())):
        letters[row, place : place + len(word)] = list(word)
texts = ["".join(row) for row in letters]
counts = np.array([[text.count("TGACTCA"), text.count("CACGTG")] for text in texts], dtype=np.float32)
exactly_one = (first != second).astype(np.float32)[:, None]
learn, judge = (counts[:3000], exactly_one[:3000]), (counts[3000:], exactly_one[3000:])

# %% tags=["nbval-check-output"]
def train_planted(model):
    """AUROC on the last thousand."""
    adam = torch.optim.Adam(model.parameters(), lr=0.02)
    training.fit(model, learn, epochs=30, optimizer=adam, progress=False)
    return metrics.auroc(judge[1], training.predict(model, judge[0]))[0]

torch.manual_seed(0)
neuron = nn.Linear(2, 1)
print(f"a neuron: {train_planted(neuron):.2f}")

# %% [markdown]
# <details><summary>Your prediction, and what came out</summary>
#
# No better than a coin. If each word alone must raise z, both together raise it twice. A neuron adds; it cannot say "but not both". The task is called XOR; a book about it (Minsky and Papert 1969) is often said to have stopped the field for years.
# </details>
#
# The way out is to ask several neurons first, and let another one judge their answers. The neurons in between are a **hidden layer**. They need something that is not a straight line behind them, or the two layers would melt into one; today that is the **ReLU**, max(0, z).

# %%
torch.manual_seed(0)
network = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1))
fig, ax = plt.subplots(figsize=(7, 1.9))
plots.network(ax, network, torch.zeros(1, 2))
plots.show(fig, alt="Two boxes: 2 numbers go into 8 hidden neurons with ReLU, and those into one answer")
print(f"eight hidden neurons: {train_planted(network):.2f}")

# %%
corners = torch.tensor([[0, 0], [1, 0], [0, 1], [1, 1]], dtype=torch.float32)
grid = np.stack(np.meshgrid(np.linspace(-0.4, 1.4, 80), np.linspace(-0.4, 1.4, 80)), axis=-1)
fig, axes = plt.subplots(1, 2, figsize=(7.6, 3.5), sharey=True)
for ax, model, name in zip(axes, (neuron, network), ("a neuron", "eight hidden neurons")):
    p = training.predict(model, grid.reshape(-1, 2).astype(np.float32), activation=torch.sigmoid)
    shades = ax.contourf(grid[..., 0], grid[..., 1], p.reshape(80, 80), levels=np.linspace(0, 1, 11),
                         cmap="cividis")
    for x, y in corners.tolist():
        ax.text(x, y, "1" if x != y else "0", color="white", size=15, ha="center", va="center",
                bbox={"facecolor": "black", "alpha": 0.5, "linewidth": 0})
    ax.set(title=name, xlabel="how often TGACTCA")
axes[0].set_ylabel("how often CACGTG")
fig.colorbar(shades, ax=axes, label="probability of a 1")
plots.show(fig, alt=(
    "The plane of the two counts, bright where the model says 1. The neuron is nearly the same dull "
    "colour everywhere. The network is bright around (1, 0) and (0, 1), dark around (0, 0) and (1, 1)."
))

# %%
assert abs(metrics.auroc(judge[1], training.predict(neuron, judge[0]))[0] - 0.5) < 0.06
assert metrics.auroc(judge[1], training.predict(network, judge[0]))[0] > 0.99

# %% [markdown]
# Backpropagation by hand, once, for this network: the error p − y goes back through the second layer's weights to each hidden neuron, is stopped where the ReLU was 0, and gives the first layer's slopes as before.

# %%
exact = copy.deepcopy(network).double()  # in 64 bits, to compare to the last digits
W, c, v, d = (weight.detach().numpy() for weight in exact.parameters())
batch, truth = counts[:64].astype(float), exactly_one[:64].astype(float)
before = batch @ W.T + c                      # (64, 8) what the hidden neurons add up
hidden = np.maximum(before, 0)                # (64, 8) what they pass on
p = 1 / (1 + np.exp(-(hidden @ v.T + d)))     # (64, 1)
error = (p - truth) / len(batch)              # (64, 1) slope along z
slope_v = error.T @ hidden                    # (1, 8)
error_hidden = (error @ v) * (before > 0)     # (64, 8) sent back, stopped where the ReLU was 0
slope_W = error_hidden.T @ batch              # (8, 2)

logits = exact(torch.tensor(batch))
nn.functional.binary_cross_entropy_with_logits(logits, torch.tensor(truth)).backward()
assert np.allclose(exact[0].weight.grad, slope_W) and np.allclose(exact[2].weight.grad, slope_v)
apart = np.abs(exact[0].weight.grad.numpy() - slope_W).max()
print(f"largest difference between the slopes by hand and by autograd: {apart:.0e}")

# %% [markdown]
# ## Back to the picture at the top
#
# On the two distances, a neuron and 32 hidden neurons. Validation pieces decide; the test set stays shut. (AdamW is Adam with weight decay, which comes below.)

# %%
planes_X, y = X.astype(np.float32), labels[:, None].astype(np.float32)
part = {name: getattr(split, name) for name in ("train", "validation", "test")}

def train(model, features, epochs, callbacks=(), decay=0.0, seed=0):
    """Train on the training pieces; the history holds loss and AUROC on the validation pieces."""
    rate = 3e-3 if features.shape[1] == 2 else 1e-3
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=decay)
    data = [(features[part[name]], y[part[name]]) for name in ("train", "validation")]
    return training.fit(model, *data, epochs=epochs, optimizer=optimizer, callbacks=callbacks, seed=seed,
                        metrics={"auroc": metrics.auroc}, progress=False)

torch.manual_seed(0)
maps = {"a neuron": nn.Linear(2, 1),
        "32 hidden neurons": nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 1))}
for name, model in maps.items():
    history = train(model, planes_X, epochs=scale.choose(3, 15))
    print(f"{name:18} AUROC on validation pieces {history['valid_auroc'].iloc[-1]:.3f}")

# %%
fig, axes = plt.subplots(1, 2, figsize=(8.4, 3.5), sharey=True)
grid = np.stack(np.meshgrid(np.linspace(1.2, 6, 90), np.linspace(1, 6, 90)), axis=-1).reshape(-1, 2)
scaled = (grid - places[split.train].mean(axis=0)) / places[split.train].std(axis=0)
for ax, (name, model) in zip(axes, maps.items()):
    p = training.predict(model, scaled.astype(np.float32), activation=torch.sigmoid)
    shades = ax.contourf(*grid.reshape(90, 90, 2).transpose(2, 0, 1), p.reshape(90, 90), cmap="cividis",
                         levels=np.linspace(0, 1, 11))
    ax.set(title=name, xlabel="distance to the start of the gene,\npowers of ten")
axes[0].set_ylabel("distance to its end,\npowers of ten")
fig.colorbar(shades, ax=axes, label="probability of being bound")
plots.show(fig, alt=(
    "The plane of the two distances. The neuron's shades run in straight stripes. The network's bend: it is "
    "bright low down on the right only, as in the first picture."
))

# %% [markdown]
# The network bends the border, as the data do. And the gain in AUROC is small, about 0.01. A hidden layer gives what was missing, and no more: if nearly everything can be said with a straight line, a straight line is a good model.

# %% [markdown]
# ## Too many weights
#
# Now the 1,364 k-mer counts of lecture 3, and 64 hidden neurons.

# %%
table = kmers.count_kmers(pum2.tokens).astype(np.float32)
table -= table[split.train].mean(axis=0)

def hidden_layer(dropout=0.0, seed=0):
    """1,364 counts, 64 hidden neurons, one answer."""
    torch.manual_seed(seed)
    return nn.Sequential(nn.Dropout(dropout / 2), nn.Linear(1364, 64), nn.ReLU(), nn.Dropout(dropout),
                         nn.Linear(64, 1))

fig, ax = plt.subplots(figsize=(8, 2.2))
plots.network(ax, hidden_layer(), torch.zeros(1, 1364))
plots.show(fig, alt="1,364 numbers go into 64 hidden neurons, with nearly all weights, and those into one")
weights = sum(part.numel() for part in hidden_layer().parameters())
print(f"{weights:,} weights for {len(split.train):,} training pieces")

# %% [markdown]
# Five weights for each piece that it learns from. It can learn them by heart. Four remedies are in use:
#
# - **early stopping**: keep the weights of the epoch that was best on validation data;
# - **weight decay**: after each step shrink all weights a little, so that only those stay large that keep being pushed;
# - **dropout**: in each training step switch off a part of the neurons, chosen by chance, so that none can rely on another;
# - more data, which is the best, and is not to be had here.
#
# **Predict, then run.** Loss on training and on validation pieces, epoch by epoch, with nothing, with weight decay, with dropout. Draw the three pairs of curves.

# %%
epochs = scale.choose(3, 20)
recipes = {"nothing": (0.0, 0.0), "weight decay": (0.0, 1.0), "dropout": (0.5, 0.0)}
histories = {name: train(hidden_layer(dropout), table, epochs, decay=decay)
             for name, (dropout, decay) in recipes.items()}

# %%
fig, axes = plt.subplots(1, 3, figsize=(8.6, 3), sharey=True)
for ax, (name, history) in zip(axes, histories.items()):
    ax.plot(history["epoch"], history["train_loss"], color="C1")
    ax.plot(history["epoch"], history["valid_loss"], color="C0")
    ax.set(title=name, xlabel="epoch")
axes[0].set_ylabel("loss (nats)")
for ax in axes:
    ax.set_xticks(range(0, epochs + 1, 5))
axes[0].text(0.45, 0.75, "validation", color="C0", ha="right", transform=axes[0].transAxes)
axes[0].text(0.08, 0.08, "training", color="C1", ha="left", transform=axes[0].transAxes)
plots.show(fig, alt=(
    "Three pairs of loss curves. With nothing, training falls to 0 and validation more than doubles. "
    "With weight decay or with dropout, training falls slowly and validation stays where it was."
))
for name, history in histories.items():
    print(f"{name:13} best validation AUROC {history['valid_auroc'].max():.4f} in epoch "
          f"{int(history['valid_auroc'].argmax()) + 1}, after the last {history['valid_auroc'].iloc[-1]:.4f}")

# %% [markdown]
# <details><summary>Your prediction, and what came out</summary>
#
# With nothing, the training loss falls to 0 while the validation loss more than doubles: the network learns the pieces by heart, from the second epoch on. Weight decay and dropout each hold it down; by AUROC the best epoch is the third or the fifth in all three. So stopping early does most of the work, and dropout gives the best of the three AUROCs.
#
# The AUROC suffers less than the loss: with nothing it falls by some hundredths while the loss more than doubles. Overfitting first makes a model too sure of itself; the order of its answers holds out longer.
# </details>

# %%
if scale.current() != "ci":
    turned = {name: h["valid_loss"].iloc[-1] - h["valid_loss"].min() for name, h in histories.items()}
    assert turned["nothing"] > 0.3 and max(turned["dropout"], turned["weight decay"]) < 0.1
    assert histories["dropout"]["valid_auroc"].max() > histories["nothing"]["valid_auroc"].max()

# %% [markdown]
# ## A model has two modes
#
# Dropout switches neurons off while a model *learns*. When it answers, all of them should speak. How does it know which is wanted?
#
# **Predict, then run.** Take a network with dropout, and ask it twice for the same five pieces. Do the answers agree?

# %%
asked = torch.tensor(table[part["validation"][:5]])
dropping = hidden_layer(dropout=0.5)

def twice():
    """Two answers for the same pieces, side by side."""
    return torch.cat([dropping(asked), dropping(asked)], dim=1)

dropping.train()  # how a new model begins
learning = twice()
dropping.eval()
answering = twice()
print("in training mode:  ", learning.tolist()[0])
print("in evaluation mode:", answering.tolist()[0])
assert not torch.equal(*learning.T) and torch.equal(*answering.T)
assert learning.grad_fn is not None

# %% [markdown]
# They do not. A new model is in training mode, and each call draws other neurons to switch off. Nothing warns you: the numbers look like answers, and your AUROC is lower than it should be and a little different each time. `model.eval()` puts the model, with all that is in it, into evaluation mode; `model.train()` puts it back. Batch normalisation (lecture 6) has two modes as well, and there the mistake is worse: in training mode the answer for one piece depends on the others in its batch.
#
# The second thing to switch off is the record that autograd keeps of every step, in case slopes will be asked for: look at `learning.grad_fn`. For answers it is wasted memory. `with torch.no_grad():` around the call leaves it out, and does *not* change the mode; the two are often taken for each other. `training.predict` does both, and leaves the model in the mode it was in:

# %%
dropping.train()
with torch.no_grad():
    assert not torch.equal(*twice().T), "no_grad alone does not stop dropout"
by_package = training.predict(dropping, table[part["validation"][:5]])
assert np.allclose(by_package[:, 0], answering[:, 0].detach(), atol=1e-6) and dropping.training

# %% [markdown]
# ## One number is no number: seeds
#
# First weights, order of batches, dropout: all by chance. So is a part of the result. Train the same network with five seeds, early stopping on the validation AUROC (it is the order that we want, and the loss would stop earlier), with a *patience* of 4: so many epochs without improvement end the run. See how far the five lie apart. The second network also gets the two distances, times 3, so that two columns among 1,364 are heard.

# %%
runs = {}
for name, columns in (("k-mers", table), ("k-mers and distances", np.hstack([table, 3 * planes_X]))):
    for seed in range(scale.choose(1, 5)):
        torch.manual_seed(seed)
        model = nn.Sequential(nn.Dropout(0.25), nn.Linear(columns.shape[1], 64), nn.ReLU(), nn.Dropout(0.5),
                              nn.Linear(64, 1))
        stop = training.EarlyStopping("valid_auroc", patience=4, higher_is_better=True)
        train(model, columns, epochs=scale.choose(2, 20), callbacks=[stop], decay=0.1, seed=seed)
        runs[name, seed] = stop.best_value, training.predict(model, columns[part["test"]])[:, 0]
for name in ("k-mers", "k-mers and distances"):
    values = [value for (which, _), (value, _) in runs.items() if which == name]
    print(f"{name:21} validation AUROC of the seeds: {', '.join(f'{value:.4f}' for value in values)}")

# %% [markdown]
# The seeds differ in the third digit. A claim that one network beats another by so much needs more than one run of each. What is chosen is chosen; now the test set, once. The rivals are logistic regressions on the same columns, C chosen on validation pieces, and one that is told only whether each word occurs, not how often.
#
# **Predict, then run.** How much does the hidden layer add to the k-mers, in AUROC on the test pieces?

# %%
settings = scale.choose((0.003,), (0.001, 0.003, 0.01))

def regression(columns):
    """Logistic regression, C chosen on validation pieces; scores of the test pieces."""
    fits = [LogisticRegression(C=C, max_iter=300).fit(columns[part["train"]], labels[part["train"]])
            for C in settings]
    judge = columns[part["validation"]], pum2.labels[part["validation"]]
    best = max(fits, key=lambda model: metrics.auroc(judge[1], model.decision_function(judge[0])))
    return best.decision_function(columns[part["test"]])

def mean_answer(name):
    """The mean probability over the seeds."""
    return np.mean([1 / (1 + np.exp(-z)) for (which, _), (_, z) in runs.items() if which == name], axis=0)

# %%
both, curved = np.hstack([table, 3 * planes_X]), maps["32 hidden neurons"]
there = (kmers.count_kmers(pum2.tokens) > 0).astype(np.float32)
answers = {
    "two distances, logistic regression": regression(planes_X),
    "two distances, 32 hidden neurons": training.predict(curved, planes_X[part["test"]])[:, 0],
    "k-mers, logistic regression": regression(table),
    "k-mers there or not, logistic regression": regression(there),
    "k-mers, 64 hidden neurons": runs["k-mers", 0][1],
    "k-mers, 64 hidden neurons, mean of 5 seeds": mean_answer("k-mers"),
    "k-mers and distances, logistic regression": regression(both),
    "k-mers and distances, 64 hidden neurons, mean of 5 seeds": mean_answer("k-mers and distances"),
}

# %%
gene = pum2.table["gene_id"].to_numpy()[part["test"]]  # pieces of one gene are drawn together
truth = pum2.labels[part["test"]]
rungs = {name: metrics.interval(metrics.auroc, truth, z, groups=gene, resamples=300)
         for name, z in answers.items()}
fig, ax = plt.subplots(figsize=(8.6, 4.2))
plots.ladder(ax, rungs, "AUROC, test pieces", chance=0.5)
plots.show(fig, alt=(
    "Eight rungs with intervals. Distances 0.81 without and with a hidden layer; k-mers 0.84 with logistic "
    "regression, 0.85 with a hidden layer; k-mers and distances 0.88 and 0.89."
))

# %%
def gain(one, other):
    """How much better the first is, on the same test pieces."""
    return metrics.interval_of_difference(metrics.auroc, truth, answers[one], answers[other],
                                          groups=gene, resamples=300)

pairs = [("k-mers, 64 hidden neurons", "k-mers, logistic regression"),
         ("k-mers, 64 hidden neurons", "k-mers there or not, logistic regression"),
         ("k-mers, 64 hidden neurons, mean of 5 seeds", "k-mers, 64 hidden neurons")]
gains = {pair: gain(*pair) for pair in pairs}
for (one, other), difference in gains.items():
    print(f"{one} minus {other}:\n    {difference}")
new = {name: rung for name, rung in rungs.items() if name != "k-mers, logistic regression"}
results.record("pum2_hidden_layer", new, task="PUM2 binds this piece of RNA or not, 101 letters",
               data=f"pum2, {len(truth):,} test pieces", split="By chromosome, as given",
               metric="AUROC", chance=0.5)

# %% [markdown]
# <details><summary>Your prediction, and what came out</summary>
#
# One network is a little above one regression, and the interval stays above 0; the mean of five answers, steadier than each, adds a little more. What is it that a sum of counts cannot say? Combinations of words, perhaps; or only that two TGTA are not twice as good as one. The regression that is told "there or not" cannot say that either, and is below the network as well. From this picture one cannot tell.
#
# The distances are worth more than the hidden layer: 0.884 with none, 0.894 with one. And a count of words has forgotten where each word stood, which no hidden layer can bring back. The next lecture gives the network the letters themselves.
# </details>

# %%
if scale.current() != "ci":
    assert gains[pairs[0]].low > 0 and gains[pairs[2]].low > 0
    assert 0.83 < rungs["k-mers, 64 hidden neurons"].value < 0.88
    assert rungs["k-mers and distances, logistic regression"].low > rungs["k-mers, 64 hidden neurons"].high

# %% [markdown]
# ## The same in Keras
#
# PyTorch shows the loop; Keras hides it behind `compile` and `fit`. Much published code is Keras, so you should be able to read it. Note `from_logits=True`: without it Keras takes the output for a probability.

# %%
# %load_ext dnacourse.needs

# %%
# %%needs tensorflow
from dnacourse.keras_models import keras  # `import keras`, without the page that TensorFlow greets with

keras.utils.set_random_seed(0)
twin = keras.Sequential([
    keras.Input((1364,)), keras.layers.Dropout(0.25), keras.layers.Dense(64, activation="relu"),
    keras.layers.Dropout(0.5), keras.layers.Dense(1)])
twin.compile(keras.optimizers.AdamW(1e-3, weight_decay=0.1),
             keras.losses.BinaryCrossentropy(from_logits=True))
rows = part["validation"]
rounds = scale.choose(1, 6)
twin.fit(table[part["train"]], labels[part["train"]], batch_size=64, epochs=rounds, verbose=0)
z = twin.predict(table[rows], verbose=0)[:, 0]
print(f"Keras, after {rounds} epochs: validation AUROC {metrics.auroc(pum2.labels[rows], z):.3f}")
assert metrics.auroc(pum2.labels[rows], z) > scale.choose(0.7, 0.84)

# %% [markdown]
# ## What you learned
#
# - A neuron is logistic regression. Its loss is the cross-entropy, the slope along z is prediction minus truth, and learning is steps against the slope.
# - Autograd finds slopes through any number of layers; a nudge checks them.
# - Small batches: rough slopes, many steps. The loop is four lines, and `training.fit` is that loop with a memory.
# - A neuron adds. A hidden layer can say "but not both".
# - Validation loss that turns up is overfitting. Stop early, decay weights, drop neurons.
# - Report several seeds, and the cheap model in the same table.
#
# ## Quiz
#
# **1.** Half of the labels are 1, the loss is 0.693, and it does not move. What does the model say, and what would you look at first?
# <details><summary>Answer</summary>p = 0.5 for everything: log 2. Look at the learning rate (too small?), whether the labels were shuffled against the inputs, and whether the ReLUs are all 0.</details>
#
# **2.** Somebody forgets `optimizer.zero_grad()`. What happens?
# <details><summary>Answer</summary>Slopes add up over all steps so far, so each step goes where all earlier batches pointed. The loss jumps as with a learning rate that grows.</details>
#
# **3.** Two layers without a ReLU between them: what can they say that one cannot?
# <details><summary>Answer</summary>Nothing. W₂(W₁x) is (W₂W₁)x, one layer with other weights.</details>
#
# **4.** With dropout the training loss is higher than the validation loss. Is something wrong?
# <details><summary>Answer</summary>No. The training loss is measured with neurons switched off, and while the weights still get better; the validation loss with all neurons, at the end of the epoch.</details>
#
# **5.** A paper trains its network five times, reports the best, and its rival once. What do you say?
# <details><summary>Answer</summary>The best of five is the mean plus luck. Give both the same number of seeds, and report mean and spread, or choose the run on validation data.</details>
#
# ## Now you
#
# The exercises are in the lab: [labs/lab04_from_regression_to_networks.ipynb](../labs/lab04_from_regression_to_networks.ipynb). You will write the loss that does not overflow, the gradients of a hidden layer, the batches and early stopping, and train on a task of your own.
#
# ## Further reading
#
# - Rumelhart, Hinton and Williams (1986), backpropagation: [doi:10.1038/323533a0](https://doi.org/10.1038/323533a0)
# - Srivastava et al. (2014), dropout: [jmlr.org/papers/v15/srivastava14a](https://jmlr.org/papers/v15/srivastava14a.html)
# - Loshchilov and Hutter (2019), weight decay as it should be (AdamW): [doi:10.48550/arXiv.1711.05101](https://doi.org/10.48550/arXiv.1711.05101)
# - Bouthillier et al. (2021), how much results vary with the seed: [doi:10.48550/arXiv.2103.03098](https://doi.org/10.48550/arXiv.2103.03098)
# - Minsky and Papert (1969), *Perceptrons*, MIT Press
