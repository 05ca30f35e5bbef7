"""Forked kernels: `engine` is papermill's side, `client` ours, `zygote` and `kernel` theirs.

A zygote is a process that has imported what a notebook imports, and has a kernel ready. For every
report it forks a child, which runs the cells and speaks with us over a pair of sockets (`wire`).
"""
