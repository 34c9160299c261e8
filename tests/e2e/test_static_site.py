"""The exported site, opened from disk with the network off: its numbers are the library's, and it works by keyboard."""

import re
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from lattice import checkpoint as checkpoints
from lattice.data.about import About, Words
from lattice.export_app import ExportOptions, export_app
from lattice.inference.neighbourhood import LAYERS, neighbourhood
from lattice.models import MODELS
from lattice.recommender import Recommender
from tests.e2e.serving import PATIENCE, ROOT, shipped
from tests.sharing import made_once
from tests.synthetic import clustered, trained_on

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
TOLERANCE = 1e-4
MB = 1_000_000

# Everything that the page knows of one user's scores under some coefficients, with ids.
SCORES = """async ({user, changes}) => {
    const machine = await Explained.machine(0, changes.k), row = Catalogue.userOf(user);
    const known = await Explained.user(0, row);
    const settings = {...Scores.trained(machine), ...changes};
    const computed = Scores.compute(machine, settings), scored = Scores.scoreAll(machine, computed, known);
    const list = Scores.ranking(scored.total, known.owned);
    const parts = Scores.explain(machine, computed, scored, known, list[0]);
    const names = machine.graph.modalities.map((one) => one.name);
    return {
        scores: [...scored.total],
        list: list.map((item) => Catalogue.items.ids[item]),
        item: Catalogue.items.ids[list[0]],
        collaborative: parts.collaborative,
        graph: parts.graph.map(({item, modality, layer, weight, value, owned}) =>
            [Catalogue.items.ids[item], names[modality], layer, weight, value, owned]),
        content: parts.content.map((p) => [Catalogue.items.ids[p.item], p.value]),
        last: Scores.rankOf(scored.total, known.owned, list[list.length - 1]),
    };
}"""
AROUND = """async ({item, options}) => {
    const machine = await Explained.machine(0);
    const found = Neighbourhood.around(machine, Scores.trained(machine), item, options);
    return found.nodes.map(({item, hop, weight}) => [item, hop, weight]);
}"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The shipped demo's site, of the models that `make site` takes."""
    if shipped() is None:
        pytest.skip("no checkpoints come along")
    models = sorted(one for one in (ROOT / "checkpoints" / "demo").iterdir() if not MODELS[one.name].successor)
    return made_once(tmp_path_factory, "static", lambda folder: export_app(models, folder / "site")) / "site"


@pytest.fixture(scope="module")
def explained() -> Recommender:
    return Recommender.load(ROOT / "checkpoints" / "demo" / "lattice")


@pytest.fixture
def visit(browser):
    """visit(site, "#recommend", width=390) -> that page, drawn; it must not complain or ask for anything elsewhere."""
    opened, complaints = [], []

    def visited(site, address: str = "", width: int = 1280, **options) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 844}, offline=True, **options)
        context.set_default_timeout(PATIENCE * 1000)
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith(("file:", "data:")) else complaints.append(r.url))
        page.goto(f"{(site / 'index.html').as_uri()}{address}")
        opened.append(page)
        drawn(page)
        return page

    yield visited
    for page in opened:
        page.context.close()
    assert not complaints


def drawn(page: Page) -> None:
    """Wait until the page shows what its address asks for."""
    page.wait_for_function("() => document.getElementById('main').dataset.ready === location.hash")


def ids(page: Page, model: str) -> list[str]:
    """The items in a model's list."""
    rows = page.locator(f"[data-model='{model}'] [data-item]")
    return [row.get_attribute("data-item") for row in rows.all()]


def compare(found: dict, rec: Recommender, user: str) -> None:
    """Compare what the page computed of a user with the library."""
    np.testing.assert_allclose(found["scores"], rec.scores(user), atol=TOLERANCE)
    place = {item: at for at, item in enumerate(rec.items["item"])}
    scores = rec.scores(user)
    np.testing.assert_allclose([scores[place[i]] for i in found["list"]], rec.recommend(user, 10**6)[1], atol=TOLERANCE)
    why = rec.explain(user, found["item"])
    assert found["collaborative"] == pytest.approx(why.collaborative_score, abs=TOLERANCE)
    own = {tuple(row[:3]): row[3:] for row in found["graph"]}
    expected = {(r.item, r.modality, r.layer): [r.weight, r.value, r.owned] for r in why.contributions.itertuples()}
    assert own.keys() == expected.keys()
    np.testing.assert_allclose(
        [list(map(float, own[key])) for key in expected],
        [list(map(float, v)) for v in expected.values()],
        atol=TOLERANCE,
    )
    content = why.by_owned
    assert {item for item, _ in found["content"]} == set(content.index)
    np.testing.assert_allclose(
        [v for _, v in found["content"]], [content[i] for i, _ in found["content"]], atol=TOLERANCE
    )
    assert found["last"] == len(found["list"])


# --- numbers ----------------------------------------------------------------------------------------------------------


def test_ten_users_get_the_library_s_lists_and_reasons(visit, demo, explained):
    page = visit(demo)
    for user in explained.users[:: len(explained.users) // 10][:10]:
        compare(page.evaluate(SCORES, {"user": user, "changes": {}}), explained, user)


@pytest.mark.parametrize(
    "changes",
    [{"lambda_": 0.2}, {"alpha": [0.1, 0.9]}, {"cut": 3}, {"k": 3}, {"k": 20}],
    ids=["lambda", "alpha", "cut", "fewer", "more"],
)
def test_a_what_if_is_the_library_s(visit, demo, explained, changes):
    page, user = visit(demo), explained.users[7]
    if "cut" in changes:
        item = explained.recommend(user, 1)[0][0]
        near = [other for other in explained.edges(item)["item"].unique() if other != item][: changes["cut"]]
        rows = explained.trained.items.lookup([item, *near]).tolist()
        asked, changed = {"cut": [[rows[0], row] for row in rows[1:]]}, {"without_edges": [(item, o) for o in near]}
    elif "alpha" in changes:
        asked = {"alpha": changes["alpha"]}
        changed = {"alpha": dict(zip(explained.modalities, changes["alpha"], strict=True))}
    elif "k" in changes:
        asked, changed = changes, changes
    else:
        asked, changed = {"lambda": changes["lambda_"]}, changes
    compare(page.evaluate(SCORES, {"user": user, "changes": asked}), explained.what_if(**changed), user)


def small_site(folder, name: str, **changes):
    """The site of a small model of a kind that the demo hasn't, and its recommender."""
    checkpoint = trained_on(changes.pop("dataset", None) or clustered(), name)
    checkpoints.save(replace(checkpoint, **changes), folder / "lattice")
    export_app([folder / "lattice"], folder / "site", ExportOptions(newcomers=False))
    return folder / "site", Recommender.load(folder / "lattice")


@pytest.mark.parametrize("name", ["lattice-mf-2", "lattice/feats-lightgcn-1", "freedom"])
def test_other_kinds_of_item_graph_give_the_library_s_scores(visit, tmp_path, name):
    site, rec = small_site(tmp_path, name)
    page = visit(site)
    alpha = dict(zip(rec.modalities, (0.8, 0.2), strict=True))
    for user in rec.users[:5]:
        compare(page.evaluate(SCORES, {"user": user, "changes": {}}), rec, user)
        found = page.evaluate(SCORES, {"user": user, "changes": {"alpha": list(alpha.values())}})
        compare(found, rec.what_if(alpha=alpha), user)
        compare(page.evaluate(SCORES, {"user": user, "changes": {"k": 4}}), rec.what_if(k=4), user)


@pytest.mark.parametrize("layer", LAYERS)
def test_neighbourhoods_are_the_library_s(visit, demo, explained, layer):
    page, item = visit(demo, "#item-graph"), 850
    for place, modality in [(None, None), (1, explained.modalities[1])]:
        options = {"modality": place, "layer": layer, "hops": 2, "limit": 60}
        found = page.evaluate(AROUND, {"item": item, "options": options})
        expected = neighbourhood(explained.require_item_graph(), item, 2, 60, modality, layer).nodes
        assert [hop for _, hop, _ in found] == expected["hop"].tolist()
        np.testing.assert_allclose([weight for *_, weight in found], expected["weight"], atol=1e-6)


def test_a_newcomer_like_others_is_placed_by_their_mean(visit, demo, explained):
    cold, item = explained.items["item"].iloc[850:852]
    near = next(other for other in explained.similar(item, 9)[0] if other != cold)
    chosen = explained.trained.items.lookup([item, near]).tolist()
    assert explained.trained.warm[[850, *chosen]].tolist() == [False, True, True]
    page = visit(demo, f"#cold-start?like={cold}&like={item}&like={near}")  # the cold one is left out
    plain = Recommender.load(ROOT / "checkpoints" / "demo" / "lattice", content_scores=False)
    h = plain.layers[-2][chosen].double().mean(dim=0)
    vector = h / h.norm() + plain.trained.embeddings[1][chosen].double().mean(dim=0)
    ranks = plain.ranks_of(vector.float())
    cells = page.locator("section[aria-label='Like these'] table").first.locator("td").all_inner_texts()
    assert [int(text.replace(",", "")) for text in cells] == [int((ranks <= k).sum()) for k in (10, 20, 50)]


# --- the page ---------------------------------------------------------------------------------------------------------


def test_lists_and_links_to_them(visit, demo, explained):
    user = str(explained.users[5])
    page = visit(demo, f"#recommend?user={user}&top=20")
    assert ids(page, "lattice") == list(explained.recommend(user, 20)[0])
    other = Recommender.load(ROOT / "checkpoints" / "demo" / "lightgcn")
    assert ids(page, "lightgcn") == list(other.recommend(user, 20)[0])
    held = explained.interactions(user).query("split != 'train'")["item"]
    assert page.locator("[data-model='lattice'] .hit").count() == len(set(held) & set(ids(page, "lattice")))
    page.get_by_role("button", name="Why?").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", level=2)).to_have_text(explained.title(ids(page, "lattice")[0]))
    score = explained.explain(user, ids(page, "lattice")[0]).score
    expect(dialog.locator(".bar.total .value")).to_have_text(f"{score:.3f}")
    address = page.url
    other_page = visit(demo, f"#{address.partition('#')[2]}")
    expect(other_page.get_by_role("dialog").get_by_role("heading", level=2)).to_be_visible()


def test_a_what_if_moves_the_list_and_is_in_the_address(visit, demo, explained):
    user = str(explained.users[0])
    page = visit(demo, f"#recommend?user={user}")
    page.get_by_text("What if?").click()
    slider = page.get_by_role("slider", name=re.compile("λ"))
    slider.focus()
    slider.press("Home")
    expect(page.get_by_role("heading", name="LATTICE, what if")).to_be_visible()
    assert "lambda=0" in page.url
    assert ids(page, "lattice") == list(explained.what_if(lambda_=0.0).recommend(user, 10)[0])
    page.reload()
    drawn(page)
    assert ids(page, "lattice") == list(explained.what_if(lambda_=0.0).recommend(user, 10)[0])
    page.get_by_role("button", name="As trained").click()
    drawn(page)
    assert ids(page, "lattice") == list(explained.recommend(user, 10)[0])


def test_neighbours_per_item_can_be_changed(visit, demo, explained):
    user = str(explained.users[0])
    page = visit(demo, f"#recommend?user={user}&k=4&cut=nonsense")
    changed = explained.what_if(k=4)
    assert ids(page, "lattice") == list(changed.recommend(user, 10)[0])
    slider = page.get_by_role("slider", name=re.compile("^k,"))
    assert [slider.get_attribute(name) for name in ("min", "max", "value")] == ["2", "20", "4"]
    slider.focus()
    for key, k in (("End", 20), ("Home", 2)):
        slider.press(key)
        page.wait_for_function(
            "list => document.querySelector(`[data-model='lattice'] [data-item]`).dataset.item === list",
            arg=explained.what_if(k=k).recommend(user, 1)[0][0],
        )
        assert ids(page, "lattice") == list(explained.what_if(k=k).recommend(user, 10)[0])
        assert f"k={k}" in page.url
    page.get_by_role("link", name="Item graph").click()
    drawn(page)
    item = page.locator(".hero .meta").inner_text().split(" · ")[-1]
    near = [row.get_attribute("data-item") for row in page.locator("ol.rows [data-item]").all()]
    assert near == list(explained.what_if(k=2).similar(item, 99)[0])


# The address loads the page again, whose scripts may not have run yet.
OPEN = "name => typeof Catalogue !== 'undefined' && Catalogue.about?.dataset === name"


def test_two_datasets_are_chosen_by_name_and_by_address(visit, tmp_path):
    first, second = trained_on(clustered(), "mf"), trained_on(replace(clustered(n_users=41), name="more & more"), "mf")
    for name, checkpoint in (("first", first), ("second", second)):
        checkpoints.save(checkpoint, tmp_path / name / "lattice")
    export_app([tmp_path / "first" / "lattice", tmp_path / "second" / "lattice"], tmp_path / "site")
    recs = [Recommender.load(tmp_path / name / "lattice") for name in ("first", "second")]
    page = visit(tmp_path / "site")
    choice = page.get_by_role("combobox", name="Data set")
    for name, rec in zip(("more & more", first.dataset.name), reversed(recs), strict=True):
        choice.select_option(name)
        page.wait_for_function(OPEN, arg=name)
        drawn(page)
        assert ids(page, "lattice") == list(rec.recommend(rec.users[0], 10)[0])
    page.go_back()
    page.wait_for_function(OPEN, arg="more & more")
    drawn(page)
    user = recs[1].users[3]
    page.evaluate("user => State.go({user})", user)
    drawn(page)
    link = visit(tmp_path / "site", f"#{page.url.partition('#')[2]}")
    assert ids(link, "lattice") == list(recs[1].recommend(user, 10)[0])
    unknown = visit(tmp_path / "site", "#models?data=nothing")
    expect(unknown.get_by_role("alert")).to_contain_text("There is no data set “nothing” here")


def test_why_not_and_a_cut_edge_by_keyboard_alone(visit, demo, explained):
    user = str(explained.users[3])
    page = visit(demo, f"#recommend?user={user}")
    wanted = explained.recommend(user, 40)[0][-1]
    page.get_by_role("combobox", name=re.compile("Why not another")).focus()
    page.keyboard.type(wanted)
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("It is at rank 40.")
    gap = explained.why_not(user, wanted, 10).contrast.gap
    expect(dialog.locator(".bar.total .value")).to_have_text(f"{gap:.3f}")
    page.keyboard.press("Escape")
    drawn(page)
    expect(dialog).to_have_count(0)
    assert "why_not" not in page.url
    page.get_by_role("button", name="Why?").first.focus()
    page.keyboard.press("Enter")
    cut = dialog.get_by_role("button", name=re.compile("^Cut the edge")).first
    cut.focus()
    page.keyboard.press("Enter")
    drawn(page)
    assert "cut=" in page.url


def test_walking_the_graph_and_back(visit, demo, explained):
    item = explained.items["item"].iat[850]
    page = visit(demo, f"#item-graph?item={item}")
    first = page.locator("ol.rows [data-item]").first.get_attribute("data-item")
    assert first == explained.similar(item, 1)[0][0]
    page.locator(".graph a").filter(has=page.locator("title", has_text=explained.title(first))).first.press("Enter")
    drawn(page)
    assert f"item={first}" in page.url
    page.go_back()
    drawn(page)
    expect(page.locator(".hero h2")).to_have_text(explained.title(item))


@pytest.mark.parametrize("name", ["recommend", "item-graph", "map", "fusion", "cold-start", "models"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_a_phone_and_can_be_read(visit, demo, name, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = visit(demo, f"#{name}", width=390, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    found = Axe().run(page, options={"preload": False}).response["violations"]
    assert [
        (v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found if v["impact"] in ("serious", "critical")
    ] == []
    page.screenshot(path=ROOT / "screenshots" / "tests" / f"static-{name}-{scheme}.png", full_page=True)


def test_the_theme_is_kept_and_unknown_ids_are_said(visit, demo):
    page = visit(demo, "#recommend?user=nobody&why=nothing", color_scheme="light")
    expect(page.get_by_role("alert")).to_have_text("There is no shopper “nobody”. There is no item “nothing”.")
    page.get_by_role("button", name="Use the dark theme").click()
    page.reload()
    drawn(page)
    expect(page.get_by_role("button", name="Use the light theme")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 25, 28)"


def test_a_model_without_an_item_graph_has_all_pages(visit, tmp_path):
    site, rec = small_site(tmp_path, "mf")
    page = visit(site, "#recommend")
    assert ids(page, "lattice") == list(rec.recommend(rec.users[0], 10)[0])
    assert page.get_by_role("button", name="Why?").count() == 0
    for name in ("Item graph", "Map", "Fusion", "Cold start", "Models"):
        page.get_by_role("link", name=name).click()
        drawn(page)
        expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_the_demo_and_its_first_view_are_small(demo, browser):
    written = [path for path in demo.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in written) < 20 * MB
    asked: list[str] = []
    page = browser.new_page()
    page.on("requestfinished", lambda request: asked.append(request.url))
    page.goto((demo / "index.html").as_uri())
    drawn(page)
    page.wait_for_load_state("networkidle")
    loaded = {
        demo / url.removeprefix(demo.as_uri() + "/").partition("#")[0] for url in asked if url.startswith("file:")
    }
    page.context.close()
    assert len(loaded) > 20
    assert sum(path.stat().st_size for path in loaded) < 1.5 * MB


NASTY = ["<img src=x onerror=alert(1)>", "__proto__", "a&b=c#d?e%20", 'quote" and \\ slash', "</script>", "ключ +"]


def test_ids_and_titles_of_any_kind_are_shown_as_they_are(visit, tmp_path):
    plain = clustered()
    names = dict(zip(plain.items["item"], NASTY, strict=False))
    users = dict(zip(plain.users, NASTY, strict=False))
    dataset = replace(
        plain,
        items=plain.items.assign(item=plain.items["item"].replace(names), title=["", *NASTY, *[""] * 53]),
        interactions=plain.interactions.assign(
            item=plain.interactions["item"].replace(names), user=plain.interactions["user"].replace(users)
        ),
        about=About(Words(user="reader", users="readers", item="essay", items="essays")),
    )
    site, rec = small_site(tmp_path, "lattice-lightgcn-1", dataset=dataset)
    for user, item in zip(NASTY, NASTY, strict=True):
        page = visit(site)
        box = page.get_by_role("combobox", name="Reader", exact=True)
        box.fill(user)
        box.press("Enter")
        drawn(page)
        expect(page.get_by_role("heading", level=2).first).to_contain_text(f"What {user} has")
        assert ids(page, "lattice") == list(rec.recommend(user, 10)[0])
        page.evaluate("id => State.go({why_not: id})", item)
        drawn(page)
        page.reload()
        expect(page.get_by_role("dialog").get_by_role("heading", level=2)).to_have_text(rec.title(item))
        assert page.locator("img[src='x']").count() == 0
