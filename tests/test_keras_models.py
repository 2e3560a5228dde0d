"""The Keras twins give what their PyTorch models give."""

import numpy as np
import pytest
import torch

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
    with pytest.raises(ValueError, match="Conv1d does not fit conv1d"):
        carry_weights(DeepBind(), deepbind(motifs=8))
    with pytest.raises(ValueError, match="2 layers with weights, the Keras model 3"):
        carry_weights(DeepBind(), deepbind(hidden=4))


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
