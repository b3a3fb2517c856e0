"""Campaigns from the shell: see whom, start, follow, hold, end. docs/campaigns.md tells how."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.client import Client
from accounts.people.models import Directory, Group
from accounts.people.registry import Act
from registration.campaigns import audience, services, waves
from registration.campaigns.audience import Preview
from registration.campaigns.models import OPEN, Audience, Campaign, Kind, Reason
from sspr.imports.progress import Progress

STEPS = {"pause": services.pause, "resume": services.resume, "stop": services.stop}
DONE = {"pause": "Paused.", "resume": "Goes on.", "stop": "Stopped: what has not left never will."}
LOOK_EVERY = 2.0  # seconds
INTERRUPTED = 130  # as shells say it


class Command(BaseCommand):
    help = "Write to people about registering: announce, available, remind."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        for name, told in (("plan", "count and list; write nothing"), ("start", "start one")):
            verb = verbs.add_parser(name, help=told)
            verb.add_argument("--kind", required=True, choices=Kind.values)
            verb.add_argument("--wave", type=int, default=50, help="letters at a time, 1 to 500")
            verb.add_argument("--per-hour", type=int, default=600, help="letters at most")
            whom = verb.add_mutually_exclusive_group()
            whom.add_argument("--group", default="", help="only to this group, and those in it")
            whom.add_argument("--not-capable", action="store_true", help="not yet registered")
            verb.add_argument("--dry-run", action="store_true", help="like plan")
        status = verbs.add_parser("status", help="how far they are")
        status.add_argument("campaign", nargs="?", type=int, help="its number; default: all")
        status.add_argument("--follow", action="store_true", help="until it is over")
        for name in STEPS:
            verbs.add_parser(name).add_argument("campaign", type=int, help="its number")
        for verb in verbs.choices.values():
            verb.add_argument("--directory", required=True, help="its name")

    def handle(self, *args: Any, verb: str, directory: str, **options: Any) -> None:
        home = Directory.objects.filter(name__iexact=directory).first()
        if home is None:
            raise CommandError(f"There is no directory called {directory}.")
        try:
            if verb in {"plan", "start"}:
                self._begin(verb, home, options)
            elif verb == "status":
                self._status(home, options["campaign"], options["follow"])
            else:
                self._step(verb, _campaign(home, options["campaign"]))
        except KeyboardInterrupt:
            raise CommandError(
                "Stopped looking. A campaign that was started goes on by itself.",
                returncode=INTERRUPTED,
            ) from None

    def _begin(self, verb: str, home: Directory, options: dict[str, Any]) -> None:
        draft = _draft(home, options)
        try:
            services.check(draft)
            if verb == "plan" or options["dry_run"]:
                return self._plan(draft)
            services.start(draft, Act(Client.nowhere()))
        except ValidationError as refusal:
            raise CommandError("\n".join(refusal.messages)) from refusal
        with Progress(audience.people(draft).count(), unit="people") as progress:
            while waves.is_listing(draft):
                progress.move(waves.list_batch(draft))
        self.stdout.write(self.style.SUCCESS(f"Campaign {draft.pk} runs."))
        self._tell(draft)

    def _plan(self, draft: Campaign) -> None:
        found = Preview(people=audience.people(draft).count())
        with Progress(found.people, unit="people") as progress:
            for batch in audience.batches(draft):
                found.add(batch)
                for one in batch:
                    why = f"no letter: {Reason(one.reason).label}" if one.reason else "letter"
                    self.stdout.write(f"{one.user}\t{why}")
                progress.move(len(batch))
        self.stdout.write(f"{found.letters} of {found.people} people would get a letter.")
        for reason, n in found.reasons:
            self.stdout.write(f"{n} would not: {reason}.")
        self.stdout.write("Nothing was written.")

    def _status(self, home: Directory, number: int | None, follow: bool) -> None:
        if number is None:
            if follow:
                raise CommandError("Say which campaign to follow.")
            for campaign in Campaign.objects.in_directory(home).order_by("pk"):
                self._tell(campaign)
            return
        campaign = _campaign(home, number)
        if follow:
            campaign = _followed(campaign)
        self._tell(campaign)

    def _step(self, verb: str, campaign: Campaign) -> None:
        if not STEPS[verb](campaign, Act(Client.nowhere())):
            raise CommandError(f"Campaign {campaign.pk} is {campaign.get_state_display()}.")
        self.stdout.write(DONE[verb])

    def _tell(self, campaign: Campaign) -> None:
        words = services.progress(campaign).in_words or "nobody listed yet"
        state = campaign.get_state_display()
        self.stdout.write(f"{campaign.pk}\t{campaign.kind}\t{state}\t{words}")


def _draft(home: Directory, options: dict[str, Any]) -> Campaign:
    group, kind = None, Audience.EVERYBODY
    if options["group"]:
        group = Group.objects.in_directory(home).filter(name=options["group"]).first()
        kind = Audience.GROUP
        if group is None:
            raise CommandError(f"{home.name} has no group called {options['group']}.")
    if options["not_capable"]:
        kind = Audience.NOT_CAPABLE
    return Campaign(
        directory=home,
        kind=options["kind"],
        audience=kind,
        group=group,
        wave=options["wave"],
        per_hour=options["per_hour"],
    )


def _campaign(home: Directory, number: int) -> Campaign:
    rows = Campaign.objects.in_directory(home).select_related("directory")
    found = rows.filter(pk=number).first()
    if found is None:
        raise CommandError(f"{home.name} has no campaign {number}.")
    return found


def _followed(campaign: Campaign) -> Campaign:
    """Look until it is over, with a bar."""
    seen = services.progress(campaign)
    with Progress(seen.total, unit="letters") as progress:
        progress.move(seen.over)
        while campaign.state in OPEN:
            time.sleep(LOOK_EVERY)
            now = services.progress(campaign)
            progress.move(now.over - seen.over)
            seen, campaign = now, _campaign(campaign.directory, campaign.pk)
    return campaign
