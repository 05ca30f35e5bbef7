"""A papermill engine whose kernels are forked in place of started.

`engine` and `manager` are papermill's side, `client` that of the process that runs notebooks,
`zygote` and `kernel` are the processes it starts: a zygote has imported what a notebook imports and
has a kernel ready, and forks a child for every notebook, which runs the cells and speaks over a
pair of sockets (`wire`).

>>> import papermill
>>> papermill.execute_notebook("in.ipynb", "out.ipynb", engine_name="forked")  # doctest: +SKIP
"""

from forked_kernel.client import ZygoteError, close, join, prepare, share, start

__all__ = ["ZygoteError", "close", "join", "prepare", "share", "start"]
