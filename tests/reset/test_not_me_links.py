"""The links of messages: nothing happens by looking, and what is kept is no link."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.people import not_me
from accounts.people.models import NotMeLink
from reset.models import Attempt
from tests.journeys import words_of
from tests.reset.denials import again, say

pytestmark = pytest.mark.django_db


def test_looking_at_the_link_does_nothing(code_link, notice_link, ada):
    """S-C08, P-C57: mail scanners open links, with GET and HEAD, and as often as they like."""
    for link in (code_link, notice_link):
        for _ in range(2):
            scanner = Client()
            assert scanner.head(link).status_code == 302
            assert words_of(scanner.get(link, follow=True)).count("It was not me") == 1
    assert Attempt.objects.in_directory(ada.directory).get().closed_at is None
    assert again(ada).resets_blocked_at is None
    assert not NotMeLink.objects.in_directory(ada.directory).exclude(denial="").exists()


def test_the_token_leaves_the_address_at_once(notice_link):
    """S-C04."""
    client = Client()
    arrived = client.get(notice_link)
    assert (arrived.status_code, arrived["Location"]) == (302, reverse("not_me"))
    assert "no-store" in arrived["Cache-Control"]
    page = client.get(arrived["Location"])
    assert page["Referrer-Policy"] == "same-origin"
    assert notice_link.split("/")[2] not in page.content.decode()


def test_a_post_to_the_link_itself_or_without_it_does_nothing(notice_link, ada):
    assert Client().post(notice_link).status_code == 405
    assert Client().post(reverse("not_me")).status_code == 404
    forged = Client(enforce_csrf_checks=True)
    forged.get(notice_link)
    assert forged.post(reverse("not_me")).status_code == 403
    assert again(ada).resets_blocked_at is None


@pytest.mark.parametrize(
    ("later", "works"), [(timedelta(days=7, seconds=-5), True), (timedelta(days=7), False)]
)
def test_a_link_works_for_seven_days(notice_link, ada, later, works):
    with time_machine.travel(
        NotMeLink.objects.in_directory(ada.directory).get().created_at + later
    ):
        page = say(notice_link)
    assert (page.status_code == 200) is works
    assert (again(ada).resets_blocked_at is not None) is works
    assert works or not_me.sweep() == 0


@pytest.mark.parametrize("token", ["0" * 32, "", "../admin", "x" * 5000, "\u0660" * 32])
def test_what_is_no_link_of_ours_does_nothing(notice_link, ada, token):
    """S-C08; an older link in the same browser does not stand in for it."""
    client = Client()
    client.get(notice_link)
    if token and "/" not in token:
        client.get(reverse("not_me_link", args=[token]))
        assert client.post(reverse("not_me")).status_code == 404
    assert not_me.opened(token) is None
    assert again(ada).resets_blocked_at is None


def test_what_is_kept_is_no_link(notice_link, ada):
    """Whoever reads the database, or a queue, has no token."""
    token = notice_link.split("/")[2]
    assert len(token) * 4 >= 128
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, token_key FROM accounts_notmelink WHERE directory_id > 0")
        assert token not in str([(str(pk), bytes(key).hex()) for pk, key in cursor.fetchall()])
        cursor.execute("SELECT payload FROM accounts_parcel WHERE directory_id > 0")
        assert token not in str(cursor.fetchall())
