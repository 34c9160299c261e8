"""What the server reads while it imports: the data set that it opens on, and nothing that stops it."""

from app.preparation import _read_ahead
from app.workspace import discover, on_disk, open_workspace


def test_models_take_the_tables_that_were_read_ahead(trained):
    tables = _read_ahead(trained)
    _, stamps = on_disk(trained)
    workspace = open_workspace(
        "shapes", discover(trained)["shapes"], {f: f"{s} ahead" for f, s in stamps.items()}, tables
    )
    assert all(model.checkpoint.dataset is tables.dataset for model in workspace.models.values())


def test_nothing_is_read_ahead_where_nothing_can_be(tmp_path):
    assert _read_ahead(tmp_path / "missing") is None
    (tmp_path / "a" / "lattice").mkdir(parents=True)
    for text in ("nonsense", "{}", '{"dataset": 3, "encoders": {}}'):
        (tmp_path / "a" / "lattice" / "config.json").write_text(text)
        assert _read_ahead(tmp_path) is None
