"""The process that forks kernels: `client.START` starts it, with a DESCRIPTOR.

It has one thread, does no work on data, and answers requests on the socket `DESCRIPTOR`, and on
those that it is sent to serve:

- `{"kernel": {"folder": ..., "environment": {...}}}` with a socket: fork a kernel that serves it
- `{"zygote": [module, ...], "kernels": n}` with a socket: have it served by the zygote that has
  imported these, forked from the one that has most of them and no other; about n kernels will be
  asked for. Not answered
- `{"signal": number, "pid": pid}`: send a child a signal, if it still runs

The others are answered by `{"pid": pid}`, or by `{"error": reason}`. When a socket is closed,
because who asked has ended or was killed, the kernels that were asked for over it are killed; with
the first one the zygote ends, and so those forked from it.

What a notebook imports may have a method `_warm_up_(kernels)`, called here once, when more than
`WARM_AFTER` kernels are asked for or announced, with their number: what it loads and finds out all
further kernels have. It shows to nobody, and must leave nothing that changes what a notebook sees.
"""

import atexit
import contextlib
import gc
import os
import pkgutil
import select
import signal
import socket
import sys
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

from forked_kernel import wire

WARM_AFTER = 3
"""Kernels after which warming up is likely to pay."""


def main() -> None:
    """Serve requests until the socket is closed."""
    gc.disable()
    from forked_kernel import kernel

    _serve(kernel.prepare(), (), socket.socket(fileno=int(sys.argv[1])))


def _serve(app, modules: tuple[str, ...], first: socket.socket) -> None:
    _Zygote(app, modules).serve(first)


class _Zygote:
    def __init__(self, app, modules: tuple[str, ...]):
        self.app, self.modules, self.imported = app, modules, _imported(modules)
        self.kernels: dict[socket.socket, set[int]] = {}
        self.below: dict[tuple[str, ...], socket.socket] = {}
        self.asked, self.warm = 0, False

    def serve(self, first: socket.socket) -> None:
        """Answer what comes in, until `first` is closed."""
        _freeze()
        self.kernels[first] = set()
        while first in self.kernels:
            for connection in select.select([*self.kernels], [], [])[0]:
                try:
                    if received := wire.receive(connection):
                        self._answer(connection, *received)
                except ConnectionError:
                    received = None
                if not received:
                    self._leave(connection)
        for connection in [*self.kernels]:
            self._leave(connection)

    def _answer(self, connection: socket.socket, request: dict, descriptor: int | None) -> None:
        self._bury()
        if "zygote" in request:
            self._pass_on(request, socket.socket(fileno=descriptor))
            return
        try:
            if "kernel" in request:
                with socket.socket(fileno=descriptor) as passed:
                    pid = self._kernel(passed, **request["kernel"])
                self.kernels[connection].add(pid)
            elif (pid := request["pid"]) in self.kernels[connection]:
                os.killpg(pid, request["signal"])
            answer = {"pid": pid}
        except OSError as error:
            answer = {"error": str(error)}
        connection.sendall(wire.packed(answer))

    def _kernel(self, passed: socket.socket, **options: Any) -> int:
        from forked_kernel import kernel

        self.asked += 1
        self._expect(self.asked)
        return self._forked(partial(kernel.run, self.app, passed, **options))

    def _pass_on(self, request: dict, passed: socket.socket) -> None:
        """Have a socket served here, or by the zygote below that is nearest to what is wanted: it
        is closed where that cannot be had."""
        wanted = tuple(request["zygote"])
        if wanted == self.modules:
            self.kernels[passed] = set()
            self._expect(request["kernels"])
            return
        fit = [modules for modules in self.below if {*modules} <= {*wanted}]
        nearest = max(fit, key=len, default=wanted)
        with passed, contextlib.suppress(OSError):
            if nearest not in self.below:
                ours, theirs = socket.socketpair()
                with theirs:
                    self._forked(partial(_serve, self.app, wanted, theirs), ours, passed)
                self.below[wanted] = ours
            try:
                wire.send(self.below[nearest], wire.packed(request), passed)
            except ConnectionError:
                # It was killed: the next request makes another.
                self.below.pop(nearest).close()

    def _expect(self, kernels: int) -> None:
        if kernels > WARM_AFTER and not self.warm:
            self.warm = True
            _warm_up(self.imported, kernels)

    def _forked(self, run: Callable[[], None], *others: socket.socket) -> int:
        """The process id of a child that runs, without our sockets and the `others`."""
        pid = os.fork()
        if pid == 0:
            for connection in (*self.kernels, *self.below.values(), *others):
                connection.close()
            os.setsid()
            _end_with(run)
        return pid

    def _leave(self, connection: socket.socket) -> None:
        """Kill the kernels of a connection that has ended."""
        self._bury()
        for pid in self.kernels.pop(connection):
            # One that has only just been forked leads no group yet.
            for kill in (os.killpg, os.kill):
                with contextlib.suppress(ProcessLookupError):
                    kill(pid, signal.SIGKILL)
        connection.close()

    def _bury(self) -> None:
        """Forget the kernels that have ended: their numbers may soon be others'."""
        with contextlib.suppress(ChildProcessError):
            while pid := os.waitpid(-1, os.WNOHANG)[0]:
                for kernels in self.kernels.values():
                    kernels.discard(pid)


def _imported(modules: tuple[str, ...]) -> list[Any]:
    """What the names stand for."""
    found = []
    # What is imported stays: to look for garbage in it takes a tenth of the time.
    gc.disable()
    for name in modules:
        # What cannot be imported fails in the cell that imports it, where it is reported.
        with contextlib.suppress(Exception, SystemExit, KeyboardInterrupt):
            # Of `from a import b` also b: some packages load what they offer when it is asked for.
            found.append(pkgutil.resolve_name(name))
    gc.enable()
    return found


def _warm_up(imported: list[Any], kernels: int) -> None:
    for each in imported:
        with contextlib.suppress(Exception, SystemExit, KeyboardInterrupt):
            if warm_up := getattr(each, "_warm_up_", None):
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    warm_up(kernels)
    _freeze()


def _freeze() -> None:
    """Garbage collection in a child would write to all objects' memory and so copy it."""
    gc.collect()
    gc.freeze()


def _end_with(run: Callable[[], None]) -> NoReturn:
    """What a child does, to its end; the code that forked it must not go on in it."""
    status = 0
    try:
        run()
        atexit._run_exitfuncs()
    except ConnectionError:
        # Who it works for has been killed.
        status = 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
        status = 1
    finally:
        os._exit(status)
