"""The zygotes that fork this process's kernels: its own, or those of another that it shares."""

import ast
import atexit
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from forked_kernel import wire

if TYPE_CHECKING:
    from nbformat import NotebookNode

END_SECONDS = 5
START_SECONDS = 120
"""A zygote that has not answered for so long does not work; a cold disk may take half a minute."""
START = f"""
import sys
sys.path[:] = filter(None, sys.path)
from {__package__} import zygote
zygote.main()
"""
"""The zygote's program, which imports nothing from our folder: a notebook may be run in one with a
file named as a module that the kernel needs (calendar.py). Its cells import from there."""


class ZygoteError(Exception):
    """No kernel can be forked."""


class Zygote:
    """A connection to a process that forks kernels, which ends with the process that started it.

    Kernels that were asked for over the connection end with it.
    """

    def __init__(self, control: socket.socket, process: subprocess.Popen | None = None):
        self.control, self.process = control, process
        control.settimeout(START_SECONDS)

    @classmethod
    def start(cls) -> "Zygote":
        """A zygote in a process of its own, with nothing imported but the kernel."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-c", START, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                # Threads do not survive a fork.
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
                start_new_session=True,
            )
        return cls(ours, process)

    def importing(self, modules: tuple[str, ...], kernels: int = 1) -> socket.socket:
        """A connection to the zygote below this one that has imported `modules`, and will fork
        about so many `kernels`."""
        return self._passed({"zygote": list(modules), "kernels": kernels})

    def kernel(self) -> tuple[socket.socket, int]:
        """A connection to a kernel in the working directory and environment of now, and its process
        id."""
        # Some libraries ask by this whether a notebook's server or a user has started them.
        environment = {**os.environ, "JPY_PARENT_PID": str(os.getpid())}
        connection = self._passed({"kernel": {"folder": os.getcwd(), "environment": environment}})
        try:
            return connection, self._answer()
        except ZygoteError:
            connection.close()
            raise

    def signal(self, pid: int, number: int) -> None:
        """Send a signal to a kernel and what it has started."""
        self._send({"signal": number, "pid": pid})
        self._answer()

    def close(self) -> None:
        """End the kernels of this connection, and a zygote of our own."""
        self.control.close()
        if self.process:
            try:
                self.process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _passed(self, request: dict) -> socket.socket:
        """Our end of a pair of sockets, of which the request brings along the other."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                self._send(request, theirs)
        except ZygoteError:
            ours.close()
            raise
        return ours

    def _send(self, request: dict, passed: socket.socket | None = None) -> None:
        try:
            wire.send(self.control, wire.framed(json.dumps(request).encode()), passed)
        except OSError as error:
            raise _silent(error) from error

    def _answer(self) -> int:
        try:
            received = wire.receive(self.control)
        except OSError as error:
            raise _silent(error) from error
        if received is None:
            raise ZygoteError("the process that forks kernels has died")
        answer, _ = received
        if "error" in answer:
            raise ZygoteError(f"no kernel can be forked: {answer['error']}")
        return answer["pid"]


def _silent(error: OSError) -> ZygoteError:
    return ZygoteError(f"the process that forks kernels does not answer ({error})")


_zygotes: dict[tuple[str, ...], Zygote] = {}


def zygote(modules: tuple[str, ...], kernels: int = 1) -> Zygote:
    """The zygote for `modules`, made when first asked for. Raises ZygoteError."""
    start()
    if modules not in _zygotes:
        _zygotes[modules] = Zygote(_zygotes[()].importing(modules, kernels))
    return _zygotes[modules]


def start() -> None:
    """Have the first zygote start, if none has, while this process does other things."""
    if () not in _zygotes:
        _zygotes[()] = Zygote.start()


def prepare(notebooks: Iterable["NotebookNode"], kernels: int = 1) -> None:
    """Have imported what the notebooks import, and once what all of them do, before about so many
    `kernels` of each are asked for. Raises ZygoteError."""
    every = [imports(notebook) for notebook in notebooks]
    if len(every) > 1:
        first, *others = every
        zygote(tuple(name for name in first if all(name in names for names in others)))
    for names in every:
        zygote(names, kernels)


def share() -> socket.socket:
    """A connection to this process's first zygote, to be handed to another process, which joins
    it. Raises ZygoteError."""
    start()
    return _zygotes[()].importing(())


def join(connection: socket.socket) -> None:
    """Have this process's kernels forked by the zygotes of the one that shares them."""
    close()
    _zygotes[()] = Zygote(connection)


@atexit.register
def close() -> None:
    """End this process's kernels, and the zygotes that it has started."""
    while _zygotes:
        _zygotes.popitem()[1].close()


def imports(notebook: "NotebookNode") -> tuple[str, ...]:
    """The modules that a notebook's cells import, outside of functions and conditions, in order.

    Of `from a import b` both a and a.b: b may be a module. A cell that is not plain Python, with a
    magic say, is passed over.
    """
    sources = (cell.source for cell in notebook.cells if cell.cell_type == "code")
    return tuple(dict.fromkeys(name for source in sources for name in _imports(source)))


# The cells of a few notebooks, which are run for thousands of sheets.
@lru_cache(2**8)
def _imports(source: str) -> tuple[str, ...]:
    names: list[str] = []
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError):
        return ()
    for statement in statements:
        if isinstance(statement, ast.Import):
            names += [alias.name for alias in statement.names]
        elif isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
            names.append(statement.module)
            names += [f"{statement.module}.{alias.name}" for alias in statement.names]
    return tuple(names)
