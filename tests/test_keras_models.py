"""The Keras twins give what their PyTorch models give."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from sklearn import metrics as sk

from dnacourse import metrics
from dnacourse.models.deepbind import DeepBind
from dnacourse.models.deepsea import DeepSEA
from dnacourse.models.embedding_cnn import EmbeddingCNN
from dnacourse.sequence import one_hot
from dnacourse.training import as_is, fit, predict

keras = pytest.importorskip("keras")
pytest.importorskip("tensorflow")

from dnacourse.keras_models.deepbind import deepbind  # noqa: E402
from dnacourse.keras_models.deepsea import deepsea, threshold  # noqa: E402
from dnacourse.keras_models.embedding_cnn import embedding_cnn  # noqa: E402
from dnacourse.keras_models.measures import F1, Perplexity  # noqa: E402
from dnacourse.keras_models.weights import carry_weights  # noqa: E402

RNG = np.random.default_rng(0)


def some_tokens(n=12, length=101):
    tokens = RNG.integers(0, 4, (n, length), dtype=np.uint8)
    tokens[0, -10:], tokens[1, 5] = 5, 4
    return tokens


@pytest.mark.parametrize(
    ("theirs", "ours", "options", "length"),
    [
        (DeepBind, deepbind, {}, 101),
        (DeepBind, deepbind, {"hidden": 32, "average": True, "tasks": 3}, 101),
        (DeepBind, deepbind, {"both_strands": False, "width": 16}, 60),
        (DeepSEA, deepsea, {}, 1000),
        (DeepSEA, deepsea, {"channels": (8, 12, 16), "hidden": 20, "tasks": 5, "length": 400}, 400),
        (EmbeddingCNN, embedding_cnn, {}, 101),
        (EmbeddingCNN, embedding_cnn, {"length": 250, "tasks": 4, "pool": 3}, 250),
    ],
)
def test_weights_carried_over_give_the_same_outputs(theirs, ours, options, length):
    torch.manual_seed(0)
    source = theirs(**options).eval()
    with torch.no_grad():
        for weight in source.parameters():
            weight.mul_(2)  # outputs well apart from each other
    twin = carry_weights(source, ours(**options))
    assert twin.count_params() == sum(weight.numel() for weight in source.parameters())
    tokens = some_tokens(length=length)
    if theirs is EmbeddingCNN:
        expected, given = source(torch.from_numpy(tokens)), twin(tokens)
    else:
        planes = one_hot(tokens).astype(np.float32)
        expected, given = source(torch.from_numpy(planes)), twin(planes.transpose(0, 2, 1))
    expected, given = expected.detach().numpy(), np.asarray(given)
    assert expected.std() > 1e-3
    assert np.abs(expected - given).max() < 1e-5 * max(1, np.abs(expected).max())


def test_layers_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match=r"Conv1d \(scan\) does not fit conv1d"):
        carry_weights(DeepBind(), deepbind(motifs=8))
    with pytest.raises(ValueError, match="2 layers with weights, the Keras model 3"):
        carry_weights(DeepBind(), deepbind(hidden=4))


class Cut(torch.nn.Module):
    """A torch model of any layers; only their weights are looked at."""

    def __init__(self, *layers):
        super().__init__()
        self.layers = torch.nn.Sequential(*layers)


def test_layers_without_bias_are_carried():
    source = Cut(
        torch.nn.Conv1d(4, 3, 5, bias=False),
        torch.nn.Flatten(),
        torch.nn.Linear(6, 2, bias=False),
        torch.nn.Linear(2, 1),
    )
    layers = keras.layers
    twin = keras.Sequential(
        [keras.Input((6, 4)), layers.Conv1D(3, 5, use_bias=False), layers.Flatten(),
         layers.Dense(2, use_bias=False), layers.Dense(1)]
    )  # fmt: skip
    carry_weights(source, twin)
    planes = RNG.random((7, 4, 6)).astype(np.float32)
    expected = source.layers(torch.from_numpy(planes)).detach().numpy()
    assert np.abs(expected - np.asarray(twin(planes.transpose(0, 2, 1)))).max() < 1e-6
    with pytest.raises(ValueError, match=r"Conv1d \(layers\.0\) does not fit"):
        carry_weights(Cut(torch.nn.Conv1d(4, 3, 5), *source.layers[1:]), twin)


@pytest.mark.parametrize(
    "layer", [torch.nn.BatchNorm1d(3), torch.nn.BatchNorm1d(3, affine=False), torch.nn.GRU(3, 3), torch.nn.Conv2d(1, 3, 2),
              torch.nn.LayerNorm(3), torch.nn.LSTM(3, 3)]
)  # fmt: skip
def test_layers_of_another_kind_are_refused_by_name_and_nothing_is_changed(layer):
    twin = keras.Sequential([keras.Input((6, 4)), keras.layers.Conv1D(3, 5)])
    before = [weight.copy() for weight in twin.get_weights()]
    with pytest.raises(
        ValueError, match=rf"{type(layer).__name__} \(layers\.1\) cannot be carried: only those of emb"
    ):
        carry_weights(Cut(torch.nn.Conv1d(4, 3, 5), layer), twin)
    assert all(np.array_equal(one, other) for one, other in zip(before, twin.get_weights(), strict=True))


def test_f1_is_counted_over_the_epoch():
    truth, logits = RNG.integers(0, 2, (100, 3)), RNG.normal(size=(100, 3))
    ours = F1()
    for start in range(0, 100, 7):
        ours.update_state(truth[start : start + 7], logits[start : start + 7])
    assert float(ours.result()) == pytest.approx(metrics.f1(truth.ravel(), logits.ravel(), 0.0), abs=1e-6)
    library = keras.metrics.F1Score(average="micro", threshold=0.5)
    library.update_state(truth, 1 / (1 + np.exp(-logits)))
    assert float(ours.result()) == pytest.approx(float(library.result()), abs=1e-6)
    ours.reset_state()
    assert float(ours.result()) == 0


@pytest.mark.parametrize("shape", [(100,), (100, 1), (100, 3)])
def test_f1_honours_weights_of_rows_and_of_labels(shape):
    truth, logits = RNG.integers(0, 2, (100, 3)), RNG.normal(size=(100, 3))
    weights = RNG.random(shape) / 1000
    ours = F1()
    for start in range(0, 100, 7):
        rows = slice(start, start + 7)
        ours.update_state(truth[rows], logits[rows], sample_weight=weights[rows])
    each = np.broadcast_to(weights if weights.ndim == 2 else weights[:, None], (100, 3))
    expected = sk.f1_score(truth.ravel(), logits.ravel() >= 0, sample_weight=each.ravel())
    assert float(ours.result()) == pytest.approx(expected, rel=1e-5)


def test_f1_of_rows_with_no_weight_is_that_of_the_others_in_fit_too():
    X, truth = RNG.random((64, 3)).astype(np.float32), RNG.integers(0, 2, 64)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.0), loss, weighted_metrics=[F1()])
    weights = np.repeat([1.0, 0.0], 32)
    history = model.fit(X, truth, sample_weight=weights, epochs=1, verbose=0).history
    logits = model.predict(X[:32], verbose=0)[:, 0]
    assert history["f1"] == [pytest.approx(metrics.f1(truth[:32], logits, 0.0), abs=1e-6)]


def test_f1_takes_one_task_in_two_shapes_and_no_others():
    truth, logits = RNG.integers(0, 2, 30), RNG.normal(size=30)
    results = []
    for true, given in ((truth, logits), (truth[:, None], logits), (truth, logits[:, None])):
        ours = F1()
        ours.update_state(true, given)
        results.append(float(ours.result()))
    assert results == [pytest.approx(metrics.f1(truth, logits, 0.0), abs=1e-6)] * 3
    with pytest.raises(ValueError, match=r"labels \(2, 3\) and logits \(3, 2\) must be of one shape"):
        F1().update_state(np.ones((2, 3)), np.ones((3, 2)))
    with pytest.raises(
        ValueError, match=r"weights \(3,\) do not fit|weights \(3, 1\) do not fit labels \(2, 3\)"
    ):
        F1().update_state(np.ones((2, 3)), np.ones((2, 3)), sample_weight=np.ones(3))


@pytest.mark.parametrize("strange", [2.0, -1.0, 0.5, np.nan])
@pytest.mark.parametrize("options", [{}, {"jit_compile": True}, {"run_eagerly": True}])
def test_f1_refuses_labels_that_are_no_yes_and_no_in_compiled_steps_too(strange, options):
    labels = np.zeros((8, 1), np.float32)
    labels[3] = strange
    with pytest.raises(ValueError, match="1 labels are neither 0 nor 1"):
        F1().update_state(labels, np.zeros((8, 1), np.float32))
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile("sgd", keras.losses.BinaryCrossentropy(from_logits=True), metrics=[F1()], **options)
    for run in (model.fit, model.evaluate):
        with pytest.raises(ValueError, match="1 labels are neither 0 nor 1"):
            run(np.zeros((8, 3), np.float32), labels, batch_size=4, verbose=0)


def test_a_logit_that_is_nan_is_no_call():
    ours = F1()
    ours.update_state(np.ones((2, 1)), np.array([[1.0], [np.nan]]))
    assert np.isnan(float(ours.result()))


LOADED = """
import sys
import numpy as np
from dnacourse.keras_models import measures, keras
model = keras.saving.load_model(sys.argv[1])
rows = np.linspace(-1, 1, 8, dtype=np.float32)[:, None]
print(model.evaluate(rows, np.float32(rows > 0), verbose=0, return_dict=True)["calls"])
"""


def test_a_model_compiled_with_f1_loads_in_a_fresh_process(tmp_path):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True), metrics=[F1(0.5, name="calls")])
    model.save(tmp_path / "model.keras")
    command = [sys.executable, "-c", LOADED, str(tmp_path / "model.keras")]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert float(printed) == pytest.approx(2 / 3), "two of the four positives lie above 0.5"


def test_perplexity_of_a_second_run_begins_anew_and_a_boundless_loss_is_infinite():
    perplexity = Perplexity()
    for _ in range(2):
        perplexity.on_train_begin()
        perplexity.on_train_batch_end(0, {"loss": 0.0})
        perplexity.on_train_batch_end(1, {"loss": np.float32(1000)})
        perplexity.on_train_batch_end(2)
    assert perplexity.batches == [1, np.inf]


def test_perplexity_stands_in_the_history():
    tokens = some_tokens(64)
    labels = (tokens == 2).sum(1, keepdims=True) > 25
    model = embedding_cnn()
    model.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True), metrics=[F1()])
    perplexity = Perplexity()
    history = model.fit(
        tokens,
        labels,
        epochs=3,
        batch_size=16,
        validation_data=(tokens, labels),
        callbacks=[perplexity],
        verbose=0,
    ).history
    assert np.allclose(history["perplexity"], np.exp(history["loss"])) and len(perplexity.batches) == 12
    assert np.allclose(history["val_perplexity"], np.exp(history["val_loss"]))
    p = 1 / (1 + np.exp(-model.predict(tokens, verbose=0)))
    assert history["val_perplexity"][-1] == pytest.approx(
        metrics.perplexity(labels.astype(int), p)[0], rel=1e-4
    )


def test_the_embedding_network_learns_in_both_frameworks():
    tokens = RNG.integers(0, 4, (64, 101), dtype=np.uint8)
    labels = RNG.integers(0, 2, (64, 1))
    torch.manual_seed(0)
    model = EmbeddingCNN()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    fit(model, (tokens, labels), epochs=60, batch_size=16, optimizer=optimizer, prepare=as_is, progress=False)
    assert ((predict(model, tokens, prepare=as_is) > 0) == labels).all()
    with pytest.raises(TypeError, match=r"prepare=training\.as_is"):
        fit(model, (tokens, labels), progress=False)
    twin = embedding_cnn()
    twin.compile(keras.optimizers.Adam(3e-3), keras.losses.BinaryCrossentropy(from_logits=True))
    twin.fit(tokens, labels, epochs=60, batch_size=16, verbose=0)
    assert ((twin.predict(tokens, verbose=0) > 0) == labels).all()


def test_a_deepsea_can_be_saved_and_loaded(tmp_path):
    model = deepsea(channels=(4, 4, 4), hidden=5, tasks=2, length=200)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    X = RNG.random((2, 200, 4)).astype(np.float32)
    assert np.array_equal(np.asarray(model(X)), np.asarray(again(X)))
    assert np.asarray(threshold(np.float32([-1, 2]))).tolist() == pytest.approx([1e-6, 2])
