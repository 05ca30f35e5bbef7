"""What is said in a language."""

from collections.abc import Callable

from helpers import words


def told(lang: str, function: Callable, *given, **named):
    """What a function gives while `lang` is spoken."""
    with words.speaking(lang):
        return function(*given, **named)
