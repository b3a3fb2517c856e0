"""Fills a benchmark's database: one directory, many people with a mailbox. Run with settings.

The second argument names the store of their passwords; without one they are kept here.
"""

import sys

import django

django.setup()

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.people.models import Directory, Domain, Source, User
from accounts.policy.models import Policy
from registration.models import Coverage, Factor


def main(count: int, store: str = "cloud") -> None:
    directory = Directory.objects.create(name="Benchmark", is_default=True, store_kind=store)
    Domain.objects.create(directory=directory, name="bench.example")
    Policy.objects.create(
        directory=directory,
        name="Everyone",
        self_service_reset=True,
        methods=["alternate_email"],
        methods_required=1,
        history_length=0,
        registration_required=False,
        factor_rest_hours=0,
    )
    here = store == "cloud"
    old = make_password("an old password of everybody") if here else ""
    source = Source.CLOUD if here else Source.SYNCHRONIZED
    users = User.objects.bulk_create(
        _person(directory, number, old, source) for number in range(count)
    )
    Factor.objects.bulk_create(_mailbox(user) for user in users)
    Coverage.objects.bulk_create(_coverage(user) for user in users)


def _person(directory: Directory, number: int, password: str, source: str) -> User:
    name = f"person{number}@bench.example"
    return User(
        directory=directory,
        user_principal_name=name,
        upn_key=name,
        display_name=f"Person {number}",
        password=password,
        source=source,
        password_changed_at=timezone.now(),
    )


def _mailbox(user: User) -> Factor:
    local = user.user_principal_name.partition("@")[0]
    return Factor(
        directory_id=user.directory_id,
        user=user,
        method="alternate_email",
        address=f"{local}@home.example",
        confirmed_at=timezone.now(),
    )


def _coverage(user: User) -> Coverage:
    return Coverage(
        directory_id=user.directory_id,
        user=user,
        registered=True,
        enabled=True,
        capable=True,
        methods=["alternate_email"],
    )


main(int(sys.argv[1]), *sys.argv[2:])
