from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.db import connection

from accounts.audit.models import AuditRecord
from accounts.client import Client
from accounts.outbox.models import Parcel
from accounts.people.models import User
from accounts.signin import services
from accounts.signin.services import Outcome, Result
from tests.cast import PASSWORD

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

STRANGER = Client(network="203.0.113.0/24")


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that reached the comparison."""
    found: list[str] = []

    def noted(**asked: Any) -> Any:
        found.append(asked["password"])
        return authenticate(**asked)

    monkeypatch.setattr(services, "authenticate", noted)
    return found


def all_at_once(one: Callable[[int], Result]) -> list[Result]:
    def alone(number: int) -> Result:
        try:
            return one(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as threads:
        return list(threads.map(alone, range(50)))


@pytest.mark.parametrize("name", ["ada@corp.example", "nobody@corp.example"])
def test_of_fifty_wrong_passwords_at_once_ten_are_compared(
    ada: User, compared: list[str], name: str
):
    results = all_at_once(lambda number: services.sign_in(name, f"wrong {number}", STRANGER))
    assert len(compared) == 10
    assert {result.outcome for result in results} <= {Outcome.REFUSED, Outcome.LOCKED}
    locks = AuditRecord.objects.in_directory(ada.directory).filter(kind="signin.locked")
    assert (locks.count(), Parcel.objects.count()) == (1, 1)


def test_fifty_right_passwords_at_once_lock_nobody_out(ada: User, compared: list[str]):
    results = all_at_once(lambda _: services.sign_in("ada@corp.example", PASSWORD, STRANGER))
    assert {result.outcome for result in results} == {Outcome.SIGNED_IN}


def test_a_right_password_among_guesses_is_compared_within_the_limit(
    ada: User, compared: list[str]
):
    guesses = [PASSWORD if number == 25 else f"wrong {number}" for number in range(50)]
    all_at_once(lambda number: services.sign_in("ada@corp.example", guesses[number], STRANGER))
    before = compared.index(PASSWORD) if PASSWORD in compared else len(compared)
    assert before <= 10
