"""The base of every error that this package raises of its own."""

from importlib import import_module


class ReviewSheetError(Exception):
    """What cannot be done as asked: the message says what, where, and what to do.

    Whoever wants to go on after any of them catches this one.
    """


def need(module: str, extra: str, purpose: str) -> None:
    """Raises ReviewSheetError where a module cannot be imported that an extra of the package, the
    one named in its message, brings along."""
    try:
        import_module(module)
    except ImportError as error:
        raise ReviewSheetError(
            f"{purpose} needs what is not installed ({error}): pip install 'review-sheets[{extra}]'"
        ) from error
