"""The people every test knows, made by plain functions with defaults."""

import uuid
from datetime import timedelta
from typing import Any, TypeVar

from django.contrib.auth.hashers import make_password
from django.db.models import BigIntegerField, Model
from django.utils import timezone

from accounts.crypto import seal
from accounts.people import names
from accounts.people.models import Directory, Domain, RoleGrant, User
from accounts.policy.models import Policy
from accounts.prepared import Given, Prepared, insert
from registration.models import Coverage, Factor, FactorPiece, Passkey
from registration.passkeys.ceremonies import handle_of
from tests.support.authenticator import Authenticator

PASSWORD = "correct horse battery staple"
APP_SECRET = b"twenty secret bytes!"
Row = TypeVar("Row", bound=Model)


_COVERED = Prepared(
    lambda: Coverage.objects.filter(
        directory_id=Given("directory", BigIntegerField()), user=Given("user", BigIntegerField())
    )
)

_DOMAINS = Prepared(
    lambda: Domain.objects.filter(directory_id=Given("directory", BigIntegerField()))
)


def made(row: Row) -> Row:
    """Rows are made thousands of times, so their statements are written once."""
    insert(row)
    return row


def make_directory(name: str, *, domain: str, **fields: Any) -> Directory:
    """A directory with one domain, one password policy and no people."""
    directory = Directory.objects.create(name=name, **fields)
    made(Domain(directory=directory, name=domain))
    make_policy(directory)
    return directory


def make_policy(directory: Directory, name: str = "Everyone", **fields: Any) -> Policy:
    """Reset on, by mail or app, after one check; for everybody unless groups are added."""
    rules = {
        "self_service_reset": True,
        "methods": ["alternate_email", "authenticator_app"],
        "methods_required": 1,
        "registration_required": False,
        "factor_rest_hours": 0,
        **fields,
    }
    return made(Policy(directory=directory, name=name, **rules))


def make_user(
    name: str,
    *,
    directory: Directory,
    password: str = PASSWORD,
    roles: tuple[str, ...] = (),
    **fields: Any,
) -> User:
    """A person of the directory's first domain, signed up with a password and nothing else."""
    domain = _DOMAINS.all(directory=directory.pk)[0].name
    values = {
        "user_principal_name": f"{name}@{domain}",
        "display_name": name.capitalize(),
        "mail": f"{name}@mail.example",
        "password": make_password(password),
        "password_changed_at": timezone.now(),
        **fields,
    }
    user = User(directory=directory, **values)
    user.upn_key = names.key(user.user_principal_name)  # as its save() does
    user.account_name = names.key(user.account_name)
    insert(user)
    for role in roles:
        insert(RoleGrant(directory=directory, user=user, role=role))
    return user


def add_mailbox(user: User, address: str = "", **fields: Any) -> Factor:
    """A confirmed alternate address."""
    local = user.user_principal_name.partition("@")[0]
    return add_factor(user, "alternate_email", address=address or f"{local}@home.example", **fields)


def add_phone(user: User, number: str = "", **fields: Any) -> Factor:
    """A confirmed mobile phone."""
    return add_factor(
        user, "mobile_phone", address=number or f"+447700900{user.pk % 1000:03d}", **fields
    )


def add_desk(user: User, number: str = "", **fields: Any) -> Factor:
    """A confirmed office phone, behind a switchboard."""
    number = number or f"+442079460{user.pk % 1000:03d};ext=45"
    return add_factor(user, "office_phone", address=number, **fields)


def add_app(user: User, secret: bytes = APP_SECRET, **fields: Any) -> Factor:
    """A confirmed authenticator app."""
    return add_factor(user, "authenticator_app", secret=seal("authenticator_app", secret), **fields)


def add_passkey(user: User, seed: str = "", count: int = 0, **fields: Any) -> Factor:
    """A confirmed passkey; ``passkey_of`` is the device that has it."""
    factor = add_factor(user, "passkey", **fields)
    device = passkey_of(user, seed)
    Passkey.objects.create(
        directory_id=user.directory_id,
        factor=factor,
        credential_id=device.credential_id,
        public_key=device.public_key,
        sign_count=count,
        aaguid=uuid.UUID(int=0),
    )
    return factor


def passkey_of(user: User | None, seed: str = "") -> Authenticator:
    """Somebody's device, with the passkey that ``add_passkey`` writes down; or nobody's."""
    if user is None:
        return Authenticator(f"nobody {seed}", bytes(64))
    return Authenticator(f"{user.pk} {seed}", handle_of(user))


def add_factor(user: User, method: str, **fields: Any) -> Factor:
    """A confirmed factor, usable at once, and the coverage that follows from it."""
    values = {"confirmed_at": timezone.now(), **fields}
    factor = made(Factor(directory_id=user.directory_id, user=user, method=method, **values))
    cover(user, method)
    return factor


def cover(user: User, method: str) -> None:
    """What coverage says of a person who has this, too."""
    held = _COVERED.first(directory=user.directory_id, user=user.pk)
    values = {
        "registered": True,
        "enabled": True,
        "capable": True,
        "methods": sorted({method, *(held.methods if held else [])}),
        "confirmed_at": timezone.now(),
    }
    if held is None:
        insert(Coverage(directory_id=user.directory_id, user=user, **values))
    else:
        Coverage.objects.in_directory(user.directory_id).filter(user=user).update(**values)


def codes() -> list[str]:
    """The recovery codes of everybody in the cast who has some."""
    return [f"{slot}BCDEFGHJKMNPQRS" for slot in "23456789AB"]


def add_codes(user: User, **fields: Any) -> Factor:
    """Ten confirmed recovery codes."""
    factor = add_factor(user, "recovery_codes", **fields)
    known = {code[0]: make_password(code) for code in codes()}
    return _with_pieces(factor, known)


def add_pass(user: User, **fields: Any) -> Factor:
    """A temporary pass, good for an hour: the first of the cast's codes."""
    ends_at = timezone.now() + timedelta(hours=1)
    factor = add_factor(user, "temporary_pass", **{"ends_at": ends_at, **fields})
    return _with_pieces(factor, {"pass": make_password(codes()[0])})


ANSWERS = {
    "first_pet": "captain whiskers",
    "first_car": "saab 96 estate",
    "first_job": "plucking geese",
    "childhood_hero": "aunt ottilie",
    "first_school": "saltmarsh lane",
}


def add_answers(user: User, **fields: Any) -> Factor:
    """Five security questions, answered."""
    factor = add_factor(user, "security_questions", **fields)
    return _with_pieces(factor, {name: make_password(text) for name, text in ANSWERS.items()})


def _with_pieces(factor: Factor, known: dict[str, str]) -> Factor:
    FactorPiece.objects.bulk_create(
        FactorPiece(directory_id=factor.directory_id, factor=factor, name=name, hashed=hashed)
        for name, hashed in known.items()
    )
    return factor
