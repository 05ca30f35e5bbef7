"""Forked kernels: `engine` is papermill's side, `client` ours, `zygote` and `kernel` theirs.

A zygote is a process that has imported what a notebook imports, and has a kernel ready. For every
report it forks a child, which runs the cells and speaks with us over a pair of sockets (`wire`).
"""

FORKED = "forked"
ENGINES = (FORKED, "papermill")
"""How a kernel comes about: forked from a process that has imported everything, or started."""

CELL_SECONDS = 600
"""No cell of a report works this long: one that does is stuck, and would hold up the batch."""
