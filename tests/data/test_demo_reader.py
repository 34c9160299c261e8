"""The demo catalogue comes as the readers' data sets do."""

from lattice.data.readers import read


def test_the_demo_is_drawn_into_its_folder(tmp_path):
    dataset = read(tmp_path, "demo", seed=1, n_items=60, n_users=80, columns={}, split=None)
    assert dataset.n_items == 60
    assert dataset.image_path(0).is_relative_to(tmp_path)
    assert dataset.image_path(0).is_file()
