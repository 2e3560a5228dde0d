# %% [markdown]
# # Lab 5 · Convolutions find motifs
#
# **The question.** What happens inside a convolution, number by number? And when a network tells bound from unbound, what has it learned about the unbound?
#
# **Afterwards you can**
# 1. scan with a kernel, rectify and pool, on both strands;
# 2. work out the shapes and parameters of any stack of convolutions before you build it;
# 3. turn a kernel into a motif;
# 4. train DeepBind against two kinds of unbound sequences, and say what the difference shows.
#
# **Before you start.** [Lecture 5](../lectures/05_convolutions_find_motifs.ipynb). NumPy: slices, sums and maxima along axes.
#
# **Time.** 88 minutes, exercise by exercise, reading included. {{minutes}}
#
# **Data.**
# {{data}}
#
# **How it works.** Each exercise has a cell that ends in `raise NotImplementedError`: replace that line by your code. Three hints open one after the other. The cell
# after it checks your answer: run it as often as you like. ✓ means done; ✗ tells you which mistake it sees. Exercises 1 to 5 are NumPy and plain Python: ready-made convolutions, such as `np.convolve`, `np.correlate` and those of SciPy and PyTorch, and functions of `dnacourse` do not count as an answer, and the checks look.

# %%
import numpy as np
import torch

from dnacourse import metrics, training
from dnacourse.datasets import load
from dnacourse.labs import lab05
from dnacourse.models.deepbind import DeepBind

torch.set_num_threads(1)
print(load("oct4"))  # for exercise 6, with
print(load("mafk"))

# %% [markdown]
# ## Exercise 1 · A kernel walks along (8 minutes)
#
# Write `scan(planes, kernel)`: the answers of a kernel, shape (4, w), along one sequence, one-hot planes of shape (4, L), wherever it fits. `np.correlate`, SciPy and PyTorch have it ready; build it once from sums.
#
# | input | output |
# |---|---|
# | `np.eye(4)` (the sequence ACGT), kernel `[[1, 0], [0, 5], [0, 0], [0, 2]]` as an array | `[6.0, 0.0, 2.0]`: A then C is 1 + 5; C then G is nothing; G then T is 2 |
#
# <details><summary>Hint 1</summary>
#
# At place i the kernel lies on columns i to i + w − 1 of the planes. Multiply the two tables cell by cell, and add everything up.
#
# <details><summary>Hint 2</summary>
#
# `planes[:, i : i + width]` is the window. The last place where it is whole is L − w, so there are L − w + 1 places.
#
# <details><summary>Hint 3</summary>
#
# `np.array([(planes[:, i : i + width] * kernel).sum() for i in range(planes.shape[1] - width + 1)])`
#
# </details></details></details>

# %% solution="scan"
def scan(planes, kernel):
    """Answers of the kernel at every place where it fits, (L - w + 1,)."""
    ### BEGIN SOLUTION
    width = kernel.shape[1]
    places = range(planes.shape[1] - width + 1)
    return np.array([(planes[:, i : i + width] * kernel).sum() for i in places])
    ### END SOLUTION

# %% check="check-scan" points=5
lab05.check_scan(scan)

# %% [markdown]
# ## Exercise 2 · Threshold, ReLU, maximum (7 minutes)
#
# Write `pooled(answers, thresholds)`. `answers`, shape (kernels, places), are several kernels' answers on one sequence; `thresholds` has one number for each kernel. Take the threshold away, set what is negative to 0, and give each kernel's maximum over the places.
#
# | input | output |
# |---|---|
# | `[[-1.0, 4.0, 2.5], [0.5, -2.0, 1.5]]`, `[1.0, 2.0]`, as arrays | `[3.0, 0.0]` |
#
# <details><summary>Hint 1</summary>
#
# Three steps, each of them one NumPy operation. The ReLU is `np.maximum(…, 0)`.
#
# <details><summary>Hint 2</summary>
#
# The thresholds stand one for each row: `thresholds[:, None]` makes a column of them, which NumPy takes from every place.
#
# <details><summary>Hint 3</summary>
#
# `np.maximum(answers - thresholds[:, None], 0).max(axis=1)`
#
# </details></details></details>

# %% solution="pooled"
def pooled(answers, thresholds):
    """How far each kernel gets above its threshold, (kernels,)."""
    ### BEGIN SOLUTION
    return np.maximum(answers - thresholds[:, None], 0).max(axis=1)
    ### END SOLUTION

# %% check="check-pooled" points=5
lab05.check_pooled(pooled)

# %% [markdown]
# ## Exercise 3 · Both strands (12 minutes)
#
# Write `best_answer(tokens, kernel)`: the highest answer of a kernel, shape (4, w), on a sequence *or its other strand*. `tokens` are numbers, 0 to 3 for A, C, G, T, shape (L,); there are no unknown letters. No threshold and no ReLU.
#
# | input | output |
# |---|---|
# | `[0, 1, 1]` (ACC), kernel `[[0, 0], [0, 0], [2, 3], [0, 0]]`, as arrays | `5.0`: the other strand is GGT, and begins with GG |
#
# <details><summary>Hint 1</summary>
#
# There are two ways to the same number: turn the sequence, or turn the kernel. The sequence is easier.
#
# <details><summary>Hint 2</summary>
#
# The other strand is complemented, 0 ↔ 3 and 1 ↔ 2, *and* read from the other end. `np.eye(4)[tokens].T` makes planes, so that your `scan` can be used again.
#
# <details><summary>Hint 3</summary>
#
# `3 - tokens[::-1]` is the other strand. Scan both, and take `max(…)` of the two maxima.
#
# </details></details></details>

# %% solution="best-answer"
def best_answer(tokens, kernel):
    """The highest answer on either strand."""
    ### BEGIN SOLUTION
    return max(scan(np.eye(4)[strand].T, kernel).max() for strand in (tokens, 3 - tokens[::-1]))
    ### END SOLUTION

# %% check="check-best-answer" points=5
lab05.check_best_answer(best_answer)

# %% [markdown]
# ## Exercise 4 · How large is a network? (18 minutes)
#
# A paper gives its layers in a table. Write `sizes(length, layers)`: what comes out of each layer, for a sequence of `length` letters, and how many parameters the layer has. The input has the shape (4, length). The layers are
#
# - `("conv", kernels, width)`: no padding; one bias for each kernel;
# - `("pool", size)`: the maximum of each `size` places; what is left over at the end is dropped;
# - `("flatten",)`: all channels and places end to end;
# - `("dense", units)`: one weight for each input and unit, one bias for each unit.
#
# Return a list with a pair for each layer: its shape, as a tuple or list (of one number too: `(40,)`), and its number of parameters. A kernel has a row for each channel of its input: 4 for letters, and behind a convolution as many as that had kernels. (The check ends with the layers of two networks of the next lecture, Basset and DeepSEA.)
#
# | input | output |
# |---|---|
# | `20, [("conv", 8, 5), ("pool", 3), ("flatten",), ("dense", 2)]` | `[((8, 16), 168), ((8, 5), 0), ((40,), 0), ((2,), 82)]` |
#
# <details><summary>Hint 1</summary>
#
# Keep one variable, the shape so far, and go through the layers. Only convolutions and dense layers have parameters.
#
# <details><summary>Hint 2</summary>
#
# A kernel has as many rows as its input has channels: 4 in the first convolution, later as many as there were kernels before. So a convolution has kernels × (channels × width + 1) parameters, and L − width + 1 places are left. Pooling leaves `places // size`.
#
# <details><summary>Hint 3</summary>
#
# ```
# shape, found = (4, length), []
# for kind, *numbers in layers:
#     parameters = 0
#     if kind == "conv":
#         kernels, width = numbers
#         parameters = kernels * (shape[0] * width + 1)
#         shape = (kernels, shape[1] - width + 1)
#     …
#     found.append((shape, parameters))
# ```
#
# </details></details></details>

# %% solution="sizes"
def sizes(length, layers):
    """Shape and parameters of each layer."""
    ### BEGIN SOLUTION
    shape, found = (4, length), []
    for kind, *numbers in layers:
        parameters = 0
        if kind == "conv":
            kernels, width = numbers
            parameters = kernels * (shape[0] * width + 1)
            shape = (kernels, shape[1] - width + 1)
        elif kind == "pool":
            shape = (shape[0], shape[1] // numbers[0])
        elif kind == "flatten":
            shape = (shape[0] * shape[1],)
        else:
            parameters = numbers[0] * (shape[0] + 1)
            shape = (numbers[0],)
        found.append((shape, parameters))
    return found
    ### END SOLUTION

# %% check="check-sizes" points=10
lab05.check_sizes(sizes)

# %% [markdown]
# ## Exercise 5 · From a kernel to a motif (15 minutes)
#
# Write `motif_of(tokens, kernel)`: the motif of a kernel, shape (4, w), as shares of A, C, G and T at each of its w positions. `tokens` has the shape (N, L), letters 0 to 3. From each sequence take the stretch that the kernel answers to most (the first, if several do), but only from sequences whose best answer is at least *half of the best answer of all*. Then count letters, column by column. One strand only.
#
# | input | output |
# |---|---|
# | `[[0, 1, 2], [3, 0, 1], [2, 2, 2]]`, kernel `[[4, 0], [0, 2], [1, 0], [0, 0]]`, as arrays | `[[1, 0], [0, 1], [0, 0], [0, 0]]`: AC answers with 6 in the first two, the third reaches only 1 |
#
# <details><summary>Hint 1</summary>
#
# First all answers, of every sequence at every place: shape (N, L − w + 1). Then the best place in each row, then which rows are good enough.
#
# <details><summary>Hint 2</summary>
#
# `answers = np.stack([scan(np.eye(4)[row].T, kernel) for row in tokens])`. `answers.argmax(axis=1)` gives the places, and `answers.max(axis=1) >= answers.max() / 2` says which rows stay.
#
# <details><summary>Hint 3</summary>
#
# `sites = np.array([tokens[i, place : place + width] for …])` has the shape (n, w), and `(sites == letter).mean(axis=0)` is the row of a letter.
#
# </details></details></details>

# %% solution="motif-of"
def motif_of(tokens, kernel):
    """Shares of the letters in the stretches that the kernel answers to, (4, w)."""
    ### BEGIN SOLUTION
    width = kernel.shape[1]
    answers = np.stack([scan(np.eye(4)[row].T, kernel) for row in tokens])
    good = np.flatnonzero(answers.max(axis=1) >= answers.max() / 2)
    places = answers.argmax(axis=1)
    sites = np.array([tokens[i, places[i] : places[i] + width] for i in good])
    return np.stack([(sites == letter).mean(axis=0) for letter in range(4)])
    ### END SOLUTION

# %% check="check-motif-of" points=5
lab05.check_motif_of(motif_of)

# %% [markdown]
# ## Exercise 6 · What is unbound? (28 minutes, with the claim)
#
# `lab05.oct4_tasks()` gives two tasks with the same bound sequences, Oct4's peaks: "shuffles", against the peaks with their letters shuffled, and "mafk", against the peaks of another protein, MafK, in the same cells. Each has `tokens`, `labels` and `split`. Train a network on each, and test each on *both*.
#
# Write `train_on(task)`: a trained model. The recipe, to the letter: `torch.manual_seed(0)` right before `DeepBind(motifs=4)` is made; Adam with learning rate 0.003; `training.fit` on the training part with `epochs=6` and nothing else changed. Then fill in the AUROCs on the *test* parts, not rounded. The check tries your function on a few made-up sequences first.
#
# | name | what it holds |
# |---|---|
# | `crossed` | `{("shuffles", "shuffles"): …, ("shuffles", "mafk"): …, ("mafk", "shuffles"): …, ("mafk", "mafk"): …}`: first what it was trained against, then what it is tested against |
#
# <details><summary>Hint 1</summary>
#
# Two loops for the table: the outer one trains a new model, the inner one tests it on both tasks.
#
# <details><summary>Hint 2</summary>
#
# `rows = task.split.train`, then `training.fit(model, (task.tokens[rows], task.labels[rows][:, None]), epochs=6, optimizer=torch.optim.Adam(model.parameters(), lr=0.003), progress=False)`. Labels must be a column, (n, 1), as the model's answers are.
#
# <details><summary>Hint 3</summary>
#
# `rows = other.split.test`, then `metrics.auroc(other.labels[rows], training.predict(model, other.tokens[rows])[:, 0])`.
#
# </details></details></details>

# %%
tasks = lab05.oct4_tasks()
for name, task in tasks.items():
    print(f"against {name:9} {task.tokens.shape}, {task.labels.mean():.0%} bound, {task.split}")

# %% solution="train-on"
def train_on(task):
    """DeepBind with four kernels, trained on the training part of a task."""
    ### BEGIN SOLUTION
    rows = task.split.train
    torch.manual_seed(0)
    model = DeepBind(motifs=4)
    training.fit(model, (task.tokens[rows], task.labels[rows][:, None]), epochs=6, progress=False,
                 optimizer=torch.optim.Adam(model.parameters(), lr=0.003))
    return model
    ### END SOLUTION

# %% solution="crossed"
crossed = None
### BEGIN SOLUTION
crossed = {}
for learnt, task in tasks.items():
    model = train_on(task)
    for judged, other in tasks.items():
        rows = other.split.test
        scores = training.predict(model, other.tokens[rows])[:, 0]
        crossed[learnt, judged] = metrics.auroc(other.labels[rows], scores)
### END SOLUTION
crossed

# %% check="check-crossed" points=5
lab05.check_crossed(train_on, crossed)

# %% [markdown]
# **Your claim.** Somebody publishes the last of the four numbers: "Our network recognises Oct4 sites with an AUROC of 0.99." Answer four questions.
#
# 1. What has the network that was trained against MafK's peaks learned, and which number shows it? (Two more facts: its scores, with the sign turned, tell MafK's peaks from *their* shuffles with an AUROC of 0.95 to 0.98, depending on the seed. And with the seeds 1, 2 and 3 the number in question is 0.83, 0.56 and 0.57.)
# 2. The network that was trained against shuffles loses only 0.03 when it is tested against MafK's peaks. (With seed 2 it hardly learns, 0.69, and loses 0.1: with four kernels a run may miss the word. Take the runs that found it.) Why is the loss so one-sided?
# 3. GC content alone reaches 0.76 in one of the two tasks and 0.50 in the other. Which is which, and why?
# 4. You want to find Oct4 sites along a whole chromosome. What would you train against, and what would you test against?

# %% [markdown] answer="claim" points=5
# 1. To recognise MafK: against shuffles, where hardly a sequence holds MafK's word, it is little better than a coin, 0.55, and turned round it is a good detector of MafK. Its kernels should show TGCTGAGTCAGCA or half of it, with a negative weight in the last layer. With one seed of four a kernel has found Oct4's word as well, so what is learned is decided by chance, and one seed would not do for a claim.
# 2. Against shuffles only Oct4's own word, or what goes with it in real sequences, tells bound from unbound, so it must be learned; and it is just as absent from MafK's peaks. Against MafK's peaks there are two ways to the answer, Oct4's word and the lack of MafK's. MafK's is longer and in more of its peaks, so it is the easier way, and training takes it.
# 3. 0.76 against MafK: the two proteins sit in regions of different GC content. 0.50 against shuffles, which have the very letters of their peaks. So a part of 0.99 needs no motif at all.
# 4. Against what stands there: stretches of the genome without a peak, of the same GC content and if possible from open chromatin, many more of them than peaks. And test on whole held-out chromosomes, by AUPRC, with the shuffles and other proteins' peaks as further tests.
