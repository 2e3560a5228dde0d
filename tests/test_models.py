"""The published networks: their sizes, their arithmetic by hand, and that they can learn."""

import inspect

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from dnacourse.models.basset import Basset
from dnacourse.models.deepbind import DeepBind
from dnacourse.models.deepsea import DeepSEA
from dnacourse.models.layers import Threshold
from dnacourse.models.motif_pools import MotifPools
from dnacourse.sequence import encode, one_hot
from dnacourse.training import fit, losses, predict

SMALL = {
    DeepBind: {"motifs": 16, "width": 8, "hidden": 16},
    Basset: {"channels": (16, 16, 16), "hidden": 32, "length": 200, "tasks": 2},
    DeepSEA: {"channels": (16, 16, 16), "hidden": 32, "length": 200, "tasks": 2},
}
LENGTH = {DeepBind: 101, Basset: 600, DeepSEA: 1000}


def parameters(model):
    return sum(weight.numel() for weight in model.parameters() if weight.requires_grad)


def some_planes(n, length, seed=0):
    tokens = np.random.default_rng(seed).integers(0, 4, (n, length), dtype=np.uint8)
    return torch.from_numpy(one_hot(tokens)).float()


@pytest.mark.parametrize(
    ("model", "options", "count"),
    [
        (DeepBind, {}, 1_569),
        (DeepBind, {"hidden": 32}, 2_129),
        (Basset, {}, 4_135_064),
        (DeepSEA, {}, 52_843_119),
        (DeepSEA, {"hidden": 919}, 52_532_319),
    ],
)
def test_the_published_size(model, options, count):
    assert parameters(model(**options)) == count


@pytest.mark.parametrize("build", SMALL)
def test_the_published_size_takes_a_step(build, device):
    torch.manual_seed(0)
    model = build().to(device)
    X = some_planes(4, LENGTH[build]).to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    logits = model(X)
    assert logits.shape == (4, {DeepBind: 1, Basset: 164, DeepSEA: 919}[build])
    kernels = [
        weight for weight in model.parameters() if weight.ndim > 1
    ]  # BatchNorm takes biases away again
    before = [weight.detach().clone() for weight in kernels]
    losses.binary(logits, (torch.rand(logits.shape, device=device) < 0.5)).backward()
    optimizer.step()
    assert all(not torch.equal(a, b) for a, b in zip(before, kernels, strict=True))


@pytest.mark.parametrize("build", SMALL)
def test_a_small_one_learns_64_sequences_by_heart(build):
    torch.manual_seed(0)
    options = SMALL[build]
    model = build(
        **options | ({} if build is DeepBind else {"dropout": 0.0 if build is Basset else (0.0, 0.0, 0.0)})
    )
    rng = np.random.default_rng(0)
    tokens = rng.integers(0, 4, (64, 200), dtype=np.uint8)
    labels = rng.integers(0, 2, (64, options.get("tasks", 1)))
    history = fit(
        model, (tokens, labels), epochs=250, batch_size=16, progress=False, device="cpu",
        optimizer=torch.optim.Adam(model.parameters(), lr=3e-3),
    )  # fmt: skip
    assert history["train_loss"].iloc[-1] < 0.1
    assert ((predict(model, tokens, device="cpu") > 0) == labels).all()


@pytest.mark.parametrize("build", SMALL)
def test_no_default_is_shared_between_models(build):
    for parameter in inspect.signature(build).parameters.values():
        hash(parameter.default)  # a list or a dictionary has no hash
    one, two = build(**SMALL[build]), build(**SMALL[build])
    assert not {id(w) for w in one.parameters()} & {id(w) for w in two.parameters()}


def test_deepbind_by_hand():
    """Slide each kernel over the padded letters, rectify, take the best place, weigh."""
    torch.manual_seed(0)
    model = DeepBind(motifs=3, width=4, both_strands=False, average=True)
    letters = "GATTACA"
    with torch.no_grad():
        kernels, bias = model.scan.weight.numpy(), model.scan.bias.numpy()
        weights, constant = model.verdict[0].weight.numpy()[0], model.verdict[0].bias.numpy()[0]
        answer = model(torch.from_numpy(one_hot(encode(letters)))[None].float()).item()
    columns = [np.full(4, 0.25)] * 3 + [np.eye(4)["ACGT".index(x)] for x in letters] + [np.full(4, 0.25)] * 3
    found = np.array(
        [
            [max(0.0, sum(columns[i + j] @ kernel[:, j] for j in range(4)) + b) for i in range(10)]
            for kernel, b in zip(kernels, bias, strict=True)
        ]
    )
    features = np.concatenate([found.max(axis=1), found.mean(axis=1)])
    assert answer == pytest.approx(float(features @ weights + constant), abs=1e-5)


def test_deepbind_takes_the_better_strand():
    torch.manual_seed(0)
    model = DeepBind()
    X = some_planes(20, 50)
    assert torch.allclose(model(X), model(X.flip(1, 2)))
    one, two = model.score_strand(X), model.score_strand(X.flip(1, 2))
    assert torch.equal(model(X), torch.maximum(one, two)) and (one > two).any() and (one < two).any()


def test_deepbind_takes_any_length():
    model = DeepBind()
    assert all(model(some_planes(2, length)).shape == (2, 1) for length in (1, 24, 300))


def test_deepsea_by_plain_functions():
    torch.manual_seed(0)
    model = DeepSEA(**SMALL[DeepSEA]).eval()
    X = some_planes(3, 200)
    w = dict(model.named_parameters())

    def step(X, i):
        return F.threshold(F.conv1d(X, w[f"convolutions.{i}.weight"], w[f"convolutions.{i}.bias"]), 0, 1e-6)

    H = F.max_pool1d(step(X, 0), 4)
    H = F.max_pool1d(step(H, 4), 4)
    H = step(H, 8).flatten(1)
    H = F.threshold(F.linear(H, w["dense.1.weight"], w["dense.1.bias"]), 0, 1e-6)
    assert torch.allclose(model(X), F.linear(H, w["dense.3.weight"], w["dense.3.bias"]), atol=1e-6)


def test_the_threshold_is_torch7s():
    X = torch.tensor([-1.0, 0.0, 1e-9, 2.0])
    assert torch.equal(Threshold()(X), F.threshold(X, 0, 1e-6))
    assert Threshold()(X).min() > 0


@pytest.mark.parametrize(
    ("build", "lengths"), [(DeepSEA, [993, 248, 241, 60, 53]), (Basset, [582, 194, 184, 46, 40, 10])]
)
def test_lengths_on_the_way(build, lengths):
    model = build(**SMALL[build] | {"length": LENGTH[build]})
    X, seen = some_planes(2, LENGTH[build]), []
    for layer in model.convolutions:
        X = layer(X)
        seen.append(X.shape[2])
    assert list(dict.fromkeys(seen)) == lengths


@pytest.mark.parametrize(
    ("X", "words"),
    [
        (torch.zeros(2, 200, 4), r"channels belong in the middle, X\.transpose\(1, 2\)"),
        (torch.zeros(4, 200), r"expected one-hot planes \(N, 4, L\)"),
        (torch.zeros(2, 4, 200, dtype=torch.uint8), r"X\.float\(\)"),
        (torch.zeros(2, 4, 100), "made for 200 letters, and these have 100"),
    ],
)
def test_wrong_inputs_are_explained(X, words):
    for build in (Basset, DeepSEA):
        with pytest.raises(ValueError, match=words):
            build(**SMALL[build])(X)
    if X.shape[-1] != 100:
        with pytest.raises(ValueError, match=words):
            DeepBind()(X)


def test_sequences_that_are_too_short_are_refused_when_the_model_is_made():
    with pytest.raises(ValueError, match="100 letters is too short"):
        DeepSEA(length=100)


def test_deepseas_threshold_hides_no_nan():
    from dnacourse.models.layers import Threshold

    X = torch.tensor([-1.0, 0.0, 2.0, float("nan")])
    expected = torch.nn.functional.threshold(X, 0, 1e-6)
    assert torch.equal(Threshold()(X)[:3], expected[:3]) and Threshold()(X)[3].isnan()


def test_motif_pools_by_hand():
    torch.manual_seed(0)
    model = MotifPools(kernels=5, width=7, middle=20, hidden=6, tasks=3).eval()
    X = some_planes(4, 50)
    kernels, bias = model.scan.weight.detach(), model.scan.bias.detach()
    padded = F.pad(X, (3, 3))
    windows = padded.unfold(2, 7, 1)  # (4, 4 letters, 50, 7)
    forward = torch.einsum("nclw,kcw->nkl", windows, kernels)
    backward = torch.einsum("nclw,kcw->nkl", windows, kernels.flip(1, 2))
    found = (torch.maximum(forward, backward) + bias[:, None]).relu()
    middle = found[:, :, 15:35]
    pooled = torch.cat([middle.amax(2), middle.mean(2), found.amax(2), found.mean(2)], dim=1)
    assert torch.allclose(model(X), model.dense(model.norm(pooled)), atol=1e-5)
    assert torch.allclose(model(X), model(X.flip(1, 2)), atol=1e-5), "both strands are one to it"


def test_kernels_start_from_motifs_and_the_rest_as_torch_draws_them():
    model, twin = (torch.manual_seed(1) and MotifPools(kernels=4, width=9) for _ in range(2))
    short, long = np.tile([[1.0], [0], [0], [2]], 5), np.zeros((4, 12)) - 1
    long[2, 2:11] = 3
    model.start_from([short, long])
    assert torch.equal(model.scan.weight[2:], twin.scan.weight[2:])
    assert torch.allclose(model.scan.weight[0, :, 2:7], torch.tensor(short / 4).float())
    assert not model.scan.weight[0, :, [0, 1, 7, 8]].any() and (model.scan.weight[1, 2] == 0.75).all()
    assert model.scan.bias[:2].tolist() == pytest.approx([-0.6 * 5 * 2 / 4, -0.6 * 9 * 3 / 4])
    with pytest.raises(ValueError, match="there are 5 motifs and 4 kernels"):
        model.start_from([short] * 5)


@pytest.mark.parametrize("mean", [True, False])
def test_only_the_mean_can_count(mean):
    model = MotifPools(kernels=1, width=5, middle=40, hidden=2, mean=mean).eval()
    once, twice = (torch.from_numpy(one_hot(encode(text))[None]).float() for text in (
        "A" * 20 + "GCGCG" + "A" * 25, "A" * 10 + "GCGCG" + "A" * 20 + "GCGCG" + "A" * 10))  # fmt: skip
    with torch.no_grad():
        model.scan.weight[0] = torch.from_numpy(one_hot(encode("GCGCG")).astype(np.float32))
        model.scan.bias[0] = -4
    assert torch.allclose(model(once), model(twice)) != mean
