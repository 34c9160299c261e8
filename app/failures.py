"""What a visitor is told of a fault: one line with an id. The log has the details under that id."""

import logging
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.errors import FragmentHandledException

LOG = logging.getLogger(__name__)
PART = r"[^\s/\\'\"`:;,()]"
# What begins a path isn't inside a word or an address of the web.
PATH = re.compile(rf"(?<![\w.:/\\])(?:[A-Za-z]:)?[/\\](?:{PART}+[/\\])*({PART}*)")


@contextmanager
def told_by_id() -> Iterator[None]:
    """Show one line with an id in place of an unexpected exception, and log the exception under that id.

    It also works as a decorator, for a fragment. What Streamlit itself raises to stop or to run again passes.
    """
    try:
        yield
    except FragmentHandledException:  # a fragment inside has shown its line
        raise
    except Exception as error:
        show_failure(error)


def show_failure(error: Exception) -> bool:
    """Show the line and log the exception; True, which tells Streamlit that nothing else is to be shown."""
    id = secrets.token_hex(4)
    LOG.error("a page failed, id %s", id, exc_info=error)
    st.error(
        f"Something failed on this page. Reload it; if that doesn't help, the server's log has the details under "
        f"`{id}`.",
        icon=":material/error:",
    )
    return True


@st.cache_data(max_entries=256, show_spinner=False)
def log_once(text: str) -> str:
    """Log a text, once while it is among the latest, and return the id that it is logged under."""
    id = secrets.token_hex(4)
    LOG.warning("%s (id %s)", text, id)
    return id


def without_paths(text: str) -> str:
    """Return a message for visitors: of every absolute path only the last part."""
    return PATH.sub(r"\1", text)
