"""Telephone companies on loopback ports, and a challenge to send something for."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.people.models import Directory
from registration.models import Challenge
from registration.telephony import governor
from registration.telephony.backends import twilio
from registration.telephony.budgets import TelephonyBudget
from registration.telephony.models import Message
from tests import cast
from tests.registration.provers import issue
from tests.support import telephone_company as companies
from tests.support.telephone_company import Company
from tests.telephony.spending import asked

NUMBER = "+12025550123"
BACKENDS = "registration.telephony.backends"


def by_twilio(url: str, name: str = "twilio", **options: str) -> dict[str, Any]:
    """An entry of TELEPHONY_PROVIDERS."""
    given = {
        "account_sid": companies.ACCOUNT,
        "auth_token": companies.TOKEN,
        "sender": companies.SENDER,
        "base_url": url,
        **options,
    }
    return {"NAME": name, "BACKEND": f"{BACKENDS}.twilio.Twilio", "OPTIONS": given}


def by_gateway(url: str, /, name: str = "gateway", **endpoint: Any) -> dict[str, Any]:
    """One that takes texts as JSON, unless told otherwise."""
    how = (
        {"json": {"to": "{to}", "text": "{body}"}} if not {"form", "query"} & set(endpoint) else {}
    )
    text = {"url": f"{url}/send", **how, "id": "messages.0.id", **endpoint}
    return {"NAME": name, "BACKEND": f"{BACKENDS}.http.Gateway", "OPTIONS": {"text": text}}


@pytest.fixture(scope="session")
def _companies() -> Iterator[tuple[Company, Company]]:
    both = companies.serve(), companies.serve()
    yield both
    for company in both:
        company.clear()
        company.shutdown()
        company.server_close()


@pytest.fixture
def company(_companies: tuple[Company, Company]) -> Iterator[Company]:
    """The first: Twilio, in most tests."""
    _companies[0].clear()
    yield _companies[0]
    _companies[0].clear()


@pytest.fixture
def second(_companies: tuple[Company, Company]) -> Iterator[Company]:
    """Another one: a gateway, in most tests."""
    _companies[1].clear()
    yield _companies[1]
    _companies[1].clear()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits ten seconds in a test."""
    monkeypatch.setattr(twilio, "PATIENCE", (3.05, 0.3))
    monkeypatch.setattr("registration.telephony.backends.http.TO_ANSWER", 0.3)


@pytest.fixture
def challenge(cleo: Any) -> Challenge:
    """What a code is sent for."""
    return issue(cast.add_mailbox(cleo), "alternate_email")


@pytest.fixture
def rows(challenge: Challenge) -> Callable[[], list[tuple[str, str, str]]]:
    """Provider, status and error of every message, oldest first."""

    def read() -> list[tuple[str, str, str]]:
        found = Message.objects.in_directory(challenge.directory_id).order_by("created_at")
        return [(one.provider, one.status, one.error) for one in found]

    return read


@pytest.fixture
def allow(corp: Directory) -> Callable[..., TelephonyBudget]:
    """Sets budgets of Corp, at home in the United Kingdom; those not named are far away."""
    corp.default_region = "GB"
    corp.save()

    def set_budgets(**named: Any) -> TelephonyBudget:
        wide = dict.fromkeys(("per_person", "per_number", "per_network", "per_country"), 10_000)
        values: dict[str, Any] = {**wide, "per_directory": 10_000, "countries": ["*"], **named}
        return TelephonyBudget.objects.update_or_create(directory=corp, defaults=values)[0]

    return set_budgets


@pytest.fixture
def admit(corp: Directory) -> Callable[..., governor.Admitted | governor.OverBudget]:
    """Asks for one text to one person, from one network, unless told otherwise."""

    def ask(**about: Any) -> governor.Admitted | governor.OverBudget:
        return governor.admit(**asked(corp, **about))

    return ask
