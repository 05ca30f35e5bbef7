"""What nbclient asks of a kernel's manager and client, of a kernel that was forked."""

import asyncio
import base64
import contextlib
import os
import select
import signal
import socket
from collections import deque
from queue import Empty
from time import monotonic

from jupyter_client.client import KernelClient

from forked_kernel import wire
from forked_kernel.client import Zygote, ZygoteError

TURN = 0.1
"""Seconds that one task waits for the kernel before others have their turn, as that which looks
whether it lives. No task of the event loop reads: to wake another for each message takes longer
than all that is done with it."""
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
        self.received: deque[dict] = deque()

    def send(self, msg: dict) -> None:
        self.client.send(msg)

    async def get_msg(self, timeout: float | None = None) -> dict:
        end = None if timeout is None else monotonic() + timeout
        while not self.received:
            if end is not None and monotonic() >= end:
                raise Empty
            if self.client.connection.fileno() < 0:
                # Nobody waits any more: nbclient leaves a task where a cell took too long.
                raise asyncio.CancelledError
            self.client.receive()
            if not self.received:
                # With the kernel dead, until what looks whether it lives gives up.
                await asyncio.sleep(TURN if self.client.ended else 0)
        return self.received.popleft()


class WireClient(KernelClient):
    """jupyter_client's client over one socket."""

    def __init__(self, connection: socket.socket):
        super().__init__()
        self.connection = connection
        self.partial = bytearray()
        self.ended = self.busy = False
        self.arriving = select.poll()
        self.arriving.register(connection, select.POLLIN)
        self.channels = {name: Channel(self) for name in ("shell", "iopub")}
        self._shell_channel, self._iopub_channel = self.channels.values()

    def start_channels(self, *_args, **_options) -> None:
        """The connection is there already."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """It is, once it is there."""

    def is_alive(self) -> bool:
        return not self.ended

    def stop_channels(self) -> None:
        self.ended = True
        self.connection.close()

    def send(self, msg: dict) -> None:
        """Send a request. Who waits for a reply notices what a dead kernel did not take."""
        self.busy = True
        try:
            self.connection.sendall(wire.packed(msg))
        except OSError:
            self.ended = True

    def receive(self) -> None:
        """Put what the kernel sends where it is waited for, within a `TURN`."""
        if self.ended or not self.arriving.poll(1000 * TURN):
            return
        try:
            data = self.connection.recv(READ)
        except ConnectionError:
            data = b""
        self.ended = not data
        self.partial += data
        for message in wire.unpacked(self.partial):
            msg = message["msg"]
            msg["buffers"] = [base64.b64decode(text) for text in message["buffers"]]
            self.busy = self.busy and message["channel"] != "shell"
            self.channels[message["channel"]].received.append(msg)
