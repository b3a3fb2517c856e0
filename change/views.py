"""The change portal."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.people import passwords
from accounts.people.models import User
from accounts.policy import services as policies
from accounts.signin import services as signin
from accounts.signin.guards import VisitRequest, acting_user, settles
from accounts.signin.sessions import end_sessions
from change import services, tasks
from change.forms import ChangeForm
from change.services import Hindrance
from writeback import services as writeback
from writeback.models import OPEN, Evidence, Outcome, Write
from writeback.rules import asked_of
from writeback.views import refused, wait

KEY = "change"  # in the session: the Write row whose answer is waited for


@require_http_methods(["GET", "HEAD", "POST"])
@settles("password")
@sensitive_post_parameters()
def change(request: VisitRequest) -> HttpResponse:
    """Current password, new password: signed in, or where a sign-in stops because it is due."""
    user = acting_user(request)
    request.directory = user.directory
    rules = policies.effective(user)
    hindered = services.hindrance(user, rules)
    if hindered and request.method != "POST":
        return _hindered(request, user, hindered)
    asked = asked_of(user, rules.policy)
    form = ChangeForm(request.POST or None, asked.rules, mixed=asked.mixed)
    if form.is_valid():
        changed = services.change(
            user,
            form.cleaned_data["current_password"],
            form.cleaned_data["new_password"],
            client=request.client,
        )
        hindered = changed.hindrance or hindered
        if not changed.problems and changed.row:
            return _after(request, user, changed.row)
        form.refuse(changed.problems, changed.field)
        if changed.row and changed.row.until:
            return refused(request, changed.row)
    if hindered:
        return _hindered(request, user, hindered)
    context = {
        "form": form,
        "person": user,
        "expires_at": passwords.expires_at(user),
        "is_due": request.interrupted_user is not None,
    }
    return render(request, "change/change.html", context)


@require_safe
@settles("password")
def waiting(request: VisitRequest) -> HttpResponse:
    """The directory has not answered yet."""
    user = acting_user(request)
    request.directory = user.directory
    rows = Write.objects.in_directory(user.directory_id).filter(
        user=user, evidence=Evidence.CURRENT_PASSWORD, pk=request.session.get(KEY, 0)
    )
    row = rows.select_related("user__directory").first()
    if row is None:
        return redirect("change:change")
    row = writeback.outcome(row, client=request.client)
    tasks.settle_write(row, client=request.client)
    if row.outcome not in OPEN:
        return _after(request, user, row)
    response = render(request, "change/waiting.html")
    response["Refresh"] = "2"
    return response


def _hindered(request: VisitRequest, user: User, hindered: Hindrance) -> HttpResponse:
    """No password would do: why, and what does."""
    if hindered.why == "scope":
        return render(request, "change/out_of_scope.html", {"person": user}, status=403)
    return wait(request, user, hindered.why, hindered.until, hindered.state)


def _after(request: VisitRequest, user: User, row: Write) -> HttpResponse:
    """Where a write leads: wait, try again, or go on with this session and no other."""
    request.session[KEY] = row.pk
    if row.outcome in OPEN:
        return redirect("change:waiting")
    if row.outcome != Outcome.DONE:
        return redirect("change:change")
    request.session.pop(KEY, None)
    fresh: Any = User.objects.in_directory(user.directory_id).get(pk=user.pk)
    end_sessions(fresh, request.session.session_key)
    messages.success(request, _("Your password has been changed. Other sessions were ended."))
    if request.interrupted_user is not None:
        return redirect(signin.settle(request))
    update_session_auth_hash(request, fresh)
    return redirect("account")
