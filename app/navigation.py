"""Files of the pages, for the navigation and for links to them."""

from pathlib import Path

VIEWS = Path(__file__).parent / "views"
RECOMMEND = VIEWS / "recommend" / "page.py"
ITEM_GRAPH = VIEWS / "item_graph" / "page.py"
FUSION = VIEWS / "fusion" / "page.py"
COLD_START = VIEWS / "cold_start" / "page.py"
MODELS = VIEWS / "models" / "page.py"
