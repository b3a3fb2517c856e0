"""The first administrator. There is no default account: somebody with a shell appoints one."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.client import Client
from accounts.people import events, names, passwords, registry
from accounts.people.models import Directory, Domain, Role, RoleGrant, Source, User
from accounts.people.registry import Act
from accounts.tenancy import across_directories

# Without the letters and digits that are mistaken for each other when copied by hand.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class Command(BaseCommand):
    help = "Make somebody the first operator, with a password for one sign-in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user_principal_name")
        parser.add_argument("--role", default=Role.OPERATOR, choices=[Role.OPERATOR])
        parser.add_argument("--name", default="", help="the person's name, when they are new")

    def handle(self, *args: Any, user_principal_name: str, name: str, **_others: Any) -> None:
        password = one_time_password()
        encoded = make_password(password)
        try:
            with transaction.atomic():
                user = _appoint(user_principal_name, name, encoded)
        except ValidationError as refusal:
            raise CommandError("\n".join(refusal.messages)) from refusal
        self.stdout.write(self.style.SUCCESS(f"{user} is the operator now."))
        if user.source == Source.CLOUD:
            self.stdout.write(f"Password for one sign-in: {password}")
            self.stdout.write("It has to be changed at once, and an authenticator app registered.")


def one_time_password() -> str:
    """Four groups of five letters: 98 bits."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))
    return "-".join(groups)


def _appoint(name: str, display_name: str, encoded: str) -> User:
    directory = _directory(name)
    Directory.objects.select_for_update().order_by("pk").first()
    with across_directories("the one first operator of the deployment"):
        if RoleGrant.objects.filter(role=Role.OPERATOR, user__enabled=True).exists():
            raise CommandError(
                "There is an operator already. They appoint others in the configuration portal, "
                "under People."
            )
    act = Act(Client.nowhere())
    user = _person(name, display_name, directory, act)
    registry.set_roles(user, {*user.roles, Role.OPERATOR}, act)
    if user.source == Source.CLOUD:
        passwords.store(user, encoded, must_change=True, now=timezone.now())
        act.note(events.PasswordImported(), user)
    return user


def _directory(name: str) -> Directory:
    names.validate_upn(name)
    domain = name.rpartition("@")[2].lower()
    found = Domain.objects.filter(name=domain).select_related("directory").first()
    if found is None:
        raise CommandError(
            f"No directory has the domain {domain}. Make one first: manage.py directory apply FILE."
        )
    return found.directory


def _person(name: str, display_name: str, directory: Directory, act: Act) -> User:
    people = User.objects.in_directory(directory).select_related("directory")
    user = people.filter(upn_key=names.key(name)).first()
    if user is None:
        user = User(directory=directory, user_principal_name=name)
        user.display_name = display_name or name.partition("@")[0]
        registry.check(user)
        return registry.create(user, act)
    if not user.enabled:
        raise CommandError(f"{user} is disabled.")
    return user
