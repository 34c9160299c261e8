"""Reconstructs the commands behind a result file from its rows."""

import re
import textwrap

import pandas as pd

from benchmarks.cold import PROFILE
from benchmarks.sweep import VALUES
from lattice.experiments.methods import Method
from lattice.experiments.results import FILE_SUFFIX, Experiments
from lattice.experiments.simple_baselines import BASELINES

PROGRAM = "python -m benchmarks.reproduce"
AXES = ("lr", "l2", "dropout")


def grid(folder: str, name: str, options: str = "") -> str:
    """Return the command that searches among models. folder: the dataset's. name: its result file's."""
    return f"{PROGRAM} grid {folder} {_out(name)}{options}"


def simple(folder: str, name: str) -> str:
    """Return the command that evaluates the baselines that nothing is trained for."""
    return f"{PROGRAM} simple {folder} {_out(name)}"


def cold(name: str, options: str = "") -> str:
    """Return the command that measures cold start, on the cold-start split of result file `name`'s dataset."""
    return f"{PROGRAM} cold data/{name}-cold {_out(name + FILE_SUFFIX['cold'])}{options}"


def sweep(folder: str, name: str, option: str, options: str = "") -> str:
    """Return the command that measures LATTICE over one option."""
    return f"{PROGRAM} sweep {folder} {_out(name)} --option {option}{options}"


def _out(name: str) -> str:
    return f"--out benchmarks/results/{name}.csv"


def commands_for(found: Experiments, folder: str, name: str) -> list[str]:
    """Return the commands behind all results on one dataset. folder: the dataset's. name: its result file's."""
    untrained = found.warm["model"].isin(list(BASELINES))
    made = [simple(folder, name)] * bool(untrained.any())
    made += [grid(folder, name, options) for options in searches(found.warm[~untrained])]
    if len(found.cold):
        profiled = found.cold["model"] == str(PROFILE)
        made += [cold(name, " --model profile")] * bool(profiled.any())
        # Folded-in newcomers are scored in several ways by one run.
        ways = found.cold["model"].map(lambda text: Method.parse(text).folds_in)
        trained = found.cold.assign(model=found.cold["model"].mask(ways, "fold-in"))[~profiled]
        made += [cold(name, options) for options in searches(trained)]
    for option in ("k", "lambda_", "gradient"):
        table = getattr(found, option)
        if len(table):
            made.append(sweep(folder, name, option, _values(table, option) + _seeds(table)))
    return made


def searches(table: pd.DataFrame) -> list[str]:
    """Return the options of a file's searches; models that were searched alike share one.

    If a model was searched in several passes, it is the grid that covers all of them.
    """
    rest = table["settings"].map(lambda text: " ".join(s for s in text.split() if s.partition("=")[0] not in AXES))
    models: dict[str, list[str]] = {}
    for (same, model), rows in table.assign(rest=rest).groupby(["rest", "model"], sort=False):
        options = "".join(f" --{axis} {value}" for axis in AXES for value in _of(rows, axis))
        options += "".join(f" --set {setting}" for setting in str(same).split())
        models.setdefault(options + _seeds(rows), []).append(str(model))
    return ["".join(f" --model {model}" for model in names) + options for options, names in models.items()]


def shown(commands: list[str]) -> str:
    """Return commands as a Markdown block, long ones over several lines, an option and its value on one."""
    joined = [re.sub(r"(--\S+) ", "\\1\N{NO-BREAK SPACE}", one) for one in commands]
    lines = [textwrap.wrap(one, 112, subsequent_indent="    ", break_on_hyphens=False) for one in joined]
    text = "\n".join(" \\\n".join(one) for one in lines).replace("\N{NO-BREAK SPACE}", " ")
    return f"```\n{text}\n```"


def _of(table: pd.DataFrame, name: str) -> list[str]:
    return list(table["settings"].str.extract(rf"(?:^| ){name}=(\S+)")[0].dropna().unique())


def _values(table: pd.DataFrame, option: str) -> str:
    values = _of(table, option)
    return "" if set(values) == set(VALUES[option]) else "".join(f" --value {value}" for value in values)


def _seeds(table: pd.DataFrame) -> str:
    seeds = table["seed"].max() + 1
    return "" if seeds == 3 else f" --seeds {seeds}"
