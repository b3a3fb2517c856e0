"""A code to a mailbox outside the organisation."""

from collections.abc import Iterable, Mapping

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from accounts import mail
from accounts.messages.kinds import CODE_MAIL
from accounts.messages.services import chosen
from accounts.moments import told_day
from accounts.people import not_me
from accounts.people.models import Domain, User
from accounts.reference import reference_of
from registration import codes
from registration.methods.base import ACTIONS, Draft, Draw, Remark, SentCode
from registration.models import Challenge, Factor, Health, Purpose

SHOWN = 2  # letters of the mailbox's name
BULLETS = "•" * 6  # however long the name is

_DEVICES = {
    "phone": _("a phone"),
    "tablet": _("a tablet"),
    "computer": _("a computer"),
    "unknown": _("an unknown device"),
}


class AlternateEmail(SentCode):
    slug = "alternate_email"
    name = _("Alternate email")
    label = _("Email my alternate email")
    hint = _("A code goes to a mailbox you can open without your work password")
    icon = "mail"
    code_label = _("Code from the email")
    links = True

    def mask(self, factor: Factor) -> str:
        mailbox, _at, domain = factor.address.rpartition("@")
        return f"{mailbox[: min(SHOWN, len(mailbox) // 2)]}{BULLETS}@{domain}"

    def decoy_hint(self, draw: Draw) -> str:
        return f"{draw.letters(SHOWN)}{BULLETS}@{draw.choice('mail_domain', ('mail.example',))}"

    def traits(self, factor: Factor) -> Mapping[str, str]:
        return {"mail_domain": factor.address.rpartition("@")[2]}

    def deliver(self, challenge: Challenge, factor: Factor, code: str) -> None:
        own, language = chosen(challenge.directory, CODE_MAIL, challenge.language)
        with override(language):
            context = {
                "code": code,
                "action": str(ACTIONS[challenge.purpose]),
                "device_text": str(_DEVICES.get(challenge.device, "")),
                "network": challenge.network,
                "link": _link(challenge, code),
                "not_me_link": _not_me_link(challenge, factor),
            }
        mail.send(
            to=factor.address,
            slug="code",
            context=context,
            language=language,
            directory=challenge.directory,
            person=factor.user_id,
            own=own,
        )

    def remark(self, factor: Factor) -> Remark | None:
        if factor.health == Health.OK or factor.failing_since is None:
            return None
        day = told_day(factor.failing_since, factor.user.directory.time_zone)
        if factor.health == Health.SOFT:
            return Remark(gettext("mail does not get through since %(day)s") % {"day": day}, "warn")
        came_back = gettext("mail to it came back on %(day)s: check the address")
        return Remark(came_back % {"day": day}, "bad")

    def fields(self, user: User) -> dict[str, forms.Field]:
        return {
            "address": forms.EmailField(
                label=_("Email address"),
                help_text=_("Not your work address: if you forget its password, you need another."),
                max_length=254,
                error_messages={
                    "required": _("Enter an email address"),
                    "invalid": _("Enter an email address like name@mail.example"),
                },
                widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
            )
        }

    def draft(self, user: User, values: Mapping[str, str]) -> Draft:
        own = Domain.objects.filter(directory=user.directory_id).values_list("name", flat=True)
        try:
            return Draft(address=outside(values["address"], own))
        except ValidationError as refusal:
            raise ValidationError({"address": refusal}) from refusal


def outside(text: str, own: Iterable[str]) -> str:
    """The address in the form it is kept in; raises ValidationError for one that lies in an
    ``own`` domain of the organisation, behind the same password."""
    mailbox, _at, domain = text.strip().rpartition("@")
    if any(f".{domain.lower()}".endswith(f".{name}") for name in own):
        raise ValidationError(
            gettext(
                "An address of your own organisation does not help when you cannot "
                "sign in. Use another, like a private one."
            ),
            code="own_domain",
        )
    return f"{mailbox}@{domain.lower()}"


def _not_me_link(challenge: Challenge, factor: Factor) -> str:
    """By which the owner stops what the code is for."""
    is_reset = challenge.purpose == Purpose.RESET
    reference = reference_of(challenge.holder if is_reset else challenge.pk)
    return not_me.address_of(not_me.offer_for_code(factor.user, challenge.pk, reference).pk)


def _link(challenge: Challenge, code: str) -> str:
    """Leads to a page with a button, in the browser that asked; in any other it does nothing."""
    token = codes.link_token(challenge, codes.hash_of(challenge, code))
    if challenge.purpose == Purpose.RESET:
        path = reverse("reset:link", args=[token])
    elif challenge.purpose == Purpose.REGISTER:
        path = reverse("registration:link", args=[challenge.pk, token])
    else:
        return ""
    return f"{settings.PUBLIC_BASE_URL}{path}"
