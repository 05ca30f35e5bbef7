"""The kernel that a forked child runs: ipykernel's own, with one socket in the place of five.

Everything a cell sees is ipykernel's: shell, display, compiler, magics, profile. What differs is
how messages leave the process, and that nothing runs in a second thread: a fork would lose it.
"""

import asyncio
import base64
import codecs
import gc
import io
import os
import socket
import sys
import tempfile
import threading
from contextvars import ContextVar
from types import SimpleNamespace
from typing import IO

# These two every child would load by itself, at its first cell.
import IPython.core.logger  # noqa: F401
import tornado.platform.asyncio  # noqa: F401
from ipykernel.displayhook import ZMQDisplayHook
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.session import Session, extract_header
from tornado.ioloop import IOLoop

from forked_kernel import wire

INLINE = "module://matplotlib_inline.backend_inline"


class WireSession(Session):
    """A session whose streams are names of channels, all of them sent over `connection`."""

    connection: socket.socket | None = None
    sending = threading.Lock()
    waiting = bytearray()

    def send(
        self,
        stream,
        msg_or_type,
        content=None,
        parent=None,
        ident=None,  # noqa: ARG002
        buffers=None,
        track=False,  # noqa: ARG002
        header=None,
        metadata=None,
    ) -> dict:
        msg = (
            msg_or_type
            if isinstance(msg_or_type, dict)
            else self.msg(msg_or_type, content, parent, header, metadata)
        )
        if self.connection is not None:
            held = [base64.b64encode(buffer).decode() for buffer in buffers or []]
            # The kernel answers on its shell stream, and has none.
            frame = wire.packed({"channel": stream or "shell", "msg": msg, "buffers": held})
            with self.sending:
                self.waiting += frame
                if not _followed(msg):
                    self.connection.sendall(self.waiting)
                    self.waiting.clear()
        return msg

    def feed_identities(self, msg_list, copy=True):  # noqa: ARG002
        return [], msg_list

    def deserialize(self, msg_list, content=True, copy=True):  # noqa: ARG002
        return msg_list


def _followed(msg: dict) -> bool:
    """Whether another message comes at once: each that is sent alone wakes who waits for it."""
    busy = msg["content"].get("execution_state") == "busy"
    return busy or msg["msg_type"] == "execute_reply"


class Stream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of the cells, with what reaches its descriptor past Python, in
    the order in which it came.

    As with ipykernel, what a task prints belongs to the cell that made the task, what a thread or a
    program prints to the cell that runs by then.
    """

    encoding = "UTF-8"

    def __init__(self, session: Session, name: str, descriptor: int):
        self.session, self.name, self.descriptor = session, name, descriptor
        self.of_task: ContextVar[dict] = ContextVar(f"{name}_parent")
        self.parent: dict = {}
        self.parts: list[str] = []
        self.of_parts: dict = {}
        self.caught: IO[bytes] | None = None
        self.seen = 0
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def catch_descriptor(self) -> None:
        """Send what programs started by a cell print where the cells' own prints go."""
        self.caught = tempfile.TemporaryFile()  # noqa: SIM115 (it is open as long as the process)
        os.dup2(self.caught.fileno(), self.descriptor)

    def set_parent(self, parent: dict) -> None:
        self.parent = extract_header(parent)
        self.of_task.set(self.parent)

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._take_past_python()
        self._add(text, self.of_task.get(self.parent))
        return len(text)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self.descriptor

    def flush(self) -> None:
        self._take_past_python(final=True)
        self._send()

    def _take_past_python(self, final: bool = False) -> None:
        """Programs share the file and its end with us: it is read on, and never cut."""
        if self.caught and (size := os.fstat(self.caught.fileno()).st_size) > self.seen:
            held = os.pread(self.caught.fileno(), size - self.seen, self.seen)
            self.seen += len(held)
            self._add(self.decoder.decode(held, final), self.parent)

    def _add(self, text: str, parent: dict) -> None:
        if self.parts and parent is not self.of_parts:
            self._send()
        self.of_parts = parent
        self.parts.append(text)

    def _send(self) -> None:
        text = "".join(self.parts)
        self.parts.clear()
        if text:
            content = {"name": self.name, "text": text}
            self.session.send("iopub", "stream", content, parent=self.of_parts)


class WireKernel(IPythonKernel):
    """ipykernel's kernel without threads of its own."""

    _supports_kernel_subshells = False
    # ipykernel waits for messages on their way through another thread: ours have been sent.
    _execute_sleep = 0

    def _abort_queues(self, subshell_id=None) -> None:
        """Nothing waits: papermill sends a cell when the one before it is done."""


class KernelApp(IPKernelApp):
    """ipykernel's start of a kernel, up to where it would open its sockets."""

    def _left_out(self) -> None:
        pass

    init_connection_file = write_connection_file = log_connection_info = _left_out
    init_sockets = init_heartbeat = _left_out
    # Modules are found from a notebook's folder, which only a child has: see `run`.
    init_path = _left_out

    def init_io(self) -> None:
        for number, name in ((1, "stdout"), (2, "stderr")):
            getattr(sys, name).flush()
            setattr(sys, name, Stream(self.session, name, number))
        sys.displayhook = self.displayhook = ZMQDisplayHook(self.session, "iopub")
        self.patch_io()

    def init_kernel(self) -> None:
        self.kernel = WireKernel.instance(
            parent=self,
            session=self.session,
            # ipykernel asks it which thread runs asynchronous cells.
            shell_channel_thread=SimpleNamespace(parent_thread=threading.main_thread()),
            iopub_socket="iopub",
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )
        self.displayhook.get_execution_count = lambda: self.kernel.execution_count


def prepare() -> KernelApp:
    """A kernel up to its first cell."""
    app = KernelApp.instance(session=WireSession(key=b""), log_level="CRITICAL")
    # Every child would write into one database; notebooks run in a batch need no history on disk.
    app.config.HistoryManager.enabled = False
    app.initialize([])
    # The handler alone has the level: records would be made, and thrown away.
    app.log.setLevel("CRITICAL")
    return app


def run(
    app: KernelApp, connection: socket.socket, folder: str, environment: dict[str, str]
) -> None:
    """Run cells as they are sent over the socket, in `folder`, until the socket is closed."""
    os.environ.clear()
    os.environ.update(environment)
    os.environ.setdefault("MPLBACKEND", INLINE)
    os.chdir(folder)
    IPKernelApp.init_path(app)
    if "numpy" in sys.modules:
        # The state made at its import would give every report the same random numbers.
        sys.modules["numpy"].random.seed()
    app.session.connection = connection
    sys.stdout.catch_descriptor()
    sys.stderr.catch_descriptor()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.run_until_complete(_serve(app.kernel, connection))
    # IPython looks for garbage when it ends, as if the process would go on.
    gc.freeze()


async def _serve(kernel: WireKernel, connection: socket.socket) -> None:
    kernel.io_loop = IOLoop.current()
    loop = asyncio.get_running_loop()
    while True:
        # Tasks that a cell has left run on while the next one is awaited.
        ready = loop.create_future()
        loop.add_reader(connection, lambda ready=ready: ready.done() or ready.set_result(None))
        await ready
        loop.remove_reader(connection)
        received = wire.receive(connection)
        if received is None:
            return
        await kernel.dispatch_shell(received[0])
