"""Every address of the product, for every role, with GET and POST.

An address that nobody listed here fails: whoever adds one says for whom it is.
"""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.people.models import Role
from accounts.people.roles import HOLDERS, Capability
from tests.reports.visits import enter

pytestmark = pytest.mark.once

PUBLIC = {
    "portal",
    "signin:sign_in",
    "signin:sign_out",
    "registration:passkey_sign_in",
    "registration:passkey_options",
    "reset:start",
    "reset:moment",
    "reset:why",
    "reset:method",
    "reset:code",
    "reset:address",
    "reset:link",
    "registration:link",
    "reset:code_again",
    "reset:other_check",
    "reset:password",
    "reset:unlock",
    "reset:waiting",
    "reset:done",
    "reset:denied",
    "reset:help",
    "reset:contact",
    "reset:contacted",
    "reset:stop",
    "reset:kiosk_idle",
    "reset:kiosk_wipe",
    "reset:phone",
    "reset:phone_picture",
    "reset:closed",
    "not_me",
    "not_me_link",
    "reset:helpdesk_only",
    "brand_css",
    "brand_logo",
    "brand_logo_dark",
    "help",
    "well_known_change",
    "security_txt",
    "livez",
    "readyz",
}
SIGNED = {"telephony:twilio_report"}  # for a provider that signs what it posts
SIGNED_IN = {
    "account",
    "account_activity",
    "account_end_others",
    "account_end_session",
    "signin:again",
    "registration:overview",
    "registration:check",
    "registration:looks_good",
    "registration:not_now",
    "registration:add",
    "registration:confirm",
    "registration:resend",
    "registration:codes_text",
    "registration:picture",
    "registration:confirm_given",
    "registration:prefer",
    "registration:rename",
    "registration:remove",
    "registration:rehearsal",
    "registration:rehearsal_number",
    "registration:rehearsal_check",
    "registration:rehearsal_again",
    "registration:rehearsal_nothing",
    "registration:second_factor",
    "registration:second_factor_confirm",
    "registration:second_factor_picture",
    "change:change",
    "change:waiting",
}
STAFF = {
    "reports:activity": HOLDERS[Capability.REPORTS],
    "reports:export": HOLDERS[Capability.REPORTS],
    "reports:attempt": HOLDERS[Capability.REPORTS],
}
WITH_A_TOKEN = {  # programs: no session opens these
    "api:schema",
    "api:people",
    "api:person",
    "api:factors",
    "api:factor",
    "api:coverage",
}
SOMETHING = {
    "int": 999_999,
    "uuid": uuid.UUID(int=7),
    "slug": "alternate_email",
    "str": "nothing",
    "path": "999999",
    "app_label": "accounts",
    "url": "nowhere",
}
TO_SIGN_IN = reverse("signin:sign_in")
SECOND_FACTOR = reverse("registration:second_factor")


def walk(patterns: Any, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from walk(pattern.url_patterns, inner)
        else:
            yield f"{space}{pattern.name}", pattern


EVERYTHING = dict(walk(get_resolver().url_patterns))
NAMED = sorted(name for name in EVERYTHING if not name.endswith(":None"))
ADMIN = [name for name in NAMED if name.startswith("admin:")]
STAFF_PAGES = [*ADMIN, *STAFF]


def address_of(name: str) -> str:
    """The address, with something in the place of each parameter."""
    found = EVERYTHING[name].pattern
    parts = {}
    for key, converter in found.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        parts[key] = SOMETHING.get(key, SOMETHING.get(kind))
    if name == "admin:app_list":
        parts = {"app_label": "accounts"}
    return reverse(name, kwargs=parts)


def admitted(name: str) -> set[str]:
    """The roles that an address of the configuration portal is for."""
    app, _space, rest = name.removeprefix("admin:").partition("_")
    model = rest.rpartition("_")[0]
    page: Any
    for page in admin.site._registry.values():
        options = page.model._meta
        if (options.app_label, options.model_name) == (app, model):
            return set(HOLDERS[page.capability]) & set(HOLDERS[Capability.ADMIN])
    return set(HOLDERS[Capability.ADMIN])


@pytest.fixture
def visitor(corp, make_user):
    def visit(who: str | None, *, second_factor: bool = True) -> Client:
        client = Client()
        if who is None:
            return client
        person = make_user("visitor", roles=(who,) if who else ())
        return enter(client, person, second_factor=second_factor)

    return visit


def test_every_address_is_said_to_be_for_somebody():
    listed = PUBLIC | SIGNED | SIGNED_IN | WITH_A_TOKEN | STAFF.keys() | set(ADMIN)
    assert set(NAMED) == listed
    assert not PUBLIC & SIGNED_IN


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_public_page_never_sends_anybody_to_sign_in(visitor, method):
    for name in sorted(PUBLIC):
        answer = getattr(visitor(None), method)(address_of(name))
        assert answer.status_code in {200, 302, 303, 400, 404, 405}, name
        assert f"{TO_SIGN_IN}?next=" not in answer.get("Location", ""), name


@pytest.mark.parametrize("method", ["get", "post"])
def test_everything_else_sends_a_stranger_to_sign_in(visitor, method):
    client = visitor(None)
    for name in sorted(set(NAMED) - PUBLIC - SIGNED - WITH_A_TOKEN):
        answer = getattr(client, method)(address_of(name))
        assert answer.status_code in {302, 303, 405}, name
        assert answer.get("Location", TO_SIGN_IN).startswith(TO_SIGN_IN), name


@pytest.mark.parametrize("name", sorted(SIGNED))
def test_what_is_not_signed_is_refused(visitor, name):
    assert visitor("operator").post(address_of(name)).status_code == 403


@pytest.mark.parametrize("who", ["", "helpdesk", "operator"])
def test_the_pages_of_people_are_for_everybody_signed_in(visitor, who):
    client = visitor(who)
    for name in sorted(SIGNED_IN):
        answer = client.get(address_of(name))
        assert answer.status_code in {200, 302, 303, 404, 405}, name
        assert f"{TO_SIGN_IN}?next=" not in answer.get("Location", ""), name


@pytest.mark.parametrize("who", [*Role.values, ""])
def test_reports_open_for_their_readers_only(visitor, who):
    client = visitor(who)
    for name, readers in STAFF.items():
        address = address_of(name)
        refused = client.get(address).status_code == 403
        assert refused is (who not in readers), name
        assert client.post(address).status_code in {403, 405}, name


@pytest.mark.parametrize("who", Role.values)
def test_configuration_opens_for_its_administrators_only(visitor, who):
    client = visitor(who)
    foreign = [name for name in ADMIN if who not in admitted(name)]
    assert not strays(client, foreign, {403, 404})
    assert not strays(client, set(ADMIN).difference(foreign), {200, 302, 403, 404}, only="get")


def test_no_staff_page_opens_without_a_second_factor(visitor):
    client = visitor("operator", second_factor=False)
    assert not strays(client, STAFF_PAGES, {302, 405}, only="post")
    for name in STAFF_PAGES:
        assert client.get(address_of(name))["Location"].startswith(SECOND_FACTOR)


def test_a_person_without_a_role_finds_no_staff_page(visitor):
    assert not strays(visitor(""), STAFF_PAGES, {403, 405})


@pytest.mark.parametrize("who", ["", "operator"])
def test_no_session_opens_the_api(visitor, who):
    assert not strays(visitor(who), sorted(WITH_A_TOKEN), {401})


def strays(client, names, expected, only="") -> list[str]:
    """The addresses that answer otherwise."""
    return [
        f"{method} {name}: {answer.status_code}"
        for name in names
        for method in ([only] if only else ["get", "post"])
        if (answer := getattr(client, method)(address_of(name))).status_code not in expected
    ]


def test_the_site_has_no_sign_in_and_no_passwords_of_its_own():
    own = {"admin:login", "admin:logout", "admin:password_change", "admin:view_on_site"}
    assert not own & set(NAMED)
    assert not [name for name in ADMIN if "password" in name]
