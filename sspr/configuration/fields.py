"""Which key of a configuration file is which setting. Nothing else is understood."""

from typing import Any

from django.db import models

from accounts.people.models import Application, Directory
from accounts.policy.models import Policy
from registration.telephony.budgets import TelephonyBudget

Kinds = dict[str, tuple[type[Any], bool]]  # what a key is written as, and whether null will do

DIRECTORY = {
    "alias": "alias",
    "default": "is_default",
    "language": "language",
    "time_zone": "time_zone",
    "default_region": "default_region",
    "store.kind": "store_kind",
    "branding.organization": "organization",
    "branding.primary_color": "primary_color",
    "branding.helpdesk_phone": "helpdesk_phone",
    "branding.helpdesk_hours": "helpdesk_hours",
    "administrators_may_reset": "administrators_may_reset",
    "sign_in.password_max_age_days": "password_max_age_days",
    "bot_challenge": "bot_challenge",
    "helpdesk_only_when_guessed": "helpdesk_only_when_guessed",
    "sign_in.password_reminder_days": "password_reminder_days",
    "sign_in.lockout_threshold": "lockout_threshold",
    "sign_in.lockout_seconds": "lockout_seconds",
}
LOGOS = {"branding.logo": "logo", "branding.logo_dark": "logo_dark"}
TELEPHONY = {
    "telephony.countries": "countries",
    "telephony.call_cost": "call_cost",
    "telephony.per_person": "per_person",
    "telephony.per_number": "per_number",
    "telephony.per_network": "per_network",
    "telephony.per_country": "per_country",
    "telephony.per_directory": "per_directory",
    "telephony.alarm_percent": "alarm_percent",
    "telephony.alarm_volume": "alarm_volume",
    "telephony.pause_countries": "pause_countries",
}
DIRECTORY_LISTS = ("domains", "groups", "banned_words", "policies", "applications", "texts")

POLICY = {
    "self_service_reset": "self_service_reset",
    "methods": "methods",
    "methods_required": "methods_required",
    "strong_factors_required": "strong_factors_required",
    "talkative": "talkative",
    "limits.answers_allowed": "answers_allowed",
    "limits.messages_allowed": "messages_allowed",
    "limits.block_hours": "block_hours",
    "questions.required_to_register": "questions_to_register",
    "questions.required_to_reset": "questions_to_reset",
    "questions.predefined": "predefined_questions",
    "questions.custom": "custom_questions",
    "questions.accepted_alone": "questions_alone_accepted",
    "registration.required_at_sign_in": "registration_required",
    "registration.reconfirm_after_days": "reconfirm_after_days",
    "registration.skips": "registration_skips",
    "registration.skip_days": "registration_skip_days",
    "registration.factor_rest_hours": "factor_rest_hours",
    "registration.unconfirmed_data_accepted": "unconfirmed_data_accepted",
    "phones.refuse_voip_numbers": "refuse_voip_numbers",
    "phones.refuse_landlines_for_text": "refuse_landlines_for_text",
    "notifications.users": "notify_users",
    "notifications.administrators": "notify_administrators",
    "helpdesk.link": "helpdesk_link",
    "writeback.enabled": "writeback_enabled",
    "writeback.unlock_without_reset": "unlock_without_reset",
    "passwords.min_length": "password_min_length",
    "passwords.banned_words": "banned_words",
    "passwords.breached": "breached_passwords",
    "passwords.min_age_hours": "password_min_age_hours",
    "passwords.history_length": "history_length",
    "passwords.history_on_reset": "history_on_reset",
    "passwords.end_sessions": "end_sessions",
}

APPLICATION = {"url": "url", "description": "description", "initial": "initial"}


def kind(model: type[models.Model], field: str) -> type[Any]:
    """What a setting is written as in the file."""
    found = model._meta.get_field(field)
    if isinstance(found, models.BooleanField):
        return bool
    if isinstance(found, models.IntegerField):
        return int
    return list if isinstance(found, models.JSONField) else str


def may_be_empty(model: type[models.Model], field: str) -> bool:
    """May the file say null?"""
    return bool(getattr(model._meta.get_field(field), "null", False))


def default(model: type[models.Model], field: str) -> Any:
    """What a setting is when nobody said anything."""
    found: Any = model._meta.get_field(field)
    return found.get_default()


def _kinds(model: type[models.Model], table: dict[str, str]) -> Kinds:
    return {key: (kind(model, name), may_be_empty(model, name)) for key, name in table.items()}


KINDS: Kinds = (
    _kinds(Directory, DIRECTORY)
    | _kinds(TelephonyBudget, TELEPHONY)
    | dict.fromkeys(LOGOS, (str, True))
)
POLICY_KINDS: Kinds = _kinds(Policy, POLICY)
APPLICATION_KINDS: Kinds = _kinds(Application, APPLICATION)
