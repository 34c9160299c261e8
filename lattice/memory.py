"""Memory: what training frees is kept for its next step, what a server frees goes back, what stays isn't collected."""

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_MMAP_MAX = -1, -3, -4  # of glibc's mallopt(3)


def keep_freed_memory() -> bool:
    """Let this process keep the memory that it frees, until it ends; return whether that could be set.

    On the CPU a step allocates tables as large as the embeddings. glibc returns blocks of 32 MB and more to the system
    at once, which clears their pages for the next step: at 200,000 users and items half of a step's time.
    """
    return _set(M_MMAP_MAX, 0) and _set(M_TRIM_THRESHOLD, -1)


def return_freed_memory() -> bool:
    """Let freed memory go back to the system in blocks of 1 MB or more; return whether that could be set.

    glibc soon keeps blocks of up to 32 MB for later: with 192,000 users a sixth of all memory that the app used.
    """
    return _set(M_MMAP_THRESHOLD, 2**20)


@contextmanager
def without_collector() -> Iterator[None]:
    """Leave Python's garbage collector off while modules and tables are loaded, all of which stay.

    It would look at them again and again: a tenth of the time of `lattice recommend`.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _set(option: int, value: int) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl, as in Alpine, has none
    return mallopt is not None and bool(mallopt(option, value))
