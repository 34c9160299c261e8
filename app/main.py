"""LATTICE Explorer: `streamlit run app/main.py`. The server is in server.py, the pages begin in explorer.py."""

import os
import sys
from pathlib import Path

from streamlit.starlette import App

ROOT = Path(__file__).parents[1]
if str(ROOT) not in sys.path:  # `streamlit run app/main.py` puts app/ there, not the repository
    sys.path.insert(0, str(ROOT))
# Many visitors share the cores: one that computes with all of them keeps the others waiting. Before numpy is loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # its own pool keeps what it frees
from app.server import failed, middleware, prepared, routes  # noqa: E402
from lattice.memory import return_freed_memory  # noqa: E402

return_freed_memory()

app = App("explorer.py", routes=routes(), middleware=middleware(), lifespan=prepared, on_script_error=failed)
