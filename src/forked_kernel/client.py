"""Our side of forked kernels: the zygotes of this process, and what papermill asks of a kernel."""

import ast
import asyncio
import atexit
import base64
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable
from queue import Empty
from typing import TYPE_CHECKING

from jupyter_client.client import KernelClient

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
"""The zygote's program, which imports nothing from our folder: a notebook may lie beside a file
named as a module that the kernel needs (calendar.py), and imports from its own folder."""


class ZygoteError(Exception):
    """No kernel can be forked."""


class Zygote:
    """A process that forks kernels with `modules` imported.

    Raises ZygoteError where it cannot be started. A zygote ends with the process that has it.
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

    def importing(self, modules: tuple[str, ...]) -> "Zygote":
        """A zygote forked from this one that has imported `modules`."""
        return Zygote(self._fork({"zygote": list(modules)})[0])

    def kernel(self) -> "ForkedKernel":
        """A kernel in the working directory and environment of now."""
        # Some libraries ask by this whether a notebook's server or a user has started them.
        environment = {**os.environ, "JPY_PARENT_PID": str(os.getpid())}
        request = {"kernel": {"folder": os.getcwd(), "environment": environment}}
        connection, pid = self._fork(request)
        return ForkedKernel(self, pid, connection)

    def signal(self, pid: int, number: int) -> None:
        """Send a signal to a kernel and what it has started."""
        self._ask({"signal": number, "pid": pid})

    def close(self) -> None:
        """End the zygote and its kernels."""
        self.control.close()
        if self.process:
            try:
                self.process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _fork(self, request: dict) -> tuple[socket.socket, int]:
        """A connection to the child that the request is for, and its process id."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                return ours, self._ask(request, theirs)
        except ZygoteError:
            ours.close()
            raise

    def _ask(self, request: dict, passed: socket.socket | None = None) -> int:
        try:
            descriptors = [passed.fileno()] if passed else []
            frame = wire.packed(request)
            sent = socket.send_fds(self.control, [frame], descriptors)
            self.control.sendall(frame[sent:])
            received = wire.receive(self.control)
        except OSError as error:
            raise ZygoteError(
                f"the process that forks kernels does not answer ({error})"
            ) from error
        if received is None:
            raise ZygoteError("the process that forks kernels has died")
        answer, _ = received
        if "error" in answer:
            raise ZygoteError(f"no kernel can be forked: {answer['error']}")
        return answer["pid"]


class ForkedKernel:
    """What nbclient asks of a kernel manager."""

    has_kernel = True

    def __init__(self, zygote: Zygote, pid: int, connection: socket.socket):
        self.zygote, self.pid = zygote, pid
        self.kernel_client = WireClient(connection)

    def client(self) -> "WireClient":
        return self.kernel_client

    def is_alive(self) -> bool:
        return not self.kernel_client.ended

    def interrupt_kernel(self) -> None:
        self.zygote.signal(self.pid, signal.SIGINT)

    def close(self) -> None:
        """End the kernel: an idle one leaves when its socket is closed, a busy one is killed."""
        if self.kernel_client.busy and self.is_alive():
            try:
                self.zygote.signal(self.pid, signal.SIGKILL)
            except ZygoteError:
                # It has died, and its kernels are nobody's.
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.pid, signal.SIGKILL)
        self.kernel_client.stop_channels()


class Channel:
    """Messages that have come in on a channel; what is sent goes over the one connection."""

    def __init__(self, client: "WireClient"):
        self.client = client
        self.received: asyncio.Queue = asyncio.Queue()

    def send(self, msg: dict) -> None:
        self.client.send(msg)

    async def get_msg(self, timeout: float | None = None) -> dict:
        if not self.received.empty():
            return self.received.get_nowait()
        try:
            return await asyncio.wait_for(self.received.get(), timeout)
        except TimeoutError:
            raise Empty from None


class WireClient(KernelClient):
    """jupyter_client's client over one socket."""

    def __init__(self, connection: socket.socket):
        super().__init__()
        self.connection = connection
        self.partial = bytearray()
        self.ended = self.busy = False
        self.loop: asyncio.AbstractEventLoop | None = None
        self.channels = {name: Channel(self) for name in ("shell", "iopub")}
        self._shell_channel, self._iopub_channel = self.channels.values()

    def start_channels(self, *_args, **_options) -> None:
        """The connection is there already."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:  # noqa: ARG002
        self.loop = asyncio.get_running_loop()
        self.loop.add_reader(self.connection, self._receive)

    def is_alive(self) -> bool:
        return not self.ended

    def stop_channels(self) -> None:
        self._stop_reading()
        self.connection.close()

    def send(self, msg: dict) -> None:
        """Send a request. Who waits for a reply notices what a dead kernel did not take."""
        self.busy = True
        try:
            self.connection.sendall(wire.packed(msg))
        except OSError:
            self.ended = True

    def _receive(self) -> None:
        try:
            data = self.connection.recv(1 << 20, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except ConnectionError:
            data = b""
        if not data:
            self.ended = True
            self._stop_reading()
        self.partial += data
        for message in wire.unpacked(self.partial):
            msg = message["msg"]
            msg["buffers"] = [base64.b64decode(text) for text in message["buffers"]]
            self.busy = self.busy and message["channel"] != "shell"
            self.channels[message["channel"]].received.put_nowait(msg)

    def _stop_reading(self) -> None:
        # Before the descriptor is closed: another would get its number, and the loop would hang.
        if self.loop:
            self.loop.remove_reader(self.connection)
            self.loop = None


_zygotes: dict[tuple[str, ...], Zygote] = {}


def zygote(modules: tuple[str, ...]) -> Zygote:
    """This process's zygote for `modules`, made when first asked for. Raises ZygoteError.

    It is forked from the one that has most of them imported, and no other.
    """
    start()
    if modules not in _zygotes:
        nearest = max((known for known in _zygotes if set(known) <= set(modules)), key=len)
        _zygotes[modules] = _zygotes[nearest].importing(modules)
    return _zygotes[modules]


def start() -> None:
    """Have the first zygote start, if none has, while this process does other things."""
    if () not in _zygotes:
        _zygotes[()] = Zygote.start()


def prepare(notebooks: Iterable["NotebookNode"]) -> None:
    """Have what several notebooks import, all of them, imported once. Raises ZygoteError."""
    first, *others = map(imports, notebooks)
    if others:
        zygote(tuple(name for name in first if all(name in names for names in others)))


@atexit.register
def close() -> None:
    """End this process's zygotes, and with them all kernels."""
    while _zygotes:
        _zygotes.popitem()[1].close()


def imports(notebook: "NotebookNode") -> tuple[str, ...]:
    """The modules that a notebook's cells import, outside of functions and conditions, in order.

    Of `from a import b` both a and a.b: b may be a module. A cell that is not plain Python, with a
    magic say, is passed over.
    """
    names: dict[str, None] = {}
    for cell in notebook.cells:
        try:
            statements = ast.parse(cell.source).body if cell.cell_type == "code" else []
        except (SyntaxError, ValueError):
            continue
        for statement in statements:
            if isinstance(statement, ast.Import):
                names |= dict.fromkeys(alias.name for alias in statement.names)
            elif isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
                names[statement.module] = None
                names |= {f"{statement.module}.{alias.name}": None for alias in statement.names}
    return tuple(names)
