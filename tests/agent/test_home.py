"""What an agent keeps in its own directory, and whom it believes."""

import stat
from datetime import UTC, datetime, timedelta

import pytest
from nacl.public import PrivateKey
from nacl.signing import SigningKey

from writeback.agent.home import OVERLAP, RENEWED, Home
from writeback.agent.messages import Malformed
from writeback.agent.notes import Announcement, Ticket, fingerprint, hexed
from writeback.agent.settings import WrongSettings

NOW = datetime.now(UTC)


@pytest.fixture
def home(tmp_path):
    made = Home(tmp_path / "agent")
    made.generate()
    return made


def portal_key():
    return hexed(SigningKey.generate().verify_key)


@pytest.fixture
def employed(home):
    opening = hexed(PrivateKey.generate().public_key)
    home.take_on(
        Ticket(
            agent="north",
            directory="7",
            code="",
            issued_at=NOW.isoformat(),
            opening=opening,
            signers=[portal_key()],
        )
    )
    return home


def told(issued_at, signers=None, opening=None):
    return Announcement(
        agent="north",
        directory="7",
        issued_at=issued_at,
        opening=opening or hexed(PrivateKey.generate().public_key),
        signers=[portal_key()] if signers is None else signers,
    )


def test_keys_are_their_owners_alone_and_made_once(home):
    modes = {stat.S_IMODE(path.stat().st_mode) for path in home.path.iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE(home.path.stat().st_mode) == 0o700
    before = home.fingerprint()
    with pytest.raises(WrongSettings, match="already"):
        home.generate()
    assert home.fingerprint() == before


def test_a_fingerprint_is_of_one_key_and_can_be_read_out(home, tmp_path):
    another = Home(tmp_path / "another")
    another.generate()
    assert home.fingerprint() != another.fingerprint()
    groups = home.fingerprint().split("-")
    assert [len(group) for group in groups] == [4] * 8
    with pytest.raises(Malformed):
        fingerprint("no key")


def test_the_key_to_seal_to_is_renewed_daily_and_the_old_one_destroyed_after_an_hour(home):
    (first,) = home.opening()
    made = datetime.now(UTC)
    home.renew(made + RENEWED - timedelta(minutes=1))
    assert [bytes(key) for key in home.opening()] == [bytes(first)]
    later = made + RENEWED + timedelta(minutes=1)
    home.renew(later)
    second, former = home.opening()
    assert bytes(former) == bytes(first)
    home.renew(later + OVERLAP - timedelta(seconds=1))
    assert len(home.opening()) == 2
    home.renew(later + OVERLAP)
    assert [bytes(key) for key in home.opening()] == [bytes(second)]
    assert bytes(first).hex() not in (home.path / "keys.json").read_text()


def test_who_an_agent_is_stays(home):
    before = home.fingerprint()
    home.renew(NOW + 3 * RENEWED)
    assert home.fingerprint() == before


def test_numbers_of_heartbeats_grow_even_when_the_last_ones_were_lost(home):
    numbers = [home.next_number() for _time in range(3)]
    (home.path / "sequence").unlink()
    numbers.append(home.next_number() + 3)
    assert numbers == sorted(set(numbers))


def test_newer_keys_of_the_portal_are_believed_and_older_ones_are_not(employed):
    """An announcement that is sent again later takes nothing back."""
    first, second = told(NOW + timedelta(minutes=1)), told(NOW + timedelta(minutes=2))
    assert employed.hear(first)
    assert employed.hear(second)
    assert not employed.hear(first)
    assert employed.employer().signers == second.signers
    assert employed.keys().portal.encode().hex() == second.opening


@pytest.mark.parametrize("change", [{"signers": []}, {"issued_at": NOW}])
def test_an_announcement_that_says_nothing_new_is_not_heard(employed, change):
    before = employed.employer()
    assert not employed.hear(told(**{"issued_at": NOW + timedelta(minutes=1), **change}))
    assert employed.employer() == before


@pytest.mark.parametrize("change", [{"signers": ["no key"]}, {"opening": "00"}])
def test_an_announcement_of_what_is_no_key_changes_nothing(employed, change):
    before = employed.employer()
    with pytest.raises(Malformed):
        employed.hear(told(NOW + timedelta(minutes=1), **change))
    assert employed.employer() == before


@pytest.mark.parametrize("missing", ["keys.json", "portal.json"])
def test_what_is_missing_is_said_with_what_makes_it(employed, missing):
    (employed.path / missing).unlink()
    with pytest.raises(WrongSettings, match=r"python -m writeback\.agent (keygen|enrol)"):
        employed.keys()


def test_a_file_that_was_cut_short_is_said(employed):
    (employed.path / "keys.json").write_text("{")
    with pytest.raises(WrongSettings, match="cannot be read"):
        employed.keys()
