"""Ask the app on this machine whether it is healthy: exit status 0 if it is, 1 with one line if not.

The port and the path are those of the app's own settings, STREAMLIT_SERVER_PORT and STREAMLIT_SERVER_BASE_URL_PATH.
"""

import os
import sys
import urllib.request

SECONDS = 4


def address(page: str = "_stcore/health") -> str:
    """Return the address of a page of the app on this machine."""
    port = os.environ.get("STREAMLIT_SERVER_PORT", "8501")
    path = os.environ.get("STREAMLIT_SERVER_BASE_URL_PATH", "").strip("/")
    return f"http://127.0.0.1:{port}/{path}/{page}" if path else f"http://127.0.0.1:{port}/{page}"


if __name__ == "__main__":
    try:
        urllib.request.urlopen(address(), timeout=SECONDS)
    except OSError as error:
        sys.exit(f"{address()}: {error}")
