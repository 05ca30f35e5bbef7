"""The process that forks kernels: `client.START` starts it, with a DESCRIPTOR.

It has one thread, does no work on data, and answers requests on the socket `DESCRIPTOR`:

- `{"kernel": {"folder": ..., "environment": {...}}}` with a socket: fork a kernel that serves it
- `{"zygote": [module, ...]}` with a socket: fork a zygote that imports these and serves it
- `{"signal": number, "pid": pid}`: send a child a signal, if it still runs

Each is answered by `{"pid": pid}`, or by `{"error": reason}`. When the socket is closed, because
who asked has ended or was killed, the children are killed and the zygote ends.

What a notebook imports may have a method `_warm_up_()`, called here once `WARM_AFTER` kernels show
that more will follow, and before the next: what it loads and finds out all further kernels have. It
shows to nobody, and must leave nothing that changes what a notebook sees.
"""

import atexit
import contextlib
import gc
import os
import pkgutil
import signal
import socket
import sys
import warnings
from typing import Any, NoReturn

WARM_AFTER = 3
"""Kernels after which warming up is likely to pay."""


def main() -> None:
    """Serve requests until the socket is closed."""
    from forked_kernel import kernel

    app = kernel.prepare()
    _serve(socket.socket(fileno=int(sys.argv[1])), app, [])


def _serve(control: socket.socket, app, modules: list[str]) -> None:
    from forked_kernel import kernel, wire

    imported = _imported(modules)
    _freeze()
    kernels: set[int] = set()
    forked = 0
    while (received := wire.receive(control)) is not None:
        request, descriptor = received
        kernels -= _buried()
        if "kernel" in request:
            if forked == WARM_AFTER:
                _warm_up(imported)
            forked += 1
        try:
            if "signal" in request:
                if request["pid"] in kernels:
                    os.killpg(request["pid"], request["signal"])
                answer = {"pid": request["pid"]}
            elif (pid := os.fork()) == 0:
                control.close()
                os.setsid()
                connection = socket.socket(fileno=descriptor)
                if "zygote" in request:
                    _end_with(_serve, connection, app, request["zygote"])
                else:
                    _end_with(kernel.run, app, connection, **request["kernel"])
            else:
                # A zygote sees for itself when it has to end, and ends its own kernels.
                kernels |= {pid} if "kernel" in request else set()
                answer = {"pid": pid}
        except OSError as error:
            answer = {"error": str(error)}
        if descriptor is not None:
            os.close(descriptor)
        try:
            control.sendall(wire.packed(answer))
        except ConnectionError:
            break
    for pid in kernels - _buried():
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def _imported(modules: list[str]) -> list[Any]:
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


def _warm_up(imported: list[Any]) -> None:
    for each in imported:
        with contextlib.suppress(Exception, SystemExit, KeyboardInterrupt):
            if warm_up := getattr(each, "_warm_up_", None):
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    warm_up()
    _freeze()


def _freeze() -> None:
    """Garbage collection in a child would write to all objects' memory and so copy it."""
    gc.collect()
    gc.freeze()


def _end_with(run, *arguments, **options) -> NoReturn:
    """What a child does, to its end; the code that forked it must not go on in it."""
    status = 0
    try:
        run(*arguments, **options)
        atexit._run_exitfuncs()
    except ConnectionError:
        # Who it works for has been killed.
        status = 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
        status = 1
    finally:
        os._exit(status)


def _buried() -> set[int]:
    """The children that have ended since the last call."""
    ended = set()
    with contextlib.suppress(ChildProcessError):
        while pid := os.waitpid(-1, os.WNOHANG)[0]:
            ended.add(pid)
    return ended
