"""What the letters say, and how."""

import re

import pytest

from registration.campaigns.models import Kind
from tests.campaigns.conftest import tick
from tests.support.postbox import page_of, text_of

URGENT = re.compile(r"urgent|immediately|now!|!|expire|suspend|deadline|last chance", re.IGNORECASE)


@pytest.fixture
def mailed(start, corp, cleo, run_outbox, postbox):
    def one(kind):
        start(kind)
        tick()
        run_outbox()
        [message] = postbox.messages
        return message

    return one


@pytest.mark.parametrize("kind", Kind.values)
def test_a_letter_says_who_what_and_why_and_sells_nothing(mailed, corp, kind):
    """D60, D61: the same in text and in HTML, the address to type, no urgency, nothing to click."""
    corp.organization, corp.helpdesk_phone = "Harbour & Vale", "01632 960150"
    corp.save()
    message = mailed(kind)
    assert message["From"].addresses[0].display_name == "Harbour & Vale"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] is None
    text, page = text_of(message), page_of(message)
    for part in (text, page):
        for said in ("Cleo", "cleo@corp.example", "localhost", "01632 960150", "Harbour"):
            assert said in part
        assert "Type the address" in part
        assert "never ask for your password" in part
        assert not URGENT.search(re.sub(r"<!doctype.*?</style>", "", part, flags=re.S))
        assert "{" not in part.partition("</style>")[2]
    assert "<a " not in page
    assert "<img" not in page
    assert "http" not in text
    assert max(map(len, text.splitlines())) <= 76


def test_a_letter_names_what_may_be_registered_and_how_much(mailed, corp):
    text = text_of(mailed("available")).replace("\r\n", "\n")
    assert "One of these is needed:\n- Alternate email\n- Authenticator app\n" in text
    assert "localhost/register/" in text


def test_an_announcement_asks_for_nothing(mailed):
    text = text_of(mailed("announce"))
    assert "There is nothing to do today" in text
    assert "/register/" not in text


def test_a_letter_is_in_its_readers_language(mailed, cleo):
    cleo.language = "de"
    cleo.save()
    assert mailed("remind")["Content-Language"] == "de"


def test_a_name_that_is_no_name_stays_one(mailed, cleo):
    cleo.display_name = "<b>Cleo</b>\r\nBcc: x@evil.example"
    cleo.save()
    message = mailed("remind")
    assert message["Bcc"] is None
    assert "<b>" not in page_of(message)
