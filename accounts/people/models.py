"""People and where they belong."""

import os
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.crypto import keyed_hash
from accounts.people import names
from accounts.tenancy import InDirectory, TenantQuerySet

COLOR = RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("Write a colour like #0b5563."))


def new_audit_key() -> bytes:
    """A key for one person's personal data in the audit trail."""
    return os.urandom(32)


class StoreKind(models.TextChoices):
    """Where a directory keeps the passwords of people who are not cloud-only."""

    CLOUD = "cloud", _("Cloud (kept here)")
    MEMORY = "memory", _("Memory (for trials: forgets on restart)")


class Directory(models.Model):
    """A tenant: its domains, people, policies, branding and store."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    alias = models.CharField(
        _("alias"),
        max_length=15,
        blank=True,
        help_text=_("The short domain name in sign-in names like CORP\\alice."),
    )
    is_default = models.BooleanField(
        _("default"),
        default=False,
        help_text=_("Pages that do not know a person yet wear this directory's branding."),
    )
    store_kind = models.CharField(
        _("store"), max_length=20, choices=StoreKind.choices, default=StoreKind.CLOUD
    )
    language = models.CharField(_("language"), max_length=12, default="en")
    time_zone = models.CharField(_("time zone"), max_length=40, default="UTC")
    organization = models.CharField(_("organisation"), max_length=100, blank=True)
    primary_color = models.CharField(
        _("primary colour"), max_length=7, default="#0b5563", validators=[COLOR]
    )
    logo = models.BinaryField(blank=True, default=b"", editable=False)
    logo_dark = models.BinaryField(blank=True, default=b"", editable=False)
    helpdesk_phone = models.CharField(_("helpdesk phone"), max_length=40, blank=True)
    helpdesk_hours = models.CharField(_("helpdesk hours"), max_length=100, blank=True)
    administrators_may_reset = models.BooleanField(
        _("people with a role may reset"),
        default=True,
        help_text=_("They always pass two checks and never answer questions."),
    )
    password_max_age_days = models.PositiveSmallIntegerField(
        _("days until a password expires"),
        null=True,
        blank=True,
        validators=[MinValueValidator(14), MaxValueValidator(730)],
        help_text=_("Empty: passwords never expire, which is what NIST SP 800-63B asks for."),
    )
    lockout_threshold = models.PositiveSmallIntegerField(
        _("wrong passwords before a lock"),
        default=10,
        validators=[MinValueValidator(3), MaxValueValidator(50)],
    )
    lockout_seconds = models.PositiveIntegerField(
        _("seconds of the first lock"),
        default=60,
        validators=[MinValueValidator(5), MaxValueValidator(86_400)],
    )

    class Meta:
        verbose_name = _("directory")
        verbose_name_plural = _("directories")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="one_default_directory"
            ),
            models.UniqueConstraint(
                fields=["alias"], condition=~Q(alias=""), name="alias_unique_when_set"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.alias = self.alias.upper()
        super().save(*args, **kwargs)

    @property
    def display_name(self) -> str:
        """The organisation's name, as people know it."""
        return self.organization or self.name


class Domain(models.Model):
    """A verified domain: the part of a user principal name after the @, unique per deployment."""

    directory = models.ForeignKey(Directory, models.CASCADE, related_name="domains")
    name = models.CharField(_("name"), max_length=48, unique=True)
    verified_at = models.DateTimeField(_("verified"), default=timezone.now)

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.name = names.clean_domain(self.name)


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
    """

    directory = models.ForeignKey(Directory, models.PROTECT, related_name="users")
    user_principal_name = models.CharField(_("user ID"), max_length=113)
    upn_key = models.CharField(max_length=113, unique=True, editable=False)
    account_name = models.CharField(
        _("account name"), max_length=64, blank=True, help_text=_("As in CORP\\alice.")
    )
    display_name = models.CharField(_("display name"), max_length=120)
    language = models.CharField(_("language"), max_length=12, blank=True)
    mail = models.EmailField(_("work email"), blank=True)
    alternate_email = models.EmailField(_("alternate email"), blank=True)
    mobile = models.CharField(_("mobile phone"), max_length=40, blank=True)
    office_phone = models.CharField(_("office phone"), max_length=40, blank=True)
    source = models.CharField(
        _("source"), max_length=12, choices=Source.choices, default=Source.CLOUD
    )
    enabled = models.BooleanField(_("enabled"), default=True)
    must_change_password = models.BooleanField(_("must change password"), default=False)
    password_never_expires = models.BooleanField(_("password never expires"), default=False)
    password_changed_at = models.DateTimeField(_("password changed"), null=True, blank=True)
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
        indexes: ClassVar = [models.Index(fields=["directory", "display_name"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["directory", "account_name"],
                condition=~Q(account_name=""),
                name="account_name_unique_in_directory",
            )
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
            grants = RoleGrant.objects.in_directory(self.directory_id).filter(user=self)
            self.__dict__["_roles"] = frozenset(grants.values_list("role", flat=True))
        found: frozenset[str] = self.__dict__["_roles"]
        return found

    @property
    def wants_language(self) -> str:
        """The language to write to this person in."""
        return self.language or self.directory.language

    def get_session_auth_hash(self) -> str:
        return self._session_hash()

    def get_session_auth_fallback_hash(self) -> "list[str]":
        return []

    def _session_hash(self) -> str:
        """Sessions end when the password, or ``sessions_valid_from``, changes."""
        epoch = self.sessions_valid_from.isoformat()
        return keyed_hash("session", str(self.pk), self.password, epoch).hex()


class Role(models.TextChoices):
    """What staff may do; accounts.people.roles holds the matrix."""

    OPERATOR = "operator", _("Operator")
    DIRECTORY_ADMINISTRATOR = "directory_administrator", _("Directory administrator")
    POLICY_ADMINISTRATOR = "policy_administrator", _("Policy administrator")
    USER_ADMINISTRATOR = "user_administrator", _("User administrator")
    HELPDESK = "helpdesk", _("Helpdesk")
    REPORTS_READER = "reports_reader", _("Reports reader")
    AUDITOR = "auditor", _("Auditor")


class RoleGrant(InDirectory):
    """A person holds a role."""

    user = models.ForeignKey(User, models.CASCADE, related_name="role_grants")
    role = models.CharField(_("role"), max_length=30, choices=Role.choices)
    granted_at = models.DateTimeField(_("granted"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "role"], name="one_grant_per_role")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role}"


class Group(InDirectory):
    """People who share policies. Groups nest; the closure table answers who is in what."""

    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["directory", "name"], name="group_name_in_directory")
        ]

    def __str__(self) -> str:
        return self.name


class Membership(InDirectory):
    """A person is directly in a group."""

    user = models.ForeignKey(User, models.CASCADE)
    group = models.ForeignKey(Group, models.CASCADE)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "group"], name="one_membership")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.group_id}"


class GroupNesting(InDirectory):
    """A group is directly in another."""

    parent = models.ForeignKey(Group, models.CASCADE, related_name="child_links")
    child = models.ForeignKey(Group, models.CASCADE, related_name="parent_links")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["parent", "child"], name="one_nesting"),
            models.CheckConstraint(condition=~Q(parent=F("child")), name="not_in_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.child_id} in {self.parent_id}"


class GroupClosure(InDirectory):
    """Every group above every group, itself included. Kept by accounts.people.groups."""

    ancestor = models.ForeignKey(Group, models.CASCADE, related_name="descendant_rows")
    descendant = models.ForeignKey(Group, models.CASCADE, related_name="ancestor_rows")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ancestor", "descendant"], name="one_closure_row")
        ]

    def __str__(self) -> str:
        return f"{self.descendant_id} under {self.ancestor_id}"


class PasswordRecord(InDirectory):
    """A password somebody used to have, as its hash: history, and nothing else."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    password = models.CharField(max_length=200)
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "-replaced_at"])]

    def __str__(self) -> str:
        return f"{self.user_id} until {self.replaced_at}"
