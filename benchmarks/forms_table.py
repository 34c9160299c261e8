"""What LightGCN and MF score under each of the authors' choices, and the scores that the paper prints."""

import pandas as pd

from benchmarks import commands
from benchmarks.grid import RESULTS
from benchmarks.leads import METRIC
from benchmarks.paper_forms import FORMS, MODELS, forms, settings_of
from benchmarks.published import SAME_SPLIT, beside
from lattice.experiments.methods import Method
from lattice.experiments.paper import score
from lattice.experiments.paper_tables import line
from lattice.experiments.results import SELECTED_BY, read_current_rows, spread

FOLDER = RESULTS / "forms"


def text() -> str:
    """Return one table per dataset where the forms were run; say where they were not."""
    files = {name: FOLDER / f"{name}.csv" for name in SAME_SPLIT}
    tables = [table(name, read_current_rows(file)) for name, file in files.items() if file.exists()]
    missing = [f"`{_command(name)}`" for name, file in files.items() if not file.exists()]
    return "\n\n".join([*tables, *([f"Not run yet: {', '.join(missing)}."] if missing else [])])


def table(name: str, rows: pd.DataFrame) -> str:
    """Return the rows of one dataset as Markdown, with their command."""
    lines = [line("model", "form", "best epoch", "validation Recall@20", "test Recall@20"), "|---" * 5 + "|"]
    rows = rows[[_is_current(rows, *run) for run in rows[["model", "form", "settings"]].itertuples(index=False)]]
    for model, runs in rows.groupby("model", sort=False):
        label = Method.parse(str(model)).label
        for form, same in runs.groupby("form", sort=False):
            scores = (score(*spread(same, column)) for column in (SELECTED_BY, f"test_{METRIC}"))
            lines.append(line(label, str(form), f"{same['best_epoch'].mean():.0f}", *scores))
        published = beside(name, 2)[0].scores
        lines.append(line(label, "as the paper prints it", "–", "–", score(published.loc[label, METRIC], float("nan"))))
    seeds = rows["seed"].nunique()
    note = f"{name}, {seeds} seed{'s' * (seeds > 1)}; the epoch is chosen on validation.{_missing(rows)}"
    first = str(rows["settings"].iat[0]).split()
    options = "".join(f" --set {one}" for one in first)
    return "\n".join([*lines, "", note, "", commands.shown([_command(name) + options])])


def _is_current(rows: pd.DataFrame, model: str, form: str, settings: str) -> bool:
    """Return whether a run has the settings that the model's own form was last run with, as its form changes them."""
    own = rows.loc[(rows["model"] == model) & (rows["form"] == FORMS[0].name), "settings"]
    changed = next(one for one in forms(model) if one.name == form)
    return own.empty or settings == " ".join(settings_of(changed, own.iat[-1].split()))


def _missing(rows: pd.DataFrame) -> str:
    """Say which forms were not run, by model."""
    done = set(zip(rows["model"], rows["form"], strict=True))
    left = [
        f"{Method(model).label}: {', '.join(names)}"
        for model in MODELS
        if (names := [form.name for form in forms(model) if (model, form.name) not in done])
    ]
    return f" Not run yet: {'; '.join(left)}." if left else ""


def _command(name: str) -> str:
    return f"python -m benchmarks.paper_forms data/{name}"
