# %% [markdown]
# # 2 · Sequences as numbers
#
# **The question.** A model can add and multiply, and nothing else. Which numbers do you hand it in place of A, C, G and T,
# and how can you give the answer away without noticing?
#
# **Afterwards you can**
# 1. write a sequence as tokens, as one-hot planes, as k-mer counts and as embeddings, and say what each keeps and what it costs;
# 2. show why the integers 0 to 3 are a bad input for a model that adds;
# 3. take the other strand of an array, and put sequences of different lengths into one array without counting the filling;
# 4. measure what GC content alone achieves, before you praise a model;
# 5. split data so that the test set is news to the model, and measure what a careless split is worth.
#
# **Before you start.** [Lecture 1](01_reading_dna.ipynb). NumPy arrays; scikit-learn's `fit` and `predict_proba` are explained where they first appear.
#
# **Time.** {{minutes}}
#
# **Data.**
# {{data}}

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from dnacourse import kmers, metrics, negatives, plots, scale, sequence, splits
from dnacourse.datasets import load

plots.use_style()
human = load("chr20")
exon_ends = human.introns.query("strand == '+'")["start"].to_numpy()
donors = np.stack([human.tokens[end - 20 : end + 20] for end in exon_ends])
fig, ax = plt.subplots(figsize=(8, 3.4))
plots.letter_barcode(ax, donors[:400], first=-20)
plots.show(fig, alt=(
    "400 rows of 40 coloured letters, the ends of human exons under each other. The "
    "colours are a mixture everywhere except at 0 and 1, where an orange stripe of G "
    "and a red stripe of T run from top to bottom; the columns around them are striped faintly."
))

# %% [markdown]
# Each row is the end of one exon of human chromosome 20 and the beginning of the intron behind it, 40 letters, each letter in its colour. The rows come from 400 different
# places. Yet two columns are nearly of one colour: an intron begins with GT, as lecture 1 said. Look longer and you see that the columns beside them are not quite mixed either.
# Those faint stripes are what a model will have to find.
#
# To draw this picture the computer never saw a letter. It saw an array of numbers, 400 by 40, and a colour for each number. Which numbers?

# %%
print(donors.shape, donors.dtype)
print(donors[0])
print(sequence.decode(donors[0]))

# %% [markdown]
# ## Tokens
#
# The plainest way is to number the letters: A 0, C 1, G 2, T 3. Such a number in place of a piece of text is a **token**. Two more are needed. A letter that nobody could read is
# written N, and gets 4; filling, where sequences of different lengths share an array, gets 5.

# %%
text = "ACGTNacgt"
tokens = sequence.encode(text)
by_hand = np.array(["ACGTN".index(letter) for letter in text.upper()], dtype=np.uint8)
print(tokens, tokens.dtype, sequence.decode(tokens))
assert np.array_equal(tokens, by_hand)

# %% [markdown]
# Small letters come out like capitals. In the file of a genome they mean something: a program has marked the stretch as a repeat, one of the millions of copies that old
# viruses left behind. This is **soft-masking**. Writing N over the repeats instead would be hard-masking. Our copy of chromosome 20 has no small letters, but plenty of N.
#
# **Predict, then run.** How much of the finished human chromosome 20 is N: one letter in a million, one in a thousand, or one in twenty?

# %% tags=["nbval-check-output"]
unknown = human.tokens == sequence.UNKNOWN
edges = np.flatnonzero(np.diff(np.concatenate([[False], unknown, [False]]).astype(int)))
runs = pd.DataFrame(edges.reshape(-1, 2), columns=["start", "end"])
runs["letters"] = runs["end"] - runs["start"]
print(f"{unknown.mean():.1%} of {len(unknown):,} letters are N, in {len(runs)} stretches. The longest:")
print(runs.nlargest(4, "letters").to_string(index=False))

# %% [markdown]
# <details><summary>Your prediction, and what came out</summary>
#
# One in eighteen. Three million of them lie together, from 26.3 to 29.4 million: the centromere, by which the chromosome is pulled when a cell divides. It is made of a short word repeated thousands of
# times, and the machines of 2009, which read a few hundred letters at once, could not tell one copy from the next. A model that takes N for a letter like any other learns from this desert.
# Every function of the course passes over it.
# </details>

# %% [markdown]
# ## The trap in the integers
#
# Tokens store letters well. Are they a good thing to feed to a model? Try it on the oldest benchmark of the field: 60 letters around the end of an exon, or 60 letters from elsewhere (Noordewier et al. 1991).
# The simplest model that gives probabilities is **logistic regression**. It multiplies each input by a weight, adds up, and squeezes the sum into a number between 0 and 1. Training (`fit`) finds
# the weights that make the observed answers likeliest.
#
# How good is it? We cut the data into ten parts, or **folds**, train on nine and predict the tenth, in turn, so that every prediction is made for a sequence that the model has not seen. The measure is
# **AUROC**: take one sequence of each kind; how often does the true exon end get the higher score? A coin gives 0.5.

# %%
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import PredefinedSplit, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

splice = load("uci_splice")
chosen = splice.labels != 1  # exon ends (0) against neither (2)
X, y, folds = splice.tokens[chosen], (splice.labels[chosen] == 0).astype(int), splice.folds[chosen]

def held_out(features):
    """Probability of an exon end for every sequence, from a model that has not seen it."""
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))
    predicted = cross_val_predict(model, features, y, cv=PredefinedSplit(folds), method="predict_proba")
    return predicted[:, 1]

with_integers = held_out(X.astype(float))
print(metrics.interval(metrics.auroc, y, with_integers))

# %% [markdown]
# 0.96 looks fine. But why is A 0 and C 1? Somebody chose the alphabet's order. Had the first chemist named the bases otherwise, the same model would have been fed other numbers. There are 24 orders.
#
# **Predict, then run.** Train the same model on the same sequences in all 24 orders. By how much will the AUROC differ between the best and the worst: not at all, by 0.01, or by 0.1? And where will one-hot lie, a
# code with no order in it?

# %%
from itertools import permutations

orders = list(permutations(range(4)))[:: scale.choose(ci=8, laptop=1)]
by_order = {}
for order in orders:
    recoded = np.array([*order, 4], dtype=float)[X]  # token -> its number in this order
    by_order["".join("ACGT"[i] for i in np.argsort(order))] = metrics.auroc(y, held_out(recoded))
by_order = pd.Series(by_order).sort_values()
planes = sequence.one_hot(X)
with_one_hot = metrics.interval(metrics.auroc, y, held_out(planes.reshape(len(X), -1)))
print(by_order.iloc[[0, -1]].round(3).to_dict(), "one-hot", with_one_hot)

# %%
fig, ax = plt.subplots(figsize=(8, 2.3))
ax.plot(by_order, np.zeros(len(by_order)), "o", color="C1", alpha=0.7)
ax.plot(with_one_hot.value, 1, "o", color="C0")
ax.plot([with_one_hot.low, with_one_hot.high], [1, 1], color="C0", linewidth=5, alpha=0.3)
for end, place in ((0, "right"), (-1, "left")):
    ax.annotate(f"order {by_order.index[end]}", (by_order.iloc[end], 0), (0, 10),
                textcoords="offset points", ha="center", color="C1")
ax.set_yticks([0, 1], ["integers, 24 orders", "one-hot"])
ax.set(xlim=(0.87, 1.005), ylim=(-0.6, 1.6), xlabel="AUROC, ten folds")
plots.show(fig, alt=(
    "A row of 24 dots, one for each order of the letters, spread from an AUROC of 0.89 to "
    "0.99. Above them a single dot for one-hot at 0.995, to the right of all."
))
if scale.current() != "ci":
    assert by_order.max() - by_order.min() > 0.09 and with_one_hot.value > by_order.max()

# %% [markdown]
# <details><summary>Your prediction, and what came out</summary>
#
# From 0.89 to 0.99, and one-hot is better still. A weight times a number between 0 and 3 can only say "the higher, the likelier". Where G and T stand at the two ends of the order (T, A, C, G), that is nearly enough: G is the highest, T the
# lowest, and GT is what the border asks for. Where they stand in the middle (C, G, T, A), no weight can prefer G to both of its neighbours. Which letters lie between which was an accident of the alphabet, and the model has to live with it.
# </details>

# %% [markdown]
# ## One-hot
#
# **One-hot** asks four questions of each letter instead of one: is it A? is it C? is it G? is it T? The answers are four rows of zeros and ones, one above the other, which we call planes. By hand it is four comparisons:

# %%
row = donors[0]
by_hand = np.stack([row == token for token in range(4)]).astype(np.uint8)
planes = sequence.one_hot(row)
assert np.array_equal(planes, by_hand)
fig, axes = plt.subplots(2, 1, figsize=(8, 2.6), height_ratios=[1, 2.2])
plots.letter_tiles(axes[0], [sequence.decode(row)])
plots.plane_barcode(axes[1], planes, first=-20)
axes[1].set_xlim(-20, 20)
plots.show(fig, alt=(
    "Forty coloured letters, and under them the same sequence as four rows, A, C, G, T, "
    "with one black square in every column, in the row of its letter."
))

# %% [markdown]
# This is the picture that a network sees. A model that adds can now have a weight for each letter at each place, and no letter lies between two others. An N is four zeros: no weight applies, nothing is said.
#
# The other strand comes almost for nothing. A pairs with T, and C with G; with the rows in the order A, C, G, T, turning the rows upside down swaps exactly these. Turning the columns round reverses the reading. So:

# %%
other = planes[::-1, ::-1]
assert np.array_equal(other, sequence.one_hot(sequence.reverse_complement(row)))
assert sequence.decode(sequence.reverse_complement(row)) == sequence.reverse_complement(sequence.decode(row))

# %% [markdown]
# Whoever orders the rows A, G, C, T loses this. And many libraries want the four numbers of a letter side by side, (length, 4) instead of (4, length). Neither is wrong. Mixing them up is, and often nothing complains: a
# sequence of four letters fits both ways. Write the shape behind every array until you do it in your sleep.

# %% [markdown]
# ## Different lengths: padding and masks
#
# Exon ends were cut to one length. Nature does not do that. At the end of each messenger RNA is a stretch that is not translated, the **3′ UTR** (three prime untranslated region); those of fission yeast have 6 to 5,162 letters. An
# array has rows of one length, so the short ones are filled up with token 5, **padding**, and a second array of yes and no, the **mask**, remembers which places hold letters.

# %%
yeast = load("pombe_half_life")
some = [tokens[:600] for tokens in sorted(yeast.tokens[:60], key=len)]
padded, mask = sequence.pad(some)
fig, ax = plt.subplots(figsize=(8, 3))
plots.letter_barcode(ax, padded)
plots.show(fig, alt=(
    "Sixty rows of coloured letters, sorted by length: the shortest fill a few dozen columns on "
    "the left, the longest all 600. To the right of each row's end everything is white."
))
print(padded.shape, f"{mask.mean():.0%} of the places hold letters")

# %% [markdown]
# **Predict, then run.** What share of the letters is A? Compute it for each row in two ways: as the share of *all* 600 places, and as the share of the places that the mask admits. Which rows will be wrong, and in
# which direction? And what if somebody fills with zeros, as `np.zeros` suggests?

# %%
is_a = padded == 0
careless = is_a.sum(axis=1) / padded.shape[1]
careful = is_a.sum(axis=1) / mask.sum(axis=1)
filled_with_zeros = np.where(mask, padded, 0)
zeros = (filled_with_zeros == 0).mean(axis=1)
lengths = mask.sum(axis=1)
fig, ax = plt.subplots(figsize=(8, 3))
for share, name, colour, place in ((careful, "with the mask", "C0", (310, 0.42)),
                                   (careless, "over all 600 places", "C1", (130, 0.0)),
                                   (zeros, "filled with 0, which is A", "C3", (140, 0.9))):
    ax.plot(lengths, share, ".", color=colour)
    ax.text(*place, name, color=colour)
ax.set(xlabel="length of the 3′ UTR (letters)", ylabel="share of A")
plots.show(fig, alt=(
    "Share of A against length for sixty UTRs. With the mask it stays near one third at every length. "
    "Over all places it rises with length from zero; filled with zeros it falls with length from one."
))

# %% [markdown]
# <details><summary>Your prediction, and what came out</summary>
#
# The short ones, and the error is not small: over all places a short UTR seems to hold no A, filled with zeros it seems to hold nothing else. Either way the share of A has become a measure of *length*. A model would
# learn that, happily. Padding must never look like a letter, and a mean must be taken over the mask.
# </details>

# %%
assert careful[:20].std() < 0.15 and careless[0] < 0.1 and zeros[0] > 0.9
assert np.corrcoef(lengths, careless)[0, 1] > 0.9 and np.corrcoef(lengths, zeros)[0, 1] < -0.9

# %% [markdown]
# ## Bags of words: k-mers
#
# Another way round the lengths is to give up the places. A **k-mer** is a word of k letters. Count every word of 1, 2, 3, 4 and 5 letters, overlaps and all, and each sequence becomes 4 + 16 + 64 + 256 + 1,024 = 1,364 numbers,
# however long it is. By hand:

# %%
def count_by_hand(letters, names):
    """How often each word stands in the letters, at any place."""
    return [sum(letters[i : i + len(name)] == name for i in range(len(letters))) for name in names]

names = kmers.kmer_names()
utr = yeast.tokens[0]
counts = kmers.count_kmers([utr])
assert counts[0].tolist() == count_by_hand(sequence.decode(utr), names)
best = counts[0].argsort()[::-1]
print(counts.shape, "; of five letters most often:",
      [(names[i], int(counts[0, i])) for i in best if len(names[i]) == 5][:4])

# %% [markdown]
# What is lost? Where a word stood. What remains has a flaw of its own: a longer sequence has more of every word. Dividing each count by the number of words of that length, **normalising**, takes the length out:

# %% tags=["nbval-check-output"]
table = kmers.count_kmers(yeast.tokens, (2,)).astype(float)
lengths = np.array([len(tokens) for tokens in yeast.tokens])
shares = table / (lengths - 1)[:, None]
for name, values in (("counts", table), ("shares", shares)):
    r = [abs(np.corrcoef(lengths, column)[0, 1]) for column in values.T]
    print(f"{name}: correlation with length, mean over the 16 pairs {np.mean(r):.2f}")

# %% [markdown]
# Whether to normalise is a question about the task. If length matters, give it to the model openly, as a column called length.

# %% [markdown]
# ## Embeddings
#
# A last way is to give each token a short list of numbers, its **embedding**, and to let training choose them. Eight numbers for each of 1,024 words of five letters make a table of 1,024 × 8, and encoding is
# looking up rows. It is nothing new: looking up row 7 is the same as multiplying the table with a one-hot vector whose seventh entry is 1.

# %%
rng = np.random.default_rng(0)
embedding = rng.normal(size=(1024, 8))  # random here; lecture 8 trains one
weights_of_place = 4 ** np.arange(4, -1, -1)
words = np.lib.stride_tricks.sliding_window_view(row, 5) @ weights_of_place  # AAAAA is 0, TTTTT 1023
looked_up = embedding[words]  # (36, 8)
multiplied = np.eye(1024)[words] @ embedding
assert np.allclose(looked_up, multiplied) and names[4 + 16 + 64 + 256 + words[0]] == sequence.decode(row[:5])
print(words[:5], looked_up.shape)

# %% [markdown]
# ## What each costs
#
# **Predict, then run.** Ten thousand sequences of 1,000 letters, ten million letters in all. Order these by the memory they take: text, tokens, one-hot as bytes, one-hot as 32-bit floats (what a network computes with), 1,364 counts, and
# the file format .2bit, which packs four letters into a byte.

# %% tags=["nbval-check-output"]
n, length = 10_000, 1_000
bytes_each = {
    "2bit file": n * length / 4,
    "text": n * length,
    "tokens, uint8": n * length,
    "1,364 counts, uint16": n * 1_364 * 2,
    "one-hot, uint8": n * length * 4,
    "one-hot, float32": n * length * 4 * 4,
}
for name, size in bytes_each.items():
    print(f"{name:22} {size / 1e6:6.1f} MB")
assert sequence.one_hot(np.zeros((10, length), np.uint8)).nbytes * n / 10 == bytes_each["one-hot, uint8"]
assert kmers.count_kmers(np.zeros((10, length), np.uint8)).nbytes * n / 10 == bytes_each["1,364 counts, uint16"]

# %% [markdown]
# One-hot floats take sixteen times the memory of tokens and hold the same information. So keep tokens, and make the one-hot at the last moment, a batch at a time, on the device that needs it. The course does this throughout.

# %% [markdown]
# ## A shortcut that solves the wrong problem
#
# Now a task, and a model that gets it right for the wrong reason. Chromosome 20 has 564 marked **promoters**, where the copying of genes begins. Can a model tell 500 letters around one from 500 letters elsewhere? "Elsewhere" is the
# innocent word. Where exactly?

# %%
LENGTH = 500
middles = human.promoters[["start", "end"]].mean(axis=1).astype(int).to_numpy()
windows = np.lib.stride_tricks.sliding_window_view(human.tokens, LENGTH)
promoters = windows[middles - LENGTH // 2]
in_promoter = np.zeros(len(human.tokens), dtype=bool)
for start, end in human.promoters[["start", "end"]].to_numpy():
    in_promoter[start:end] = True
starts = np.arange(0, len(windows), 200)
free = (windows[starts].max(axis=1) < 4) & ~in_promoter[starts] & ~in_promoter[starts + LENGTH - 1]
starts = starts[free]
elsewhere = windows[starts]

def gc_of(tokens):
    """Share of G and C in each row."""
    return np.isin(tokens, (1, 2)).mean(axis=1)

print(f"{len(promoters)} promoters, GC {gc_of(promoters).mean():.2f}; "
      f"{len(elsewhere):,} windows elsewhere, GC {gc_of(elsewhere).mean():.2f}")

# %% [markdown]
# Promoters are rich in G and C, 62 % against 44 %. A model that does nothing but count G and C will already tell many of them apart. To see how much is left for a model to *understand*, choose windows elsewhere that have the same GC
# content, one for each promoter. (For the richest, above 75 %, there are none; we leave those promoters out of both comparisons.)
#
# The data must be cut in two. Training gets what lies before position 40,000,000, the test what lies behind.

# %%
kept = gc_of(promoters) < 0.75
positives, where = promoters[kept], middles[kept]
rng = np.random.default_rng(0)
partners = {
    "any windows": rng.choice(len(elsewhere), len(positives), replace=False),
    "windows of equal GC": negatives.match_gc(gc_of(elsewhere), gc_of(positives), bins=25),
}

def promoter_task(rows):
    """Sequences, labels, and which of them are for testing."""
    sequences = np.concatenate([positives, elsewhere[rows]])
    labels = np.repeat([1, 0], [len(positives), len(rows)])
    return sequences, labels, np.concatenate([where, starts[rows]]) > 40_000_000

# %% [markdown]
# **Predict, then run.** GC content alone, and logistic regression on 340 k-mer counts (k = 1 to 4), on both tasks. Four numbers. Which of the four will change most when the negatives are matched?

# %%
rungs = {}
for name, rows in partners.items():
    sequences, labels, test = promoter_task(rows)
    counts = kmers.count_kmers(sequences, (1, 2, 3, 4)).astype(float)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.001, max_iter=500))
    model.fit(counts[~test], labels[~test])
    scores = {"GC alone": gc_of(sequences[test]), "k-mers": model.predict_proba(counts[test])[:, 1]}
    for what, score in scores.items():
        rungs[f"{what}, {name}"] = metrics.interval(metrics.auroc, labels[test], score)
fig, ax = plt.subplots(figsize=(8, 2.8))
plots.ladder(ax, rungs, "AUROC on the last third of the chromosome", chance=0.5)
plots.show(fig, alt=(
    "Four dots with intervals. Against any windows, GC alone reaches 0.86 and k-mers 0.89. Against "
    "windows of equal GC, GC alone falls to chance, 0.47, and k-mers to 0.82."
))

# %% [markdown]
# <details><summary>Your prediction, and what came out</summary>
#
# GC alone, from 0.86 to chance. Against any windows, the k-mers look hardly better than counting G and C: nearly all of their 0.89 could be had with one number. Against matched windows they have 0.82 and GC has nothing, so here the
# k-mers must have learned something else. The second task looks harder and tells you more.
# </details>
#
# Before you believe a model, ask what the cheapest rival reaches: chance, GC content, length, position. If the rival is nearly as good, it is the data set that was solved.

# %%
matched, unmatched = rungs["GC alone, windows of equal GC"], rungs["GC alone, any windows"]
assert unmatched.value > 0.8 and abs(matched.value - 0.5) < 0.06
assert rungs["k-mers, windows of equal GC"].low > matched.high

# %% [markdown]
# ## Labels have pictures too
#
# The other classic task gives each piece of DNA not one label but many. Four proteins, in two kinds of fly cells, make eight yes-or-no questions: does this protein bind here, in these cells? The pieces are bins of 200 letters, one after the
# other along the chromosome, and each is seen with 400 letters more on either side. That is the layout of DeepSEA, which asks 919 such questions (lecture 6). Here are the labels of 700 bins in a row.

# %%
tracks = load("bushey_tracks")
bound = tracks.labels.any(axis=1).astype(int)
begin = 3_000
fig, ax = plt.subplots(figsize=(8, 2.4))
plots.label_barcode(ax, tracks.labels[begin : begin + 700], tracks.tracks)
ax.set_xlabel("bin of 200 letters, in the order of chromosome arm 2L")
plots.show(fig, alt=(
    "Eight rows, one a protein and cell type, 700 columns, black where the protein binds. Black "
    "stripes are rare, a few bins wide, and often run through several rows at once."
))
print(f"{bound.mean():.1%} of {len(bound):,} bins carry a label")

# %% [markdown]
# Stripes run down through several rows: the proteins like the same places. And stripes are wider than one bin: neighbours have the same label. Keep that in mind. Neighbours also share letters. A bin's 1,000 letters and those of the next bin have 800 in common.

# %% [markdown]
# ## The leak
#
# Is any of the eight labels set? Split the bins by chance, four fifths to train and one fifth to test, as every textbook does, and almost every test bin has a neighbour in training that shares 800 of its letters and most
# likely its label. The test has become an exam whose questions were in the homework.
#
# How much is that worth? To find out, nothing may change but the rule of the split. We take two chromosome arms. The test set is one half of the bins on arm 2L, always the same half. The training sets are equally large, and come
#
# - **by chance**, from all other bins of both arms;
# - **without overlap**, the same, but from bins that share no letter with a test bin;
# - **by similarity**, from bins whose cluster, of those that share more than 30 % of their 15-mers, has no member in the test set;
# - **by chromosome**, from arm 2R only.

# %%
two_arms = np.flatnonzero(tracks.table["chromosome"].isin(["chr2L", "chr2R"]))[:: scale.choose(ci=4, laptop=1)]
X, y = tracks.tokens[two_arms], bound[two_arms]
arm, start = (tracks.table[column].to_numpy()[two_arms] for column in ("chromosome", "start"))
rng = np.random.default_rng(0)
on_2l = np.flatnonzero(arm == "chr2L")
test = np.sort(rng.choice(on_2l, len(on_2l) // 2, replace=False))
rest = np.setdiff1d(np.arange(len(y)), test)

at = np.sort(start[test])
right = np.clip(np.searchsorted(at, start), 0, len(at) - 1)
gap = np.minimum(abs(at[right] - start), abs(at[np.maximum(right - 1, 0)] - start))
overlaps = (arm == "chr2L") & (gap < 1000)
print(f"{overlaps[rest][arm[rest] == 'chr2L'].mean():.0%} of the other bins on 2L share letters with a test bin")

# %%
clusters = splits.similarity_clusters(X, threshold=0.3, k=15)
in_test = np.isin(clusters, clusters[test])
on_2r = np.flatnonzero(arm == "chr2R")
pools = {
    "by chance": rest,
    "without overlap": rest[~overlaps[rest]],
    "by similarity": rest[~in_test[rest]],
    "by chromosome": on_2r,
}
n = min(map(len, pools.values()))
training = {name: rng.choice(pool, n, replace=False) for name, pool in pools.items()}
print(f"{len(set(clusters.tolist())):,} clusters of {len(y):,} bins; {n:,} bins to train on, "
      f"{len(test):,} to test")

# %% [markdown]
# Two models, both on the 256 counts of 4-mers. Logistic regression has one weight for each word. A **random forest** asks hundreds of chains of yes-or-no questions ("more than three AATT? fewer than two CGCG?") and averages their answers; with enough
# questions it can learn single sequences by heart.
#
# **Predict, then run.** Which model wins when the split is by chance? Which wins when it is by chromosome?

# %%
from sklearn.ensemble import RandomForestClassifier

models = {
    "logistic regression": make_pipeline(StandardScaler(), LogisticRegression(C=0.003, max_iter=300)),
    "random forest": RandomForestClassifier(scale.choose(20, 100), min_samples_leaf=2, random_state=0),
}
counts = kmers.count_kmers(X, (4,)).astype(np.float32)
predicted = {}
for model_name, model in models.items():
    for rule, rows in training.items():
        model.fit(counts[rows], y[rows])
        predicted[model_name, rule] = model.predict_proba(counts[test])[:, 1]

# %% [markdown]
# Neighbouring bins are no independent evidence, so the bootstrap draws whole stretches of 20,000 letters, not single bins.

# %%
stretch = start[test] // 20_000
found = {key: metrics.interval(metrics.auroc, y[test], score, groups=stretch, resamples=200)
         for key, score in predicted.items()}
fig, ax = plt.subplots(figsize=(8, 3))
for offset, (model_name, colour) in enumerate((("logistic regression", "C0"), ("random forest", "C1"))):
    for place, rule in enumerate(training):
        one, x = found[model_name, rule], place + 0.16 * (offset - 0.5)
        ax.plot([x, x], [one.low, one.high], color=colour, linewidth=5, alpha=0.3)
        ax.plot(x, one.value, "o", color=colour)
    ax.text(3.2, found[model_name, "by chromosome"].value, model_name, color=colour, va="center")
ax.set_xticks(range(4), list(training))
ax.set(ylabel="AUROC on the same test bins", xlim=(-0.5, 4.6), ylim=(0.62, 0.82))
plots.show(fig, alt=(
    "AUROC of two models under four rules of splitting. By chance the random forest leads, 0.78 to 0.75. Without overlap, by "
    "similarity and by chromosome it falls to 0.68 to 0.69, while logistic regression stays at 0.74."
))

# %%
def difference(one, other):
    """How much better the first prediction is, on the same test bins."""
    return metrics.interval_of_difference(metrics.auroc, y[test], predicted[one], predicted[other],
                                          groups=stretch, resamples=200)

for rule in ("by chance", "by chromosome"):
    gain = difference(("random forest", rule), ("logistic regression", rule))
    print(f"split {rule}: forest minus logistic regression {gain}")
for model_name in models:
    leak = difference((model_name, "by chance"), (model_name, "by chromosome"))
    print(f"{model_name}: the leak is worth {leak}")

# %% [markdown]
# <details><summary>Your prediction, and what came out</summary>
#
# By chance, the forest leads by 0.02, as far as the interval allows one to say so. By each of the three honest rules it loses, by chromosome by 0.07, and there the interval is clear. The same test bins, the same model, as many training
# bins: the difference of 0.1 is what the neighbours told it. Logistic regression, which cannot remember single sequences, gains about 0.01 from the same leak.
#
# So a leak does not only make a number too good. It puts the wrong model in front. And the more a model can remember, the more it gains; the networks of this course can remember a great deal.
# </details>

# %%
if scale.current() != "ci":
    forest, logistic = (np.array([found[name, rule].value for rule in training])
                        for name in ("random forest", "logistic regression"))
    assert forest[0] > logistic[0] + 0.01 and (forest[1:] < logistic[1:] - 0.03).all()
    assert forest[0] - forest[1:].max() > 0.05 and logistic[0] - logistic[3] < 0.03

# %% [markdown]
# ## Splits that prove what they promise
#
# That three different rules agree is the best evidence that nothing is left to leak. It is worth having them in a function that also checks itself. `dnacourse.splits` gives the row numbers of the three parts every project needs: **training**, **validation** for
# all choices, and **test**, to be looked at once. `prove()` works out again, from the data, that the promise holds.

# %% tags=["nbval-check-output"]
by_arm = splits.by_chromosome(tracks.table["chromosome"], validation=["chrX"], test=["chr2L"])
print(by_arm.prove())
small = tracks.tokens[:1200]
print(splits.by_similarity(small).prove())

# %%
try:
    splits.random(len(small)).held_to(splits.by_similarity(small)).prove()
except splits.PromiseBroken as problem:
    print("A split by chance, held to the promise of one by similarity:", problem)

# %% [markdown]
# Which rule for which data? By chromosome for pieces of one genome: easy to state, easy to repeat. By similarity for sequences that are related across places: families of genes, repeats, proteins. By group where rows belong together: one patient, one gene, one
# plate. By chance only where rows have nothing to do with each other, which in biology is seldom. Reviews of published models have found leaks of all these kinds (Whalen et al. 2022; Kapoor and Narayanan 2023).

# %% [markdown]
# Move the window along the exon end. Where do the stripes stop? (The slider needs a running notebook; it shows the picture this lecture began with, shifted.)

# %%
import ipywidgets


def show_window(shift):
    """200 windows of 40 letters, moved by so many letters from the exon end."""
    moved = np.stack([human.tokens[end + shift - 20 : end + shift + 20] for end in exon_ends[:200]])
    fig, ax = plt.subplots(figsize=(8, 2.6))
    plots.letter_barcode(ax, moved, first=shift - 20)
    plots.show(fig, alt=f"200 windows of 40 letters, {shift} letters from the ends of exons")

slider = ipywidgets.interact(
    show_window, shift=ipywidgets.IntSlider(value=0, min=-60, max=60, step=10, description="shift"))

# %% [markdown]
# ## What you learned
#
# - Tokens store letters; they are not quantities. One-hot gives each letter its own weight and no rank.
# - With rows A, C, G, T the other strand is the array turned in both directions.
# - Padding must not look like a letter, and means are taken over the mask.
# - k-mer counts forget places and remember length, unless they are normalised.
# - Ask what GC content alone reaches. Match it in the negatives.
# - Split so that nothing in the test set has a near copy in training. A leak can put the wrong model in front.
#
# ## Quiz
#
# **1.** A colleague encodes A, C, G, T as 0.25, 0.5, 0.75 and 1 "so that the values are small". Better than 0 to 3?
# <details><summary>Answer</summary>No. The order is the problem, not the size: C still lies between A and G.</details>
#
# **2.** What is the one-hot of N, and why not 0.25 in each row?
# <details><summary>Answer</summary>Four zeros in this course: nothing is known, so nothing is added. A quarter in each row is used too; it says "each letter is equally likely", and adds the mean of the four weights.</details>
#
# **3.** An array of 32 one-hot sequences has the shape (32, 1000, 4). What does `X[:, ::-1, ::-1]` give, with the columns in the order A, C, G, T?
# <details><summary>Answer</summary>The reverse complements. Which axis holds the letters does not matter, as long as both are turned.</details>
#
# **4.** On matched negatives GC alone reached 0.47, below chance. Is that a discovery?
# <details><summary>Answer</summary>No. Its interval holds 0.5. Matching within bins of four percentage points leaves small differences, and they may fall on either side.</details>
#
# **5.** Your test set holds other patients than the training set, but patients of the same family are in both. Which rule was meant, and which is needed?
# <details><summary>Answer</summary>It was split by patient; it should be split by family. A group is whatever shares information about the answer.</details>
#
# ## Now you
#
# The exercises are in the lab: [labs/lab02_sequences_as_numbers.ipynb](../labs/lab02_sequences_as_numbers.ipynb). You will write the encoders, pad a batch, and find the leak in a data set that somebody hands you.
#
# ## Further reading
#
# - Noordewier, Towell and Shavlik (1991), the splice data: [doi:10.24432/C5M888](https://doi.org/10.24432/C5M888)
# - Whalen et al. (2022), pitfalls of machine learning in genomics: [doi:10.1038/s41576-021-00434-9](https://doi.org/10.1038/s41576-021-00434-9)
# - Kapoor and Narayanan (2023), leakage in seventeen fields: [doi:10.1016/j.patter.2023.100804](https://doi.org/10.1016/j.patter.2023.100804)
# - Zhou and Troyanskaya (2015), DeepSEA: [doi:10.1038/nmeth.3547](https://doi.org/10.1038/nmeth.3547)
# - Bushey et al. (2009), the fly tracks: [doi:10.1101/gad.1798209](https://doi.org/10.1101/gad.1798209)
