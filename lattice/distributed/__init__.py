"""Training by several processes, on one machine or more: rows of users and items are spread over them.

`torchrun --nproc-per-node N -m lattice train ...` starts them. Each module has one part: `shards` the tables, `edges`
and `item_graph` the sparse matrices, `sampler` and `processes` a run's pairs, validation and state, `build` the models,
`model_file` the file that they are saved in.
"""

from lattice.distributed.fit import fit, started_together

__all__ = ["fit", "started_together"]
