"""`make`, and all that it needs, loaded without a search for garbage in what stays."""

from helpers.terminal import loading

with loading():
    from helpers.batch.make import make

__all__ = ["make"]
