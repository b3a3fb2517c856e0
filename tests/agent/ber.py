"""As much of BER (X.690) as it takes to tell one LDAP message from the next."""

import socket


class Ended(Exception):
    """Nothing more comes."""


def read(connection: socket.socket) -> bytes:
    """One message: a tag, its length, and what it holds."""
    head = _exactly(connection, 2)
    if head[1] & 0x80:
        head += _exactly(connection, head[1] & 0x7F)
    return head + _exactly(connection, _length(head)[0])


def _exactly(connection: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        more = connection.recv(size - len(found))
        if not more:
            raise Ended
        found += more
    return found


def _length(raw: bytes) -> tuple[int, int]:
    """How long an element's content is, and where it begins."""
    if not raw[1] & 0x80:
        return raw[1], 2
    size = raw[1] & 0x7F
    return int.from_bytes(raw[2 : 2 + size], "big"), 2 + size


def elements(raw: bytes) -> list[bytes]:
    """The elements that one holds."""
    length, at = _length(raw)
    end, found = at + length, list[bytes]()
    while at < end:
        size, begin = _length(raw[at:])
        found.append(raw[at : at + begin + size])
        at += begin + size
    return found


def parts(message: bytes) -> tuple[bytes, bytes, list[bytes]]:
    """A message's number, its operation, and its controls."""
    number, operation, *controls = elements(message)
    return number, operation, controls


def element(tag: int, content: bytes) -> bytes:
    size = len(content).to_bytes(4, "big")
    return bytes([tag, 0x84]) + size + content
