"""Writing to those who help, for people who cannot get on: choices only, no words of a stranger.

Somebody's name and nobody's cost the same here; who is told, if anybody, the worker finds out.
Nothing is ever sent to an address that was typed.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import BigIntegerField
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import services as audit
from accounts.audit.events import Event
from accounts.client import Client
from accounts.limits import services as limits
from accounts.limits.services import Limit
from accounts.notices import Notice, notify
from accounts.outbox.models import Parcel
from accounts.outbox.services import TryLater, send
from accounts.people import services as people
from accounts.people.helpers import who_helps
from accounts.people.models import Directory, User
from accounts.people.roles import Capability, has
from accounts.people.services import Found
from accounts.policy import services as policies
from accounts.prepared import Given, Prepared
from accounts.reference import reference_of
from accounts.signin import browsers
from reset import effort, events
from reset.effort import Effort
from reset.limits import HOUR, Paused
from reset.models import Attempt

PER_NAME = Limit("contact.messages_per_name", times=3, within=HOUR, rest=HOUR)
PER_NETWORK = Limit("contact.messages_per_network", times=10, within=HOUR, rest=HOUR)
PER_DIRECTORY = Limit("contact.messages", times=60, within=HOUR, rest=HOUR)
# Of mails to those who help, however many they are; what is over waits for its hour, up to a day.
MAILS = Limit("contact.mails", times=300, within=HOUR, rest=HOUR)
KEPT_TRYING = timedelta(days=1)

_PERSON = Prepared(
    lambda: User.objects.filter(
        directory_id=Given("directory", BigIntegerField()), pk=Given("user", BigIntegerField())
    ).select_related("directory")
)


class Why(models.TextChoices):
    """What somebody may say. The values are in mails and in the trail."""

    NOTHING_ARRIVES = "nothing_arrives", _("No code or call arrives")
    NONE_IS_MINE = "none_is_mine", _("I have none of the ways that are offered any more")
    BLOCKED = "blocked", _("It says that I am blocked, or have to wait")
    NOT_POSSIBLE = "not_possible", _("It says that I can’t reset my password here")
    OTHER = "other", _("Something else")


class Elsewhere(Exception):
    """The policy names a place of its own for help; ``url`` is where."""

    def __init__(self, directory: Directory, url: str) -> None:
        super().__init__(directory.name)
        self.directory, self.url = directory, url


class NobodyThere(Exception):
    """The directory has nobody who could be written to."""

    def __init__(self, directory: Directory) -> None:
        super().__init__(directory.name)
        self.directory = directory


def ask(
    typed: str, why: Why, *, attempt: Attempt | None, client: Client, brought: Effort = effort.NONE
) -> str | Paused:
    """Ask for help for a name, whoever's it is; returns the reference to tell the helpdesk.

    Raises people.NotSetUp, effort.Due, Elsewhere and NobodyThere.
    """
    found = people.find(typed)
    directory, own = found.directory, _own(attempt, found)
    policy = own.policy if own else None
    url = policy.helpdesk_url if policy else policies.general_helpdesk_url(directory)
    if url:
        raise Elsewhere(directory, url)
    known = browsers.is_known(directory.pk, found.user, client)
    effort.demand(directory, brought, purpose=effort.CONTACT, known_browser=known)
    if not who_helps(directory):
        raise NobodyThere(directory)
    if paused := _count(found, known, client):
        until = paused.until.isoformat(timespec="seconds") if paused.until else ""
        _note(events.Blocked(limit=paused.limit, until=until), found, own, client)
        return paused
    reference = own.reference if own else reference_of(client.request_id)
    with transaction.atomic():
        _note(events.AdministratorContacted(reason=why.value), found, own, client)
        _send(found, why, reference, client)
    return reference


def deliver(parcel: Parcel) -> None:
    """The outbox's handler: tell those who help, and whose name it is. Nobody's tells no one."""
    payload = parcel.payload
    assert parcel.directory, "a request for help belongs to a directory"
    person = _PERSON.first(directory=parcel.directory_id, user=payload["user"] or 0)
    helpers = who_helps(parcel.directory, but=person)
    if person is None:
        return
    _hold_back(parcel.directory_id or 0, len(helpers))
    client = Client(device=payload["device"], network=payload["network"])
    context = {"reference": payload["reference"], "person": str(person.pk), "why": payload["why"]}
    policy = policies.for_user(person)
    with transaction.atomic():
        for helper in helpers:
            address = helper.mail or helper.alternate_email
            about = {**context, "person_link": _page_of(person, helper)}
            notify(helper, Notice.HELP_WANTED, client=client, context=about, only=[address])
        if policy is None or policy.notify_users:
            about = {"reference": payload["reference"]}
            notify(person, Notice.HELP_ASKED_FOR, client=client, context=about)


def _hold_back(directory: int, helpers: int) -> None:
    """Raise TryLater when the people who help have had their mails of this hour."""
    each = replace(MAILS, times=max(1, MAILS.times // max(1, helpers)))
    if not limits.spend(each, str(directory), directory=directory).allowed:
        raise TryLater("enough messages to those who help for this hour")


def _own(attempt: Attempt | None, found: Found) -> Attempt | None:
    """The attempt of this browser, where it is for the name that was typed now."""
    if attempt is None or attempt.directory_id != found.directory.pk:
        return None
    return attempt if bytes(attempt.name_key) == found.name_key else None


def _count(found: Found, known: bool, client: Client) -> Paused | None:
    """Browsers that are known are counted apart, and not by network."""
    place = "known" if known else "stranger"
    counted: list[tuple[Limit, tuple[str, ...]]] = [
        (PER_NAME, (found.name_key.hex(), place)),
        (PER_DIRECTORY, (str(found.directory.pk), place)),
    ]
    if not known:
        counted.insert(0, (PER_NETWORK, (str(found.directory.pk), client.network)))
    for limit, who in counted:
        spent = limits.spend(limit, *who, directory=found.directory.pk)
        if not spent.allowed:
            until = spent.until or timezone.now()
            return Paused(limit.name, until, found.directory.time_zone)
    return None


def _note(event: Event, found: Found, own: Attempt | None, client: Client) -> None:
    audit.record(
        event,
        directory=found.directory.pk,
        client=client,
        subject=found.user,
        attempt=own.pk if own else None,
        name_key=found.name_key,
    )


def _send(found: Found, why: Why, reference: str, client: Client) -> None:
    payload: dict[str, Any] = {
        "user": found.user.pk if found.user else None,
        "why": why.value,
        "reference": reference,
        "device": client.device,
        "network": client.network,
    }
    send("contact", payload, directory=found.directory.pk, expires_in=KEPT_TRYING)


def _page_of(person: User, helper: User) -> str:
    """Where the helper finds the person; empty for those who may not open that page."""
    if not has(helper, Capability.PEOPLE):
        return ""
    return f"{settings.PUBLIC_BASE_URL}{reverse('admin:accounts_user_change', args=[person.pk])}"
