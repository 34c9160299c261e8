"""Raw files in McAuley's form of 2014, written by hand as they were published."""

import gzip
import json
from pathlib import Path

import numpy as np

SALT, SPOON, PAN, NOBODYS = "B000SALT01", "B000SPOO02", "B000PANS03", "B000BABY09"

# Keys in any order, quotes as Python chooses them, HTML, escapes and half a UTF-16 pair within, much of it missing.
META = r"""
{'asin': 'B000SALT01', 'related': {'also_bought': ['B000BABY09', 'B000PANS03'], 'bought_together': ['B000SPOO02']},
 'title': "Mill's 3\" Salt &amp; Pepper", 'price': 9.99, 'salesRank': {'Home &amp; Kitchen': 12},
 'imUrl': 'PICTURES/salt.jpg', 'brand': 'Mill', 'categories': [['Kitchen', 'Mills & Co'], [], ['Gifts'], ['Gifts']],
 'description': 'Two lines\n long.'}
{'asin': 'B000BABY09', 'title': 'Never reviewed', 'imUrl': 'PICTURES/baby.jpg', 'categories': [['Baby']]}
{'categories': [['Kitchen', 'Pans']], 'asin': 'B000PANS03', 'price': None, 'available': True,
 'description': u'Caf\xe9 \u2013 \ud83c\udf73 \ud800', 'imUrl': 'PICTURES/pan.jpg'}
{'asin': 'B000SPOO02', 'title': 'It\'s a "spoon"', 'description': '', 'imUrl': 'PICTURES/spoon.jpg', 'categories': [[]]}
{'asin': 'B000PANS03', 'title': 'Listed twice'}
"""


def write_raw(folder: Path, pairs: list[tuple[str, str]], pictures: str = "http://pictures.invalid") -> Path:
    """`reviews_Kitchen_5.json.gz`, each a second after the one before, and `meta_Kitchen.json.gz`; the folder."""
    folder.mkdir(exist_ok=True)
    with gzip.open(folder / "reviews_Kitchen_5.json.gz", "wt", encoding="utf-8") as file:
        for number, (user, asin) in enumerate(pairs):
            review = {"reviewerID": user, "asin": asin, "helpful": [0, 1], "unixReviewTime": 1400000000 + number}
            file.write(json.dumps(review) + "\n")
    with gzip.open(folder / "meta_Kitchen.json.gz", "wt", encoding="utf-8") as file:
        file.write(META.lstrip().replace("\n ", " ").replace("PICTURES", pictures))
    return folder


def write_image_features(path: Path, vectors: list[tuple[str, np.ndarray]]) -> None:
    """Ten bytes of ASIN and 4,096 floats, one product after the other."""
    path.write_bytes(b"".join(asin.encode("ascii") + vector.astype("<f4").tobytes() for asin, vector in vectors))
