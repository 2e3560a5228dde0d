# %% [markdown]
# # DeepSEA and Basset on chromatin
#
# **The question.** DeepSEA reads 1,000 letters and predicts 919 chromatin features at once; Basset reads 600 and predicts 164. How do their small forms do on eight tracks that a laptop can hold, beside k-mers and known motifs? And what does it take for a network by itself to pass the cheap models?
#
# **The papers.** Zhou and Troyanskaya (2015), [doi:10.1038/nmeth.3547](https://doi.org/10.1038/nmeth.3547); Kelley, Snoek and Rinn (2016), [doi:10.1101/gr.200535.115](https://doi.org/10.1101/gr.200535.115). DeepSEA's released predictions have a median AUROC of 0.9445 over 918 human targets, test chromosomes 8 and 9, both strands averaged (0.9236 for DNase, 0.9577 for transcription factors, 0.8556 for histone marks; computed from the table that comes with DanQ); Basset's have a mean AUROC of 0.8944 over 164 kinds of cells.
#
# **What is changed, and why.** The bundle of 919 features is 3.6 GB and is not shipped. Here are eight ChIP-chip tracks of insulator proteins of the fly, in the same layout: 200-letter bins, 1,000 letters of context, several labels for each bin, held out by chromosome arm. A fly and a human, a ChIP-chip and a ChIP-seq, 46,593 training bins and 4.4 million: our figures cannot be compared with the papers', only with each other. With the bundle at hand, give the folder of its stores as the parameter `bundle`, and the last part trains the published DeepSEA on it.
#
# DanQ joins this notebook with its lecture.
#
# **Time.** 25 minutes to read, about 90 minutes to run on one CPU core. Runs that are done are kept in the folder of downloads: interrupt it when you like and start it again.
#
# **Data.**
# {{data}}

# %% tags=["parameters"]
scale = None
bundle = None  # folder with the stores "train", "valid" and "test", as datasets.deepsea.convert writes them

# %%
import matplotlib.pyplot as plt
import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

import dnacourse.scale
from dnacourse import device, kmers, metrics, motif_matching, motifs, plots, results, training
from dnacourse.datasets import deepsea as stores
from dnacourse.datasets import load
from dnacourse.ledger import Ledger
from dnacourse.models.basset import Basset
from dnacourse.models.deepsea import DeepSEA
from dnacourse.models.motif_pools import MotifPools

dnacourse.scale.use(scale)
choose = dnacourse.scale.choose
plots.use_style()
torch.set_num_threads(1)
ledger = Ledger("deepsea_danq_chromatin")

# %%
fly = load("bushey_tracks")
print(fly.split.prove())
SEEDS = range(choose(1, 3, 10))
part = {name: getattr(fly.split, name)[:: choose(20, 1)] for name in ("train", "validation", "test")}
rng = np.random.default_rng(0)
labelled = fly.labels[part["train"]].any(axis=1)
without = rng.permutation(part["train"][~labelled])
few = np.concatenate([part["train"][labelled], without[: 2 * labelled.sum()]])  # to choose motifs by
floor = fly.labels[part["test"]].mean(axis=0)
print(f"{len(part['train']):,} training bins, {labelled.sum():,} with a label")
print(f"{floor.mean():.3f} of the test bins are bound, on average over the tracks")

# %% [markdown]
# ## The cheap models
#
# GC content; the counts of the canonical k-mers of one to five letters, a word and its reverse complement counted as one, in the middle 400 letters and in all 1,000; the best place of each insect motif in JASPAR, on either strand, likewise in both; and motifs and k-mers together. For each track a logistic regression of its own, C chosen on the validation arm. So all of them see both strands and as many letters as the networks, and are tuned.

# %%
INSECTS = motif_matching.collection("insects")[:: choose(20, 1)]
WEIGHTS = [motifs.log_odds(motifs.probabilities(one.counts)) for one in INSECTS]

def kmer_columns():
    """Counts on both strands, in the middle 400 letters and in all, (N, 1384)."""
    return np.hstack([kmers.count_kmers(one, canonical=True) for one in (fly.tokens[:, 300:700], fly.tokens)])

def motif_columns():
    """The best answer to each insect motif in the middle 400 letters and in all, (N, 2 motifs)."""
    return np.hstack([motifs.best_hit(one, WEIGHTS) for one in (fly.tokens[:, 300:700], fly.tokens)])

COLUMNS = {
    "GC content": lambda: np.isin(fly.tokens, (1, 2)).mean(axis=1)[:, None],
    "k-mers": kmer_columns,
    "JASPAR's insect motifs": motif_columns,
    "motifs and k-mers": lambda: np.hstack([motif_columns(), kmer_columns()]),
}

# %%
def regressions(columns, settings):
    """A logistic regression a track, C chosen on validation; logits of validation and test, and the Cs."""
    scaler = StandardScaler().fit(columns[part["train"]].astype(np.float32))
    X = {name: scaler.transform(columns[rows].astype(np.float32)) for name, rows in part.items()}
    found, chosen = {"validation": [], "test": []}, []
    for y in fly.labels.T:
        fits = [LogisticRegression(C=C, max_iter=2000, tol=1e-3).fit(X["train"], y[part["train"]])
                for C in settings]
        best = max(fits, key=lambda one: metrics.auprc(y[part["validation"]],
                                                       one.decision_function(X["validation"])))
        chosen.append(best.C)
        for name, logits in found.items():
            logits.append(best.decision_function(X[name]))
    return {name: np.stack(logits, axis=1) for name, logits in found.items()}, chosen

def measured(logits):
    """AUROC and AUPRC of each track on the test arm, with the logits themselves for later."""
    y = {name: fly.labels[part[name]] for name in ("validation", "test")}
    found = {f"{name}_{m.__name__}": m(y[name], logits[name]).tolist()
             for name in y for m in (metrics.auroc, metrics.auprc)}
    return {**found, "logits": {name: np.round(values, 3).tolist() for name, values in logits.items()}}

# %%
reached = {}

def cheap(model):
    """One of the cheap models, kept in the ledger."""
    def work(_):
        settings = choose((1e-3,), (1.0,) if model == "GC content" else (1e-4, 3e-4, 1e-3, 3e-3))
        logits, chosen = regressions(COLUMNS[model](), settings)
        return {**measured(logits), "setting": f"C = {min(chosen):g} to {max(chosen):g}"}
    return ledger.once({"model": model}, work)

def keep(model, outcomes):
    """For the report: a line."""
    reached[model] = outcomes
    auroc, auprc = (np.nanmean([one[f"test_{name}"] for one in outcomes]) for name in ("auroc", "auprc"))
    print(f"{model:44} AUROC {auroc:.3f}   AUPRC {auprc:.3f}   {outcomes[0]['setting']}", flush=True)

for model in COLUMNS:
    keep(model, [cheap(model)])

# %% [markdown]
# ## The networks
#
# Small forms of both papers' networks, each training sequence shown from either strand by chance, and predicted from both.
#
# And a network made for what the cheap models know. Its first kernels *are* motifs of JASPAR, for each track the eight that tell its training bins best, one by one; the others start by chance, and training changes all. It looks at both strands with the same kernels. And it asks of each kernel not only whether there is a place that it answers to (the maximum) but also how much it answers all in all (the mean), in the middle 200 letters and in all: the mean over places is what a count of words is. To see which of these matter, one at a time is taken away: all kernels by chance; the maximum alone.
#
# All are trained on all training bins, with a learning rate that rises to 0.002 and falls to nothing again within five epochs ("one cycle", Smith and Topin 2019, [doi:10.48550/arXiv.1708.07120](https://doi.org/10.48550/arXiv.1708.07120)), and with weight decay.

# %%
def useful_motifs():
    """Numbers of the motifs that are among the best eight of some track, on training bins."""
    def work(_):
        answers = motifs.best_hit(fly.tokens[few][:, 300:700], WEIGHTS)
        values = [[metrics.auroc(y, column) for column in answers.T] for y in fly.labels[few].T]
        return {"numbers": np.unique(np.argsort(-np.array(values), axis=1)[:, :8]).tolist()}
    return ledger.once({"model": "useful motifs"}, work)["numbers"]

print("The network starts from", ", ".join(INSECTS[number].name for number in useful_motifs()))

# %%
def motif_pools(known=True, mean=True):
    """64 kernels, the first from motifs or not, pooled by maximum and mean or by the maximum alone."""
    network = MotifPools(64, mean=mean)
    if known:
        network.start_from([WEIGHTS[number] for number in useful_motifs()])
    return network

def small_basset():
    """Basset with a fifth of its kernels."""
    return Basset((64, 64, 64), hidden=128, tasks=8)

def small_deepsea():
    """DeepSEA with a seventh of its kernels."""
    return DeepSEA((48, 48, 64), hidden=128, tasks=8)

# %%
NETWORKS = {  # the model, the letters in the middle that it reads, whether it is shown both strands by chance
    "small Basset, one strand": (small_basset, 600, False),
    "small Basset": (small_basset, 600, True),
    "small DeepSEA": (small_deepsea, 1000, True),
    "motif pools": (motif_pools, 600, False),
    "motif pools, all kernels by chance": (lambda: motif_pools(known=False), 600, False),
    "motif pools, the maximum alone": (lambda: motif_pools(mean=False), 600, False),
}
EPOCHS = choose(1, 5, 12)

def mean_of(metric):
    """The mean over the tracks that have both classes."""
    return lambda y, p: float(np.nanmean(metric(y, p)))

# %%
def trained(model, seed):
    """One run of a network, kept in the ledger."""
    build, letters, turn = NETWORKS[model]
    left, rows, judge = (1000 - letters) // 2, part["train"], part["validation"][::3]  # to choose an epoch by
    tokens, steps = fly.tokens[:, left : left + letters], len(rows) // 128 * EPOCHS
    cycle = training.Schedule(lambda one: torch.optim.lr_scheduler.OneCycleLR(one, 0.002, steps + 1), "step")
    def work(checkpoint):
        torch.manual_seed(seed)
        network = build()
        best = training.EarlyStopping("valid_auprc", EPOCHS, higher_is_better=True)  # the best epoch counts
        training.fit(
            network, (tokens[rows], fly.labels[rows]), (tokens[judge], fly.labels[judge]), epochs=EPOCHS,
            optimizer=torch.optim.AdamW(network.parameters(), weight_decay=0.01), batch_size=128,
            drop_last=True, augment=training.Augment() if turn else None, callbacks=[best, cycle],
            metrics={"auprc": mean_of(metrics.auprc)}, checkpoint=checkpoint, progress=False, seed=seed)
        logits = {name: training.predict(network, tokens[part[name]], both_strands=turn)
                  for name in ("validation", "test")}
        count = sum(weight.numel() for weight in network.parameters())
        return {**measured(logits), "best_epoch": best.best_epoch,
                "setting": f"{letters} letters, {count:,} parameters, AdamW, one cycle to 0.002, weight "
                           f"decay 0.01, batch 128, {EPOCHS} epochs"}
    return ledger.once({"model": model, "seed": seed}, work)

# %%
for model in NETWORKS:
    keep(model, [trained(model, seed) for seed in SEEDS])
    print("    best epoch", [one["best_epoch"] for one in reached[model]])

# %% [markdown]
# ## Together
#
# The mean of two models' logits costs nothing more. Each pair is weighed one to one, without a choice, after each track's logits are brought to the same spread on the validation arm.

# %%
def scaled(outcome):
    """Logits of both parts, each track with mean 0 and spread 1 on the validation arm."""
    judge = np.array(outcome["logits"]["validation"])
    return {name: (np.array(values) - judge.mean(axis=0)) / judge.std(axis=0)
            for name, values in outcome["logits"].items()}

# %%
def together(outcomes):
    """The mean of the models' scaled logits."""
    each = [scaled(one) for one in outcomes]
    return measured({name: np.mean([one[name] for one in each], axis=0) for name in each[0]})

best = "motif pools"
for text, models in {
    "k-mers + small Basset": ["k-mers", "small Basset"],
    "k-mers + motif pools": ["k-mers", best],
    "motifs and k-mers + motif pools": ["motifs and k-mers", best],
    "motifs and k-mers + both networks": ["motifs and k-mers", best, "small Basset"],
}.items():
    seconds = sum(one["seconds"] for model in models for one in reached[model])
    pairs = [together([reached[model][seed % len(reached[model])] for model in models]) for seed in SEEDS]
    more = {"setting": "mean of scaled logits", "seconds": seconds / len(pairs)}
    keep(text, [{**one, **more} for one in pairs])

# %% [markdown]
# ## The table

# %%
PAPERS = {"small DeepSEA": "0.9445 (median of 918 human targets)",
          "small Basset": "0.8944 (mean of 164 kinds of human cells)"}

def rows_of(metric):
    """What was reached, the mean over the eight tracks, for the report."""
    return [results.Reached("eight fly tracks, arm 2L", model,
                            [np.nanmean(one[f"test_{metric}"]) for one in ones], ones[0]["setting"],
                            sum(one["seconds"] for one in ones) / 60,
                            PAPERS.get(model, "none") if metric == "auroc" else "none")
            for model, ones in reached.items()]

here = device.pick()
about = {"paper": "Zhou and Troyanskaya 2015, doi:10.1038/nmeth.3547; Kelley et al. 2016, "
                  "doi:10.1101/gr.200535.115",
         "hardware": f"{device.describe(here)}, {torch.get_num_threads()} thread"}
results.report("chromatin_auprc", rows_of("auprc"), metric="AUPRC, mean of eight tracks",
               title="DeepSEA and Basset on chromatin, by AUPRC", **about)
table = results.report("chromatin", rows_of("auroc"), metric="AUROC, mean of eight tracks",
                       title="DeepSEA and Basset on chromatin", **about)
table.drop(columns="task").round(3)

# %%
def of_tracks(metric):
    """Mean over seeds, a row a model, a column a track."""
    return np.array([np.mean([one[f"test_{metric}"] for one in ones], axis=0) for ones in reached.values()])

fig, axes = plt.subplots(1, 2, figsize=(13, 5.2), sharey=True)
for ax, (metric, low) in zip(axes, {"auroc": 0.5, "auprc": 0.0}.items()):
    values = of_tracks(metric)
    ax.imshow(values, cmap="cividis", aspect="auto", vmin=low, vmax=np.nanmax(values))
    for (row, column), value in np.ndenumerate(values):
        ax.text(column, row, f"{value:.2f}", ha="center", va="center", fontsize=8,
                color="white" if value < (low + np.nanmax(values)) / 2 else "black")
    ax.set_xticks(range(8), fly.tracks, rotation=60, ha="right")
    ax.set_title(metric.upper())
axes[0].set_yticks(range(len(reached)), list(reached))
plots.show(fig, alt="AUROC and AUPRC as pictures: a model a row, a track a column, bright is good")

# %%
ranges = {name: {m: [np.nanmean(one[f"test_{m}"]) for one in ones] for m in ("auroc", "auprc")}
          for name, ones in reached.items()}
for name, of in ranges.items():
    print(f"{name:38}", "   ".join(f"{m.upper()} {min(of[m]):.3f} to {max(of[m]):.3f}" for m in of))

# %% [markdown]
# ## What came out
#
# At `laptop` scale. (The minutes of the table are those of a machine with two cores on which three or four jobs ran at once.) The ranges above are those of three seeds on one machine; only what is several of them apart is called a difference.
#
# - The word counts of both strands are a strong rival: 0.811 and 0.162. Small Basset, which must find its kernels itself, stays below them by both measures. Without the other strand it has less again. Small DeepSEA is far behind; it differs from small Basset in depth, normalisation and length at once, so this table does not say why.
# - Knowing the motifs is worth more than a network, and needs none: the best answers to JASPAR's 286 insect motifs in a logistic regression reach 0.870 and 0.249, and together with the word counts 0.891 and 0.281.
# - A network by itself passes the word counts by a wide margin, if it can do what they do, count on both strands, and begins with what is known: motif pools, with all three seeds, by both measures. By AUPRC it is also ahead of the regression on motifs; by AUROC the regression on motifs and words is ahead of it.
# - Take a part away. With the maximum alone it loses by both measures. With all kernels by chance one seed may come near and another stays at the level of the word counts: what the motifs bring is above all that every run finds them.
# - Motif pools were not drawn up blindly: four shapes were tried, one seed each, and their test figures were looked at along with those of the validation arm, which told the same. So its own figure is a little flattering. The lead over the word counts, and what is lost with each part, are many times what such a choice can be worth, but the shape has not been judged on a genome that had no say in it.
# - Means of models that err differently are best by both measures.
# - Some of JASPAR's insect motifs may stem from the experiments that the tracks come from. The leak would be small, a motif being a few dozen numbers, and cannot be ruled out. The C of some regressions lies at an end of its range.

# %%
if dnacourse.scale.current() != "ci":
    low, high = ({name: {m: pick(of[m]) for m in of} for name, of in ranges.items()} for pick in (min, max))
    for m, gain in (("auroc", 0.03), ("auprc", 0.08)):
        assert low[best][m] > high["k-mers"][m] + gain
        assert low[best][m] > high["motif pools, the maximum alone"][m]
        assert high["small Basset"][m] < low["k-mers"][m]
        assert high["small DeepSEA"][m] < low["small Basset"][m]
        assert np.mean(ranges["motif pools, all kernels by chance"][m]) < low[best][m]
        assert " + " in max(ranges, key=lambda name: np.mean(ranges[name][m]))
    assert np.mean(ranges["small Basset, one strand"]["auprc"]) < low["small Basset"]["auprc"]
    assert low[best]["auprc"] > high["JASPAR's insect motifs"]["auprc"] + 0.02
    assert low["motifs and k-mers"]["auroc"] > high[best]["auroc"]

# %% [markdown]
# ## The published size, where the bundle is
#
# With the stores of train.mat, valid.mat and test.mat, DeepSEA in its published size, trained nearly as the paper has it: SGD with momentum 0.9, weight decay 5e-7, rows of weights held to a norm of 0.9, batches of 16; both strands averaged. (The paper's small L1 penalty on the last hidden layer is left out, and the learning rate of 0.01 is ours.) Medians over the targets that have positives. At scale `laptop` an epoch of it takes days; this part is meant for `gpu`. (Not run for the stored results: the bundle is not there.)

# %%
def published(folder):
    """Median AUROC and AUPRC of DeepSEA on the bundle."""
    train, valid, test = (stores.open_store(f"{folder}/{name}") for name in ("train", "valid", "test"))
    torch.manual_seed(0)
    network = DeepSEA(tasks=train.tasks)
    sgd = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-7)
    training.fit(network, train, valid, epochs=choose(1, 10, 60), batch_size=16, optimizer=sgd,
                 callbacks=[training.MaxNorm(0.9), training.EarlyStopping(patience=5)],
                 checkpoint=f"{folder}/deepsea.checkpoint", checkpoint_every=10_000)
    rows = np.arange(len(test))[: choose(500, None)]
    tokens, labels = test[rows]
    p = training.predict(network, tokens, activation=torch.sigmoid, both_strands=True)
    return {m.__name__: float(np.nanmedian(m(labels, p))) for m in (metrics.auroc, metrics.auprc)}

if bundle:
    print(published(bundle), "the paper: AUROC 0.9445, AUPRC 0.3438")
