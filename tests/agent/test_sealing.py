"""Messages that only their reader opens: each way in which one can be wrong."""

import pytest
from nacl.public import PrivateKey, SealedBox
from nacl.signing import SigningKey

from writeback.agent import sealing
from writeback.agent.sealing import Unopenable

SECRET = b'{"password": "kettle orbit maple"}'


@pytest.fixture
def agent():
    return PrivateKey.generate()


@pytest.fixture
def portal():
    return SigningKey.generate()


def test_the_reader_opens_it_and_knows_who_wrote_it(agent, portal):
    box = sealing.seal(SECRET, to=agent.public_key, by=portal)
    other = SigningKey.generate().verify_key
    opened = sealing.unseal(box, keys=[agent], signers=[other, portal.verify_key])
    assert opened == (SECRET, portal.verify_key)


def test_an_older_key_still_opens_it_while_it_is_kept(agent, portal):
    box = sealing.seal(SECRET, to=agent.public_key, by=portal)
    newer = PrivateKey.generate()
    assert sealing.unseal(box, keys=[newer, agent], signers=[portal.verify_key]).content == SECRET
    with pytest.raises(Unopenable):
        sealing.unseal(box, keys=[newer], signers=[portal.verify_key])


def test_whoever_carries_it_sees_neither_content_nor_length(agent, portal):
    short = sealing.seal(b"x", to=agent.public_key, by=portal)
    long = sealing.seal(b"x" * 1000, to=agent.public_key, by=portal)
    assert len(short) == len(long)
    assert len(sealing.seal(b"x" * 1100, to=agent.public_key, by=portal)) > len(long)
    assert b"kettle" not in sealing.seal(SECRET, to=agent.public_key, by=portal)


def test_no_two_boxes_are_alike(agent, portal):
    boxes = {sealing.seal(SECRET, to=agent.public_key, by=portal) for _ in range(5)}
    assert len(boxes) == 5


def test_a_stranger_writes_nothing_that_is_believed(agent, portal):
    box = sealing.seal(SECRET, to=agent.public_key, by=SigningKey.generate())
    with pytest.raises(Unopenable, match="signed"):
        sealing.unseal(box, keys=[agent], signers=[portal.verify_key])
    with pytest.raises(Unopenable, match="signed"):
        sealing.unseal(box, keys=[agent], signers=[])


def test_an_agent_passes_no_message_on_to_another(agent, portal):
    """Opened and sealed anew for somebody else, the portal's signature no longer fits."""
    second = PrivateKey.generate()
    box = sealing.seal(SECRET, to=agent.public_key, by=portal)
    inside = SealedBox(agent).decrypt(box)
    forwarded = SealedBox(second.public_key).encrypt(inside)
    with pytest.raises(Unopenable, match="signed"):
        sealing.unseal(forwarded, keys=[second], signers=[portal.verify_key])


@pytest.mark.parametrize("at", [0, 40, 200, -1])
def test_a_single_changed_bit_closes_it(agent, portal, at):
    box = bytearray(sealing.seal(SECRET, to=agent.public_key, by=portal))
    box[at] ^= 1
    with pytest.raises(Unopenable):
        sealing.unseal(bytes(box), keys=[agent], signers=[portal.verify_key])


@pytest.mark.parametrize("box", [b"", b"x", b"x" * 48, b"x" * 5000])
def test_what_is_no_box_is_refused(agent, portal, box):
    with pytest.raises(Unopenable):
        sealing.unseal(box, keys=[agent], signers=[portal.verify_key])


def test_wrong_padding_by_a_known_signer_is_refused(agent, portal):
    for padded in (b"\x00\x00\xff\xff" + bytes(1020), b"\x00\x00\x00\x01x"):
        signed = portal.sign(padded + bytes(agent.public_key)).signature + padded
        box = SealedBox(agent.public_key).encrypt(signed)
        with pytest.raises(Unopenable, match="padding"):
            sealing.unseal(box, keys=[agent], signers=[portal.verify_key])
