"""Links by which people say "this was not me", and what that does to an account.

Whoever holds such a link can stop an attempt and stop resets, and nothing else: it opens nothing.
What it does to attempts is decided in ``reset.not_me``.
"""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.audit.events import Event
from accounts.audit.services import record
from accounts.client import Client
from accounts.crypto import lasting_hash
from accounts.people import events
from accounts.people.models import Denial, NotMeLink, User
from accounts.people.registry import Act
from accounts.prepared import insert
from accounts.tenancy import across_directories

LIFE = timedelta(days=7)
CODE = "code"
_TOKEN_LENGTH = 32  # hexadecimal digits: 128 bits


def offer(user: User, about: str, reference: str) -> NotMeLink:
    """Let a person deny something they are about to be told, in the caller's transaction."""
    link = NotMeLink(**_row(user, about, reference))
    insert(link)
    return link


def offer_for_code(user: User, challenge: uuid.UUID, reference: str) -> NotMeLink:
    """Let a person deny that they asked for a code; the same link for every code of a question."""
    rows = NotMeLink.objects.in_directory(user.directory_id)
    found, _is_new = rows.get_or_create(
        challenge=challenge, user=user, defaults=_row(user, CODE, reference)
    )
    return found


def address_of(link: uuid.UUID) -> str:
    """Where the link leads; nothing that is kept can be turned into it without our key."""
    return f"{settings.PUBLIC_BASE_URL}{reverse('not_me_link', args=[_token(link)])}"


def opened(token: str) -> NotMeLink | None:
    """What a link is about; None for one that was never ours, or whose time is over."""
    return _living(token_key=_kept(token))


def held(pk: str) -> NotMeLink | None:
    """A link that was opened before, by its id."""
    return _living(pk=pk)


def deny(link: NotMeLink, denial: Denial) -> None:
    """Keep what came of a link; what was said first stands."""
    rows = NotMeLink.objects.in_directory(link.directory_id).filter(pk=link.pk, denial="")
    rows.update(denial=denial, denied_at=timezone.now())


def note(link: NotMeLink, event: Event, client: Client) -> None:
    """Write down what somebody with the link did; it is about the person, not proved by them."""
    record(event, directory=link.directory_id, client=client, subject=link.user)


@transaction.atomic
def block_resets(user: User, *, client: Client) -> bool:
    """Let nobody reset or unlock this account by themselves; False when that was so before."""
    rows = User.objects.in_directory(user.directory_id).filter(pk=user.pk)
    if not rows.filter(resets_blocked_at=None).update(resets_blocked_at=timezone.now()):
        return False
    record(events.ResetsBlocked(), directory=user.directory_id, client=client, subject=user)
    return True


@transaction.atomic
def lift(user: User, act: Act) -> bool:
    """Allow resets of an account again; False when they were allowed.

    Links from before are void: an old mail cannot bring the block back.
    """
    people = User.objects.in_directory(user.directory_id).filter(pk=user.pk)
    if not people.exclude(resets_blocked_at=None).update(resets_blocked_at=None):
        return False
    NotMeLink.objects.in_directory(user.directory_id).filter(user=user).delete()
    act.note(events.ResetsAllowed(), user)
    user.resets_blocked_at = None
    return True


def sweep() -> int:
    """Forget links whose time is over; returns how many."""
    with across_directories("upkeep of every directory's links"):
        return NotMeLink.objects.filter(expires_at__lte=timezone.now()).delete()[0]


def _living(**which: object) -> NotMeLink | None:
    with across_directories("a link does not say whose it is"):
        rows = NotMeLink.objects.filter(expires_at__gt=timezone.now(), **which)
        return rows.select_related("directory", "user__directory").first()


def _row(user: User, about: str, reference: str) -> dict[str, object]:
    pk = uuid.uuid4()
    return {
        "id": pk,
        "directory_id": user.directory_id,
        "user": user,
        "token_key": _kept(_token(pk)),
        "about": about,
        "reference": reference,
        "expires_at": timezone.now() + LIFE,
    }


def _token(link: uuid.UUID) -> str:
    return lasting_hash("not-me", str(link)).hex()[:_TOKEN_LENGTH]


def _kept(token: str) -> bytes:
    return lasting_hash("not-me-kept", token[: 2 * _TOKEN_LENGTH])
