"""What proves who somebody is, and the questions put to it."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.client import Client
from accounts.tenancy import InDirectory
from registration.campaigns.models import Campaign, CampaignLetter
from registration.telephony.budgets import (
    TelephonyAlarm,
    TelephonyBudget,
    TelephonyCount,
    TelephonyPeriod,
)
from registration.telephony.models import Message

__all__ = [
    "Campaign",
    "CampaignLetter",
    "Challenge",
    "Coverage",
    "Factor",
    "FactorSource",
    "Health",
    "Message",
    "Purpose",
    "TelephonyAlarm",
    "TelephonyBudget",
    "TelephonyCount",
    "TelephonyPeriod",
]


class FactorSource(models.TextChoices):
    SELF = "self", _("Registered by the person")
    DIRECTORY = "directory", _("From the directory")
    IMPORT = "import", _("Imported")
    STAFF = "staff", _("Issued by staff")


class Health(models.TextChoices):
    """Does what is sent to a factor arrive, as far as anybody heard?"""

    OK = "ok", _("nothing heard to the contrary")
    SOFT = "soft", _("failing for now")
    UNDELIVERABLE = "undeliverable", _("undeliverable")


class Factor(InDirectory):
    """A person's mailbox, app, phone …: something that can prove who they are.

    ``address`` is where codes go (empty for an app); ``secret`` is sealed (accounts.crypto).
    A factor counts for a reset from ``usable_from`` on, once confirmed and while not disabled;
    until ``ends_at``, where it ends, and while anything is left of it: ``spent_at`` says when
    its last code was used.
    ``tried_at`` is when a rehearsal of it last came to an end, ``worked_at`` when one went well.
    One that was given by the directory or an import waits for its owner to confirm it.
    ``health`` is what mail servers said of the address, since when and why (RFC 3463);
    ``heard_at`` is the newest mail that was heard of, or its last right answer
    (registration.health).
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="factors")
    method = models.CharField(_("method"), max_length=30)
    label = models.CharField(_("name"), max_length=60, blank=True)
    is_preferred = models.BooleanField(default=False)
    address = models.CharField(_("address"), max_length=254, blank=True)
    secret = models.BinaryField(blank=True, default=b"")
    source = models.CharField(
        max_length=10, choices=FactorSource.choices, default=FactorSource.SELF
    )
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    usable_from = models.DateTimeField(default=timezone.now)
    last_step = models.BigIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    disabled_at = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    worked_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    spent_at = models.DateTimeField(null=True, blank=True)
    health = models.CharField(max_length=13, choices=Health.choices, default=Health.OK)
    failing_since = models.DateTimeField(null=True, blank=True)
    failure_status = models.CharField(max_length=11, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("factor")
        verbose_name_plural = _("factors")
        indexes: ClassVar = [models.Index(fields=["user", "method"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "method", "address"],
                condition=~Q(address=""),
                name="one_factor_per_address",
            )
        ]

    def __str__(self) -> str:
        return f"{self.method} of {self.user_id}"

    def is_usable(self, *, unconfirmed: bool = False) -> bool:
        """Can this factor pass a gate now? ``unconfirmed`` as in ``stands``."""
        is_over = self.ends_at is not None and self.ends_at <= timezone.now()
        return self.stands(unconfirmed=unconfirmed) and self.spent_at is None and not is_over

    def stands(self, *, unconfirmed: bool = False) -> bool:
        """Does what this factor has proved still count? Also after its last code was used.

        ``unconfirmed``: what the directory or an import says counts as if it were confirmed.
        """
        is_known = self.confirmed_at is not None or (unconfirmed and self.is_given)
        return is_known and self.disabled_at is None and self.usable_from <= timezone.now()

    @property
    def is_given(self) -> bool:
        """Is it from somebody else than the person?"""
        return self.source != FactorSource.SELF


class FactorPiece(InDirectory):
    """One of several things a factor knows: an answer to a question, a recovery code.

    ``text`` may be read by its owner; what it is compared with is an Argon2id hash.
    """

    factor = models.ForeignKey(Factor, models.CASCADE, related_name="pieces")
    name = models.CharField(max_length=60)
    text = models.CharField(max_length=200, blank=True)
    hashed = models.CharField(max_length=200)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["factor", "name"], name="one_piece_per_name")
        ]

    def __str__(self) -> str:
        return f"piece of {self.factor_id}"


class Passkey(InDirectory):
    """The public half of a passkey (WebAuthn): nothing in here opens anything.

    ``handle`` is what the device knows its person by; one from before it was kept follows from the
    person. ``public_key`` is COSE (RFC 9052); ``sign_count`` is 0 for ever where a device keeps no
    count; ``backed_up``: copies of it are kept elsewhere, so that a lost device is not the end.
    """

    factor = models.OneToOneField(Factor, models.CASCADE, related_name="passkey")
    credential_id = models.BinaryField(max_length=1023, unique=True)
    handle = models.BinaryField(max_length=64, default=b"")
    public_key = models.BinaryField()
    sign_count = models.PositiveBigIntegerField(default=0)
    transports = models.JSONField(default=list)
    backed_up = models.BooleanField(default=False)
    aaguid = models.UUIDField()
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"passkey of factor {self.factor_id}"


class Purpose(models.TextChoices):
    """What a challenge is for. A code made for one purpose opens nothing else; one made for a
    rehearsal opens nothing at all."""

    RESET = "reset"
    REHEARSAL = "rehearsal"
    REGISTER = "register"
    SIGN_IN = "sign_in"


class Challenge(InDirectory):
    """One question put to one factor; to nobody's, when ``factor`` is empty.

    ``holder`` is the attempt or session the challenge belongs to: its answer counts nowhere else.
    Of a sent code only a keyed hash is kept, and only of the newest. ``destination`` is what
    sends are counted under, and ``person`` what those to one person are; ``hint`` is the masked
    address that was chosen. ``device`` and ``network`` say in the message who asked. ``way`` is
    how the factor is used, ``facts`` what is asked: both are the method's own. A challenge whose
    factor was removed is nobody's from then on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    factor = models.ForeignKey(Factor, models.SET_NULL, null=True, related_name="challenges")
    method = models.CharField(max_length=30)
    way = models.CharField(max_length=10, blank=True)
    facts = models.JSONField(default=dict)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    holder = models.CharField(max_length=64)
    destination = models.CharField(max_length=64)
    person = models.CharField(max_length=64, blank=True)
    known_browser = models.BooleanField(default=False)
    hint = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=12, default="en")
    device = models.CharField(max_length=10, blank=True)
    network = models.CharField(max_length=50, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    code_hash = models.BinaryField(blank=True, default=b"", max_length=32)
    code_expires_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sends = models.PositiveSmallIntegerField(default=0)
    next_send_at = models.DateTimeField(default=timezone.now)
    passed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="challenge_expiry")]

    def __str__(self) -> str:
        return f"{self.method} challenge {self.pk}"

    @property
    def client(self) -> Client:
        """Who asked, as coarse as it was kept."""
        return Client(device=self.device, network=self.network, language=self.language)


class Coverage(InDirectory):
    """Three separate truths about a person, kept with the factor or in batches.

    *registered*: owns as many usable methods as a reset needs; *enabled*: policy lets them reset;
    *capable*: both. ``confirmed_at`` is when the person last looked over as many as a reset needs;
    administrators want that done after ``asked_again_at``. ``removed_at`` is when they took one of
    those away themselves.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="coverage",
        verbose_name=_("person"),
    )
    registered = models.BooleanField(_("registered"), default=False)
    enabled = models.BooleanField(_("allowed"), default=False)
    capable = models.BooleanField(_("could reset"), default=False)
    methods = models.JSONField(_("methods"), default=list)
    confirmed_at = models.DateTimeField(null=True)
    skips = models.PositiveSmallIntegerField(default=0)
    first_skip_at = models.DateTimeField(null=True)
    put_off_until = models.DateTimeField(null=True)
    asked_again_at = models.DateTimeField(_("asked again"), null=True)
    removed_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("coverage")
        verbose_name_plural = _("who could get back in")
        indexes: ClassVar = [models.Index(fields=["directory", "capable"])]

    def __str__(self) -> str:
        return str(self.user_id)
