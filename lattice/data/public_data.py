"""Public data sets by name: what to fetch, from where, under which licence and how to cite it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from lattice.errors import InputError


@dataclass(frozen=True)
class Download:
    """One file: `path` below the source's address, `name` in the folder.

    checksum_path: where the source gives its MD5, if it does. unpack: the content is an archive, whose files go into
    the folder. optional: the set is of use without it.
    """

    path: str
    name: str
    checksum_path: str = ""
    unpack: bool = False
    optional: bool = False


@dataclass(frozen=True)
class PublicData:
    """A public data set: its address, files, licence and citation, and the command that reads it.

    prepare: the options of `lattice prepare FOLDER` that suit it.
    """

    address: str
    files: Sequence[Download]
    licence: str
    citation: str
    prepare: str = ""


VERSIONS = ("100k", "1m", "latest-small", "32m")  # of MovieLens
MCAULEY_2015 = (
    "McAuley, Targett, Shi, van den Hengel: Image-based recommendations on styles and substitutes, SIGIR 2015"
)
HOU_2024 = "Hou, Li, He, Yan, Chen, McAuley: Bridging language and items for retrieval and recommendation, 2024"
HARPER_2015 = "Harper, Konstan: The MovieLens datasets: history and context, ACM TiiS 5(4), 2015"
ZHAO_2021 = "Zhao et al.: RecBole: towards a unified, comprehensive and efficient framework, CIKM 2021"


def _amazon_2014(category: str) -> PublicData:
    return PublicData(
        "https://snap.stanford.edu/data/amazon/productGraph",
        (
            Download(f"categoryFiles/reviews_{category}_5.json.gz", f"reviews_{category}_5.json.gz"),
            Download(f"categoryFiles/meta_{category}.json.gz", f"meta_{category}.json.gz"),
            Download(
                f"image_features/categoryFiles/image_features_{category}.b",
                f"image_features_{category}.b",
                optional=True,
            ),
        ),
        "for research; no licence is stated by the source",
        MCAULEY_2015,
        f"--format amazon --image-features image_features_{category}.b",
    )


def _amazon_2023(category: str) -> PublicData:
    return PublicData(
        "https://mcauleylab.ucsd.edu/public_datasets/data/amazon_2023",
        (
            Download(f"benchmark/5core/rating_only/{category}.csv.gz", f"{category}.csv.gz"),
            Download(f"raw/meta_categories/meta_{category}.jsonl.gz", f"meta_{category}.jsonl.gz"),
        ),
        "for research; no licence is stated by the source",
        HOU_2024,
        f"--interactions {category}.csv.gz --items meta_{category}.jsonl.gz --images",
    )


def _movielens(version: str, _: str = "") -> PublicData:
    folder = f"ml-{version}"
    return PublicData(
        "https://files.grouplens.org/datasets/movielens",
        (Download(f"{folder}.zip", f"{folder}.zip", checksum_path=f"{folder}.zip.md5", unpack=True),),
        "GroupLens' terms: research, no redistribution without permission, no commercial use without permission",
        HARPER_2015,
        "--interactions u.data --items u.item" if version == "100k" else "--min-rating 4",
    )


def _recbole(name: str) -> PublicData:
    return PublicData(
        "https://recbole.s3-accelerate.amazonaws.com/ProcessedDatasets",
        (Download(f"{name}/{name}.zip", f"{name}.zip", unpack=True),),
        "that of the data set's own source",
        ZHAO_2021,
    )


# Name -> what it takes after it ("CATEGORY", "NAME" or nothing), and how it is made.
KNOWN: Mapping[str, tuple[str, Callable[[str], PublicData]]] = {
    "amazon-2014": ("CATEGORY", _amazon_2014),
    "amazon-2023": ("CATEGORY", _amazon_2023),
    "recbole": ("NAME", _recbole),
    **{f"movielens-{version}": ("", partial(_movielens, version)) for version in VERSIONS},
}


def public_data(name: str, part: str | None = None) -> PublicData:
    """Return what is known of a public data set. InputError: an unknown name, or a part that is missing or too many."""
    if name not in KNOWN:
        raise InputError(f"{name!r} is unknown; there are {', '.join(KNOWN)}")
    wanted, make = KNOWN[name]
    if bool(wanted) != bool(part):
        example = {"CATEGORY": "Baby", "NAME": "ml-100k"}.get(wanted, "")
        raise InputError(
            f"{name}: say which {wanted.lower()} (as in `lattice fetch {name} {example}`)"
            if wanted
            else f"{name} has no parts"
        )
    if part and not part.replace("_", "").replace("-", "").replace(".", "").isalnum():
        raise InputError(f"{part!r} is not a {wanted.lower()}; use letters, digits, `_` and `-`")
    return make(part or "")
