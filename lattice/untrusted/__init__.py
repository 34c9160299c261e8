"""Files that anybody may have written: each is found, measured and described before anything in it is used.

Checkpoints and datasets are read through here alone. Nothing that a file holds is ever run.
"""
