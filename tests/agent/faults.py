"""What may happen to a request on its way, for the proxy; and what Windows would have answered."""

import time
from collections.abc import Callable

from tests.agent.ber import element, elements, parts
from tests.agent.proxy import ANSWERS, WORDS, Cut, Fault, Forward
from writeback.agent.drivers.active_directory import POLICY_HINTS


def before(_message: bytes, _forward: Forward) -> bytes:
    """The server dies before it has read the request."""
    raise Cut


def after(message: bytes, forward: Forward) -> bytes:
    """The server does it and dies."""
    forward(message)
    raise Cut


def after_doing(what: Callable[[], object]) -> Fault:
    """Something happens just before the request arrives."""

    def fault(message: bytes, forward: Forward) -> bytes:
        what()
        return forward(message)

    return fault


def once(fault: Fault) -> Fault:
    """The first time only."""
    left = [fault]

    def either(message: bytes, forward: Forward) -> bytes:
        return left.pop()(message, forward) if left else forward(message)

    return either


def slow(seconds: float) -> Fault:
    """It takes its time."""
    return after_doing(lambda: time.sleep(seconds))


def answering(code: int, text: str = "") -> Fault:
    """Another answers in the server's place, and the server never hears of it."""

    def fault(message: bytes, _forward: Forward) -> bytes:
        return _result(message, code, text)

    return fault


def refusing(code: int, text: str) -> Fault:
    """The server judges; where it refuses, the refusal is told with another code and text."""

    def fault(message: bytes, forward: Forward) -> bytes:
        answer = forward(_without_controls(message))
        done = elements(parts(answer)[1])[0] == b"\x0a\x01\x00"
        return answer if done else _result(message, code, text)

    return fault


def advertising(*controls: str) -> Fault:
    """The root of the directory says that it knows some controls."""

    def fault(message: bytes, forward: Forward) -> bytes:
        number, operation, _controls = parts(message)
        if b"supportedControl" not in operation:
            return forward(message)
        values = b"".join(element(0x04, one.encode()) for one in controls)
        attribute = element(0x04, b"supportedControl") + element(0x31, values)
        entry = element(0x04, b"") + element(0x30, element(0x30, attribute))
        told = element(0x30, number + element(0x64, entry))
        return told + _result(message, 0, "")

    return fault


def hints_in(message: bytes) -> bytes:
    """The value of the policy hints control of a request; empty where it has none, or where the
    server may overlook it."""
    for controls in parts(message)[2]:
        for control in elements(controls):
            name, *rest = elements(control)
            if name[2:] == POLICY_HINTS.encode() and rest[0] == b"\x01\x01\xff":
                return rest[1][2:]
    return b""


def _without_controls(message: bytes) -> bytes:
    number, operation, _controls = parts(message)
    return element(0x30, number + operation)


def _result(message: bytes, code: int, text: str) -> bytes:
    number, operation, _controls = parts(message)
    outcome = b"\x0a\x01" + bytes([code]) + element(0x04, b"") + element(0x04, text.encode())
    return element(0x30, number + element(ANSWERS[WORDS[operation[0]]], outcome))
