from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.audit.models import AuditRecord
from accounts.people.models import User
from tests.cast import PASSWORD
from tests.support.postbox import Postbox

Browse = Callable[..., Client]


@pytest.fixture
def signed_in(client_from: Callable[..., Client]) -> Browse:
    """A browser in which somebody has given the right password."""

    def sign_in(user: User, to: str = "/register/") -> Client:
        browser = client_from()
        address = f"{reverse('signin:sign_in')}?next={to}"
        browser.post(address, {"username": user.user_principal_name, "password": PASSWORD})
        return browser

    return sign_in


@pytest.fixture
def mailed_code(postbox: Postbox, run_outbox: Callable[[], int]) -> Callable[[str], str]:
    """Does the post and reads the newest code in a mailbox."""

    def read(address: str) -> str:
        run_outbox()
        return postbox.code(address)

    return read


def kinds(prefix: str = "registration.") -> list[str]:
    """What the trail says about registration, in order."""
    records = AuditRecord.objects.filter(kind__startswith=prefix).order_by("pk")
    return list(records.values_list("kind", flat=True))
