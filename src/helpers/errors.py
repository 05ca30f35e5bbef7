"""The base of every error that this package raises of its own."""


class ReviewSheetError(Exception):
    """What cannot be done as asked: the message says what, where, and what to do.

    Whoever wants to go on after any of them catches this one.
    """
