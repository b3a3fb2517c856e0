"""A passkey: a key in a phone, a computer or on a stick, unlocked by its owner (WebAuthn)."""

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.policy.models import Policy
from registration.answer_forms import AnswerForm
from registration.methods.base import Method, Setup
from registration.models import Challenge, Factor, Passkey, Purpose
from registration.passkeys import ceremonies

CHALLENGE_BYTES = 32
LONGEST_ANSWER = 16_384  # characters; a device's certificate comes with some


class PasskeyForm(AnswerForm):
    """What the device sends, put into a hidden field by static/js/passkey.js."""

    asked = "credential"
    credential = forms.CharField(
        max_length=LONGEST_ANSWER,
        widget=forms.HiddenInput(),
        error_messages={
            "required": _("Your browser did not ask for a passkey. It needs JavaScript for that."),
            "max_length": _("That was no passkey. Try again."),
        },
    )

    def __init__(self, options: Any, data: Any = None) -> None:
        super().__init__(data)
        self._options = options

    @property
    def options(self) -> str:
        """What the browser needs, as JSON; made when the page is, after an answer was judged."""
        return str(self._options())

    @property
    def answer(self) -> str:
        return str(self.cleaned_data["credential"])


class PasskeyMethod(Method):
    slug = "passkey"
    name = _("Passkey")
    label = _("Use my passkey")
    hint = _("Your face, your finger or your device’s PIN. Nothing to type, nothing to give away")
    icon = "passkey"
    second_factor = True
    signs_in = True
    guessable = False
    named = True
    any_will_do = True
    needs_script = True
    heading = _("Show your passkey")
    button = _("Use my passkey")
    wrong = _("That passkey was not accepted here.")
    question = "questions/passkey.html"
    script = "js/passkey.js"

    def put(self, factor: Factor | None, policy: Policy | None, seed: str) -> dict[str, Any]:
        return _something_new()

    def put_again(self, challenge: Challenge) -> dict[str, Any]:
        return _something_new()

    def form(self, challenge: Challenge, data: Any = None) -> PasskeyForm:
        return PasskeyForm(lambda: _options(challenge), data)

    def setup(self, factor: Factor) -> Setup:
        return Setup("registration/set_up_passkey.html")

    def check(self, challenge: Challenge, answer: str) -> bool:
        if challenge.purpose == Purpose.REGISTER:
            factor = challenge.factor
            return factor is not None and ceremonies.keep(factor, answer, _asked(challenge))
        shown = ceremonies.read(answer)
        if shown is None:
            return False
        passkey = _of_the_same_person(challenge, shown.raw_id)
        if not (_is_first_answer(challenge) and passkey):
            return False
        if not ceremonies.is_proved(passkey, shown, _asked(challenge), challenge.client):
            return False
        _answered_by(challenge, passkey.factor)
        return True


def _options(challenge: Challenge) -> str:
    if challenge.purpose == Purpose.REGISTER and challenge.factor:
        return ceremonies.options_to_make(challenge.factor.user, _asked(challenge))
    return ceremonies.options_to_use(_asked(challenge))


def _asked(challenge: Challenge) -> bytes:
    return ceremonies.bytes_of(challenge.facts["challenge"])


def _of_the_same_person(challenge: Challenge, credential_id: bytes) -> Passkey | None:
    """The passkey that was shown, if it is one of theirs: devices let people choose among all."""
    owner = challenge.factor.user_id if challenge.factor else 0
    theirs = Passkey.objects.in_directory(challenge.directory_id).filter(factor__user_id=owner)
    return theirs.select_related("factor__user").filter(credential_id=credential_id).first()


def _is_first_answer(challenge: Challenge) -> bool:
    """Puts another challenge in its place, so that no answer to it is looked at twice."""
    rows = Challenge.objects.in_directory(challenge.directory_id)
    mine = rows.filter(pk=challenge.pk, facts=challenge.facts)
    return mine.update(facts=_something_new()) == 1


def _something_new() -> dict[str, str]:
    return {"challenge": ceremonies.text_of(secrets.token_bytes(CHALLENGE_BYTES))}


def _answered_by(challenge: Challenge, factor: Factor) -> None:
    """The passkey that was used is the one that counts, and that has to count."""
    factor.directory = factor.user.directory = challenge.directory
    challenge.factor = factor
    rows = Challenge.objects.in_directory(challenge.directory_id)
    rows.filter(pk=challenge.pk).update(factor=factor)
