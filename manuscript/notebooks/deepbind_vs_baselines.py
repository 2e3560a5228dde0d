# %% [markdown]
# # DeepBind against what was there before
#
# **The question.** DeepBind finds motifs by itself. How much better is it than a motif from a database, than k-mers and a logistic regression, and than a network one size larger, when all are trained on the same sequences and judged on the same held-out sequences?
#
# **The paper.** Alipanahi, Delong, Weirauch and Frey (2015), [doi:10.1038/nbt.3300](https://doi.org/10.1038/nbt.3300). It reports AUROCs on 506 ENCODE ChIP-seq sets and RNAcompete assays, with 101 letters around each peak against dinucleotide shuffles. None of its sets is among ours, so its figures cannot stand beside ours, and the column "paper" is empty. What can be reproduced is the model, its training, and the order of the models.
#
# **What is changed, and why.** Peaks of 200 letters for MafK and Oct4, held out by chromosome; besides shuffles, stretches of the same GC content, since shuffles have none of a genome's habits. The course ships one human chromosome, so all these stretches come from chromosome 20, each part's from a region of its own (training from the first 40 million letters, test from beyond 47 million): these negatives are held out by place and not by chromosome. A fifth of them would be copies of repeats that training has seen elsewhere; those that share 25 letters with a row of an earlier part are not taken, and what they were worth is in the table. PUM2 comes with its own negatives and its own split. The paper draws 30 settings by chance and keeps the best in a threefold cross-validation; here they are drawn from the ranges of its supplement, as programs that rebuilt it have them (5 draws at `laptop` scale, 30 at `gpu`), and the validation part judges. The paper trains for 20,000 steps; here the epoch with the best validation AUROC counts.
#
# **Time.** 20 minutes to read, about 60 minutes to run on one CPU core. Runs that are done are kept in the folder of downloads: interrupt it when you like and start it again.
#
# **Data.**
# {{data}}

# %% tags=["parameters"]
scale = None

# %%
import matplotlib.pyplot as plt
import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from torch import nn

import dnacourse.scale
from dnacourse import device, kmers, metrics, motif_matching, motifs, peaks, plots, results, training
from dnacourse.datasets import load
from dnacourse.ledger import Ledger
from dnacourse.models.deepbind import DeepBind
from dnacourse.similarity import shares_kmer

dnacourse.scale.use(scale)
choose = dnacourse.scale.choose
plots.use_style()
torch.set_num_threads(1)
ledger = Ledger("deepbind_vs_baselines")
SEEDS = range(choose(1, 3, 10))
EPOCHS, PATIENCE = choose(1, 30, 60), 5
LATE = choose(0, 20, 20)  # epochs in which a network that starts from next to nothing may stand still

# %% [markdown]
# ## Five tasks, and two of them once more

# %%
tasks = {"PUM2": load("pum2")}
for factor, name in (("MafK", "mafk"), ("Oct4", "oct4")):
    tasks[f"{factor}, shuffles"] = peaks.against_shuffles(name)
    tasks[f"{factor}, genome"] = peaks.against_genome(name)
    tasks[f"{factor}, genome with repeats"] = peaks.against_genome(name, repeats=True)

def part(task, name):
    """Tokens and labels (n, 1) of a part; a tenth of them at ci scale."""
    rows = getattr(task.split, name)[:: choose(10, 1)]
    return task.tokens[rows], task.labels[rows][:, None]

for name, task in tasks.items():
    seen = [shares_kmer(task.tokens[rows], task.tokens[task.split.train], 25)
            for rows in (task.split.test[task.labels[task.split.test] == label] for label in (1, 0))]
    print(f"{name:26} {task.split.prove()}")
    print(f"{'':26} share 25 letters with training: {seen[0].mean():.1%} of the bound, "
          f"{seen[1].mean():.1%} of the other test rows")

# %% [markdown]
# ## The cheap models
#
# GC content; for PUM2 the distances to the ends of the gene, without a letter; one motif; and k-mer counts. The networks for DNA see both strands, so the words of DNA are counted with their reverse complements (for RNA there is one strand). The motif is for MafK and Oct4 the one of JASPAR's vertebrate motifs that is best on validation sequences, and for PUM2 TGTANATA, as in lecture 3: the letters at its places in the bound training pieces, counted.

# %%
def measured(task, scores):
    """AUROC and AUPRC on the test part, of scores for every row."""
    rows = task.split.test[:: choose(10, 1)]
    return {m.__name__: [float(m(task.labels[rows], scores[rows]))] for m in (metrics.auroc, metrics.auprc)}

def regression(task, columns):
    """Logistic regression on columns (N, …), C chosen on the validation part."""
    learn, judge = (getattr(task.split, name)[:: choose(10, 1)] for name in ("train", "validation"))
    centred = (columns - columns[learn].mean(axis=0)).astype(np.float32)
    fits = [LogisticRegression(C=C, max_iter=5000).fit(centred[learn], task.labels[learn])
            for C in choose((0.01,), (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3))]
    best = max(fits, key=lambda one: metrics.auroc(task.labels[judge], one.decision_function(centred[judge])))
    return {**measured(task, best.decision_function(centred)), "setting": f"C = {best.C:g}"}

def words(task, name, ks, there=False):
    """Counts of k-mers, of DNA on both strands, or whether each is there."""
    counts = kmers.count_kmers(task.tokens, ks, canonical=name != "PUM2")
    return (counts > 0 if there else counts).astype(np.float32)

# %%
def one_motif(task, name):
    """The best place of one motif."""
    if name == "PUM2":
        bound = task.tokens[task.split.train][task.labels[task.split.train] == 1]
        windows = np.lib.stride_tricks.sliding_window_view(bound, 12, axis=1)
        sites = windows[(windows[..., [2, 3, 4, 5, 7, 8, 9]] == [3, 2, 3, 0, 0, 3, 0]).all(axis=-1)]
        log_odds = motifs.log_odds(motifs.matrix_from_sites(sites))
        return {**measured(task, motifs.best_hit(task.tokens, log_odds, both_strands=False)),
                "setting": f"TGTANATA and two letters on either side, from {len(sites)} training sites"}
    known = motif_matching.collection("vertebrates")[:: choose(40, 1)]
    X, y = part(task, "validation")
    weights = [motifs.log_odds(motifs.probabilities(one.counts)) for one in known]
    best = int(np.argmax([metrics.auroc(y[:, 0], scores) for scores in motifs.best_hit(X, weights).T]))
    return {**measured(task, motifs.best_hit(task.tokens, weights[best])),
            "setting": f"{known[best].identifier} {known[best].name}, chosen on validation"}

# %%
def distances(task):
    """Logarithms of the distances to both ends of the gene."""
    return np.log10(1 + abs(task.table[["tss_distance", "polya_distance"]].to_numpy()))

def gc_content(task):
    """The share of G and C, (N, 1)."""
    return np.isin(task.tokens, (1, 2)).mean(axis=1)[:, None]

CHEAP = {
    "GC content": lambda task, name: regression(task, gc_content(task)),
    "one motif": one_motif,
    "distances, no letters": lambda task, name: regression(task, distances(task)),
    "k-mers, 1 to 5": lambda task, name: regression(task, words(task, name, (1, 2, 3, 4, 5))),
    "k-mers, 1 to 6, there or not": lambda task, name: regression(
        task, words(task, name, (1, 2, 3, 4, 5, 6), there=True)),
}

# %%
reached = []

def keep(task, model, outcomes):
    """A line of the report, and of what follows below it."""
    reached.append((task, model, outcomes))
    values = [value for one in outcomes for value in one["auroc"]]
    print(f"{task:26} {model:34} {np.mean(values):.3f}   {outcomes[0]['setting']}", flush=True)

def cheap(name, model):
    """One of the cheap models, kept in the ledger."""
    return ledger.once({"task": name, "model": model}, lambda _: CHEAP[model](tasks[name], name))

def asked(name, model):
    """Whether a model is tried on a task: distances are known for PUM2 only, and repeats need two models."""
    if "repeats" in name:
        return model in ("k-mers, 1 to 5", "DeepBind, 16 kernels")
    return name == "PUM2" or "distances" not in model

for name in tasks:
    for model in filter(lambda model: asked(name, model), CHEAP):
        keep(name, model, [cheap(name, model)])

# %% [markdown]
# ## The networks
#
# DeepBind with one kernel, with 16 (the paper's number) and with 64, trained with Adam; with 16, trained as the paper has it: SGD with Nesterov's momentum, and learning rate, momentum, the spread of the first weights, weight decays, dropout and the hidden layer drawn by chance. For RNA it pools by maximum and mean, reads one strand, and has 32 hidden neurons. All kernels have 24 letters; for RNA the paper has 16.
#
# The larger network has two convolutions. Once it pools over the whole sequence at the end, so that it cannot know where it saw something; once it keeps the places ("flatten").

# %%
def deepbind(name, kernels, hidden=0, dropout=0.0):
    """DeepBind for DNA, or for RNA."""
    rna = name == "PUM2"
    return DeepBind(kernels, hidden=hidden, average=rna, both_strands=not rna, dropout=dropout)

def two_convolutions(name, flatten):
    """64 kernels of 12 letters, 64 of 7 positions; then the maximum, or all places."""
    length = tasks[name].tokens.shape[1]
    layers = [nn.Conv1d(4, 64, 12, padding=6), nn.ReLU(), nn.MaxPool1d(4), nn.Dropout(0.3),
              nn.Conv1d(64, 64, 7, padding=3), nn.ReLU()]
    if flatten:
        layers += [nn.MaxPool1d(4), nn.Dropout(0.3), nn.Flatten(), nn.Linear(64 * ((length + 1) // 16), 64),
                   nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 1)]
    else:
        layers += [nn.AdaptiveMaxPool1d(1), nn.Flatten(), nn.Dropout(0.5), nn.Linear(64, 1)]
    return nn.Sequential(*layers)

# %%
def trained(name, model, optimizer, seed, checkpoint, min_epochs=0):
    """Train with early stopping; best validation AUROC, test AUROC and AUPRC."""
    stop = training.EarlyStopping("valid_auroc", PATIENCE, min_epochs=min_epochs)
    history = training.fit(
        model, part(tasks[name], "train"), part(tasks[name], "validation"), epochs=EPOCHS, seed=seed,
        optimizer=optimizer, metrics={"auroc": metrics.auroc}, callbacks=[stop], checkpoint=checkpoint,
        progress=False)
    X, y = part(tasks[name], "test")
    scores = training.predict(model, X)[:, 0]
    test = {m.__name__: [float(m(y[:, 0], scores))] for m in (metrics.auroc, metrics.auprc)}
    return {**test, "validation": float(stop.best_value), "epochs": len(history)}

def with_adam(name, model, seed):
    """One run of a network, kept in the ledger."""
    build, rate = NETWORKS[model]
    rna = ", one strand, maximum and mean" if name == "PUM2" and "DeepBind" in model else ""
    def work(checkpoint):
        torch.manual_seed(seed)
        network = build(name)
        adam = torch.optim.Adam(network.parameters(), lr=rate)
        return {**trained(name, network, adam, seed, checkpoint), "setting": f"Adam {rate:g}, batch 64{rna}"}
    return ledger.once({"task": name, "model": model, "seed": seed}, work)

# %%
HIDDEN = {name: 32 if name == "PUM2" else 0 for name in tasks}
NETWORKS = {
    "DeepBind, 1 kernel": (lambda name: deepbind(name, 1), 0.003),
    "DeepBind, 16 kernels": (lambda name: deepbind(name, 16, HIDDEN[name]), 0.003),
    "DeepBind, 64 kernels": (lambda name: deepbind(name, 64, HIDDEN[name]), 0.003),
    "two convolutions, maximum": (lambda name: two_convolutions(name, flatten=False), 0.001),
    "two convolutions, flatten": (lambda name: two_convolutions(name, flatten=True), 0.001),
}
for name in tasks:
    for model in filter(lambda model: asked(name, model), NETWORKS):
        keep(name, model, [with_adam(name, model, seed) for seed in SEEDS])

# %% [markdown]
# And the paper's own way. Each draw is trained once; the one with the best validation AUROC is trained again with the other seeds. A draw whose loss becomes infinite is out.
#
# The paper starts from very small weights: their spread is drawn between 1e-7 and 1e-3 for the kernels and between 1e-5 and 1e-2 for the rest. A network that starts so near to nothing begins to learn late, and an early stop would end it before it has; so the patience counts from the twentieth epoch on.

# %%
def between(rng, low, high):
    """A number drawn so that each factor of ten is equally likely."""
    return float(10 ** rng.uniform(np.log10(low), np.log10(high)))

def drawn(number):
    """The settings of a draw, from the supplement's ranges."""
    rng = np.random.default_rng(number)
    return {"rate": between(rng, 5e-4, 0.05), "momentum": float(np.sqrt(rng.uniform(0.95**2, 0.99**2))),
            "dropout": float(rng.choice([0.0, 0.25, 0.5])), "hidden": int(rng.choice([0, 32])),
            "kernel_spread": between(rng, 1e-7, 1e-3), "spread": between(rng, 1e-5, 1e-2),
            "kernel_decay": between(rng, 1e-15, 1e-3), "decay": between(rng, 1e-10, 1e-3)}

@torch.no_grad()
def start_as_drawn(model, setting):
    """First weights of the drawn spread, and no bias."""
    for name, values in model.named_parameters():
        if name.endswith("bias"):
            values.zero_()
        else:
            values.normal_(0, setting["kernel_spread" if name.startswith("scan") else "spread"])

# %%
def with_sgd(name, setting, seed):
    """One run with the paper's optimizer."""
    def work(checkpoint):
        torch.manual_seed(seed)
        model = deepbind(name, 16, setting["hidden"], setting["dropout"])
        start_as_drawn(model, setting)
        parts = [{"params": model.scan.parameters(), "weight_decay": setting["kernel_decay"]},
                 {"params": model.verdict.parameters(), "weight_decay": setting["decay"]}]
        sgd = torch.optim.SGD(parts, setting["rate"], setting["momentum"], nesterov=True)
        words = ", ".join(f"{key.replace('_', ' ')} {value:.2g}" for key, value in setting.items())
        try:
            return {**trained(name, model, sgd, seed, checkpoint, LATE), "setting": f"SGD, {words}"}
        except training.TrainingError:
            return {"validation": 0.0, "auroc": [], "auprc": [], "setting": f"SGD, {words}: did not converge"}
    return ledger.once({"task": name, "model": "paper", **setting, "seed": seed}, work)

# %%
DRAWS = choose(1, 5, 30)
for name in [one for one in tasks if "repeats" not in one]:
    first = [with_sgd(name, drawn(number), 0) for number in range(DRAWS)]
    best = int(np.argmax([one["validation"] for one in first]))
    others = [with_sgd(name, drawn(best), seed) for seed in SEEDS if seed]
    chosen = {**first[best], "seconds": sum(one["seconds"] for one in first)}
    chosen["setting"] += f"; best of {DRAWS} draws"
    keep(name, "DeepBind, 16 kernels, as the paper", [chosen, *others])

# %% [markdown]
# On PUM2 the three draws with a hidden layer, and one of the two without, never left an AUROC of 0.5 on the validation part. Once more with a hidden layer, and with the largest first weights that the ranges allow. (This setting was tried after the table was seen, to explain it; it is no sixth draw.)

# %%
LARGEST = {"rate": 0.01, "momentum": 0.97, "dropout": 0.0, "hidden": 32, "kernel_spread": 1e-3,
           "spread": 1e-2, "kernel_decay": 1e-10, "decay": 1e-10}
keep("PUM2", "DeepBind, 16 kernels, SGD, largest start", [with_sgd("PUM2", LARGEST, seed) for seed in SEEDS])

# %% [markdown]
# ## The table

# %%
def rows_of(metric):
    """What was reached, for the report."""
    return [results.Reached(task, model, [value for one in outcomes for value in one[metric]],
                            outcomes[0]["setting"], sum(one["seconds"] for one in outcomes) / 60)
            for task, model, outcomes in sorted(reached, key=lambda row: list(tasks).index(row[0]))]

here = device.pick()
about = {"paper": "Alipanahi et al. 2015, doi:10.1038/nbt.3300",
         "hardware": f"{device.describe(here)}, {torch.get_num_threads()} thread"}
results.report("deepbind_vs_baselines_auprc", rows_of("auprc"), metric="AUPRC",
               title="DeepBind against what was there before, by AUPRC", **about)
table = results.report("deepbind_vs_baselines", rows_of("auroc"), metric="AUROC",
                       title="DeepBind against what was there before", **about)
table.drop(columns="paper").round(3)

# %%
fig, axes = plt.subplots(1, 5, figsize=(13, 4), sharey=True)
models = list(dict.fromkeys(table["model"]))
shown = table[~table["task"].str.contains("repeats")]
for ax, (name, rows) in zip(axes, shown.groupby("task", sort=False)):
    height = [models.index(model) for model in rows["model"]]
    ax.errorbar(rows["mean"], height, xerr=rows["sd"].fillna(0), fmt="o", color="C0", capsize=2)
    ax.axvline(0.5, color="0.7", linestyle=":")
    ax.set(title=name, xlabel="AUROC, test", xlim=(0.45, 1.02))
    ax.grid(axis="x", alpha=0.3)
axes[0].set_yticks(range(len(models)), models)
plots.show(fig, alt=(
    "Five panels, one a task, each with a ladder of models. GC content lies at one half except for PUM2. One "
    "kernel has a wide bar everywhere. For MafK and Oct4 larger networks lie together, right of the k-mers; "
    "for PUM2 only those with two convolutions stand out."
))

# %%
ranges = {(task, model): [value for one in outcomes for value in one["auroc"]]
          for task, model, outcomes in reached}
for key, values in ranges.items():
    if len(values) > 1:
        print(f"{key[0]:26} {key[1]:42} {min(values):.3f} to {max(values):.3f}")

# %% [markdown]
# ## What came out
#
# At `laptop` scale. The ranges are those of three seeds on one machine; on another, the same seeds may lie elsewhere, so only what is several ranges apart is called a difference.
#
# - On MafK and Oct4 DeepBind of 16 passes the best k-mer model, which sees both strands as it does, by 0.03 to 0.05, against shuffles and against the genome alike. With 64 kernels Oct4 gains a little more, on both tasks and with all seeds.
# - On PUM2 it does not: its seeds lie around the 0.858 of words of up to six letters, there or not. With 64 kernels all three pass them, and two convolutions pass those, most of all where they keep the places.
# - A seed fixes a run on one machine only. On another kind of processor, where sums are rounded in another order, one of these three seeds of DeepBind of 16 on PUM2 was stuck, more than a tenth below the others.
# - A single kernel is a gamble: on MafK and Oct4 one seed of three is dead, at 0.50.
# - The paper's optimizer and ranges, with five draws, come within 0.01 of Adam on MafK and Oct4. On PUM2 the best of five has 0.70. With a hidden layer and the largest first weights that the ranges allow, three seeds lie together at 0.86 to 0.87, so the recipe can do it; all three draws with a hidden layer start smaller, and stand still for as long as we look. Which of the two matters more was not taken apart, and whether the paper's 30 draws of 20,000 steps each would find such a setting was not tried.
# - Repeats flatter. With genome negatives of which a fifth share 25 letters with a training row, Oct4's k-mers have 0.900, and without those 0.872; DeepBind of 16 loses half as much. On MafK, where fewer are shared, it is a hundredth or less.
# - GC content is worth 0.5 where negatives are matched, as it must be.

# %%
if dnacourse.scale.current() != "ci":
    mean = table.set_index(["task", "model"])["mean"]
    for name in (one for one in tasks if one != "PUM2" and "repeats" not in one):
        best_words = max(mean[name, model] for model in CHEAP if "k-mers" in model)
        assert mean[name, "DeepBind, 16 kernels"] > best_words + 0.02
        assert abs(mean[name, "GC content"] - 0.5) < 0.01
    for factor in ("MafK", "Oct4"):
        for model in ("k-mers, 1 to 5", "DeepBind, 16 kernels"):
            assert mean[f"{factor}, genome with repeats", model] > mean[f"{factor}, genome", model]
    assert mean["Oct4, genome with repeats", "k-mers, 1 to 5"] > mean["Oct4, genome", "k-mers, 1 to 5"] + 0.02
    assert min(ranges["PUM2", "DeepBind, 16 kernels, SGD, largest start"]) > 0.84
    assert mean["PUM2", "DeepBind, 16 kernels, as the paper"] < 0.8
    assert mean["PUM2", "two convolutions, flatten"] > 0.90
    assert mean["PUM2", "two convolutions, maximum"] > mean["PUM2", "k-mers, 1 to 6, there or not"] + 0.02
