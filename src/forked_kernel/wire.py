"""Messages over a stream socket: a length, then Jupyter's JSON. A descriptor may travel along."""

import socket
import struct

from jupyter_client.session import json_packer, json_unpacker

LENGTH = struct.Struct("!I")


def packed(content: dict) -> bytes:
    """A message as bytes."""
    body = json_packer(content)
    return LENGTH.pack(len(body)) + body


def unpacked(received: bytearray) -> list[dict]:
    """The complete messages at the head of what was received, which keeps the rest."""
    messages = []
    while len(received) >= LENGTH.size:
        end = LENGTH.size + LENGTH.unpack_from(received)[0]
        if len(received) < end:
            break
        messages.append(json_unpacker(bytes(received[LENGTH.size : end])))
        del received[:end]
    return messages


def receive(connection: socket.socket) -> tuple[dict, int | None] | None:
    """The next message, waited for, and the descriptor sent with it; None at the stream's end."""
    head, descriptors, _, _ = socket.recv_fds(connection, LENGTH.size, 1)
    head += _exactly(connection, LENGTH.size - len(head)) if head else b""
    body = head and _exactly(connection, LENGTH.unpack(head)[0])
    return (json_unpacker(body), next(iter(descriptors), None)) if body else None


def _exactly(connection: socket.socket, size: int) -> bytes:
    """So many bytes; none where the stream ends before."""
    parts = []
    while size:
        part = connection.recv(size)
        if not part:
            return b""
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
