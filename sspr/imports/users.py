"""People from a CSV file: all rows can be used, or nothing is written."""

from collections.abc import Callable

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.people import events, groups, names, passwords, registry
from accounts.people.models import Directory, Domain, Group, Role, Source, User
from accounts.people.registry import Act
from sspr.imports.rows import Row, Wrong

_TEXTS = (
    "display_name",
    "mail",
    "mobile",
    "office_phone",
    "alternate_email",
    "account_name",
    "language",
)
_FLAGS = ("enabled", "must_change_password", "password_never_expires")
_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
LONGEST_PASSWORD = 256


def prepare(rows: list[Row], directory: Directory | None) -> None:
    """Work out what every row would do, without writing anything; raises Wrong."""
    directories = dict[str, Directory]()
    for domain in Domain.objects.select_related("directory"):
        directories[domain.name] = domain.directory
    faults = []
    seen: dict[str, int] = {}
    for row in rows:
        try:
            _once(row, seen)
            _prepare(row, _home(row, directories, directory))
        except ValidationError as refusal:
            faults += [f"row {row.number} ({row.name}): {text}" for text in _messages(refusal)]
    if faults:
        raise Wrong(faults)


def encode(rows: list[Row], progress: Callable[[int, int], None]) -> None:
    """Hash the passwords that are new: slow, so outside the transaction."""
    for done, row in enumerate(rows, start=1):
        password = row.given.get("password")
        if password and row.user and not check_password(password, row.user.password):
            row.encoded = make_password(password)
        progress(done, len(rows))


def write(rows: list[Row], act: Act) -> list[Directory]:
    """Write every row in one transaction; returns the directories that were touched."""
    touched: dict[int, Directory] = {}
    with transaction.atomic():
        for row in rows:
            user = row.user
            assert user is not None, "prepared"
            _write(row, user, act)
            touched[user.directory_id] = user.directory
    return list(touched.values())


def _once(row: Row, seen: dict[str, int]) -> None:
    key = names.key(row.name)
    if key in seen:
        raise ValidationError(f"is in row {seen[key]} already")
    seen[key] = row.number


def _home(row: Row, directories: dict[str, Directory], asked: Directory | None) -> Directory:
    """The directory of the name's domain, which has to be the one asked for, if any."""
    names.validate_upn(row.name)
    domain = row.name.rpartition("@")[2].lower()
    found = directories.get(domain)
    if found is None:
        raise ValidationError(f"no directory has the domain {domain}")
    if asked and found.pk != asked.pk:
        raise ValidationError(f"{domain} belongs to the directory {found.name}")
    return found


def _prepare(row: Row, directory: Directory) -> None:
    people = User.objects.in_directory(directory).select_related("directory")
    known = people.filter(upn_key=names.key(row.name)).first()
    user = known or User(directory=directory, user_principal_name=row.name)
    before = {name: getattr(user, name) for name in (*_TEXTS, *_FLAGS, "source")}
    _fill(user, row)
    if known is None and not user.display_name:
        user.display_name = row.name.partition("@")[0]
    registry.check(user)
    row.user = user
    row.changed = [name for name, was in before.items() if getattr(user, name) != was]
    row.roles, row.groups = _roles(row), _groups(row)
    _check_password(row, user)


def _fill(user: User, row: Row) -> None:
    for name in _TEXTS:
        if name in row.given:
            setattr(user, name, row.given[name])
    for name in _FLAGS:
        if row.given.get(name):
            setattr(user, name, _flag(name, row.given[name]))
    if row.given.get("source"):
        user.source = _choice("source", row.given["source"], Source.values)


def _flag(name: str, text: str) -> bool:
    try:
        return _WORDS[text.lower()]
    except KeyError:
        raise ValidationError(f"{name}: write true or false, not {text!r}") from None


def _choice(name: str, text: str, known: list[str]) -> str:
    if text not in known:
        raise ValidationError(f"{name}: {text!r} is none of {', '.join(known)}")
    return text


def _roles(row: Row) -> frozenset[str] | None:
    listed = _listed(row, "roles")
    if listed is None:
        return None
    return frozenset(_choice("roles", role, Role.values) for role in listed)


def _groups(row: Row) -> list[str] | None:
    listed = _listed(row, "groups")
    if any(len(name) > 120 for name in listed or []):
        raise ValidationError("groups: a name has at most 120 characters")
    return listed


def _listed(row: Row, column: str) -> list[str] | None:
    """What is separated by semicolons; None where the file has no such column."""
    if column not in row.given:
        return None
    parts = (part.strip() for part in row.given[column].split(";"))
    return sorted({part for part in parts if part})


def _check_password(row: Row, user: User) -> None:
    password = row.given.get("password", "")
    if password and user.source != Source.CLOUD:
        raise ValidationError("password: only people of the source cloud have one here")
    if len(password) > LONGEST_PASSWORD:
        raise ValidationError(f"password: longer than {LONGEST_PASSWORD} characters")


def _write(row: Row, user: User, act: Act) -> None:
    is_new = user.pk is None
    if is_new:
        registry.create(user, act)
    else:
        registry.change(user, row.changed, act)
    touched = bool(row.changed)
    if row.encoded:
        must_change = user.must_change_password
        passwords.store(user, row.encoded, must_change=must_change, now=timezone.now())
        act.note(events.PasswordImported(), user)
        touched = True
    if row.roles is not None:
        touched |= registry.set_roles(user, row.roles, act)
    if row.groups is not None:
        wanted = [_group(name, user.directory) for name in row.groups]
        touched |= registry.set_groups(user, wanted, act)
    row.result = "created" if is_new else "updated" if touched else "unchanged"


def _group(name: str, directory: Directory) -> Group:
    found = Group.objects.in_directory(directory).filter(name=name).first()
    return found or groups.create(directory, name)


def _messages(refusal: ValidationError) -> list[str]:
    if not hasattr(refusal, "error_dict"):
        return refusal.messages
    told = refusal.message_dict.items()
    return [f"{name}: {text}" for name, texts in told for text in texts]
