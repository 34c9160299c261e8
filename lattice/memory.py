"""Memory of the C library: what a training step frees is kept for the next step."""

import ctypes
import sys

M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4  # of glibc's mallopt(3)


def keep_freed_memory() -> bool:
    """Let this process keep the memory that it frees, until it ends; return whether that could be set.

    On the CPU a step allocates tables as large as the embeddings. glibc returns blocks of 32 MB and more to the system
    at once, which clears their pages for the next step: at 200,000 users and items half of a step's time.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl, as in Alpine, has none
    return mallopt is not None and bool(mallopt(M_MMAP_MAX, 0) and mallopt(M_TRIM_THRESHOLD, -1))
