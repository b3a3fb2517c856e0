"""A person's own page: the state of the account, and what happened lately."""

import json
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.audit.models import AuditRecord
from accounts.people import passwords
from accounts.people.models import User
from accounts.policy import services as policies
from accounts.signin.guards import VisitRequest
from registration.services import usable_factors
from reports.words import what_happened

_SHOWN = 8


@require_safe
@never_cache
def account(request: VisitRequest) -> HttpResponse:
    """Password age, ways to get back in, and what happened lately."""
    user = request.user
    assert isinstance(user, User), "people without a session do not come here"
    request.directory = user.directory
    rules = policies.effective(user)
    ready = {factor.method for factor in usable_factors(user, rules.methods)}
    context = {
        "person": user,
        "expires_at": passwords.expires_at(user),
        "password_days": _days_since(user),
        "ready": min(len(ready), rules.gates),
        "needed": rules.gates,
        "enabled": rules.enabled,
        "activity": _activity(user),
    }
    return render(request, "account.html", context)


def _days_since(user: User) -> int | None:
    changed = user.password_changed_at
    return (timezone.now() - changed).days if changed else None


def _activity(user: User) -> list[dict[str, Any]]:
    records = AuditRecord.objects.in_directory(user.directory_id).filter(subject=user)
    zone = user.directory.time_zone
    told = records.exclude(kind__in=["reset.step_shown", "signin.interrupted"])
    return [
        {
            "at": entry.at,
            "text": what_happened(entry.kind, json.loads(bytes(entry.body))["facts"], zone),
            "outcome": entry.outcome,
            "device": entry.device,
        }
        for entry in told.order_by("-id")[:_SHOWN]
    ]
