"""Put the demonstration's people into their conditions."""

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.people.models import User
from accounts.signin import lockout
from accounts.tenancy import across_directories
from registration import coverage
from registration.models import Coverage, Factor, FactorSource
from reset import decoys
from sspr.demo import domain, known, people
from sspr.demo.authenticators import new_secret

MAILBOXES = {
    "ada.marlow": "ada@vale-mail.example",
    "ben.osei": "ben.osei@postbox.example",
    "ines.okafor": "ines@vale-mail.example",
    "lena.kowal": "lk@postbox.example",
    "hugo.reed": "hugo@postbox.example",
    "rhea.lind": "rl@vale-mail.example",
    "olga.brandt": "olga@postbox.example",
}
PHONES = {
    "ada.marlow": "+447700900942",
    "ben.osei": "+447700900317",
    "lena.kowal": "+447700900560",
}
DESKS = {"ines.okafor": "+442079460155;ext=204"}
APPS = ("ada.marlow", "lena.kowal", "hugo.reed", "rhea.lind", "olga.brandt")


def _without_a_role() -> list[User]:
    people = User.objects.select_related("directory").order_by("upn_key")
    return [user for user in people if not user.roles]


class Command(BaseCommand):
    help = "Register, lock and flag the demonstration's people, once. For script/demo."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--domain",
            action="store_true",
            help="who has no role gets an account in the domain that AD_… names",
        )
        parser.add_argument(
            "--random-passwords", action="store_true", help="new passwords, printed once"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is for demonstrations: set DEMO=1.")
        with across_directories("the demonstration is its own deployment"):
            if not Factor.objects.exists():
                self._prepare()
                if options["domain"]:
                    domain.move_in(_without_a_role())
            if options["random_passwords"]:
                self._random_passwords()

    def _prepare(self) -> None:
        for name, address in MAILBOXES.items():
            self._register(name, "alternate_email", address=address)
        for name, number in PHONES.items():
            self._register(name, "mobile_phone", address=number)
        for name, number in DESKS.items():
            self._register(name, "office_phone", confirmed=False, address=number)
        for name in APPS:
            self._register(name, "authenticator_app", label="Demo app", secret=new_secret())
        known.give_answers(self._register("ada.marlow", "security_questions"))
        known.give_codes(self._register("ben.osei", "recovery_codes"))
        User.objects.filter(upn_key__startswith="mira.").update(must_change_password=True)
        User.objects.update(password_changed_at=timezone.now())
        self._lock("lena.kowal")
        for user in User.objects.select_related("directory"):
            coverage.update(user)
        Coverage.objects.update(confirmed_at=timezone.now())
        decoys.recompute()

    def _register(
        self, name: str, method: str, *, confirmed: bool = True, **details: Any
    ) -> Factor:
        user = User.objects.get(upn_key__startswith=f"{name}@")
        return Factor.objects.create(
            directory_id=user.directory_id,
            user=user,
            method=method,
            source=FactorSource.IMPORT,
            confirmed_at=timezone.now() if confirmed else None,
            **details,
        )

    def _lock(self, name: str) -> None:
        user = User.objects.select_related("directory").get(upn_key__startswith=f"{name}@")
        for number in range(user.directory.lockout_threshold):
            lockout.reserve(lockout.key_of(user), f"wrong {number}", False, user.directory)

    def _random_passwords(self) -> None:
        Factor.objects.filter(method__in=known.METHODS).delete()
        for user in User.objects.order_by("upn_key"):
            password = secrets.token_urlsafe(15)
            User.objects.filter(pk=user.pk).update(password=make_password(password))
            self.stdout.write(f"{user.user_principal_name:40} {password}")
        self.stdout.write(f"{len(people.PEOPLE)} people have new passwords.")
