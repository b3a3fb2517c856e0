"""Every page of the portals, as it is for a reader of one language: name and HTML."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.people.models import User
from tests.journeys import NEW
from tests.reports.visits import enter
from tests.support import canary

Pages = Iterator[tuple[str, str]]
METHODS_OF_ALL = [
    "alternate_email",
    "mobile_phone",
    "office_phone",
    "authenticator_app",
    "passkey",
    "recovery_codes",
    "security_questions",
]


class Reader:
    """A browser that asks for one language."""

    def __init__(self, language: str, person: User | None = None) -> None:
        self.client = Client(headers={"accept-language": language}, REMOTE_ADDR="192.0.2.1")
        if person:
            enter(self.client, person)

    def get(self, address: str) -> str:
        return self._shown(self.client.get(address, follow=True))

    def post(self, address: str, **fields: Any) -> str:
        return self._shown(self.client.post(address, fields, follow=True))

    def _shown(self, answer: Any) -> str:
        assert answer.status_code < 500, answer.request["PATH_INFO"]
        self.address = answer.request["PATH_INFO"]
        text: str = answer.content.decode()
        return text


def of_strangers(language: str) -> Pages:
    """What stands open to everybody, refusals among it."""
    reader = Reader(language)
    for address in ("/", "/sign-in/", "/reset/", "/nowhere/", "/sign-in/passkey/", "/reset/help/"):
        yield address, reader.get(address)
    for name in ("accessibility", "privacy", "cookies"):
        yield name, reader.get(reverse("help", args=[name]))
    yield "sign-in-empty", reader.post("/sign-in/", username="", password="")
    yield "sign-in-wrong", reader.post("/sign-in/", username="ada", password="x" * 12)
    yield "reset-empty", reader.post("/reset/", username="")
    yield "without-token", _without_token(language)


def _without_token(language: str) -> str:
    browser = Client(enforce_csrf_checks=True, headers={"accept-language": language})
    return browser.post("/reset/", {"username": "ada"}).content.decode()


def of_a_reset(language: str, name: str, mailed: Callable[[], str]) -> Pages:
    """One person's way back in: a mistake at every step, then what is right."""
    reader = Reader(language)
    yield "reset-method", reader.post("/reset/", username=name)
    yield "reset-method-empty", reader.post("/reset/method/")
    yield "reset-code", reader.post("/reset/method/", check=0)
    code = mailed()
    yield "reset-code-wrong", reader.post("/reset/code/", code="000000")
    yield "reset-again", reader.post("/reset/code/again/")
    yield "reset-password", reader.post("/reset/code/", code=canary.watch(code))
    yield "reset-password-weak", reader.post("/reset/password/", new_password="password")
    yield "reset-done", reader.post("/reset/password/", new_password=canary.watch(NEW))
    yield "reset-closed", reader.get("/reset/closed/")


def of_a_person(language: str, person: User, held: dict[str, int]) -> Pages:
    """What somebody who is signed in can open: ``held`` has the keys of the person's factors."""
    reader = Reader(language, person)
    for address in ("/", "/account/", "/account/activity/", "/register/", "/register/rehearsal/"):
        yield address, reader.get(address)
    for address in ("/change/", "/sign-in/again/", "/register/check/"):
        yield address, reader.get(address)
    yield "change-wrong", reader.post("/change/", current_password="x", new_password="y")
    for pk in held.values():
        yield f"remove-{pk}", reader.get(reverse("registration:remove", args=[pk]))
        yield f"rename-{pk}", reader.get(reverse("registration:rename", args=[pk]))
    for method in METHODS_OF_ALL:
        address = reverse("registration:add", args=[method])
        yield f"add-{method}", reader.get(address)
        yield f"add-{method}-empty", reader.post(address)


def of_staff(language: str, person: User) -> Pages:
    """Reports and configuration: every list, and every form for something new."""
    reader = Reader(language, person)
    yield "reports", reader.get("/reports/")
    yield "admin", reader.get("/admin/")
    for model in admin.site._registry:
        at = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        for kind in ("changelist", "add"):
            yield f"{at}-{kind}", reader.get(reverse(f"{at}_{kind}"))
