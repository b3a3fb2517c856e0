"""Reading access control lists, as a domain controller writes them."""

import struct
from uuid import UUID

import pytest

from writeback.agent.doctor.descriptors import RESET_PASSWORD, Standing, read

OURS, GROUP, OTHER = "S-1-5-21-1-2-3-1104", "S-1-5-21-1-2-3-513", "S-1-5-21-1-2-3-1105"
TOKEN = {OURS, GROUP, "S-1-1-0"}
CHANGE_PASSWORD = UUID("ab721a53-1e2f-11d0-9819-00aa0040529b")
PERSON = UUID("bf967aba-0de6-11d0-a285-00aa003049e2")
ALLOW, DENY, ALLOW_OBJECT, DENY_OBJECT, AUDIT = 0, 1, 5, 6, 2
CONTROL, READ, ALL, GENERIC = 0x100, 0x10, 0xF01FF, 0x10000000


def sid_of(text):
    _s, revision, authority, *parts = text.split("-")
    head = bytes([int(revision), len(parts)]) + int(authority).to_bytes(6, "big")
    return head + b"".join(struct.pack("<I", int(part)) for part in parts)


def ace(kind, mask, trustee, right=None, inherited=None, flags=0):
    body = struct.pack("<I", mask)
    if kind in {ALLOW_OBJECT, DENY_OBJECT}:
        body += struct.pack("<I", (right is not None) | (inherited is not None) << 1)
        body += b"".join(one.bytes_le for one in (right, inherited) if one is not None)
    body += sid_of(trustee)
    return struct.pack("<BBH", kind, flags, 4 + len(body)) + body


def descriptor(*entries, flags=0x8004):
    raw = b"".join(entries)
    acl = struct.pack("<BBHHH", 4, 0, 8 + len(raw), len(entries), 0) + raw
    return struct.pack("<BBHIIII", 1, 0, flags, 0, 0, 0, 20) + acl


@pytest.mark.parametrize(
    ("entries", "standing"),
    [
        ((), "missing"),
        ((ace(ALLOW_OBJECT, CONTROL, OURS, RESET_PASSWORD),), "there"),
        ((ace(ALLOW_OBJECT, CONTROL, GROUP, RESET_PASSWORD, PERSON),), "there"),
        ((ace(ALLOW_OBJECT, CONTROL, OURS, None, PERSON),), "there"),
        ((ace(ALLOW, ALL, OURS),), "there"),
        ((ace(ALLOW, GENERIC, OURS),), "there"),
        ((ace(ALLOW, READ, OURS),), "missing"),
        ((ace(ALLOW_OBJECT, CONTROL, OTHER, RESET_PASSWORD),), "missing"),
        ((ace(ALLOW_OBJECT, CONTROL, OURS, CHANGE_PASSWORD),), "missing"),
        ((ace(ALLOW_OBJECT, READ, OURS, RESET_PASSWORD),), "missing"),
        ((ace(ALLOW_OBJECT, CONTROL, OURS, RESET_PASSWORD, flags=0x0A),), "missing"),
        ((ace(AUDIT, CONTROL, OURS),), "missing"),
        ((ace(DENY, CONTROL, GROUP), ace(ALLOW, ALL, OURS)), "denied"),
        (
            (
                ace(DENY_OBJECT, CONTROL, OURS, RESET_PASSWORD),
                ace(ALLOW_OBJECT, CONTROL, OURS, RESET_PASSWORD),
            ),
            "denied",
        ),
        (
            (ace(DENY_OBJECT, CONTROL, OURS, CHANGE_PASSWORD), ace(ALLOW, ALL, OURS)),
            "there",
        ),
        ((ace(ALLOW, ALL, OURS), ace(DENY, ALL, OURS)), "there"),
        ((ace(DENY, CONTROL, OTHER), ace(ALLOW, CONTROL, OURS)), "there"),
    ],
)
def test_the_first_entry_that_says_anything_decides(entries, standing):
    found = read(descriptor(*entries))
    assert found is not None
    assert found.standing(TOKEN, RESET_PASSWORD) is Standing(standing)


def test_inheritance_that_is_switched_off_is_seen():
    usual, apart = read(descriptor()), read(descriptor(flags=0x9004))
    assert usual is not None
    assert not usual.is_cut_off
    assert apart is not None
    assert apart.is_cut_off


def test_what_is_no_descriptor_says_nothing():
    """A list that is cut off anywhere grants nothing."""
    whole = descriptor(ace(ALLOW_OBJECT, CONTROL, OURS, RESET_PASSWORD, PERSON))
    assert read(descriptor(flags=0x8000)) is None
    for length in range(len(whole)):
        cut = read(whole[:length])
        assert cut is None or cut.standing(TOKEN, RESET_PASSWORD) is not Standing.THERE
