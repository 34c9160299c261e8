"""Uploads wait their turn, a full queue says so, and a process that hangs or dies is replaced."""

import io
import sys
import threading

import numpy as np
import pytest
from PIL import Image

from app import encoder_queue
from app.encoder_queue import EncoderQueue
from app.views.cold_start.trial import turn
from lattice.data import EncoderRecord
from lattice.data.picture import open_picture
from lattice.errors import InputError
from lattice.features import load_encoder
from lattice.features.image import DEFAULT_NAME

# Answers like the real process, but only when told to: "go" is answered, "sleep" never, and "die" ends it.
STAND_IN = """
import json, sys
for line in iter(sys.stdin.buffer.readline, b""):
    content = sys.stdin.buffer.read(json.loads(line)["bytes"])
    if content == b"die":
        sys.exit(1)
    if content == b"sleep":
        __import__("time").sleep(1000)
    if content == b"no":
        print(json.dumps({"refused": "no, thank you"}), flush=True)
    print(json.dumps({"vectors": {"textual": [float(len(content))]}}), flush=True)
"""


@pytest.fixture
def queue(tmp_path, monkeypatch):
    (tmp_path / "stand_in.py").write_text(STAND_IN)
    start = encoder_queue.subprocess.Popen
    command = [sys.executable, str(tmp_path / "stand_in.py")]
    monkeypatch.setattr(encoder_queue.subprocess, "Popen", lambda _, **options: start(command, **options))
    made = EncoderQueue(most_waiting=2, seconds=60)
    yield made
    made.close()


def test_content_becomes_vectors_and_a_refusal_an_error(queue):
    assert queue.encode({}, "text", "four", None)["textual"].tolist() == [4]
    with pytest.raises(InputError, match="no, thank you"):
        queue.encode({}, "text", "no", None)


def test_a_process_that_dies_is_replaced(queue):
    with pytest.raises(InputError, match="more time or memory"):
        queue.encode({}, "text", "die", None)
    assert queue.encode({}, "text", "go", None)["textual"].tolist() == [2]


def test_who_waits_for_encoders_is_not_told_of_uploads(queue):
    assert turn(queue, 1).startswith("The encoders are being loaded")
    queue.encode({}, "text", "go", None)
    assert [turn(queue, 1), turn(queue, 2)] == [
        "1 upload is read before this one…",
        "2 uploads are read before this one…",
    ]
    with pytest.raises(InputError, match="more time or memory"):
        queue.encode({}, "text", "die", None)
    queue.encode({}, "text", "go", None)
    assert not queue.loading


def test_a_process_that_hangs_is_replaced(queue):
    queue._seconds = 0.2
    with pytest.raises(InputError, match="more time or memory"):
        queue.encode({}, "text", "sleep", None)
    queue._seconds = 60
    assert queue.encode({}, "text", "go", None)["textual"].tolist() == [2]


def test_the_second_is_told_its_place_and_the_third_to_come_back(queue):
    told, first, second = threading.Event(), [], []
    ahead = []

    def hang():
        with pytest.raises(InputError):
            queue.encode({}, "text", "sleep", None)
        first.append(True)

    def wait():
        second.append(queue.encode({}, "text", "go", None, lambda place: (ahead.append(place), told.set())))

    threads = [threading.Thread(target=hang)]
    threads[0].start()
    while not queue._waiting or queue._process is None:
        pass
    threads.append(threading.Thread(target=wait))
    threads[1].start()
    assert told.wait(60)
    with pytest.raises(InputError, match="try again"):
        queue.encode({}, "text", "go", None)
    queue._process.kill()
    for thread in threads:
        thread.join(60)
    assert (first, ahead) == ([True], [1])
    assert second[0]["textual"].tolist() == [2]


def test_the_real_process_encodes_as_the_library_does():
    buffer = io.BytesIO()
    Image.fromarray(np.arange(48 * 40 * 3, dtype=np.uint8).reshape(48, 40, 3)).save(buffer, "PNG")
    encoder = load_encoder("image", device="cpu")
    records = {"visual": EncoderRecord("image", DEFAULT_NAME, encoder.fingerprint)}
    queue = EncoderQueue()
    try:
        found = queue.encode(records, "image", buffer.getvalue(), None)
        with pytest.raises(InputError, match="picture"):
            queue.encode(records, "image", b"none", None)
    finally:
        queue.close()
    np.testing.assert_allclose(found["visual"], encoder.encode([open_picture(buffer.getvalue())])[0], atol=1e-6)
