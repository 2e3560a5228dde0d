# %% [markdown] readme="Basset and DeepSEA, the 919 features and their layout on disk; rare labels, F1, perplexity; predictions as barcodes epoch by epoch; what the k-mers know, and what it takes for a network by itself to pass them"
# # 6 · Many labels at once
#
# **The question.** One stretch of DNA is bound by one protein in one kind of cell, by another elsewhere, by most of them nowhere. DeepSEA answers 919 such questions about 1,000 letters at once. How is such a network trained and judged, and when does it beat counting words?
#
# **Afterwards you can**
# 1. write the loss for many yes-or-no labels, and say why it is not softmax;
# 2. judge each task by AUROC, AUPRC and F1, and say what rare labels do to each;
# 3. describe Basset and DeepSEA layer by layer, and read DeepSEA's training file without mixing up its letters;
# 4. look at predictions as pictures, epoch by epoch, and hand round a sorted table;
# 5. say what the k-mers know that a small network does not, and build one that passes them.
#
# **Before you start.** [Lecture 3](03_the_kmer_baseline.ipynb) for AUPRC and thresholds, [lecture 5](05_convolutions_find_motifs.ipynb) for convolutions.
#
# **Time.** {{minutes}}
#
# **Data.**
# {{data}}

# %%
import matplotlib.pyplot as plt
import numpy as np

from dnacourse import kmers, metrics, plots, results, scale, training
from dnacourse.datasets import load

plots.use_style()
fly = load("bushey_tracks")
test = fly.split.test
bound = test[fly.labels[test].any(axis=1)][:300]
fig, ax = plt.subplots(figsize=(9, 2.6))
plots.label_barcode(ax, fly.labels[bound], fly.tracks)
ax.set_xlabel("bins of 200 letters along chromosome arm 2L, those with a label")
plots.show(fig, alt="Eight rows, one a track, 300 columns: black where bound; a protein's rows mostly agree")

# %% [markdown]
# Each column is a stretch of 200 letters of the fly's chromosome arm 2L. Each row is a **track**: one protein in one kind of cell, measured by ChIP-chip. Black means bound. BEAF-32, CTCF, CP190 and Su(Hw) are *insulator proteins*: where they sit, the chromosome is divided into neighbourhoods that do not talk to each other. Kc and Mbn2 are two kinds of cultured cells.
#
# Each bin comes with 400 letters on either side, 1,000 in all, and asks for eight answers. That is DeepSEA's shape, with 919 tracks of the human genome, and that of the research project this course grew out of. (The networks of this lecture look at the middle 600 letters, to be quick; the word counts look at the middle 400 and at all.)

# %% [markdown]
# ## How rare, and how alike?
#
# Look at the labels before you train anything. The picture above shows bins with at least one label. How many have none? And what would a model that always says no achieve?

# %% tags=["nbval-check-output"]
y = fly.labels
print(f"{len(y):,} bins, {np.mean(~y.any(axis=1)):.1%} without any label")
print(f"always no: accuracy {np.mean(y[test] == 0):.3f} on the test arm, over all tracks")
for track, share in zip(fly.tracks, y[test].mean(axis=0)):
    print(f"{track:13} bound in {share:.1%} of the test bins")

# %%
fig, ax = plt.subplots(figsize=(4.8, 4))
alike = np.corrcoef(y[fly.split.train].T)
shades = ax.imshow(alike, cmap="cividis", vmin=0, vmax=1)
ax.set_xticks(range(8), fly.tracks, rotation=60, ha="right")
ax.set_yticks(range(8), fly.tracks)
fig.colorbar(shades, label="correlation of the labels")
plots.show(fig, alt="Correlations of the tracks: pairs of one protein are brightest, then CP190 with others")
assert alike[0, 1] > 0.4 and alike[0, 6] < 0.2

# %% [markdown]
# Accuracy is of no use: "never" has 0.98. For each track we take the AUROC, and the AUPRC, which for a guess is the share of positives, here about 0.02. And the tracks are not eight separate questions: the same protein in two kinds of cells, and CP190, which sits with CTCF and BEAF-32, go together. That is why one network for all may learn more than eight.

# %% [markdown]
# ## The loss: eight coins, not one die
#
# The last layer gives eight logits. For the digits of a postcode one would send them through a **softmax**, which makes shares that sum to 1: one answer of ten. Here several answers may be yes at once, or none.
#
# **Predict, then run.** A bin is bound in all four Kc tracks and in no Mbn2 track. What is the lowest loss that a softmax can reach, if its target is spread over the four? And a sigmoid for each track?

# %% tags=["nbval-check-output"]
import torch
from torch import nn

torch.set_num_threads(1)
target = torch.tensor([[1.0, 0.0] * 4])
sure = 20 * (2 * target - 1)  # as sure as one may be: +20 and -20
one_die = nn.functional.cross_entropy(sure, target / target.sum())
eight_coins = nn.functional.binary_cross_entropy_with_logits(sure, target)  # the mean of eight losses
print(f"softmax {one_die:.3f} nats, a sigmoid each {eight_coins:.3f} nats")
nothing = nn.functional.softmax(torch.full((1, 8), -20.0), dim=1)  # all eight answers a sure no
print(f"and where nothing is bound, softmax still gives {nothing.sum():.1f} in all")

# %%
def loss_by_hand(logits, labels):
    """The mean over rows and tracks of each track's cross-entropy."""
    p = 1 / (1 + np.exp(-logits))
    return -np.mean(labels * np.log(p) + (1 - labels) * np.log(1 - p))

some_logits, some_labels = np.random.default_rng(0).normal(size=(64, 8)), y[:64].astype(float)
in_torch = training.losses.binary(*map(torch.tensor, (some_logits, some_labels)))
assert np.isclose(loss_by_hand(some_logits, some_labels), in_torch)  # but ours breaks at a logit of 800

# %% [markdown]
# <details><summary>Your prediction, and what came out</summary>
#
# Softmax cannot do better than a quarter for each of the four: log 4 = 1.386 nats, however sure it is. The sigmoids reach 0. So multi-label networks have a sigmoid for each track, and the loss is the mean of the tracks' cross-entropies. The network of lecture 4 with eight output neurons in place of one, and nothing else.
# </details>
#
# The exponential of a mean cross-entropy is a **perplexity**: between how many equally likely answers the model is still in doubt. 2 is a coin. Zhang and Kamath (2016, the report of lecture 3) give it for 919 features as the geometric mean over the tasks, which is the exponential of the mean of their losses: the same number as exp(loss).

# %% tags=["nbval-check-output"]
each = metrics.perplexity(some_labels, 1 / (1 + np.exp(-some_logits)))  # one a track
assert np.isclose(np.exp(np.log(each).mean()), np.exp(loss_by_hand(some_logits, some_labels)))
shares = y[fly.split.train].mean(axis=0)
for arm in ("validation", "test"):
    rows = getattr(fly.split, arm)
    base = metrics.perplexity(y[rows], np.tile(shares, (len(rows), 1)))
    print(f"knowing only how often each track is bound, {arm} arm: {np.exp(np.log(base).mean()):.3f}")

# %% [markdown]
# Keep those figures: 1.1 looks marvellous and is what a model reaches that never looks at the sequence. A perplexity of rare labels says little without it. (Zhang and Kamath 2016 report 1.087 for their network, on their tracks.)

# %% [markdown]
# ## The cheap rival
#
# Word counts again, of one to five letters, in the middle 400 letters and in all 1,000, and a logistic regression for each track. The networks further down see both strands, so the counts must as well: a word and its reverse complement are counted as one. (C was chosen on the validation arm, in the reproduction named below.)

# %%
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

thin = scale.choose(10, 1)
part = {name: getattr(fly.split, name)[::thin] for name in ("train", "validation", "test")}
columns = np.hstack([kmers.count_kmers(one, canonical=True) for one in (fly.tokens[:, 300:700], fly.tokens)])
columns = columns.astype(np.float32)
print(f"{columns.shape[1]:,} columns, {len(part['test']):,} test bins")
scaler = StandardScaler().fit(columns[part["train"]])
X = {name: scaler.transform(columns[rows]) for name, rows in part.items()}
truth = y[part["test"]]
fits = [LogisticRegression(C=1e-3, max_iter=1000, tol=1e-3).fit(X["train"], labels)
        for labels in y[part["train"]].T]
words = np.stack([fit.decision_function(X["test"]) for fit in fits], axis=1)
for name, metric in (("AUROC", metrics.auroc), ("AUPRC", metrics.auprc)):
    print(f"{name}: {np.round(metric(truth, words), 2)}, mean {np.mean(metric(truth, words)):.3f}")

# %% [markdown]
# ## Two papers, layer by layer
#
# **Basset** (Kelley, Snoek and Rinn 2016): 600 letters in, 164 kinds of cells out. Three convolutions, each with batch normalisation, ReLU and pooling; two dense layers of 1,000. **DeepSEA** (Zhou and Troyanskaya 2015): 1,000 letters in, 919 features out. Three convolutions of 8, two poolings by 4, one dense layer of 925.
#
# Behind its convolutions, Basset has **batch normalisation**: each channel is brought to mean 0 and spread 1 over the batch, and then scaled and shifted as training likes. And DeepSEA's "ReLU" gives a millionth in place of 0, since it was built with Torch7's Threshold.
#
# **Predict, then run.** Which layer of DeepSEA holds most of its 53 million parameters?

# %%
from dnacourse.models.basset import Basset
from dnacourse.models.deepsea import DeepSEA


def layers_of(model):
    """Name and parameters of each layer that has weights."""
    return [(f"{type(one).__name__.replace('1d', '')} {'x'.join(map(str, one.weight.shape))}",
             sum(weight.numel() for weight in one.parameters()))
            for one in model.modules() if hasattr(one, "weight") and not isinstance(one, nn.BatchNorm1d)]

fig, axes = plt.subplots(1, 2, figsize=(13, 5.6))
for ax, (model, length) in zip(axes, ((Basset(), 600), (DeepSEA(), 1000))):
    plots.network(ax, model, torch.zeros(1, 4, length))
    ax.set_title(type(model).__name__)
plots.show(fig, alt=(
    "Basset and DeepSEA as boxes from the top down, with shapes between them and bars of parameters: in "
    "both the first dense layer has the longest bar, in DeepSEA 47 of 53 million."
))

# %% tags=["nbval-check-output"]
for name, model in {"Basset": Basset(), "DeepSEA": DeepSEA()}.items():
    counts = dict(layers_of(model))
    total, largest = sum(w.numel() for w in model.parameters()), max(counts, key=counts.get)
    print(f"{name}: {total:,} parameters, {counts[largest] / total:.0%} of them in {largest}")
assert sum(w.numel() for w in DeepSEA().parameters()) == 52_843_119
assert sum(w.numel() for w in DeepSEA(hidden=919).parameters()) == 52_532_319

# %% [markdown]
# <details><summary>Your prediction, and what came out</summary>
#
# The first dense layer: every kernel at every place has a weight to every hidden unit, 960 × 53 × 925. Nine tenths of DeepSEA is that one table. It is the Flatten of lecture 5: the places are kept, at this price.
# </details>
#
# A trap for those who compare: the code that circulates has 919 hidden units where the paper and the released weights have 925. Both are called DeepSEA.

# %% [markdown]
# ## 919 labels on disk
#
# DeepSEA's training data, the *bundle* that its authors hand out, are one large file, `train.mat`: 4.4 million sequences, one-hot, and 919 labels for each. It has three traps. We write a small file of the same layout from the fly's bins, and walk into them.

# %%
import tempfile
from pathlib import Path

import h5py

from dnacourse.datasets import deepsea
from dnacourse.sequence import encode, one_hot, reverse_complement

folder = Path(tempfile.mkdtemp())
some = fly.tokens[test[:256]]
written = np.concatenate([some, reverse_complement(some)])  # both strands of each
marks = np.tile(y[test[:256]], (2, 1))
planes = one_hot(written)[:, [0, 2, 1, 3]]  # A, G, C, T: the bundle's order
with h5py.File(folder / "train.mat", "w") as file:
    file["trainxdata"] = planes.transpose(2, 1, 0)  # (1000, 4, N): samples come last
    file["traindata"] = marks.T  # (8, N)
with h5py.File(folder / "train.mat") as file:
    print({name: file[name].shape for name in file})

# %% [markdown]
# **Trap one: samples come last.** The letters of one sequence are scattered over the whole file, so that drawing a batch by chance reads nearly all of it. **Trap two: the channels are A, G, C, T.** **Trap three** is said of the bundle and must be looked at: half of the rows are the other strands of the rest. Whoever cuts such rows in two by chance has the other strand of most test rows in training.
#
# **Predict, then run.** Somebody reads the channels as A, C, G, T. Which of these change: GC content, how often CG stands in the sequence, what a network can reach if it is trained and tested on such files, what JASPAR says of its kernels?

# %% tags=["nbval-check-output"]
store = deepsea.convert(folder / "train.mat", folder / "store", progress=False)
print(store)
drawn = store[[7, 500, 7]]  # tokens and labels of three rows
assert np.array_equal(drawn[0], written[[7, 500, 7]]) and np.array_equal(drawn[1], marks[[7, 500, 7]])
with h5py.File(folder / "train.mat") as file:
    misread = file["trainxdata"][:, :, 7].argmax(axis=1)
right = written[7]
print(f"read as A, C, G, T: {np.mean(misread == right):.0%} of the letters right, GC content "
      f"{np.isin(misread, (1, 2)).mean():.2f} and {np.isin(right, (1, 2)).mean():.2f}")

# %% tags=["nbval-check-output"]
def against_chance(tokens, one, two):
    """How often a pair of letters stands there, by how often it would if letters did not care."""
    share = np.bincount(tokens.ravel(), minlength=4)[:4] / tokens.size
    return np.mean((tokens[:, :-1] == one) & (tokens[:, 1:] == two)) / (share[one] * share[two])

human = load("oct4").tokens
for what, tokens in (("human sequences", human), ("misread", np.array([0, 2, 1, 3])[human])):
    cg, gc = against_chance(tokens, 1, 2), against_chance(tokens, 2, 1)
    print(f"{what:15} CG {cg:.2f}, GC {gc:.2f} times chance")

# %% [markdown]
# <details><summary>Your prediction, and what came out</summary>
#
# C and G change places. GC content stays as it was, so that test of sanity is passed. What a network reaches stays as it was too: it never knew what the channels mean. But most of its kernels match nothing in JASPAR (words of A and T alone stay as they are), and the network is worthless on any other sequence. Reverse complements give nothing away either: C and G have changed places in both strands, and still face each other.
#
# What does give it away, where the DNA is human, is one count. Cells mark C before G, and marked C's have decayed to T for millions of years: CG is four times as rare as chance would have it, and GC is not. In the misread file it is the other way round. (In flies the two are nearly alike.)
# </details>
#
# `convert` reads the file once, in slabs, checks every row, undoes the order, and writes two bits for a letter and one for a label: 4.4 million sequences take 1.6 GB instead of 22. It compares the halves, says "other strands in halves" if they are such, and then keeps one of each pair and works out the other: 0.8 GB. A batch drawn by chance is a matter of a twentieth of a millisecond.

# %% [markdown]
# ### What the 919 are
#
# Two large projects measured them: **ENCODE**, which set out in 2003 to find what each part of the human genome does, in cultured cells, and the **Roadmap Epigenomics** project, which did the same for tissues. DeepSEA took 919 of their tracks (Zhou and Troyanskaya 2015), of three kinds:
#
# - 690 **transcription factors**: proteins that sit on DNA and raise or lower the reading of a gene nearby. MafK and Oct4 of lecture 5 are two. One track is one protein in one kind of cell.
# - 125 of **open chromatin**. In a cell DNA is wound around proteins, the *histones*, and mostly packed away. Where something sits on it, the packing is loose and an enzyme that cuts DNA, DNase I, gets through: such a place is a **DNase hypersensitive site**. The track does not say what sits there.
# - 104 **histone marks**: small chemical groups on the histones. H3K4me3 is three methyl groups on the fourth building block of histone 3, a lysine (K); it is found where genes begin.
#
# Each feature has a name like `A549|p300|EtOH_0.02pct`: cell, what was measured, treatment of the cells. A list of such names, or the paper's own table (.xlsx), becomes a table here. Ours is short.

# %%
names = ["A549|p300|EtOH_0.02pct", "GM12878|NF-kB|TNFa", "H1-hESC|H3K4me3|None", "K562|DNase|None"]
names += [f"{cell}|{protein}|None" for protein, cell in (track.split() for track in fly.tracks)]
(folder / "names.txt").write_text("\n".join(names))
features = deepsea.read_features(folder / "names.txt")
features.head(6)

# %% [markdown]
# ## What do the word counts know?
#
# Two networks will try to pass them. The first is a tiny Basset. Before the second, think: what have the word counts that tiny Basset has not?
#
# They need not *find* their words. All are given, and what remains is to weigh them; a network must find its kernels first, and here are only some thousand bins with a label to find them by. And they *count*. How often CG stands in a thousand letters, or how rich in A and T a stretch is, goes into a count as it is. A kernel followed by a maximum knows only whether its word is somewhere.
#
# Both can be had in a network. Kernels can *begin* as known motifs: JASPAR has 286 of insects. And beside the maximum over the places one can take the mean. How much is that like counting?

# %% tags=["nbval-check-output"]
def kernel_of(word):
    """A kernel that answers 1 where the word stands, and nothing elsewhere."""
    planes = torch.tensor(one_hot(encode(word)), dtype=torch.float32)
    return planes[None], torch.tensor([1.0 - len(word)])

tokens = fly.tokens[:200]
X_of_some = torch.tensor(one_hot(tokens), dtype=torch.float32)
answers = nn.functional.conv1d(X_of_some, *kernel_of("CACGT")).relu()[:, 0]  # (200, 996)
counted = kmers.count_kmers(tokens, (5,))[:, kmers.kmer_names((5,)).index("CACGT")]
assert np.array_equal((answers.mean(dim=1) * answers.shape[1]).round().int(), counted)
assert np.array_equal(answers.amax(dim=1), counted > 0)
print(f"CACGT: up to {counted.max()} times in a bin; {np.mean(counted > 0):.0%} of the bins have it")

# %% [markdown]
# So a network with kernels of five letters, the mean over all places, and one neuron *is* the regression on word counts, with words that may change. With the maximum in its place it is the one on words that are there or not.

# %% [markdown]
# ## Training: what passes the word counts?
#
# For each track take the eight motifs that tell its *training* bins best, and start kernels from them; let others start by chance, score both strands with the same kernels, take the maximum and the mean, over the middle 200 letters and over all, and let training change everything. The package has it as `MotifPools`.
#
# Tiny Basset sees each training sequence from either strand by chance, which is an **augmentation**: the label of a bin does not depend on the strand it is written in. (Nor on a shift by a few letters: `training.Augment(shift=20)` would do that.) And to be quick, both see only some of the bins without a label: twice as many as with one. That makes their probabilities too high, and costs some accuracy; the word counts have all bins. The learning rate rises, and falls to nothing again by the end ("one cycle").
#
# **Predict, then run.** By AUPRC, in which order will word counts, tiny Basset and the network of motifs come? By AUROC?

# %%
from dnacourse import motif_matching, motifs

rng = np.random.default_rng(0)
labelled = y[part["train"]].any(axis=1)
without = rng.permutation(part["train"][~labelled])[: 2 * labelled.sum()]
learn = np.concatenate([part["train"][labelled], without])
middle = fly.tokens[:, 200:800]
insects = motif_matching.collection("insects")[:: scale.choose(8, 1)]
weights = [motifs.log_odds(motifs.probabilities(one.counts)) for one in insects]
asked = learn[::2]
best_of = motifs.best_hit(fly.tokens[asked, 300:700], weights)  # (bins, motifs)
alone = np.array([metrics.auroc(np.repeat(one[:, None], len(insects), axis=1), best_of)
                  for one in y[asked].T])  # (tracks, motifs)
useful = np.unique(np.argsort(-alone, axis=1)[:, :8])
for track, values in zip(fly.tracks, alone):
    print(f"{track:13} {insects[values.argmax()].name:10} alone: AUROC {values.max():.2f} on training bins")

# %% [markdown]
# BEAF-32 and Su(Hw) find their own motifs at the top. CTCF and CP190 do not: D1 and br answer to runs of A and T, and the bins that those two proteins bind are a little richer in them. (CTCF's own motif is second for Kc cells, 0.62, and of little use for Mbn2 cells, 0.54. CP190 does not bind DNA by itself; it holds on to the others.)
#
# Here is what the network does with a batch. (A kernel that starts from a motif has its log-odds divided by 4, so that it begins about as large as PyTorch would draw it, and a threshold at six tenths of the motif's best score, so that it answers at a few places and not everywhere.)

# %%
import inspect

from IPython.display import Code

from dnacourse.models.motif_pools import MotifPools

Code(inspect.getsource(MotifPools.forward), language="python")

# %%
def from_motifs():
    """64 kernels, the first of them from the useful motifs."""
    network = MotifPools(64)
    network.start_from([weights[number] for number in useful])
    return network

def tiny_basset():
    """Basset with a tenth of its kernels."""
    return Basset((32, 64, 64), hidden=128, tasks=8)

fig, axes = plt.subplots(1, 2, figsize=(13, 5.2))
for ax, build in zip(axes, (tiny_basset, from_motifs)):
    plots.network(ax, build(), torch.zeros(1, 4, 600))
plots.show(fig, alt=(
    "Two networks as boxes. Tiny Basset pools its places three times before two dense layers; the other "
    "pools 64 kernels to 256 numbers at once, and has a quarter of tiny Basset's parameters."
))

# %%
def mean_auprc(labels, p):
    """The mean over the tracks."""
    return float(np.nanmean(metrics.auprc(labels, p)))

# %%
judge = part["validation"]
shown = judge[y[judge].any(axis=1)][: scale.choose(20, 200)]  # bins to look at, with a label
looked_at = learn[: len(shown)]
history, network, pictures = {}, {}, {}
torch.manual_seed(0)
steps = scale.choose(2, 6) * -(-len(learn) // 128)
cycle = training.Schedule(lambda one: torch.optim.lr_scheduler.OneCycleLR(one, 0.002, steps + 1), "step")
for name, model in {"tiny Basset": tiny_basset(), "from motifs": from_motifs()}.items():
    keep = training.KeepPredictions(lambda one: training.predict(
        one, middle[np.concatenate([shown, looked_at])], activation=torch.sigmoid))
    best = training.EarlyStopping("valid_auprc", patience=6, higher_is_better=True)  # keeps the best epoch
    history[name] = training.fit(
        model, (middle[learn], y[learn]), (middle[judge], y[judge]), epochs=scale.choose(2, 6),
        optimizer=torch.optim.AdamW(model.parameters(), weight_decay=0.01), augment=training.Augment(),
        batch_size=128, metrics={"auprc": mean_auprc}, callbacks=[best, keep, cycle], progress=False)
    network[name], pictures[name] = model, np.array(keep.predictions)

# %%
on = {"test": {"word counts": words}}
on["validation"] = {"word counts": np.stack([fit.decision_function(X["validation"]) for fit in fits], axis=1)}
for rows, predicted in on.items():
    for name, model in network.items():
        predicted[name] = training.predict(model, middle[part[rows]], both_strands=name == "tiny Basset")
scaled = [(on["test"][name] - on["validation"][name].mean(axis=0)) / on["validation"][name].std(axis=0)
          for name in ("word counts", "from motifs")]  # to one spread, taken from the validation arm
logits = {**on["test"], "word counts and motifs, mean": np.mean(scaled, axis=0)}
reached = {name: (metrics.auroc(truth, z), metrics.auprc(truth, z)) for name, z in logits.items()}
for name, (auroc, auprc) in reached.items():
    print(f"{name:29} AUROC {np.nanmean(auroc):.3f}   AUPRC {np.nanmean(auprc):.3f}")

# %%
fig, axes = plt.subplots(1, 2, figsize=(9.5, 3.4), sharey=True)
for ax, which, floor in zip(axes, (0, 1), (0.5, truth.mean())):
    for row, values in enumerate(reached.values()):
        ax.plot(values[which], [row] * 8, "o", color="C0", alpha=0.35)
        ax.plot(np.nanmean(values[which]), row, "D", color="C0", markersize=8)
    ax.axvline(floor, color="0.6", linestyle=":")
    ax.text(floor, len(reached) - 0.6, " a guess", color="0.4", size=9)
    ax.set(xlabel=("AUROC, test arm", "AUPRC, test arm")[which], ylim=(-0.5, len(reached) - 0.3))
axes[0].set_yticks(range(len(reached)), list(reached))
plots.show(fig, alt=(
    "Two ladders, a dot a track, a diamond the mean. In both tiny Basset is lowest, then the word counts, "
    "and the network of motifs is ahead of them, by AUPRC far."
))

# %% [markdown]
# <details><summary>Your prediction, and what came out</summary>
#
# By both measures the same order: tiny Basset, word counts, the network of motifs. The two measures need not agree. AUROC asks about the order of all test bins, most of which nobody will ever look at; AUPRC about the top of the list, and there the network's lead is largest, for it is sure where it sees its motif. (Whether the mean of two models that know different things helps, the last line says: here it is a model that knows little beside one that knows much.)
#
# Tiny Basset had four thousand labelled bins to find its kernels in, and six short epochs. How far a network of its kind gets with all bins and more kernels, the end of this lecture shows. The network of motifs was given its kernels, from other people's experiments with other thousands of sites. That is allowed as long as it is said; and some of JASPAR's insect motifs may stem from the very experiments that our tracks come from. A motif is a few dozen numbers and holds no single site of the test arm, so the leak would be small, but it cannot be ruled out.
# </details>

# %%
if scale.current() != "ci":
    both = {name: np.array([np.mean(auroc), np.mean(auprc)]) for name, (auroc, auprc) in reached.items()}
    assert (both["from motifs"] > both["word counts"] + [0.02, 0.06]).all()
    assert (both["tiny Basset"] < both["word counts"] - [0.02, 0.02]).all()

# %% [markdown]
# Two things are left to doubt: is it the motifs, or that network's shape? And is it the maximum or the mean? In the reproduction at the end of this lecture one at a time is taken away.

# %% [markdown]
# ## Looking at a network learn
#
# A number an epoch is little. Ask the network for its probabilities of some validation bins after each epoch, and lay them out like the labels: a row a track, a column a bin. Beneath, the truth, and prediction minus truth, blue for missed and red for falsely called.

# %%
epochs, n = pictures["from motifs"], len(shown)
early, late = epochs[0][:n], epochs[-1][:n]
rows = {"predicted after epoch 1": early, f"predicted after epoch {len(epochs)}": late, "truth": y[shown],
        "epoch 1 minus truth (blue: missed, red: called and not bound)": early - y[shown],
        f"epoch {len(epochs)} minus truth": late - y[shown]}
fig, axes = plt.subplots(5, 1, figsize=(9, 9), sharex=True)
for ax, (title, values) in zip(axes, rows.items()):
    plots.label_barcode(ax, values, fly.tracks, signed="minus" in title)
    ax.set_title(title, loc="left", fontsize=10)
    ax.set_xlabel("")
axes[-1].set_xlabel("validation bins with a label")
plots.show(fig, alt=(
    "Five barcodes of eight tracks and 200 bins: predictions after the first and the last epoch, the truth, "
    "and both differences. Predictions sharpen from grey to stripes; the differences pale but stay."
))

# %% [markdown]
# **Predict, then run.** The same for bins of the training part. Will the difference be paler?

# %%
fig, axes = plt.subplots(2, 1, figsize=(9, 4.2))
gaps = {"training bins": epochs[-1][n:] - y[looked_at], "validation bins": late - y[shown]}
for ax, (title, values) in zip(axes, gaps.items()):
    plots.label_barcode(ax, values, fly.tracks, signed=True)
    ax.set_title(f"prediction minus truth (blue: missed), {title}: {np.abs(values).mean():.3f} on average",
                 loc="left", fontsize=10)
    ax.set_xlabel("")
axes[-1].set_xlabel("bins with a label")
plots.show(fig, alt="Two barcodes of prediction minus truth, training bins and validation bins, much alike")
for name, table in history.items():
    print(name, table[["epoch", "train_loss", "valid_loss", "valid_auprc"]].round(3).to_string(index=False),
          sep="\n")

# %% [markdown]
# <details><summary>Your prediction, and what came out</summary>
#
# A little, if at all, in this one run: this network has hardly begun to learn by heart. In both pictures blue, what is missed, outweighs red. The missed are often whole runs of bins in a row: an experiment with a resolution of several hundred letters calls a wide peak, and the motif lies in one bin of it.
# </details>
#
# (The two losses in the table cannot be compared with each other: of the training bins a third has a label, of the validation bins a tenth.)

# %% [markdown]
# ## F1, and the threshold nobody chose
#
# F1 needs yes or no, so it needs a threshold. 0.5 is not a law. Lecture 3 met this with the same eight tracks: Zhang and Kamath compare their network with logistic regression by mean F1, 0.135 against 0.044 (2016, their table), at 0.5 for both, over the tasks with at least 1 % of positives. What does a threshold chosen on validation data do to *networks*?

# %% tags=["nbval-check-output"]
def f1_by_hand(labels, called):
    """2 hits / (calls + positives), 0 where there is neither."""
    hits = np.sum(called & (labels == 1), axis=0)
    return 2 * hits / np.maximum(called.sum(axis=0) + labels.sum(axis=0), 1)

sample_y, sample_p = y[:500], np.random.default_rng(1).random((500, 8))
assert np.allclose(f1_by_hand(sample_y, sample_p >= 0.5), metrics.f1(sample_y, sample_p))
rare = (np.arange(1000) < 20).astype(int)  # 20 of 1,000
sure = np.where(rare == 1, 0.30, 0.05)  # each positive above each negative, all below one half
print(f"a model that ranks perfectly, threshold 0.5: F1 {f1_by_hand(rare, sure >= 0.5):.2f}")
print(f"the same, threshold {metrics.best_threshold(rare, sure):.2f}: "
      f"F1 {f1_by_hand(rare, sure >= metrics.best_threshold(rare, sure)):.2f}")

# %%
print("mean F1 over the tracks, test arm    at 0.5    at thresholds from the validation arm")
three, f1s = ("word counts", "tiny Basset", "from motifs"), {}
probability = {name: 1 / (1 + np.exp(-logits[name])) for name in three}
for name, p in probability.items():
    valid_p = 1 / (1 + np.exp(-on["validation"][name]))
    chosen = [metrics.best_threshold(labels, p) for labels, p in zip(y[part["validation"]].T, valid_p.T)]
    f1s[name] = [f1_by_hand(truth, p >= threshold).mean() for threshold in (0.5, np.array(chosen))]
    print(f"{name:35}  {f1s[name][0]:.3f}     {f1s[name][1]:.3f}")

# %% [markdown]
# At thresholds chosen on the validation arm the word counts have more than twice the mean F1 that they have at 0.5, for the same model. The network of motifs gains too, by less. A table of F1s at 0.5 compares thresholds that nobody chose as much as it compares models, and Zhang and Kamath's 0.135 against 0.044 (2016) should be read with that in mind.

# %%
if scale.current() != "ci":
    at_half, at_chosen = f1s["word counts"]
    assert at_chosen > 2 * at_half and f1s["from motifs"][1] > at_chosen + 0.05

# %% [markdown]
# ## The same in Keras, with F1 and perplexity as it learns
#
# A measure that is a plain function Keras calls after each batch, and shows the mean of what it says. For F1 that is wrong: the mean of F1 over batches is no F1 of anything, and a batch without a positive has none. A `keras.metrics.Metric` adds up hits, calls and positives, and divides once. And a **callback** is called by `fit` between batches and epochs. In PyTorch the loop is ours, so both are one line: `metrics={…}` of `training.fit`, and the exponential of the loss.

# %%
# %load_ext dnacourse.needs

# %%
# %%needs tensorflow
from dnacourse.keras_models import keras
from dnacourse.keras_models.deepsea import deepsea as keras_deepsea
from dnacourse.keras_models.measures import F1, Perplexity

Code(inspect.getsource(F1.update_state) + inspect.getsource(F1.result), language="python")

# %%
# %%needs tensorflow
keras.utils.set_random_seed(0)
twin = keras_deepsea((24, 32, 48), hidden=64, tasks=8, length=600)
twin.compile(keras.optimizers.Adam(2e-3), keras.losses.BinaryCrossentropy(from_logits=True),
             metrics=[F1(threshold=-1.5)])
doubt = Perplexity()
of = one_hot(middle[learn]).transpose(0, 2, 1), one_hot(middle[judge[::4]]).transpose(0, 2, 1)
fitted = twin.fit(of[0], y[learn], validation_data=(of[1], y[judge[::4]]), epochs=scale.choose(1, 3),
                  batch_size=128, callbacks=[doubt], verbose=0)
z = twin.predict(of[1], verbose=0)
called = np.sum(z >= -1.5), np.sum((z >= -1.5) & (y[judge[::4]] == 1))
by_hand = 2 * called[1] / max(called[0] + y[judge[::4]].sum(), 1)
assert np.isclose(by_hand, fitted.history["val_f1"][-1], atol=1e-4)
for name in ("f1", "val_f1", "perplexity", "val_perplexity"):
    print(f"{name:15}", " ".join(f"{value:.3f}" for value in fitted.history[name]))

# %%
# %%needs tensorflow
loss = training.evaluate(network["from motifs"], (middle[judge], y[judge]), {"f1": metrics.f1})
print(f"PyTorch, the network of motifs: validation F1 {np.mean(loss['f1']):.3f} (mean of the tracks), "
      f"perplexity {np.exp(loss['loss']):.3f}")
for what, bins in (("the bins that Keras was judged on", judge[::4]), ("the whole arm", judge)):
    base = metrics.perplexity(y[bins], np.tile(shares, (len(bins), 1)))
    print(f"knowing only how often each track is bound, {what}: {np.exp(np.log(base).mean()):.3f}")

# %% [markdown]
# Note which F1 is which. The one in Keras runs over all labels together, at a logit of −1.5; the mean of the tracks' F1 is another number. And hold the perplexities against those of the bare shares, on the same bins. Both networks were trained on bins of which a third has a label, so that their probabilities are too high for a whole arm. For the order that matters little; for perplexity much.

# %% [markdown]
# ## A table to hand round
#
# A biologist asks about one place, and wants a list: which proteins sit here, most likely first, in which cells, and what was measured. Here is the test bin of which the network is surest.

# %%
sure_of = probability["from motifs"]
place = int(sure_of.max(axis=1).argmax())
where = fly.table.iloc[part["test"][place]]
sheet = features.iloc[-8:][["cell", "mark", "treatment"]].assign(
    probability=sure_of[place].astype(float), measured=np.where(truth[place], "bound", ""))
sheet = sheet.sort_values("probability", ascending=False)
title = f"{where['chromosome']}:{where['start']:,}-{where['start'] + 200:,}"
pages = plots.table_pdf(sheet, "outputs/prediction_table.pdf", f"Predicted binding at {title}")
print(f"outputs/prediction_table.pdf, {pages} page: {title}")
sheet.round(3)

# %% [markdown]
# The same row as points, in the order of the tracks. With eight it is a small picture; with 919 the points are a cloud along the bottom with a few that stand out, and that is how such a row is read at a glance.

# %%
fig, ax = plt.subplots(figsize=(7, 2.6))
for bound_here, marker, text in ((True, "D", "measured: bound"), (False, "o", "measured: not bound")):
    of_kind = np.flatnonzero((truth[place] == 1) == bound_here)
    ax.plot(of_kind, sure_of[place][of_kind], marker, color="C0" if bound_here else "0.5", label=text)
ax.set_xticks(range(8), fly.tracks, rotation=40, ha="right")
ax.set(ylabel="probability", ylim=(-0.03, 1.03), title=title)
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
plots.show(fig, alt="Eight points, a track each: diamonds where it was measured as bound, dots elsewhere")

# %% [markdown]
# Compare the two kinds of cells. Where the network is sure of a protein in one, it is nearly as sure in the other: both have the same DNA, so it can only say where a protein *can* sit, and how often it was found in each. And where a high probability stands without "bound" beside it? Perhaps the protein does not sit there, perhaps the experiment missed it. The network cannot know.
#
# The file lies in the folder `outputs` beside this notebook. For 919 features it has 21 pages; `features` then comes from the published list, and nothing else changes. (The probabilities are those of a network that saw a third of labelled bins: too high, as said above. Their order is what counts.)

# %% [markdown]
# ## Three seeds, and what passed the word counts
#
# One run is one run. In [notebooks/deepsea_danq_chromatin.ipynb](../notebooks/deepsea_danq_chromatin.ipynb) each network was trained three times on all bins (small Basset has 64 kernels in each layer); here is what came out, a dot a seed.

# %%
found = {name: results.reproduced(file) for name, file in
         (("AUROC", "chromatin"), ("AUPRC", "chromatin_auprc"))}
fig, axes = plt.subplots(1, 2, figsize=(10, 4.6), sharey=True)
models = found["AUPRC"].groupby("model")["value"].mean().sort_values().index.tolist()
for ax, (name, table) in zip(axes, found.items()):
    ax.plot(table["value"], [models.index(model) for model in table["model"]], "o", color="C0", alpha=0.5)
    ax.axvline(table[table["model"] == "k-mers"]["value"].mean(), color="C1", linestyle=":")
    ax.set_title("dotted: the k-mers", color="C1", fontsize=9.5)
    ax.set(xlabel=f"{name}, mean of eight tracks, test arm")
    ax.grid(axis="x", alpha=0.3)
axes[0].set_yticks(range(len(models)), models)
plots.show(fig, alt=(
    "Two ladders, a dot a seed, ordered by AUPRC. GC content and small DeepSEA are lowest; small Basset lies "
    "left of the dotted k-mers; the network of motifs and the regressions that know motifs lie far to the "
    "right of them, the network started by chance in between, spread wide, and means of models furthest."
))

# %% [markdown]
# Start with what must find its kernels itself. Small Basset stays below the word counts by both measures, and without the other strand it has less again. (Small DeepSEA is far behind. It differs from small Basset in more than one thing, so do not ask this table why.)
#
# Then look at what needs no network: a logistic regression on the best answers to each of JASPAR's 286 motifs is far ahead of both, and with the word counts beside them further still. Most of what is to be known here is which words matter, and others have found that out.
#
# The network of motifs knows that, and can count, and it passes the word counts alone with all its seeds. Now take a part away. With the maximum alone it loses by both measures. With all kernels started by chance its seeds lie far apart: one finds nearly as much, another stays at the level of the word counts. So both parts matter, and the motifs bring above all that it does not depend on luck.
#
# Best of all are means of models that err differently. (A word of caution: the shape of this network was settled with the test arm in view. The gaps to the word counts and between its parts are wide enough to stand; its own last digit is not.)

# %% tags=["nbval-check-output"]
def mean_of(name, model):
    """The mean over the seeds."""
    table = found[name]
    return table[table["model"] == model]["value"].mean()

for model in models[::-1]:
    print(f"{model:38} AUROC {mean_of('AUROC', model):.3f}   AUPRC {mean_of('AUPRC', model):.3f}")

# %%
results.record("fly_tracks", {
    name: metrics.interval(lambda labels, z: float(np.nanmean(metrics.auprc(labels, z))), truth, z,
                           groups=fly.table["start"].to_numpy()[part["test"]] // 100_000, resamples=300)
    for name, z in logits.items()}, task="Eight insulator tracks of the fly, 200-letter bins",
    data=f"bushey_tracks, {len(truth):,} test bins", split="Chromosome arm 2L held out",
    metric="AUPRC, mean of the tracks", chance=float(truth.mean()))

# %% [markdown]
# ## What you learned
#
# - Many yes-or-no labels: a sigmoid and a cross-entropy each, and their mean. Softmax is for one answer of several.
# - Rare labels: accuracy is empty, AUPRC depends on how rare they are, perplexity must be read beside that of the bare shares, F1 needs a threshold that somebody chose.
# - Basset and DeepSEA are three convolutions and a large dense layer, which holds nine tenths of DeepSEA's parameters.
# - DeepSEA's bundle: samples last, channels A, G, C, T.
# - With a few thousand positives, word counts on both strands are hard to beat: their words are given, and they count. A network that must find its own kernels and keeps only their maximum stays behind. What passed them was knowledge, the known motifs, in a regression or as the first kernels of a network that also takes the mean; and averaging models that err differently.
#
# ## Quiz
#
# **1.** Why does a multi-label network not end in softmax?
# <details><summary>Answer</summary>Softmax shares out one certainty among the tasks. With several positives not all outputs can come near 1, and with none the outputs still sum to 1.</details>
#
# **2.** A track is bound in 1 % of the bins. Model A has AUROC 0.90 and AUPRC 0.05, model B 0.85 and 0.20. You can test 100 places in the laboratory. Which model?
# <details><summary>Answer</summary>Most likely B: AUPRC is about the top of the list, AUROC about the order of all bins, most of which nobody will ever look at. To be sure, ask for the share of true sites among the first hundred of each; the two areas do not fix it.</details>
#
# **3.** Perplexity over 919 tasks is 1.087. What else must you know?
# <details><summary>Answer</summary>What the shares alone reach: with rare labels that is close to 1 as well.</details>
#
# **4.** A single track: two networks are trained on all bins, and on all positives with as many negatives. Their probabilities differ by a lot. Their AUROC?
# <details><summary>Answer</summary>May be the same: leaving out negatives at random shifts the logits by about a constant, which moves probabilities and not ranks.</details>
#
# **5.** A colleague's network reads DeepSEA's channels as A, C, G, T. It validates well. Which test shows the fault?
# <details><summary>Answer</summary>Count CG and GC: in human DNA CG is the rare one. Or hold kernels against JASPAR, or predict for a sequence that does not come from the bundle.</details>
#
# ## Now you
#
# The exercises are in the lab: [labs/lab06_many_labels_at_once.ipynb](../labs/lab06_many_labels_at_once.ipynb). You will write the loss, the metrics of many tasks, thresholds, and the bundle's order, and find out whether one network for eight tracks beats one for each.
#
# ## Further reading
#
# - Zhou and Troyanskaya (2015), DeepSEA: [doi:10.1038/nmeth.3547](https://doi.org/10.1038/nmeth.3547)
# - Zhang and Kamath (2016), the report on 919 labels: *Learning the language of the genome using RNNs*, CS224d, Stanford
# - Kelley, Snoek and Rinn (2016), Basset: [doi:10.1101/gr.200535.115](https://doi.org/10.1101/gr.200535.115)
# - Bushey, Ramos and Corces (2009), the insulator tracks: [doi:10.1101/gad.1798209](https://doi.org/10.1101/gad.1798209)
# - Saito and Rehmsmeier (2015), AUPRC where positives are rare: [doi:10.1371/journal.pone.0118432](https://doi.org/10.1371/journal.pone.0118432)
# - Lipton, Elkan and Naryanaswamy (2014), thresholds that are best for F1: [doi:10.1007/978-3-662-44851-9_15](https://doi.org/10.1007/978-3-662-44851-9_15)
