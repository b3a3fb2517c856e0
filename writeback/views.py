"""What the ways to a new password show alike."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.moments import told_end
from accounts.people.models import User
from writeback import reasons
from writeback.models import Write
from writeback.stores.base import State


def refused(request: HttpRequest, row: Write, state: State | None = None) -> HttpResponse:
    """The store refused for now: why, and from when on it is possible again."""
    assert row.until, "without an end it is the form that says why"
    return wait(request, row.user, row.reason, row.until, state)


def wait(
    request: HttpRequest, user: User, reason: str, until: datetime | None, state: State | None
) -> HttpResponse:
    """No password will do before ``until``; None where nobody knows how long."""
    zone = user.directory.time_zone
    problem = reasons.text_of(reason, state, until=until, time_zone=zone)
    context = {"until": told_end(until, zone) if until else "", "problem": problem}
    return render(request, "writeback/refused.html", context)
