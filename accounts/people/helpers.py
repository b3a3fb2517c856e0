"""Who is told when somebody needs help, and who is told about those who help."""

from django.db.models import Q

from accounts.people.models import Directory, Role, User
from accounts.tenancy import across_directories

MOST_TOLD = 100
_ORDER = (Role.HELPDESK, Role.USER_ADMINISTRATOR, Role.DIRECTORY_ADMINISTRATOR)
_REACHABLE = Q(enabled=True) & (~Q(mail="") | ~Q(alternate_email=""))


def who_helps(directory: Directory, *, but: User | None = None) -> list[User]:
    """Those to ask for help: the helpdesk, else the user administrators, else the directory's
    administrators, else the operators; at most ``MOST_TOLD``.

    Only people who can be written to count, and never ``but``: nobody helps themselves. An empty
    list means that there is nobody, and never everybody.
    """
    for role in _ORDER:
        if found := _holders(directory, role, but):
            return found
    return _operators(but)


def administrators_of(directory: Directory, *, but: User | None = None) -> list[User]:
    """The directory's administrators; while it has none, the operators."""
    return _holders(directory, Role.DIRECTORY_ADMINISTRATOR, but) or _operators(but)


def administrators_over(person: User) -> list[User]:
    """Who is told what somebody with a role does to their own account: the other administrators
    of their directory, and the other operators of an operator."""
    found = administrators_of(person.directory, but=person)
    if Role.OPERATOR in person.roles:
        known = {administrator.pk for administrator in found}
        found += [one for one in _operators(person) if one.pk not in known]
    return found


def _holders(directory: Directory, role: Role, but: User | None) -> list[User]:
    people = User.objects.in_directory(directory).filter(_REACHABLE)
    held = people.filter(role_grants__role=role, role_grants__directory=directory)
    if but:
        held = held.exclude(pk=but.pk)
    return list(held.select_related("directory").order_by("pk")[:MOST_TOLD])


def _operators(but: User | None) -> list[User]:
    with across_directories("operators are responsible for every directory"):
        operators = User.objects.filter(_REACHABLE, role_grants__role=Role.OPERATOR)
        if but:
            operators = operators.exclude(pk=but.pk)
        return list(operators.select_related("directory").order_by("pk").distinct()[:MOST_TOLD])
