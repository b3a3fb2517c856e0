"""Mails before a password expires: each once for each password, and none after it was changed.

``User.expiry_told_at`` holds the moment from which the last reminder was due. Moments of a later
reminder, and those of a newer password, lie after it, so nothing has to be set back. Marking a
person and posting to them is one transaction; a run that dies leaves nothing half done.
"""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation

from accounts import mail, seams
from accounts.audit.services import record
from accounts.client import Client
from accounts.moments import told
from accounts.outbox.models import Parcel
from accounts.outbox.services import send
from accounts.people import passwords
from accounts.people.models import Directory, Source, User
from accounts.people.models.user import UserQuerySet
from accounts.policy.services import helpdesk_url
from change.events import Reminded

WAVE = 500  # people in one run of the job, and so in a minute
KIND = "password reminder"
_SLUG = "password_expires"
_KEPT_TRYING = timedelta(hours=20)  # the next reminder may be a day away


def run() -> int:
    """Post the reminders that are due, a wave at most; returns how many people get one. A job.

    Mails of earlier waves that still wait count: a mail server that comes back gets no flood.
    """
    now = timezone.now()
    room, posted = WAVE - Parcel.objects.filter(kind=KIND, finished_at=None).count(), 0
    directories = Directory.objects.filter(password_max_age_days__isnull=False)
    for directory in directories.defer("logo", "logo_dark").order_by("?"):
        for days, later in _windows(directory.reminder_days):
            people = due(directory, days, later, now)
            for user in people.order_by("pk")[: max(0, room - posted)]:
                user.directory = directory
                posted += _remind(user, days)
    return posted


def due(directory: Directory, days: int, later: int, now: datetime) -> UserQuerySet:
    """Those whose password expires in at most ``days`` and more than ``later`` days, and who have
    not been told so."""
    assert directory.password_max_age_days
    age = timedelta(days=directory.password_max_age_days)
    before = now - age + timedelta(days=days)
    after = now - age + timedelta(days=later)
    moment = age - timedelta(days=days)
    untold = Q(expiry_told_at=None) | Q(expiry_told_at__lt=F("password_changed_at") + moment)
    people = User.objects.in_directory(directory).filter(
        enabled=True, source=Source.CLOUD, password_never_expires=False, must_change_password=False
    )
    return people.filter(untold, password_changed_at__gt=after, password_changed_at__lte=before)


def deliver(parcel: Parcel) -> None:
    """The outbox's handler: one mail to one address, unless the password is another by now."""
    payload = parcel.payload
    people = User.objects.select_related("directory").defer("directory__logo_dark")
    user = people.filter(pk=payload["user"], enabled=True).first()
    expires = passwords.expires_at(user) if user else None
    if user is None or expires is None or expires.isoformat() != payload["expires"]:
        return
    if expires <= timezone.now() or user.must_change_password:
        return
    try:
        mail.send(
            payload["to"],
            _SLUG,
            _context(user, expires),
            user.wants_language,
            user.directory,
            person=user.pk,
            at=parcel.created_at,
            key=parcel.pk.hex[:10],
        )
    except mail.Undeliverable as refusal:
        for heard in seams.mail_refused():
            heard(user, payload["to"], refusal.status)


def _windows(days: list[int]) -> list[tuple[int, int]]:
    """Each number of days with the next smaller one: who was missed at 14 and has 5 days left is
    told once, at 7."""
    falling = sorted(days, reverse=True)
    return list(zip(falling, [*falling[1:], 0], strict=False))


def _remind(user: User, days: int) -> bool:
    """Mark the person and post to every address; False when somebody did, or it was changed."""
    expires = passwords.expires_at(user)
    assert expires
    moment = expires - timedelta(days=days)
    rows = User.objects.in_directory(user.directory_id).filter(
        Q(expiry_told_at=None) | Q(expiry_told_at__lt=moment),
        pk=user.pk,
        password_changed_at=user.password_changed_at,
    )
    with transaction.atomic():
        if not rows.update(expiry_told_at=moment):
            return False
        addresses = {a.strip().casefold(): a for s in seams.notice_addresses() for a in s(user)}
        for address in addresses.values():
            facts = {"user": user.pk, "to": address, "expires": expires.isoformat()}
            send(KIND, facts, directory=user.directory_id, expires_in=_KEPT_TRYING)
        event = Reminded(days=days)
        record(event, directory=user.directory_id, client=Client.nowhere(), subject=user)
    return True


def _context(user: User, expires: datetime) -> dict[str, str]:
    directory, host = user.directory, urlsplit(settings.PUBLIC_BASE_URL)
    with translation.override(user.wants_language):
        when = told(expires, directory.time_zone)
    return {
        "name": user.display_name,
        "account": user.user_principal_name,
        "when": when,
        "change_address": f"{host.netloc}{reverse('change:change')}",
        "helpdesk_link": "" if directory.helpdesk_phone else helpdesk_url(user),
    }
