"""Opening the links of messages, and saying that it was not oneself."""

import re
from email.message import EmailMessage
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.people.models import User
from tests.support.postbox import page_of, text_of

LINK = re.compile(r"https?://[^/\s]+(/not-me/[0-9a-f]{32}/)")


def link_in(mail: EmailMessage) -> str:
    found: str
    [found] = set(LINK.findall(text_of(mail)))
    assert found in page_of(mail)
    return found


def say(link: str, client: Client | None = None) -> Any:
    """Open the link and press the button."""
    client = client or Client()
    client.get(link)
    return client.post(reverse("not_me"), follow=True)


def again(person: User) -> User:
    return User.objects.in_directory(person.directory).get(pk=person.pk)
