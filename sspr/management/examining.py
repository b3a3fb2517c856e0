"""``directory check``: what an agent finds, and the lines that mend it."""

from django.core.management.base import BaseCommand, CommandError

from accounts.client import Client
from accounts.people.models import Directory
from accounts.people.registry import Act
from writeback.agent.answers import Health
from writeback.agent.doctor.console import lines
from writeback.doctor import services as doctor
from writeback.doctor.words import words_of


def run(command: BaseCommand, name: str, target: str) -> None:
    """Check a directory server, or one person or unit in it; a fault is the command's error."""
    directory = Directory.objects.filter(name=name).first()
    if directory is None:
        raise CommandError(f"There is no directory called {name}.")
    if directory.store_kind not in doctor.ON_PREMISES:
        raise CommandError(f"{name} has no directory server: its passwords are kept here.")
    act = Act(Client.nowhere())
    seen = doctor.check_one(directory, target) if target else doctor.check(directory, act)
    for line in lines((one, words_of(one)) for one in seen.findings):
        command.stdout.write(line)
    faults = sum(one.health is Health.FAULT for one in seen.findings)
    if faults:
        raise CommandError(f"Faults: {faults}.")
    command.stdout.write(command.style.SUCCESS("No fault was found."))
