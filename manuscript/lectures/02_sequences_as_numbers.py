# %% [markdown] readme="tokens, one-hot, k-mers, padding and masks; what GC content alone achieves; what a careless split is worth: more than 0.1 of AUROC to one model, little to another"
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
donors = np.stack([human.tokens[end - 20 : end + 20] for end in np.unique(exon_ends)])
fig, ax = plt.subplots(figsize=(8, 3.4))
plots.letter_barcode(ax, donors[:400], first=-20)
plots.show(fig, alt=(
    "400 rows of 40 coloured letters, the ends of human exons under each other. The "
    "colours are a mixture everywhere except at 0 and 1, where an orange stripe of G "
    "and a red stripe of T run from top to bottom; the columns around them are striped faintly."
))

# %% [markdown]
# Each row is the end of one exon of human chromosome 20 and the beginning of the intron behind it, 40 letters, each letter in its colour: A green, C blue, G orange, T red. The rows come from 400 different
# places. Yet two columns are nearly of one colour: an intron begins with GT, as lecture 1 said. Look to the right of them: A leads in the next two columns and G in the fifth, where it stands in four rows of five; then the stripes fade. To the left of the border there are two more, an A and a G, the last letters of the exon.
# Those paler stripes are what a model will have to find.
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
# Small letters come out like capitals. In the file of a genome they mean something: a program has marked the stretch as a repeat, one of the millions of copies that mobile
# elements have left all over the genome. This is **soft-masking**. Writing N over the repeats instead would be hard-masking. Our copy of chromosome 20 has no small letters, but plenty of N.
#
# **Predict, then run.** How much of the finished human chromosome 20 is N: one letter in a million, one in a thousand, or one in twenty?

# %% tags=["nbval-check-output"]
unknown = human.tokens == sequence.UNKNOWN
edges = np.flatnonzero(np.diff(np.concatenate([[False], unknown, [False]]).astype(np.int8)))
runs = pd.DataFrame(edges.reshape(-1, 2), columns=["start", "end"])
runs["letters"] = runs["end"] - runs["start"]
print(f"{unknown.mean():.1%} of {len(unknown):,} letters are N, in {len(runs)} stretches. The longest:")
print(runs.nlargest(4, "letters").to_string(index=False))

# %% [markdown]
# <details><summary>Your prediction, and what came out</summary>
#
# One in eighteen. Three million of them lie together, from 26.3 to 29.4 million: the centromere, by which the chromosome is pulled when a cell divides. It is made of a short word repeated thousands of
# times, and nobody could put pieces of a few hundred letters in order there. The round number gives it away: in this assembly, of 2009, the gap has an agreed length, and not a measured one. A model that takes N for a letter like any other learns from this desert.
# Every function of the course passes over it.
# </details>

# %% [markdown]
# ## The trap in the integers
#
# Tokens store letters well. Are they a good thing to feed to a model? Try it on one of the oldest benchmarks of the field: 60 letters around the end of an exon, or 60 letters from elsewhere (Noordewier et al. 1991).
# The simplest model that gives probabilities is **logistic regression**. It multiplies each input by a weight, adds up, and squeezes the sum into a number between 0 and 1. Training (`fit`) finds
# the weights that make the observed answers likeliest.
#
# How good is it? The data come in ten parts, or **folds**. Train on nine and predict the tenth, in turn, so that every prediction is made for a sequence that the model has not seen. (The folds were made with care: no two share 30 letters in a row. The end of this lecture shows why.) The measure is
# **AUROC**: take one sequence of each kind; how often does the true exon end get the higher score? A coin gives 0.5.
#
# Three words of scikit-learn: `StandardScaler` brings every column to mean 0 and spread 1, so that no column weighs more because its numbers are large; `make_pipeline` puts it in front of the model; `predict_proba` gives the probability of each class, the second column that of class 1. `C` says how large the weights may
# grow; lecture 3 chooses it, here it is given. What is printed in brackets behind a value is its bootstrap interval, as in lecture 1.

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
# **Predict, then run.** Train the same model on the same sequences in all 24 orders. By how much will the AUROC differ between the best and the worst: not at all, by a hundredth, or by a tenth? And where will one-hot lie, a
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
for end in (0, -1):
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
# Exon ends were cut to one length. Nature does not do that. At the end of each messenger RNA is a stretch that is not translated, the **3′ UTR** (three prime untranslated region); those of fission yeast have 6 to more than 5,000 letters (here the longest are cut at 600). An
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
                                   (careless, "over all 600 places", "C1", (190, 0.0)),
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
yeast_lengths = np.array([len(tokens) for tokens in yeast.tokens])
shares = table / (yeast_lengths - 1)[:, None]
for name, values in (("counts", table), ("shares", shares)):
    r = [abs(np.corrcoef(yeast_lengths, column)[0, 1]) for column in values.T]
    print(f"{name}: correlation with length, mean over the 16 pairs {np.mean(r):.2f}")

# %% [markdown]
# Most of the length is gone. What is left is no artefact: long UTRs of this yeast have a slightly different composition.
#
# Whether to normalise is a question about the task. If length matters, give it to the model openly, as a column called length.

# %% [markdown]
# ## Embeddings
#
# A last way is to give each token a short list of numbers, its **embedding**, and to let training choose them. Eight numbers for each of 1,024 words of five letters make a table of 1,024 × 8, and encoding is
# looking up rows. It is nothing new: looking up row 7 is the same as multiplying the table with a one-hot vector whose seventh entry is 1.

# %%
rng = np.random.default_rng(0)
embedding = rng.normal(size=(1024, 8))  # random here; lecture 8 trains one
five_at_a_time = np.lib.stride_tricks.sliding_window_view(row, 5)  # (36, 5): a row for each word
places = np.array([256, 64, 16, 4, 1])  # a word read as a number to the base 4
words = five_at_a_time @ places  # (36,): AAAAA is 0, TTTTT is 1023
looked_up = embedding[words]  # (36, 8)
one_hot_words = np.eye(1024)[words]  # (36, 1024): a single 1 in each row
multiplied = one_hot_words @ embedding
assert np.allclose(looked_up, multiplied) and names[4 + 16 + 64 + 256 + words[0]] == sequence.decode(row[:5])
print(words[:5], looked_up.shape)

# %% [markdown]
# ## What each costs
#
# **Predict, then run.** Ten thousand sequences of 1,000 letters, ten million letters in all. How many times as much memory as the tokens, a byte each, do one-hot planes of bytes take? One-hot planes of 32-bit floats, which a network computes with? And a file in the format .2bit, which packs four letters into a byte?

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
counted = kmers.count_kmers(np.zeros((10, length), np.uint8))
assert counted.nbytes * n / 10 == bytes_each["1,364 counts, uint16"]

# %% [markdown]
# One-hot floats take sixteen times the memory of tokens and hold the same information. So keep tokens, and make the one-hot at the last moment, for as many sequences as are worked on at once (a **batch**), and on the processor or graphics card that works on them. The course does this throughout.

# %% [markdown]
# ## A shortcut that solves the wrong problem
#
# Now a task, and a model that gets it right for the wrong reason. Chromosome 20 has 564 marked **promoters**, where the copying of genes begins. Can a model tell 500 letters around one from 500 letters elsewhere? "Elsewhere" is the
# innocent word. Where exactly?

# %%
LENGTH = 500
middles = human.promoters[["start", "end"]].mean(axis=1).astype(int).to_numpy()
windows = np.lib.stride_tricks.sliding_window_view(human.tokens, LENGTH)  # row i begins at letter i
promoters = windows[middles - LENGTH // 2]

# %% [markdown]
# Now "elsewhere": a window every 200 letters, without those that touch a promoter or hold an N. Whether a stretch is free of something is a matter of two look-ups, if we know how many marked letters stand before each position.

# %%
marked = human.tokens >= 4  # N
for (start, end), middle in zip(human.promoters[["start", "end"]].to_numpy(), middles):
    marked[min(start, middle - LENGTH // 2) : max(end, middle + LENGTH // 2)] = True
before = np.concatenate([[0], np.cumsum(marked, dtype=np.int32)])  # marked letters before each position
starts = np.arange(0, len(windows), 200)
starts = starts[before[starts + LENGTH] == before[starts]]
elsewhere = windows[starts]

# %%
def gc_of(tokens):
    """Share of G and C in each row."""
    return ((tokens == 1) | (tokens == 2)).mean(axis=1)

print(f"{len(promoters)} promoters, GC {gc_of(promoters).mean():.2f}; "
      f"{len(elsewhere):,} windows elsewhere, GC {gc_of(elsewhere).mean():.2f}")

# %% [markdown]
# Promoters are rich in G and C, 62 % against 44 %. A model that does nothing but count G and C will already tell many of them apart. To see how much is left for a model to *understand*, choose windows elsewhere that have the same GC
# content, one for each promoter. (Examples of the class that is not sought are called **negatives**, those of the other **positives**; `negatives.match_gc` makes the choice.) (For the richest there are not enough; promoters above 75 % are left out of both comparisons.)
#
# The data must be cut in two. Training gets what lies before position 40,000,000, the test what lies behind. And the partners are chosen in each part by itself; quiz question 4 asks why.

# %%
kept = gc_of(promoters) < 0.75
positives, where = promoters[kept], middles[kept]

def behind(places):
    """Whether a place lies in the test part."""
    return places > 40_000_000

any_windows = np.random.default_rng(0).choice(len(elsewhere), len(positives), replace=False)
equal_gc = np.empty(len(positives), int)
for side in (False, True):  # in training and test part by itself
    mine, pool = behind(where) == side, np.flatnonzero(behind(starts) == side)
    equal_gc[mine] = pool[negatives.match_gc(gc_of(elsewhere[pool]), gc_of(positives[mine]), bins=25)]
partners = {"any windows": any_windows, "windows of equal GC": equal_gc}

# %%
def promoter_task(rows):
    """Sequences, labels, and which of them are for testing."""
    sequences = np.concatenate([positives, elsewhere[rows]])
    labels = np.repeat([1, 0], [len(positives), len(rows)])
    return sequences, labels, behind(np.concatenate([where, starts[rows]]))

print(f"{len(positives)} of {len(promoters)} promoters have less than 75 % GC and are used")

# %% [markdown]
# **Predict, then run.** GC content alone, and logistic regression on 340 k-mer counts (k = 1 to 4), on both tasks. Four numbers. Which of the four will change most when the negatives are matched? (`decision_function` gives a model's score before it is squeezed into a probability; to rank sequences it will do.)

# %%
def promoter_scores(rows):
    """Test labels, and the scores of both models."""
    sequences, labels, test = promoter_task(rows)
    counts = kmers.count_kmers(sequences, (1, 2, 3, 4)).astype(float)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.001, max_iter=500))
    model.fit(counts[~test], labels[~test])
    return labels[test], {"GC alone": gc_of(sequences[test]), "k-mers": model.decision_function(counts[test])}

# %%
rungs = {}
for name, rows in partners.items():
    truth, scores = promoter_scores(rows)
    for what, score in scores.items():
        rungs[f"{what}, {name}"] = metrics.interval(metrics.auroc, truth, score)
fig, ax = plt.subplots(figsize=(8, 2.8))
plots.ladder(ax, rungs, "AUROC on the last third of the chromosome", chance=0.5)
plots.show(fig, alt=(
    "Four dots with intervals. Against any windows, GC alone reaches 0.85 and k-mers 0.89. Against "
    "windows of equal GC, GC alone falls to chance, 0.51, and k-mers to 0.81."
))

# %% [markdown]
# <details><summary>Your prediction, and what came out</summary>
#
# GC alone, from 0.85 to chance. Against any windows, the k-mers look hardly better than counting G and C: nearly all of their 0.89 could be had with one number. Against matched windows they have 0.81 and GC has nothing, so here the
# k-mers must have learned something else. The second task looks harder and tells you more.
# </details>
#
# (The partners are drawn by chance, and with other draws the k-mers come out a little differently: below, four more.)
#
# Before you believe a model, ask what the cheapest rival reaches: chance, GC content, length, position. If the rival is nearly as good, it is the data set that was solved.

# %%
again = []
for seed in range(1, scale.choose(ci=2, laptop=5)):
    rows = np.empty(len(positives), int)
    for side in (False, True):
        mine, pool = behind(where) == side, np.flatnonzero(behind(starts) == side)
        rows[mine] = pool[negatives.match_gc(gc_of(elsewhere[pool]), gc_of(positives[mine]), seed, bins=25)]
    truth, scores = promoter_scores(rows)
    again.append(metrics.auroc(truth, scores["k-mers"]))
print("k-mers against other windows of equal GC:", " ".join(f"{value:.2f}" for value in again))
matched, unmatched = rungs["GC alone, windows of equal GC"], rungs["GC alone, any windows"]
assert unmatched.value > 0.8 and abs(matched.value - 0.5) < 0.03
assert rungs["k-mers, windows of equal GC"].low > matched.high

# %% [markdown]
# ## Labels have pictures too
#
# The other classic task gives each piece of DNA not one label but many. Four proteins, in two kinds of fly cells, make eight yes-or-no questions: does this protein bind here, in these cells? The pieces are bins of 200 letters from the 2,000 before each
# start of transcription, in the order of the chromosome, and each is seen with 400 letters more on either side. (All 1,000 must lie within the 2,000, so the last 400 before a start, most of the promoter itself, have few bins of their own.) That is the layout of DeepSEA, which asks 919 such questions (lecture 6). Here are the labels of 700 bins, which come in runs of five or so, from about a million letters.

# %%
tracks = load("bushey_tracks")
bound = tracks.labels.any(axis=1).astype(int)
begin = 3_000
fig, ax = plt.subplots(figsize=(8, 2.4))
plots.label_barcode(ax, tracks.labels[begin : begin + 700], tracks.tracks)
ax.set_xlabel("bins of 200 letters upstream of genes, in the order of chromosome arm 2L")
plots.show(fig, alt=(
    "Eight rows, one a protein and cell type, 700 columns, black where the protein binds. Black "
    "stripes are rare, a few bins wide, and often run through several rows at once."
))
print(f"{bound.mean():.1%} of {len(bound):,} bins carry a label")

# %% [markdown]
# Stripes run down through several rows: the proteins like the same places. And stripes are wider than one bin: neighbours have the same label. Keep that in mind. Neighbours also share letters: the 1,000 letters of a bin and those of the next have 800 in common.

# %% [markdown]
# ## The leak
#
# Is any of the eight labels set? Cut the bins in two by chance, one half to train and one half to test, and most test bins have a neighbour in training that shares 800 of their letters, and most likely their label. The test has become an exam whose questions were in the homework.
#
# How much is that worth? To find out, nothing may change but where the training bins come from. The test set is one half of the bins of chromosome arm 2L, by chance, always the same half. The training sets have the same size, and come
#
# - **by chance**: they are the other half of 2L;
# - **by stretch**: also from 2L, but never from the same million letters as the bin that is tested (six models, each for a sixth of the stretches);
# - **by chromosome**: from one of three other arms, 2R, 3L or X.

# %%
every = scale.choose(ci=3, laptop=1)
arm, start = (tracks.table[column].to_numpy() for column in ("chromosome", "start"))
on_2l = np.flatnonzero(arm == "chr2L")[::every]
rng = np.random.default_rng(0)
test = np.sort(rng.choice(on_2l, len(on_2l) // 2, replace=False))
rest = np.setdiff1d(on_2l, test)
sixth = start // 1_000_000 % 6  # of the million letters that each bin lies in

# rule -> pairs of training rows and the test rows that they are for
rules = {"by chance": [(rest, test)], "by stretch": []}
for one in range(6):
    others = rng.choice(on_2l[sixth[on_2l] != one], len(rest), replace=False)
    rules["by stretch"].append((others, test[sixth[test] == one]))
for name in ("2R", "3L", "X"):
    others = rng.choice(np.flatnonzero(arm == f"chr{name}"), len(rest), replace=False)
    rules[f"arm {name}"] = [(others, test)]

# %%
def share_with_a_neighbour(train_rows, test_rows, letters=800):
    """How many test bins have a training bin with at least so many letters in common."""
    at = {(arm[row], start[row]) for row in train_rows}
    steps = [200 * i for i in range(-4, 5) if 1000 - abs(200 * i) >= letters]
    return np.mean([any((arm[row], start[row] + step) in at for step in steps) for row in test_rows])

for name, pairs in rules.items():
    sizes = {len(train_rows) for train_rows, _ in pairs}
    near = np.average([share_with_a_neighbour(*pair) for pair in pairs], weights=[len(t) for _, t in pairs])
    print(f"{name:12} {max(sizes):,} bins to train on; {near:.1%} share 800 letters with one")

# %% [markdown]
# Two models, both on the 256 counts of 4-mers. Logistic regression has one weight for each word. A **random forest** asks a hundred trees of yes-or-no questions ("more than three AATT? fewer than two CGCG?") and averages their answers; with enough
# questions it can learn single sequences by heart.
#
# **Predict, then run.** Which model wins when the split is by chance? Which wins when it is by chromosome?

# %%
from sklearn.ensemble import RandomForestClassifier

models = {
    "logistic regression": make_pipeline(StandardScaler(), LogisticRegression(C=0.003, max_iter=300)),
    "random forest": RandomForestClassifier(scale.choose(20, 100), min_samples_leaf=2, random_state=0),
}
counts = kmers.count_kmers(tracks.tokens, (4,)).astype(np.float32)

def scores_of(model, pairs):
    """A score for each test bin, from a model that was trained on the other rows of its pair."""
    score = np.zeros(len(tracks.tokens))
    for train_rows, test_rows in pairs:
        model.fit(counts[train_rows], bound[train_rows])
        score[test_rows] = model.predict_proba(counts[test_rows])[:, 1]
    return score[np.sort(np.concatenate([test_rows for _, test_rows in pairs]))]

predicted = {(name, rule): scores_of(model, pairs)
             for name, model in models.items() for rule, pairs in rules.items()}

# %% [markdown]
# Neighbouring bins are no independent evidence, so the bootstrap draws whole stretches of 20,000 letters, not single bins.

# %%
truth, stretch = bound[test], start[test] // 20_000
found = {key: metrics.interval(metrics.auroc, truth, score, groups=stretch, resamples=200)
         for key, score in predicted.items()}
fig, ax = plt.subplots(figsize=(8, 3))
for offset, (model_name, colour) in enumerate((("logistic regression", "C0"), ("random forest", "C1"))):
    for place, rule in enumerate(rules):
        one, x = found[model_name, rule], place + 0.16 * (offset - 0.5)
        ax.plot([x, x], [one.low, one.high], color=colour, linewidth=5, alpha=0.3)
        ax.plot(x, one.value, "o", color=colour)
    ax.text(4.2, found[model_name, "arm X"].value, model_name, color=colour, va="center")
ax.set_xticks(range(5), list(rules))
ax.set(ylabel="AUROC on the same test bins", xlim=(-0.5, 5.7))
plots.show(fig, alt=(
    "AUROC of two models under five rules of splitting. By chance the random forest leads, 0.81 to "
    "0.76. By stretch and on three other arms it falls to between 0.66 and 0.69, while logistic "
    "regression stays at 0.72 to 0.74."
))

# %%
def difference(one, other):
    """How much better the first prediction is, on the same test bins."""
    return metrics.interval_of_difference(metrics.auroc, truth, predicted[one], predicted[other],
                                          groups=stretch, resamples=200)

for rule in ("by chance", "arm 2R"):
    gain = difference(("random forest", rule), ("logistic regression", rule))
    print(f"training set {rule}: forest minus logistic regression {gain}")
for model_name in models:
    leak = difference((model_name, "by chance"), (model_name, "arm 2R"))
    print(f"{model_name}: by chance instead of 2R is worth {leak}")

# %% [markdown]
# <details><summary>Your prediction, and what came out</summary>
#
# By chance the forest wins, by 0.05. Trained on any other arm it loses, by 0.05 to 0.08. The same test bins, the same model, as many training bins. Is arm 2L perhaps special, so that training on 2L helps? The rule "by stretch" says no: it trains on 2L too, with no neighbour near, and is as low as the other arms. What is worth more than 0.1
# to the forest is the neighbours. Logistic regression, which cannot remember single sequences, gains 0.02 to 0.04, depending on which honest rule it is compared with, and the interval of that gain, printed last, touches 0.
#
# So a leak does not only make a number too good. It puts the wrong model in front. And the more a model can remember, the more it gains; the networks of this course can remember a great deal.
# </details>
#
# The intervals say how much these values would vary with other test bins. They do not say how much they vary with the cut itself. So cut again, twice: other test bins, other training bins.

# %%
again = []
for seed in scale.choose(ci=(1,), laptop=(1, 2)):
    cut = np.random.default_rng(seed)
    other_test = np.sort(cut.choice(on_2l, len(on_2l) // 2, replace=False))
    other_rest = np.setdiff1d(on_2l, other_test)
    on_2r = cut.choice(np.flatnonzero(arm == "chr2R"), len(other_rest), replace=False)
    area = {(name, rule): metrics.auroc(bound[other_test], scores_of(model, [(rows, other_test)]))
            for name, model in models.items() for rule, rows in (("chance", other_rest), ("2R", on_2r))}
    forest, logistic = ({rule: area[name, rule] for rule in ("chance", "2R")}
                        for name in ("random forest", "logistic regression"))
    again.append([forest[rule] - logistic[rule] for rule in ("chance", "2R")])
    print(f"cut {seed}: forest minus logistic regression {again[-1][0]:+.3f} by chance, {again[-1][1]:+.3f} "
          f"on 2R; chance instead of 2R is worth {forest['chance'] - forest['2R']:.3f} to the forest")

# %%
if scale.current() != "ci":
    forest, logistic = (np.array([found[name, rule].value for rule in rules])
                        for name in ("random forest", "logistic regression"))
    assert forest[0] > logistic[0] + 0.03 and (forest[1:] < logistic[1:] - 0.02).all()
    assert forest[0] - forest[1:].max() > 0.1 and 0 < logistic[0] - logistic[1:].max() < 0.03
    assert logistic[0] - logistic[1:].min() < 0.05
    assert all(by_chance > 0 > honest for by_chance, honest in again)

# %% [markdown]
# ## Splits that prove what they promise
#
# A rule of splitting is worth having in a function that also checks itself. `dnacourse.splits` gives the row numbers of the three parts that every project needs: **training**, to fit the model; **validation**, to choose between models and settings; **test**, to be looked at once, when all is chosen. `prove()` works out again, from
# the data, that the promise holds. Similarity here means the share of 15-mers that two sequences have in common.

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
# Move the window along the exon end. How far from the border can you still see a stripe, on either side? (About three letters into the exon and six into the intron; farther in, the intron only looks richer in T. The slider needs a running notebook; it shows the picture this lecture began with, shifted.)

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
# **4.** Somebody matches GC over the whole chromosome, one window for each promoter, and cuts the data in two afterwards. In the test part GC alone now reaches 0.46, and with other draws of the windows never 0.5. What happened?
# <details><summary>Answer</summary>The classes are equal as a whole, not in each part: a promoter in front may have its partner behind. In front the promoters are then a little richer than the windows, behind a little poorer. Cut first, then match within each part.</details>
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
