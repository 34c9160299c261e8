"""Where the real data lie, for the tests that need them and are skipped where they aren't."""

import os
from pathlib import Path

DATA = Path(os.environ.get("LATTICE_DATA") or Path(__file__).parents[2] / "shared" / "data")
