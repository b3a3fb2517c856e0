"""Policies: what people may do, and what they must prove first."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.policy import validation
from accounts.tenancy import InDirectory


def _within(low: int, high: int) -> list[Any]:
    return [MinValueValidator(low), MaxValueValidator(high)]


def default_methods() -> list[str]:
    """Email and authenticator app: what works without a telephone provider."""
    return ["alternate_email", "authenticator_app"]


class HelpdeskKind(models.TextChoices):
    BUILT_IN = "built_in", _("Send a message to the administrators")
    LINK = "link", _("Open the address below")


class Policy(InDirectory):
    """The rules for some groups of a directory, or for everybody in it.

    Policies are tried in their order; the first whose groups hold the person applies. A policy
    without groups applies to everybody, so it comes last.
    """

    name = models.CharField(_("name"), max_length=100)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    groups: "models.ManyToManyField[models.Model, models.Model]" = models.ManyToManyField(
        "accounts.Group",
        blank=True,
        related_name="policies",
        verbose_name=_("groups"),
        help_text=_("Nobody chosen: everybody in the directory."),
    )

    self_service_reset = models.BooleanField(_("people may reset their password"), default=False)
    methods = models.JSONField(_("methods"), default=default_methods)
    methods_required = models.PositiveSmallIntegerField(
        _("checks needed for a reset"), default=2, validators=_within(1, 2)
    )
    strong_factors_required = models.BooleanField(
        _("people who have a strong method must use it"),
        default=False,
        help_text=_(
            "Whoever has a passkey or an authenticator app passes one of them at a reset, too "
            "(OWASP ASVS 6.4.3). It makes a lost one a case for the helpdesk."
        ),
    )
    talkative = models.BooleanField(
        _("say at once why somebody cannot reset"),
        default=False,
        help_text=_("Tells strangers whose accounts exist. Leave it off."),
    )

    questions_to_register = models.PositiveSmallIntegerField(
        _("questions to register"), default=5, validators=_within(3, 5)
    )
    questions_to_reset = models.PositiveSmallIntegerField(
        _("questions to reset"), default=3, validators=_within(3, 5)
    )
    predefined_questions = models.JSONField(_("predefined questions"), default=list, blank=True)
    custom_questions = models.JSONField(_("custom questions"), default=list, blank=True)
    questions_alone_accepted = models.BooleanField(
        _("accept security questions as the only check"),
        default=False,
        help_text=_("Answers are often easy to guess or to find. Every standard advises against."),
    )

    registration_required = models.BooleanField(_("registration required at sign-in"), default=True)
    reconfirm_after_days = models.PositiveSmallIntegerField(
        _("days until people confirm their data again"),
        default=180,
        validators=_within(0, 730),
        help_text=_("0: never."),
    )
    registration_skips = models.PositiveSmallIntegerField(
        _("times registration may be put off"), default=3, validators=_within(0, 100)
    )
    registration_skip_days = models.PositiveSmallIntegerField(
        _("days registration may be put off"), default=7, validators=_within(0, 365)
    )
    factor_rest_hours = models.PositiveSmallIntegerField(
        _("hours before a new method can be used for a reset"),
        default=24,
        validators=_within(0, 720),
        help_text=_("A thief who adds a method has to wait, and the owner is told meanwhile."),
    )
    unconfirmed_data_accepted = models.BooleanField(
        _("accept contact data nobody has confirmed as a check"), default=False
    )

    refuse_voip_numbers = models.BooleanField(
        _("refuse internet telephone numbers"),
        default=False,
        help_text=_(
            "Some are given away with a mailbox, and stolen with it. The telephone of many an "
            "office has one, too."
        ),
    )
    refuse_landlines_for_text = models.BooleanField(
        _("refuse landlines where texts are sent"),
        default=True,
        help_text=_("Most landlines take no text messages, and the code is lost."),
    )

    answers_allowed = models.PositiveSmallIntegerField(
        _("wrong answers in an hour before a block"), default=5, validators=_within(3, 10)
    )
    messages_allowed = models.PositiveSmallIntegerField(
        _("codes in ten minutes before a block"), default=10, validators=_within(3, 20)
    )
    block_hours = models.PositiveSmallIntegerField(
        _("hours of a block"),
        default=24,
        validators=_within(1, 72),
        help_text=_("It stops one method for strangers; browsers the person uses are apart."),
    )

    notify_users = models.BooleanField(_("tell people about resets"), default=True)
    notify_administrators = models.BooleanField(
        _("tell administrators when one of them resets"), default=True
    )

    helpdesk_kind = models.CharField(
        _("contact your administrator"),
        max_length=10,
        choices=HelpdeskKind.choices,
        default=HelpdeskKind.BUILT_IN,
    )
    helpdesk_link = models.CharField(
        _("helpdesk address"),
        max_length=300,
        blank=True,
        validators=[validation.helpdesk_link],
        help_text=_("https://…, mailto:… or an email address."),
    )

    writeback_enabled = models.BooleanField(
        _("write passwords back to the directory"), default=True
    )
    unlock_without_reset = models.BooleanField(_("allow unlock without reset"), default=False)

    password_min_length = models.PositiveSmallIntegerField(
        _("shortest password"),
        default=15,
        validators=_within(8, 128),
        help_text=_("Under 15, a password is only safe beside a second factor (SP 800-63B)."),
    )
    banned_words = models.BooleanField(
        _("score passwords against banned words"),
        default=True,
        help_text=_("The directory's own list, the organisation's name and the person's name."),
    )
    breached_passwords = models.BooleanField(
        _("refuse passwords known from breaches"),
        default=True,
        help_text=_("Looked up in a file on this server; nothing leaves it."),
    )
    password_min_age_hours = models.PositiveSmallIntegerField(
        _("hours before a password may be changed again"),
        default=0,
        validators=_within(0, 720),
        help_text=_("0: at once. A reset never waits. For passwords kept here."),
    )
    history_length = models.PositiveSmallIntegerField(
        _("former passwords remembered"), default=1, validators=_within(0, 24)
    )
    history_on_reset = models.BooleanField(
        _("refuse former passwords on a reset, too"),
        default=False,
        help_text=_("Each remembered password costs a slow comparison."),
    )
    end_sessions = models.BooleanField(_("sign people out everywhere after a reset"), default=True)

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["directory", "name"], name="policy_name_in_directory"),
            models.CheckConstraint(
                condition=Q(methods_required__in=[1, 2]), name="one_or_two_methods"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def helpdesk_url(self) -> str:
        """Where help is, as an address to open; empty when the portal itself takes messages."""
        link = self.helpdesk_link if self.helpdesk_kind == HelpdeskKind.LINK else ""
        return f"mailto:{link}" if "@" in link and ":" not in link else link

    def clean(self) -> None:
        validation.validate(self, installed=settings.VERIFICATION_METHODS)


class BannedTerm(InDirectory):
    """A word a directory does not want in passwords (at most 1000 of them, 4 to 16 characters)."""

    term = models.CharField(_("word"), max_length=16)

    class Meta:
        verbose_name = _("banned word")
        verbose_name_plural = _("banned words")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["directory", "term"], name="term_in_directory")
        ]

    def __str__(self) -> str:
        return self.term

    def clean(self) -> None:
        self.term = self.term.strip().lower()
        others = BannedTerm.objects.in_directory(self.directory_id).exclude(pk=self.pk)
        validation.validate_term(self.term, others=others.count())
