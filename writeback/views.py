"""What the ways to a new password show alike."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.moments import told_end
from writeback import reasons
from writeback.models import Write


def refused(request: HttpRequest, row: Write) -> HttpResponse:
    """The store refused for now: why, and from when on it is possible again."""
    assert row.until, "without an end it is the form that says why"
    until = told_end(row.until, row.user.directory.time_zone)
    context = {"until": until, "problem": reasons.text_of(row.reason)}
    return render(request, "writeback/refused.html", context)
