"""Notices: telling people what happened to their account, at every address that is theirs.

One parcel per address, written in the transaction that decided. A page never waits for a mail.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import BigIntegerField
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from accounts import mail, seams
from accounts.audit.events import Event
from accounts.audit.models import Outcome
from accounts.audit.services import record
from accounts.client import Client
from accounts.messages.services import chosen
from accounts.moments import told
from accounts.outbox.models import Parcel
from accounts.outbox.services import send
from accounts.people import not_me
from accounts.people.models import User
from accounts.policy.services import helpdesk_url
from accounts.prepared import Given, Prepared
from accounts.reference import reference_of

KEPT_TRYING = timedelta(days=3)


class Notice(models.TextChoices):
    """What is told. The value names the templates: ``templates/email/<value>.*``."""

    PASSWORD_RESET = "password_reset", _("Password reset")
    RESET_NOT_POSSIBLE = "reset_not_possible", _("Reset not possible")
    PASSWORD_CHANGED = "password_changed", _("Password changed")
    ACCOUNT_UNLOCKED = "account_unlocked", _("Account unlocked")
    METHOD_ADDED = "method_added", _("Method added")
    METHOD_REMOVED = "method_removed", _("Method removed")
    METHOD_GUESSED = "method_guessed", _("Many wrong answers to a method")
    PASS_ISSUED = "pass_issued", _("Temporary pass issued")
    RECOVERY_CODE_USED = "recovery_code_used", _("Recovery code used")
    CONTACTS_CHANGED = "contacts_changed", _("Contact data changed by staff")
    TOO_MANY_WRONG_PASSWORDS = "too_many_wrong_passwords", _("Too many wrong passwords")
    TELEPHONY_ALARM = "telephony_alarm", _("Telephony alarm")
    GUESSING_ALARM = "guessing_alarm", _("Guessing alarm")
    DELETIONS_ASK = "deletions_ask", _("Many people gone from the directory server")
    RESET_DENIED = "reset_denied", _("Somebody said that a reset was not theirs")
    HELP_WANTED = "help_wanted", _("Somebody asked for help")
    HELP_ASKED_FOR = "help_asked_for", _("Help asked for in somebody's name")
    ADMINISTRATOR_RESET = "administrator_reset", _("Password of a role holder reset")


DENIABLE = frozenset(
    {
        Notice.PASSWORD_RESET,
        Notice.PASSWORD_CHANGED,
        Notice.ACCOUNT_UNLOCKED,
        Notice.METHOD_ADDED,
        Notice.METHOD_REMOVED,
        Notice.METHOD_GUESSED,
        Notice.PASS_ISSUED,
        Notice.RECOVERY_CODE_USED,
        Notice.CONTACTS_CHANGED,
    }
)


@dataclass(frozen=True, kw_only=True)
class NoticeSent(
    Event,
    kind="notice.sent",
    outcome=Outcome.NOTED,
    sentence=_("A notice was sent (%(notice)s)"),
):
    notice: str
    maybe_repeated: bool


@dataclass(frozen=True, kw_only=True)
class NoticeUndeliverable(
    Event,
    kind="notice.undeliverable",
    outcome=Outcome.FAILED,
    sentence=_("A notice could not be delivered (%(notice)s)"),
):
    notice: str


_RECIPIENT = Prepared(
    lambda: (
        User.objects.filter(pk=Given("user", BigIntegerField()))
        .select_related("directory")
        .defer("directory__logo", "directory__logo_dark")
    )
)


def notify(
    user: User,
    notice: Notice,
    *,
    client: Client,
    context: Mapping[str, str] | None = None,
    extra_addresses: Iterable[str] = (),
    only: Iterable[str] | None = None,
) -> list[Parcel]:
    """Tell a person, at every address on record and at the extra ones; or at some ``only``.

    Call it in the transaction that decided. ``context`` may hold ``method`` (a slug),
    ``reference``, and ``person`` (an id: whom a notice to staff is about); never a secret.
    """
    known = _on_record(user) if only is None else only
    addresses = _distinct([*known, *extra_addresses])
    facts = _facts(user.pk, notice, client, context or {})
    if addresses and notice in DENIABLE:
        facts["not_me"] = str(not_me.offer(user, notice.value, facts["reference"]).pk)
    return [_post({**facts, "to": address}, user.directory_id) for address in addresses]


def notify_later(
    user: User | None,
    notice: Notice,
    *,
    directory: int,
    client: Client,
    context: Mapping[str, str] | None = None,
) -> Parcel:
    """Like ``notify``, but the addresses are looked up by the worker.

    For pages that must do the same for somebody and for nobody: nobody's parcel tells no one.
    """
    return _post(_facts(user.pk if user else None, notice, client, context or {}), directory)


def own_addresses(user: User) -> list[str]:
    """The addresses of the account itself."""
    return [address for address in (user.mail, user.alternate_email) if address]


def deliver(parcel: Parcel) -> None:
    """The outbox's handler: one mail to one address."""
    payload = parcel.payload
    user = _RECIPIENT.first(user=payload["user"] or 0)
    if user is None:
        return
    if "to" not in payload:
        for address in _distinct(_on_record(user)):
            _post({**payload, "to": address}, user.directory_id)
        return
    _tell(parcel, user)


def _tell(parcel: Parcel, user: User) -> None:
    notice = parcel.payload["notice"]
    own, language = chosen(user.directory, notice, user.wants_language)
    repeated = parcel.attempts - 1 > parcel.payload.get("not_sent", 0)
    with translation.override(language):
        context = _context(user, parcel.payload, repeated)
    headers = _headers(parcel, repeated)
    event: Event = NoticeSent(notice=notice, maybe_repeated=repeated)
    try:
        mail.send(
            parcel.payload["to"],
            notice,
            context,
            language,
            user.directory,
            person=user.pk,
            at=parcel.created_at,
            key=parcel.pk.hex[:10],
            headers=headers,
            own=own,
        )
    except mail.Undeliverable as refusal:
        event = NoticeUndeliverable(notice=notice)
        for heard in seams.mail_refused():
            heard(user, parcel.payload["to"], refusal.status)
    except mail.NotSent:
        _remember_not_sent(parcel)
        raise
    nowhere = Client(device="system", language=language)
    record(event, directory=user.directory_id, client=nowhere, subject=user)


def _remember_not_sent(parcel: Parcel) -> None:
    """The server surely has not got the mail, so that the next try is no repeat."""
    parcel.payload["not_sent"] = parcel.payload.get("not_sent", 0) + 1
    parcel.save(update_fields=["payload"])


def _headers(parcel: Parcel, repeated: bool) -> dict[str, str]:
    return {"X-Maybe-Repeat": str(parcel.attempts)} if repeated else {}


def _context(user: User, payload: Mapping[str, Any], repeated: bool) -> dict[str, str | bool]:
    directory = user.directory
    return {
        **payload["context"],
        "name": mail.unlinked(user.display_name),
        "account": user.user_principal_name,
        "when": told(datetime.fromisoformat(payload["at"]), directory.time_zone),
        "device": str(_DEVICES.get(payload["device"], _DEVICES["unknown"])),
        "network": payload["network"],
        "reference": payload["reference"],
        "helpdesk_link": "" if directory.helpdesk_phone else helpdesk_url(user),
        "method": _method_name(payload["context"].get("method", "")),
        "maybe_repeated": repeated,
        "not_me_link": _not_me_link(payload),
        **_person(payload["context"].get("person", "")),
    }


def _not_me_link(payload: Mapping[str, Any]) -> str:
    link = payload.get("not_me")
    return not_me.address_of(uuid.UUID(link)) if link else ""


def _person(pk: str) -> dict[str, str]:
    """Whom a notice to staff is about."""
    person = _RECIPIENT.first(user=int(pk)) if pk else None
    if person is None:
        return {"person": ""}
    return {"person": person.user_principal_name, "person_name": mail.unlinked(person.display_name)}


def _method_name(slug: str) -> str:
    """What a method is called in the recipient's language."""
    path = settings.VERIFICATION_METHODS.get(slug)
    return str(import_string(path).name) if path else slug


def _facts(
    user: int | None, notice: Notice, client: Client, context: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "user": user,
        "notice": notice.value,
        "at": timezone.now().isoformat(),
        "device": client.device,
        "network": client.network,
        "reference": context.get("reference") or reference_of(client.request_id),
        "context": dict(context),
    }


def _post(payload: dict[str, Any], directory: int) -> Parcel:
    return send("notice", payload, directory=directory, expires_in=KEPT_TRYING)


def _on_record(user: User) -> list[str]:
    return [address for source in seams.notice_addresses() for address in source(user)]


def _distinct(addresses: Iterable[str]) -> list[str]:
    """Each mailbox once, however its address is written."""
    found: dict[str, str] = {}
    for address in addresses:
        found.setdefault(address.strip().casefold(), address.strip())
    return [address for address in found.values() if address]


_DEVICES = {
    "phone": _("A phone"),
    "tablet": _("A tablet"),
    "computer": _("A computer"),
    "system": _("The portal itself"),
    "unknown": _("A device we do not know"),
}
