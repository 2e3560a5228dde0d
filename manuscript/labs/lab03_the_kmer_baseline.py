# %% [markdown]
# # Lab 3 · The k-mer baseline
#
# **The question.** Nothing in lecture 3 was more than counting. Can you build the counter and the metrics yourself, tune a model without spoiling its test, and say how far promoters of *E. coli* can be told by the words in
# them?
#
# **Afterwards you can**
# 1. count k-mers, overlaps and all;
# 2. compute F1, AUROC and average precision by hand, equal to scikit-learn's;
# 3. score sequences with a motif;
# 4. choose a setting on validation data and report it from a test set that was opened once;
# 5. build a ladder for a new task, and say what the data can and cannot show.
#
# **Before you start.** [Lecture 3](../lectures/03_the_kmer_baseline.ipynb). Python lists and loops; NumPy where you like.
#
# **Time.** 90 minutes, exercise by exercise, reading included. {{minutes}}
#
# **Data.**
# {{data}}
#
# **How it works.** Each exercise has a cell that ends in `raise NotImplementedError`: replace that line by your code. Three hints open one after the other. The cell
# after it checks your answer: run it as often as you like. ✓ means done; ✗ tells you which mistake it sees. In exercises 1 to 5 you build everything yourself; functions of `dnacourse` do not count as an answer, and those of scikit-learn, such as `CountVectorizer` and its metrics, are there to compare with: the checks look.

# %%
import numpy as np

from dnacourse.datasets import load
from dnacourse.labs import lab03

pum2, ecoli = load("pum2"), load("ecoli")  # for exercises 6 and 7

# %% [markdown]
# ## Exercise 1 · Counting words (10 minutes)
#
# Write `count_words(letters, k)`: a list of 4ᵏ numbers, how often each word of k letters stands in the text, at any place, overlaps counted. The words are in alphabetical order: for k = 2 it is AA, AC, AG, AT, CA, and so on to TT. The text may hold N; a word with an N is
# counted nowhere. A text shorter than k gives zeros.
#
# | input | output |
# |---|---|
# | `"AAAA", 2` | `[3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]` |
# | `"GATTACA", 1` | `[3, 1, 1, 2]` |
# | `"ANA", 1` | `[2, 0, 0, 0]` |
#
# <details><summary>Hint 1</summary>
#
# Two steps: make the list of all words once, then count. `itertools.product("ACGT", repeat=k)` gives all combinations in alphabetical order, as tuples.
#
# <details><summary>Hint 2</summary>
#
# The pieces of the text are `letters[i : i + k]` for `i` in `range(len(letters) - k + 1)`. Beware of `letters.count(word)`: it passes over overlaps.
#
# <details><summary>Hint 3</summary>
#
# ```
# counts = {"".join(word): 0 for word in product("ACGT", repeat=k)}
# for i in range(len(letters) - k + 1):
#     ...is letters[i : i + k] in counts? then add one...
# ```
# `list(counts.values())` keeps the order.
#
# </details></details></details>

# %% solution="count-words"
def count_words(letters, k):
    """How often each word of k letters stands in the text, in alphabetical order."""
    ### BEGIN SOLUTION
    from itertools import product

    counts = {"".join(word): 0 for word in product("ACGT", repeat=k)}
    for i in range(len(letters) - k + 1):
        word = letters[i : i + k]
        if word in counts:
            counts[word] += 1
    return list(counts.values())
    ### END SOLUTION

# %% check="check-count-words" points=5
lab03.check_count_words(count_words)

# %% [markdown]
# ## Exercise 2 · F1 by hand (6 minutes)
#
# Write `f1_of(truth, called)` for two lists of 0 and 1 of the same length. F1 is 2 × hits / (2 × hits + false calls + missed), which is the same as the harmonic mean of precision and recall. Where nothing was hit it is 0.
#
# | input | output |
# |---|---|
# | `[1, 1, 0, 0], [1, 0, 1, 0]` | `0.5` |
# | `[1, 1, 0, 0], [0, 0, 0, 0]` | `0.0` |
#
# <details><summary>Hint 1</summary>
#
# Count three things: truth 1 and called 1; truth 0 and called 1; truth 1 and called 0.
#
# <details><summary>Hint 2</summary>
#
# `zip(truth, called)` gives the pairs. `list(zip(truth, called)).count((1, 1))` counts the hits.
#
# <details><summary>Hint 3</summary>
#
# With `hits`, `false_calls` and `missed` in hand: return 0.0 if `hits` is 0, else the formula.
#
# </details></details></details>

# %% solution="f1"
def f1_of(truth, called):
    """F1 of two lists of 0 and 1."""
    ### BEGIN SOLUTION
    pairs = list(zip(truth, called))
    hits, false_calls, missed = pairs.count((1, 1)), pairs.count((0, 1)), pairs.count((1, 0))
    return 2 * hits / (2 * hits + false_calls + missed) if hits else 0.0
    ### END SOLUTION

# %% check="check-f1" points=5
lab03.check_f1(f1_of)

# %% [markdown]
# ## Exercise 3 · AUROC by hand (10 minutes)
#
# Write `auroc(truth, scores)`: of all pairs of one positive and one negative, the share in which the positive has the higher score. A tie counts half. Both classes occur. The scores can be any numbers, not only probabilities.
#
# | input | output |
# |---|---|
# | `[1, 0, 0], [0.9, 0.3, 0.95]` | `0.5` (it beats one of two) |
# | `[1, 0, 1, 0], [0.5, 0.5, 0.9, 0.1]` | `0.875` |
#
# <details><summary>Hint 1</summary>
#
# Make two lists: the scores of the positives and those of the negatives. Two loops, one inside the other, go through all pairs.
#
# <details><summary>Hint 2</summary>
#
# Add 1 for a win, 0.5 for a tie, and divide by the number of pairs, `len(positives) * len(negatives)`.
#
# <details><summary>Hint 3</summary>
#
# ```
# for high in positives:
#     for low in negatives:
#         wins += 1 if high > low else 0.5 if high == low else 0
# ```
#
# </details></details></details>

# %% solution="auroc"
def auroc(truth, scores):
    """Share of the pairs, one positive and one negative, that the scores put in the right order."""
    ### BEGIN SOLUTION
    positives = [score for true, score in zip(truth, scores) if true == 1]
    negatives = [score for true, score in zip(truth, scores) if true == 0]
    wins = 0
    for high in positives:
        for low in negatives:
            wins += 1 if high > low else 0.5 if high == low else 0
    return wins / (len(positives) * len(negatives))
    ### END SOLUTION

# %% check="check-auroc" points=5
lab03.check_auroc(auroc)

# %% [markdown]
# ## Exercise 4 · Average precision (12 minutes)
#
# The area under the precision-recall curve is computed as the **average precision**: rank all sequences by score, the highest first. At each positive, look at the precision so far: positives up to here, divided by the rank. Average these over the positives. Write `average_precision(truth, scores)`; no two scores are equal.
#
# | input | output |
# |---|---|
# | `[1, 0, 1], [0.9, 0.8, 0.7]` | `(1/1 + 2/3) / 2 = 0.833` |
# | `[0, 1], [0.9, 0.1]` | `0.5` |
#
# <details><summary>Hint 1</summary>
#
# You need the truths in the order of falling scores. Then one loop, which keeps the number of positives so far.
#
# <details><summary>Hint 2</summary>
#
# `sorted(zip(scores, truth), reverse=True)` gives pairs, the highest score first. `enumerate(..., start=1)` gives the rank.
#
# <details><summary>Hint 3</summary>
#
# ```
# for rank, (score, true) in enumerate(sorted(zip(scores, truth), reverse=True), start=1):
#     if true == 1:
#         hits += 1
#         precisions.append(hits / rank)
# ```
#
# </details></details></details>

# %% solution="average-precision"
def average_precision(truth, scores):
    """Mean, over the positives, of the precision at their rank."""
    ### BEGIN SOLUTION
    hits, precisions = 0, []
    for rank, (_, true) in enumerate(sorted(zip(scores, truth), reverse=True), start=1):
        if true == 1:
            hits += 1
            precisions.append(hits / rank)
    return sum(precisions) / len(precisions)
    ### END SOLUTION

# %% check="check-average-precision" points=5
lab03.check_average_precision(average_precision)

# %% [markdown]
# ## Exercise 5 · One motif (12 minutes)
#
# Write `best_score(letters, weights)`. `weights` is a matrix of shape (4, w): rows A, C, G, T, one column for each position of the motif. The score of a place is the sum of the weights of its w letters; give the score of the best place. A place with an N has no score; if no place has one, give `-np.inf`. Only the strand that is
# given counts: this is for RNA.
#
# | input | output |
# |---|---|
# | `"CCAT"` and the matrix `lab03.WEIGHTS` below | `3.2` (the places `CCA` and `CAT` score -1.3 and 3.2) |
# | `"ANA"` and a matrix with 2 columns | `-inf` |
#
# <details><summary>Hint 1</summary>
#
# For one place: which row does each letter choose, and which column belongs to its position?
#
# <details><summary>Hint 2</summary>
#
# `"ACGT".index(letter)` is the row. `weights.shape[1]` is w. A place is `letters[i : i + w]`.
#
# <details><summary>Hint 3</summary>
#
# ```
# best = -np.inf
# for i in range(len(letters) - w + 1):
#     place = letters[i : i + w]
#     if "N" not in place:
#         score = sum(weights["ACGT".index(letter), j] for j, letter in enumerate(place))
#         best = ...
# ```
#
# </details></details></details>

# %%
lab03.WEIGHTS

# %% solution="best-score"
def best_score(letters, weights):
    """The score of the motif at its best place in the text."""
    ### BEGIN SOLUTION
    width, best = weights.shape[1], -np.inf
    for i in range(len(letters) - width + 1):
        place = letters[i : i + width]
        if "N" not in place:
            score = sum(weights["ACGT".index(letter), j] for j, letter in enumerate(place))
            best = max(best, score)
    return best
    ### END SOLUTION

# %% check="check-best-score" points=5
lab03.check_best_score(best_score)

# %% [markdown]
# ## Exercise 6 · Tuning without the test set (18 minutes)
#
# `data` has three parts, `data.train`, `data.validation` and `data.test`; each is a pair (features, labels). `lab03.fit(C, features, labels)` trains the logistic regression of the lecture and gives a model; `model.decision_function(features)` gives scores, one for each row.
#
# Write `tune(settings, data)`: train a model on the training part for each C in `settings`, keep the one with the highest AUROC on the validation part, and return two numbers: its C, and its AUROC on the test part. Your own `auroc` will do.
#
# | input | output |
# |---|---|
# | `lab03.SETTINGS, data` | `(C, AUROC on the test part)`, two numbers |
#
# `data` notes how often its test part was opened. The check looks: nobody needs it more than once or twice, and never inside the loop.
#
# <details><summary>Hint 1</summary>
#
# A loop over the settings needs three variables that survive it: the best validation AUROC so far, the C and the model that gave it.
#
# <details><summary>Hint 2</summary>
#
# `features, labels = data.validation`, then `auroc(labels, model.decision_function(features))`. `data.test` is not needed inside the loop.
#
# <details><summary>Hint 3</summary>
#
# ```
# best_area = -1
# for C in settings:
#     model = lab03.fit(C, *data.train)
#     area = auroc(...validation...)
#     if area > best_area:
#         best_area, best_C, best_model = area, C, model
# ```
# After the loop, open `data.test` and score it with `best_model`.
#
# </details></details></details>

# %%
data = lab03.pum2_held()  # every twelfth piece, so that a model can overfit
print(data, lab03.SETTINGS)

# %% solution="tune"
def tune(settings, data):
    """The C that is best on validation data, and the test AUROC of its model."""
    ### BEGIN SOLUTION
    best_area, best_C, best_model = -1, None, None
    for C in settings:
        model = lab03.fit(C, *data.train)
        features, labels = data.validation
        area = auroc(labels, model.decision_function(features))
        if area > best_area:
            best_area, best_C, best_model = area, C, model
    features, labels = data.test
    return best_C, auroc(labels, best_model.decision_function(features))
    ### END SOLUTION

# %% check="check-tune" points=10
lab03.check_tune(tune)

# %% [markdown]
# ## Exercise 7 · Promoters of *E. coli* (22 minutes, with the claim)
#
# Nobody hands you a list of promoters, but the genome has a trick. Where two neighbouring genes point *away* from each other, each must have its promoter in the gap between them. Where they point *towards* each other, the gap needs none. `lab03.ecoli_promoters()` gives windows of 100 letters from gaps of the first kind (label 1) and of the second
# (label 0), on either strand, and the rows of three parts by position. `lab03.ecoli_held()` gives the same as 1,364 counts, ready for `tune`.
#
# Fill in two rungs of the ladder, not rounded, both as AUROC on the test part: the share of A and T in each window as the score, and the k-mers with your `tune`, with the C that it chose from `lab03.SETTINGS`.
#
# | name | what it holds |
# |---|---|
# | `promoter_table` | `{"A and T": AUROC, "k-mers": AUROC, "C": the chosen C}` |
#
# <details><summary>Hint 1</summary>
#
# The first rung needs no training: a score for each test window, and your `auroc`. The second is one call of `tune`.
#
# <details><summary>Hint 2</summary>
#
# Tokens 0 and 3 are A and T: `np.isin(tokens[parts[2]], (0, 3)).mean(axis=1)` is their share in each test window.
#
# <details><summary>Hint 3</summary>
#
# `best_C, area = tune(lab03.SETTINGS, lab03.ecoli_held())`, and `auroc(labels[parts[2]], at_share)`.
#
# </details></details></details>

# %%
tokens, labels, parts = lab03.ecoli_promoters()
for name, part in zip(("train", "validation", "test"), parts):
    print(f"{name:10} {len(part):4} windows, {labels[part].mean():.0%} between genes that point apart")

# %% solution="promoter-table"
promoter_table = None
### BEGIN SOLUTION
at_share = np.isin(tokens[parts[2]], (0, 3)).mean(axis=1)
best_C, area = tune(lab03.SETTINGS, lab03.ecoli_held())
promoter_table = {"A and T": auroc(labels[parts[2]], at_share), "k-mers": area, "C": best_C}
### END SOLUTION
promoter_table

# %% check="check-promoter-table" points=5
lab03.check_promoter_table(promoter_table)

# %% [markdown]
# **Your claim.** Somebody writes: "A k-mer model recognises promoters of *E. coli*." Answer four questions.
#
# 1. What does the model have beyond the share of A and T, by your table? The 380 test windows lie in 168 gaps. Drawing windows, the 95 % intervals of the two values are 0.64 to 0.77 and 0.70 to 0.81, and that of their difference on the same windows is 0.005 to 0.099. Drawing whole gaps, they are 0.61 to 0.80, 0.68 to 0.84, and −0.006 to 0.116. Which of the six answers the question, and what follows?
# 2. Where one gene has its end and the other has its end, the gap holds signals as well. Which, and how might they have helped the model?
# 3. The windows tile the whole gap, 100 letters after 100 letters. Is every window labelled 1 a promoter? What follows for the best AUROC that any model could have?
# 4. Name one change of the windows, the negatives or the features, with what you know by now, that would tell you more about promoters than a better model would.

# %% [markdown] answer="claim" points=5
# 1. 0.054 of AUROC. The intervals of the two values overlap, but they are not the ones to ask: both models are measured on the same windows, so an interval of the difference answers. And windows of one gap touch each other and have the same label, so they are no independent evidence: whole gaps must be drawn. That interval, −0.006 to 0.116, holds 0. There may be a gain over counting A and T; these windows do not prove it.
# 2. Terminators: between genes that point towards each other transcription must end, often at a stem of G and C followed by a row of T. The model may have learned to recognise the negatives by their terminators, and nothing about promoters.
# 3. In a long gap only one or two windows can hold the promoter; the others are labelled 1 and hold none. So part of the positives are wrong labels, and no model can reach 1.
# 4. For example: compare only windows at the same distance from the nearest gene start or end; or keep the one window right before the start of each gene; or match the share of A and T between the classes, as in lecture 2, and see what is left; or look at the words with the largest weights: TATAAT and TTGACA would speak for promoters, a run of T for terminators.
