"""Both encoders keep to the one interface; what does not fit is refused in one line."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image

from lattice.data import EncoderRecord
from lattice.errors import InputError
from lattice.features import image, load_encoder, text
from lattice.features.encode_upload import encode_upload
from lattice.features.sentence import weights_fingerprint
from tests.clip import tiny_clip

TEXTS = ["a red cotton dress", None, "sun hat", "", " \t\n", "warm winter boots, size 42, " * 20]


def pictures():
    random = np.random.default_rng(0)
    shapes = [(90, 60, 3), (40, 40, 3), (200, 130, 3)]
    made = [Image.fromarray(random.integers(0, 256, shape, dtype=np.uint8)) for shape in shapes]
    return [made[0], None, made[1], None, None, made[2]]


@pytest.fixture(scope="module")
def words():
    return load_encoder("text", device="cpu")


@pytest.fixture(scope="module")
def looks():
    return load_encoder("image", device="cpu")


@pytest.fixture(params=["text", "image"])
def case(request, words, looks):
    return (words, TEXTS) if request.param == "text" else (looks, pictures())


def test_rows_have_length_one_and_missing_items_are_zero(case):
    encoder, items = case
    rows = encoder.encode(items)
    assert rows.shape == (6, encoder.dimension)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), [1, 0, 1, 0, 0, 1], atol=1e-5)
    assert encoder.encode([]).shape == (0, encoder.dimension)
    assert not encoder.encode([None]).any()


def test_vectors_are_the_same_every_time_and_in_any_company(case):
    encoder, items = case
    rows = encoder.encode(items)
    np.testing.assert_array_equal(rows, encoder.encode(items))
    one_by_one = np.concatenate([encoder.encode([item]) for item in items])
    np.testing.assert_allclose(rows, one_by_one, atol=1e-5)
    many = encoder.encode(items * 12)
    np.testing.assert_allclose(many, np.tile(rows, (12, 1)), atol=1e-5)


def test_encoders_say_who_they_are(words, looks):
    assert (words.kind, words.name) == ("text", "all-MiniLM-L6-v2")
    assert (looks.kind, looks.name) == ("image", "lattice-image-v2")
    assert words.encode(["a"]).shape == (1, 384)
    assert all(len(encoder.fingerprint) == 16 for encoder in (words, looks))
    assert load_encoder("image", "lattice-image-v2", "cpu").fingerprint == looks.fingerprint


def test_text_is_cleaned_and_capped(words):
    assert text.clean_text("a\x00\x1b  red\r\n\tdress\x7f ") == "a red dress"
    assert text.clean_text("x" * 10_000) == "x" * text.MAX_CHARACTERS
    assert text.clean_text("Größe 42 日本 👗") == "Größe 42 日本 👗"
    assert text.clean_text("\x00\x01") is None
    np.testing.assert_array_equal(words.encode(["red\x00 dress\n"]), words.encode(["red dress"]))


def test_related_words_are_nearer(words):
    dress, gown, drill = words.encode(["a long evening dress", "an evening gown", "a cordless drill"])
    assert dress @ gown > dress @ drill


def test_importing_the_package_loads_no_network_library():
    program = "import sys, lattice.features; sys.exit(any(m in sys.modules for m in ('torch', 'transformers')))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_network_s_fingerprint_follows_its_weights_when_saved(tmp_path):
    torch.manual_seed(0)
    options = image.ImageNetworkOptions(pixels=32, stem=4, widths=(4, 6), depths=(1, 1), dimension=8)
    network = image.ImageNetwork(options)
    path = tmp_path / "tiny.safetensors"
    image.save(network, path, {"name": "tiny"})
    first = image.load(path)
    np.testing.assert_array_equal(first.encode(pictures()), image.network_encoder(network).encode(pictures()))
    with torch.no_grad():
        network.project.bias[0] += 1e-3
    image.save(network, path, {"name": "tiny"})
    assert image.load(path).fingerprint != first.fingerprint
    assert sorted(file.name for file in tmp_path.iterdir()) == ["tiny.json", "tiny.safetensors"]


def test_weights_that_dont_fit_their_card_are_refused(tmp_path):
    path = tmp_path / "tiny.safetensors"
    with pytest.raises(InputError, match="no whole pair"):
        image.load(path)
    image.save(image.ImageNetwork(image.ImageNetworkOptions(32, 4, (4, 6), (1, 1), 8)), path, {"name": "tiny"})
    card = json.loads(path.with_suffix(".json").read_text())
    card["network"]["stem"] = 5
    path.with_suffix(".json").write_text(json.dumps(card))
    with pytest.raises(InputError, match="no whole pair") as caught:
        image.load(path)
    assert "\n" not in str(caught.value)
    path.write_bytes(b"not safetensors")
    with pytest.raises(InputError, match="no whole pair"):
        image.load(path)


def test_an_unknown_kind_or_device_is_refused():
    with pytest.raises(InputError, match="use one of text, image"):
        load_encoder("sound")
    for device in ("cuda:99", "toaster"):
        with pytest.raises(InputError, match="use auto, cpu, cuda or cuda:N"):
            load_encoder("image", device=device)


def test_an_unreachable_model_is_refused_in_one_line():
    program = (
        "from lattice.features import load_encoder\n"
        "from lattice.errors import InputError\n"
        "for kind in ('text', 'image'):\n"
        "    try: load_encoder(kind, 'no-such-model-anywhere', 'cpu')\n"
        "    except InputError as error: print(error)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = run.stdout.splitlines()
    assert len(lines) == 2
    for kind, line in zip(("text", "image"), lines, strict=True):
        assert line.startswith(f"{kind} encoder 'no-such-model-anywhere' can't be loaded")
        assert "use 'default'" in line


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return tiny_clip(tmp_path_factory.mktemp("clip"))


def test_a_clip_by_path_reads_words_and_pictures_into_one_space(clip):
    rows = {}
    for kind, items in (("text", ["abc", "", "d"]), ("image", [*pictures()[:2], pictures()[2]])):
        encoder = load_encoder(kind, clip, "cpu")
        assert (encoder.kind, encoder.name) == (kind, clip)
        rows[kind] = encoder.encode(items)
        np.testing.assert_allclose(np.linalg.norm(rows[kind], axis=1), [1, 0, 1], atol=1e-5)
    assert rows["text"].shape == rows["image"].shape == (3, 8)


def test_the_fingerprint_of_a_named_model_follows_its_weights(clip):
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(clip, device="cpu")
    before = weights_fingerprint(model)
    assert before == load_encoder("text", clip, "cpu").fingerprint
    with torch.no_grad():
        next(iter(model.parameters())).view(-1)[0] += 1
    assert weights_fingerprint(model) != before


def test_a_text_model_is_refused_for_pictures():
    import importlib.resources

    path = str(importlib.resources.files(text.DEFAULT_PACKAGE) / "model")
    assert load_encoder("text", path, "cpu").fingerprint == load_encoder("text", device="cpu").fingerprint
    with pytest.raises(InputError, match="reads only text"):
        load_encoder("image", path, "cpu")


def test_an_upload_fetches_no_encoder_that_a_checkpoint_names(monkeypatch):
    import sentence_transformers

    asked = []

    def model(name, **options):
        asked.append(options["local_files_only"])
        raise OSError("not in the cache")

    monkeypatch.setattr(sentence_transformers, "SentenceTransformer", model)
    record = {"textual": EncoderRecord("text", "stranger/model", "0" * 16)}
    with pytest.raises(InputError, match="--allow-download"):
        encode_upload(record, None, "a red dress")
    with pytest.raises(InputError, match="while the hub is reachable"):
        encode_upload(record, None, "a red dress", download=True)
    assert asked == [True, False]


def test_uploads_are_encoded_on_the_cpu_beside_a_gpu(monkeypatch):
    asked = []
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    monkeypatch.setattr("lattice.features.encode_upload._encoder", lambda *given: asked.append(given) or _Same())
    encode_upload({"textual": EncoderRecord("text", "any", "same")}, None, "a red dress")
    assert asked == [("text", "any", "cpu", None, False)]


class _Same:
    fingerprint = "same"

    def encode(self, contents):
        return [np.ones(2)]
