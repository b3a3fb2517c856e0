"""Finding people by what they typed."""

import logging
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, CharField, Exists, OuterRef, Q, QuerySet, Subquery

from accounts.crypto import keyed_hash
from accounts.people import names
from accounts.people.models import Directory, Domain, User
from accounts.prepared import Given, Prepared, build_in_vain

logger = logging.getLogger(__name__)


class NotSetUp(Exception):
    """There is no directory yet, so there is nobody to find."""


@dataclass(frozen=True, slots=True)
class Found:
    """Who a typed name is, if anybody.

    ``name_key`` is what limits are counted under: every spelling of a name has the same one.
    ``draw_key`` is what a decoy is drawn by: it tells apart what ``name_key`` throws together,
    since only one spelling of a name can be somebody's and the others must not look like it.
    """

    directory: Directory
    user: User | None
    name_key: bytes
    draw_key: bytes


def find(typed: str) -> Found:
    """The directory and the person a sign-in name means; two queries, whoever it is."""
    name = names.parse(_storable(typed))
    directory, domain = _directory(name)
    canonical = _canonical(name, domain)
    user = _only(_people(directory, name, canonical), directory)
    if user is None:
        build_in_vain(User)
    spelling = user.user_principal_name if user else canonical
    return Found(
        directory=directory,
        user=user,
        name_key=keyed_hash("name", names.counted_as(spelling)),
        draw_key=keyed_hash("name", "draw", names.key(spelling)),
    )


def directory_named(text: str) -> Directory | None:
    """The directory with this name or domain, to wear its branding; None for no such."""
    wanted = _storable(text).strip()
    named = Q(name__iexact=wanted) | Q(domains__name=wanted.lower())
    return Directory.objects.filter(named).order_by("pk").first()


def default_directory() -> Directory | None:
    """The directory whose branding pages wear that know nobody; None before there is one."""
    return Directory.objects.order_by("-is_default", "pk").first()


def directory_or_default(key: int) -> Directory | None:
    """The directory with this key; the default one for 0."""
    return Directory.objects.filter(pk=key).first() if key else default_directory()


def _storable(typed: str) -> str:
    """What a database can be asked for: no NUL, no half of a surrogate pair."""
    return typed.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()


def _directory(name: names.SignInName) -> tuple[Directory, str]:
    """The directory a name belongs to, else the default one; and its first domain.

    The domain is empty when an alias was typed that is nobody's.
    """
    alias = name.alias.upper() if name.alias.isascii() else name.alias  # as they are kept
    directory = _MEANT.first(domain=name.domain, alias=alias)
    if directory is None:
        raise NotSetUp
    by_alias = bool(name.alias) and directory.is_meant
    return directory, (directory.first_domain or "") if by_alias else ""


def _meant() -> "QuerySet[Any, Any]":
    """The directories, first the one that a domain or an alias means; no alias matches none."""
    domains = Domain.objects.filter(directory=OuterRef("pk"))
    has_domain = Q(Exists(domains.filter(name=Given("domain", CharField()))))
    has_alias = Q(alias=Given("alias", CharField())) & ~Q(alias="")
    known = Directory.objects.defer("logo", "logo_dark").annotate(
        first_domain=Subquery(domains.order_by("pk").values("name")[:1]),
        is_meant=has_domain | has_alias,
    )
    return known.order_by("-is_meant", "-is_default", "pk")[:1]


_MEANT = Prepared(_meant)
_NAMED = Prepared(
    lambda: User.objects.filter(
        directory_id=Given("directory", BigIntegerField()), upn_key=Given("name", CharField())
    )[:2]
)


def _canonical(name: names.SignInName, domain: str) -> str:
    """``local@domain`` where that can be said; what was typed otherwise."""
    if name.domain or domain:
        return f"{name.local.strip()}@{name.domain or domain}"
    return f"{name.alias}\\{name.local}" if name.alias else name.local


def _people(directory: Directory, name: names.SignInName, canonical: str) -> list[User]:
    """Whose name it is; two of them are enough to know that it is not one person's."""
    if name.alias:
        by_account = Q(account_name=names.key(name.local)) & ~Q(account_name="")
        known = by_account if "@" in canonical else Q(pk=None)
        people = User.objects.in_directory(directory)
        return list(people.filter(Q(upn_key=names.key(canonical)) | known)[:2])
    return _NAMED.all(directory=directory.pk, name=names.key(canonical))


def _only(matches: list[User], directory: Directory) -> User | None:
    """The one match. Two people with one name are a fault of the data: then it is nobody's."""
    if len(matches) > 1:
        logger.error("a sign-in name matches several people of directory %s", directory.pk)
        return None
    for person in matches:
        person.directory = directory  # it is in hand already
    return matches[0] if matches else None
