from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import seams
from accounts.audit.models import AuditRecord
from accounts.people.models import User
from tests.cast import PASSWORD


@dataclass
class Due:
    """An interrupt that is due as long as a test says so."""

    slug: str
    name: str
    for_whom: set[int]

    def due(self, user: User) -> bool:
        return user.pk in self.for_whom

    def url(self) -> str:
        return reverse(self.name)


@pytest.fixture(autouse=True)
def interrupts(monkeypatch: pytest.MonkeyPatch) -> dict[str, Due]:
    """The three of the house, due for nobody until a test adds somebody."""
    found = [
        Due("second_factor", "registration:second_factor", set()),
        Due("password", "change:change", set()),
        Due("registration", "registration:overview", set()),
    ]
    monkeypatch.setattr(seams, "interrupts", lambda: tuple(found))
    return {each.slug: each for each in found}


@pytest.fixture(autouse=True)
def _own_pages(settings: Any, request: pytest.FixtureRequest) -> Iterator[None]:
    """But browsers see the house as it is."""
    if "browser" in request.keywords:
        yield
        return
    settings.ROOT_URLCONF = "tests.signin.urls"
    settings.NOTICE_ADDRESSES = ["accounts.notices.own_addresses"]
    seams._loaded.cache_clear()
    yield
    seams._loaded.cache_clear()


@pytest.fixture
def sign_in(client: Client) -> Callable[..., Any]:
    def post(
        name: str = "ada@corp.example",
        password: str = PASSWORD,
        browser: Client = client,
        to: str = "",
    ) -> Any:
        address = f"/sign-in/?next={to}" if to else "/sign-in/"
        return browser.post(address, {"username": name, "password": password})

    return post


def kinds() -> list[str]:
    """What the trail holds, in order."""
    return list(AuditRecord.objects.order_by("pk").values_list("kind", flat=True))
