"""LATTICE Explorer: `streamlit run app/main.py`. The server is in server.py, the pages begin in explorer.py."""

import ctypes
import os
import sys
from contextlib import suppress
from pathlib import Path

from streamlit.starlette import App

ROOT = Path(__file__).parents[1]
if str(ROOT) not in sys.path:  # `streamlit run app/main.py` puts app/ there, not the repository
    sys.path.insert(0, str(ROOT))
# Many visitors share the cores: one that computes with all of them keeps the others waiting. Before numpy is loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Freed memory goes back to the system in pieces from 1 MB on; glibc would keep up to 32 MB each, a sixth of all in use.
M_MMAP_THRESHOLD = -3  # of malloc.h
with suppress(AttributeError, OSError, TypeError):  # other systems have no mallopt
    ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, 2**20)

from app.server import failed, middleware, prepared, routes  # noqa: E402

app = App("explorer.py", routes=routes(), middleware=middleware(), lifespan=prepared, on_script_error=failed)
