"""The signals that ask a command to end."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Stopped(KeyboardInterrupt):
    """A signal that asks for the end of the command."""

    def __init__(self, number: int):
        self.number = number
        super().__init__(signal.Signals(number).name)


@contextmanager
def stoppable() -> Iterator[list[int]]:
    """Raise Stopped in the block for the signals that ask a process to end; they are listed."""
    signals: list[int] = []

    def stop(number: int, _frame) -> None:
        signals.append(number)
        raise Stopped(number)

    names = ("SIGINT", "SIGTERM", "SIGHUP")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    # What is ignored was meant to be: nohup does so. Handlers belong to the main thread.
    taken = [number for number in numbers if before[number] not in (signal.SIG_IGN, None)]
    if threading.current_thread() is not threading.main_thread():
        taken = []
    try:
        for number in taken:
            signal.signal(number, stop)
        yield signals
    finally:
        for number in taken:
            signal.signal(number, before[number])
