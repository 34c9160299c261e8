"""The one error that a person can mend: the command line prints it as one line and exits with 2."""


class InputError(ValueError):
    """Bad input from outside. The message says what is wrong, where, and how to mend it, in one line."""
