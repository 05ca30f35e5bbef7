"""Messages over a stream socket: a length, then Jupyter's JSON. A descriptor may travel along."""

import json
import socket
import struct

import orjson

LENGTH = struct.Struct("!I")


def packed(content: dict) -> bytes:
    """A message as bytes."""
    # Takes a tenth of a second to load: who only has kernels made does without.
    from jupyter_client.session import orjson_packer

    return framed(orjson_packer(content))


def framed(body: bytes) -> bytes:
    """A message's JSON with its length."""
    return LENGTH.pack(len(body)) + body


def unpacked(received: bytearray) -> list[dict]:
    """The complete messages at the head of what was received, which keeps the rest."""
    messages = []
    while len(received) >= LENGTH.size:
        end = LENGTH.size + LENGTH.unpack_from(received)[0]
        if len(received) < end:
            break
        messages.append(_content(received[LENGTH.size : end]))
        del received[:end]
    return messages


def send(connection: socket.socket, frame: bytes, passed: socket.socket | None = None) -> None:
    """Send a message, and a descriptor with it."""
    descriptors = [passed.fileno()] if passed else []
    sent = socket.send_fds(connection, [frame], descriptors)
    connection.sendall(frame[sent:])


def receive(connection: socket.socket) -> tuple[dict, int | None] | None:
    """The next message, waited for, and the descriptor sent with it; None at the stream's end."""
    head, descriptors, _, _ = socket.recv_fds(connection, LENGTH.size, 1)
    head += _exactly(connection, LENGTH.size - len(head)) if head else b""
    body = head and _exactly(connection, LENGTH.unpack(head)[0])
    return (_content(body), next(iter(descriptors), None)) if body else None


def _content(body: bytes | bytearray) -> dict:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        # What a cell shows may be no Unicode.
        return json.loads(body.decode("utf-8", "replace"))


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
