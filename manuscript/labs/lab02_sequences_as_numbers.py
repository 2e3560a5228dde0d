# %% [markdown]
# # Lab 2 · Sequences as numbers
#
# **The question.** A colleague hands you two data sets, each cut into training and test. Can you turn them into arrays yourself, and find out which
# of the cuts leaks?
#
# **Afterwards you can**
# 1. write encoders from text to tokens and from tokens to one-hot planes;
# 2. take the other strand of a batch of planes;
# 3. put sequences of different lengths into one array, with a mask, and compute with the mask;
# 4. measure how much of a test set is already in the training set;
# 5. judge a split by what its two parts share.
#
# **Before you start.** [Lecture 2](../lectures/02_sequences_as_numbers.ipynb). NumPy indexing, shapes and broadcasting.
#
# **Time.** 88 minutes, exercise by exercise, reading included. {{minutes}}
#
# **Data.**
# {{data}}
#
# **How it works.** Each exercise has a cell that ends in `raise NotImplementedError`: replace that line by your code. Three hints open one after the other. The cell
# after it checks your answer: run it as often as you like. ✓ means done; ✗ tells you which mistake it sees. You build everything from NumPy here; functions of `dnacourse`, and ready-made ones such as PyTorch's `one_hot`, do not count as an answer, and the checks look. What your functions are given must be the same afterwards.

# %%
import numpy as np

from dnacourse.datasets import load
from dnacourse.labs import lab02

splice, pum2 = load("uci_splice"), load("pum2")  # for exercise 7

# %% [markdown]
# ## Exercise 1 · Tokens (8 minutes)
#
# Write `encode(text)`: a NumPy array of dtype `uint8`, one number for each letter. A, C, G, T are 0, 1, 2, 3, in capitals or small letters. N, the letter that nobody could read, is 4. No other letters occur.
#
# | input | output |
# |---|---|
# | `"GATTACA"` | `array([2, 0, 3, 3, 0, 1, 0], dtype=uint8)` |
# | `"acgtN"` | `array([0, 1, 2, 3, 4], dtype=uint8)` |
# | `""` | `array([], dtype=uint8)` |
#
# <details><summary>Hint 1</summary>
#
# First make all letters capitals. Then each letter has a place in the text "ACGTN", and that place is its number.
#
# <details><summary>Hint 2</summary>
#
# `"ACGTN".index("G")` is 2.
#
# <details><summary>Hint 3</summary>
#
# `np.array([... for letter in text.upper()], dtype=np.uint8)`
#
# </details></details></details>

# %% solution="encode"
def encode(text):
    """Tokens of a text, a byte each: A, C, G, T are 0 to 3, N is 4."""
    ### BEGIN SOLUTION
    return np.array(["ACGTN".index(letter) for letter in text.upper()], dtype=np.uint8)
    ### END SOLUTION

# %% check="check-encode" points=5
lab02.check_encode(encode)

# %% [markdown]
# ## Exercise 2 · Planes (12 minutes)
#
# Write `one_hot(tokens)`: from a batch of tokens, shape (N, L), to planes of zeros and ones, shape (N, 4, L). Plane 0 is 1 where the token is A, plane 1 where it is C, plane 2 for G, plane 3 for T.
# Unknown letters (4) and padding (5) are zero in all four planes.
#
# | input | output |
# |---|---|
# | `np.array([[0, 2, 4]])` | `[[[1, 0, 0], [0, 0, 0], [0, 1, 0], [0, 0, 0]]]`, shape (1, 4, 3) |
#
# <details><summary>Hint 1</summary>
#
# The lecture did it for one sequence with four comparisons and `np.stack`. What changes when there are N of them?
#
# <details><summary>Hint 2</summary>
#
# `tokens == 0` has the shape (N, L). Four of these, stacked along a new axis in the middle, have the shape (N, 4, L): `np.stack` takes `axis=1`.
#
# <details><summary>Hint 3</summary>
#
# `np.stack([tokens == letter for letter in range(4)], axis=1)` gives True and False; `.astype(np.uint8)` makes ones and zeros of them.
#
# </details></details></details>

# %% solution="one-hot"
def one_hot(tokens):
    """Planes (N, 4, L) of tokens (N, L)."""
    ### BEGIN SOLUTION
    return np.stack([tokens == letter for letter in range(4)], axis=1).astype(np.uint8)
    ### END SOLUTION

# %% check="check-one-hot" points=5
lab02.check_one_hot(one_hot)

# %% [markdown]
# ## Exercise 3 · The other strand of a batch (6 minutes)
#
# Write `other_strand(planes)`: from planes (N, 4, L) to the planes of the reverse complements, same shape, in the same order of sequences. No loop is needed.
#
# | input | output |
# |---|---|
# | the planes of `AAC`, `GGT` | the planes of `GTT`, `ACC` |
#
# <details><summary>Hint 1</summary>
#
# Two things happen: the reading is turned round, and each letter becomes its partner. What does the second do to the four rows?
#
# <details><summary>Hint 2</summary>
#
# A and T are rows 0 and 3, C and G rows 1 and 2. Swapping partners turns the rows upside down.
#
# <details><summary>Hint 3</summary>
#
# `planes[::-1]` turns the first axis round. You want the second and the third: `planes[:, ..., ...]`.
#
# </details></details></details>

# %% solution="other-strand"
def other_strand(planes):
    """Planes (N, 4, L) of the reverse complements."""
    ### BEGIN SOLUTION
    return planes[:, ::-1, ::-1]
    ### END SOLUTION

# %% check="check-other-strand" points=5
lab02.check_other_strand(other_strand)

# %% [markdown]
# ## Exercise 4 · A padded batch (14 minutes)
#
# Write `pad(sequences, length)`. It takes a list of token arrays of different lengths and gives two arrays of shape (number of sequences, `length`): the tokens, filled up on the right with 5, and the mask, an array of dtype `bool`, True where a letter
# stands and False on the filling. A sequence longer than `length` keeps its first `length` letters. An empty sequence is all filling. N (token 4) is a letter that stands there.
#
# | input | output |
# |---|---|
# | `[array([0, 1, 2]), array([3, 4])], 3` | `[[0, 1, 2], [3, 4, 5]]` and `[[True, True, True], [True, True, False]]` |
# | `[array([0, 1, 2])], 2` | `[[0, 1]]` and `[[True, True]]` |
#
# <details><summary>Hint 1</summary>
#
# Begin with an array that is filling everywhere, and write each sequence into the beginning of its row.
#
# <details><summary>Hint 2</summary>
#
# `np.full((len(sequences), length), 5, dtype=np.uint8)` is all filling. `tokens[:length]` cuts what is too long and leaves the rest as it is.
#
# <details><summary>Hint 3</summary>
#
# ```
# for row, tokens in enumerate(sequences):
#     tokens = tokens[:length]
#     padded[row, : len(tokens)] = tokens
# ```
# The mask can be made afterwards: which places are not 5?
#
# </details></details></details>

# %% solution="pad"
def pad(sequences, length):
    """Tokens (n, length), filled up with 5 on the right, and the mask, True on letters."""
    ### BEGIN SOLUTION
    padded = np.full((len(sequences), length), 5, dtype=np.uint8)
    for row, tokens in enumerate(sequences):
        tokens = tokens[:length]
        padded[row, : len(tokens)] = tokens
    return padded, padded != 5
    ### END SOLUTION

# %% check="check-pad" points=5
lab02.check_pad(pad)

# %% [markdown]
# ## Exercise 5 · Computing with a mask (11 minutes)
#
# Write `gc_of_batch(tokens, mask)`: for each row, the share of G and C among the letters that are *known*, an array of shape (N,). Filling does not count, and neither does N: it may be a G or not. A row without one known letter has no
# GC content; give `np.nan`. (The division 0 / 0 gives just that, with a warning that you may leave.) Trust the mask, not the filling: other programs fill with other numbers, and one batch of the check does.
#
# | input | output |
# |---|---|
# | `[[2, 1, 0, 5], [2, 4, 5, 5]]` and its mask | `[0.667, 1.0]`, not rounded |
# | `[[4, 5]]` and its mask | `[nan]` |
# | `[[2, 0, 2]]` and the mask `[[True, True, False]]` | `[0.5]` |
#
# <details><summary>Hint 1</summary>
#
# Two counts for each row, and a division: how many letters are G or C, and how many are known?
#
# <details><summary>Hint 2</summary>
#
# Known letters are those where the mask is True and the token is below 4. `(...).sum(axis=1)` counts in each row.
#
# <details><summary>Hint 3</summary>
#
# `known = mask & (tokens < 4)` (the brackets are needed) and `gc = known & ((tokens == 1) | (tokens == 2))`. Then divide the sums over `axis=1`.
#
# </details></details></details>

# %% solution="gc-of-batch"
def gc_of_batch(tokens, mask):
    """Share of G and C among the known letters of each row, (N,); NaN where none is known."""
    ### BEGIN SOLUTION
    known = mask & (tokens < 4)
    gc = known & ((tokens == 1) | (tokens == 2))
    with np.errstate(invalid="ignore"):
        return gc.sum(axis=1) / known.sum(axis=1)
    ### END SOLUTION

# %% check="check-gc-of-batch" points=5
lab02.check_gc_of_batch(gc_of_batch)

# %% [markdown]
# ## Exercise 6 · A measure for leaks (15 minutes)
#
# Write `leaked(train, test, k)`. Both are lists of strings. Give the share of the *test* sequences that have at least one word of `k` letters in common with any training sequence. The word may stand anywhere in either. Words
# with an N do not count, but the other words of such a sequence do. `test` is not empty; a sequence that stands in it twice counts twice.
#
# | input | output |
# |---|---|
# | `["ACGTACGGTT"], ["GGTACGGTAA", "CATCATCATC"], 5` | `0.5` (the first shares `TACGG`, for one) |
# | `["ACGTNNNNAC"], ["GGTNNNNACC"], 4` | `0.0` |
#
# Exercise 7 runs it on 25,000 sequences, which takes a few seconds if each word is looked up in one set: that takes the same time however large the set is. Comparing every test sequence with every training sequence takes hours.
#
# <details><summary>Hint 1</summary>
#
# Collect all words of all training sequences in one set. Then go through the test sequences: does any of its words lie in that set?
#
# <details><summary>Hint 2</summary>
#
# The words of a text are `text[i : i + k]` for `i` in `range(len(text) - k + 1)`. Write a small function for them that leaves out those with an N, and use it twice.
#
# <details><summary>Hint 3</summary>
#
# ```
# seen = set()
# for text in train:
#     seen.update(words(text, k))
# hits = [any(word in seen for word in words(text, k)) for text in test]
# ```
#
# </details></details></details>

# %% solution="leaked"
def leaked(train, test, k):
    """Share of the test sequences that have a word of k letters in common with training."""
    ### BEGIN SOLUTION
    def words(text):
        pieces = (text[i : i + k] for i in range(len(text) - k + 1))
        return [piece for piece in pieces if "N" not in piece]

    seen = set()
    for text in train:
        seen.update(words(text))
    return sum(any(word in seen for word in words(text)) for text in test) / len(test)
    ### END SOLUTION

# %% check="check-leaked" points=5
lab02.check_leaked(leaked)

# %% [markdown]
# ## Exercise 7 · Three splits on trial (22 minutes, with the claim)
#
# Here are three splits. Two are of the 3,190 splice sequences of 60 letters: one by chance, four fifths to one fifth, and one by the folds that come with the data (folds 0 and 1 to test), which were made so that no 30 letters in a row are shared. The third is of the 101-letter pieces of RNA to which the protein PUM2 binds or does not bind, by
# chromosome, as its authors gave it. `three_splits[name]` is `(training, test, k)`: two lists of strings, and the word length to use: 30 for sequences of 60 letters, 40 for the longer ones, about half of their length or less, so that what is shared is no accident. Fill in the table. (If a share here is called wrong though exercise 6 was ticked, go
# back to exercise 6 and send us your function: the check has missed something.)
#
# | name | what it holds |
# |---|---|
# | `leak_table` | `{"splice by chance": share, "splice by fold": share, "pum2 as given": share}` |
#
# <details><summary>Hint 1</summary>
#
# Your function of exercise 6 does the work. Nothing needs to be rounded.
#
# <details><summary>Hint 2</summary>
#
# `three_splits.items()` gives each name with its three parts: `for name, (train, test, k) in three_splits.items()`.
#
# <details><summary>Hint 3</summary>
#
# Start with an empty dictionary and set `leak_table[name] = leaked(train, test, k)` in that loop.
#
# </details></details></details>

# %%
three_splits = lab02.three_splits()
for name, (train, test, k) in three_splits.items():
    print(f"{name}: {len(train):,} to train, {len(test):,} to test, words of {k}")

# %% solution="leak-table"
leak_table = None
### BEGIN SOLUTION
leak_table = {name: leaked(train, test, k) for name, (train, test, k) in three_splits.items()}
### END SOLUTION
leak_table

# %% check="check-leak-table" points=5
lab02.check_leak_table(leak_table)

# %% [markdown]
# **Your claim.** A paper reports 97 % accuracy on the splice sequences, split by chance, and an AUROC of 0.91 for PUM2, split as given. Answer four questions.
#
# 1. For which of the two numbers would you ask the authors to do more work, and what work exactly?
# 2. Suppose that *every* leaking test sequence was answered by memory alone. By how much can the accuracy on the splice sequences be too high at most? (If 100 sequences hold 10 that are always right and the others are right in 9 of 10 cases, the accuracy is 91 % instead of 90 %.)
# 3. Is a shared word of 30 letters proof of a leak? What would be?
# 4. Name one kind of leak that this measure cannot see.

# %% [markdown] answer="claim" points=5
# 1. The splice number: one test sequence in five shares 30 letters with training. Split by the folds that keep shared words together, and print both numbers. PUM2, with 3.7 %, needs less: leave the 276 sequences out and compute the AUROC again.
# 2. If the 19 % were all right by memory, the other 81 % were right in (97 - 19) / 81 = 96.3 % of cases. So the honest accuracy is at least 96.3 %, and the leak is worth 0.7 points at most. It looks small because the task is easy: the fewer errors there are, the less memory can add. As a share of the errors it is a quarter (3.0 % against 3.7 %).
# 3. No. Repeats stand all over a genome and carry no label of their own. It is a reason to look. The proof is that the number changes when those sequences are left out, or when the split keeps them together.
# 4. Sequences without a shared word that have the same origin: the same gene in two species, after some mutations. Or leaks that are no sequences at all: choosing a model on the test set, negatives that were made in a way that gives them away.
