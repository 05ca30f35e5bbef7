"""What nbclient asks of a kernel's manager and client, of a kernel that was forked."""

import asyncio
import base64
import contextlib
import os
import signal
import socket
from queue import Empty

from jupyter_client.client import KernelClient

from forked_kernel import wire
from forked_kernel.client import Zygote, ZygoteError

READ = 1 << 16
"""Bytes read at a time: for more the system hands out memory anew each time, ten times as slow."""


class ForkedKernel:
    """A kernel of `zygote`, which has none of its own. Raises ZygoteError."""

    has_kernel = True

    def __init__(self, zygote: Zygote):
        self.zygote = zygote
        connection, self.pid = zygote.kernel()
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
            data = self.connection.recv(READ, socket.MSG_DONTWAIT)
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
