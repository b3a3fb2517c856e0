"""A person with an account."""

import os
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.crypto import keyed_hashes
from accounts.languages import validate_language
from accounts.people import names
from accounts.people.models.directory import Directory
from accounts.people.models.groups import Group, Membership
from accounts.people.models.roles import roles_of
from accounts.tenancy import InDirectory, TenantQuerySet


def new_audit_key() -> bytes:
    """A key for one person's personal data in the audit trail."""
    return os.urandom(32)


class Source(models.TextChoices):
    """Where a person's password lives."""

    CLOUD = "cloud", _("Cloud")
    SYNCHRONIZED = "synchronized", _("Synchronised")
    FEDERATED = "federated", _("Federated")


class UserManager(models.Manager["User"]):
    """What Django's authentication expects of a user model's manager."""

    def get_queryset(self) -> "UserQuerySet":
        return UserQuerySet(self.model, using=self._db)

    def in_directory(self, directory: "Directory | int") -> "UserQuerySet":
        return self.get_queryset().in_directory(directory)

    def get_by_natural_key(self, name: str) -> "User":
        return self.get(upn_key=names.key(name))


class UserQuerySet(TenantQuerySet["User"]):
    def named(self, name: str) -> Self:
        """The person with this user principal name, ignoring case."""
        return self.filter(upn_key=names.key(name))


class User(AbstractBaseUser):
    """A person with an account.

    Contact attributes (``mail``, ``mobile``, ``office_phone``, ``alternate_email``) are public and
    come from the directory or an import; what proves a person's identity is a ``Factor``.
    ``anchor`` is the immutable id of the account in the organisation's own directory server, the
    text of a UUID; empty where there is none, or none was looked up yet.
    """

    directory = models.ForeignKey(
        Directory, models.PROTECT, related_name="users", verbose_name=_("directory")
    )
    user_principal_name = models.CharField(_("user ID"), max_length=113)
    upn_key = models.CharField(max_length=113, unique=True, editable=False)
    account_name = models.CharField(
        _("account name"), max_length=64, blank=True, help_text=_("As in CORP\\alice.")
    )
    display_name = models.CharField(_("display name"), max_length=120)
    language = models.CharField(
        _("language"), max_length=12, blank=True, validators=[validate_language]
    )
    mail = models.EmailField(_("work email"), blank=True)
    alternate_email = models.EmailField(_("alternate email"), blank=True)
    mobile = models.CharField(_("mobile phone"), max_length=40, blank=True)
    office_phone = models.CharField(_("office phone"), max_length=40, blank=True)
    source = models.CharField(
        _("source"), max_length=12, choices=Source.choices, default=Source.CLOUD
    )
    anchor = models.CharField(max_length=36, blank=True, editable=False)
    enabled = models.BooleanField(_("enabled"), default=True)
    must_change_password = models.BooleanField(_("must change password"), default=False)
    password_never_expires = models.BooleanField(_("password never expires"), default=False)
    resets_blocked_at = models.DateTimeField(
        _("resets blocked"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Somebody said that a reset was not theirs; staff lift this."),
    )
    password_changed_at = models.DateTimeField(_("password changed"), null=True, blank=True)
    expiry_told_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text=_("The moment from which the last reminder that the password expires was due."),
    )
    sessions_valid_from = models.DateTimeField(default=timezone.now, editable=False)
    audit_key = models.BinaryField(default=new_audit_key, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    groups: "models.ManyToManyField[Group, Membership]" = models.ManyToManyField(
        "Group", through="Membership", related_name="members", blank=True
    )

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "user_principal_name"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes: ClassVar = [
            models.Index(fields=["directory", "display_name"]),
            models.Index(
                fields=["directory", "password_changed_at"],
                condition=Q(enabled=True, source="cloud", password_never_expires=False),
                name="passwords_that_expire",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["directory", "account_name"],
                condition=~Q(account_name=""),
                name="account_name_unique_in_directory",
            ),
            models.UniqueConstraint(
                fields=["directory", "anchor"],
                condition=~Q(anchor=""),
                name="anchor_unique_in_directory",
            ),
        ]

    def __str__(self) -> str:
        return self.user_principal_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.upn_key = names.key(self.user_principal_name)
        self.account_name = names.key(self.account_name)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        names.validate_upn(self.user_principal_name)

    @property
    def is_active(self) -> bool:  # type: ignore[override]  # Django has a plain attribute here
        """Django's word for enabled."""
        return self.enabled

    @property
    def is_staff(self) -> bool:
        """Django's word for anybody with a role."""
        return bool(self.roles)

    @property
    def roles(self) -> frozenset[str]:
        """The slugs of the roles this person holds; one query, then kept on the instance."""
        if "_roles" not in self.__dict__:
            self.__dict__["_roles"] = roles_of(self.directory_id, self.pk)
        found: frozenset[str] = self.__dict__["_roles"]
        return found

    def act_only_as(self, role: str) -> None:
        """Leave this instance no more than one of the person's roles, whatever else they hold."""
        self.__dict__["_roles"] = self.roles & {role}

    @property
    def wants_language(self) -> str:
        """The language to write to this person in."""
        return self.language or self.directory.language

    def get_session_auth_hash(self) -> str:
        return self._session_hashes()[0]

    def get_session_auth_fallback_hash(self) -> "list[str]":
        return self._session_hashes()[1:]

    def _session_hashes(self) -> list[str]:
        """Sessions end when the password, or ``sessions_valid_from``, changes."""
        epoch = self.sessions_valid_from.isoformat()
        found = keyed_hashes("session", str(self.pk), self.password, epoch)
        return [one.hex() for one in found]


class PasswordRecord(InDirectory):
    """A password somebody used to have, as its hash: history, and nothing else."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    password = models.CharField(max_length=200)
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "-replaced_at"])]

    def __str__(self) -> str:
        return f"{self.user_id} until {self.replaced_at}"
