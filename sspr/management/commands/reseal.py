"""After a change of CODE_PEPPER: what was sealed with the one before. docs/operations.md."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.tenancy import across_directories
from registration.resealing import reseal
from writeback.channel import enrolment


class Command(BaseCommand):
    help = "Seal the secrets of authenticator apps anew, with the CODE_PEPPER of today."

    def handle(self, *args: Any, **options: Any) -> None:
        done = reseal()
        with across_directories("a pepper is the deployment's"):
            agents = enrolment.vouch_anew()
        told = f"{done.factors} sealed anew, {done.passkeys} passkeys noted, "
        self.stdout.write(f"{told}{agents} agents vouched for.")
        if done.unreadable:
            raise CommandError(
                f"{done.unreadable} cannot be opened: they were sealed with another pepper. "
                "Is CODE_PEPPER_PREVIOUS the right one?"
            )
