"""A right answer to every exercise of every lab, written without the package, and the mistakes it names."""

import math
import random

import numpy as np
import torch

from dnacourse.labs import lab01, lab02, lab03, lab04, lab05, lab06
from dnacourse.labs.lab01 import mistakes as lab01_mistakes
from dnacourse.labs.lab01 import usage as lab01_usage
from dnacourse.labs.lab01.finder import Finder
from dnacourse.labs.lab02 import leaks as lab02_leaks
from dnacourse.labs.lab02 import mistakes as lab02_mistakes
from dnacourse.labs.lab03 import mistakes as lab03_mistakes
from dnacourse.labs.lab04 import mistakes as lab04_mistakes
from dnacourse.labs.lab04 import recipes as lab04_recipes
from dnacourse.labs.lab05 import mistakes as lab05_mistakes
from dnacourse.labs.lab06 import mistakes as lab06_mistakes


def by_hand(seq):
    partner = {"A": "T", "C": "G", "G": "C", "T": "A", "N": "N"}
    return "".join(partner[letter] for letter in reversed(seq))


def frames_by_hand(seq):
    return [s[k:][: (len(s) - k) // 3 * 3] for s in (seq, by_hand(seq)) for k in range(3)]


def pad_by_hand(sequences, length):
    tokens = np.full((len(sequences), length), 5, np.uint8)
    for row, letters in zip(tokens, sequences, strict=True):
        row[: min(len(letters), length)] = letters[:length]
    return tokens, tokens != 5


def auroc(truth, scores):
    positive = [s for t, s in zip(truth, scores, strict=True) if t == 1]
    negative = [s for t, s in zip(truth, scores, strict=True) if t == 0]
    return sum((a > b) + 0.5 * (a == b) for a in positive for b in negative) / len(positive) / len(negative)


def average_precision(truth, scores):
    hits, total = 0, 0.0
    for rank, i in enumerate(np.argsort(-np.asarray(scores)), start=1):
        hits += truth[i]
        total += truth[i] * hits / rank
    return total / hits


def tune_by_hand(settings, data):
    kept = None
    for C in settings:
        model = lab03.fit(C, *data.train)
        value = auroc(data.validation[1], model.decision_function(data.validation[0]))
        if kept is None or value > kept[0]:
            kept = value, C, model
    features, labels = data.test
    return kept[1], auroc(labels, kept[2].decision_function(features))


def loss_by_hand(z, y):
    costs = [math.log1p(math.exp(-abs(a))) + max(a, 0) - a * b for a, b in zip(z, y, strict=True)]
    return sum(costs) / len(costs)


def gradient_by_nudging(w, b, X, y):
    slope = lambda change: (loss_by_hand(change(1e-5), y) - loss_by_hand(change(-1e-5), y)) / 2e-5  # noqa: E731
    along_w = [slope(lambda step, i=i: X @ (w + step * np.eye(len(w))[i]) + b) for i in range(len(w))]
    return np.round(along_w, 9), round(slope(lambda step: X @ w + b + step), 9)


def batches_by_hand(n, size, seed):
    rows = list(range(n))
    random.Random(seed).shuffle(rows)
    return [rows[i : i + size] for i in range(0, n, size)]


def backward_by_loops(X, y, W, c, v, d):
    along = [np.zeros_like(W), np.zeros_like(c), np.zeros_like(v), 0.0]
    for row, label in zip(X, y, strict=True):
        before = [sum(row[i] * W[i, j] for i in range(len(row))) + c[j] for j in range(len(c))]
        z = sum(max(b, 0) * w for b, w in zip(before, v, strict=True)) + d
        error = (1 / (1 + math.exp(-z)) - label) / len(y)
        along[3] += error
        for j, b in enumerate(before):
            if b > 0:
                along[2][j] += error * b
                along[1][j] += error * v[j]
                along[0][:, j] += error * v[j] * row
    return along


def predict_by_hand(model, X):
    modes = {part: part.training for part in model.modules()}
    model.eval()
    with torch.inference_mode():
        answer = model(X)
    for part, training in modes.items():
        part.training = training
    return answer.numpy()


def stopped_by_hand(losses, patience):
    for epoch in range(1, len(losses) + 1):
        best = losses.index(min(losses[:epoch])) + 1
        if epoch - best >= patience:
            return epoch, best
    return epoch, best


def scan_by_hand(planes, kernel):
    letters, width = planes.argmax(axis=0), kernel.shape[1]
    starts = range(len(letters) - width + 1)
    return np.array([sum(kernel[letters[i + j], j] for j in range(width)) for i in starts])


def best_answer_by_hand(tokens, kernel):
    turned = kernel[::-1, ::-1]  # the other way: turn the kernel instead of the sequence
    planes = np.eye(4)[tokens].T
    return max(scan_by_hand(planes, kernel).max(), scan_by_hand(planes, turned).max())


def motif_by_hand(tokens, kernel):
    answers = [scan_by_hand(np.eye(4)[row].T, kernel) for row in tokens]
    least = max(map(max, answers)) / 2
    places = [(row, int(np.argmax(a))) for row, a in zip(tokens, answers, strict=True) if max(a) >= least]
    sites = [row[place : place + kernel.shape[1]] for row, place in places]
    return [[sum(s[j] == x for s in sites) / len(sites) for j in range(kernel.shape[1])] for x in range(4)]


def sizes_by_torch(length, layers):
    X, found = torch.zeros(1, 4, length), []
    for kind, *numbers in layers:
        if kind == "conv":
            layer = torch.nn.Conv1d(X.shape[1], *numbers)
        elif kind == "dense":
            layer = torch.nn.Linear(X.shape[1], *numbers)
        else:
            layer = torch.nn.MaxPool1d(*numbers) if kind == "pool" else torch.nn.Flatten()
        X = layer(X).detach()
        found.append((tuple(X.shape[1:]), sum(p.numel() for p in layer.parameters())))
    return found


def loss_with_holes(z, y):
    there = [(a, b) for a, b in zip(z.ravel(), y.ravel(), strict=True) if b == b]
    return loss_by_hand(*map(np.array, zip(*there, strict=True)))


def aurocs_by_hand(y, p):
    columns = zip(y.T, p.T, strict=True)
    return [auroc(a, b) if 0 < sum(a) < len(a) else float("nan") for a, b in columns]


def thresholds_by_hand(y, p):
    found = []
    for labels, scores in zip(y.T, p.T, strict=True):
        f1 = {t: lab03_mistakes.f1_of(labels.tolist(), [int(s >= t) for s in scores]) for t in set(scores)}
        found.append(max(f1, key=f1.get))
    return found


def perplexity_by_hand(y, p):
    each = [
        math.exp(-np.mean([math.log(b if a else 1 - b) for a, b in zip(*column, strict=True)]))
        for column in zip(y.T, p.T, strict=True)
    ]
    return math.prod(each) ** (1 / len(each))


def tokens_by_hand(x):
    token = {(1, 0, 0, 0): 0, (0, 1, 0, 0): 2, (0, 0, 1, 0): 1, (0, 0, 0, 1): 3, (0, 0, 0, 0): 4}
    return [[token[tuple(x[i, :, n].tolist())] for i in range(len(x))] for n in range(x.shape[2])]


ANSWERS = {
    lab01.check_reverse_complement: (by_hand, lab01_mistakes.OTHER_STRAND),
    lab01.check_reading_frames: (frames_by_hand, lab01_mistakes.FRAMES),
    lab01.check_find_orfs: (Finder(other=by_hand), lab01_mistakes.ORFS),
    lab01.check_score_calls: (lab01_mistakes.score_calls, lab01_mistakes.SCORES),
    lab01.check_codon_fractions: (lab01_usage.codon_fractions, lab01_usage.USAGE),
    lab02.check_encode: (lab02_mistakes.encode, lab02_mistakes.TOKENS),
    lab02.check_one_hot: (lab02_mistakes.one_hot, lab02_mistakes.PLANES),
    lab02.check_other_strand: (lab02_mistakes.other_strand, lab02_mistakes.STRANDS),
    lab02.check_pad: (pad_by_hand, lab02_mistakes.BATCHES),
    lab02.check_gc_of_batch: (lab02_mistakes.gc_of_batch, lab02_mistakes.CONTENTS),
    lab02.check_leaked: (lab02_leaks.leaked, lab02_leaks.LEAKS),
    lab03.check_count_words: (lab03_mistakes.count_words, lab03_mistakes.COUNTS),
    lab03.check_f1: (lab03_mistakes.f1_of, lab03_mistakes.F1S),
    lab03.check_auroc: (auroc, lab03_mistakes.RANKS),
    lab03.check_average_precision: (average_precision, lab03_mistakes.AREAS),
    lab03.check_best_score: (lab03_mistakes.best_score, lab03_mistakes.SITES),
    lab03.check_tune: (tune_by_hand, lab03_mistakes.TUNINGS),
    lab04.check_loss: (loss_by_hand, lab04_mistakes.LOSSES),
    lab04.check_gradient: (lambda *a: lab04_mistakes.gradient(*a), lab04_mistakes.GRADIENTS),
    lab04.check_batch_rows: (batches_by_hand, lab04_mistakes.BATCHES),
    lab04.check_backward: (backward_by_loops, lab04_mistakes.SLOPES),
    lab04.check_predict: (predict_by_hand, lab04_recipes.PREDICTIONS),
    lab04.check_stopped: (stopped_by_hand, lab04_mistakes.STOPS),
    lab05.check_scan: (scan_by_hand, lab05_mistakes.SCANS),
    lab05.check_pooled: (lambda a, t: [max(0, *(a[i] - t[i])) for i in range(len(t))], lab05_mistakes.POOLS),
    lab05.check_best_answer: (best_answer_by_hand, lab05_mistakes.STRANDS),
    lab05.check_sizes: (sizes_by_torch, lab05_mistakes.SIZES),
    lab05.check_motif_of: (motif_by_hand, lab05_mistakes.MOTIFS),
    lab06.check_loss: (loss_with_holes, lab06_mistakes.LOSSES),
    lab06.check_aurocs: (aurocs_by_hand, lab06_mistakes.AUROCS),
    lab06.check_thresholds: (thresholds_by_hand, lab06_mistakes.THRESHOLDS),
    lab06.check_perplexity: (perplexity_by_hand, lab06_mistakes.PERPLEXITIES),
    lab06.check_tokens: (tokens_by_hand, lab06_mistakes.BUNDLES),
}
"""check -> (a right answer, {wrong answer: what the check says to it})"""
