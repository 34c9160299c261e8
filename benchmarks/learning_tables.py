"""The tables and the picture of `benchmarks.learning`, from its result files."""

from math import isnan
from pathlib import Path

from benchmarks.grid import RESULTS
from lattice.experiments.knock_out import ALTERATIONS
from lattice.experiments.learning_results import FOLDER as SUBFOLDER
from lattice.experiments.learning_results import GRAPHS, WHOLE, changes
from lattice.experiments.methods import Method
from lattice.experiments.paper import score
from lattice.experiments.paper_tables import line
from lattice.experiments.results import read_current_rows

FOLDER = RESULTS / SUBFOLDER


def result_file(name: str) -> Path:
    """Return the result file of a dataset, by the name of its folder."""
    return FOLDER / f"{name}.csv"


def text(name: str, title: str) -> str:
    """Return both tables of a dataset as Markdown, with the picture."""
    found = changes(read_current_rows(result_file(name)))
    trained, tested = found[found["part"] == "training"], found[found["part"] == "inference"]
    lines = [f"**{title}: trained with each change**", "", line("model", "change", "Recall@20", ""), "|---" * 4 + "|"]
    for row in trained.to_dict("records"):
        loss = "" if row["change"] == WHOLE else _percent(row["loss"], 1)
        lines.append(line(_label(row["model"]), row["change"], score(row["mean"], row["std"]), loss))
    models = list(dict.fromkeys(tested["model"]))
    if models:
        lines += ["", f"**{title}: trained without a change, content replaced only when ranking**", ""]
        lines += [line("change", *map(_label, models)), "|---" * (1 + len(models)) + "|"]
        wide = tested.pivot(index="change", columns="model", values="mean").loc[list(dict.fromkeys(tested["change"]))]
        losses = tested.pivot(index="change", columns="model", values="loss")
        lines += [
            line(str(change), *(f"{row[m]:.4f} ({_percent(losses.loc[change, m], 0)})" for m in models))
            for change, row in wide.iterrows()
        ]
    least, most = int(found["seeds"].min()), int(found["seeds"].max())
    seeds = f"{least} seed{'s' * (most > 1)}" if least == most else f"{least} to {most} seeds"
    missing = [change for change in GRAPHS if change not in set(trained["change"])]
    if trained["change"].str.endswith(ALTERATIONS).any():
        left_out = [change for change in dict.fromkeys(tested["change"]) if change not in set(trained["change"])]
        missing += [f"trained on {change}" for change in left_out]
    else:
        missing.append("a modality replaced in training")
    left = f" Not run yet: {', '.join(missing)}." if missing else ""
    drawn = f"![Recall@20 under each change](figures/{name}-learning.svg)"
    how = "Percentages compare with the same model as it is, over the seeds that both were run with."
    return "\n".join([*lines, "", f"Test split, {seeds}. {how}{left}", "", drawn])


def picture(name: str) -> str:
    """Return the picture of a dataset's trainings as SVG."""
    from benchmarks import figures  # matplotlib is installed for development only

    found = changes(read_current_rows(result_file(name)))
    trained = found[found["part"] == "training"]
    labels = [f"{_label(model)}, {change}" for model, change in zip(trained["model"], trained["change"], strict=True)]
    return figures.changes(trained[["mean", "std"]].set_axis(labels, axis=0))


def _percent(loss: float, digits: int) -> str:
    return "–" if isnan(loss) else f"{loss:+.{digits}%}"


def _label(model: object) -> str:
    return Method.parse(str(model)).label
