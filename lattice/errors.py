"""Error caused by user input; the command line prints it as one line and exits with 2."""


class InputError(ValueError):
    """Bad input. The message says in one line what is wrong, where, and how to fix it."""
