"""What the view Item graph is made of: places, hover cards, exports, the map's groups."""

import io
import json
from functools import partial
from html.parser import HTMLParser

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import torch

from app.components.csv_text import table_csv
from app.components.items import Catalogue
from app.components.style import colours
from app.components.what_if import k_range
from app.views.item_graph import catalogue_map as maps
from app.views.item_graph import map_area as areas
from app.views.item_graph.graph_export import digraph, graphml, node_link
from app.views.item_graph.graph_figure import HIGH, WIDE, clicked, drawn_edges, hover_html, option, positions
from app.views.item_graph.map_figure import Drawing, figure
from app.views.item_graph.neighbours import Look, around, edge_change, table
from lattice.inference.neighbourhood import Neighbourhood
from lattice.recommender import Recommender

EVIL = '<img src=x onerror=alert(1)>"{b}![](http://x)\x07'
LOOK = Look("fused", "mixed", 2, 60, 10)


@pytest.fixture(scope="module")
def lattice(trained) -> Recommender:
    return Recommender.load(trained / "shapes" / "lattice")


@pytest.fixture(scope="module")
def ids(lattice) -> list[str]:
    return lattice.items["item"].tolist()


@pytest.fixture(scope="module")
def found(lattice, ids) -> Neighbourhood:
    return around(lattice, Catalogue(lattice), "star-red-large", LOOK)


def tree(near: int, far: int) -> pd.DataFrame:
    """A neighbourhood's nodes; those of the second hop lie behind the first and the third of the first."""
    behind = [f"n{(0, 2)[i % 2] % near}" for i in range(far)]
    return pd.DataFrame(
        {
            "item": ["c", *(f"n{i}" for i in range(near)), *(f"f{i}" for i in range(far))],
            "hop": [0, *[1] * near, *[2] * far],
            "via": ["c", *["c"] * near, *behind],
        }
    )


# --- the picture ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("near", "far"), [(0, 0), (1, 0), (8, 0), (20, 0), (40, 0), (9, 30), (30, 119)])
def test_no_two_nodes_lie_in_one_place(near, far):
    places = positions(tree(near, far))
    assert len(set(places)) == len(places) == 1 + near + far
    assert places[0] == (0.0, 0.0)
    assert all(abs(x) <= WIDE and abs(y) <= HIGH for x, y in places)


def test_positions_put_second_hops_behind_their_first():
    places = dict(zip(tree(6, 12)["item"], positions(tree(6, 12)), strict=True))
    assert places["n0"][0] == pytest.approx(0, abs=1)
    assert places["n0"][1] < 0
    reach = {item: np.hypot(x / WIDE, y / HIGH) for item, (x, y) in places.items()}
    assert max(reach[f"n{i}"] for i in range(6)) < min(reach[f"f{i}"] for i in range(12))

    def turned(one: str, other: str) -> float:
        (a, b), (c, d) = ((places[i][0] / WIDE, places[i][1] / HIGH) for i in (one, other))
        return float(np.arccos((a * c + b * d) / np.hypot(a, b) / np.hypot(c, d)))

    for child in range(12):
        own, other = ("n0", "n2") if child % 2 == 0 else ("n2", "n0")
        assert turned(f"f{child}", own) < turned(f"f{child}", other)


def test_positions_are_deterministic(found):
    assert positions(found.nodes) == positions(found.nodes.copy())


def test_edges_are_drawn_once_and_as_wide_as_they_weigh(found):
    palette = {"visual": "#000000", "textual": "#111111"}
    spec, nodes = option(found, drawn_edges("star-red-large", found), "mixed", str, str, str, palette)
    assert nodes == found.nodes["item"].tolist()
    links = spec["series"][0]["links"]
    ends = [(link["source"], link["target"]) for link in links]
    assert {s for s, _ in ends} | {t for _, t in ends} <= set(nodes)
    edges = drawn_edges("star-red-large", found)
    assert not edges.duplicated(["source", "target", "modality"]).any()
    widths = [link["lineStyle"]["width"] for link in links]
    heavy = edges["weight"] / edges["weight"].max()
    np.testing.assert_allclose(widths, 1 + 7 * heavy, atol=0.01)
    own = found.edges.query("source == 'star-red-large'")
    assert len(edges.query("role == 'own'")) == len(own)
    second = found.nodes.query("hop == 2")
    assert set(edges.query("role == 'on'")["target"]) == set(second["item"])


def test_edges_are_dashed_where_only_the_weight_changed():
    assert [edge_change(0.0, 0.2, "gained"), edge_change(0.1, 0.2, "gained")] == ["new", "stronger"]
    assert [edge_change(0.2, 0.0, "lost"), edge_change(0.2, 0.1, "lost"), edge_change(0.2, 0.1, "mixed")] == [
        "gone",
        "weaker",
        "",
    ]
    nodes = pd.DataFrame({"item": ["a", "b", "c"], "hop": [0, 1, 1], "via": "a", "weight": [0.0, 0.2, 0.1]})
    edges = pd.DataFrame(
        {"source": "a", "target": ["b", "c"], "modality": "v", "initial": [0.0, 0.1], "learned": 0.2, "weight": 0.1}
    )
    around_a = Neighbourhood(nodes, edges, 3, edges)
    spec, _ = option(around_a, drawn_edges("a", around_a), "gained", str, str, str, {"v": "#000000"})
    kinds = {link["target"]: link["lineStyle"]["type"] for link in spec["series"][0]["links"]}
    assert kinds == {"b": "solid", "c": "dashed"}


@pytest.mark.parametrize("layer", ["mixed", "gained", "lost"])
def test_the_table_has_the_graphs_own_entries_whatever_the_layer(lattice, ids, layer):
    shown = Catalogue(lattice)
    exact = {}
    for modality, graph in lattice.item_graph.graphs.items():
        for kind, one in (("initial", graph.initial), ("learned", graph.learned)):
            exact[f"{modality} {kind}"] = torch.zeros(len(ids), len(ids)).scatter_(1, one.indices, one.weights).numpy()
    unlike = 0
    for centre, item in enumerate(ids):
        found = around(lattice, Catalogue(lattice), item, Look("fused", layer, 2, 60, 10))
        rows = table(shown, item, found, lattice.modalities, partial(lattice.similarity, item))
        places = [ids.index(i) for i in rows["item"]]
        for column, matrix in exact.items():
            np.testing.assert_allclose(rows[column], matrix[centre, places], atol=1e-7, err_msg=f"{item} {column}")
        unlike += sum(((rows[f"{m} weight"] == 0) & (rows[f"{m} learned"] > 0)).sum() for m in lattice.modalities)
    assert layer == "mixed" or unlike  # entries that a layer has no edge for are shown, too


class _Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def test_a_hover_card_holds_titles_as_text():
    card = hover_html("data:x", EVIL, [EVIL, "weight 0.1"])
    parser = _Tags()
    parser.feed(card)
    assert [attrs.get("src") for tag, attrs in parser.tags if tag == "img"] == ["data:x"]
    assert parser.text.count(EVIL) == 2
    assert "{" not in card  # ECharts would fill in a template


def test_a_click_names_a_node_and_nothing_else():
    def selected(**part):
        return {"selected": [part]}

    assert clicked(selected(data_type="node", data_indices=[1]), ["a", "b"]) == "b"
    assert clicked(selected(data_type="edge", data_indices=[1]), ["a", "b"]) is None
    assert clicked(selected(data_type="node", data_indices=[7]), ["a", "b"]) is None
    assert clicked({}, ["a"]) is None


@pytest.mark.parametrize(("trained_k", "n_items"), [(10, 1000), (0, 50), (1, 50), (100, 1000), (5, 3)])
def test_the_trained_k_can_always_be_chosen(trained_k, n_items):
    least, most = k_range(trained_k, n_items)
    assert least <= trained_k <= most
    assert least < most


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("read", ["graphml", "json"])
def test_graph_files_read_back_equal(found, read):
    written = digraph(found, lambda i: f"{i} {EVIL}", {"layer": "mixed", "k": 10})
    if read == "graphml":
        graph = nx.read_graphml(io.BytesIO(graphml(written).encode()))
    else:
        graph = nx.node_link_graph(json.loads(node_link(written)), edges="links")
    assert set(graph) == set(found.nodes["item"])
    totals = found.edges.groupby(["source", "target"])["weight"].sum()
    assert {(a, b): d["weight"] for a, b, d in graph.edges(data=True)} == pytest.approx(totals.to_dict())
    for row in found.edges.itertuples():
        assert graph.edges[row.source, row.target][row.modality] == pytest.approx(row.weight)
    for row in found.nodes.itertuples():
        assert graph.nodes[row.item]["hop"] == row.hop
        assert graph.nodes[row.item]["title"] == f"{row.item} {EVIL}".replace("\x07", "")
    assert (graph.graph["layer"], graph.graph["k"]) == ("mixed", 10)


def test_no_cell_and_no_heading_of_a_csv_is_a_formula():
    table = pd.DataFrame({"item": ["=1+1", "a"], "@x": ["+2", "-3"], "weight": [-0.5, 0.5]})
    back = pd.read_csv(io.StringIO(table_csv(table)))
    assert back["item"].tolist() == ["'=1+1", "a"]
    assert back["'@x"].tolist() == ["'+2", "'-3"]
    assert back["weight"].tolist() == [-0.5, 0.5]


# --- the map ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", [3, maps.BLOCK])
def test_what_the_map_is_coloured_by_is_counted_from_the_edges(lattice, ids, monkeypatch, block):
    monkeypatch.setattr(maps, "BLOCK", block)
    popularity = np.arange(len(ids))
    table = maps.item_facts(lattice.items, lattice.item_graph, popularity)
    assert list(table) == ["category", "popularity", "lean", "agreement"]
    shares, agreements = {}, {}
    for item in ids:
        edges = lattice.edges(item).query("item != @item and weight > 0")
        by = edges.groupby("modality")["weight"].sum()
        shares[item] = by.reindex(lattice.modalities, fill_value=0.0)
        named = edges["item"].value_counts()
        agreements[item] = (named > 1).mean() if len(named) else np.nan
    whole = pd.DataFrame(shares).T
    mean = whole.sum() / whole.sum().sum()
    for place, item in enumerate(ids):
        if whole.loc[item].sum() > 0:
            above = whole.loc[item] / whole.loc[item].sum() - mean
            assert table["lean"][place] == above.idxmax()
            assert table["agreement"][place] == pytest.approx(agreements[item])
        else:
            assert table["lean"][place] == maps.NO_EDGES


def test_a_modality_has_its_colour_here_too(lattice, ids):
    table = maps.item_facts(lattice.items, lattice.item_graph, np.arange(len(ids)))
    found = {name: colour for name, (colour, _) in maps.colouring(table, "lean").groups.items()}
    own = colours(lattice.modalities)
    assert {name: found[name] for name in own} == own
    order = pd.Categorical(["a", "b"], ["b", "a", maps.NO_EDGES])  # not that of their names
    assert list(maps.colouring(pd.DataFrame({"lean": order}), "lean").groups) == ["b", "a", maps.NO_EDGES]


def test_every_item_has_one_group_and_every_group_a_colour(lattice, ids):
    table = maps.item_facts(lattice.items, lattice.item_graph, np.arange(len(ids)) % 17)
    for by in table:
        found = maps.colouring(table, by)
        assert set(found.labels) <= set(found.groups)
        assert len(found.labels) == len(ids)
        assert len(set(found.groups.values())) >= len(set(found.labels)) - 1


def test_many_groups_become_the_largest_and_the_rest():
    column = [f"g{i:02d}" for i in range(20) for _ in range(30 - i)]
    found = maps.colouring(pd.DataFrame({"type": column}), "type")
    assert list(found.groups) == [*(f"g{i:02d}" for i in range(maps.GROUPS)), maps.OTHER]
    assert len(set(found.groups.values())) == maps.GROUPS + 1
    assert (found.labels == maps.OTHER).sum() == sum(30 - i for i in range(maps.GROUPS, 20))


@pytest.mark.parametrize("counts", [[0, 0, 0], [5], [0, 1, 1, 1], list(range(50)), [3] * 9])
def test_popularity_falls_into_ranges_that_hold_it(counts):
    found = maps.colouring(pd.DataFrame({"popularity": counts}), "popularity")
    for count, label in zip(counts, found.labels, strict=True):
        if count == 0:
            assert label == "nobody"
        else:
            ends = [int(part) for part in label.removesuffix("s").removesuffix(" user").split("–")]
            assert ends[0] <= count <= ends[-1]


def test_words_are_found_in_any_order_and_case():
    items = pd.DataFrame({"item": ["a1", "b2"], "title": ["Red Star", "blue star"], "brand": ["", "Hob (UK)"]})
    assert maps.matches(maps.searched(items), "STAR red").tolist() == [True, False]
    assert maps.matches(maps.searched(items), "hob (uk)").tolist() == [False, True]
    assert maps.matches(maps.searched(items), "b2").tolist() == [False, True]
    assert not maps.matches(maps.searched(items), " ").any()


def test_names_do_not_cover_each_other():
    random = np.random.default_rng(0)
    places = random.uniform(-1, 1, (400, 2))
    labels = pd.Series([f"group {i % 80}" for i in range(400)])
    kept = maps.names_on_map(places, labels)
    assert 3 < len(kept) <= 34
    for place, (one, x, y) in enumerate(kept):
        for other, a, b in kept[:place]:
            assert abs(x - a) > 0.012 * (len(one) + len(other)) or abs(y - b) > 0.055


@pytest.mark.parametrize(
    "text", ["", "x", "0,0,1", "0,0,1,nan", "1,0,0,1", "0,0,9,9", "0,0,1,1,1", "inf,0,1,1", ",".join("0" * 82)]
)
def test_read_area_refuses_other_text(text):
    assert areas.read_area(text) is None


def test_inside_is_within_all_four_sides():
    area = areas.read_area(areas.write_area((-0.5, -0.25, 0.5, 1.0)))
    assert area == (-0.5, -0.25, 0.5, 1.0)
    places = np.array([[0, 0], [0.6, 0], [0, -0.3], [-0.5, 1.0]])
    assert areas.inside(places, area).tolist() == [True, False, False, True]


def test_inside_a_lasso_is_within_its_sides():
    area = areas.read_area(areas.write_area(areas.lasso([0, 1, 1, 0.5, 0], [0, 0, 1, 0.2, 1])))  # a notch from above
    places = np.array([[0.5, 0.1], [0.5, 0.5], [0.1, 0.7], [0.95, 0.8], [1.5, 0.1], [-0.1, 0.5]])
    assert areas.inside(places, area).tolist() == [True, False, True, True, False, False]


def test_a_long_lasso_fits_the_address():
    turn = np.linspace(0, 2 * np.pi, 500)
    area = areas.read_area(areas.write_area(areas.lasso(3 * np.cos(turn), np.sin(turn))))
    assert len(area) == 2 * areas.CORNERS
    assert areas.inside(np.array([[0.0, 0.0], [0.0, 1.5]]), area).tolist() == [True, False]


def test_a_sample_of_the_map_shows_every_part_and_crowd():
    random = np.random.default_rng(0)
    crowd, lonely = random.normal(scale=0.05, size=(20_000, 2)), random.uniform(-1, 1, (50, 2))
    places = np.concatenate([crowd, lonely])
    everything = np.ones(len(places), dtype=bool)
    rows = areas.drawn_rows(places, None, everything, most=1000)
    assert len(rows) == len(set(rows)) == 1000
    assert (rows >= 20_000).sum() > 45  # by chance 2 or 3
    assert (rows < 20_000).sum() > 800
    np.testing.assert_array_equal(rows, areas.drawn_rows(places, None, everything, most=1000))
    near = (0.5, 0.5, 1.0, 1.0)
    assert set(np.flatnonzero(areas.inside(places, near))) <= set(areas.drawn_rows(places, near, everything))


def test_a_sampled_map_is_shaded_and_pale_beside_an_area(lattice, ids):
    none, places = np.zeros(len(ids), dtype=bool), lattice.checkpoint.map_coordinates
    by = maps.colouring(maps.item_facts(lattice.items, lattice.item_graph, np.arange(len(ids))), "category")
    rows = np.arange(0, len(ids), 2)
    area = (-1.0, -1.0, 0.0, 1.0)
    chart = figure(Drawing(places, rows, [""] * len(rows), 4, none, none, area=area), by)
    assert chart.data[0].type == "heatmap"
    points = [t for t in chart.data[1:] if t.mode == "markers" and t.marker.symbol in ("circle", "diamond")]
    shown = {int(row): t.marker.opacity for t in points for row in t.customdata if np.ndim(t.marker.opacity) == 0}
    shown |= {
        int(row): opacity
        for t in points
        if np.ndim(t.marker.opacity)
        for row, opacity in zip(t.customdata, t.marker.opacity, strict=True)
    }
    assert {row for row, opacity in shown.items() if opacity > 0.5} == set(rows[areas.inside(places[rows], area)])


def test_the_figure_holds_every_item_once_and_titles_as_text(lattice, ids):
    table = maps.item_facts(lattice.items, lattice.item_graph, np.arange(len(ids)))
    mine, found = np.arange(len(ids)) < 3, np.zeros(len(ids), dtype=bool)
    by = maps.colouring(table, "category")
    rows = np.arange(len(ids))
    drawing = Drawing(
        lattice.checkpoint.map_coordinates, rows, [EVIL] * len(ids), 5, found, mine, [("<b>", 0.0, 0.0)], [3, 8]
    )
    chart = figure(drawing, by)
    lines = next(trace for trace in chart.data if trace.mode == "lines")
    here, ends = lattice.checkpoint.map_coordinates[5], lattice.checkpoint.map_coordinates[[3, 8]]
    np.testing.assert_array_equal(np.stack([lines.x, lines.y], 1)[[0, 3]], [here, here])
    np.testing.assert_array_equal(np.stack([lines.x, lines.y], 1)[[1, 4]], ends)
    groups = [trace for trace in chart.data if trace.marker.symbol in ("circle", "diamond")]
    assert sorted(np.concatenate([trace.customdata for trace in groups]).tolist()) == list(range(len(ids)))
    assert all("<" not in text for trace in chart.data if trace.mode == "markers" for text in trace.hovertext)
    for trace in groups:
        (group,) = {by.labels[row] for row in trace.customdata}
        assert trace.hovertemplate == f"%{{hovertext}} · {group}<extra></extra>"
    assert [a.text for a in chart.layout.annotations] == ["&lt;b&gt;"]
    stars = next(trace for trace in chart.data if trace.marker.symbol == "star")
    assert stars.customdata.tolist() == [0, 1, 2]


def test_a_group_s_name_is_no_template(lattice, ids):
    none, rows = np.zeros(len(ids), dtype=bool), np.arange(len(ids))
    named = np.full(len(ids), "%{x}<b>", dtype=object)
    by = maps.Colouring(labels=named, groups={"%{x}<b>": ("#000000", "circle")})
    chart = figure(Drawing(lattice.checkpoint.map_coordinates, rows, ["a"] * len(ids), 5, none, none), by)
    assert chart.data[0].hovertemplate == "%{hovertext} · %&#123;x}&lt;b&gt;<extra></extra>"


def test_nearest_places_leave_out_the_item_itself():
    places = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 0.0], [0.1, 0.0], [5.0, 0.0]])
    assert maps.nearest_places(places, 2, 3).tolist() == [0, 3, 1]
