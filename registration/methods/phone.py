"""What mobile and office phones have in common: a number that is typed in whole before it rings."""

from collections.abc import Mapping
from typing import Any, ClassVar, TypedDict
from urllib.parse import urlsplit

import phonenumbers
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.messages.kinds import TEXT_MESSAGE
from accounts.messages.services import chosen, text_message
from accounts.people.models import Directory, User
from accounts.policy.services import effective
from registration import codes
from registration.methods.base import ACTIONS, Draft, Draw, SentCode, Way
from registration.models import Challenge, Factor, Purpose
from registration.telephony import governor, kinds, numbers, services, texts
from registration.telephony.providers import can_call, can_text

TEXT, CALL = "text", "call"
_ACTIONS = {**ACTIONS, Purpose.REGISTER: _("to add this number to your account")}
_ENDINGS = [f"{ending:02d}" for ending in range(100)]


class Phone(SentCode):
    """A telephone. A subclass says in which ways it can be used."""

    completed = True
    named = True
    add_button = _("Add this number")
    wrong_address = _("The number is wrong")
    can_be: ClassVar[tuple[Way, ...]]

    @property
    def ways(self) -> tuple[Way, ...]:
        able = {TEXT: can_text(), CALL: can_call()}
        return tuple(way for way in self.can_be if able[way.slug])

    def mask(self, factor: Factor) -> str:
        return numbers.mask(numbers.from_canonical(factor.address))

    def shown(self, factor: Factor) -> str:
        return numbers.shown(numbers.from_canonical(factor.address))

    def decoy_hint(self, draw: Draw) -> str:
        country = draw.choice("phone_country", ["44"])
        return numbers.masked(country, draw.choice("phone_ending", _ENDINGS))

    def traits(self, factor: Factor) -> Mapping[str, str]:
        number = phonenumbers.parse(numbers.from_canonical(factor.address).e164)
        return {"phone_country": str(number.country_code)}

    def is_complete(self, factor: Factor, typed: str) -> bool:
        """Whoever types the number may leave out its country, and its extension."""
        held = numbers.from_canonical(factor.address)
        try:
            number = numbers.parse(typed, numbers.country_of(held))
        except ValidationError:
            return False
        return number.e164 == held.e164

    def is_held_up(self, challenge: Challenge) -> bool:
        """At a reset by what a mask tells, and no more: the page must not say which number is
        the right one."""
        is_reset = challenge.purpose == Purpose.RESET
        asked = _sending_to_mask(challenge, "") if is_reset else _sending(challenge)
        return not governor.consult(**asked).allowed

    def admit(self, challenge: Challenge) -> bool:
        """What only the right number meets counts for its person as a wrong one would have."""
        real = challenge.factor is not None
        told = governor.admit(**_sending(challenge), real=real)
        if real and challenge.purpose == Purpose.RESET and told.which in governor.OF_THE_NUMBER:
            governor.admit(**_sending_to_mask(challenge, challenge.destination), real=False)
        return told.allowed

    def passed(self, challenge: Challenge) -> None:
        if challenge.factor:
            country = numbers.country_of(numbers.from_canonical(challenge.factor.address))
            governor.answered(
                directory=challenge.directory,
                country=country,
                kind=challenge.way,
                sent_at=(challenge.code_expires_at or timezone.now()) - codes.LIFE,
            )

    def deliver(self, challenge: Challenge, factor: Factor, code: str) -> None:
        number = numbers.from_canonical(factor.address)
        directory, language = challenge.directory, challenge.language
        with override(language):
            action = str(_ACTIONS[challenge.purpose])
        words = (code, directory.display_name, action, language)
        if challenge.way == CALL:
            services.place_call(
                number.e164,
                texts.spoken(*words),
                language=language,
                extension=number.extension,
                directory=directory.pk,
                challenge=challenge.pk,
            )
            return
        services.send_text(
            number.e164, _text(challenge, code), directory=directory.pk, challenge=challenge.pk
        )

    def fields(self, user: User) -> dict[str, forms.Field]:
        countries = [
            (country.code, f"{country.name} (+{country.calling_code})")
            for country in numbers.country_choices()
        ]
        region = user.directory.default_region
        fields: dict[str, forms.Field] = {
            "country": forms.ChoiceField(
                label=_("Country"),
                choices=countries if region else [("", _("Choose a country")), *countries],
                initial=region,
                required=False,
                widget=forms.Select(attrs={"autocomplete": "country"}),
            ),
            "number": forms.CharField(
                label=_("Number"),
                help_text=self.number_hint,
                max_length=numbers.LONGEST_TEXT,
                error_messages={
                    "required": _("Enter the number"),
                    "max_length": _("Enter the number and nothing else"),
                },
                widget=forms.TextInput(
                    attrs={"type": "tel", "autocomplete": "tel", "class": "is-ltr"}
                ),
            ),
        }
        if len(self.ways) > 1:
            fields["way"] = forms.ChoiceField(
                label=_("How should we check the number?"),
                choices=[(way.slug, way.check) for way in self.ways],
                initial=self.ways[0].slug,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose one of these")},
            )
        return fields

    number_hint: Any = _("As you usually write it. Spaces don’t matter.")

    def draft(self, user: User, values: Mapping[str, str]) -> Draft:
        country = values.get("country") or user.directory.default_region
        try:
            number = numbers.parse(values["number"], country)
            kinds.check(number, self.slug, effective(user).policy)
            governor.check_country(number, user.directory)
        except ValidationError as refusal:
            raise ValidationError({"number": refusal}) from None
        return Draft(address=numbers.canonical(number), way=values.get("way", ""))


class _Sending(TypedDict):
    directory: Directory
    person_key: str
    number_e164: str
    network: str
    kind: str
    known: bool
    country: str


def _sending(challenge: Challenge) -> _Sending:
    """What the governor counts; for nobody under a key instead of a number."""
    if challenge.factor is None:
        return _sending_to_mask(challenge, challenge.destination)
    return _about(challenge, challenge.factor.address, "")


def _sending_to_mask(challenge: Challenge, key: str) -> _Sending:
    """The same for a number of which no more is known than its mask; the key stands for it."""
    return _about(challenge, key, numbers.country_of_mask(challenge.hint))


def _about(challenge: Challenge, number: str, country: str) -> _Sending:
    return {
        "directory": challenge.directory,
        "person_key": challenge.person,
        "number_e164": number,
        "network": challenge.network,
        "kind": challenge.way,
        "known": challenge.known_browser,
        "country": country,
    }


def _text(challenge: Challenge, code: str) -> str:
    """The text message with a code, in the organisation's words where it has its own."""
    directory = challenge.directory
    own, language = chosen(directory, TEXT_MESSAGE, challenge.language)
    with override(language):
        action = str(_ACTIONS[challenge.purpose])
    helpdesk, host = directory.helpdesk_phone, urlsplit(settings.PUBLIC_BASE_URL).hostname or ""
    if own:
        values = {"code": code, "action": action, "helpdesk_phone": helpdesk}
        if text := text_message(own, {**values, "organization": directory.display_name}):
            return text
    return texts.sms(code, directory.display_name, action, language, host, helpdesk)
