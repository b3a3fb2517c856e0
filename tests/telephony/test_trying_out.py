"""The providers that reach nobody: printed, kept for a page, kept for a test."""

from pathlib import Path

import pytest
from django.urls import include, path

from registration.telephony.backends import locmem
from registration.telephony.backends.base import Call, PermanentFailure, Text
from registration.telephony.backends.console import Console
from registration.telephony.backends.inbox import Inbox
from sspr.urls import urlpatterns as everything
from tests.telephony.conftest import BACKENDS, NUMBER

TEXT = Text(NUMBER, "Corp: 481516 <b>")
CALL = Call(NUMBER, "Hello, 4, 8, 1", "de", extension="417")

urlpatterns = [*everything, path("demo/", include("sspr.demo.urls"))]


@pytest.fixture
def inbox(settings, tmp_path, db):
    folder = str(tmp_path / "telephone")
    options = {"NAME": "inbox", "BACKEND": f"{BACKENDS}.inbox.Inbox", "OPTIONS": {"folder": folder}}
    settings.TELEPHONY_PROVIDERS = [options]
    settings.ROOT_URLCONF = __name__
    return Inbox(name="inbox", folder=folder)


def test_the_console_prints_who_and_what(capsys):
    Console(name="console").send_text(TEXT, reference="r")
    Console(name="console").place_call(CALL, reference="r")
    printed = capsys.readouterr().out
    assert f"Text to {NUMBER}\n{TEXT.body}" in printed
    assert f"Call to {NUMBER}, extension 417\n{CALL.spoken}" in printed


def test_the_inbox_shows_texts_and_what_calls_said(inbox, corp, client):
    inbox.send_text(TEXT, reference="one")
    inbox.place_call(CALL, reference="two")
    page = client.get("/demo/inbox/").content.decode()
    assert "Corp: 481516 &lt;b&gt;" in page
    assert "Hello, 4, 8, 1" in page
    assert page.index("Call to") < page.index("Text to")
    assert 'extension <bdi dir="ltr">417</bdi>' in page


def test_an_empty_inbox_says_so(inbox, corp, client):
    assert "No text and no call yet." in client.get("/demo/inbox/").content.decode()


def test_only_its_owner_may_look_into_the_folder(inbox):
    inbox.send_text(TEXT, reference="one")
    assert Path(inbox.folder).stat().st_mode & 0o077 == 0


def test_tests_can_read_what_was_sent_and_make_it_fail():
    locmem.outbox.clear()
    memory = locmem.LocMem(name="memory")
    memory.send_text(TEXT, reference="r")
    memory.place_call(CALL, reference="r")
    memory.failure = PermanentFailure("21211")
    with pytest.raises(PermanentFailure):
        memory.send_text(TEXT, reference="r")
    assert locmem.outbox == [TEXT, CALL]
